/* operator.c: qualifications are recorded by somebody else, health is declared by oneself. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/operator.h"

#include "base/time.h"
#include "chain/actor.h"

#include <string.h>

static const char *const kinds[] = {"health", "training", "media_fill", "gowning", NULL};

struct qualification {
    const char *account;
    const char *kind;
    struct date valid_from;
    struct date valid_until;
    const char *note;
    int64_t entry;
};
static const struct field given_fields[] = {
    FIELD(struct qualification, account, .required = true, .code = true, .longest = 24,
          .help = "Account of the operator"),
    FIELD(struct qualification, kind, .required = true, .choices = kinds,
          .help = "What was checked or passed"),
    FIELD(struct qualification, valid_from, .required = true, .help = "First valid day"),
    FIELD(struct qualification, valid_until, .required = true, .help = "Last valid day"),
    FIELD(struct qualification, note, .longest = 400, .prose = true,
          .help = "What it rests on, such as the number of a certificate"),
};
static const struct schema given_schema =
    SCHEMA("qualification_given", struct qualification, given_fields);
static const struct field row_fields[] = {
    FIELD(struct qualification, account, .help = "Account of the operator"),
    FIELD(struct qualification, kind, .help = "What was checked or passed"),
    FIELD(struct qualification, valid_from, .help = "First valid day"),
    FIELD(struct qualification, valid_until, .help = "Last valid day"),
    FIELD(struct qualification, note, .prose = true, .help = "What it rests on"),
    FIELD(struct qualification, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("qualification", struct qualification, row_fields);
const struct table qualification_table = {"qualification", &row_schema, "account kind valid_from",
                                          "", TABLE_VIEW};

static bool qualify_judge(struct work *work, const void *input, void *body)
{
    const struct qualification *given = input;
    struct account account = {0};
    struct qualification before = {0};
    bool found = false;
    *(struct qualification *)body = *given;
    if (work->actor && text_equals(work->actor->account, given->account))
        return refuse(&work->fault, FAULT_FORBIDDEN, "account", "MF-16.independent/1",
                      "You cannot qualify yourself; ask somebody else who may.");
    if (strcmp(given->valid_until.text, given->valid_from.text) < 0)
        return fail(&work->fault, FAULT_INPUT, "valid_until",
                    "The field valid_until lies before valid_from; correct the days.");
    if (!view_need(work, &account_table, "account", given->account, &account) ||
        !view_find(work, &qualification_table,
                   VALUES(value_text(given->account), value_text(given->kind),
                          value_text(given->valid_from.text)),
                   &before, &found))
        return false;
    return !found || before.entry == work->amends ||
           fail(&work->fault, FAULT_CONFLICT, "valid_from",
                "The %s of %s from %s on is recorded already; correct that entry.", given->kind,
                given->account, given->valid_from.text);
}

static bool qualify_apply(struct work *work, const struct entry *entry, const void *body)
{
    struct qualification row = *(const struct qualification *)body;
    row.entry = entry->seq;
    return view_put(work, &qualification_table, &row);
}

static bool qualify_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct qualification *given = body;
    (void)entry;
    return view_remove(work, &qualification_table,
                       VALUES(value_text(given->account), value_text(given->kind),
                              value_text(given->valid_from.text)));
}

/* The answers are asked and not kept: only whether they leave the operator fit is. */
struct declaration {
    const char *account;
    struct date declared_on;
    bool infection;
    bool wound;
    bool diarrhoea;
    bool fever;
    bool handled_contaminants;
    bool gowned;
    const char *outcome;
    int64_t entry;
};
static const struct field declaring_fields[] = {
    FIELD(struct declaration, account, .required = true, .code = true, .longest = 24,
          .help = "Your own account"),
    FIELD(struct declaration, infection, .required = true, .help = "An infection today"),
    FIELD(struct declaration, wound, .required = true, .help = "An open wound today"),
    FIELD(struct declaration, diarrhoea, .required = true, .help = "Diarrhoea today"),
    FIELD(struct declaration, fever, .required = true, .help = "An unexplained fever today"),
    FIELD(struct declaration, handled_contaminants, .required = true,
          .help = "Contaminating microbes handled just before"),
    FIELD(struct declaration, gowned, .required = true, .help = "Gowned as trained"),
};
static const struct schema declaring_schema =
    SCHEMA("declaration_given", struct declaration, declaring_fields);
static const struct field declared_fields[] = {
    FIELD(struct declaration, account, .help = "Account"),
    FIELD(struct declaration, declared_on, .help = "Day"),
    FIELD(struct declaration, outcome, .help = "fit or not_fit, as all answers together say"),
};
static const struct schema declared_schema =
    SCHEMA("declaration_made", struct declaration, declared_fields);
