/* proof.h: what shows somebody without the record that an entry is in it, or that it only grew? */
#ifndef CHAIN_PROOF_H
#define CHAIN_PROOF_H

#include "chain/ledger.h"

/* All inside a transaction, so that nobody writes between the signature and the path. The text is
 * one line of JSON as docs/record.md, section 7, describes it. */

/* The entry as it is stored; FAULT_MISSING where there is none of this number. */
MUST_USE bool proof_find(struct work *work, int64_t seq, struct ledger_line *line);
MUST_USE bool proof_of_entry(struct work *work, const struct ledger_line *line, struct text *proof);
/* older: the size at which a checkpoint was signed and stored. */
MUST_USE bool proof_of_growth(struct work *work, int64_t older, struct text *proof);

/* A signature over the present state, without waiting for the next batch. What is signed must be
 * what the signed head is about: a record written anew behind the program's back gets none. */
MUST_USE bool proof_sign(struct work *work, struct checkpoint *checkpoint);

#endif
