/* eligibility.c: first tests alone never carry a decision; every fact is asked when it is signed.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/eligibility.h"

#include "base/time.h"
#include "contract/setting.h"
#include "donation/agreement.h"
#include "donation/collection.h"
#include "donation/donor.h"
#include "donation/screening.h"
#include "donation/serum.h"
#include "donation/specimen.h"
#include "donation/window.h"

#include <string.h>

/* Everything about one donor, as it is read. */
struct gathering {
    struct work *work;
    struct donor donor;
    struct rows tissues;
    struct rows agreements;
    struct rows specimens;
    struct rows screenings;
    struct rows sera;
    struct eligibility_facts *facts;
    struct rows *used;
};

static bool read_all(struct gathering *from, const char *code)
{
    struct work *work = from->work;
    const struct value donor = value_text(code);
    return view_need(work, &donor_table, "donor", code, &from->donor) &&
           view_list(work, &collection_table, "donor", donor, &from->tissues) &&
           view_list(work, &agreement_table, "donor", donor, &from->agreements) &&
           view_list(work, &specimen_table, "donor", donor, &from->specimens) &&
           view_list(work, &screening_table, "donor", donor, &from->screenings) &&
           view_list(work, &serum_table, "donor", donor, &from->sera);
}

static void note_use(struct gathering *from, int64_t entry)
{
    if (entry)
        ROWS(*from->used, struct use)[from->used->count++].entry = entry;
}

static struct count days_between(const char *from, const char *to)
{
    struct count days = {0};
    int64_t first = 0;
    int64_t last = 0;
    days.known = date_parse(from, &first) && date_parse(to, &last);
    days.value = days.known ? last - first : 0;
    return days;
}

/* The first day on which tissue was recovered, or NULL. */
static const char *first_recovery(const struct gathering *from)
{
    const char *first = NULL;
    for (size_t i = 0; i < from->tissues.count; i++) {
        const char *day = ROWS(from->tissues, const struct collection)[i].collected_on.text;
        first = !first || strcmp(day, first) < 0 ? day : first;
    }
    return first;
}

static void gather_agreement(struct gathering *from)
{
    struct eligibility_facts *facts = from->facts;
    for (size_t i = 0; i < from->agreements.count; i++) {
        const struct agreement *row = &ROWS(from->agreements, const struct agreement)[i];
        facts->withdrawn = facts->withdrawn || row->withdrawn_entry;
        note_use(from, row->withdrawn_entry ? row->withdrawn_entry : row->entry);
        if (row->withdrawn_entry)
            continue;
        facts->agreement = row->code;
        facts->agreement_before_days = days_between(row->signed_on.text, first_recovery(from));
    }
    facts->withdrawn = facts->withdrawn && !facts->agreement;
}

/* The worst of all tissues counts; one without a record leaves all of them unknown. */
static void gather_tissues(struct gathering *from)
{
    struct eligibility_facts *facts = from->facts;
    bool known = from->tissues.count > 0;
    for (size_t i = 0; i < from->tissues.count; i++) {
        const struct collection *row = &ROWS(from->tissues, const struct collection)[i];
        note_use(from, row->entry);
        note_use(from, row->microbes_entry);
        known = known && row->microbes;
        if (!text_equals(facts->microbes, "detected") &&
            !(facts->microbes && text_equals(row->microbes, "not_detected")))
            facts->microbes = row->microbes;
        if (i && !text_equals(row->tested_person_asked, facts->tested_person_asked))
            facts->tested_person_asked = NULL;
        else
            facts->tested_person_asked = row->tested_person_asked;
    }
    if (!known && !text_equals(facts->microbes, "detected"))
        facts->microbes = NULL;
}

static void gather_sera(struct gathering *from)
{
    for (size_t i = 0; i < from->sera.count; i++) {
        const struct serum *row = &ROWS(from->sera, const struct serum)[i];
        note_use(from, row->entry);
        if (row->tubes || !from->facts->serum)
            from->facts->serum = row->tubes ? "stored" : "not_possible";
    }
}

static const struct specimen *find_specimen(const struct gathering *from, const char *code)
{
    for (size_t i = 0; i < from->specimens.count; i++) {
        const struct specimen *row = &ROWS(from->specimens, const struct specimen)[i];
        if (text_equals(row->code, code) && !row->annulled)
            return row;
    }
    return NULL;
}

static int64_t distance(struct count days)
{
    return days.value < 0 ? -days.value : days.value;
}

