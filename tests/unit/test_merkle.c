/* test_merkle.c: is the tree that of RFC 6962, and does a proof hold for nothing else? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/merkle.h"
#include "test.h"

enum { LARGEST = 130, ARENA_BYTES = 1 << 21 };

/* The root of a range is asked for again and again; it is computed once. */
struct range_root {
    bool known;
    struct hash root;
};

struct grove {
    struct arena *arena;
    struct hasher *hasher;
    struct hash leaves[LARGEST + 1];
    struct range_root roots[LARGEST + 1][LARGEST + 1]; /* by first and count */
    int64_t unreadable;                                /* leaf that cannot be read, or -1 */
};

static int grove_open(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct grove *grove = arena_take(arena, sizeof *grove);
    grove->arena = arena;
    grove->hasher = hasher_open(arena);
    grove->unreadable = -1;
    for (int i = 0; i <= LARGEST; i++)
        grove->leaves[i] = hasher_hash(grove->hasher, &i, sizeof i);
    *state = grove;
    return 0;
}

static int grove_close(void **state)
{
    arena_close(((struct grove *)*state)->arena);
    return 0;
}

static bool read_leaf(void *context, int64_t index, struct hash *leaf)
{
    const struct grove *grove = context;
    if (index == grove->unreadable)
        return false;
    assert_in_range(index, 0, LARGEST - 1);
    *leaf = grove->leaves[index];
    return true;
}

static struct merkle_leaves leaves_of(struct grove *grove)
{
    return (struct merkle_leaves){read_leaf, grove};
}

/* Below, the definitions of RFC 6962, section 2.1, word by word. */
static int64_t half_of(int64_t count)
{
    int64_t half = 1;
    while (half < count - half)
        half *= 2;
    return half;
}

static struct hash naive_root(struct grove *grove, int64_t first, int64_t count)
{
    struct range_root *range = &grove->roots[first][count];
    if (range->known)
        return range->root;
    range->known = true;
    if (count == 0) {
        range->root = hasher_hash(grove->hasher, "", 0);
    } else if (count == 1) {
        range->root = hasher_leaf(grove->hasher, grove->leaves[first].bytes, HASH_BYTES);
    } else {
        int64_t half = half_of(count);
        struct hash left = naive_root(grove, first, half);
        struct hash right = naive_root(grove, first + half, count - half);
        range->root = hasher_node(grove->hasher, &left, &right);
    }
    return range->root;
}

static void naive_path(struct grove *grove, int64_t index, int64_t first, int64_t count,
                       struct merkle_proof *proof)
{
    if (count == 1)
        return;
    int64_t half = half_of(count);
    if (index < half) {
        naive_path(grove, index, first, half, proof);
        proof->path[proof->count++] = naive_root(grove, first + half, count - half);
    } else {
        naive_path(grove, index - half, first + half, count - half, proof);
        proof->path[proof->count++] = naive_root(grove, first, half);
    }
}

/* SUBPROOF(older, D[first:first + count], whole) */
static void naive_subproof(struct grove *grove, int64_t older, int64_t first, int64_t count,
                           bool whole, struct merkle_proof *proof)
{
    if (older == count) {
        if (!whole)
            proof->path[proof->count++] = naive_root(grove, first, count);
        return;
    }
    int64_t half = half_of(count);
    if (older <= half) {
        naive_subproof(grove, older, first, half, whole, proof);
        proof->path[proof->count++] = naive_root(grove, first + half, count - half);
    } else {
        naive_subproof(grove, older - half, first + half, count - half, false, proof);
        proof->path[proof->count++] = naive_root(grove, first, half);
    }
}

static void assert_same_path(const struct merkle_proof *one, const struct merkle_proof *other)
{
    assert_int_equal(one->count, other->count);
    for (size_t i = 0; i < one->count; i++)
        assert_true(hash_equals(&one->path[i], &other->path[i]));
}

