/* test_genealogy_shapes.c: is everything reached in any order, however wide and however deep? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "place.h"

#include "base/time.h"
#include "chain/link.h"
#include "demo.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_NODES = 24, MOST_TIES = 96, DEPTH = 10000, SMALL_STACK = 256 * 1024 };

static uint64_t seed(void)
{
    const char *given = getenv("EXOLEDGER_SEED");
    return given && *given ? strtoull(given, NULL, 10) : UINT64_C(20251122);
}

static void make_links(struct place *place)
{
    place_step(&place->one, STEP_BEGIN_WRITE);
    if (!view_create(&place->one, &link_table))
        fail_msg("%s", place->one.fault.text);
    place_step(&place->one, STEP_COMMIT);
}

static void tie(struct work *work, const char *parent, const char *child)
{
    const struct link link = {child, parent, 1, "uL", 1};
    if (!link_tie(work, &link))
        fail_msg("%s", work->fault.text);
}

/* ---- any graph, in any order of arrival ---- */

struct graph {
    size_t nodes;
    size_t ties;
    struct {
        size_t parent;
        size_t child;
    } tie[MOST_TIES];
    char names[MOST_NODES][32];
};

/* Ties to itself, circles, the same tie twice, and parents of which nothing else is known. */
static void draw_graph(struct graph *graph, uint64_t *state)
{
    graph->nodes = 1 + demo_below(state, MOST_NODES);
    graph->ties = demo_below(state, 1 + graph->nodes * MOST_TIES / MOST_NODES);
    for (size_t i = 0; i < graph->nodes; i++)
        snprintf(graph->names[i], sizeof graph->names[i], "lot:S-%zu", i);
    for (size_t i = 0; i < graph->ties; i++) {
        graph->tie[i].parent = demo_below(state, graph->nodes);
        graph->tie[i].child =
            demo_below(state, 8) ? demo_below(state, graph->nodes) : graph->tie[i].parent;
    }
}

/* By relaxing all ties that have arrived until nothing moves. */
static void walk(const struct graph *graph, size_t arrived, size_t start,
                 enum link_direction direction, int64_t steps[MOST_NODES])
{
    for (size_t i = 0; i < graph->nodes; i++)
        steps[i] = i == start ? 0 : -1;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < arrived; i++) {
            bool forward = direction == LINK_FORWARD;
            size_t from = forward ? graph->tie[i].parent : graph->tie[i].child;
            size_t to = forward ? graph->tie[i].child : graph->tie[i].parent;
            if (steps[from] >= 0 && (steps[to] < 0 || steps[to] > steps[from] + 1)) {
                steps[to] = steps[from] + 1;
                moved = true;
            }
        }
    }
}

static void check_start(struct work *work, const struct graph *graph, size_t arrived, size_t start,
                        enum link_direction direction)
{
    int64_t steps[MOST_NODES];
    struct rows rows;
    size_t expected = 0;
    walk(graph, arrived, start, direction, steps);
    for (size_t i = 0; i < graph->nodes; i++)
        expected += steps[i] >= 0;
    if (!link_reach(work, graph->names[start], direction, &rows))
        fail_msg("%s", work->fault.text);
    assert_int_equal(rows.count, expected);
    for (size_t i = 0; i < rows.count; i++) {
        const struct link_node *node = &ROWS(rows, const struct link_node)[i];
        size_t number = strtoul(node->name + strlen("lot:S-"), NULL, 10);
        assert_true(number < graph->nodes);
        assert_int_equal(node->depth, steps[number]);
        steps[number] = -2; /* a second time would not be its depth */
    }
}

static void check_all(struct work *work, const struct graph *graph, size_t arrived)
{
    for (size_t i = 0; i < graph->nodes; i++) {
        check_start(work, graph, arrived, i, LINK_FORWARD);
        check_start(work, graph, arrived, i, LINK_BACKWARD);
    }
}

/* The ties are drawn in no order of generations, so that children arrive before their parents. */
static void what_has_arrived_is_reached_in_any_order_of_arrival(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    uint64_t draws = seed();
    struct graph graph;
    bool on_server = place->engine == &postgres_engine;
    size_t most = (demo_is_long() ? 5000u : 300u) / (on_server ? 20u : 1u);
    size_t looks = 0;
    make_links(place);
    for (size_t i = 0; i < most; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        draw_graph(&graph, &draws);
        place_step(work, STEP_BEGIN_WRITE);
        for (size_t arrived = 0; arrived < graph.ties; arrived++) {
            tie(work, graph.names[graph.tie[arrived].parent],
                graph.names[graph.tie[arrived].child]);
            if (demo_below(&draws, 16) == 0) {
                check_all(work, &graph, arrived + 1);
                looks++;
            }
        }
        check_all(work, &graph, graph.ties);
        place_step(work, STEP_ROLLBACK);
        arena_rewind(work->arena, mark);
    }
    print_message("%zu graphs, looked at %zu times before they were complete, seed %llu\n", most,
                  looks, (unsigned long long)seed());
}

/* ---- wide and deep ---- */

static const char *number(struct arena *arena, const char *kind, size_t i)
{
    return arena_print(arena, "%s:%zu", kind, i);
}

struct reached {
    int64_t calls; /* of the database */
    int64_t took_usec;
    int64_t deepest;
    size_t count;
};

/* Of this thread alone, whoever else is on the machine. */
static int64_t cpu_usec(void)
{
    struct timespec used;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used), 0);
    return used.tv_sec * USEC_PER_SECOND + used.tv_nsec / 1000;
}

