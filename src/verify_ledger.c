/* verify_ledger.c: the bytes, the chain, the tree and what was signed about them, and no more. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "verify.h"

#include <string.h>

struct reading {
    struct merkle merkle;
    const struct rows *checkpoints; /* to be met on the way */
    int64_t met;
    char last[HASH_TEXT + 1]; /* hash of the line before */
};

static bool wrong(struct work *work, int64_t seq, const char *what)
{
    return fail(&work->fault, FAULT_STORAGE, "entry", "Entry %lld: %s.", (long long)seq, what);
}

/* Only behind the body may the last member of this name stand: members are sorted, and a text in
 * them cannot hold its quotes. */
static bool follows(const char *bytes, const char *last)
{
    static const char name[] = ",\"previous\":\"";
    const char *found = NULL;
    for (const char *at = strstr(bytes, name); at; at = strstr(at + 1, name))
        found = at;
    return found && strncmp(found + sizeof name - 1, last, HASH_TEXT) == 0;
}

static bool meet_checkpoints(struct work *work, struct reading *reading)
{
    for (size_t i = 0; i < reading->checkpoints->count; i++) {
        const struct checkpoint *at = &ROWS(*reading->checkpoints, const struct checkpoint)[i];
        if (at->size != reading->merkle.size)
            continue;
        struct hash root = merkle_root(work->database->hasher, &reading->merkle);
        if (!checkpoint_is_ours(work, at) ||
            !text_equals(at->root, hex_print(work->arena, root.bytes, HASH_BYTES)))
            return wrong(work, at->size, "the checkpoint signed there does not fit the record");
        reading->met++;
    }
    return true;
}

static bool read_line(struct work *work, void *context, const void *row)
{
    struct reading *reading = context;
    const struct ledger_line *line = row;
    if (line->seq != reading->merkle.size + 1)
        return wrong(work, line->seq, "it does not stand behind the entry before it");
    if (!line->bytes || !line->hash)
        return wrong(work, line->seq, "its bytes or its hash are empty");
    struct hash leaf = hasher_hash(work->database->hasher, line->bytes, strlen(line->bytes));
    if (!text_equals(hex_print(work->arena, leaf.bytes, HASH_BYTES), line->hash))
        return wrong(work, line->seq, "its bytes do not have the hash that stands beside them");
    if (!follows(line->bytes, reading->last))
        return wrong(work, line->seq, "it does not follow the entry before it");
    memcpy(reading->last, line->hash, HASH_TEXT);
    merkle_append(work->database->hasher, &reading->merkle, &leaf);
    return meet_checkpoints(work, reading);
}

/* In one read transaction. A row slipped in before the first number is read as well. */
static bool read_all(struct work *work, struct reading *reading)
{
    const struct visitor visitor = {read_line, reading};
    return ledger_each(work, -JSON_LARGEST, &visitor) &&
           ledger_compare_tree(work, &reading->merkle) &&
           (reading->met == (int64_t)reading->checkpoints->count ||
            fail(&work->fault, FAULT_STORAGE, "checkpoint",
                 "A checkpoint is about more entries than the record holds."));
}

bool verify_ledger(struct work *work, struct verified *verified)
{
    struct checkpoint outside;
    struct rows checkpoints;
    struct reading reading = {.checkpoints = &checkpoints};
    memset(reading.last, '0', HASH_TEXT);
    *verified = (struct verified){0};
    bool worked = ledger_outside(work, &outside) && database_step(work, STEP_BEGIN_READ) &&
                  view_list(work, &checkpoint_table, NULL, value_text(NULL), &checkpoints) &&
                  ledger_contains(work, &outside) && read_all(work, &reading);
    ledger_abandon(work);
    struct hash root = merkle_root(work->database->hasher, &reading.merkle);
    verified->entries = reading.merkle.size;
    verified->checkpoints = reading.met;
    verified->root = hex_print(work->arena, root.bytes, HASH_BYTES);
    return worked;
}
