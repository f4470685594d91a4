/* test_genealogy_record.c: is a recall the same as a walk by hand, at every moment of a record? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "demo.h"

#include "chain/link.h"
#include "exchange.h"
#include "manufacture/vial.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_THINGS = 400 };

static uint64_t seed(void)
{
    const char *given = getenv("EXOLEDGER_SEED");
    return given && *given ? strtoull(given, NULL, 10) : UINT64_C(20251122);
}

static struct rows list(struct work *work, const struct table *table, const char *column,
                        const char *value)
{
    struct rows rows;
    if (!view_list(work, table, column, column ? value_text(value) : value_text(NULL), &rows))
        fail_msg("%s", work->fault.text);
    return rows;
}

/* ---- everything by hand: all ties and all vials, searched from end to end ---- */

struct hand {
    struct demo *demo;
    struct rows ties;
    const char *names[MOST_THINGS]; /* every name in a tie, once */
    size_t count;
};

static size_t place_of(const struct hand *hand, const char *name)
{
    size_t i = 0;
    while (i < hand->count && !text_equals(hand->names[i], name))
        i++;
    return i;
}

static void add_name(struct hand *hand, const char *name)
{
    if (place_of(hand, name) < hand->count)
        return;
    assert_true(hand->count < MOST_THINGS);
    hand->names[hand->count++] = name;
}

static struct hand gather(struct demo *demo)
{
    struct hand hand = {.demo = demo, .ties = list(&demo->work, &link_table, NULL, NULL)};
    for (size_t i = 0; i < hand.ties.count; i++) {
        add_name(&hand, ROWS(hand.ties, const struct link)[i].parent);
        add_name(&hand, ROWS(hand.ties, const struct link)[i].child);
    }
    return hand;
}

static void walk(const struct hand *hand, size_t start, enum link_direction direction,
                 bool reached[MOST_THINGS])
{
    memset(reached, 0, MOST_THINGS * sizeof *reached);
    reached[start] = true;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < hand->ties.count; i++) {
            const struct link *tie = &ROWS(hand->ties, const struct link)[i];
            size_t parent = place_of(hand, tie->parent);
            size_t child = place_of(hand, tie->child);
            size_t from = direction == LINK_FORWARD ? parent : child;
            size_t to = direction == LINK_FORWARD ? child : parent;
            moved = moved || (reached[from] && !reached[to]);
            reached[to] = reached[to] || reached[from];
        }
    }
}

/* ---- what the program answers ---- */

static struct demo_answer trace(struct demo *demo, const char *operation, const char *name)
{
    struct text input = text_open(demo->work.arena);
    text_add(&input, "{\"name\":");
    json_add_text(&input, name);
    text_add(&input, "}");
    return demo_do(demo, operation, input.bytes);
}

/* How many rows of the answer are of this kind and code (NULL: any); in *amount their sum. */
static size_t told(const struct json *rows, const char *kind, const char *code, int64_t *amount)
{
    size_t found = 0;
    *amount = 0;
    for (size_t i = 0; i < json_count(rows); i++) {
        const struct json *row = json_element(rows, i);
        if (!text_equals(json_as_text(json_member(row, "kind")), kind) ||
            (code && !text_equals(json_as_text(json_member(row, "code")), code)))
            continue;
        found++;
        *amount += json_as_integer(json_member(row, "amount"));
    }
    return found;
}

static void check_things(const struct hand *hand, const struct json *rows, const bool *reached,
                         const char *start)
{
    int64_t amount = 0;
    for (size_t i = 0; i < hand->count; i++) {
        char kind[64] = {0};
        const char *colon = strchr(hand->names[i], ':');
        assert_true(colon && (size_t)(colon - hand->names[i]) < sizeof kind);
        memcpy(kind, hand->names[i], (size_t)(colon - hand->names[i]));
        size_t found = told(rows, kind, colon + 1, &amount);
        if (found != reached[i])
            fail_msg("From %s, %s is told %zu times and reached %d times by hand.", start,
                     hand->names[i], found, reached[i]);
    }
}

/* The vials of the lots that were reached, by scanning all vials, and who received them. */
static void check_vials(const struct hand *hand, const struct json *rows, const bool *reached,
                        const char *start)
{
    struct work *work = &hand->demo->work;
    struct rows vials = list(work, &vial_table, NULL, NULL);
    int64_t expected = 0;
    int64_t amount = 0;
    for (size_t i = 0; i < vials.count; i++) {
        const struct vial_range *range = &ROWS(vials, const struct vial_range)[i];
        size_t lot = place_of(hand, link_name(work->arena, "lot", range->lot));
        if (lot == hand->count || !reached[lot])
            continue;
        expected += range->last - range->first + 1;
        if (range->dose && told(rows, "dose", range->dose, &amount) != 1)
            fail_msg("From %s the dose %s is not told once.", start, range->dose);
        if (range->patient && told(rows, "patient", range->patient, &amount) != 1)
            fail_msg("From %s the patient %s is not told once.", start, range->patient);
    }
    told(rows, "vials", NULL, &amount);
    if (amount != expected)
        fail_msg("From %s %lld vials are told, and %lld are there.", start, (long long)amount,
                 (long long)expected);
}

