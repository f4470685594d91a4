/* test_genealogy.c: is everything reached that a walk by hand reaches, whatever the family? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "place.h"

#include "chain/link.h"
#include "demo.h"

#include <stdio.h>

enum { MOST_NODES = 40, MOST_PARENTS = 3, BATCH = 100, ON_SQLITE = 10000, ON_POSTGRES = 100 };
static const uint64_t seed = UINT64_C(20250114);

/* A family: edge[i][j] is how much of i went into j; 0 where i is no parent of j. */
struct family {
    size_t number;
    size_t nodes;
    int64_t made[MOST_NODES]; /* what each node held, in uL */
    int64_t left[MOST_NODES]; /* of it, what went nowhere */
    int64_t edge[MOST_NODES][MOST_NODES];
    char names[MOST_NODES][32];
};

/* Names do not sort as the nodes were made. */
static void name_nodes(struct family *family)
{
    static const char *const kinds[] = {"donor", "culture", "harvest", "pool", "lot"};
    for (size_t i = 0; i < family->nodes; i++)
        snprintf(family->names[i], sizeof family->names[i], "%s:G%zu-%zu",
                 kinds[(i * 7 + family->number) % 5], family->number, i);
}

/* Each node but the first few takes parts of up to three before it: one parent is a split, more
 * are a pool. What a node holds is exactly what went into it. */
static void draw_family(struct family *family, size_t number, uint64_t *state)
{
    *family = (struct family){
        .number = number, .nodes = 2 + demo_below(state, 1 + demo_below(state, MOST_NODES - 1))};
    size_t sources = 1 + demo_below(state, family->nodes > 4 ? 4 : 1);
    for (size_t j = 0; j < family->nodes; j++) {
        size_t parents = j < sources ? 0 : 1 + demo_below(state, MOST_PARENTS);
        for (size_t k = 0; k < parents; k++) {
            size_t i = demo_below(state, j);
            if (family->edge[i][j] || family->left[i] < 1)
                continue;
            int64_t part = 1 + (int64_t)demo_below(state, (size_t)family->left[i]);
            family->edge[i][j] = part;
            family->left[i] -= part;
            family->made[j] += part;
        }
        if (!family->made[j])
            family->made[j] = 1 + (int64_t)demo_below(state, 1000000);
        family->left[j] = family->made[j];
    }
    name_nodes(family);
}

static void tie(struct work *work, const struct family *family, size_t parent, size_t child,
                int64_t amount)
{
    const struct link link = {.child = family->names[child],
                              .parent = family->names[parent],
                              .amount = amount,
                              .unit = "uL",
                              .entry = 1};
    if (!link_tie(work, &link))
        fail_msg("%s", work->fault.text);
}

static void tie_family(struct work *work, const struct family *family)
{
    for (size_t i = 0; i < family->nodes; i++)
        for (size_t j = 0; j < family->nodes; j++)
            if (family->edge[i][j])
                tie(work, family, i, j, family->edge[i][j]);
}

/* Steps from start to every node by hand, -1 where there is no way: relaxed until nothing moves. */
static void walk(const struct family *family, size_t start, enum link_direction direction,
                 int64_t steps[MOST_NODES])
{
    for (size_t i = 0; i < family->nodes; i++)
        steps[i] = i == start ? 0 : -1;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < family->nodes; i++)
            for (size_t j = 0; j < family->nodes; j++) {
                size_t from = direction == LINK_FORWARD ? i : j;
                size_t to = direction == LINK_FORWARD ? j : i;
                if (!family->edge[i][j] || steps[from] < 0 ||
                    (steps[to] >= 0 && steps[to] <= steps[from] + 1))
                    continue;
                steps[to] = steps[from] + 1;
                moved = true;
            }
    }
}

static size_t node_of(const struct family *family, const char *name)
{
    for (size_t i = 0; i < family->nodes; i++)
        if (text_equals(family->names[i], name))
            return i;
    fail_msg("%s is of another family.", name);
    return 0;
}

static void check_reach(struct work *work, const struct family *family, size_t start,
                        enum link_direction direction)
{
    int64_t steps[MOST_NODES];
    struct rows rows;
    size_t expected = 0;
    int64_t before = 0;
    bool seen[MOST_NODES] = {false};
    walk(family, start, direction, steps);
    for (size_t i = 0; i < family->nodes; i++)
        expected += steps[i] >= 0;
    if (!link_reach(work, family->names[start], direction, &rows))
        fail_msg("%s", work->fault.text);
    assert_int_equal(rows.count, expected);
    for (size_t i = 0; i < rows.count; i++) {
        const struct link_node *node = &ROWS(rows, const struct link_node)[i];
        size_t number = node_of(family, node->name);
        assert_false(seen[number]);
        seen[number] = true;
        assert_int_equal(node->depth, steps[number]);
        assert_true(node->depth >= before);
        before = node->depth;
    }
}

static int64_t tied(struct work *work, const struct family *family, size_t node,
                    enum link_direction direction)
{
    struct rows rows;
    int64_t sum = 0;
    if (!link_ties(work, family->names[node], direction, &rows))
        fail_msg("%s", work->fault.text);
    for (size_t i = 0; i < rows.count; i++)
        sum += ROWS(rows, const struct link)[i].amount;
    return sum;
}

/* In = held = out + left. */
static void check_amounts(struct work *work, const struct family *family, size_t node)
{
    int64_t came = tied(work, family, node, LINK_BACKWARD);
    assert_true(came == 0 || came == family->made[node]);
    assert_int_equal(tied(work, family, node, LINK_FORWARD) + family->left[node],
                     family->made[node]);
}