/* For one tissue the tested sample nearest to its recovery; over all tissues the worst of them. */
static bool gather_nearest(struct gathering *from, const struct collection *tissue)
{
    struct eligibility_facts *facts = from->facts;
    struct count nearest = {0};
    const char *missing = NULL;
    for (size_t i = 0; i < from->screenings.count; i++) {
        const struct screening *row = &ROWS(from->screenings, const struct screening)[i];
        const struct specimen *specimen = find_specimen(from, row->sample);
        if (row->annulled || !specimen)
            continue;
        struct count days = days_between(specimen->drawn_on.text, tissue->collected_on.text);
        if (!days.known || (nearest.known && distance(nearest) <= distance(days)))
            continue;
        nearest = days;
        if (!window_missing(from->work, row->answered, &missing))
            return false;
    }
    if (!facts->first_missing || text_equals(facts->first_missing, "none"))
        facts->first_missing = missing;
    if (!facts->specimen_days.known || distance(facts->specimen_days) <= distance(nearest))
        facts->specimen_days = nearest;
    return true;
}

/* The window of every agent counts from the newest recovery. */
static bool gather_screenings(struct gathering *from)
{
    struct eligibility_facts *facts = from->facts;
    struct collection newest = {0};
    bool found = false;
    if (!collection_newest(from->work, from->donor.code, &newest, &found) ||
        !window_gather(from->work, newest.collected_on, &facts->windows))
        return false;
    for (size_t i = 0; i < from->tissues.count; i++)
        if (!gather_nearest(from, &ROWS(from->tissues, const struct collection)[i]))
            return false;
    for (size_t i = 0; i < from->screenings.count; i++) {
        const struct screening *row = &ROWS(from->screenings, const struct screening)[i];
        const struct specimen *specimen = find_specimen(from, row->sample);
        if (row->annulled || !specimen)
            continue;
        note_use(from, specimen->entry);
        note_use(from, row->entry);
        facts->reactive = facts->reactive || row->reactive;
        facts->reactive_agents =
            row->reactive_agents ? row->reactive_agents : facts->reactive_agents;
        struct count days = days_between(newest.collected_on.text, specimen->drawn_on.text);
        if (days.known)
            window_note(from->work->arena, &facts->windows, days.value, row->answered);
    }
    return true;
}

struct eligibility {
    const char *donor;
    const char *decision;
    struct eligibility_facts facts;
    struct rows findings;
    struct rows used;
};

/* Whether something that the signed decision rested on was corrected or annulled afterwards. */
static bool find_amended(struct work *work, const struct operation *operation, int64_t decided,
                         bool *amended)
{
    struct entry entry;
    struct eligibility signed_before = {0};
    const char *hash = NULL;
    bool found = false;
    if (!ledger_read(work, decided, &entry, &hash, &found) || !found ||
        !operation_read_body(work, operation, entry.body, &signed_before))
        return false;
    for (size_t i = 0; i < signed_before.used.count; i++) {
        struct journal journal = {0};
        if (!journal_read(work, ROWS(signed_before.used, const struct use)[i].entry, &journal))
            return false;
        *amended = *amended || journal.corrected_by || journal.annulled_by;
    }
    return true;
}

bool eligibility_gather(struct work *work, const char *code, struct eligibility_facts *facts,
                        struct rows *used)
{
    struct gathering from = {.work = work, .facts = facts, .used = used};
    *facts = (struct eligibility_facts){0};
    if (!read_all(&from, code))
        return false;
    size_t most = 2 + from.agreements.count + 2 * from.tissues.count + from.sera.count +
                  2 * from.screenings.count;
    *used = (struct rows){0, arena_take(work->arena, most * sizeof(struct use))};
    facts->history = from.donor.history;
    facts->examination = from.donor.examination;
    facts->unasked = from.donor.unasked;
    facts->tested_person = from.donor.tested_person;
    facts->treatment_first = from.donor.treatment_first;
    facts->payment_yen = (struct count){true, from.donor.payment_yen};
    facts->ineligible = text_equals(from.donor.decision, "ineligible");
    note_use(&from, from.donor.entry);
    note_use(&from, from.donor.examined_entry);
    gather_agreement(&from);
    gather_tissues(&from);
    gather_sera(&from);
    return setting_count(work, "specimen_most_days", &facts->specimen_most_days) &&
           gather_screenings(&from) &&
           (!facts->ineligible || find_amended(work, &eligibility_operations[1],
                                               from.donor.decided_entry, &facts->amended_since));
}

bool eligibility_show(struct work *work, struct donor *donor)
{
    struct eligibility_facts facts;
    struct rows used;
    if (!eligibility_gather(work, donor->code, &facts, &used))
        return false;
    donor->status = eligibility_status(&facts, donor->decision);
    if (text_equals(donor->status, "screening_1_passed_window_open"))
        donor->retest_from = window_retest_from(&facts.windows);
    return true;
}

