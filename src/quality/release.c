/* release.c: a lot leaves quarantine by one signature, of somebody who did not make it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/release.h"

#include "base/time.h"
#include "manufacture/lot.h"
#include "quality/certificate.h"

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
    release_missing(work->arena, &facts, rows);
    return true;
}

/* The screen of release: results, process and rules beside each other. */
struct readiness {
    struct release_facts facts;
    struct rows findings;
};
static const struct field readiness_fields[] = {
    FIELD(struct readiness, facts, .of = &release_facts_schema, .help = "What is known"),
    FIELD(struct readiness, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema readiness_schema =
    SCHEMA("lot_readiness", struct readiness, readiness_fields);

static bool readiness_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    const struct release_question question = ask_now(work, key->code);
    struct readiness *readiness = row;
    struct rows used;
    if (!release_gather(work, &question, &readiness->facts, &used))
        return false;
    release_judge(work->arena, &readiness->facts, &readiness->findings);
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
     .summary = "Show what is missing for the release of a lot, thing by thing.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &finding_schema,
     .list = missing_read},
    {.name = "lot.readiness",
     .method = "GET",
     .path = "/lots/{code}/readiness",
     .summary = "Show results, figures of the process and rules of a release beside each other.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &readiness_schema,
     .read = readiness_read},
};
