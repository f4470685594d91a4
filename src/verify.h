/* verify.h: is the record what it says it is, and do its tables follow from it? */
#ifndef VERIFY_H
#define VERIFY_H

#include "catalogue.h"

struct verified {
    int64_t entries;
    int64_t tables;
    int64_t decisions; /* judged again */
    int64_t files;
    int64_t checkpoints;
    int64_t unsigned_entries; /* behind the signed head: no signature covers them */
    const char *root;
};

/* Chain, hashes, tree, head, checkpoints, files; every entry applied into a fresh view and
 * compared; every recorded decision judged again. The first difference is named. kept is a
 * checkpoint that was signed before and kept elsewhere, which the record must contain, or NULL. */
MUST_USE bool verify_record(struct work *work, const struct checkpoint *kept,
                            struct verified *verified);

/* Bytes, chain, tree, head and checkpoints alone: as fast as they can be read, for every night.
 * What the entries mean and what the tables hold is not looked at. */
MUST_USE bool verify_ledger(struct work *work, struct verified *verified);

/* Entries first to last alone, in the caller's transaction: bytes, numbers, chain, times, files,
 * and every decision judged again. entries: how many of them there are. Together the ranges of a
 * record say no more about its tree, its head and its tables than verify_ledger and verify_record
 * do. */
MUST_USE bool verify_range(struct work *work, int64_t first, int64_t last,
                           struct verified *verified);

/* Drops every view and applies every entry, in one transaction. */
MUST_USE bool verify_rebuild(struct work *work, int64_t *entries);

/* SHA-256 over the rows of all views, ordered by table and key: equal tables, equal text. */
MUST_USE bool verify_fingerprint(struct work *work, const char **fingerprint);

#endif