/* The hash of no bytes, and a tree of two known leaves, computed with sha256sum by hand. */
static void the_first_roots_are_known_numbers(void **state)
{
    struct grove *grove = *state;
    struct merkle merkle = {0};
    struct hash zero = {{0}};
    struct hash root = merkle_root(grove->hasher, &merkle);
    assert_string_equal(hex_print(grove->arena, root.bytes, HASH_BYTES),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    merkle_append(grove->hasher, &merkle, &zero);
    root = merkle_root(grove->hasher, &merkle);
    assert_string_equal(hex_print(grove->arena, root.bytes, HASH_BYTES),
                        "7f9c9e31ac8256ca2f258583df262dbc7d6f68f2a03043d5c99a4ae5a7396ce9");
    merkle_append(grove->hasher, &merkle, &zero);
    root = merkle_root(grove->hasher, &merkle);
    assert_string_equal(hex_print(grove->arena, root.bytes, HASH_BYTES),
                        "a4b8c7873a49d5d53af0b2a0202486483020d95935d763edc4ef2f602200d8de");
}

/* The leaves of the reference tree of Certificate Transparency, 0 to 16 bytes of data, are here
 * hashes of such data; prefixes, order and splits are those of its implementation. */
static void eight_leaves_give_the_root_of_the_reference_tree(void **state)
{
    struct grove *grove = *state;
    static const struct {
        const char *bytes;
        size_t size;
    } data[] = {
        {"", 0},
        {"\x00", 1},
        {"\x10", 1},
        {"\x20\x21", 2},
        {"\x30\x31", 2},
        {"\x40\x41\x42\x43", 4},
        {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
        {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
    };
    struct merkle merkle = {0};
    struct hash nodes[8];
    for (size_t i = 0; i < 8; i++) {
        struct hash leaf = hasher_hash(grove->hasher, data[i].bytes, data[i].size);
        merkle_append(grove->hasher, &merkle, &leaf);
        nodes[i] = hasher_leaf(grove->hasher, leaf.bytes, HASH_BYTES);
    }
    for (size_t count = 8; count > 1; count /= 2)
        for (size_t i = 0; i < count / 2; i++)
            nodes[i] = hasher_node(grove->hasher, &nodes[2 * i], &nodes[2 * i + 1]);
    struct hash root = merkle_root(grove->hasher, &merkle);
    assert_true(hash_equals(&root, &nodes[0]));
    assert_string_equal(hex_print(grove->arena, root.bytes, HASH_BYTES),
                        "6c0337e5f6ceea8a7dc89c1257f17a8db81e139d8d5329388365d0b008352ef6");
}

/* RFC 6962, section 2.1.3, draws this tree of seven leaves and names the nodes of each proof. */
static void seven_leaves_give_the_proofs_that_the_standard_names(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    struct merkle_proof proof;
    struct hash g = naive_root(grove, 0, 2);
    struct hash h = naive_root(grove, 2, 2);
    struct hash i = naive_root(grove, 4, 2);
    struct hash k = naive_root(grove, 0, 4);
    struct hash l = naive_root(grove, 4, 3);
    struct hash b = naive_root(grove, 1, 1);
    struct hash c = naive_root(grove, 2, 1);
    struct hash d = naive_root(grove, 3, 1);
    struct hash f = naive_root(grove, 5, 1);
    struct hash j = naive_root(grove, 6, 1);
    const struct {
        int64_t index, older;
        struct hash path[4];
        size_t count;
    } rows[] = {
        {0, 0, {b, h, l}, 3},    {3, 0, {c, g, l}, 3}, {4, 0, {f, j, k}, 3}, {6, 0, {i, k}, 2},
        {0, 3, {c, d, g, l}, 4}, {0, 4, {l}, 1},       {0, 6, {i, j, k}, 3}, {0, 7, {b}, 0},
    };
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        if (rows[row].older)
            assert_true(
                merkle_prove_consistency(grove->hasher, &leaves, rows[row].older, 7, &proof));
        else
            assert_true(merkle_prove_inclusion(grove->hasher, &leaves, rows[row].index, 7, &proof));
        assert_int_equal(proof.count, rows[row].count);
        for (size_t at = 0; at < proof.count; at++)
            assert_true(hash_equals(&proof.path[at], &rows[row].path[at]));
    }
}

static void appending_gives_the_root_of_the_definition(void **state)
{
    struct grove *grove = *state;
    struct merkle merkle = {0};
    for (int64_t size = 0; size <= LARGEST; size++) {
        struct hash root = merkle_root(grove->hasher, &merkle);
        struct hash naive = naive_root(grove, 0, size);
        assert_int_equal(merkle.size, size);
        assert_true(hash_equals(&root, &naive));
        merkle_append(grove->hasher, &merkle, &grove->leaves[size]);
    }
}

static struct merkle grown(struct grove *grove, struct merkle merkle, int64_t size)
{
    while (merkle.size < size)
        merkle_append(grove->hasher, &merkle, &grove->leaves[merkle.size]);
    return merkle;
}

static void every_older_tree_grows_out_of_what_it_shares_with_a_newer_one(void **state)
{
    struct grove *grove = *state;
    for (int64_t size = 0; size <= LARGEST; size++) {
        struct merkle whole = grown(grove, (struct merkle){0}, size);
        for (int64_t older = 0; older <= size; older++) {
            struct merkle shared = merkle_shared(&whole, older);
            struct merkle then = grown(grove, shared, older);
            struct merkle again = grown(grove, then, size);
            struct hash naive = naive_root(grove, 0, older);
            struct hash root = merkle_root(grove->hasher, &then);
            assert_true(shared.size <= older);
            assert_true(older < size || shared.size == size);
            assert_true(hash_equals(&root, &naive));
            root = merkle_root(grove->hasher, &again);
            naive = merkle_root(grove->hasher, &whole);
            assert_true(hash_equals(&root, &naive));
        }
    }
}

static void every_entry_of_every_tree_is_proved(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    for (int64_t size = 1; size <= LARGEST; size++) {
        struct hash root = naive_root(grove, 0, size);
        for (int64_t index = 0; index < size; index++) {
            struct merkle_proof proof;
            struct merkle_proof naive = {0};
            assert_true(merkle_prove_inclusion(grove->hasher, &leaves, index, size, &proof));
            naive_path(grove, index, 0, size, &naive);
            assert_same_path(&proof, &naive);
            assert_true(merkle_check_inclusion(grove->hasher, &grove->leaves[index], index, size,
                                               &proof, &root));
        }
    }
}

static void every_older_tree_is_proved_to_be_the_beginning(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    for (int64_t size = 1; size <= LARGEST; size++) {
        struct hash root = naive_root(grove, 0, size);
        for (int64_t older = 1; older <= size; older++) {
            struct merkle_proof proof;
            struct merkle_proof naive = {0};
            struct hash older_root = naive_root(grove, 0, older);
            assert_true(merkle_prove_consistency(grove->hasher, &leaves, older, size, &proof));
            naive_subproof(grove, older, 0, size, true, &naive);
            assert_same_path(&proof, &naive);
            assert_true(
                merkle_check_consistency(grove->hasher, older, &older_root, size, &root, &proof));
        }
    }
}

static void flip(struct hash *hash, int bit)
{
    hash->bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
}

/* What is to be proved about one entry, so that one part after the other can be spoiled. */
struct claim {
    struct hash leaf;
    int64_t index;
    int64_t older;
    struct hash older_root;
    int64_t size;
    struct hash root;
    struct merkle_proof proof;
};

static bool includes(struct grove *grove, const struct claim *claim)
{
    return merkle_check_inclusion(grove->hasher, &claim->leaf, claim->index, claim->size,
                                  &claim->proof, &claim->root);
}

static bool continues(struct grove *grove, const struct claim *claim)
{
    return merkle_check_consistency(grove->hasher, claim->older, &claim->older_root, claim->size,
                                    &claim->root, &claim->proof);
}

/* Flips each bit of one hash inside the claim, and back. */
static void refuses_each_bit(struct grove *grove, const struct claim *claim, struct hash *hash,
                             bool (*holds)(struct grove *grove, const struct claim *claim))
{
    assert_true(holds(grove, claim));
    for (int bit = 0; bit < 8 * HASH_BYTES; bit++) {
        flip(hash, bit);
        assert_false(holds(grove, claim));
        flip(hash, bit);
    }
}

/* A path that is a step shorter or longer leads nowhere. */
static void refuses_another_length(struct grove *grove, struct claim *claim,
                                   bool (*holds)(struct grove *grove, const struct claim *claim))
{
    claim->proof.path[claim->proof.count] = claim->root;
    claim->proof.count++;
    assert_false(holds(grove, claim));
    claim->proof.count--;
    if (claim->proof.count) {
        claim->proof.count--;
        assert_false(holds(grove, claim));
        claim->proof.count++;
    }
}

static const int64_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 13, 21};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void no_bit_of_an_inclusion_may_differ(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    for (int s = 0; s < SIZES; s++)
        for (int64_t index = 0; index < sizes[s]; index++) {
            struct claim claim = {.leaf = grove->leaves[index], .index = index, .size = sizes[s]};
            claim.root = naive_root(grove, 0, sizes[s]);
            assert_true(
                merkle_prove_inclusion(grove->hasher, &leaves, index, sizes[s], &claim.proof));
            refuses_each_bit(grove, &claim, &claim.leaf, includes);
            refuses_each_bit(grove, &claim, &claim.root, includes);
            for (size_t i = 0; i < claim.proof.count; i++)
                refuses_each_bit(grove, &claim, &claim.proof.path[i], includes);
            refuses_another_length(grove, &claim, includes);
        }
}

static void no_bit_of_an_index_may_differ(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    for (int s = 0; s < SIZES; s++)
        for (int64_t index = 0; index < sizes[s]; index++) {
            struct claim claim = {.leaf = grove->leaves[index], .size = sizes[s]};
            claim.root = naive_root(grove, 0, sizes[s]);
            assert_true(
                merkle_prove_inclusion(grove->hasher, &leaves, index, sizes[s], &claim.proof));
            for (int bit = 0; bit < 63; bit++) {
                claim.index = index ^ (int64_t)1 << bit;
                assert_false(includes(grove, &claim));
            }
            claim.index = -1 - index;
            assert_false(includes(grove, &claim));
        }
}

static void no_bit_of_a_consistency_may_differ(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    for (int s = 0; s < SIZES; s++)
        for (int64_t older = 1; older <= sizes[s]; older++) {
            struct claim claim = {.older = older, .size = sizes[s]};
            claim.older_root = naive_root(grove, 0, older);
            claim.root = naive_root(grove, 0, sizes[s]);
            assert_true(
                merkle_prove_consistency(grove->hasher, &leaves, older, sizes[s], &claim.proof));
            refuses_each_bit(grove, &claim, &claim.older_root, continues);
            refuses_each_bit(grove, &claim, &claim.root, continues);
            for (size_t i = 0; i < claim.proof.count; i++)
                refuses_each_bit(grove, &claim, &claim.proof.path[i], continues);
            refuses_another_length(grove, &claim, continues);
        }
}

static void no_other_older_size_has_the_proof(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    for (int s = 0; s < SIZES; s++)
        for (int64_t older = 1; older <= sizes[s]; older++) {
            struct claim claim = {.size = sizes[s]};
            claim.older_root = naive_root(grove, 0, older);
            claim.root = naive_root(grove, 0, sizes[s]);
            assert_true(
                merkle_prove_consistency(grove->hasher, &leaves, older, sizes[s], &claim.proof));
            for (int64_t other = -1; other <= sizes[s] + 1; other++) {
                claim.older = other;
                assert_int_equal(continues(grove, &claim), other == older);
            }
        }
}

static void what_lies_outside_the_tree_is_not_proved(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    struct merkle_proof proof = {0};
    struct hash root = naive_root(grove, 0, 5);
    struct hash empty = naive_root(grove, 0, 0);
    assert_false(merkle_prove_inclusion(grove->hasher, &leaves, -1, 5, &proof));
    assert_false(merkle_prove_inclusion(grove->hasher, &leaves, 5, 5, &proof));
    assert_false(merkle_prove_inclusion(grove->hasher, &leaves, 0, 0, &proof));
    assert_false(merkle_prove_consistency(grove->hasher, &leaves, 0, 5, &proof));
    assert_false(merkle_prove_consistency(grove->hasher, &leaves, 6, 5, &proof));
    proof.count = 0;
    assert_false(merkle_check_inclusion(grove->hasher, &grove->leaves[0], 0, 0, &proof, &root));
    assert_false(merkle_check_consistency(grove->hasher, 0, &empty, 5, &root, &proof));
    assert_false(merkle_check_consistency(grove->hasher, 0, &empty, 0, &empty, &proof));
}

/* An entry's hash is not itself a node: only the prefix tells a leaf from what lies above it. */
static void a_node_does_not_pass_for_a_leaf(void **state)
{
    struct grove *grove = *state;
    struct claim claim = {.index = 0, .size = 2};
    claim.leaf = naive_root(grove, 0, 2);
    claim.root = naive_root(grove, 0, 4);
    claim.proof.path[claim.proof.count++] = naive_root(grove, 2, 2);
    assert_false(includes(grove, &claim));
}

static void a_leaf_that_cannot_be_read_ends_every_proof(void **state)
{
    struct grove *grove = *state;
    const struct merkle_leaves leaves = leaves_of(grove);
    struct merkle_proof proof;
    for (int64_t unreadable = 0; unreadable < 7; unreadable++) {
        grove->unreadable = unreadable;
        for (int64_t index = 0; index < 7; index++)
            assert_int_equal(merkle_prove_inclusion(grove->hasher, &leaves, index, 7, &proof),
                             index == unreadable);
        assert_false(merkle_prove_consistency(grove->hasher, &leaves, 3, 7, &proof));
    }
    grove->unreadable = -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_roots_are_known_numbers),
        cmocka_unit_test(eight_leaves_give_the_root_of_the_reference_tree),
        cmocka_unit_test(seven_leaves_give_the_proofs_that_the_standard_names),
        cmocka_unit_test(appending_gives_the_root_of_the_definition),
        cmocka_unit_test(every_older_tree_grows_out_of_what_it_shares_with_a_newer_one),
        cmocka_unit_test(every_entry_of_every_tree_is_proved),
        cmocka_unit_test(every_older_tree_is_proved_to_be_the_beginning),
        cmocka_unit_test(no_bit_of_an_inclusion_may_differ),
        cmocka_unit_test(no_bit_of_an_index_may_differ),
        cmocka_unit_test(no_bit_of_a_consistency_may_differ),
        cmocka_unit_test(no_other_older_size_has_the_proof),
        cmocka_unit_test(what_lies_outside_the_tree_is_not_proved),
        cmocka_unit_test(a_node_does_not_pass_for_a_leaf),
        cmocka_unit_test(a_leaf_that_cannot_be_read_ends_every_proof),
    };
    return cmocka_run_group_tests_name("merkle", tests, grove_open, grove_close);
}
