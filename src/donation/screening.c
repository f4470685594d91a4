/* screening.c: results are judged by the program; a first sample alone never suffices. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/screening.h"

#include "base/time.h"
#include "contract/hold.h"
#include "contract/setting.h"
#include "donation/collection.h"
#include "donation/donor.h"

#include <string.h>

static const char *const outcomes[] = {"detected", "not_detected", NULL};

static const struct field result_fields[] = {
    FIELD(struct screening_result, marker, .required = true, .code = true, .longest = 40,
          .help = "Marker, as in the signed panel"),
    FIELD(struct screening_result, kit, .required = true, .help = "Kit"),
    FIELD(struct screening_result, kit_lot, .required = true, .help = "Lot of the kit"),
    FIELD(struct screening_result, value, .low = 0, .high = 1e9, .help = "Cut-off index"),
    FIELD(struct screening_result, cut_off, .low = 0, .high = 1e9, .help = "Reactive from here"),
    FIELD(struct screening_result, outcome, .choices = outcomes,
          .help = "For tests without a value"),
};
static const struct schema result_schema =
    SCHEMA("screening_result", struct screening_result, result_fields);
static const struct field judged_fields[] = {
    FIELD(struct screening_result, marker, .help = "Marker"),
    FIELD(struct screening_result, kit, .help = "Kit"),
    FIELD(struct screening_result, kit_lot, .help = "Lot of the kit"),
    FIELD(struct screening_result, value, .help = "Cut-off index"),
    FIELD(struct screening_result, cut_off, .help = "Reactive from here"),
    FIELD(struct screening_result, outcome, .help = "For tests without a value"),
    FIELD(struct screening_result, judged, .help = "reactive or non_reactive, computed"),
};
static const struct schema judged_schema =
    SCHEMA("screening_judged", struct screening_result, judged_fields);

struct screening_record {
    const char *sample;
    const char *donor;
    struct date drawn_on;
    const char *laboratory;
    struct rows results;
    bool reactive;
    const char *missing;
};
static const struct field record_fields[] = {
    FIELD(struct screening_record, sample, .required = true, .code = true, .longest = 24,
          .help = "Code of the sample"),
    FIELD(struct screening_record, donor, .required = true, .code = true, .longest = 24,
          .help = "Donor"),
    FIELD(struct screening_record, drawn_on, .required = true, .help = "Day of sampling"),
    FIELD(struct screening_record, laboratory, .required = true, .help = "Laboratory"),
    FIELD(struct screening_record, results, .required = true, .of = &result_schema,
          .help = "One row per marker"),
};
static const struct schema record_input =
    SCHEMA("screening_record", struct screening_record, record_fields);
static const struct field recorded_fields[] = {
    FIELD(struct screening_record, sample, .help = "Code of the sample"),
    FIELD(struct screening_record, donor, .help = "Donor"),
    FIELD(struct screening_record, drawn_on, .help = "Day of sampling"),
    FIELD(struct screening_record, laboratory, .help = "Laboratory"),
    FIELD(struct screening_record, results, .of = &judged_schema, .help = "Results, judged"),
    FIELD(struct screening_record, reactive, .help = "A result is reactive"),
    FIELD(struct screening_record, missing, .help = "Markers of the panel without a judgement"),
};
static const struct schema recorded_schema =
    SCHEMA("screening_recorded", struct screening_record, recorded_fields);

static const struct field row_fields[] = {
    FIELD(struct screening, sample, .help = "Code of the sample"),
    FIELD(struct screening, donor, .help = "Donor"),
    FIELD(struct screening, site, .help = "Site"),
    FIELD(struct screening, drawn_on, .help = "Day of sampling"),
    FIELD(struct screening, laboratory, .help = "Laboratory"),
    FIELD(struct screening, reactive, .help = "A result is reactive"),
    FIELD(struct screening, missing, .help = "Markers of the panel without a judgement"),
    FIELD(struct screening, annulled, .help = "The entry was annulled"),
    FIELD(struct screening, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("screening", struct screening, row_fields);
const struct table screening_table = {"screening", &row_schema, "sample", "donor", TABLE_VIEW};

static const char *judge_result(const struct screening_result *result)
{
    if (text_equals(result->outcome, "detected"))
        return "reactive";
    if (result->value.text && result->cut_off.text)
        return result->value.value >= result->cut_off.value ? "reactive" : "non_reactive";
    return text_equals(result->outcome, "not_detected") ? "non_reactive" : NULL;
}

static bool is_judged(const struct rows *results, const char *marker)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct screening_result *result = &ROWS(*results, const struct screening_result)[i];
        if (text_equals(result->marker, marker))
            return result->judged != NULL;
    }
    return false;
}

/* What the signed panel asks for and the sample does not answer; without a panel, everything. */
static bool find_missing(struct work *work, const struct rows *results, const char **missing)
{
    const char *panel = NULL;
    size_t count = 0;
    struct text text = text_open(work->arena);
    if (!setting_text(work, "donor_panel", &panel))
        return false;
    const char **markers = text_split(work->arena, panel ? panel : "signed_panel", ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (!is_judged(results, markers[i]))
            text_print(&text, "%s%s", text.length ? " " : "", markers[i]);
    *missing = text.length ? text.bytes : NULL;
    return true;
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct screening_record *given = input;
    struct screening_record *recorded = body;
    struct donor donor = {0};
    struct screening_result *results = ROWS(given->results, struct screening_result);
    *recorded = *given;
    for (size_t i = 0; i < given->results.count; i++) {
        for (size_t j = 0; j < i; j++)
            if (text_equals(results[i].marker, results[j].marker))
                return fail(&work->fault, FAULT_INPUT, "results.marker",
                            "The marker %s stands "
                            "twice; give it once.",
                            results[i].marker);
        results[i].judged = judge_result(&results[i]);
        recorded->reactive = recorded->reactive || text_equals(results[i].judged, "reactive");
    }
    return view_need(work, &donor_table, "donor", given->donor, &donor) &&
           view_free(work, &screening_table, "sample", given->sample) &&
           find_missing(work, &given->results, &recorded->missing);
}

static bool put(struct work *work, const struct entry *entry, const void *body, bool annulled)
{
    const struct screening_record *given = body;
    const struct screening row = {
        .sample = given->sample,
        .donor = given->donor,
        .site = entry->site,
        .drawn_on = given->drawn_on,
        .laboratory = given->laboratory,
        .reactive = given->reactive,
        .missing = given->missing,
        .annulled = annulled,
        .entry = entry->seq,
    };
    return view_put(work, &screening_table, &row);
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    return put(work, entry, body, false);
}

static bool record_retract(struct work *work, const struct entry *entry, const void *body)
{
    return put(work, entry, body, true);
}

bool screening_follow(struct work *work, const struct entry *entry, const void *body,
                      struct rows *inputs)
{
    const struct screening_record *recorded = body;
    (void)entry;
    struct hold_order *order = arena_take(work->arena, sizeof *order);
    *order =
        (struct hold_order){link_name(work->arena, "donor", recorded->donor), "reactive_donor"};
    *inputs = (struct rows){recorded->reactive ? 1 : 0, order};
    return true;
}

static bool days_between(const char *from, const char *to, struct count *days)
{
    int64_t first = 0;
    int64_t last = 0;
    days->known = date_parse(from, &first) && date_parse(to, &last);
    days->value = days->known ? last - first : 0;
    return days->known;
}

static void add_sample(struct screening_facts *facts, const struct screening *sample,
                       const struct collection *collection, const char **first, const char **newest)
{
    const char *missing = sample->missing ? sample->missing : "none";
    facts->reactive = facts->reactive || sample->reactive;
    if (!*first || strcmp(sample->drawn_on.text, *first) < 0) {
        *first = sample->drawn_on.text;
        facts->first_missing = missing;
        days_between(sample->drawn_on.text, collection->collected_on.text, &facts->specimen_days);
    }
    if (!*newest || strcmp(sample->drawn_on.text, *newest) > 0) {
        *newest = sample->drawn_on.text;
        facts->second_missing = missing;
        days_between(collection->collected_on.text, sample->drawn_on.text,
                     &facts->second_after_days);
    }
}

bool screening_gather(struct work *work, const char *code, struct screening_facts *facts,
                      struct rows *used)
{
    struct donor donor = {0};
    struct rows samples;
    struct rows collections;
    struct collection collection = {0};
    const char *first = NULL;
    const char *newest = NULL;
    *facts = (struct screening_facts){0};
    if (!view_need(work, &donor_table, "donor", code, &donor) ||
        !view_list(work, &screening_table, "donor", value_text(code), &samples) ||
        !view_list(work, &collection_table, "donor", value_text(code), &collections) ||
        !setting_count(work, "retest_after_days", &facts->retest_after_days) ||
        !setting_count(work, "specimen_most_days", &facts->specimen_most_days))
        return false;
    facts->history = donor.history;
    facts->examination = donor.examination;
    if (collections.count)
        collection = ROWS(collections, struct collection)[collections.count - 1];
    struct use *uses = arena_take(work->arena, (samples.count + 1) * sizeof *uses);
    *used = (struct rows){0, uses};
    if (donor.examined_entry)
        uses[used->count++].entry = donor.examined_entry;
    for (size_t i = 0; i < samples.count; i++) {
        const struct screening *sample = &ROWS(samples, const struct screening)[i];
        if (sample->annulled)
            continue;
        add_sample(facts, sample, &collection, &first, &newest);
        uses[used->count++].entry = sample->entry;
    }
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &screening_table, "donor", value_text(key->code), rows);
}

