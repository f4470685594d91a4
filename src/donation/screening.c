/* screening.c: the results of one specimen, judged marker by marker and agent by agent. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/screening.h"

#include "contract/hold.h"
#include "donation/donor.h"
#include "donation/specimen.h"
#include "donation/window.h"

#include <string.h>

static const char *const methods[] = {"serology", "NAT", "culture", NULL};
static const char *const outcomes[] = {"detected", "not_detected", "reactive", "non_reactive",
                                       NULL};

static const struct field result_fields[] = {
    FIELD(struct screening_result, marker, .required = true, .code = true, .longest = 40,
          .help = "Marker, as in the signed panel"),
    FIELD(struct screening_result, method, .required = true, .choices = methods, .help = "Method"),
    FIELD(struct screening_result, kit, .required = true, .help = "Kit"),
    FIELD(struct screening_result, kit_lot, .required = true, .help = "Lot of the kit"),
    FIELD(struct screening_result, value, .low = 0, .high = 1e9, .help = "Measured value"),
    FIELD(struct screening_result, cut_off, .low = 0, .high = 1e9, .help = "Reactive from here"),
    FIELD(struct screening_result, unit, .longest = 24,
          .help = "Unit of value and cut-off; none for a cut-off index"),
    FIELD(struct screening_result, outcome, .choices = outcomes,
          .help = "For tests without a value"),
};
static const struct schema result_schema =
    SCHEMA("screening_result", struct screening_result, result_fields);
static const struct field judged_fields[] = {
    FIELD(struct screening_result, marker, .help = "Marker"),
    FIELD(struct screening_result, method, .help = "Method"),
    FIELD(struct screening_result, kit, .help = "Kit"),
    FIELD(struct screening_result, kit_lot, .help = "Lot of the kit"),
    FIELD(struct screening_result, value, .help = "Measured value"),
    FIELD(struct screening_result, cut_off, .help = "Reactive from here"),
    FIELD(struct screening_result, unit, .help = "Unit of value and cut-off"),
    FIELD(struct screening_result, outcome, .help = "For tests without a value"),
    FIELD(struct screening_result, judged, .help = "reactive or non_reactive, computed"),
};
static const struct schema judged_schema =
    SCHEMA("screening_judged", struct screening_result, judged_fields);
static const struct field agent_fields[] = {
    FIELD(struct screening_agent, agent, .help = "Agent of the signed panel"),
    FIELD(struct screening_agent, judged, .help = "reactive or non_reactive, over its markers"),
    FIELD(struct screening_agent, reactive, .help = "Its markers that are reactive"),
    FIELD(struct screening_agent, missing, .help = "Its markers without a judgement"),
};
static const struct schema agent_schema =
    SCHEMA("screening_agent", struct screening_agent, agent_fields);

struct screening_record {
    const char *sample;
    const char *donor;
    struct date reported_on;
    const char *laboratory;
    struct rows results;
    struct rows agents;
    bool reactive;
    const char *answered;
    const char *missing;
};
static const struct field record_fields[] = {
    FIELD(struct screening_record, sample, .required = true, .code = true, .longest = 24,
          .help = "Code of the specimen"),
    FIELD(struct screening_record, donor, .required = true, .code = true, .longest = 24,
          .help = "Donor"),
    FIELD(struct screening_record, reported_on, .required = true,
          .help = "Day of the laboratory's report"),
    FIELD(struct screening_record, laboratory, .required = true, .help = "Laboratory"),
    FIELD(struct screening_record, results, .required = true, .of = &result_schema,
          .help = "One row per marker"),
};
static const struct schema record_input =
    SCHEMA("screening_record", struct screening_record, record_fields);
static const struct field recorded_fields[] = {
    FIELD(struct screening_record, sample, .help = "Code of the specimen"),
    FIELD(struct screening_record, donor, .help = "Donor"),
    FIELD(struct screening_record, reported_on, .help = "Day of the laboratory's report"),
    FIELD(struct screening_record, laboratory, .help = "Laboratory"),
    FIELD(struct screening_record, results, .of = &judged_schema, .help = "Results, judged"),
    FIELD(struct screening_record, agents, .of = &agent_schema, .help = "What they say by agent"),
    FIELD(struct screening_record, reactive, .help = "A result is reactive"),
    FIELD(struct screening_record, answered, .help = "Markers with a judgement"),
    FIELD(struct screening_record, missing, .help = "Markers of the panel without one, or none"),
};
static const struct schema recorded_schema =
    SCHEMA("screening_recorded", struct screening_record, recorded_fields);

static const struct field row_fields[] = {
    FIELD(struct screening, sample, .help = "Code of the specimen"),
    FIELD(struct screening, donor, .help = "Donor"),
    FIELD(struct screening, site, .help = "Site"),
    FIELD(struct screening, reported_on, .help = "Day of the laboratory's report"),
    FIELD(struct screening, laboratory, .help = "Laboratory"),
    FIELD(struct screening, reactive, .help = "A result is reactive"),
    FIELD(struct screening, reactive_agents, .help = "Agents with a reactive result"),
    FIELD(struct screening, answered, .help = "Markers with a judgement"),
    FIELD(struct screening, annulled, .help = "The entry was annulled"),
    FIELD(struct screening, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("screening", struct screening, row_fields);
const struct table screening_table = {"screening", &row_schema, "sample", "donor", TABLE_VIEW};

/* A number is the stronger statement: an outcome beside it cannot make it non-reactive. */
const char *screening_judge_result(const struct screening_result *result)
{
    if (text_equals(result->outcome, "detected") || text_equals(result->outcome, "reactive"))
        return "reactive";
    if (result->value.text && result->cut_off.text)
        return result->value.value >= result->cut_off.value ? "reactive" : "non_reactive";
    return result->outcome && !result->value.text ? "non_reactive" : NULL;
}

