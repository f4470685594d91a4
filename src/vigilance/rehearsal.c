/* rehearsal.c: the list of a recall, made without one: nothing is held, the time is kept. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/rehearsal.h"

#include "base/time.h"
#include "contract/setting.h"
#include "donation/donor.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "vigilance/reach.h"
#include "vigilance/trace.h"

const struct rule rehearsal_rules[REHEARSAL_RULES] = {
    {"RC-04.time/1", "Was the full list there within the signed time?",
     "完全なリストは署名済みの時間内に得られたか。", "GDP and GMP practice, mock recall"},
    {"RC-04.complete/1", "Does the list name every vial that was made?",
     "リストは製造した全バイアルを示しているか。", "GDP and GMP practice, mock recall"},
};

static const struct field row_fields[] = {
    FIELD(struct rehearsal, code, .help = "Code of the mock recall"),
    FIELD(struct rehearsal, site, .help = "Where"),
    FIELD(struct rehearsal, lot, .help = "Scope: one lot"),
    FIELD(struct rehearsal, donor, .help = "Scope: every lot that came from a donor"),
    FIELD(struct rehearsal, asked_at, .help = "When the question was put"),
    FIELD(struct rehearsal, minutes, .unit = "min", .help = "Until the list was recorded"),
    FIELD(struct rehearsal, vials, .unit = "vials", .help = "Made"),
    FIELD(struct rehearsal, patients, .help = "Patients on the list"),
    FIELD(struct rehearsal, difference, .unit = "vials", .help = "Made less all that is named"),
    FIELD(struct rehearsal, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("rehearsal", struct rehearsal, row_fields);
const struct table rehearsal_table = {"rehearsal", &row_schema, "code", "", TABLE_VIEW};

static const struct field facts_fields[] = {
    FIELD(struct rehearsal_facts, minutes, .unit = "min", .help = "From question to list"),
    FIELD(struct rehearsal_facts, minutes_most, .unit = "min", .help = "Signed limit"),
    FIELD(struct rehearsal_facts, difference, .unit = "vials",
          .help = "Vials made less all that the list names"),
};
static const struct schema facts_schema =
    SCHEMA("rehearsal_facts", struct rehearsal_facts, facts_fields);

struct rehearsing {
    const char *code;
    const char *lot;
    const char *donor;
    struct instant asked_at;
    int64_t searched_usec;
    int64_t vials;
    int64_t shipments;
    struct rows balances;
    struct rows sites;
    struct rows patients;
    struct rehearsal_facts facts;
    struct rows findings;
};
static const struct field input_fields[] = {
    FIELD(struct rehearsing, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the mock recall"),
    FIELD(struct rehearsing, lot, .code = true, .longest = 24, .help = "Scope: one lot"),
    FIELD(struct rehearsing, donor, .code = true, .longest = 24,
          .help = "Scope: every lot that came from a donor"),
    FIELD(struct rehearsing, asked_at, .required = true,
          .help = "When the question was put: the time runs from here"),
};
static const struct schema input_schema =
    SCHEMA("recall_rehearse", struct rehearsing, input_fields);
static const struct field body_fields[] = {
    FIELD(struct rehearsing, code, .help = "Code of the mock recall"),
    FIELD(struct rehearsing, lot, .help = "Scope: one lot"),
    FIELD(struct rehearsing, donor, .help = "Scope: every lot that came from a donor"),
    FIELD(struct rehearsing, asked_at, .help = "When the question was put"),
    FIELD(struct rehearsing, searched_usec, .unit = "us",
          .help = "How long the search itself took"),
    FIELD(struct rehearsing, vials, .unit = "vials", .help = "Made"),
    FIELD(struct rehearsing, shipments, .help = "On the road, or arrived and not decided"),
    FIELD(struct rehearsing, balances, .of = &recall_balance_schema, .help = "One per lot"),
    FIELD(struct rehearsing, sites, .of = &reached_site_schema, .help = "Where vials are"),
    FIELD(struct rehearsing, patients, .of = &reached_patient_schema, .help = "Who received some"),
    FIELD(struct rehearsing, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct rehearsing, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema body_schema = SCHEMA("recall_rehearsed", struct rehearsing, body_fields);

static const char *tell(struct arena *arena, struct count count, const char *unit)
{
    return count.known ? arena_print(arena, "%lld %s", (long long)count.value, unit) : "not known";
}

void rehearsal_judge(struct arena *arena, const struct rehearsal_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "RC-04.time/1",
                 verdict_of(facts->minutes.known && facts->minutes_most.known,
                            facts->minutes.value <= facts->minutes_most.value),
                 tell(arena, facts->minutes_most, "min"), "%s", tell(arena, facts->minutes, "min"));
    findings_add(&list, "RC-04.complete/1",
                 verdict_of(facts->difference.known, facts->difference.value == 0), "0 vials", "%s",
                 tell(arena, facts->difference, "vials"));
    *findings = list.rows;
}

static bool find_lots(struct work *work, const struct rehearsing *body, struct rows *lots)
{
    struct lot lot = {0};
    struct donor donor = {0};
    const char **only = arena_take(work->arena, sizeof *only);
    if (!body->lot == !body->donor)
        return fail(&work->fault, FAULT_INPUT, "lot", "Give the scope as either a lot or a donor.");
    *only = body->lot;
    *lots = (struct rows){1, only};
    return body->lot ? view_need(work, &lot_table, "lot", body->lot, &lot)
                     : view_need(work, &donor_table, "donor", body->donor, &donor) &&
                           trace_lots(work, link_name(work->arena, "donor", body->donor), lots);
}

static bool search(struct work *work, struct rehearsing *body)
{
    struct rows lots;
    struct lots_reached reached;
    int64_t began = stopwatch_usec();
    if (!find_lots(work, body, &lots) || !reach_lots(work, &lots, &reached))
        return false;
    body->searched_usec = stopwatch_usec() - began;
    body->vials = reached.vials;
    body->shipments = reached.shipments;
    body->balances = reached.balances;
    body->sites = reached.sites;
    body->patients = reached.patients;
    body->facts.difference.known = true;
    for (size_t i = 0; i < reached.balances.count; i++)
        body->facts.difference.value +=
            ROWS(reached.balances, const struct recall_balance)[i].difference;
    return true;
}

static bool rehearse_judge(struct work *work, const void *input, void *body)
{
    struct rehearsing *rehearsing = body;
    *rehearsing = *(const struct rehearsing *)input;
    int64_t waited = work->now_usec - rehearsing->asked_at.usec;
    if (waited < 0)
        return fail(&work->fault, FAULT_INPUT, "asked_at",
                    "The field asked_at lies in the future; correct it.");
    rehearsing->facts.minutes =
        (struct count){true, (waited + USEC_PER_MINUTE - 1) / USEC_PER_MINUTE};
    if (!view_free(work, &rehearsal_table, "code", rehearsing->code) || !search(work, rehearsing) ||
        !setting_count(work, "mock_recall_minutes_most", &rehearsing->facts.minutes_most))
        return false;
    rehearsal_judge(work->arena, &rehearsing->facts, &rehearsing->findings);
    return true;
}

static bool rehearse_again(struct work *work, const void *body, struct rows *findings)
{
    const struct rehearsing *rehearsing = body;
    rehearsal_judge(work->arena, &rehearsing->facts, findings);
    return true;
}

static bool rehearse_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct rehearsing *given = body;
    const struct rehearsal row = {
        .code = given->code,
        .site = entry->site,
        .lot = given->lot,
        .donor = given->donor,
        .asked_at = given->asked_at,
        .minutes = given->facts.minutes.value,
        .vials = given->vials,
        .patients = (int64_t)given->patients.count,
        .difference = given->facts.difference.value,
        .entry = entry->seq,
    };
    return view_put(work, &rehearsal_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &rehearsal_table, page->after, page_limit(page), rows);
}

/* A rehearsal that took too long or that does not add up is recorded all the same: that is what
 * it is for. */
const struct operation rehearsal_operations[REHEARSAL_OPERATIONS] = {
    {.name = "recall.rehearse",
     .method = "POST",
     .path = "/rehearsals",
     .summary = "Time a mock recall: every vial, place and patient, without holding anything.",
     .permission = PERMIT_RECALL_REHEARSE,
     .effect = RECORDS,
     .input = &input_schema,
     .output = &body_schema,
     .subject = "code",
     .judge = rehearse_judge,
     .apply = rehearse_apply,
     .judge_again = rehearse_again},
    {.name = "recall.rehearsals",
     .method = "GET",
     .path = "/rehearsals",
     .summary = "List the mock recalls with their times.",
     .permission = PERMIT_RECALL_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &row_schema,
     .list = list_read},
};
