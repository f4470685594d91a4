/* tracing.c: collects names, sends each once, and counts what was sent. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/tracing.h"

#include "supply/box.h"
#include "supply/shipment.h"
#include "treatment/dose.h"
#include "vigilance/event.h"

#include <stdlib.h>
#include <string.h>

struct tracing tracing_open(struct work *work, struct stream *stream, enum link_direction direction)
{
    const struct names none = {.arena = work->arena};
    return (struct tracing){.work = work,
                            .stream = stream,
                            .direction = direction,
                            .things = none,
                            .lots = none,
                            .boxes = none,
                            .shipments = none,
                            .sites = none,
                            .doses = none,
                            .patients = none,
                            .events = none};
}

void tracing_add(struct names *names, const char *name)
{
    if (!name || (names->count && text_equals(names->items[names->count - 1], name)))
        return;
    if (names->count == names->room) {
        names->room = names->room ? 2 * names->room : 64;
        const char **moved = arena_take(names->arena, names->room * sizeof(*moved));
        if (names->count)
            memcpy(moved, names->items, names->count * sizeof(*moved));
        names->items = moved;
    }
    names->items[names->count++] = name;
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

void tracing_sort(struct names *names)
{
    size_t kept = 0;
    if (!names->count)
        return;
    qsort(names->items, names->count, sizeof *names->items, compare);
    for (size_t i = 0; i < names->count; i++)
        if (!kept || !text_equals(names->items[kept - 1], names->items[i]))
            names->items[kept++] = names->items[i];
    names->count = kept;
}

bool tracing_has(const struct names *names, const char *name)
{
    return names->count &&
           bsearch(&name, names->items, names->count, sizeof *names->items, compare) != NULL;
}

/* Adds to the count of a kind, which is how the sums at the end come about. */
static void count(struct tracing *to, const char *kind, int64_t more)
{
    size_t at = 0;
    while (at < to->kinds && !text_equals(to->counts[at].kind, kind))
        at++;
    if (at == TRACING_KINDS)
        return;
    if (at == to->kinds)
        to->counts[to->kinds++].kind = kind;
    to->counts[at].count += more;
}

static bool send(struct tracing *to, const struct trace_row *row)
{
    count(to, row->kind,
          row->amount.known && text_equals(row->kind, "vials") ? row->amount.value : 1);
    return to->only_counts || stream_row(to->work, to->stream, row);
}

void tracing_vials(struct tracing *to, const struct vial_range *range)
{
    if (to->range_count == to->range_room) {
        to->range_room = to->range_room ? 2 * to->range_room : 64;
        struct vial_range *moved = arena_take(to->work->arena, to->range_room * sizeof *moved);
        if (to->range_count)
            memcpy(moved, to->ranges, to->range_count * sizeof *moved);
        to->ranges = moved;
    }
    to->ranges[to->range_count++] = *range;
    to->given += range->dose ? range->last - range->first + 1 : 0;
    tracing_add(&to->sites, range->site);
    if (to->direction == LINK_FORWARD) {
        tracing_add(&to->doses, range->dose);
        tracing_add(&to->patients, range->patient);
    }
}

static bool send_vials(struct tracing *to)
{
    struct arena *arena = to->work->arena;
    for (size_t i = 0; i < to->range_count; i++) {
        const struct vial_range *range = &to->ranges[i];
        const struct trace_row row = {
            .kind = "vials",
            .code = arena_print(arena, "%s/%lld-%lld", range->lot, (long long)range->first,
                                (long long)range->last),
            .depth = to->depth,
            .amount = {true, range->last - range->first + 1},
            .unit = "vials",
            .detail =
                arena_print(arena, "%s at %s", range->state, range->site ? range->site : "no site"),
        };
        if (!send(to, &row))
            return false;
    }
    to->depth += to->range_count > 0;
    return true;
}

struct reached {
    const char *name;
    int64_t depth;
};

static int compare_reached(const void *one, const void *other)
{
    const struct reached *a = one;
    const struct reached *b = other;
    int names = strcmp(a->name, b->name);
    return names ? names : (a->depth > b->depth) - (a->depth < b->depth);
}

static int compare_depths(const void *one, const void *other)
{
    const struct reached *a = one;
    const struct reached *b = other;
    int depths = (a->depth > b->depth) - (a->depth < b->depth);
    return depths ? depths : strcmp(a->name, b->name);
}

