/* link.c: one table of ties, read from both ends. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/link.h"

static const struct field link_fields[] = {
    FIELD(struct link, child, .help = "What was made, as kind:code"),
    FIELD(struct link, parent, .help = "What it was made from, as kind:code"),
    FIELD(struct link, amount, .help = "How much of the parent went in"),
    FIELD(struct link, unit, .help = "Unit of the amount"),
    FIELD(struct link, entry, .help = "Entry that says so"),
};
static const struct schema link_schema = SCHEMA("link", struct link, link_fields);
const struct table link_table = {"link", &link_schema, "child parent", "parent", TABLE_VIEW};

static const struct field node_fields[] = {
    FIELD(struct link_node, name, .help = "What was reached, as kind:code"),
    FIELD(struct link_node, depth, .help = "Steps from the start"),
};
const struct schema link_node_schema = SCHEMA("link_node", struct link_node, node_fields);

const char *link_name(struct arena *arena, const char *kind, const char *code)
{
    return arena_print(arena, "%s:%s", kind, code);
}

bool link_tie(struct work *work, const struct link *link)
{
    return view_put(work, &link_table, link);
}

bool link_ties(struct work *work, const char *name, enum link_direction direction,
               struct rows *links)
{
    return view_list(work, &link_table, direction == LINK_FORWARD ? "parent" : "child",
                     value_text(name), links);
}

/* Names seen so far: open addressing, so that a circle ends and a pool counts once. */
struct seen {
    const char **slots;
    size_t room; /* a power of two, at most half full */
};

static size_t slot_of(const struct seen *seen, const char *name)
{
    size_t at = 14695981039346656037u;
    for (const char *c = name; *c; c++)
        at = (at ^ (unsigned char)*c) * 1099511628211u; /* FNV-1a */
    for (at &= seen->room - 1; seen->slots[at] && !text_equals(seen->slots[at], name);)
        at = (at + 1) & (seen->room - 1);
    return at;
}

struct reaching {
    struct arena *arena;
    struct seen seen;
    struct link_node *nodes;
    size_t count;
};

static void grow(struct reaching *to)
{
    struct seen bigger = {arena_take(to->arena, to->seen.room * 2 * sizeof(char *)),
                          to->seen.room * 2};
    struct link_node *moved = arena_take(to->arena, to->seen.room * sizeof *moved);
    for (size_t i = 0; i < to->count; i++) {
        moved[i] = to->nodes[i];
        bigger.slots[slot_of(&bigger, moved[i].name)] = moved[i].name;
    }
    to->nodes = moved;
    to->seen = bigger;
}

static void reach(struct reaching *to, const char *name, int64_t depth)
{
    size_t slot = slot_of(&to->seen, name);
    if (to->seen.slots[slot])
        return;
    if ((to->count + 1) * 2 > to->seen.room) {
        grow(to);
        slot = slot_of(&to->seen, name);
    }
    to->seen.slots[slot] = name;
    to->nodes[to->count++] = (struct link_node){name, depth};
}

bool link_reach(struct work *work, const char *from, enum link_direction direction,
                struct rows *nodes)
{
    enum { FIRST_ROOM = 64 };
    struct reaching to = {.arena = work->arena, .seen.room = FIRST_ROOM};
    to.seen.slots = arena_take(work->arena, FIRST_ROOM * sizeof(char *));
    to.nodes = arena_take(work->arena, FIRST_ROOM / 2 * sizeof *to.nodes);
    reach(&to, from, 0);
    for (size_t i = 0; i < to.count; i++) {
        struct rows links;
        int64_t depth = to.nodes[i].depth + 1;
        struct arena_mark mark = arena_mark(work->arena);
        if (!link_ties(work, to.nodes[i].name, direction, &links))
            return false;
        const struct link *ties = links.items;
        for (size_t j = 0; j < links.count; j++)
            reach(&to, direction == LINK_FORWARD ? ties[j].child : ties[j].parent, depth);
        if (!links.count) /* most things are the last of their line: asking cost them no memory */
            arena_rewind(work->arena, mark);
    }
    *nodes = (struct rows){to.count, to.nodes};
    return true;
}