static const char *const decisions[] = {"eligible", "ineligible", NULL};
static const struct field asked_fields[] = {
    FIELD(struct eligibility, donor, .required = true, .code = true, .longest = 24,
          .help = "Donor"),
    FIELD(struct eligibility, decision, .required = true, .choices = decisions,
          .help = "The decision that is signed"),
};
static const struct schema asked_schema = SCHEMA("eligibility", struct eligibility, asked_fields);
static const struct field facts_fields[] = {
    FIELD(struct eligibility_facts, history, .help = "History"),
    FIELD(struct eligibility_facts, examination, .help = "Examination"),
    FIELD(struct eligibility_facts, unasked, .help = "Items of the interview not asked"),
    FIELD(struct eligibility_facts, tested_person, .help = "Who was tested"),
    FIELD(struct eligibility_facts, tested_person_asked, .help = "Who has to be tested"),
    FIELD(struct eligibility_facts, treatment_first, .help = "Treatment was not changed"),
    FIELD(struct eligibility_facts, payment_yen, .unit = "yen", .help = "Paid for the tissue"),
    FIELD(struct eligibility_facts, agreement, .help = "Agreement that stands"),
    FIELD(struct eligibility_facts, agreement_before_days, .unit = "days",
          .help = "From its signature to the first recovery"),
    FIELD(struct eligibility_facts, withdrawn, .help = "It was withdrawn and none stands"),
    FIELD(struct eligibility_facts, first_missing,
          .help = "What the sample nearest to recovery lacks"),
    FIELD(struct eligibility_facts, reactive, .help = "A result is reactive"),
    FIELD(struct eligibility_facts, reactive_agents, .help = "Agents with a reactive result"),
    FIELD(struct eligibility_facts, windows, .of = &window_schema, .help = "One per agent"),
    FIELD(struct eligibility_facts, specimen_days, .unit = "days",
          .help = "From the sample nearest to recovery to the recovery"),
    FIELD(struct eligibility_facts, specimen_most_days, .unit = "days", .help = "Signed limit"),
    FIELD(struct eligibility_facts, microbes, .help = "Microbial test, worst of all tissues"),
    FIELD(struct eligibility_facts, serum, .help = "Stored serum: stored or not_possible"),
    FIELD(struct eligibility_facts, ineligible, .help = "Signed as ineligible before"),
    FIELD(struct eligibility_facts, amended_since, .help = "What that rested on was amended"),
};
static const struct schema facts_schema =
    SCHEMA("eligibility_facts", struct eligibility_facts, facts_fields);
static const struct field eligibility_fields[] = {
    FIELD(struct eligibility, donor, .help = "Donor"),
    FIELD(struct eligibility, decision, .help = "The decision that is signed"),
    FIELD(struct eligibility, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct eligibility, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct eligibility, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema eligibility_schema =
    SCHEMA("eligibility_decided", struct eligibility, eligibility_fields);

static bool decide_judge(struct work *work, const void *input, void *body)
{
    const struct eligibility *given = input;
    struct eligibility *decided = body;
    struct donor donor = {0};
    *decided = (struct eligibility){.donor = given->donor, .decision = given->decision};
    if (!donor_need(work, given->donor, &donor) ||
        !eligibility_gather(work, given->donor, &decided->facts, &decided->used))
        return false;
    eligibility_judge(work->arena, &decided->facts, &decided->findings);
    return text_equals(given->decision, "ineligible") ||
           findings_allow(work->arena, &work->fault, "donor", &decided->findings,
                          "The donor cannot be signed as eligible");
}

static bool decide_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct eligibility *given = body;
    struct donor donor = {0};
    if (!view_need(work, &donor_table, "donor", given->donor, &donor))
        return false;
    donor.decision = given->decision;
    donor.decided_entry = entry->seq;
    return view_put(work, &donor_table, &donor);
}

static bool decide_again(struct work *work, const void *body, struct rows *findings)
{
    const struct eligibility *decided = body;
    eligibility_judge(work->arena, &decided->facts, findings);
    return true;
}

static bool decide_reconsider(struct work *work, const void *body, bool *stands)
{
    const struct eligibility *decided = body;
    struct eligibility_facts facts;
    struct rows used;
    struct rows findings;
    if (!eligibility_gather(work, decided->donor, &facts, &used))
        return false;
    eligibility_judge(work->arena, &facts, &findings);
    *stands = text_equals(decided->decision, "ineligible") || findings_all_met(&findings);
    return true;
}

static bool missing_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct eligibility_facts facts;
    struct rows used;
    if (!eligibility_gather(work, key->code, &facts, &used))
        return false;
    eligibility_judge(work->arena, &facts, rows);
    return true;
}

const struct operation eligibility_operations[ELIGIBILITY_OPERATIONS] = {
    {.name = "donor.missing",
     .method = "GET",
     .path = "/donors/{code}/missing",
     .summary = "Show what the eligibility of a donor asks for, and what is missing.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &finding_schema,
     .list = missing_read},
    {.name = "donor.decide",
     .method = "POST",
     .path = "/donors/{donor}/eligibility",
     .summary = "Sign whether a donor is eligible.",
     .permission = PERMIT_DONOR_DECIDE,
     .effect = RECORDS,
     .signature = "responsible",
     .input = &asked_schema,
     .output = &eligibility_schema,
     .subject = "donor",
     .judge = decide_judge,
     .apply = decide_apply,
     .judge_again = decide_again,
     .reconsider = decide_reconsider,
     .kind = "donor"},
};
