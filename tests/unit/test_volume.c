/* test_volume.c: the depth follows the light, and beads of known number set it right. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"
#include "test.h"

#include <math.h>

enum { CLASSES = 16 };

static const struct measure_sheet sheet = {.half_width_um = 3, .rayleigh_um = 2.5};

/* From the threshold to e^4.75 times it; the first class is wide, because in a narrow one a few
 * spots would carry most of the sum. */
static const double edges[CLASSES + 1] = {0,   0.6, 0.85, 1.1, 1.35, 1.6, 1.85, 2.1, 2.4,
                                          2.7, 3.0, 3.3,  3.6, 3.9,  4.2, 4.5,  4.75};
static const struct measure_classes classes = {edges, CLASSES, 1};

static double fall(const struct measure_sheet *of, double z_um)
{
    double sheet_fall = 2 * z_um * z_um / (of->half_width_um * of->half_width_um);
    return sheet_fall + log1p(z_um * z_um / (of->rayleigh_um * of->rayleigh_um));
}

/* Spots per um2 in each class that a particle of that peak leaves in one um-3. */
static void expose(const struct measure_sheet *of, double peak, double per_frame[CLASSES])
{
    enum { STEPS = 40000 };
    const double reach_um = 12;
    for (size_t k = 0; k < CLASSES; k++)
        per_frame[k] = 0;
    for (int i = 0; i < STEPS; i++) {
        double z_um = reach_um * (i + 0.5) / STEPS;
        double height = peak - fall(of, z_um);
        if (height < 0)
            break;
        double width = of->half_width_um;
        double brightness = of->whole_light ? peak - 2 * z_um * z_um / (width * width) : height;
        size_t class = 0;
        while (class + 1 < CLASSES && brightness >= edges[class + 1])
            class ++;
        per_frame[class] += 2 * reach_um / STEPS;
    }
}

static double density(const struct measure_sheet *of, const double per_frame[CLASSES])
{
    double depths_um[CLASSES];
    double sum = 0;
    assert_int_equal(measure_class_depths_um(of, &classes, depths_um), MEASURED);
    for (size_t k = 0; k < CLASSES; k++)
        sum += per_frame[k] / depths_um[k];
    return sum;
}

static void the_depth_is_where_the_light_has_fallen_to_the_threshold(void **state)
{
    double before = 0;
    (void)state;
    for (double ln_ratio = 0.01; ln_ratio < 12; ln_ratio *= 1.3) {
        double depth_um = 0;
        assert_int_equal(measure_depth_um(&sheet, ln_ratio, &depth_um), MEASURED);
        assert_true(fabs(fall(&sheet, 0.5 * depth_um) - ln_ratio) < 1e-9 * (1 + ln_ratio));
        assert_true(depth_um > before);
        before = depth_um;
    }
}

static void the_depth_has_its_closed_forms_where_one_of_both_laws_is_absent(void **state)
{
    struct measure_sheet light = {.half_width_um = 4, .rayleigh_um = INFINITY};
    struct measure_sheet focus = {.half_width_um = INFINITY, .rayleigh_um = 2};
    struct measure_sheet fixed = {.fixed_um = 5};
    double depth_um = 0;
    (void)state;
    assert_int_equal(measure_depth_um(&light, 3, &depth_um), MEASURED);
    assert_true(fabs(depth_um - 2 * 4 * sqrt(1.5)) < 1e-9);
    assert_int_equal(measure_depth_um(&focus, 3, &depth_um), MEASURED);
    assert_true(fabs(depth_um - 2 * 2 * sqrt(exp(3) - 1)) < 1e-9);
    assert_int_equal(measure_depth_um(&fixed, -3, &depth_um), MEASURED);
    assert_true(fabs(depth_um - 5) < 1e-12);
}

static void a_particle_at_or_below_the_threshold_has_no_depth(void **state)
{
    double depth_um = 1;
    (void)state;
    assert_int_equal(measure_depth_um(&sheet, 0, &depth_um), MEASURED);
    assert_true(fabs(depth_um) < 1e-12);
    assert_int_equal(measure_depth_um(&sheet, -1, &depth_um), MEASURED);
    assert_true(fabs(depth_um) < 1e-12);
}

static void a_light_without_shape_is_refused(void **state)
{
    const struct measure_sheet wrong[] = {{0},
                                          {.half_width_um = 3},
                                          {.half_width_um = -3, .rayleigh_um = 2},
                                          {.half_width_um = INFINITY, .rayleigh_um = INFINITY},
                                          {.fixed_um = -1},
                                          {.fixed_um = INFINITY}};
    double depth_um = 0, depths_um[CLASSES];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(measure_depth_um(&wrong[i], 1, &depth_um), MEASURED_OUTSIDE);
        assert_int_equal(measure_class_depths_um(&wrong[i], &classes, depths_um), MEASURED_OUTSIDE);
    }
    assert_int_equal(measure_depth_um(&sheet, NAN, &depth_um), MEASURED_MALFORMED);
    assert_int_equal(
        measure_depth_um(&(struct measure_sheet){.half_width_um = NAN, .rayleigh_um = 2}, 1,
                         &depth_um),
        MEASURED_MALFORMED);
}

