/* links.c: the closure on both sides of a thing, then shipments and sites by the vials' own ranges.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/links.h"

#include "contract/hold.h"
#include "manufacture/lot.h"
#include "supply/shipment.h"
#include "vigilance/tracing.h"

#include <assert.h>
#include <string.h>

/* A picture of more can be read by nobody. */
enum { MOST_THINGS = 2000, MOST_STAYS = 4000 };

struct links_key {
    const char *name;
};
static const struct field key_fields[] = {
    FIELD(struct links_key, name, .required = true, .code = true, .longest = 64,
          .help = "Start, as lot:L-25-001, donor:D-0001, vial:L-25-001/361 or dose:DO-001"),
};
static const struct schema key_schema = SCHEMA("links_key", struct links_key, key_fields);

static const struct field hold_fields[] = {
    FIELD(struct linked_hold, subject, .help = "What is held, as kind:code"),
    FIELD(struct linked_hold, why, .help = "Why"),
};
static const struct schema hold_schema = SCHEMA("linked_hold", struct linked_hold, hold_fields);

static const struct field thing_fields[] = {
    FIELD(struct linked_thing, name, .help = "The thing, as kind:code"),
    FIELD(struct linked_thing, kind, .help = "Its kind"),
    FIELD(struct linked_thing, code, .help = "Its code"),
    FIELD(struct linked_thing, depth,
          .help = "Steps from the start; below 0 what the start came from"),
    FIELD(struct linked_thing, status, .help = "Status of a lot or of a shipment"),
    FIELD(struct linked_thing, held, .help = "A hold stops it"),
    FIELD(struct linked_thing, holds, .of = &hold_schema, .help = "Holds that stop it"),
    FIELD(struct linked_thing, made, .help = "Vials of a lot, as they were made"),
    FIELD(struct linked_thing, more_sources,
          .help = "Further things that it came from, which the start has no part in"),
    FIELD(struct linked_thing, more_results,
          .help = "Further things that came of it, which the start has no part in"),
};
static const struct schema thing_schema = SCHEMA("linked_thing", struct linked_thing, thing_fields);

static const struct field tie_fields[] = {
    FIELD(struct linked_tie, child, .help = "What was made or reached, as kind:code"),
    FIELD(struct linked_tie, child_kind, .help = "Its kind"),
    FIELD(struct linked_tie, parent, .help = "What it came from, as kind:code"),
    FIELD(struct linked_tie, parent_kind, .help = "Its kind"),
    FIELD(struct linked_tie, amount, .help = "How much of the one went into the other"),
    FIELD(struct linked_tie, unit, .help = "Unit of the amount"),
    FIELD(struct linked_tie, state, .help = "State of vials at a site"),
    FIELD(struct linked_tie, patients, .help = "Patients who received these vials"),
    FIELD(struct linked_tie, entry, .help = "Entry that says so; 0 where the vials say it"),
};
static const struct schema tie_schema = SCHEMA("linked_tie", struct linked_tie, tie_fields);

struct links {
    const char *name;
    struct rows things;
    struct rows ties;
};
static const struct field links_fields[] = {
    FIELD(struct links, name, .help = "Start"),
    FIELD(struct links, things, .of = &thing_schema, .help = "What there is, each once"),
    FIELD(struct links, ties, .of = &tie_schema, .help = "What came of what"),
};
static const struct schema links_schema = SCHEMA("trace_links", struct links, links_fields);

/* Vials of a lot that came to one site by one way and are in one state there. */
struct stay {
    const char *lot;
    const char *shipment; /* NULL: they never left */
    const char *site;
    const char *state;
    int64_t vials;
    struct names patients;
};

struct linking {
    struct work *work;
    struct tracing tracing;
    struct names names; /* of things, in the order of the rows */
    struct linked_thing *things;
    struct linked_tie *ties;
    size_t tie_count;
    size_t tie_room;
    struct stay *stays;
    size_t stay_count;
    bool crowded; /* by stays */
};

static const char *kind_of(struct arena *arena, const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? arena_text(arena, name, (size_t)(colon - name)) : "thing";
}

static bool add_thing(struct linking *to, const char *name, int64_t depth)
{
    struct work *work = to->work;
    assert(to->things); /* taken before anything is added */
    if (names_hold(&to->names, name))
        return true;
    if (to->names.count == MOST_THINGS)
        return fail(&work->fault, FAULT_INPUT, "name",
                    "More than %d things hang together with this one; ask for one of its lots.",
                    MOST_THINGS);
    const char *colon = strchr(name, ':');
    to->things[to->names.count] =
        (struct linked_thing){.name = arena_copy(work->arena, name),
                              .kind = kind_of(work->arena, name),
                              .code = arena_copy(work->arena, colon ? colon + 1 : name),
                              .depth = depth};
    names_add(&to->names, name);
    return true;
}

