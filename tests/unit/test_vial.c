/* test_vial.c: do ranges of vials say what a list of every single vial says? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/vial.h"
#include "place.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <inttypes.h>

enum { MADE = 480, CHANGES = 2000, SITES = 3, STATES = 9 };

static const char *const sites[SITES] = {"M", "K1", "K2"};

/* What a lot would be with one row per vial; index 0 is not used. */
struct truth {
    struct vial_range vials[MADE + 1];
};

/* splitmix64: the same changes on every machine. */
static uint64_t draw(uint64_t *seed)
{
    uint64_t mixed = *seed += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

static int64_t below(uint64_t *seed, int64_t most)
{
    return (int64_t)(draw(seed) % (uint64_t)most);
}

static void works(struct work *work, bool worked)
{
    if (!worked)
        fail_msg("%s", work->fault.text);
}

static bool same(const char *one, const char *other)
{
    return text_equals(one, other) || (!one && !other);
}

static struct work *begin(struct place *place)
{
    struct work *work = &place->one;
    works(work, view_create(work, &vial_table));
    place_step(work, STEP_BEGIN_WRITE);
    works(work, vial_fill(work, "L-1", MADE, "M", 1));
    works(work, vial_fill(work, "L-2", 7, "M", 1));
    return work;
}

static void end(struct work *work)
{
    place_step(work, STEP_COMMIT);
}

static void fill_truth(struct truth *truth)
{
    for (int64_t i = 1; i <= MADE; i++)
        truth->vials[i] = (struct vial_range){
            .lot = "L-1", .first = i, .last = i, .state = "in_stock", .site = "M", .entry = 1};
}

/* Most changes are short, some take half of the lot. */
static struct vial_range random_change(struct work *work, uint64_t *seed, int64_t entry)
{
    int64_t first = 1 + below(seed, MADE);
    int64_t length = below(seed, 10) ? below(seed, 12) : below(seed, MADE / 2);
    int64_t last = first + length > MADE ? MADE : first + length;
    bool given = below(seed, 3) == 0;
    return (struct vial_range){
        .lot = "L-1",
        .first = first,
        .last = last,
        .state = vial_states[below(seed, STATES)],
        .site = sites[below(seed, SITES)],
        .shipment = below(seed, 2) ? arena_print(work->arena, "SH-%" PRId64, below(seed, 9)) : NULL,
        .patient = given ? arena_print(work->arena, "P-%" PRId64, below(seed, 9)) : NULL,
        .dose = given ? arena_print(work->arena, "DO-%" PRId64, entry) : NULL,
        .entry = entry,
    };
}

static void apply_to_truth(struct truth *truth, const struct vial_range *change)
{
    for (int64_t i = change->first; i <= change->last; i++) {
        truth->vials[i] = *change;
        truth->vials[i].first = truth->vials[i].last = i;
    }
}

static void is_as_the_vial(const struct vial_range *range, const struct vial_range *vial)
{
    bool equal = same(range->lot, vial->lot) && same(range->state, vial->state) &&
                 same(range->site, vial->site) && same(range->shipment, vial->shipment) &&
                 same(range->patient, vial->patient) && same(range->dose, vial->dose) &&
                 range->entry == vial->entry;
    if (!equal)
        fail_msg("vial %" PRId64 " is %s at %s (entry %" PRId64 "), its range says %s at %s (entry "
                 "%" PRId64 ")",
                 vial->first, vial->state, vial->site, vial->entry, range->state, range->site,
                 range->entry);
}

static void covers_all_without_gap(struct work *work, const struct truth *truth)
{
    struct rows rows;
    int64_t next = 1;
    works(work, view_list(work, &vial_table, "lot", value_text("L-1"), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        const struct vial_range *range = &ROWS(rows, const struct vial_range)[i];
        assert_int_equal(range->first, next);
        assert_true(range->last >= range->first);
        for (int64_t j = range->first; j <= range->last; j++)
            is_as_the_vial(range, &truth->vials[j]);
        next = range->last + 1;
    }
    assert_int_equal(next, MADE + 1);
}

static void balances(struct work *work, const struct truth *truth)
{
    struct rows rows;
    int64_t sum = 0;
    works(work, vial_balance(work, "L-1", &rows));
    for (size_t i = 0; i < rows.count; i++) {
        const struct vial_balance *row = &ROWS(rows, const struct vial_balance)[i];
        int64_t counted = 0;
        for (int64_t j = 1; j <= MADE; j++)
            counted +=
                same(truth->vials[j].state, row->state) && same(truth->vials[j].site, row->site);
        assert_int_equal(row->vials, counted);
        sum += row->vials;
    }
    assert_int_equal(sum, MADE);
}

/* Whole ranges, all that touch the asked serials and no others. */
static void finds_what_overlaps(struct work *work, const struct truth *truth,
                                const struct vial_range *asked)
{
    struct rows rows;
    works(work, vial_overlapping(work, asked->lot, asked->first, asked->last, &rows));
    assert_true(rows.count > 0);
    const struct vial_range *ranges = rows.items;
    assert_true(ranges[0].first <= asked->first);
    assert_true(ranges[rows.count - 1].last >= asked->last);
    for (size_t i = 0; i < rows.count; i++) {
        assert_true(ranges[i].last >= asked->first && ranges[i].first <= asked->last);
        is_as_the_vial(&ranges[i], &truth->vials[ranges[i].first]);
    }
}

static void checks_as_the_vials_do(struct work *work, const struct truth *truth,
                                   const struct vial_range *asked)
{
    int64_t wrong = 0;
    for (int64_t i = asked->last; i >= asked->first; i--)
        if (!same(truth->vials[i].state, asked->state) || !same(truth->vials[i].site, asked->site))
            wrong = i;
    bool passed = vial_check(work, asked);
    assert_int_equal(passed, wrong == 0);
    if (wrong) {
        const char *text = place_refused(work, FAULT_CONFLICT, passed);
        const char *serial = arena_print(work->arena, "Vial L-1-%04" PRId64 " is ", wrong);
        if (!text_starts(text, serial))
            fail_msg("\"%s\" does not begin with \"%s\"", text, serial);
    }
}

static void ranges_agree_with_single_vials(void **state)
{
    struct work *work = begin(*state);
    struct truth *truth = arena_take(work->arena, sizeof *truth);
    struct arena *kept = arena_open((size_t)8 << 20);
    uint64_t seed = 1;
    int passed = 0;
    fill_truth(truth);
    for (int64_t i = 0; i < CHANGES; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        struct work drawing = {.arena = kept};
        const struct vial_range change = random_change(&drawing, &seed, i + 2);
        struct vial_range asked = random_change(&drawing, &seed, 0);
        /* Half of the questions are about what the first vial really is. */
        if (below(&seed, 2)) {
            asked.state = truth->vials[asked.first].state;
            asked.site = truth->vials[asked.first].site;
        }
        finds_what_overlaps(work, truth, &asked);
        checks_as_the_vials_do(work, truth, &asked);
        passed += vial_check(work, &asked);
        work->fault = (struct fault){0};
        works(work, vial_change(work, &change));
        apply_to_truth(truth, &change);
        covers_all_without_gap(work, truth);
        balances(work, truth);
        arena_rewind(work->arena, mark);
    }
    assert_true(passed > CHANGES / 10 && passed < CHANGES); /* both answers occurred often */
    arena_close(kept);
    end(work);
}

static void another_lot_is_left_alone(void **state)
{
    struct work *work = begin(*state);
    struct rows rows;
    const struct vial_range to = {
        .lot = "L-1", .first = 3, .last = 5, .state = "given", .site = "K1", .entry = 2};
    works(work, vial_change(work, &to));
    works(work, vial_overlapping(work, "L-2", 1, 7, &rows));
    assert_int_equal(rows.count, 1);
    assert_string_equal(ROWS(rows, struct vial_range)[0].state, "in_stock");
    end(work);
}

static void a_lot_is_filled_once(void **state)
{
    struct work *work = begin(*state);
    /* What is wrong with a row may be told by the step behind it. */
    place_refused(work, FAULT_CONFLICT,
                  vial_fill(work, "L-2", 9, "M", 2) && database_step(work, STEP_COMMIT));
    place_step(work, STEP_ROLLBACK);
}

static void serials_that_do_not_exist_are_refused(void **state)
{
    struct work *work = begin(*state);
    struct vial_range asked = {
        .lot = "L-2", .first = 7, .last = 8, .state = "in_stock", .site = "M"};
    assert_non_null(strstr(place_refused(work, FAULT_CONFLICT, vial_check(work, &asked)),
                           "L-2-0008 does not exist"));
    asked.first = 9, asked.last = 12;
    assert_non_null(strstr(place_refused(work, FAULT_CONFLICT, vial_check(work, &asked)),
                           "L-2-0009 does not exist"));
    asked.lot = "L-3", asked.first = 1;
    assert_non_null(strstr(place_refused(work, FAULT_CONFLICT, vial_check(work, &asked)),
                           "L-3-0001 does not exist"));
    asked.lot = "L-2", asked.first = 0, asked.last = 3;
    place_refused(work, FAULT_INPUT, vial_check(work, &asked));
    asked.first = 3, asked.last = 2;
    place_refused(work, FAULT_INPUT, vial_check(work, &asked));
    asked.first = 1, asked.last = 7;
    works(work, vial_check(work, &asked));
    end(work);
}

static void a_change_of_missing_vials_is_a_fault_of_the_record(void **state)
{
    struct work *work = begin(*state);
    struct vial_range to = {
        .lot = "L-2", .first = 5, .last = 8, .state = "lost", .site = "M", .entry = 2};
    place_refused(work, FAULT_STORAGE, vial_change(work, &to));
    to.first = 0, to.last = 2;
    place_refused(work, FAULT_STORAGE, vial_change(work, &to));
    to.lot = "L-3", to.first = 1;
    place_refused(work, FAULT_STORAGE, vial_change(work, &to));
    end(work);
}

/* While entry 2 is corrected, what it moved is not in the way of its correction. */
static void a_correction_finds_its_own_vials(void **state)
{
    struct work *work = begin(*state);
    const struct vial_range to = {
        .lot = "L-2", .first = 2, .last = 4, .state = "tested", .site = "M", .entry = 2};
    struct vial_range asked = {
        .lot = "L-2", .first = 1, .last = 5, .state = "in_stock", .site = "M"};
    works(work, vial_change(work, &to));
    place_refused(work, FAULT_CONFLICT, vial_check(work, &asked));
    work->amends = 3;
    place_refused(work, FAULT_CONFLICT, vial_check(work, &asked));
    work->amends = 2;
    works(work, vial_check(work, &asked));
    asked.site = "K1";
    place_refused(work, FAULT_CONFLICT, vial_check(work, &asked));
    work->amends = 0;
    end(work);
}

/* What vial_each told, range after range. */
struct told {
    struct rows ranges; /* of the lot as vial_overlapping lists it */
    size_t count;
    size_t most; /* where the visitor stops */
};

static bool visit(struct work *work, void *context, const void *row)
{
    struct told *told = context;
    const struct vial_range *range = row;
    const struct vial_range *expected = &ROWS(told->ranges, const struct vial_range)[told->count];
    if (told->count == told->most)
        return fail(&work->fault, FAULT_RULE, "stopped", "The visitor stopped.");
    assert_true(told->count < told->ranges.count);
    assert_int_equal(range->first, expected->first);
    assert_int_equal(range->last, expected->last);
    assert_true(same(range->lot, expected->lot) && same(range->state, expected->state));
    assert_true(same(range->site, expected->site) && same(range->shipment, expected->shipment));
    assert_true(same(range->patient, expected->patient) && same(range->dose, expected->dose));
    told->count++;
    return true;
}

static void a_walk_tells_every_range_in_order_and_finds_a_gap(void **state)
{
    struct work *work = begin(*state);
    struct told told = {.most = SIZE_MAX};
    const struct visitor visitor = {visit, &told};
    uint64_t seed = 3;
    for (int i = 0; i < 50; i++) {
        int64_t first = 1 + below(&seed, MADE);
        const struct vial_range to = {.lot = "L-1",
                                      .first = first,
                                      .last = first,
                                      .state = "given",
                                      .site = sites[i % SITES],
                                      .patient = i % 2 ? "P-1" : NULL,
                                      .dose = i % 2 ? "DO-1" : NULL,
                                      .entry = 2};
        works(work, vial_change(work, &to));
    }
    works(work, vial_overlapping(work, "L-1", 1, MADE, &told.ranges));
    works(work, vial_each(work, "L-1", &visitor));
    assert_int_equal(told.count, told.ranges.count);
    assert_true(told.count > 50);
    told.count = 0;
    told.most = 2;
    bool worked = vial_each(work, "L-1", &visitor);
    assert_string_equal(work->fault.field, "stopped");
    place_refused(work, FAULT_RULE, worked);
    told = (struct told){.ranges = told.ranges, .most = SIZE_MAX};
    works(work, view_remove(work, &vial_table,
                            VALUES(value_text("L-1"),
                                   value_integer(ROWS(told.ranges, struct vial_range)[1].first))));
    place_refused(work, FAULT_STORAGE, vial_each(work, "L-1", &visitor));
    assert_int_equal(told.count, 1);
    end(work);
}

#define TEST_ON(name, engine)                                                                      \
    cmocka_unit_test_setup_teardown(name, place_open_##engine, place_close_##engine)
#define TESTS(engine)                                                                              \
    {                                                                                              \
        TEST_ON(ranges_agree_with_single_vials, engine),                                           \
            TEST_ON(another_lot_is_left_alone, engine), TEST_ON(a_lot_is_filled_once, engine),     \
            TEST_ON(serials_that_do_not_exist_are_refused, engine),                                \
            TEST_ON(a_change_of_missing_vials_is_a_fault_of_the_record, engine),                   \
            TEST_ON(a_correction_finds_its_own_vials, engine),                                     \
            TEST_ON(a_walk_tells_every_range_in_order_and_finds_a_gap, engine),                    \
    }

int main(void)
{
    const struct CMUnitTest on_sqlite[] = TESTS(sqlite);
    const struct CMUnitTest on_postgres[] = TESTS(postgres);
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (place_server())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
