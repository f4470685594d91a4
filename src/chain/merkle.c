/* merkle.c: RFC 6962 section 2.1, with the recursion of the definition. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/merkle.h"

#include <string.h>

static struct hash leaf_node(struct hasher *hasher, const struct hash *leaf)
{
    return hasher_leaf(hasher, leaf->bytes, HASH_BYTES);
}

void merkle_append(struct hasher *hasher, struct merkle *merkle, const struct hash *leaf)
{
    struct hash carried = leaf_node(hasher, leaf);
    int level = 0;
    for (; merkle->size >> level & 1; level++)
        carried = hasher_node(hasher, &merkle->peaks[level], &carried);
    merkle->peaks[level] = carried;
    merkle->size++;
}

struct hash merkle_root(struct hasher *hasher, const struct merkle *merkle)
{
    struct hash root = {{0}};
    bool begun = false;
    if (!merkle->size)
        return hasher_hash(hasher, "", 0);
    for (int level = 0; level < MERKLE_LEVELS; level++) {
        if (!(merkle->size >> level & 1))
            continue;
        root = begun ? hasher_node(hasher, &merkle->peaks[level], &root) : merkle->peaks[level];
        begun = true;
    }
    return root;
}

/* Both sizes begin with the same bits, and each of these is a subtree that both trees have. */
struct merkle merkle_shared(const struct merkle *merkle, int64_t smaller)
{
    struct merkle shared = *merkle;
    for (int level = 0; shared.size > smaller && level < MERKLE_LEVELS; level++)
        shared.size &= ~((int64_t)1 << level);
    return shared;
}

struct walk {
    struct hasher *hasher;
    const struct merkle_leaves *leaves;
    struct merkle_proof *proof;
};

/* Root of the leaves first .. first + count - 1, by appending them one after the other. */
static bool range_root(const struct walk *walk, int64_t first, int64_t count, struct hash *root)
{
    struct merkle merkle = {0};
    for (int64_t i = 0; i < count; i++) {
        struct hash leaf;
        if (!walk->leaves->leaf(walk->leaves->context, first + i, &leaf))
            return false;
        merkle_append(walk->hasher, &merkle, &leaf);
    }
    *root = merkle_root(walk->hasher, &merkle);
    return true;
}

/* The largest power of two smaller than count: where RFC 6962 splits a tree. */
static int64_t split(int64_t count)
{
    int64_t half = 1;
    while (half * 2 < count)
        half *= 2;
    return half;
}

static bool add_to_proof(const struct walk *walk, int64_t first, int64_t count)
{
    return range_root(walk, first, count, &walk->proof->path[walk->proof->count++]);
}

/* The path from the whole tree down is collected top first and turned round at the end. */
static void turn_round(struct merkle_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct hash other = proof->path[i];
        proof->path[i] = proof->path[proof->count - 1 - i];
        proof->path[proof->count - 1 - i] = other;
    }
}

bool merkle_prove_inclusion(struct hasher *hasher, const struct merkle_leaves *leaves,
                            int64_t index, int64_t size, struct merkle_proof *proof)
{
    const struct walk walk = {hasher, leaves, proof};
    int64_t first = 0;
    proof->count = 0;
    if (index < 0 || index >= size)
        return false;
    while (size > 1) {
        int64_t half = split(size);
        bool left = index - first < half;
        if (!add_to_proof(&walk, left ? first + half : first, left ? size - half : half))
            return false;
        first += left ? 0 : half;
        size = left ? half : size - half;
    }
    turn_round(proof);
    return true;
}

/* One step down the tree of size leaves from first: what is not on the way goes into the proof. */
struct descent {
    int64_t first;
    int64_t size;
    int64_t older; /* leaves of the older tree in what is left */
    bool whole;    /* the older tree is a complete subtree of what is left */
};

static bool descend(const struct walk *walk, struct descent *at)
{
    int64_t half = split(at->size);
    if (at->older <= half) {
        int64_t right = at->size - half;
        at->size = half;
        return add_to_proof(walk, at->first + half, right);
    }
    bool added = add_to_proof(walk, at->first, half);
    at->whole = false;
    at->first += half;
    at->older -= half;
    at->size -= half;
    return added;
}

bool merkle_prove_consistency(struct hasher *hasher, const struct merkle_leaves *leaves,
                              int64_t older, int64_t size, struct merkle_proof *proof)
{
    const struct walk walk = {hasher, leaves, proof};
    struct descent at = {0, size, older, true};
    proof->count = 0;
    if (older < 1 || older > size)
        return false;
    while (at.older != at.size)
        if (!descend(&walk, &at))
            return false;
    if (!at.whole && !add_to_proof(&walk, at.first, at.size))
        return false;
    turn_round(proof);
    return true;
}

bool merkle_check_inclusion(struct hasher *hasher, const struct hash *leaf, int64_t index,
                            int64_t size, const struct merkle_proof *proof, const struct hash *root)
{
    struct hash node = leaf_node(hasher, leaf);
    int64_t last = size - 1;
    if (index < 0 || index >= size)
        return false;
    for (size_t i = 0; i < proof->count; i++) {
        if (!last)
            return false;
        if (index & 1 || index == last) {
            node = hasher_node(hasher, &proof->path[i], &node);
            while (!(index & 1) && index) {
                index >>= 1;
                last >>= 1;
            }
        } else {
            node = hasher_node(hasher, &node, &proof->path[i]);
        }
        index >>= 1;
        last >>= 1;
    }
    return !last && hash_equals(&node, root);
}

/* Where a check stands: positions of the last leaf of the older and of the newer tree, level by
 * level, and the two roots as far as they are known. */
struct climb {
    struct hasher *hasher;
    int64_t index;
    int64_t last;
    struct hash first;
    struct hash second;
};

static void climb_one(struct climb *at, const struct hash *node)
{
    if (!(at->index & 1) && at->index != at->last) {
        at->second = hasher_node(at->hasher, &at->second, node);
    } else {
        at->first = hasher_node(at->hasher, node, &at->first);
        at->second = hasher_node(at->hasher, node, &at->second);
        for (; !(at->index & 1) && at->index; at->index >>= 1)
            at->last >>= 1;
    }
    at->index >>= 1;
    at->last >>= 1;
}

/* RFC 9162, section 2.1.4.2, which spells out the check of the same proof. */
bool merkle_check_consistency(struct hasher *hasher, int64_t older, const struct hash *older_root,
                              int64_t size, const struct hash *root,
                              const struct merkle_proof *proof)
{
    struct climb at = {.hasher = hasher, .index = older - 1, .last = size - 1};
    size_t used = 0;
    if (older < 1 || older > size)
        return false;
    if (older == size)
        return proof->count == 0 && hash_equals(older_root, root);
    for (; at.index & 1; at.index >>= 1)
        at.last >>= 1;
    if (at.index && !proof->count)
        return false;
    at.first = at.index ? proof->path[used++] : *older_root;
    at.second = at.first;
    for (; used < proof->count; used++) {
        if (!at.last)
            return false;
        climb_one(&at, &proof->path[used]);
    }
    return !at.last && hash_equals(&at.first, older_root) && hash_equals(&at.second, root);
}