static struct reached reach(struct work *work, const char *from, enum link_direction direction)
{
    struct rows rows;
    struct reached reached = {.calls = work->database->calls};
    struct arena_mark mark = arena_mark(work->arena);
    int64_t began_usec = cpu_usec();
    if (!link_reach(work, from, direction, &rows))
        fail_msg("%s", work->fault.text);
    reached.took_usec = cpu_usec() - began_usec;
    reached.calls = work->database->calls - reached.calls;
    reached.count = rows.count;
    reached.deepest = ROWS(rows, const struct link_node)[rows.count - 1].depth;
    arena_rewind(work->arena, mark);
    return reached;
}

static void tie_children(struct work *work, const char *parent, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        tie(work, parent, number(work->arena, "lot", i));
        arena_rewind(work->arena, mark);
    }
}

/* A bank may feed any number of lots: each is asked for its own children once. */
static void children_without_number_are_reached_once(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    size_t most = demo_is_long() ? 1000000 : 20000;
    make_links(place);
    place_step(work, STEP_BEGIN_WRITE);
    tie_children(work, "bank:B", 1, most / 10);
    struct reached fewer = reach(work, "bank:B", LINK_FORWARD);
    tie_children(work, "bank:B", most / 10 + 1, most);
    struct reached all = reach(work, "bank:B", LINK_FORWARD);
    struct reached up = reach(work, number(work->arena, "lot", most), LINK_BACKWARD);
    place_step(work, STEP_ROLLBACK);
    assert_int_equal(all.count, most + 1);
    assert_int_equal(all.deepest, 1);
    assert_int_equal(up.count, 2);
    print_message("%zu children in %lld ms, a tenth of them in %lld ms\n", most,
                  (long long)all.took_usec / 1000, (long long)fewer.took_usec / 1000);
    assert_true(all.calls <= (int64_t)most + 1);
    assert_true(all.took_usec < 40 * (fewer.took_usec + 1000)); /* 10 expected, 100 if quadratic */
}

struct diving {
    struct work *work;
    const char *from;
    enum link_direction direction;
    struct reached reached;
};

static void *dive(void *context)
{
    struct diving *to = context;
    to->reached = reach(to->work, to->from, to->direction);
    return NULL;
}

/* On a stack of 256 KiB, which a call for each generation would overrun. */
static struct reached dive_from(struct work *work, size_t from, enum link_direction direction)
{
    struct diving to = {work, number(work->arena, "lot", from), direction, {0}};
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, SMALL_STACK), 0);
    assert_int_equal(pthread_create(&thread, &attributes, dive, &to), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    return to.reached;
}

static void ten_thousand_generations_need_no_deep_stack(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    make_links(place);
    place_step(work, STEP_BEGIN_WRITE);
    for (size_t i = 0; i < DEPTH; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        tie(work, number(work->arena, "lot", i), number(work->arena, "lot", i + 1));
        arena_rewind(work->arena, mark);
    }
    struct reached down = dive_from(work, 0, LINK_FORWARD);
    struct reached up = dive_from(work, DEPTH, LINK_BACKWARD);
    struct reached tenth = dive_from(work, DEPTH - DEPTH / 10, LINK_FORWARD);
    place_step(work, STEP_ROLLBACK);
    assert_int_equal(down.count, DEPTH + 1);
    assert_int_equal(down.deepest, DEPTH);
    assert_int_equal(up.count, DEPTH + 1);
    assert_int_equal(up.deepest, DEPTH);
    assert_int_equal(tenth.count, DEPTH / 10 + 1);
    print_message("%d generations in %lld ms, a tenth of them in %lld ms\n", DEPTH,
                  (long long)down.took_usec / 1000, (long long)tenth.took_usec / 1000);
    assert_true(down.calls <= DEPTH + 1);
    assert_true(down.took_usec < 40 * (tenth.took_usec + 1000));
}

/* Every layer is pooled from all of the layer before: the ways double, the things do not. */
static void pools_of_pools_are_counted_once(void **state)
{
    enum { LAYERS = 60, WIDTH = 6 };
    struct place *place = *state;
    struct work *work = &place->one;
    make_links(place);
    place_step(work, STEP_BEGIN_WRITE);
    for (size_t layer = 1; layer < LAYERS; layer++)
        for (size_t i = 0; i < WIDTH * WIDTH; i++)
            tie(work, number(work->arena, "pool", (layer - 1) * WIDTH + i / WIDTH),
                number(work->arena, "pool", layer * WIDTH + i % WIDTH));
    struct reached down = reach(work, "pool:0", LINK_FORWARD);
    struct reached up = reach(work, number(work->arena, "pool", LAYERS * WIDTH - 1), LINK_BACKWARD);
    place_step(work, STEP_ROLLBACK);
    assert_int_equal(down.count, 1 + (LAYERS - 1) * WIDTH);
    assert_int_equal(up.count, 1 + (LAYERS - 1) * WIDTH);
    assert_int_equal(down.deepest, LAYERS - 1);
}

#define ON(engine, test)                                                                           \
    cmocka_unit_test_setup_teardown(test, place_open_##engine, place_close_##engine)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        ON(sqlite, what_has_arrived_is_reached_in_any_order_of_arrival),
        ON(sqlite, children_without_number_are_reached_once),
        ON(sqlite, ten_thousand_generations_need_no_deep_stack),
        ON(sqlite, pools_of_pools_are_counted_once),
    };
    const struct CMUnitTest on_postgres[] = {
        ON(postgres, what_has_arrived_is_reached_in_any_order_of_arrival),
        ON(postgres, pools_of_pools_are_counted_once),
    };
    int failed = cmocka_run_group_tests_name("shapes on SQLite", on_sqlite, NULL, NULL);
    if (place_server())
        failed += cmocka_run_group_tests_name("shapes on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
