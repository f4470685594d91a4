/* today_crew.c: which equipment and which people are out of date, and which accounts can do
 * nothing? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "chain/actor.h"
#include "chain/view.h"
#include "contract/setting.h"
#include "crew/session.h"
#include "manufacture/equipment.h"
#include "manufacture/operator.h"
#include "quality/calibration.h"
#include "vigilance/today_finding.h"

static const char *tell_until(struct today *today, const char *what, struct date until)
{
    return until.text ? today_print(today, "The last valid day of the %s is %s.",
                                    today_plain(today, what), until.text)
                      : today_print(today, "No %s is valid.", today_plain(today, what));
}

/* Nothing that is valid is overdue, like what has run out. */
static bool add_item(struct today *today, struct waiting *waiting, const char *what,
                     struct date until)
{
    waiting->due_on = until;
    waiting->overdue = !until.text || today_is_past(today, until);
    waiting->waiting = tell_until(today, what, until);
    return (until.text && !today_is_near(today, until)) || today_add(today, waiting);
}

static bool find_checks(struct today *today, const struct equipment *equipment, const char *kinds)
{
    size_t count = 0;
    const char **kind = text_split(today->work->arena, kinds ? kinds : "", ' ', &count);
    for (size_t i = 0; i < count; i++) {
        struct gate_item item = {0};
        struct waiting waiting = {.kind = "equipment_check",
                                  .subject_kind = "equipment",
                                  .code = equipment->code,
                                  .operation = "equipment.check"};
        if (!equipment_item(today->work, equipment->code, kind[i], (struct date){today->on},
                            &item) ||
            !add_item(today, &waiting, kind[i], item.until))
            return false;
    }
    return true;
}

/* Of the particle counters alone: their beads are counted. */
static bool find_calibration(struct today *today, const struct equipment *equipment)
{
    struct rows rows;
    struct waiting waiting = {.kind = "calibration",
                              .subject_kind = "equipment",
                              .code = equipment->code,
                              .operation = "equipment.calibrate"};
    if (!text_equals(equipment->kind, "nta"))
        return true;
    if (!view_list(today->work, &calibration_table, "equipment", value_text(equipment->code),
                   &rows))
        return false;
    const struct calibration *newest = calibration_newest(&rows, (struct date){today->on});
    return add_item(today, &waiting, "calibration with beads",
                    newest && newest->passed ? newest->valid_until : (struct date){0});
}

