/* tree.c: walks from a thing to its neighbours, each thing once, and draws the branches. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/tree.h"

#include "chain/link.h"
#include "manufacture/vial.h"
#include "supply/box.h"
#include "supply/shipment.h"
#include "treatment/dose.h"
#include "vigilance/event.h"
#include "vigilance/names.h"

#include <string.h>

static const struct field row_fields[] = {
    FIELD(struct tree_row, line, .help = "Branches and name, ready to print"),
    FIELD(struct tree_row, kind, .help = "Kind"),
    FIELD(struct tree_row, code, .help = "Code"),
    FIELD(struct tree_row, depth, .help = "Steps from the start"),
    FIELD(struct tree_row, detail, .help = "What else is known about it"),
};
static const struct schema row_schema = SCHEMA("trace_tree", struct tree_row, row_fields);

struct tree_key {
    const char *name;
};
static const struct field key_fields[] = {
    FIELD(struct tree_key, name, .required = true, .code = true, .longest = 64,
          .help = "Start, as donor:D-0001, lot:L-25-001, dose:DO-001 or event:AE-0001"),
};
static const struct schema key_schema = SCHEMA("trace_tree_key", struct tree_key, key_fields);

struct growing {
    struct work *work;
    struct stream *stream;
    enum link_direction direction;
    struct names seen;
};

/* The neighbours of a code of one kind. */
struct expansion {
    const char *kind;
    bool (*forward)(struct work *work, const char *code, struct names *next);
    bool (*backward)(struct work *work, const char *code, struct names *next);
};

static void add(struct work *work, struct names *next, const char *kind, const char *code)
{
    if (code)
        names_add(next, link_name(work->arena, kind, code));
}

static bool lot_forward(struct work *work, const char *code, struct names *next)
{
    struct rows shipments;
    if (!view_list(work, &shipment_table, "lot", value_text(code), &shipments))
        return false;
    for (size_t i = 0; i < shipments.count; i++)
        add(work, next, "shipment", ROWS(shipments, const struct shipment)[i].code);
    return true;
}

