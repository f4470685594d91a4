/* person_store.h: the file of wrapped keys while it is locked and read; for chain/person*.c alone.
 */
#ifndef CHAIN_PERSON_STORE_H
#define CHAIN_PERSON_STORE_H

#include "chain/person.h"

#include <pthread.h>
#include <sodium.h>

enum {
    KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES,
    GENERATION_BYTES = 8,
    GENERATION_TEXT = 2 * GENERATION_BYTES,
    STORE_BYTES = 256 << 20,
    OPENED_BYTES = 1 << 30, /* the store, and the next one while somebody is added or erased */
};

/* The store is a text: a first line with the generation of the wrapping key, then one line a
 * person: code, blank, wrapped key in hexadecimal, or "-" once erased. */
struct person_store {
    const char *folder;
    pthread_mutex_t lock; /* threads of one process; processes use the lock file */
    /* The store that is known to outlive a loss of power: within a generation it only grows. */
    char durable_generation[GENERATION_TEXT + 1];
    size_t durable_size;
};

struct opened {
    struct arena *arena; /* its own, closed with it: one answer may open hundreds of texts */
    struct fault *fault;
    struct person_store *store;
    int lock_file;
    bool is_locked;
    char *text; /* the store as it is */
    size_t size;
    const char **lines; /* of persons, in the order of their codes, once the lock was given back */
    size_t count;
    char generation[GENERATION_TEXT + 1];
    unsigned char wrapping[KEY_BYTES];
};

/* Locks and reads; whoever entered leaves. */
MUST_USE bool person_store_enter(struct work *work, struct opened *opened);
void person_store_leave(struct opened *opened);
/* Gives the lock back and keeps what was read and its key, for many questions. */
void person_store_step_back(struct opened *opened);

/* Finds the person's key: *known stays false when there is none, or it was destroyed. */
MUST_USE bool person_store_key(struct opened *opened, const char *person,
                               unsigned char key[KEY_BYTES], bool *known, bool *erased);
MUST_USE bool person_store_add(struct opened *opened, const char *person,
                               unsigned char key[KEY_BYTES]);
/* Whoever wrote the store may have met trouble behind its renaming: then the key can be read, and
 * is gone with the power. */
MUST_USE bool person_store_make_durable(const struct opened *opened);
MUST_USE bool person_store_broken(const struct opened *opened);

#endif