/* The closures of all things in one list, each name once with its shortest way. */
static bool reach_all(struct tracing *to, struct names *names, struct rows *list)
{
    struct arena *arena = to->work->arena;
    struct reached *all = NULL;
    size_t count = 0;
    tracing_sort(&to->things);
    for (size_t i = 0; i < to->things.count; i++) {
        struct rows nodes;
        if (!link_reach(to->work, to->things.items[i], to->direction, &nodes))
            return false;
        struct reached *moved = arena_take(arena, (count + nodes.count + 1) * sizeof *moved);
        if (count)
            memcpy(moved, all, count * sizeof *moved);
        for (size_t j = 0; j < nodes.count; j++) {
            const struct link_node *node = &ROWS(nodes, const struct link_node)[j];
            moved[count++] = (struct reached){node->name, node->depth};
            tracing_add(names, node->name);
        }
        all = moved;
    }
    size_t kept = 0;
    if (count)
        qsort(all, count, sizeof *all, compare_reached);
    for (size_t i = 0; i < count; i++)
        if (!kept || !text_equals(all[kept - 1].name, all[i].name))
            all[kept++] = all[i];
    if (kept)
        qsort(all, kept, sizeof *all, compare_depths);
    tracing_sort(names);
    *list = (struct rows){kept, all};
    return true;
}

/* Amounts add up only in one unit; unit is NULL once they do not. */
static void add_amount(struct trace_row *row, const struct link *tie, bool first)
{
    row->unit = first || text_equals(row->unit, tie->unit) ? tie->unit : NULL;
    row->amount.value += tie->amount;
    row->amount.known = row->unit != NULL;
}

/* What went from parents to a child, or from a parent into children, as far as they are reached. */
static bool fill_ties(struct tracing *to, const char *name, const struct names *names,
                      struct trace_row *row)
{
    struct rows ties;
    struct text text = text_open(to->work->arena);
    bool forward = to->direction == LINK_FORWARD;
    if (!link_ties(to->work, name, forward ? LINK_BACKWARD : LINK_FORWARD, &ties))
        return false;
    for (size_t i = 0; i < ties.count; i++) {
        const struct link *tie = &ROWS(ties, const struct link)[i];
        const char *other = forward ? tie->parent : tie->child;
        if (!tracing_has(names, other))
            continue;
        add_amount(row, tie, !text.length);
        text_add(&text, text.length ? ", " : forward ? "from " : "into ");
        text_add(&text, other);
    }
    row->detail = text.length ? text.bytes : NULL;
    return true;
}

bool tracing_things(struct tracing *to)
{
    struct names names = {.arena = to->work->arena};
    struct rows list;
    int64_t base = to->depth;
    if (!reach_all(to, &names, &list))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        const struct reached *reached = &ROWS(list, const struct reached)[i];
        const char *colon = strchr(reached->name, ':');
        struct trace_row row = {.code = colon ? colon + 1 : reached->name,
                                .depth = base + reached->depth};
        row.kind = colon
                       ? arena_text(to->work->arena, reached->name, (size_t)(colon - reached->name))
                       : "thing";
        to->depth = row.depth + 1;
        if (text_equals(row.kind, "lot"))
            tracing_add(&to->lots, row.code);
        if (!fill_ties(to, reached->name, &names, &row) || !send(to, &row))
            return false;
    }
    return true;
}

bool tracing_events(struct tracing *to)
{
    tracing_sort(&to->doses);
    tracing_sort(&to->patients);
    for (size_t i = 0; i < to->patients.count; i++) {
        struct rows events;
        if (!view_list(to->work, &event_table, "patient", value_text(to->patients.items[i]),
                       &events))
            return false;
        for (size_t j = 0; j < events.count; j++) {
            const struct event *event = &ROWS(events, const struct event)[j];
            if (!event->dose || tracing_has(&to->doses, event->dose))
                tracing_add(&to->events, event->code);
        }
    }
    return true;
}

/* Whether one of the vials that were found is among these. */
static bool travelled(const struct tracing *to, const char *lot, int64_t first, int64_t last)
{
    for (size_t i = 0; i < to->range_count; i++) {
        const struct vial_range *range = &to->ranges[i];
        if (range->first <= last && range->last >= first && text_equals(range->lot, lot))
            return true;
    }
    return false;
}

/* A vial names its newest shipment alone; one that came back travelled before. Of a shipment that
 * the trace begins with, later ones lie ahead and earlier ones behind. */
static bool add_shipments(struct tracing *to, const char *lot)
{
    struct rows shipments;
    if (!view_list(to->work, &shipment_table, "lot", value_text(lot), &shipments))
        return false;
    for (size_t i = 0; i < shipments.count; i++) {
        const struct shipment *row = &ROWS(shipments, const struct shipment)[i];
        bool beside = to->begun && (to->direction == LINK_FORWARD ? row->entry < to->begun
                                                                  : row->entry > to->begun);
        if (!beside && travelled(to, row->lot, row->first, row->last))
            tracing_add(&to->shipments, row->code);
    }
    return true;
}

