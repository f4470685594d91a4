/* merkle.h: the tree over the entries, and proofs in it (RFC 6962, section 2.1). Pure. */
#ifndef CHAIN_MERKLE_H
#define CHAIN_MERKLE_H

#include "base/hash.h"

#include <stdint.h>

enum { MERKLE_LEVELS = 63 };

/* The complete subtrees of a growing tree, largest first: peak i exists when bit i of size is
 * set. Enough to append and to compute the root in O(log n). */
struct merkle {
    int64_t size;
    struct hash peaks[MERKLE_LEVELS];
};

/* leaf: the entry's SHA-256; it is hashed once more with the leaf prefix, as the RFC asks. */
void merkle_append(struct hasher *hasher, struct merkle *merkle, const struct hash *leaf);
/* SHA-256 of nothing for the empty tree. */
struct hash merkle_root(struct hasher *hasher, const struct merkle *merkle);

/* The complete subtrees that the tree had already when it was as small as smaller: what has to be
 * added to reach that size is about as much as came since, and half of the tree at worst. */
struct merkle merkle_shared(const struct merkle *merkle, int64_t smaller);

/* Reads leaf index (from 0) of the tree; false stops the walk. */
struct merkle_leaves {
    bool (*leaf)(void *context, int64_t index, struct hash *leaf);
    void *context;
};
struct merkle_proof {
    size_t count;
    struct hash path[2 * MERKLE_LEVELS];
};

MUST_USE bool merkle_prove_inclusion(struct hasher *hasher, const struct merkle_leaves *leaves,
                                     int64_t index, int64_t size, struct merkle_proof *proof);
MUST_USE bool merkle_prove_consistency(struct hasher *hasher, const struct merkle_leaves *leaves,
                                       int64_t older, int64_t size, struct merkle_proof *proof);
bool merkle_check_inclusion(struct hasher *hasher, const struct hash *leaf, int64_t index,
                            int64_t size, const struct merkle_proof *proof,
                            const struct hash *root);
bool merkle_check_consistency(struct hasher *hasher, int64_t older, const struct hash *older_root,
                              int64_t size, const struct hash *root,
                              const struct merkle_proof *proof);

#endif
