/* trace.c: a closure over what was made from what, then range scans over vials. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/trace.h"

#include "supply/box.h"
#include "supply/shipment.h"
#include "treatment/dose.h"
#include "vigilance/event.h"
#include "vigilance/tracing.h"

#include <stdlib.h>
#include <string.h>

struct trace_key {
    const char *name;
};
static const struct field key_fields[] = {
    FIELD(struct trace_key, name, .required = true, .code = true, .longest = 64,
          .help = "Start, as donor:D-0001, lot:L-25-001, vial:L-25-001/361 or patient:P-0001"),
};
static const struct schema key_schema = SCHEMA("trace_key", struct trace_key, key_fields);

static const struct field row_fields[] = {
    FIELD(struct trace_row, kind, .help = "What was reached; count for the sums at the end"),
    FIELD(struct trace_row, code, .help = "Its code; lot/first-last for vials"),
    FIELD(struct trace_row, depth, .help = "Steps from the start"),
    FIELD(struct trace_row, amount, .help = "How much went in, or how many"),
    FIELD(struct trace_row, unit, .help = "Unit of the amount"),
    FIELD(struct trace_row, detail, .help = "What else is known about it"),
};
static const struct schema row_schema = SCHEMA("trace", struct trace_row, row_fields);

static bool split(struct work *work, const char *name, const char **kind, const char **code)
{
    const char *colon = strchr(name, ':');
    if (!colon || colon == name || !colon[1])
        return fail(&work->fault, FAULT_INPUT, "name",
                    "The field name must be a kind and a code, "
                    "such as lot:L-25-001.");
    *kind = arena_text(work->arena, name, (size_t)(colon - name));
    *code = colon + 1;
    return true;
}

static bool is_recorded(struct work *work, const char *name, const char *code)
{
    struct rows rows;
    struct rows made;
    if (!view_list(work, &journal_table, "subject", value_text(code), &rows) ||
        !link_ties(work, name, LINK_BACKWARD, &made))
        return false;
    return rows.count + made.count > 0 ||
           fail(&work->fault, FAULT_MISSING, "name",
                "Nothing is recorded about %s; check the code.", name);
}

/* vial:L-25-001/361 is one serial; without one it is every vial of the lot. */
static bool start_vials(struct tracing *to, const char *code)
{
    const char *slash = strrchr(code, '/');
    const char *lot = slash ? arena_text(to->work->arena, code, (size_t)(slash - code)) : code;
    const char *digits = slash ? slash + 1 : "";
    int64_t serial = slash ? strtoll(digits, NULL, 10) : 0;
    struct rows ranges;
    if (digits[strspn(digits, "0123456789")])
        return fail(&to->work->fault, FAULT_INPUT, "name",
                    "The serial of a vial is a number, as in vial:L-25-001/361; correct it.");
    if (!vial_overlapping(to->work, lot, slash ? serial : 1, slash ? serial : 1, &ranges))
        return false;
    if (!ranges.count)
        return fail(&to->work->fault, FAULT_MISSING, "name",
                    "There is no vial %s; check the lot "
                    "and the serial.",
                    code);
    tracing_span(to, lot, slash ? serial : 1, slash ? serial : WHOLE_LOT);
    names_add(&to->lots, lot);
    return true;
}

