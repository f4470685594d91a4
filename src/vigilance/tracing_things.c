/* tracing_things.c: what is tied by links, each thing once with its shortest way. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/tracing.h"

#include <stdlib.h>
#include <string.h>

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
    names_sort(&to->things);
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
            names_add(names, node->name);
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
    names_sort(names);
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
        if (!names_hold(names, other))
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
    struct names names = {.arena = to->kept};
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
            names_add(&to->lots, row.code);
        if (!fill_ties(to, reached->name, &names, &row) || !tracing_row(to, &row))
            return false;
    }
    return true;
}
