/* test_correlation.c: a count that remembers itself is worth fewer frames. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"
#include "measure/random.h"
#include "test.h"

#include <math.h>

enum { LONG = 20000, SHORT = 200 };

static double values[LONG];

/* A first-order autoregression: autocorrelation keep^lag, tau = (1 + keep)/(1 - keep). */
static struct measure_series remembering(uint64_t seed, double keep, size_t count)
{
    struct random random = random_stream(seed, 3);
    double value = random_normal(&random);
    for (size_t i = 0; i < count; i++) {
        values[i] = 20 + value;
        value = keep * value + sqrt(1 - keep * keep) * random_normal(&random);
    }
    return (struct measure_series){values, count};
}

/* The relative sd of one estimate is about sqrt(2 (2W + 1)/N) with W = 3 tau lags (Wolff 2004): 11
 * % at keep 0.9, so 2.5 % for the mean of 20; the limit is 4 of those. */
static void the_correlation_time_of_a_known_process_is_found(void **state)
{
    static const double keeps[] = {0, 0.5, 0.9};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        double sum = 0;
        for (uint64_t seed = 1; seed <= 20; seed++) {
            struct measure_series series = remembering(seed, keeps[k], LONG);
            struct measure_correlation found;
            assert_int_equal(measure_correlation(&series, 1, &found), MEASURED);
            sum += found.frames / 20;
        }
        double truth = (1 + keeps[k]) / (1 - keeps[k]);
        assert_true(fabs(sum / truth - 1) < 0.1);
    }
}

/* Variance of the mean of 200 values with keep 0.9 (tau = 19): (1/T) sum of (1 - lag/T) keep^lag =
 * 0.0906. The sum stops in the noise, which costs some of it: a fifth is allowed on the average of
 * 400 series; without the correction for the estimated mean it would be a third. */
static void short_series_do_not_forget_that_their_mean_is_an_estimate(void **state)
{
    double truth = 0, sum = 0;
    (void)state;
    for (int lag = -SHORT + 1; lag < SHORT; lag++)
        truth += (1 - fabs((double)lag) / SHORT) * pow(0.9, fabs((double)lag)) / SHORT;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct measure_series series = remembering(seed, 0.9, SHORT);
        struct measure_correlation found;
        assert_int_equal(measure_correlation(&series, 1, &found), MEASURED);
        sum += found.mean_variance / 400;
    }
    assert_true(fabs(sum / truth - 1) < 0.2);
}

static void the_same_series_twice_says_the_same(void **state)
{
    struct measure_series twice[2];
    struct measure_correlation once, both;
    (void)state;
    twice[0] = twice[1] = remembering(5, 0.8, 2000);
    assert_int_equal(measure_correlation(twice, 1, &once), MEASURED);
    assert_int_equal(measure_correlation(twice, 2, &both), MEASURED);
    assert_true(fabs(once.frames / both.frames - 1) < 1e-12);
}

static void scale_and_offset_change_nothing(void **state)
{
    struct measure_series series = remembering(6, 0.8, 2000);
    struct measure_correlation plain, moved;
    (void)state;
    assert_int_equal(measure_correlation(&series, 1, &plain), MEASURED);
    for (size_t i = 0; i < 2000; i++)
        values[i] = 8 * values[i] - 3;
    assert_int_equal(measure_correlation(&series, 1, &moved), MEASURED);
    assert_true(fabs(moved.frames / plain.frames - 1) < 1e-9);
    assert_true(fabs(moved.mean_variance / plain.mean_variance / 64 - 1) < 1e-9);
}

static void series_that_say_nothing_are_refused(void **state)
{
    const double level[] = {3, 3, 3, 3};
    const double broken[] = {3, NAN, 3, 4};
    struct measure_series series = {level, 4};
    struct measure_correlation found;
    struct measure_trend trend;
    (void)state;
    assert_int_equal(measure_correlation(&series, 1, &found), MEASURED_NOT);
    assert_int_equal(measure_correlation(&series, 0, &found), MEASURED_NOT);
    series.count = 1;
    assert_int_equal(measure_correlation(&series, 1, &found), MEASURED_NOT);
    series.count = 0;
    assert_int_equal(measure_correlation(&series, 1, &found), MEASURED_NOT);
    assert_int_equal(measure_trend(&series, 1, &trend), MEASURED_NOT);
    series = (struct measure_series){broken, 4};
    assert_int_equal(measure_correlation(&series, 1, &found), MEASURED_MALFORMED);
    assert_int_equal(measure_trend(&series, 1, &trend), MEASURED_MALFORMED);
}

