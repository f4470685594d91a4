/* names.c: names found by their hash. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/names.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

/* The slot of a name, or the empty one where it belongs. Room is a power of two. */
static size_t slot_of(const struct names *names, const char *name)
{
    size_t most = 2 * names->room - 1;
    size_t at = 14695981039346656037u;
    for (const char *c = name; *c; c++)
        at = (at ^ (unsigned char)*c) * 1099511628211u; /* FNV-1a */
    at ^= at >> 32;
    for (at &= most; names->slots[at]; at = (at + 1) & most)
        if (strcmp(names->items[names->slots[at] - 1], name) == 0)
            break;
    return at;
}

static void fill_slots(struct names *names)
{
    memset(names->slots, 0, 2 * names->room * sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++)
        names->slots[slot_of(names, names->items[i])] = (uint32_t)(i + 1);
}

static void grow(struct names *names)
{
    names->room = names->room ? 2 * names->room : FIRST_ROOM;
    const char **moved = arena_take(names->arena, names->room * sizeof(*moved));
    if (names->count)
        memcpy(moved, names->items, names->count * sizeof(*moved));
    names->items = moved;
    names->slots = arena_take(names->arena, 2 * names->room * sizeof *names->slots);
    fill_slots(names);
}

void names_add(struct names *names, const char *name)
{
    /* Neighbours in a list are often the same. */
    if (!name || (names->count && strcmp(names->items[names->count - 1], name) == 0))
        return;
    if (names->count == names->room)
        grow(names);
    size_t slot = slot_of(names, name);
    if (names->slots[slot])
        return;
    names->items[names->count++] = arena_copy(names->arena, name);
    names->slots[slot] = (uint32_t)names->count;
}

size_t names_find(const struct names *names, const char *name)
{
    size_t place = name && names->count ? names->slots[slot_of(names, name)] : 0;
    return place ? place - 1 : names->count;
}

bool names_hold(const struct names *names, const char *name)
{
    return names_find(names, name) < names->count;
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

void names_sort(struct names *names)
{
    if (!names->count)
        return;
    qsort(names->items, names->count, sizeof *names->items, compare);
    fill_slots(names);
}
