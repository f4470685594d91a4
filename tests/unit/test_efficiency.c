/* test_efficiency.c: what is too dim to be seen is said, not guessed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"
#include "measure/random.h"
#include "test.h"

#include <math.h>

/* Photons as the fourth power of size, 100 nm giving ten times the threshold. */
static const struct measure_scatter vesicles = {.reference_nm = 100,
                                                .reference_brightness = 3000,
                                                .exponent = 4,
                                                .spread = 0.25,
                                                .threshold = 300,
                                                .noise = 0};

static double probability(const struct measure_scatter *scatter, double diameter_nm)
{
    double found = -1;
    assert_int_equal(measure_detection(scatter, diameter_nm, &found), MEASURED);
    return found;
}

static double limit_nm(const struct measure_scatter *scatter, double at)
{
    double found = 0;
    assert_int_equal(measure_detection_limit_nm(scatter, at, &found), MEASURED);
    return found;
}

static void half_are_found_where_the_mean_brightness_is_the_threshold(void **state)
{
    double size_nm = 100 * pow(0.1, 0.25);
    (void)state;
    assert_true(fabs(probability(&vesicles, size_nm) - 0.5) < 1e-9);
    assert_true(fabs(limit_nm(&vesicles, 0.5) - size_nm) < 1e-6);
    /* 1.644854 sd of ln(brightness) above it, 95 %. */
    assert_true(fabs(limit_nm(&vesicles, 0.95) - size_nm * exp(1.644854 * 0.25 / 4)) < 1e-3);
}

static void noise_alone_gives_its_own_curve(void **state)
{
    struct measure_scatter noisy = vesicles;
    (void)state;
    noisy.spread = 0;
    noisy.noise = 60;
    /* 360 photons: one sd above the threshold. */
    double size_nm = 100 * pow(0.12, 0.25);
    assert_true(fabs(probability(&noisy, size_nm) - 0.841344746) < 1e-8);
    noisy.noise = 0;
    assert_true(fabs(probability(&noisy, size_nm) - 1) < 1e-12);
    assert_true(fabs(probability(&noisy, 50)) < 1e-12);
}

/* The same double integral over a fine grid of both. */
static double by_grid(const struct measure_scatter *scatter, double diameter_nm)
{
    double mean =
        scatter->reference_brightness * pow(diameter_nm / scatter->reference_nm, scatter->exponent);
    double sum = 0, weights = 0;
    for (int i = -4000; i <= 4000; i++) {
        double z = i * 0.002;
        double above = mean * exp(scatter->spread * z) - scatter->threshold;
        double weight = exp(-0.5 * z * z);
        sum += weight * 0.5 * erfc(-above / scatter->noise / sqrt(2));
        weights += weight;
    }
    return sum / weights;
}

static void spread_and_noise_together_are_integrated_exactly(void **state)
{
    static const double noises[] = {5, 60, 75, 90, 200};
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct measure_scatter both = vesicles;
        both.noise = noises[i];
        for (double size_nm = 30; size_nm < 120; size_nm += 7)
            assert_true(fabs(probability(&both, size_nm) - by_grid(&both, size_nm)) < 1e-4);
    }
}

static void larger_particles_are_never_found_less(void **state)
{
    struct measure_scatter both = vesicles;
    double before = 0;
    (void)state;
    both.noise = 60;
    for (double size_nm = 10; size_nm < 1000; size_nm *= 1.02) {
        double found = probability(&both, size_nm);
        assert_true(found >= before && found <= 1);
        before = found;
    }
    assert_true(limit_nm(&both, 0.95) > limit_nm(&both, 0.5));
    both.threshold *= 2;
    assert_true(limit_nm(&both, 0.95) > limit_nm(&vesicles, 0.95));
}

static void the_depth_of_a_size_is_the_mean_over_its_brightness(void **state)
{
    const struct measure_sheet fixed = {.fixed_um = 5};
    const struct measure_sheet light = {.half_width_um = 4, .rayleigh_um = INFINITY};
    struct measure_scatter alike = vesicles;
    double depth_um = 0, mean_um = 0;
    (void)state;
    assert_int_equal(measure_size_depth_um(&vesicles, &fixed, 100, &depth_um), MEASURED);
    assert_true(fabs(depth_um - 5) < 1e-9);
    alike.spread = 0;
    assert_int_equal(measure_size_depth_um(&alike, &light, 100, &depth_um), MEASURED);
    assert_true(fabs(depth_um - 2 * 4 * sqrt(0.5 * log(10))) < 1e-9);
    assert_int_equal(measure_size_depth_um(&alike, &light, 50, &depth_um), MEASURED_NOT);
    /* Far from the threshold the mean of a root is lower than the root of the mean by about
     * variance/(8 u2): 0.25^2/(8 x 2.3^2) = 0.15 %. */
    assert_int_equal(measure_size_depth_um(&vesicles, &light, 100, &mean_um), MEASURED);
    assert_int_equal(measure_size_depth_um(&alike, &light, 100, &depth_um), MEASURED);
    assert_true(fabs(1 - mean_um / depth_um - 0.0015) < 0.0003);
}