struct eligibility {
    const char *donor;
    const char *decision;
    struct screening_facts facts;
    struct rows findings;
    struct rows used;
};
static const char *const decisions[] = {"eligible", "ineligible", NULL};
static const struct field asked_fields[] = {
    FIELD(struct eligibility, donor, .required = true, .code = true, .longest = 24,
          .help = "Donor"),
    FIELD(struct eligibility, decision, .required = true, .choices = decisions,
          .help = "The decision that is signed"),
};
static const struct schema asked_schema = SCHEMA("eligibility", struct eligibility, asked_fields);
static const struct field facts_fields[] = {
    FIELD(struct screening_facts, history, .help = "History"),
    FIELD(struct screening_facts, examination, .help = "Examination"),
    FIELD(struct screening_facts, first_missing, .help = "What the first sample lacks"),
    FIELD(struct screening_facts, second_missing, .help = "What the newest sample lacks"),
    FIELD(struct screening_facts, reactive, .help = "A result is reactive"),
    FIELD(struct screening_facts, retest_after_days, .unit = "days", .help = "Signed interval"),
    FIELD(struct screening_facts, second_after_days, .unit = "days",
          .help = "From collection to the newest sample"),
    FIELD(struct screening_facts, specimen_days, .unit = "days",
          .help = "From the first sample to the collection"),
    FIELD(struct screening_facts, specimen_most_days, .unit = "days", .help = "Signed limit"),
};
static const struct schema facts_schema =
    SCHEMA("screening_facts", struct screening_facts, facts_fields);
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
    *decided = (struct eligibility){.donor = given->donor, .decision = given->decision};
    if (!screening_gather(work, given->donor, &decided->facts, &decided->used))
        return false;
    screening_judge(work->arena, &decided->facts, &decided->findings);
    return text_equals(given->decision, "ineligible") ||
           findings_allow(work->arena, &work->fault, "donor", &decided->findings,
                          "The donor cannot be signed as eligible");
}