static void check_start(const struct hand *hand, size_t start)
{
    struct arena *arena = hand->demo->work.arena;
    struct arena_mark mark = arena_mark(arena);
    bool reached[MOST_THINGS];
    const char *name = hand->names[start];
    struct demo_answer forward = trace(hand->demo, "trace.forward", name);
    const struct json *rows = json_member(forward.json, "rows");
    walk(hand, start, LINK_FORWARD, reached);
    check_things(hand, rows, reached, name);
    check_vials(hand, rows, reached, name);
    struct demo_answer backward = trace(hand->demo, "trace.backward", name);
    walk(hand, start, LINK_BACKWARD, reached);
    check_things(hand, json_member(backward.json, "rows"), reached, name);
    arena_rewind(arena, mark);
}

/* Every start, in both directions; returns how many there were. */
static size_t check_by_hand(struct demo *demo)
{
    struct arena_mark mark = arena_mark(demo->work.arena);
    struct hand hand = gather(demo);
    for (size_t i = 0; i < hand.count; i++)
        check_start(&hand, i);
    arena_rewind(demo->work.arena, mark);
    return hand.count;
}

/* ---- along a story ---- */

struct along {
    struct demo *demo;
    uint64_t draws;
    size_t one_in; /* at every case, or at one in so many */
    size_t looks;
    size_t starts;
    size_t unlike; /* rebuilds after which the tables were others */
};

/* Between two cases everything is made anew from the entries; nothing may be different after it. */
static void look(void *context, const char *sentence, int64_t done, int64_t cases)
{
    struct along *along = context;
    struct demo *demo = along->demo;
    const struct actor *actor = demo->work.actor;
    (void)sentence;
    if (done < cases && demo_below(&along->draws, along->one_in) != 0)
        return;
    struct arena_mark mark = arena_mark(demo->work.arena);
    demo_sign_in(demo, "QM1", NULL);
    along->starts += check_by_hand(demo);
    const char *before = demo_fingerprint(demo);
    demo_rebuild(demo);
    along->unlike += !text_equals(before, demo_fingerprint(demo));
    along->starts += check_by_hand(demo);
    along->looks++;
    demo->work.actor = actor;
    arena_rewind(demo->work.arena, mark);
}

static struct along play(struct demo *demo, const char *path, size_t one_in)
{
    struct along along = {.demo = demo, .draws = seed(), .one_in = one_in};
    const struct exchange_progress progress = {look, &along};
    struct exchange_result result = {0};
    FILE *out = tmpfile();
    assert_non_null(out);
    bool played = exchange_play(&demo->work, path, &progress, out, &result);
    fclose(out);
    if (!played || result.failed)
        fail_msg("%s is not as told: %lld of %lld. %s", path, (long long)result.failed,
                 (long long)result.cases, demo->work.fault.text);
    return along;
}

static void a_recall_is_a_walk_by_hand_at_any_moment_and_after_a_rebuild(void **state)
{
    struct along along = play(*state, "tests/story/short.txt", demo_is_long() ? 2 : 24);
    print_message("%zu looks, %zu starts, both ways, seed %llu\n", along.looks, along.starts,
                  (unsigned long long)seed());
    assert_true(along.looks > 0 && along.starts > along.looks);
    assert_int_equal(along.unlike, 0);
}

/* What was shipped, given and recalled is still reached, whatever entry is annulled after it. */
static void what_is_annulled_after_the_shipment_loses_nobody(void **state)
{
    struct demo *demo = *state;
    uint64_t draws = seed();
    size_t annulled = 0;
    play(demo, "tests/story/short.txt", SIZE_MAX);
    demo->work.fault = (struct fault){0};
    demo_sign_in(demo, "QM1", NULL);
    size_t tries = demo_is_long() ? 2000 : 150;
    for (size_t i = 0; i < tries; i++) {
        struct arena_mark mark = arena_mark(demo->work.arena);
        size_t entries = (size_t)demo_entries(demo);
        const struct demo_request asked = {
            .operation = "entry.annul",
            .input = arena_print(demo->work.arena, "{\"seq\": %zu, \"why\": \"wrong line\"}",
                                 1 + demo_below(&draws, entries))};
        demo->work.now_usec += USEC_PER_SECOND * 60;
        if (demo_ask(demo, &asked).worked && annulled++ % (demo_is_long() ? 1 : 8) == 0)
            check_by_hand(demo);
        arena_rewind(demo->work.arena, mark);
    }
    const char *before = demo_fingerprint(demo);
    size_t starts = check_by_hand(demo);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    assert_int_equal(check_by_hand(demo), starts);
    demo_verify(demo);
    print_message("%zu entries annulled in %zu tries, %zu starts afterwards, seed %llu\n", annulled,
                  tries, starts, (unsigned long long)seed());
    assert_true(annulled > 0);
}

#define ON(engine, test) cmocka_unit_test_setup_teardown(test, demo_open_##engine, demo_close)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        ON(sqlite, a_recall_is_a_walk_by_hand_at_any_moment_and_after_a_rebuild),
        ON(sqlite, what_is_annulled_after_the_shipment_loses_nobody),
    };
    const struct CMUnitTest on_postgres[] = {
        ON(postgres, a_recall_is_a_walk_by_hand_at_any_moment_and_after_a_rebuild),
    };
    int failed = cmocka_run_group_tests_name("recalls on SQLite", on_sqlite, NULL, NULL);
    if (demo_server())
        failed += cmocka_run_group_tests_name("recalls on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
