/* test_count.c: spots are counted once, where they are, in the class of their brightness. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"
#include "measure/random.h"
#include "test.h"

#include <math.h>

enum { FRAMES = 4, CLASSES = 3 };

static const double edges[CLASSES + 1] = {0, 1, 2, 3};

struct counted {
    double room[CLASSES * FRAMES];
    struct measure_counts counts;
};

static struct measure_counts *begin(struct counted *counted)
{
    counted->counts = (struct measure_counts){
        .view = {0, 0, 100, 50, 5},
        .classes = {edges, CLASSES, 10},
        .frames = FRAMES,
        .counts = counted->room,
    };
    assert_int_equal(measure_counts_begin(&counted->counts), MEASURED);
    return &counted->counts;
}

static void the_counted_area_is_what_the_guard_band_leaves(void **state)
{
    double area_um2 = 0;
    (void)state;
    assert_int_equal(measure_view_area_um2(&(struct measure_view){0, 0, 100, 50, 5}, &area_um2),
                     MEASURED);
    assert_true(fabs(area_um2 - 90 * 40) < 1e-9);
    assert_int_equal(measure_view_area_um2(&(struct measure_view){0, 0, 100, 50, 24.9}, &area_um2),
                     MEASURED);
    /* At the limit nothing is left, nor beyond. */
    assert_int_equal(measure_view_area_um2(&(struct measure_view){0, 0, 100, 50, 25}, &area_um2),
                     MEASURED_OUTSIDE);
    assert_int_equal(measure_view_area_um2(&(struct measure_view){0, 0, 100, 50, 60}, &area_um2),
                     MEASURED_OUTSIDE);
    assert_int_equal(measure_view_area_um2(&(struct measure_view){0, 0, 100, 50, -1}, &area_um2),
                     MEASURED_OUTSIDE);
    assert_int_equal(measure_view_area_um2(&(struct measure_view){0, 0, NAN, 50, 5}, &area_um2),
                     MEASURED_MALFORMED);
}

static void a_spot_on_the_left_edge_counts_and_one_on_the_right_edge_does_not(void **state)
{
    struct counted counted;
    struct measure_counts *counts = begin(&counted);
    const struct {
        double x_um;
        double y_um;
        size_t guarded;
    } rows[] = {{5, 20, 0},     {4.999, 20, 1},  {94.999, 20, 1}, {95, 20, 2}, {50, 5, 2},
                {50, 4.999, 3}, {50, 44.999, 3}, {50, 45, 4},     {-7, 20, 5}, {50, 700, 6}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(measure_counts_add(counts, 1, rows[i].x_um, rows[i].y_um, 10), MEASURED);
        assert_int_equal(counts->guarded, rows[i].guarded);
    }
    assert_true(fabs(counts->counts[1] - 4) < 1e-12);
}

static void a_spot_goes_into_the_class_that_its_brightness_reaches(void **state)
{
    struct counted counted;
    struct measure_counts *counts = begin(&counted);
    (void)state;
    assert_int_equal(measure_counts_add(counts, 0, 50, 20, 10), MEASURED);
    assert_int_equal(measure_counts_add(counts, 0, 50, 20, 9.999), MEASURED);
    assert_int_equal(measure_counts_add(counts, 1, 50, 20, 10 * exp(1.001)), MEASURED);
    assert_int_equal(measure_counts_add(counts, 2, 50, 20, 10 * exp(2.999)), MEASURED);
    assert_int_equal(measure_counts_add(counts, 2, 50, 20, 10 * exp(30)), MEASURED);
    assert_int_equal(measure_counts_add(counts, 3, 50, 20, 0), MEASURED);
    assert_int_equal(counts->dim, 2);
    assert_true(fabs(counts->counts[0 * FRAMES + 0] - 1) < 1e-12);
    assert_true(fabs(counts->counts[1 * FRAMES + 1] - 1) < 1e-12);
    assert_true(fabs(counts->counts[2 * FRAMES + 2] - 2) < 1e-12);
}