static bool missing_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct screening_facts facts;
    struct rows used;
    if (!screening_gather(work, key->code, &facts, &used))
        return false;
    screening_judge(work->arena, &facts, rows);
    return true;
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
    screening_judge(work->arena, &decided->facts, findings);
    return true;
}

static bool decide_reconsider(struct work *work, const void *body, bool *stands)
{
    const struct eligibility *decided = body;
    struct screening_facts facts;
    struct rows used;
    struct rows findings;
    if (!screening_gather(work, decided->donor, &facts, &used))
        return false;
    screening_judge(work->arena, &facts, &findings);
    *stands = text_equals(decided->decision, "ineligible") || findings_all_met(&findings);
    return true;
}

const struct operation screening_operations[SCREENING_OPERATIONS] = {
    {.name = "screening.record",
     .method = "POST",
     .path = "/donors/{donor}/screenings",
     .summary = "Record the laboratory results of one sample; the program judges each.",
     .permission = PERMIT_SCREENING_WRITE,
     .effect = RECORDS,
     .input = &record_input,
     .output = &recorded_schema,
     .subject = "sample",
     .judge = record_judge,
     .apply = record_apply,
     .retract = record_retract},
    {.name = "screening.list",
     .method = "GET",
     .path = "/donors/{code}/screenings",
     .summary = "List the samples of a donor.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
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