static void the_peak_is_found_from_the_mean_over_the_depth(void **state)
{
    struct measure_sheet light = {.half_width_um = 4, .rayleigh_um = INFINITY};
    struct measure_sheet focus = {.half_width_um = INFINITY, .rayleigh_um = 2};
    double mean = 0, peak = 0;
    (void)state;
    assert_int_equal(measure_depth_mean(&light, 3, &mean), MEASURED);
    assert_true(fabs(mean - 2) < 1e-9); /* two thirds of the peak under a Gaussian */
    for (int whole = 0; whole < 2; whole++) {
        struct measure_sheet of = sheet;
        of.whole_light = whole;
        for (double ln_ratio = 0.05; ln_ratio < 9; ln_ratio *= 1.5) {
            assert_int_equal(measure_depth_mean(&of, ln_ratio, &mean), MEASURED);
            assert_int_equal(measure_depth_peak(&of, mean, &peak), MEASURED);
            assert_true(fabs(peak - ln_ratio) < 1e-6 * (1 + ln_ratio));
        }
    }
    assert_int_equal(measure_depth_peak(&focus, 2.1, &peak), MEASURED_OUTSIDE);
    assert_int_equal(measure_depth_mean(&sheet, 0, &mean), MEASURED_NOT);
}

/* Within a class the sum waves, because one depth stands for the whole of it: by up to 5 % just
 * above the wide first class, by less than 1 % from there on. */
static void particles_of_every_peak_count_fully(void **state)
{
    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        struct measure_sheet of = sheet;
        of.whole_light = whole;
        for (double peak = 1.2; peak < 4.7; peak += 0.13) {
            double per_frame[CLASSES];
            expose(&of, peak, per_frame);
            assert_true(fabs(density(&of, per_frame) - 1) < (peak < 1.7 ? 0.05 : 0.015));
        }
    }
}

static void depths_grow_in_proportion_to_the_light(void **state)
{
    struct measure_sheet larger = sheet;
    double one[CLASSES], other[CLASSES];
    (void)state;
    larger.half_width_um *= 1.7;
    larger.rayleigh_um *= 1.7;
    assert_int_equal(measure_class_depths_um(&sheet, &classes, one), MEASURED);
    assert_int_equal(measure_class_depths_um(&larger, &classes, other), MEASURED);
    for (size_t k = 0; k < CLASSES; k++)
        assert_true(fabs(other[k] / one[k] - 1.7) < 1e-9);
    larger = (struct measure_sheet){.fixed_um = 5};
    assert_int_equal(measure_class_depths_um(&larger, &(struct measure_classes){NULL, 1, 0}, other),
                     MEASURED);
    assert_true(fabs(other[0] - 5) < 1e-12);
}

static void classes_below_the_threshold_have_no_depth(void **state)
{
    const double low[] = {-0.1, 1, 2};
    double depths_um[CLASSES];
    (void)state;
    assert_int_equal(
        measure_class_depths_um(&sheet, &(struct measure_classes){low, 2, 1}, depths_um),
        MEASURED_OUTSIDE);
    assert_int_equal(
        measure_class_depths_um(&sheet, &(struct measure_classes){NULL, 1, 1}, depths_um),
        MEASURED_OUTSIDE);
}

/* Beads at 1e8 per ml in 10,000 um2, as the given light would show them. */
static void bead_make(const struct measure_sheet *of, double peak, double per_frame[CLASSES],
                      struct measure_bead *bead)
{
    *bead = (struct measure_bead){.lot = "A1",
                                  .date = "2026-04-01",
                                  .per_ml = 1e8,
                                  .relative_sd = 0.03,
                                  .per_frame = per_frame,
                                  .area_um2 = 1e4};
    expose(of, peak, per_frame);
    for (size_t k = 0; k < CLASSES; k++)
        per_frame[k] *= 1e8 * 1e-12 * 1e4;
}

