/* release.c: a lot leaves quarantine by one signature, of somebody who did not make it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/release.h"

#include "base/time.h"
#include "chain/link.h"
#include "contract/hold.h"
#include "donation/donor.h"
#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "quality/assay.h"
#include "quality/certificate.h"

static const struct field test_fields[] = {
    FIELD(struct release_test, attribute, .help = "What the specification limits"),
    FIELD(struct release_test, verdict, .help = "Of the result that stands"),
};
static const struct schema test_schema = SCHEMA("release_test", struct release_test, test_fields);
static const struct field donor_fields[] = {
    FIELD(struct release_donor, donor, .help = "Donor"),
    FIELD(struct release_donor, decision, .help = "eligible or ineligible, once signed"),
};
static const struct schema donor_schema =
    SCHEMA("release_donor", struct release_donor, donor_fields);
static const struct field facts_fields[] = {
    FIELD(struct release_facts, report, .help = "received, once the production report is signed"),
    FIELD(struct release_facts, tests, .of = &test_schema, .help = "One per limit"),
    FIELD(struct release_facts, donors, .of = &donor_schema, .help = "Donors of the lot"),
    FIELD(struct release_facts, holds, .help = "Open holds on the lot and what it came from"),
    FIELD(struct release_facts, makers, .help = "Accounts that made it"),
    FIELD(struct release_facts, releaser, .help = "Account that releases"),
    FIELD(struct release_facts, today, .help = "Day of the decision"),
    FIELD(struct release_facts, expires_on, .help = "Last usable day"),
};
const struct schema release_facts_schema =
    SCHEMA("release_facts", struct release_facts, facts_fields);

static void note_use(struct rows *used, int64_t entry)
{
    struct use *uses = used->items;
    for (size_t i = 0; i < used->count; i++)
        if (uses[i].entry == entry)
            return;
    if (entry)
        uses[used->count++].entry = entry;
}

/* used has room for one entry per result. */
static bool gather_tests(struct work *work, const struct lot *lot, const struct rows *results,
                         struct rows *tests, struct rows *used)
{
    struct rows limits;
    if (!view_list(work, &specification_limit_table, "specification",
                   value_text(lot->specification), &limits))
        return false;
    struct release_test *items = arena_take(work->arena, limits.count * sizeof *items + 1);
    *tests = (struct rows){limits.count, items};
    for (size_t i = 0; i < limits.count; i++) {
        items[i].attribute = ROWS(limits, const struct specification_limit)[i].attribute;
        for (size_t j = 0; j < results->count; j++) {
            const struct assay_result *result = &ROWS(*results, const struct assay_result)[j];
            if (!assay_stands(result) || !text_equals(result->attribute, items[i].attribute))
                continue;
            items[i].verdict = result->verdict;
            note_use(used, result->entry);
        }
    }
    return true;
}

/* used has room for one entry per donor. */
static bool gather_donors(struct work *work, const char **codes, size_t count, struct rows *donors,
                          struct rows *used)
{
    struct release_donor *items = arena_take(work->arena, count * sizeof *items + 1);
    *donors = (struct rows){count, items};
    for (size_t i = 0; i < count; i++) {
        struct donor donor = {0};
        if (!view_need(work, &donor_table, "donor", codes[i], &donor))
            return false;
        items[i] = (struct release_donor){donor.code, donor.decision};
        note_use(used, donor.decided_entry);
    }
    return true;
}

bool release_gather(struct work *work, const struct release_question *question,
                    struct release_facts *facts, struct rows *used)
{
    struct lot lot = {0};
    struct rows results;
    struct rows holds;
    const char *words = NULL;
    size_t count = 0;
    *facts = (struct release_facts){.releaser = question->releaser, .today = {question->today}};
    if (!view_need(work, &lot_table, "lot", question->lot, &lot) ||
        !view_list(work, &assay_result_table, "lot", value_text(lot.code), &results) ||
        !hold_stopping(work, link_name(work->arena, "lot", lot.code), &holds) ||
        !lot_makers(work, lot.code, &facts->makers) || !lot_donors(work, lot.code, &words))
        return false;
    const char **codes = text_split(work->arena, words, ' ', &count);
    const size_t room = results.count + count + 1;
    *used = (struct rows){0, arena_take(work->arena, room * sizeof(struct use))};
    facts->report = lot.reported_entry ? "received" : NULL;
    facts->holds = (struct count){true, (int64_t)holds.count};
    facts->expires_on = lot.expires_on;
    note_use(used, lot.reported_entry);
    return gather_tests(work, &lot, &results, &facts->tests, used) &&
           gather_donors(work, codes, count, &facts->donors, used);
}

