/* keeping.h: proofs for strangers, and copies of a record: backup, restore, move. */
#ifndef KEEPING_H
#define KEEPING_H

#include "catalogue.h"

/* Prints a proof as JSON (docs/record.md): that entry seq is in the tree ... */
MUST_USE bool keeping_prove_entry(struct work *work, int64_t seq, FILE *out);
/* ... or that the record of the checkpoint with that many entries is a prefix of today's. */
MUST_USE bool keeping_prove_growth(struct work *work, int64_t older, FILE *out);

/* Copies entries, files, checkpoints and secrets into a new record of either engine, applies
 * every entry there, and compares the roots. Keys go along when with_keys is set, and into the
 * folder keys where that is one. */
MUST_USE bool keeping_copy(struct work *from, const char *folder, const char *server,
                           bool with_keys, const char *keys, int64_t *entries);

#endif