static bool judge_results(struct work *work, struct screening_record *recorded)
{
    struct screening_result *results = ROWS(recorded->results, struct screening_result);
    struct text answered = text_open(work->arena);
    for (size_t i = 0; i < recorded->results.count; i++) {
        for (size_t j = 0; j < i; j++)
            if (text_equals(results[i].marker, results[j].marker))
                return fail(&work->fault, FAULT_INPUT, "results.marker",
                            "The marker %s stands twice; give it once.", results[i].marker);
        results[i].judged = screening_judge_result(&results[i]);
        recorded->reactive = recorded->reactive || text_equals(results[i].judged, "reactive");
        if (results[i].judged)
            text_print(&answered, "%s%s", answered.length ? " " : "", results[i].marker);
    }
    recorded->answered = answered.length ? answered.bytes : NULL;
    return true;
}

static const char *judged_marker(const struct rows *results, const char *marker)
{
    const char *judged = NULL;
    for (size_t i = 0; i < results->count; i++) {
        const struct screening_result *result = &ROWS(*results, const struct screening_result)[i];
        judged = text_equals(result->marker, marker) ? result->judged : judged;
    }
    return judged;
}

static const char *judgement_of(const struct text *reactive, const struct text *missing)
{
    if (reactive->length)
        return "reactive";
    return missing->length ? NULL : "non_reactive";
}

static void judge_agent(struct arena *arena, const struct screening_record *recorded,
                        const struct window *window, struct screening_agent *agent)
{
    struct text reactive = text_open(arena);
    struct text missing = text_open(arena);
    size_t count = 0;
    const char **markers = text_split(arena, window->markers, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        const char *judged = judged_marker(&recorded->results, markers[i]);
        struct text *to = text_equals(judged, "reactive") ? &reactive : &missing;
        if (!text_equals(judged, "non_reactive"))
            text_print(to, "%s%s", to->length ? " " : "", markers[i]);
    }
    *agent = (struct screening_agent){
        .agent = window->agent,
        .judged = judgement_of(&reactive, &missing),
        .reactive = reactive.length ? reactive.bytes : NULL,
        .missing = missing.length ? missing.bytes : NULL,
    };
}

static bool judge_agents(struct work *work, struct screening_record *recorded)
{
    struct rows windows;
    if (!window_gather(work, (struct date){0}, &windows) ||
        !window_missing(work, recorded->answered, &recorded->missing))
        return false;
    struct screening_agent *agents = arena_take(work->arena, (windows.count + 1) * sizeof *agents);
    for (size_t i = 0; i < windows.count; i++)
        judge_agent(work->arena, recorded, &ROWS(windows, const struct window)[i], &agents[i]);
    recorded->agents = (struct rows){windows.count, agents};
    return true;
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct screening_record *given = input;
    struct screening_record *recorded = body;
    struct donor donor = {0};
    struct specimen specimen = {0};
    *recorded = *given;
    if (!donor_need(work, given->donor, &donor) ||
        !specimen_need(work, "sample", given->sample, given->donor, &specimen) ||
        !donor_check_day(work, "reported_on", given->reported_on) ||
        !view_free(work, &screening_table, "sample", given->sample))
        return false;
    if (strcmp(given->reported_on.text, specimen.drawn_on.text) < 0)
        return fail(&work->fault, FAULT_INPUT, "reported_on",
                    "The specimen %s was drawn on %s, after the day in reported_on; correct it.",
                    given->sample, specimen.drawn_on.text);
    return judge_results(work, recorded) && judge_agents(work, recorded);
}

static const char *list_reactive(struct arena *arena, const struct rows *agents)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < agents->count; i++) {
        const struct screening_agent *agent = &ROWS(*agents, const struct screening_agent)[i];
        if (agent->reactive)
            text_print(&text, "%s%s", text.length ? " " : "", agent->agent);
    }
    return text.length ? text.bytes : NULL;
}

static bool put(struct work *work, const struct entry *entry, const void *body, bool annulled)
{
    const struct screening_record *given = body;
    const struct screening row = {
        .sample = given->sample,
        .donor = given->donor,
        .site = entry->site,
        .reported_on = given->reported_on,
        .laboratory = given->laboratory,
        .reactive = given->reactive,
        .reactive_agents = list_reactive(work->arena, &given->agents),
        .answered = given->answered,
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

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &screening_table, "donor", value_text(key->code), rows);
}

const struct operation screening_operations[SCREENING_OPERATIONS] = {
    {.name = "screening.record",
     .method = "POST",
     .path = "/donors/{donor}/screenings",
     .summary = "Record the laboratory results of one specimen; the program judges each.",
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
     .summary = "List the laboratory results of a donor by specimen.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