/* In 5 um of an endless cell with D = 4.907 um2/s, 40 ms: by the probability of return, which tends
 * to 5/sqrt(4 pi D t). Far beyond the time of crossing, the sum of (1 - t/T) 5/sqrt(4 pi D t) is
 * its integral, 5 x 2/3 x sqrt(T/(pi D)); the beginning, where it exceeds 1, takes off less than
 * h2/D = 5 s of it. A cell no deeper than the depth lets nothing out, so that tau is all frames. */
static void diffusion_through_the_depth_has_its_own_time(void **state)
{
    struct measure_passage passage = {5, INFINITY, 4.907, 0.04};
    double tau = 0, deeper = 0, shallow = 0, walled = 0;
    (void)state;
    assert_int_equal(measure_correlation_diffusion(&passage, 200000, &tau), MEASURED);
    double integral_s = 5 * 2.0 / 3 * sqrt(200000 * 0.04 / (3.14159265 * 4.907));
    assert_true(tau < 2 * integral_s / 0.04 && tau > 2 * (integral_s - 5) / 0.04);
    passage.depth_um = 10;
    assert_int_equal(measure_correlation_diffusion(&passage, 1500, &deeper), MEASURED);
    passage.depth_um = 5;
    assert_int_equal(measure_correlation_diffusion(&passage, 1500, &shallow), MEASURED);
    assert_true(deeper > shallow);
    passage.cell_um = 15;
    assert_int_equal(measure_correlation_diffusion(&passage, 1500, &walled), MEASURED);
    assert_true(walled > shallow && walled < 1500);
    passage.cell_um = 5;
    assert_int_equal(measure_correlation_diffusion(&passage, 1500, &walled), MEASURED);
    assert_true(fabs(walled - 1500) < 1e-6 * 1500);
    passage.cell_um = 4.999;
    assert_int_equal(measure_correlation_diffusion(&passage, 1500, &walled), MEASURED_OUTSIDE);
    passage.cell_um = NAN;
    assert_int_equal(measure_correlation_diffusion(&passage, 1500, &walled), MEASURED_MALFORMED);
    passage.cell_um = INFINITY;
    assert_int_equal(measure_correlation_diffusion(&passage, 0, &walled), MEASURED_NOT);
    assert_int_equal(measure_correlation_diffusion(&passage, 1, &walled), MEASURED);
    assert_true(fabs(walled - 1) < 1e-12);
}

static void a_trend_is_the_change_over_the_whole_series(void **state)
{
    double rising[101];
    struct measure_series series = {rising, 101};
    struct measure_trend trend;
    (void)state;
    for (int i = 0; i < 101; i++)
        rising[i] = 90 + 0.2 * i;
    assert_int_equal(measure_trend(&series, 1, &trend), MEASURED);
    assert_true(fabs(trend.change - 0.2) < 1e-12);
    assert_true(trend.change_sd < 1e-9);
    assert_int_equal(measure_trend(&series, 0.5, &trend), MEASURED_OUTSIDE);
    series.count = 2;
    assert_int_equal(measure_trend(&series, 1, &trend), MEASURED_NOT);
}

/* Among 400 flat series the change is beyond 2 standard errors in 4.6 % on the average; with an sd
 * of 1.05 %, four of them reach 8.8 %. */
static void a_flat_series_has_no_trend_beyond_its_standard_error(void **state)
{
    int beyond = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct measure_series series = remembering(seed, 0.8, 2000);
        struct measure_trend trend;
        assert_int_equal(measure_trend(&series, 9, &trend), MEASURED);
        beyond += fabs(trend.change) > 2 * trend.change_sd;
    }
    assert_in_range(beyond, 2, 35);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_correlation_time_of_a_known_process_is_found),
        cmocka_unit_test(short_series_do_not_forget_that_their_mean_is_an_estimate),
        cmocka_unit_test(the_same_series_twice_says_the_same),
        cmocka_unit_test(scale_and_offset_change_nothing),
        cmocka_unit_test(series_that_say_nothing_are_refused),
        cmocka_unit_test(diffusion_through_the_depth_has_its_own_time),
        cmocka_unit_test(a_trend_is_the_change_over_the_whole_series),
        cmocka_unit_test(a_flat_series_has_no_trend_beyond_its_standard_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