static struct linked_thing *thing_of(struct linking *to, const char *name)
{
    size_t at = names_find(&to->names, name);
    return at < to->names.count ? &to->things[at] : NULL;
}

static void add_tie(struct linking *to, const struct linked_tie *tie)
{
    struct arena *arena = to->work->arena;
    if (to->tie_count == to->tie_room) {
        to->tie_room = to->tie_room ? 2 * to->tie_room : 64;
        struct linked_tie *moved = arena_take(arena, to->tie_room * sizeof *moved);
        if (to->tie_count)
            memcpy(moved, to->ties, to->tie_count * sizeof *moved);
        to->ties = moved;
    }
    to->ties[to->tie_count] = *tie;
    to->ties[to->tie_count].child_kind = kind_of(arena, tie->child);
    to->ties[to->tie_count++].parent_kind = kind_of(arena, tie->parent);
}

static bool reach(struct linking *to, const char *from, enum link_direction direction)
{
    struct rows nodes;
    if (!link_reach(to->work, from, direction, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count; i++) {
        const struct link_node *node = &ROWS(nodes, const struct link_node)[i];
        if (!add_thing(to, node->name, direction == LINK_FORWARD ? node->depth : -node->depth))
            return false;
    }
    return true;
}

/* Of vials, what came of their lot beside them is left out; of things, nothing is. */
static bool reach_all(struct linking *to)
{
    struct tracing *tracing = &to->tracing;
    const bool things = tracing->things.count > 0;
    for (size_t i = 0; i < tracing->lots.count; i++)
        names_add(&tracing->things, link_name(to->work->arena, "lot", tracing->lots.items[i]));
    for (size_t i = 0; i < tracing->things.count; i++)
        if (!reach(to, tracing->things.items[i], LINK_BACKWARD))
            return false;
    for (size_t i = 0; things && i < tracing->things.count; i++)
        if (!reach(to, tracing->things.items[i], LINK_FORWARD))
            return false;
    for (size_t i = 0; things && i < to->names.count; i++)
        if (text_equals(to->things[i].kind, "lot") && to->things[i].depth >= 0)
            tracing_span(tracing, to->things[i].code, 1, WHOLE_LOT);
    return true;
}

static bool tie_thing(struct linking *to, struct linked_thing *thing)
{
    struct rows from;
    struct rows into;
    if (!link_ties(to->work, thing->name, LINK_BACKWARD, &from) ||
        !link_ties(to->work, thing->name, LINK_FORWARD, &into))
        return false;
    for (size_t i = 0; i < into.count; i++)
        thing->more_results += !names_hold(&to->names, ROWS(into, const struct link)[i].child);
    for (size_t i = 0; i < from.count; i++) {
        const struct link *link = &ROWS(from, const struct link)[i];
        if (!names_hold(&to->names, link->parent)) {
            thing->more_sources++;
            continue;
        }
        add_tie(to, &(struct linked_tie){.child = link->child,
                                         .parent = link->parent,
                                         .amount = {link->unit != NULL, link->amount},
                                         .unit = link->unit,
                                         .entry = link->entry});
    }
    return true;
}

static bool is_same(const struct stay *stay, const struct vial_range *range)
{
    return text_equals(stay->state, range->state) && text_equals(stay->lot, range->lot) &&
           text_equals(stay->site, range->site) &&
           (stay->shipment ? text_equals(stay->shipment, range->shipment) : !range->shipment);
}

/* Texts go into the memory of the whole trace: a visitor keeps none of its own. */
static bool add_range(struct work *work, void *context, const void *item)
{
    struct linking *to = context;
    const struct vial_range *range = item;
    struct arena *kept = to->tracing.kept;
    size_t at = 0;
    (void)work;
    if (!range->site)
        return true;
    while (at < to->stay_count && !is_same(&to->stays[at], range))
        at++;
    if (at == MOST_STAYS) {
        to->crowded = true;
        return true;
    }
    if (at == to->stay_count)
        to->stays[to->stay_count++] = (struct stay){.lot = arena_copy(kept, range->lot),
                                                    .shipment = arena_copy(kept, range->shipment),
                                                    .site = arena_copy(kept, range->site),
                                                    .state = arena_copy(kept, range->state),
                                                    .patients = {.arena = kept}};
    to->stays[at].vials += range->last - range->first + 1;
    names_add(&to->stays[at].patients, range->patient);
    return true;
}

static bool add_part(struct linking *to, const struct span *span)
{
    struct rows ranges;
    if (!vial_within(to->work, span->lot, span->first, span->last, &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++)
        if (!add_range(to->work, to, &ROWS(ranges, const struct vial_range)[i]))
            return false;
    return true;
}

/* Each shipment of these vials, the earlier ones of vials that came back too. */
static bool add_shipments(struct linking *to, const struct span *span)
{
    struct rows shipments;
    struct work *work = to->work;
    const char *lot = link_name(work->arena, "lot", span->lot);
    if (!view_list(work, &shipment_table, "lot", value_text(span->lot), &shipments))
        return false;
    for (size_t i = 0; i < shipments.count; i++) {
        const struct shipment *row = &ROWS(shipments, const struct shipment)[i];
        const int64_t first = row->first > span->first ? row->first : span->first;
        const int64_t last = row->last < span->last ? row->last : span->last;
        const char *name = link_name(work->arena, "shipment", row->code);
        if (first > last)
            continue;
        const struct linked_thing *parent = thing_of(to, lot);
        if (!add_thing(to, name, parent ? parent->depth + 1 : 1))
            return false;
        add_tie(to, &(struct linked_tie){.child = name,
                                         .parent = lot,
                                         .amount = {true, last - first + 1},
                                         .unit = "vials",
                                         .entry = row->entry});
    }
    return true;
}

static bool add_sites(struct linking *to)
{
    struct arena *arena = to->work->arena;
    for (size_t i = 0; i < to->stay_count; i++) {
        const struct stay *stay = &to->stays[i];
        const char *site = link_name(arena, "site", stay->site);
        const char *parent = stay->shipment ? link_name(arena, "shipment", stay->shipment)
                                            : link_name(arena, "lot", stay->lot);
        const struct linked_thing *before = thing_of(to, parent);
        if (!add_thing(to, site, before ? before->depth + 1 : 1))
            return false;
        add_tie(to, &(struct linked_tie){.child = site,
                                         .parent = parent,
                                         .amount = {true, stay->vials},
                                         .unit = "vials",
                                         .state = stay->state,
                                         .patients = (int64_t)stay->patients.count});
    }
    return true;
}

static bool follow_vials(struct linking *to)
{
    const struct visitor visitor = {add_range, to};
    struct tracing *tracing = &to->tracing;
    to->stays = arena_take(tracing->kept, MOST_STAYS * sizeof *to->stays);
    for (size_t i = 0; i < tracing->span_count; i++) {
        const struct span *span = &tracing->spans[i];
        if (!add_shipments(to, span) ||
            !(span->last == WHOLE_LOT ? vial_each(to->work, span->lot, &visitor)
                                      : add_part(to, span)))
            return false;
    }
    if (to->crowded)
        return fail(&to->work->fault, FAULT_INPUT, "name",
                    "The vials lie in more places than a picture holds; ask for one of the lots.");
    return add_sites(to);
}

/* A shipment is stopped by what stops its lot. */
static bool add_holds(struct linking *to, const char *name, struct linked_thing *thing)
{
    struct rows holds;
    if (!hold_stopping(to->work, name, &holds))
        return false;
    struct linked_hold *items = arena_take(to->work->arena, (holds.count + 1) * sizeof *items);
    for (size_t i = 0; i < holds.count; i++)
        items[i] = (struct linked_hold){ROWS(holds, const struct hold)[i].subject,
                                        ROWS(holds, const struct hold)[i].why};
    thing->held = holds.count > 0;
    thing->holds = (struct rows){holds.count, items};
    return true;
}

static bool tell_thing(struct linking *to, struct linked_thing *thing)
{
    struct lot lot = {0};
    if (text_equals(thing->kind, "lot")) {
        if (!view_need(to->work, &lot_table, "name", thing->code, &lot))
            return false;
        thing->status = lot.status;
        thing->made = lot.vials;
    }
    if (text_equals(thing->kind, "shipment")) {
        struct shipment shipment = {0};
        if (!view_need(to->work, &shipment_table, "name", thing->code, &shipment))
            return false;
        thing->status = shipment.status;
        return add_holds(to, link_name(to->work->arena, "lot", shipment.lot), thing);
    }
    return text_equals(thing->kind, "site") || add_holds(to, thing->name, thing);
}

static bool links_read(struct work *work, const void *input, void *output)
{
    const struct links_key *key = input;
    struct links *links = output;
    struct linking to = {.work = work, .tracing = tracing_open(work, NULL, LINK_BACKWARD)};
    to.names.arena = to.tracing.kept;
    to.things = arena_take(work->arena, MOST_THINGS * sizeof *to.things);
    if (!trace_begin(&to.tracing, key->name) || !reach_all(&to))
        return false;
    for (size_t i = 0; i < to.names.count; i++)
        if (!tie_thing(&to, &to.things[i]))
            return false;
    if (!follow_vials(&to))
        return false;
    for (size_t i = 0; i < to.names.count; i++)
        if (!tell_thing(&to, &to.things[i]))
            return false;
    *links = (struct links){
        .name = key->name, .things = {to.names.count, to.things}, .ties = {to.tie_count, to.ties}};
    return true;
}

const struct operation links_operations[LINKS_OPERATIONS] = {
    {.name = "trace.links",
     .method = "GET",
     .path = "/trace/links/{name}",
     .summary = "Show what came of what around a thing, for a picture: from donors to sites.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_RECORD,
     .input = &key_schema,
     .output = &links_schema,
     .read = links_read},
};
