/* listing.c: entries block by block, and those about one code by that. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/listing.h"

#include "contract/journal.h"

#include <string.h>

struct listing {
    const char *subject;
    const char *operation;
    const char *actor;
    int64_t cause;
    int64_t after;
    int64_t before;
    int64_t limit;
};
static const struct field listing_fields[] = {
    FIELD(struct listing, subject, .code = true, .longest = 64,
          .help = "Only entries about this code"),
    FIELD(struct listing, operation, .longest = 64, .help = "Only entries of this operation"),
    FIELD(struct listing, actor, .code = true, .longest = 64,
          .help = "Only entries by this account"),
    FIELD(struct listing, cause, .low = 0, .high = 9e15,
          .help = "Only entries that followed from this one"),
    FIELD(struct listing, after, .low = 0, .high = 9e15, .help = "Begin behind this number"),
    FIELD(struct listing, before, .low = 0, .high = 9e15,
          .help = "Begin before this number and go backwards, newest first"),
    FIELD(struct listing, limit, .low = 1, .high = 1000, .help = "Most rows, 100 if not given"),
};
const struct schema entry_listing_schema = SCHEMA("entry_listing", struct listing, listing_fields);

/* The operation of an entry carries a version, which nobody has to know who looks for it. */
static bool is_of(const char *versioned, const char *operation)
{
    size_t length = strlen(operation);
    return strncmp(versioned, operation, length) == 0 &&
           (versioned[length] == '/' || !versioned[length]);
}

static bool is_asked(const struct listing *listing, const struct journal *row)
{
    return row->seq > listing->after && (!listing->before || row->seq < listing->before) &&
           (!listing->cause || row->cause == listing->cause) &&
           (!listing->subject || text_equals(row->subject, listing->subject)) &&
           (!listing->actor || text_equals(row->actor, listing->actor)) &&
           (!listing->operation || is_of(row->operation, listing->operation));
}

/* In the order asked for, as many as may be. */
static void take_asked(const struct listing *listing, const struct rows *all, size_t limit,
                       struct rows *rows)
{
    for (size_t i = 0; i < all->count && rows->count < limit; i++) {
        size_t at = listing->before ? all->count - 1 - i : i;
        const struct journal *row = &ROWS(*all, const struct journal)[at];
        if (is_asked(listing, row))
            ROWS(*rows, struct journal)[rows->count++] = *row;
    }
}

/* Few are about one code or follow from one entry: those are found by it. */
static bool list_found(struct work *work, const struct listing *listing, size_t limit,
                       struct rows *rows)
{
    struct rows all = {0};
    const char *column = listing->subject ? "subject" : "cause";
    if (!view_list(work, &journal_table, column,
                   listing->subject ? value_text(listing->subject) : value_integer(listing->cause),
                   &all))
        return false;
    take_asked(listing, &all, limit, rows);
    return true;
}

enum { BLOCK_ENTRIES = 100 };

struct block {
    int64_t first;
    int64_t last;
};

/* Entries have every number: one that is not there is told and not passed over. What nobody asked
 * for leaves no memory behind. */
static bool list_block(struct work *work, const struct listing *listing, struct block block,
                       size_t limit, struct rows *rows)
{
    struct arena_mark mark = arena_mark(work->arena);
    struct rows all = {0};
    size_t before = rows->count;
    if (!view_list_between(work, &journal_table, "seq", value_integer(block.first),
                           value_integer(block.last), &all))
        return false;
    take_asked(listing, &all, limit, rows);
    if (rows->count == before)
        arena_rewind(work->arena, mark);
    return (int64_t)all.count == block.last - block.first + 1 ||
           fail(&work->fault, FAULT_STORAGE, "seq",
                "Of the entries %lld to %lld some are missing; run exoledger verify.",
                (long long)block.first, (long long)block.last);
}

static bool list_by_number(struct work *work, const struct listing *listing, size_t limit,
                           struct rows *rows)
{
    int64_t high = 0;
    int64_t low = listing->after + 1;
    bool back = listing->before != 0;
    if (!ledger_size(work, &high))
        return false;
    if (back && listing->before <= high)
        high = listing->before - 1;
    while (low <= high && rows->count < limit) {
        struct block block = {low, high};
        if (high - low >= BLOCK_ENTRIES && back)
            block.first = high - BLOCK_ENTRIES + 1;
        else if (high - low >= BLOCK_ENTRIES)
            block.last = low + BLOCK_ENTRIES - 1;
        if (!list_block(work, listing, block, limit, rows))
            return false;
        low = back ? low : block.last + 1;
        high = back ? block.first - 1 : high;
    }
    return true;
}

bool entry_listing_read(struct work *work, const void *input, struct rows *rows)
{
    const struct listing *listing = input;
    size_t limit = listing->limit ? (size_t)listing->limit : 100;
    *rows = (struct rows){0, arena_take(work->arena, limit * sizeof(struct journal))};
    return listing->subject || listing->cause ? list_found(work, listing, limit, rows)
                                              : list_by_number(work, listing, limit, rows);
}