/* Whatever of it was given, though the vials may have travelled on before. */
static bool shipment_forward(struct work *work, const char *code, struct names *next)
{
    struct shipment shipment = {0};
    struct rows ranges;
    if (!view_need(work, &shipment_table, "name", code, &shipment) ||
        !vial_overlapping(work, shipment.lot, shipment.first, shipment.last, &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++)
        add(work, next, "dose", ROWS(ranges, const struct vial_range)[i].dose);
    return true;
}

static bool shipment_backward(struct work *work, const char *code, struct names *next)
{
    struct shipment shipment = {0};
    if (!view_need(work, &shipment_table, "name", code, &shipment))
        return false;
    add(work, next, "lot", shipment.lot);
    return true;
}

static bool dose_forward(struct work *work, const char *code, struct names *next)
{
    struct dose dose = {0};
    if (!view_need(work, &dose_table, "name", code, &dose))
        return false;
    add(work, next, "patient", dose.patient);
    return true;
}

static bool box_backward(struct work *work, const char *code, struct names *next)
{
    struct box box = {0};
    if (!view_need(work, &box_table, "name", code, &box))
        return false;
    add(work, next, "shipment", box.shipment);
    return true;
}

/* A vial lay in a box of the shipment; where there were none, the shipment itself is next. */
static bool way_backward(struct work *work, const struct vial_range *range, const char *shipment,
                         struct names *next)
{
    struct rows boxes;
    bool boxed = false;
    if (!box_list(work, shipment, &boxes))
        return false;
    for (size_t i = 0; i < boxes.count; i++) {
        const struct box *box = &ROWS(boxes, const struct box)[i];
        if (range->first > box->last || range->last < box->first)
            continue;
        add(work, next, "box", box->code);
        boxed = true;
    }
    if (!boxed)
        add(work, next, "shipment", shipment);
    return true;
}

/* Every shipment that carried it: a vial that came back went out again. */
static bool range_backward(struct work *work, const struct vial_range *range, struct names *next)
{
    struct rows shipments;
    if (!view_list(work, &shipment_table, "lot", value_text(range->lot), &shipments))
        return false;
    for (size_t i = 0; i < shipments.count; i++) {
        const struct shipment *row = &ROWS(shipments, const struct shipment)[i];
        if (row->first <= range->last && row->last >= range->first &&
            !way_backward(work, range, row->code, next))
            return false;
    }
    return true;
}

static bool dose_backward(struct work *work, const char *code, struct names *next)
{
    struct rows ranges;
    if (!view_list(work, &vial_table, "dose", value_text(code), &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct vial_range *range = &ROWS(ranges, const struct vial_range)[i];
        if (!range->shipment)
            add(work, next, "lot", range->lot);
        else if (!range_backward(work, range, next))
            return false;
    }
    return true;
}

static bool patient_forward(struct work *work, const char *code, struct names *next)
{
    struct rows events;
    if (!view_list(work, &event_table, "patient", value_text(code), &events))
        return false;
    for (size_t i = 0; i < events.count; i++)
        add(work, next, "event", ROWS(events, const struct event)[i].code);
    return true;
}

static bool patient_backward(struct work *work, const char *code, struct names *next)
{
    struct rows doses;
    if (!view_list(work, &dose_table, "patient", value_text(code), &doses))
        return false;
    for (size_t i = 0; i < doses.count; i++) {
        const struct dose *dose = &ROWS(doses, const struct dose)[i];
        if (!dose->annulled)
            add(work, next, "dose", dose->code);
    }
    return true;
}

static bool event_backward(struct work *work, const char *code, struct names *next)
{
    struct event event = {0};
    if (!view_need(work, &event_table, "name", code, &event))
        return false;
    add(work, next, event.dose ? "dose" : "patient", event.dose ? event.dose : event.patient);
    return true;
}

static const struct expansion expansions[] = {
    {"lot", lot_forward, NULL},
    {"shipment", shipment_forward, shipment_backward},
    {"box", NULL, box_backward},
    {"dose", dose_forward, dose_backward},
    {"patient", patient_forward, patient_backward},
    {"event", NULL, event_backward},
};

static bool tied(struct growing *to, const char *name, struct names *next)
{
    struct rows ties;
    bool forward = to->direction == LINK_FORWARD;
    if (!link_ties(to->work, name, to->direction, &ties))
        return false;
    for (size_t i = 0; i < ties.count; i++) {
        const struct link *tie = &ROWS(ties, const struct link)[i];
        names_add(next, forward ? tie->child : tie->parent);
    }
    return true;
}

static bool neighbours(struct growing *to, const char *name, struct names *next)
{
    *next = (struct names){.arena = to->work->arena};
    if (!tied(to, name, next))
        return false;
    for (size_t i = 0; i < sizeof expansions / sizeof *expansions; i++) {
        const struct expansion *expansion = &expansions[i];
        size_t length = strlen(expansion->kind);
        bool (*expand)(struct work * work, const char *code, struct names *found) =
            to->direction == LINK_FORWARD ? expansion->forward : expansion->backward;
        if (expand && strncmp(name, expansion->kind, length) == 0 && name[length] == ':' &&
            !expand(to->work, name + length + 1, next))
            return false;
    }
    names_sort(next);
    return true;
}

static bool is_new(struct growing *to, const char *name)
{
    size_t before = to->seen.count;
    names_add(&to->seen, name);
    return to->seen.count > before;
}

struct branch {
    const char *before; /* what stands to the left of the children */
    const char *joint;  /* what stands before the name itself */
    int64_t depth;
};

static bool send_line(struct growing *to, const char *name, const struct branch *branch,
                      const char *detail)
{
    const char *colon = strchr(name, ':');
    const struct tree_row row = {
        .line = arena_print(to->work->arena, "%s%s%s%s", branch->joint, name, detail ? " " : "",
                            detail ? detail : ""),
        .kind = colon ? arena_text(to->work->arena, name, (size_t)(colon - name)) : "thing",
        .code = colon ? colon + 1 : name,
        .depth = branch->depth,
        .detail = detail,
    };
    return stream_row(to->work, to->stream, &row);
}

static bool grow(struct growing *to, const char *name, const struct branch *branch)
{
    struct arena *arena = to->work->arena;
    struct names next;
    if (!is_new(to, name))
        return send_line(to, name, branch, "(see above)");
    if (!neighbours(to, name, &next))
        return false;
    if (!send_line(to, name, branch, NULL))
        return false;
    for (size_t i = 0; i < next.count; i++) {
        bool last = i + 1 == next.count;
        const struct branch inner = {
            .before = arena_print(arena, "%s%s", branch->before, last ? "   " : "│  "),
            .joint = arena_print(arena, "%s%s", branch->before, last ? "└─ " : "├─ "),
            .depth = branch->depth + 1,
        };
        if (!grow(to, next.items[i], &inner))
            return false;
    }
    return true;
}

/* A code that nothing is recorded about is a mistyped one, not a tree without branches. */
static bool is_recorded(struct work *work, const char *name)
{
    const char *colon = strchr(name, ':');
    struct rows rows;
    struct rows ties;
    if (!colon || !colon[1])
        return fail(&work->fault, FAULT_INPUT, "name",
                    "The field name must be a kind and a code, such as lot:L-25-001.");
    if (!view_list(work, &journal_table, "subject", value_text(colon + 1), &rows) ||
        !link_ties(work, name, LINK_FORWARD, &ties))
        return false;
    return rows.count + ties.count > 0 ||
           fail(&work->fault, FAULT_MISSING, "name",
                "Nothing is recorded about %s; check the code.", name);
}

static bool draw(struct work *work, const struct tree_key *key, enum link_direction direction,
                 struct stream *stream)
{
    struct growing to = {
        .work = work, .stream = stream, .direction = direction, .seen = {.arena = work->arena}};
    const struct branch root = {"", "", 0};
    return is_recorded(work, key->name) && grow(&to, key->name, &root);
}

static bool forward_stream(struct work *work, const void *input, struct stream *stream)
{
    return draw(work, input, LINK_FORWARD, stream);
}

static bool backward_stream(struct work *work, const void *input, struct stream *stream)
{
    return draw(work, input, LINK_BACKWARD, stream);
}

const struct operation tree_operations[TREE_OPERATIONS] = {
    {.name = "trace.forward_tree",
     .method = "GET",
     .path = "/trace/forward/{name}/tree",
     .summary = "Draw what came of a thing, branch by branch.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &key_schema,
     .output = &row_schema,
     .stream = forward_stream},
    {.name = "trace.backward_tree",
     .method = "GET",
     .path = "/trace/backward/{name}/tree",
     .summary = "Draw what a thing came from, branch by branch.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &key_schema,
     .output = &row_schema,
     .stream = backward_stream},
};