static void one_bead_sets_the_scale(void **state)
{
    double per_frame[CLASSES];
    struct measure_bead bead;
    struct measure_depth_point point;
    struct measure_sheet fitted = {.half_width_um = 3 * 0.7, .rayleigh_um = 2.5 * 0.7};
    (void)state;
    bead_make(&sheet, 3, per_frame, &bead);
    assert_int_equal(measure_sheet_calibrate(&bead, 1, &classes, &fitted, &point), MEASURED);
    /* The wave of the classes is the only difference. */
    assert_true(fabs(fitted.half_width_um / 3 - 1) < 0.015);
    assert_true(fabs(fitted.rayleigh_um / 2.5 - 1) < 0.015);
    assert_true(fabs(density(&fitted, per_frame) * 1e12 / 1e4 / 1e8 - 1) < 1e-9);
    assert_true(fabs(point.residual) < 1e-9);
    assert_true(fabs(fitted.relative_sd - 0.03) < 1e-12);
    double depth_um = 0;
    assert_int_equal(measure_depth_um(&sheet, 3, &depth_um), MEASURED);
    assert_true(fabs(point.depth_um / depth_um - 1) < 1e-3);
}

static void three_beads_set_the_shape_too(void **state)
{
    static const double peaks[] = {1.5, 2.8, 4.4};
    double per_frame[3][CLASSES];
    struct measure_bead beads[3];
    struct measure_depth_point points[3];
    struct measure_sheet fitted = {.half_width_um = 5, .rayleigh_um = 2.9};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        bead_make(&sheet, peaks[i], per_frame[i], &beads[i]);
        beads[i].relative_sd = 0.002;
    }
    assert_int_equal(measure_sheet_calibrate(beads, 3, &classes, &fitted, points), MEASURED);
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(points[i].residual) < 0.01);
    for (double peak = 1.5; peak < 4.7; peak += 0.5) {
        double true_um = 0, fitted_um = 0;
        assert_int_equal(measure_depth_um(&sheet, peak, &true_um), MEASURED);
        assert_int_equal(measure_depth_um(&fitted, peak, &fitted_um), MEASURED);
        assert_true(fabs(fitted_um / true_um - 1) < 0.03);
    }
}

static void beads_that_contradict_each_other_widen_the_uncertainty(void **state)
{
    double per_frame[2][CLASSES];
    struct measure_bead beads[2];
    struct measure_sheet fitted = sheet;
    (void)state;
    for (size_t i = 0; i < 2; i++)
        bead_make(&sheet, 3, per_frame[i], &beads[i]);
    beads[0].per_ml *= 1.3;
    assert_int_equal(measure_sheet_calibrate(beads, 2, &classes, &fitted, NULL), MEASURED);
    /* Half the difference of the logarithms, as the standard error of a mean of two. */
    assert_true(fabs(fitted.relative_sd - 0.5 * log(1.3)) < 0.003);
    beads[0].per_ml /= 1.3;
    assert_int_equal(measure_sheet_calibrate(beads, 2, &classes, &fitted, NULL), MEASURED);
    assert_true(fabs(fitted.relative_sd - 0.03 / sqrt(2)) < 1e-6);
}

static void beads_that_say_nothing_are_refused(void **state)
{
    double per_frame[CLASSES];
    struct measure_bead bead = {.lot = "A1"};
    struct measure_sheet fitted = sheet;
    (void)state;
    assert_int_equal(measure_sheet_calibrate(&bead, 0, &classes, &fitted, NULL), MEASURED_NOT);
    bead_make(&sheet, 3, per_frame, &bead);
    bead.per_ml = 0;
    assert_int_equal(measure_sheet_calibrate(&bead, 1, &classes, &fitted, NULL), MEASURED_OUTSIDE);
    bead.per_ml = NAN;
    assert_int_equal(measure_sheet_calibrate(&bead, 1, &classes, &fitted, NULL),
                     MEASURED_MALFORMED);
    bead.per_ml = 1e8;
    for (size_t k = 0; k < CLASSES; k++)
        per_frame[k] = 0;
    assert_int_equal(measure_sheet_calibrate(&bead, 1, &classes, &fitted, NULL), MEASURED_NOT);
    per_frame[3] = -1;
    assert_int_equal(measure_sheet_calibrate(&bead, 1, &classes, &fitted, NULL),
                     MEASURED_MALFORMED);
    assert_true(fabs(fitted.half_width_um - 3) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_depth_is_where_the_light_has_fallen_to_the_threshold),
        cmocka_unit_test(the_depth_has_its_closed_forms_where_one_of_both_laws_is_absent),
        cmocka_unit_test(a_particle_at_or_below_the_threshold_has_no_depth),
        cmocka_unit_test(a_light_without_shape_is_refused),
        cmocka_unit_test(the_peak_is_found_from_the_mean_over_the_depth),
        cmocka_unit_test(particles_of_every_peak_count_fully),
        cmocka_unit_test(depths_grow_in_proportion_to_the_light),
        cmocka_unit_test(classes_below_the_threshold_have_no_depth),
        cmocka_unit_test(one_bead_sets_the_scale),
        cmocka_unit_test(three_beads_set_the_shape_too),
        cmocka_unit_test(beads_that_contradict_each_other_widen_the_uncertainty),
        cmocka_unit_test(beads_that_say_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