static bool add_boxes(struct tracing *to, const char *shipment)
{
    struct rows boxes;
    if (!box_list(to->work, shipment, &boxes))
        return false;
    for (size_t i = 0; i < boxes.count; i++) {
        const struct box *box = &ROWS(boxes, const struct box)[i];
        if (travelled(to, box->lot, box->first, box->last))
            tracing_add(&to->boxes, box->code);
    }
    return true;
}

bool tracing_boxes(struct tracing *to)
{
    struct names lots = {.arena = to->work->arena};
    for (size_t i = 0; i < to->range_count; i++)
        tracing_add(&lots, to->ranges[i].lot);
    tracing_sort(&lots);
    for (size_t i = 0; i < lots.count; i++)
        if (!add_shipments(to, lots.items[i]))
            return false;
    tracing_sort(&to->shipments);
    for (size_t i = 0; i < to->shipments.count; i++)
        if (!add_boxes(to, to->shipments.items[i]))
            return false;
    return true;
}

static bool tell_box(struct tracing *to, const char *code, struct trace_row *row)
{
    struct box box = {0};
    if (!view_need(to->work, &box_table, "name", code, &box))
        return false;
    row->detail = arena_print(to->work->arena, "lot %s, %lld-%lld, %s", box.lot,
                              (long long)box.first, (long long)box.last, box.decision);
    return true;
}

static bool tell_shipment(struct tracing *to, const char *code, struct trace_row *row)
{
    struct shipment shipment = {0};
    if (!view_need(to->work, &shipment_table, "name", code, &shipment))
        return false;
    row->detail = arena_print(to->work->arena, "lot %s to %s, %s", shipment.lot, shipment.to_site,
                              shipment.status);
    return true;
}

static bool tell_dose(struct tracing *to, const char *code, struct trace_row *row)
{
    struct dose dose = {0};
    if (!view_need(to->work, &dose_table, "name", code, &dose))
        return false;
    row->amount = (struct count){true, dose.volume_ul};
    row->unit = "uL";
    row->detail = arena_print(to->work->arena, "%s on %s to %s", dose.route, dose.given_on.text,
                              dose.patient);
    return true;
}

static bool tell_patient(struct tracing *to, const char *code, struct trace_row *row)
{
    struct patient patient = {0};
    if (!view_need(to->work, &patient_table, "name", code, &patient))
        return false;
    row->detail =
        arena_print(to->work->arena, "site %s, language %s", patient.site, patient.language);
    return true;
}

static bool tell_event(struct tracing *to, const char *code, struct trace_row *row)
{
    struct event event = {0};
    if (!view_need(to->work, &event_table, "name", code, &event))
        return false;
    row->detail = arena_print(to->work->arena, "grade %lld, %s, patient %s", (long long)event.grade,
                              event.seriousness, event.patient);
    return true;
}

static bool tell_nothing(struct tracing *to, const char *code, struct trace_row *row)
{
    (void)to;
    (void)code;
    (void)row;
    return true;
}

static bool send_names(struct tracing *to, struct names *names, const char *kind,
                       bool (*tell)(struct tracing *to, const char *code, struct trace_row *row))
{
    tracing_sort(names);
    for (size_t i = 0; i < names->count; i++) {
        struct trace_row row = {.kind = kind, .code = names->items[i], .depth = to->depth};
        if (!tell(to, names->items[i], &row) || !send(to, &row))
            return false;
    }
    to->depth += names->count > 0;
    return true;
}

static bool send_places(struct tracing *to)
{
    return send_names(to, &to->boxes, "box", tell_box) &&
           send_names(to, &to->shipments, "shipment", tell_shipment) &&
           send_names(to, &to->sites, "site", tell_nothing);
}

bool tracing_send(struct tracing *to)
{
    if (to->direction == LINK_FORWARD)
        return send_vials(to) && send_places(to) && send_names(to, &to->doses, "dose", tell_dose) &&
               send_names(to, &to->patients, "patient", tell_patient) &&
               send_names(to, &to->events, "event", tell_event);
    return send_names(to, &to->events, "event", tell_event) &&
           send_names(to, &to->patients, "patient", tell_patient) &&
           send_names(to, &to->doses, "dose", tell_dose) && send_vials(to) && send_places(to);
}

bool tracing_counts(struct tracing *to)
{
    if (to->given)
        count(to, "vials_given", to->given);
    for (size_t i = 0; i < to->kinds; i++) {
        const struct trace_row row = {
            .kind = "count", .code = to->counts[i].kind, .amount = {true, to->counts[i].count}};
        if (!stream_row(to->work, to->stream, &row))
            return false;
    }
    return true;
}