static bool vials_of_dose(struct tracing *to, const char *code)
{
    struct rows ranges;
    if (!view_list(to->work, &vial_table, "dose", value_text(code), &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct vial_range *range = &ROWS(ranges, const struct vial_range)[i];
        tracing_span(to, range->lot, range->first, range->last);
    }
    return true;
}

static bool start_shipment(struct tracing *to, const char *code)
{
    struct shipment shipment = {0};
    if (!view_need(to->work, &shipment_table, "name", code, &shipment))
        return false;
    tracing_span(to, shipment.lot, shipment.first, shipment.last);
    names_add(&to->lots, shipment.lot);
    to->begun = shipment.entry;
    return true;
}

static bool start_box(struct tracing *to, const char *code)
{
    struct box box = {0};
    if (!view_need(to->work, &box_table, "name", code, &box))
        return false;
    tracing_span(to, box.lot, box.first, box.last);
    names_add(&to->lots, box.lot);
    return true;
}

/* The story runs from vials to doses to patients to events. */
static bool follow_dose(struct tracing *to, const struct dose *dose)
{
    names_add(&to->doses, dose->code);
    if (to->direction == LINK_FORWARD) {
        names_add(&to->patients, dose->patient);
        return true;
    }
    names_add(&to->lots, dose->lot);
    return vials_of_dose(to, dose->code);
}

static bool start_dose(struct tracing *to, const char *code)
{
    struct dose dose = {0};
    return view_need(to->work, &dose_table, "name", code, &dose) && follow_dose(to, &dose);
}

static bool doses_of_patient(struct tracing *to, const char *patient)
{
    struct rows doses;
    if (!view_list(to->work, &dose_table, "patient", value_text(patient), &doses))
        return false;
    for (size_t i = 0; i < doses.count; i++) {
        const struct dose *dose = &ROWS(doses, const struct dose)[i];
        if (!dose->annulled && !follow_dose(to, dose))
            return false;
    }
    return true;
}

static bool events_of_patient(struct tracing *to, const char *patient)
{
    struct rows events;
    if (!view_list(to->work, &event_table, "patient", value_text(patient), &events))
        return false;
    for (size_t i = 0; i < events.count; i++)
        names_add(&to->events, ROWS(events, const struct event)[i].code);
    return true;
}

static bool start_patient(struct tracing *to, const char *code)
{
    struct patient patient = {0};
    if (!view_need(to->work, &patient_table, "name", code, &patient))
        return false;
    names_add(&to->patients, code);
    return to->direction == LINK_FORWARD ? events_of_patient(to, code) : doses_of_patient(to, code);
}

static bool start_event(struct tracing *to, const char *code)
{
    struct event event = {0};
    if (!view_need(to->work, &event_table, "name", code, &event))
        return false;
    names_add(&to->events, code);
    if (to->direction == LINK_FORWARD)
        return true;
    names_add(&to->patients, event.patient);
    return event.dose ? start_dose(to, event.dose) : doses_of_patient(to, event.patient);
}

/* Things that are tied by links: forward, their lots bring the vials. */
static bool start_thing(struct tracing *to, const char *name, const char *code)
{
    if (!is_recorded(to->work, name, code))
        return false;
    names_add(&to->things, name);
    return true;
}

static const struct {
    const char *kind;
    bool (*start)(struct tracing *to, const char *code);
} starts[] = {
    {"vial", start_vials}, {"box", start_box},         {"shipment", start_shipment},
    {"dose", start_dose},  {"patient", start_patient}, {"event", start_event},
};

bool trace_begin(struct tracing *to, const char *name)
{
    const char *kind = NULL;
    const char *code = NULL;
    if (!split(to->work, name, &kind, &code))
        return false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (text_equals(starts[i].kind, kind))
            return starts[i].start(to, code);
    return start_thing(to, name, code);
}

static void vials_of_lots(struct tracing *to)
{
    names_sort(&to->lots);
    for (size_t i = 0; i < to->lots.count; i++)
        tracing_span(to, to->lots.items[i], 1, WHOLE_LOT);
}

/* Of vials, the lots that they came from are upstream and stay out. */
static bool follow_forward(struct tracing *to, const char *name)
{
    if (!trace_begin(to, name))
        return false;
    if (to->things.count) {
        if (!tracing_things(to))
            return false;
        vials_of_lots(to);
    }
    return tracing_send(to) && tracing_counts(to);
}

static bool follow_backward(struct tracing *to, const char *name)
{
    if (!trace_begin(to, name) || !tracing_send(to))
        return false;
    names_sort(&to->lots);
    for (size_t i = 0; i < to->lots.count; i++)
        names_add(&to->things, link_name(to->work->arena, "lot", to->lots.items[i]));
    return tracing_things(to) && tracing_counts(to);
}

static bool forward_stream(struct work *work, const void *input, struct stream *stream)
{
    const struct trace_key *key = input;
    struct tracing to = tracing_open(work, stream, LINK_FORWARD);
    return follow_forward(&to, key->name);
}

static bool backward_stream(struct work *work, const void *input, struct stream *stream)
{
    const struct trace_key *key = input;
    struct tracing to = tracing_open(work, stream, LINK_BACKWARD);
    return follow_backward(&to, key->name);
}

static bool forward_counts(struct work *work, const void *input, struct stream *stream)
{
    const struct trace_key *key = input;
    struct tracing to = tracing_open(work, stream, LINK_FORWARD);
    to.only_counts = true;
    return follow_forward(&to, key->name);
}

static bool backward_counts(struct work *work, const void *input, struct stream *stream)
{
    const struct trace_key *key = input;
    struct tracing to = tracing_open(work, stream, LINK_BACKWARD);
    to.only_counts = true;
    return follow_backward(&to, key->name);
}

static int compare_codes(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static bool reach_kind(struct work *work, const char *name, enum link_direction direction,
                       const char *prefix, struct rows *names)
{
    struct rows nodes;
    if (!link_reach(work, name, direction, &nodes))
        return false;
    const char **codes = arena_take(work->arena, (nodes.count + 1) * sizeof(*codes));
    *names = (struct rows){0, codes};
    for (size_t i = 0; i < nodes.count; i++) {
        const char *node = ROWS(nodes, const struct link_node)[i].name;
        if (text_starts(node, prefix))
            codes[names->count++] = node;
    }
    return true;
}

bool trace_lots(struct work *work, const char *name, struct rows *lots)
{
    if (!reach_kind(work, name, LINK_FORWARD, "lot:", lots))
        return false;
    const char **codes = lots->items;
    for (size_t i = 0; i < lots->count; i++)
        codes[i] += strlen("lot:");
    qsort(codes, lots->count, sizeof *codes, compare_codes);
    return true;
}

bool trace_siblings(struct work *work, const char *lot, struct rows *lots)
{
    struct rows donors;
    struct names all = {.arena = work->arena};
    if (!reach_kind(work, link_name(work->arena, "lot", lot), LINK_BACKWARD, "donor:", &donors))
        return false;
    names_add(&all, lot);
    for (size_t i = 0; i < donors.count; i++) {
        struct rows own;
        if (!trace_lots(work, ROWS(donors, const char *)[i], &own))
            return false;
        for (size_t j = 0; j < own.count; j++)
            names_add(&all, ROWS(own, const char *)[j]);
    }
    names_sort(&all);
    *lots = (struct rows){all.count, all.items};
    return true;
}

const struct operation trace_operations[TRACE_OPERATIONS] = {
    {.name = "trace.forward",
     .method = "GET",
     .path = "/trace/forward/{name}",
     .summary =
         "Follow a thing to everything that came of it: lots, vials, sites, patients, events.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &key_schema,
     .output = &row_schema,
     .stream = forward_stream},
    {.name = "trace.backward",
     .method = "GET",
     .path = "/trace/backward/{name}",
     .summary = "Follow a thing back to everything that it came from.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &key_schema,
     .output = &row_schema,
     .stream = backward_stream},
    {.name = "trace.forward_counts",
     .method = "GET",
     .path = "/trace/forward/{name}/counts",
     .summary = "Count what came of a thing, by kind.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &key_schema,
     .output = &row_schema,
     .stream = forward_counts},
    {.name = "trace.backward_counts",
     .method = "GET",
     .path = "/trace/backward/{name}/counts",
     .summary = "Count what a thing came from, by kind.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &key_schema,
     .output = &row_schema,
     .stream = backward_counts},
};