static const struct field declaration_fields[] = {
    FIELD(struct declaration, account, .help = "Account"),
    FIELD(struct declaration, declared_on, .help = "Day"),
    FIELD(struct declaration, outcome, .help = "fit or not_fit"),
    FIELD(struct declaration, entry, .help = "Entry that says so"),
};
static const struct schema declaration_schema =
    SCHEMA("declaration", struct declaration, declaration_fields);
const struct table declaration_table = {"declaration", &declaration_schema, "account declared_on",
                                        "", TABLE_VIEW};

static bool declare_judge(struct work *work, const void *input, void *body)
{
    const struct declaration *given = input;
    struct declaration *made = body;
    int64_t today = day_of_instant(work->now_usec, work->zone_minutes);
    bool fit = !given->infection && !given->wound && !given->diarrhoea && !given->fever &&
               !given->handled_contaminants && given->gowned;
    *made = *given;
    made->declared_on.text = date_print(work->arena, today);
    made->outcome = fit ? "fit" : "not_fit";
    return text_equals(work->actor ? work->actor->account : NULL, given->account) ||
           refuse(&work->fault, FAULT_FORBIDDEN, "account", "MF-16.own/1",
                  "Nobody else can declare the health of %s; sign in as that account.",
                  given->account);
}

static bool declare_apply(struct work *work, const struct entry *entry, const void *body)
{
    struct declaration row = *(const struct declaration *)body;
    row.entry = entry->seq;
    return view_put(work, &declaration_table, &row);
}

bool operator_item(struct work *work, const char *account, const char *kind, struct date today,
                   struct gate_item *item)
{
    struct rows rows;
    *item = (struct gate_item){.what = kind};
    if (!view_list(work, &qualification_table, "account", value_text(account), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct qualification *row = &ROWS(rows, const struct qualification)[i];
        bool begun = strcmp(row->valid_from.text, today.text) <= 0;
        if (!text_equals(row->kind, kind))
            continue;
        if (!item->from.text || (begun && strcmp(row->valid_until.text, item->until.text) >= 0) ||
            strcmp(item->from.text, today.text) > 0) {
            item->from = row->valid_from;
            item->until = row->valid_until;
        }
    }
    return true;
}

bool operator_declaration(struct work *work, const char *account, struct date today,
                          const char **declaration)
{
    struct declaration row = {0};
    bool found = false;
    bool worked = view_find(work, &declaration_table,
                            VALUES(value_text(account), value_text(today.text)), &row, &found);
    *declaration = found ? row.outcome : NULL;
    return worked;
}

/* How an operator stands today. */
struct standing {
    const char *code;
    struct date asked_on;
    const char *declaration;
    struct rows qualifications;
};
static const struct field standing_fields[] = {
    FIELD(struct standing, code, .help = "Account of the operator"),
    FIELD(struct standing, asked_on, .help = "Day that is asked about"),
    FIELD(struct standing, declaration, .help = "Declared that day: fit, not_fit or none"),
    FIELD(struct standing, qualifications, .of = &row_schema, .help = "All that is recorded"),
};
static const struct schema standing_schema =
    SCHEMA("operator_standing", struct standing, standing_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct standing *standing = row;
    struct account account = {0};
    int64_t today = day_of_instant(work->now_usec, work->zone_minutes);
    *standing = (struct standing){.code = key->code, .asked_on = {date_print(work->arena, today)}};
    if (!view_need(work, &account_table, "code", key->code, &account) ||
        !operator_declaration(work, key->code, standing->asked_on, &standing->declaration) ||
        !view_list(work, &qualification_table, "account", value_text(key->code),
                   &standing->qualifications))
        return false;
    if (!standing->declaration)
        standing->declaration = "none";
    return true;
}

const struct operation operator_operations[OPERATOR_OPERATIONS] = {
    {.name = "operator.qualify",
     .method = "POST",
     .path = "/operators/{account}/qualifications",
     .summary = "Record that an operator is healthy, trained, passed a media fill, or gowns well.",
     .permission = PERMIT_CREW_QUALIFY,
     .effect = RECORDS,
     .input = &given_schema,
     .output = &row_schema,
     .subject = "account",
     .judge = qualify_judge,
     .apply = qualify_apply,
     .retract = qualify_retract},
    {.name = "operator.declare",
     .method = "POST",
     .path = "/operators/{account}/declarations",
     .summary = "Declare for today that nothing keeps you from clean work.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &declaring_schema,
     .output = &declared_schema,
     .subject = "account",
     .judge = declare_judge,
     .apply = declare_apply},
    {.name = "operator.show",
     .method = "GET",
     .path = "/operators/{code}",
     .summary = "Show what an operator is qualified for, and whether declared fit today.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &standing_schema,
     .read = show_read},
};