static void what_is_no_number_or_no_frame_is_refused(void **state)
{
    struct counted counted;
    struct measure_counts *counts = begin(&counted);
    (void)state;
    assert_int_equal(measure_counts_add(counts, 0, NAN, 20, 10), MEASURED_MALFORMED);
    assert_int_equal(measure_counts_add(counts, 0, 50, INFINITY, 10), MEASURED_MALFORMED);
    assert_int_equal(measure_counts_add(counts, 0, 50, 20, NAN), MEASURED_MALFORMED);
    assert_int_equal(measure_counts_add(counts, -1, 50, 20, 10), MEASURED_MALFORMED);
    assert_int_equal(measure_counts_add(counts, FRAMES, 50, 20, 10), MEASURED_OUTSIDE);
    for (size_t i = 0; i < CLASSES * FRAMES; i++)
        assert_true(counts->counts[i] < 0.5);
    counts->classes = (struct measure_classes){NULL, 1, 0};
    assert_int_equal(measure_counts_begin(counts), MEASURED);
    assert_int_equal(measure_counts_add(counts, 0, 50, 20, NAN), MEASURED);
    assert_true(counts->counts[0] > 0.5);
}

static void classes_and_frames_that_make_no_sense_are_refused(void **state)
{
    struct counted counted;
    struct measure_counts *counts = begin(&counted);
    const double level[] = {0, 1, 1, 2};
    const double broken[] = {0, 1, NAN, 2};
    (void)state;
    counts->classes.edges = level;
    assert_int_equal(measure_counts_begin(counts), MEASURED_OUTSIDE);
    counts->classes.edges = broken;
    assert_int_equal(measure_counts_begin(counts), MEASURED_MALFORMED);
    counts->classes = (struct measure_classes){edges, CLASSES, 0};
    assert_int_equal(measure_counts_begin(counts), MEASURED_OUTSIDE);
    counts->classes = (struct measure_classes){edges, MEASURE_CLASSES + 1, 10};
    assert_int_equal(measure_counts_begin(counts), MEASURED_OUTSIDE);
    counts->classes = (struct measure_classes){NULL, 2, 10};
    assert_int_equal(measure_counts_begin(counts), MEASURED_OUTSIDE);
    begin(&counted)->frames = 0;
    assert_int_equal(measure_counts_begin(counts), MEASURED_NOT);
}

/* 200,000 places, uniform far beyond the view and with a localisation error of 0.4 um: 3600/15000
 * of them are in the area, with a binomial sd of 0.001 of all; the limit is 4 sd. */
static void edges_favour_no_side_when_positions_are_uncertain(void **state)
{
    enum { SPOTS = 200000 };
    struct counted counted;
    struct measure_counts *counts = begin(&counted);
    struct random random = random_stream(7, 1);
    double inside = 0;
    (void)state;
    for (int i = 0; i < SPOTS; i++) {
        double x_um = 150 * random_uniform(&random) - 25;
        double y_um = 100 * random_uniform(&random) - 25;
        x_um += 0.4 * random_normal(&random);
        y_um += 0.4 * random_normal(&random);
        assert_int_equal(measure_counts_add(counts, i % FRAMES, x_um, y_um, 10), MEASURED);
    }
    for (size_t i = 0; i < CLASSES * FRAMES; i++)
        inside += counts->counts[i];
    assert_true(fabs(inside / SPOTS - 3600.0 / 15000) < 4 * 0.001);
    assert_int_equal((size_t)inside + counts->guarded, SPOTS);
}

static void classes_of_equal_count_hold_as_many_each(void **state)
{
    double values[100];
    double found[5];
    (void)state;
    for (int i = 0; i < 100; i++)
        values[i] = ((i * 37) % 100) * 0.1;
    assert_int_equal(measure_class_edges(values, 100, 4, found), MEASURED);
    for (int i = 0; i < 4; i++)
        assert_true(fabs(found[i] - 2.5 * i) < 1e-12);
    assert_true(fabs(found[4] - 9.9) < 1e-12);
    assert_int_equal(measure_class_edges(values, 4, 4, found), MEASURED_NOT);
    assert_int_equal(measure_class_edges(values, 100, 0, found), MEASURED_OUTSIDE);
    for (int i = 0; i < 100; i++)
        values[i] = 1;
    assert_int_equal(measure_class_edges(values, 100, 4, found), MEASURED_NOT);
    values[50] = NAN;
    assert_int_equal(measure_class_edges(values, 100, 4, found), MEASURED_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_counted_area_is_what_the_guard_band_leaves),
        cmocka_unit_test(a_spot_on_the_left_edge_counts_and_one_on_the_right_edge_does_not),
        cmocka_unit_test(a_spot_goes_into_the_class_that_its_brightness_reaches),
        cmocka_unit_test(what_is_no_number_or_no_frame_is_refused),
        cmocka_unit_test(classes_and_frames_that_make_no_sense_are_refused),
        cmocka_unit_test(edges_favour_no_side_when_positions_are_uncertain),
        cmocka_unit_test(classes_of_equal_count_hold_as_many_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