bool today_find_equipment(struct today *today)
{
    struct rows rows;
    const char *kinds = NULL;
    bool checks = today_may(today, "equipment.check");
    bool calibrates = today_may(today, "equipment.calibrate");
    if (!checks && !calibrates)
        return true;
    if (!setting_text(today->work, "equipment_gate", &kinds) ||
        !view_list(today->work, &equipment_table, NULL, value_text(NULL), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct equipment *equipment = &ROWS(rows, const struct equipment)[i];
        if (!text_equals(equipment->site, today->site))
            continue;
        if ((checks && !find_checks(today, equipment, kinds)) ||
            (calibrates && !find_calibration(today, equipment)))
            return false;
    }
    return true;
}

/* Whether the account holds a role: at a site, or anywhere where that is NULL. */
static bool holds_role(struct work *work, const char *account, const char *site, bool *holds)
{
    struct rows rows;
    *holds = false;
    if (!view_list(work, &assignment_table, "account", value_text(account), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct assignment *row = &ROWS(rows, const struct assignment)[i];
        *holds = *holds || (!row->withdrawn && (!site || text_equals(row->site, site)));
    }
    return true;
}

/* Of qualifications, whose and which: columns of the same table, which is read in this order. */
struct skill {
    const char *account;
    const char *kind;
    struct date valid_from;
};
static const struct field skill_fields[] = {
    FIELD(struct skill, account, .help = "Account of the operator"),
    FIELD(struct skill, kind, .help = "What was checked or passed"),
    FIELD(struct skill, valid_from, .help = "First valid day"),
};
static const struct schema skill_schema = SCHEMA("qualification", struct skill, skill_fields);
static const struct table skill_table = {"qualification", &skill_schema, "account kind valid_from",
                                         "", TABLE_VIEW};

static bool find_skill(struct today *today, const struct skill *skill)
{
    struct gate_item item = {0};
    struct account account = {0};
    bool found = false;
    bool holds = false;
    struct waiting waiting = {.kind = "qualification",
                              .subject_kind = "account",
                              .code = skill->account,
                              .operation = "operator.qualify"};
    if (text_equals(skill->account, today->work->actor->account))
        return true; /* nobody qualifies oneself */
    if (!view_find(today->work, &account_table, VALUES(value_text(skill->account)), &account,
                   &found) ||
        !holds_role(today->work, skill->account, today->site, &holds) ||
        !operator_item(today->work, skill->account, skill->kind, (struct date){today->on}, &item))
        return false;
    return !found || account.closed || !holds || add_item(today, &waiting, skill->kind, item.until);
}

static bool add_declaration(struct today *today, const char *kinds)
{
    const char *said = NULL;
    const char *account = today->work->actor->account;
    const struct waiting waiting = {.kind = "declaration",
                                    .subject_kind = "account",
                                    .code = account,
                                    .operation = "operator.declare",
                                    .due_on = {today->on},
                                    .waiting = "You have not declared for today that nothing keeps "
                                               "you from clean work."};
    if (!kinds || !today_may(today, "operator.declare"))
        return true;
    return operator_declaration(today->work, account, waiting.due_on, &said) &&
           (said || today_add(today, &waiting));
}

bool today_find_operators(struct today *today)
{
    struct rows rows;
    const char *kinds = NULL;
    const struct skill *before = NULL;
    if (!setting_text(today->work, "operator_gate", &kinds) || !add_declaration(today, kinds))
        return false;
    if (!today_may(today, "operator.qualify"))
        return true;
    if (!view_list(today->work, &skill_table, NULL, value_text(NULL), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct skill *skill = &ROWS(rows, const struct skill)[i];
        bool again = before && text_equals(before->account, skill->account) &&
                     text_equals(before->kind, skill->kind);
        before = skill;
        if (!again && text_has_word(kinds, skill->kind) && !find_skill(today, skill))
            return false;
    }
    return true;
}

static bool find_account(struct today *today, const struct account *account)
{
    struct journal journal = {0};
    bool holds = false;
    struct waiting waiting = {.kind = "account_role",
                              .subject_kind = "account",
                              .code = account->code,
                              .operation = "account.assign",
                              .waiting = "The account holds no role."};
    if (account->closed)
        return true;
    if (!holds_role(today->work, account->code, NULL, &holds))
        return false;
    if (holds || !account->entry)
        return true;
    if (!journal_read(today->work, account->entry, &journal))
        return false;
    waiting.since = journal.at;
    return !text_equals(journal.site, today->site) || today_add(today, &waiting);
}

static bool find_tokens(struct today *today)
{
    struct rows rows;
    if (!view_list(today->work, &token_table, NULL, value_text(NULL), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct token *token = &ROWS(rows, const struct token)[i];
        struct waiting waiting = {.kind = "token",
                                  .subject_kind = "token",
                                  .code = token->code,
                                  .operation = "token.issue",
                                  .member = "account",
                                  .beside = today_print(today, "account:%s", token->account),
                                  .since = token->issued,
                                  .due_at = token->expires,
                                  .waiting = "The token of a program ends."};
        const struct date last = {date_print(
            today->work->arena, day_of_instant(token->expires.usec, today->work->zone_minutes))};
        waiting.overdue = token->expires.usec < today->work->now_usec;
        if (text_equals(token->site, today->site) && today_is_near(today, last) &&
            !today_add(today, &waiting))
            return false;
    }
    return true;
}

bool today_find_accounts(struct today *today)
{
    struct rows rows;
    if (!today_may(today, "account.assign"))
        return true;
    if (!view_list(today->work, &account_table, NULL, value_text(NULL), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (!find_account(today, &ROWS(rows, const struct account)[i]))
            return false;
    return find_tokens(today);
}