struct release {
    const char *lot;
    const char *certificate;
    struct release_facts facts;
    struct rows findings;
    struct rows used;
};
static const struct field asked_fields[] = {
    FIELD(struct release, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct release, certificate, .code = true, .longest = 32,
          .help = "Code of its certificate; COA- and the code of the lot where none is given"),
};
static const struct schema asked_schema = SCHEMA("lot_release", struct release, asked_fields);
static const struct field released_fields[] = {
    FIELD(struct release, lot, .help = "Lot"),
    FIELD(struct release, certificate, .help = "Code of its certificate"),
    FIELD(struct release, facts, .of = &release_facts_schema, .help = "What was known"),
    FIELD(struct release, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct release, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema released_schema =
    SCHEMA("lot_released", struct release, released_fields);

/* The lot at the actor's site, and undecided so far. */
static bool need_quarantined(struct work *work, const char *code)
{
    struct lot lot = {0};
    return view_need(work, &lot_table, "lot", code, &lot) &&
           operation_at_site(work, "lot", lot.site, "lot") &&
           (text_equals(lot.status, "quarantine") ||
            refuse(&work->fault, FAULT_CONFLICT, "lot", "RL-01.state/1",
                   "The lot %s is %s already; only a lot in quarantine is decided on.", code,
                   lot.status));
}

static struct release_question ask_now(struct work *work, const char *lot)
{
    return (struct release_question){
        .lot = lot,
        .releaser = work->actor ? work->actor->account : NULL,
        .today = date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes)),
    };
}

static bool release_decide(struct work *work, const void *input, void *body)
{
    const struct release *given = input;
    struct release *release = body;
    const struct release_question question = ask_now(work, given->lot);
    *release = (struct release){
        .lot = given->lot,
        .certificate = given->certificate ? given->certificate
                                          : arena_print(work->arena, "COA-%s", given->lot),
    };
    if (!need_quarantined(work, given->lot) ||
        !release_gather(work, &question, &release->facts, &release->used))
        return false;
    release_judge(work->arena, &release->facts, &release->findings);
    if (release_is_own(&release->facts))
        return refuse(&work->fault, FAULT_FORBIDDEN, "lot", "RL-02.maker/1",
                      "You recorded or signed a production step of %s; somebody of the quality "
                      "unit who did not has to decide.",
                      given->lot);
    return findings_allow(work->arena, &work->fault, "lot", &release->findings,
                          "The lot cannot be released");
}

static bool decide_lot(struct work *work, const char *code, const char *status, int64_t entry)
{
    struct lot lot = {0};
    if (!view_need(work, &lot_table, "lot", code, &lot))
        return false;
    lot.status = status;
    lot.decided_entry = entry;
    return view_put(work, &lot_table, &lot);
}

static bool release_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct release *release = body;
    return decide_lot(work, release->lot, "released", entry->seq);
}

static bool release_again(struct work *work, const void *body, struct rows *findings)
{
    const struct release *release = body;
    release_judge(work->arena, &release->facts, findings);
    return true;
}

/* Asked as of the day of the decision and for who decided: that a lot has expired since does not
 * make its release wrong. */
static bool release_reconsider(struct work *work, const void *body, bool *stands)
{
    const struct release *release = body;
    struct release_facts facts;
    struct rows used;
    struct rows findings;
    const struct release_question question = {release->lot, release->facts.releaser,
                                              release->facts.today.text};
    if (!release_gather(work, &question, &facts, &used))
        return false;
    release_judge(work->arena, &facts, &findings);
    *stands = findings_all_met(&findings);
    return true;
}

bool release_follow(struct work *work, const struct entry *entry, const void *body,
                    struct rows *inputs)
{
    const struct release *release = body;
    struct certificate_order *order = arena_take(work->arena, sizeof *order);
    *order = (struct certificate_order){release->certificate, release->lot, entry->seq};
    *inputs = (struct rows){1, order};
    return true;
}

struct rejection {
    const char *lot;
    const char *why;
};
static const struct field rejection_fields[] = {
    FIELD(struct rejection, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct rejection, why, .required = true, .prose = true, .longest = 2000,
          .help = "Why it is rejected"),
};
static const struct schema rejection_schema =
    SCHEMA("lot_rejection", struct rejection, rejection_fields);

static bool reject_judge(struct work *work, const void *input, void *body)
{
    const struct rejection *given = input;
    *(struct rejection *)body = *given;
    return need_quarantined(work, given->lot);
}

static bool reject_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct rejection *rejection = body;
    return decide_lot(work, rejection->lot, "rejected", entry->seq);
}

static bool missing_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    const struct release_question question = ask_now(work, key->code);
    struct release_facts facts;
    struct rows used;
    if (!release_gather(work, &question, &facts, &used))
        return false;
    release_judge(work->arena, &facts, rows);
    return true;
}

const struct operation release_operations[RELEASE_OPERATIONS] = {
    {.name = "lot.release",
     .method = "POST",
     .path = "/lots/{lot}/release",
     .summary = "Sign that a lot leaves quarantine; every rule must be met.",
     .permission = PERMIT_LOT_RELEASE,
     .forbidden_by = "RL-02.maker/1",
     .effect = RECORDS,
     .signature = "released",
     .input = &asked_schema,
     .output = &released_schema,
     .subject = "lot",
     .judge = release_decide,
     .apply = release_apply,
     .judge_again = release_again,
     .reconsider = release_reconsider,
     .kind = "lot"},
    {.name = "lot.reject",
     .method = "POST",
     .path = "/lots/{lot}/rejection",
     .summary = "Sign that a lot is rejected.",
     .permission = PERMIT_LOT_RELEASE,
     .effect = RECORDS,
     .signature = "rejected",
     .input = &rejection_schema,
     .output = &rejection_schema,
     .subject = "lot",
     .judge = reject_judge,
     .apply = reject_apply},
    {.name = "lot.missing",
     .method = "GET",
     .path = "/lots/{code}/missing",
     .summary = "Show what the release of a lot asks for, and what is missing.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &finding_schema,
     .list = missing_read},
};