static void laws_that_make_no_sense_are_refused(void **state)
{
    struct measure_scatter wrong = vesicles;
    double found = 0;
    (void)state;
    wrong.exponent = 0;
    assert_int_equal(measure_detection(&wrong, 100, &found), MEASURED_OUTSIDE);
    wrong = vesicles;
    wrong.threshold = NAN;
    assert_int_equal(measure_detection(&wrong, 100, &found), MEASURED_MALFORMED);
    assert_int_equal(measure_detection(&vesicles, NAN, &found), MEASURED_MALFORMED);
    assert_int_equal(measure_detection(&vesicles, 0, &found), MEASURED_OUTSIDE);
    assert_int_equal(measure_detection_limit_nm(&vesicles, 1, &found), MEASURED_OUTSIDE);
    assert_int_equal(measure_detection_limit_nm(&vesicles, 0, &found), MEASURED_OUTSIDE);
    wrong = vesicles;
    wrong.threshold = 1e-30; /* everything is found, down to 1 nm */
    assert_int_equal(measure_detection_limit_nm(&wrong, 0.95, &found), MEASURED_OUTSIDE);
    wrong.threshold = 1e30;
    assert_int_equal(measure_detection_limit_nm(&wrong, 0.95, &found), MEASURED_OUTSIDE);
}

/* 2,000 tracks of lognormal sizes (0.4), sizes read with 25 %, one in ten a stray. The spread of
 * brightness makes the line of size on brightness flatter by 0.25^2/(1.6^2 + 0.25^2) = 2.4 %; its
 * standard error is 0.7 %. The strays widen the middle half by about a tenth. */
static void the_law_is_read_from_tracks_in_spite_of_strays(void **state)
{
    enum { TRACKS = 2000 };
    static double ln_sizes[TRACKS], ln_brightness[TRACKS], room[3 * TRACKS];
    struct random random = random_stream(5, 6);
    struct measure_scatter fitted = vesicles;
    (void)state;
    for (int i = 0; i < TRACKS; i++) {
        double ln_size = log(120) + 0.4 * random_normal(&random);
        ln_brightness[i] = log(3000) + 4 * (ln_size - log(100)) + 0.25 * random_normal(&random);
        ln_sizes[i] = ln_size + 0.25 * random_normal(&random);
        if (i % 10 == 0)
            ln_sizes[i] = log(20) + random_uniform(&random) * log(50);
    }
    assert_int_equal(measure_scatter_fit(ln_sizes, ln_brightness, TRACKS, 0.25, room, &fitted),
                     MEASURED);
    assert_true(fabs(fitted.exponent - 4) < 0.06 * 4);
    double there = fitted.reference_brightness * pow(100 / fitted.reference_nm, fitted.exponent);
    assert_true(fabs(log(there / 3000)) < 0.1);
    assert_true(fitted.spread < 0.7);
    assert_true(fabs(fitted.threshold - 300) < 1e-12);
    assert_true(fabs(limit_nm(&fitted, 0.5) / limit_nm(&vesicles, 0.5) - 1) < 0.04);
}

static void pairs_without_a_line_are_refused(void **state)
{
    double level[12], rising[12], room[36];
    struct measure_scatter fitted = vesicles;
    (void)state;
    for (int i = 0; i < 12; i++) {
        level[i] = 4;
        rising[i] = i;
    }
    assert_int_equal(measure_scatter_fit(rising, level, 12, 0, room, &fitted), MEASURED_NOT);
    assert_int_equal(measure_scatter_fit(level, rising, 12, 0, room, &fitted), MEASURED_NOT);
    assert_int_equal(measure_scatter_fit(rising, rising, 8, 0, room, &fitted), MEASURED_NOT);
    assert_int_equal(measure_scatter_fit(rising, rising, 9, 0, room, &fitted), MEASURED);
    assert_true(fabs(fitted.exponent - 1) < 1e-9 && fitted.spread < 1e-9);
    rising[3] = NAN;
    assert_int_equal(measure_scatter_fit(rising, level, 12, 0, room, &fitted), MEASURED_MALFORMED);
}

static void shares_are_split_at_the_limit_and_the_guessed_part_stands_apart(void **state)
{
    /* Four cells from 25 to 400 nm, one octave each; d50 = 56.2 nm and d95 = 62.3 nm. */
    const struct measure_sizes sizes = {25, 400, 4};
    const double shares[] = {1, 3, 4, 2};
    struct measure_limited found;
    (void)state;
    assert_int_equal(measure_limit_split(&vesicles, &sizes, shares, &found), MEASURED);
    double above = log(100 / found.d95_nm) / log(2), half = log(100 / found.d50_nm) / log(2);
    assert_true(fabs(found.above - (0.6 + 0.3 * above)) < 1e-9);
    assert_true(fabs(found.above + found.below - 1) < 1e-12);
    double at_centre = probability(&vesicles, 50 * sqrt(2));
    assert_true(fabs(found.extrapolated - 0.3 * (half - above) * (1 / at_centre - 1)) < 1e-9);
    const double none[] = {0, 0, 0, 0}, broken[] = {1, NAN, 0, 0};
    assert_int_equal(measure_limit_split(&vesicles, &sizes, none, &found), MEASURED_NOT);
    assert_int_equal(measure_limit_split(&vesicles, &sizes, broken, &found), MEASURED_MALFORMED);
    assert_int_equal(
        measure_limit_split(&vesicles, &(struct measure_sizes){25, 25, 4}, shares, &found),
        MEASURED_OUTSIDE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_are_found_where_the_mean_brightness_is_the_threshold),
        cmocka_unit_test(noise_alone_gives_its_own_curve),
        cmocka_unit_test(spread_and_noise_together_are_integrated_exactly),
        cmocka_unit_test(larger_particles_are_never_found_less),
        cmocka_unit_test(the_depth_of_a_size_is_the_mean_over_its_brightness),
        cmocka_unit_test(laws_that_make_no_sense_are_refused),
        cmocka_unit_test(the_law_is_read_from_tracks_in_spite_of_strays),
        cmocka_unit_test(pairs_without_a_line_are_refused),
        cmocka_unit_test(shares_are_split_at_the_limit_and_the_guessed_part_stands_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
