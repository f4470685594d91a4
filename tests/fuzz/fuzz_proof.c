/* fuzz_proof.c: no proof but the right one shows that an entry, or an older record, is contained.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/merkle.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

enum { LEAVES = 40, HEAD_BYTES = 4 };

struct grove {
    struct hasher *hasher;
    struct hash leaves[LEAVES];
};

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static bool leaf(void *context, int64_t index, struct hash *found)
{
    const struct grove *grove = context;
    *found = grove->leaves[index];
    return true;
}

static struct hash root_of(const struct grove *grove, int64_t count)
{
    struct merkle merkle = {0};
    for (int64_t i = 0; i < count; i++)
        merkle_append(grove->hasher, &merkle, &grove->leaves[i]);
    return merkle_root(grove->hasher, &merkle);
}

/* The bytes lie over the path of a proof; a count of its own makes it longer or shorter. */
static struct merkle_proof spoil(const struct merkle_proof *proof, const unsigned char *bytes,
                                 size_t size, size_t count)
{
    struct merkle_proof spoilt = *proof;
    unsigned char *path = (unsigned char *)spoilt.path;
    for (size_t i = 0; i < size && i < sizeof spoilt.path; i++)
        path[i] ^= bytes[i];
    spoilt.count = count % (2 * MERKLE_LEVELS + 1);
    return spoilt;
}

static bool same(const struct merkle_proof *one, const struct merkle_proof *other)
{
    return one->count == other->count &&
           memcmp(one->path, other->path, one->count * sizeof *one->path) == 0;
}

static void ask(struct grove *grove, const unsigned char *bytes, size_t size)
{
    const struct merkle_leaves leaves = {leaf, grove};
    const int64_t count = 1 + bytes[0] % LEAVES;
    const int64_t index = bytes[1] % count;
    const int64_t older = 1 + bytes[2] % count;
    struct merkle_proof proof = {0};
    struct hash root = root_of(grove, count);
    struct hash older_root = root_of(grove, older);
    demand(merkle_prove_inclusion(grove->hasher, &leaves, index, count, &proof));
    struct merkle_proof spoilt =
        spoil(&proof, bytes + HEAD_BYTES, size - HEAD_BYTES, proof.count ^ bytes[3]);
    demand(merkle_check_inclusion(grove->hasher, &grove->leaves[index], index, count, &spoilt,
                                  &root) == same(&proof, &spoilt));
    proof = (struct merkle_proof){0};
    demand(merkle_prove_consistency(grove->hasher, &leaves, older, count, &proof));
    spoilt = spoil(&proof, bytes + HEAD_BYTES, size - HEAD_BYTES, proof.count ^ bytes[3]);
    demand(merkle_check_consistency(grove->hasher, older, &older_root, count, &root, &spoilt) ==
           same(&proof, &spoilt));
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct grove grove;
    if (size < HEAD_BYTES)
        return 0;
    struct arena *arena = arena_open((size_t)1 << 20);
    grove.hasher = hasher_open(arena);
    for (size_t i = 0; i < LEAVES; i++)
        grove.leaves[i] = hasher_hash(grove.hasher, &i, sizeof i);
    ask(&grove, bytes, size);
    arena_close(arena);
    return 0;
}
