/* person.h: personal text under a key of that person's own, which can be destroyed. */
#ifndef CHAIN_PERSON_H
#define CHAIN_PERSON_H

#include "chain/work.h"

/* The store of keys beside the record: one file of wrapped keys, one file with the key that
 * wraps them. Shared by threads and processes. */
struct person_store;

MUST_USE bool person_store_open(struct arena *arena, struct fault *fault, const char *folder,
                                bool create, struct person_store **store);

/* Encrypts under the person's key, made on first use and on disk before this returns. The
 * sealed text is sealed:1:<person>:<base64url of nonce and ciphertext>; field is authenticated
 * with it, so that a name cannot be moved into another field. NULL stays NULL. */
MUST_USE bool person_seal(struct work *work, const char *person, const char *field,
                          const char *plain, const char **sealed);

/* The plain text, or NULL in *plain with *erased set when the key was destroyed. A text that is
 * not sealed comes back as it is; one that was altered is FAULT_STORAGE. */
MUST_USE bool person_open(struct work *work, const char *field, const char *sealed,
                          const char **plain, bool *erased);

/* The same for the many texts of one answer: the store is read at the first of them, and stays as
 * it was then. */
struct person_reader;
struct person_reader *person_reader_open(struct arena *arena);
MUST_USE bool person_read(struct work *work, struct person_reader *reader, const char *field,
                          const char *sealed, const char **plain, bool *erased);

/* Destroys one key: makes a new wrapping key, wraps the others anew, replaces both files. */
MUST_USE bool person_forget(struct work *work, const char *person);
/* Removes wrapping keys of earlier generations, which an interrupted erasure may have left. */
MUST_USE bool person_store_tidy(struct work *work);
/* Every key can be unwrapped; where the store or the key of its generation is elsewhere, that is
 * no fault. */
MUST_USE bool person_store_check(struct work *work);
/* Replaces the copy of the store in another folder; an older copy does not stay behind. */
MUST_USE bool person_store_copy(struct work *work, const char *folder);
bool person_is_known(struct work *work, const char *person);

#endif