static void check_family(struct work *work, const struct family *family, uint64_t *state)
{
    size_t node = demo_below(state, family->nodes);
    check_reach(work, family, node, LINK_FORWARD);
    check_reach(work, family, node, LINK_BACKWARD);
    check_amounts(work, family, node);
}

static void make_links(struct place *place)
{
    place_step(&place->one, STEP_BEGIN_WRITE);
    if (!view_create(&place->one, &link_table))
        fail_msg("%s", place->one.fault.text);
    place_step(&place->one, STEP_COMMIT);
}

static size_t families_on(const struct place *place)
{
    return place->engine == &postgres_engine ? ON_POSTGRES : ON_SQLITE;
}

static void every_family_is_reached_as_a_walk_by_hand_reaches_it(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    uint64_t draws = seed;
    struct family family;
    size_t most = families_on(place);
    make_links(place);
    for (size_t first = 0; first < most; first += BATCH) {
        place_step(work, STEP_BEGIN_WRITE);
        for (size_t i = first; i < first + BATCH; i++) {
            struct arena_mark mark = arena_mark(work->arena);
            draw_family(&family, i, &draws);
            tie_family(work, &family);
            check_family(work, &family, &draws);
            arena_rewind(work->arena, mark);
        }
        place_step(work, STEP_ROLLBACK);
    }
    print_message("%zu families, seed %llu\n", most, (unsigned long long)seed);
}

/* No record should hold a circle; if one does, the walk ends all the same. */
static void a_circle_ends_and_counts_each_once(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    uint64_t draws = seed + 1;
    struct family family;
    make_links(place);
    for (size_t i = 0; i < families_on(place) / BATCH; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        place_step(work, STEP_BEGIN_WRITE);
        draw_family(&family, i, &draws);
        for (size_t back = 0; back < 3; back++)
            family.edge[demo_below(&draws, family.nodes)][demo_below(&draws, family.nodes)] = 1;
        tie_family(work, &family);
        for (size_t node = 0; node < family.nodes; node++) {
            check_reach(work, &family, node, LINK_FORWARD);
            check_reach(work, &family, node, LINK_BACKWARD);
        }
        place_step(work, STEP_ROLLBACK);
        arena_rewind(work->arena, mark);
    }
}

/* Wider and deeper than the first room of the search. */
static void a_long_chain_and_a_wide_pool_are_reached_whole(void **state)
{
    enum { LENGTH = 700 };
    struct place *place = *state;
    struct work *work = &place->one;
    struct rows rows;
    make_links(place);
    place_step(work, STEP_BEGIN_WRITE);
    for (int i = 0; i < LENGTH; i++) {
        const struct link chain = {arena_print(work->arena, "chain:%d", i + 1),
                                   arena_print(work->arena, "chain:%d", i), 1, "uL", 1};
        const struct link wide = {"pool:W", arena_print(work->arena, "harvest:%d", i), 1, "uL", 1};
        assert_true(link_tie(work, &chain) && link_tie(work, &wide));
    }
    assert_true(link_reach(work, "chain:0", LINK_FORWARD, &rows));
    assert_int_equal(rows.count, LENGTH + 1);
    assert_int_equal(ROWS(rows, const struct link_node)[LENGTH].depth, LENGTH);
    assert_true(link_reach(work, "pool:W", LINK_BACKWARD, &rows));
    assert_int_equal(rows.count, LENGTH + 1);
    assert_true(link_reach(work, "harvest:699", LINK_FORWARD, &rows));
    assert_int_equal(rows.count, 2);
    assert_true(link_reach(work, "lot:unknown", LINK_FORWARD, &rows));
    assert_int_equal(rows.count, 1);
    place_step(work, STEP_ROLLBACK);
}

/* A name that is the beginning of another is another. */
static void names_are_whole_words(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    struct rows rows;
    make_links(place);
    place_step(work, STEP_BEGIN_WRITE);
    const struct link one = {"lot:L-1", "pool:P-1", 1, "uL", 1};
    const struct link other = {"lot:L-10", "pool:P-10", 1, "uL", 1};
    assert_true(link_tie(work, &one) && link_tie(work, &other));
    assert_true(link_reach(work, "pool:P-1", LINK_FORWARD, &rows));
    assert_int_equal(rows.count, 2);
    assert_string_equal(ROWS(rows, const struct link_node)[1].name, "lot:L-1");
    assert_true(link_reach(work, "lot:l-1", LINK_BACKWARD, &rows));
    assert_int_equal(rows.count, 1);
    place_step(work, STEP_ROLLBACK);
}

#define ON(engine, test)                                                                           \
    cmocka_unit_test_setup_teardown(test, place_open_##engine, place_close_##engine)
#define TESTS(engine)                                                                              \
    {                                                                                              \
        ON(engine, every_family_is_reached_as_a_walk_by_hand_reaches_it),                          \
            ON(engine, a_circle_ends_and_counts_each_once),                                        \
            ON(engine, a_long_chain_and_a_wide_pool_are_reached_whole),                            \
            ON(engine, names_are_whole_words),                                                     \
    }

int main(void)
{
    const struct CMUnitTest on_sqlite[] = TESTS(sqlite);
    const struct CMUnitTest on_postgres[] = TESTS(postgres);
    int failed = cmocka_run_group_tests_name("genealogies on SQLite", on_sqlite, NULL, NULL);
    if (place_server())
        failed += cmocka_run_group_tests_name("genealogies on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
