/* test_shares.c: do shares of sizes follow from likelihoods as the mathematics says? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/expectation.h"
#include "measure/qualify_tracks.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdlib.h>

enum { CELLS = 80, TRACKS = 120 };

static const struct measure_sizes sizes = {.low_nm = 20, .high_nm = 600, .count = CELLS};
static const struct qualify_optics optics = {
    .medium = {.temperature_c = 25, .viscosity_mpa_s = 0.89},
    .timing = {.frame_s = 0.04, .exposure_s = 0.0325},
    .noise_um = 0.06};
static const struct measure_fit_settings tight = {.gradient_limit = 1e-3, .iterations_most = 3000};

struct bench {
    struct arena *arena;
    struct measure_kernel kernel;
    double *room;
};

static void kernel_take(struct bench *bench, size_t tracks)
{
    bench->kernel = (struct measure_kernel){
        .likelihoods = arena_take(bench->arena, tracks * CELLS * sizeof(double)),
        .first = arena_take(bench->arena, tracks * sizeof(uint32_t)),
        .last = arena_take(bench->arena, tracks * sizeof(uint32_t)),
        .tracks = tracks,
        .cells = CELLS};
    bench->room = arena_take(bench->arena, measure_fit_room(CELLS) * sizeof(double));
}

/* Likelihoods of tracks from particles of 80 and 150 nm. */
static struct bench bench_open(size_t tracks)
{
    struct bench bench = {.arena = arena_open(64 << 20)};
    kernel_take(&bench, tracks);
    struct qualify_population two = {.first_nm = 80, .second_nm = 150, .second_share = 0.5};
    struct qualify_tracks made = qualify_free_tracks(bench.arena, 7, &two, &optics, tracks, 1);
    double diffusions[CELLS], logs[CELLS], room[2048];
    assert_int_equal(measure_size_diffusions(&sizes, &optics.medium, diffusions), MEASURED);
    for (size_t t = 0; t < tracks; t++) {
        assert_true(measure_track_room(made.tracks[t].positions) <= sizeof room / sizeof *room);
        assert_int_equal(measure_track_likelihood(&made.tracks[t], &optics.timing, diffusions,
                                                  CELLS, room, logs),
                         MEASURED);
        assert_int_equal(measure_kernel_row(logs, t, &bench.kernel), MEASURED);
    }
    return bench;
}

/* Row t of one kernel becomes row at of the other. */
static void row_copy(const struct measure_kernel *from, size_t t, const struct measure_kernel *to,
                     size_t at)
{
    memcpy(to->likelihoods + at * CELLS, from->likelihoods + t * CELLS, CELLS * sizeof(double));
    to->first[at] = from->first[t];
    to->last[at] = from->last[t];
}

static struct measure_fit fit(const struct bench *bench, const double *weights,
                              const struct measure_fit_settings *settings, double shares[CELLS])
{
    struct measure_fit made = {0};
    assert_int_equal(
        measure_shares_fit(&bench->kernel, weights, settings, bench->room, shares, &made),
        MEASURED);
    return made;
}

static void assert_near(const double *one, const double *other, double within)
{
    for (size_t i = 0; i < CELLS; i++)
        assert_true(fabs(one[i] - other[i]) <= within);
}

static void the_highest_of_a_row_is_one_and_what_is_negligible_is_left_out(void **state)
{
    (void)state;
    struct bench bench = {.arena = arena_open(1 << 20)};
    kernel_take(&bench, 1);
    double logs[CELLS];
    for (size_t i = 0; i < CELLS; i++)
        logs[i] = -1e4 - ((double)i - 30) * ((double)i - 30);
    assert_int_equal(measure_kernel_row(logs, 0, &bench.kernel), MEASURED);
    assert_int_equal(bench.kernel.first[0], 25); /* 5 squared is below 27.6, 6 squared is not */
    assert_int_equal(bench.kernel.last[0], 36);
    assert_true(bench.kernel.likelihoods[30] == 1);
    assert_true(fabs(bench.kernel.likelihoods[28] - exp(-4)) < 1e-15);
    arena_close(bench.arena);
}

static void a_row_that_says_nothing_or_is_no_number_is_refused(void **state)
{
    (void)state;
    struct bench bench = {.arena = arena_open(1 << 20)};
    kernel_take(&bench, 1);
    double logs[CELLS];
    for (size_t i = 0; i < CELLS; i++)
        logs[i] = -INFINITY;
    assert_int_equal(measure_kernel_row(logs, 0, &bench.kernel), MEASURED_NOT);
    logs[3] = 2;
    assert_int_equal(measure_kernel_row(logs, 0, &bench.kernel), MEASURED);
    logs[9] = NAN;
    assert_int_equal(measure_kernel_row(logs, 0, &bench.kernel), MEASURED_MALFORMED);
    logs[9] = INFINITY;
    assert_int_equal(measure_kernel_row(logs, 0, &bench.kernel), MEASURED_MALFORMED);
    arena_close(bench.arena);
}

static void weights_that_are_none_are_refused(void **state)
{
    (void)state;
    struct bench bench = bench_open(3);
    double shares[CELLS];
    struct measure_fit made = {0};
    static const double wrong[][3] = {{1, NAN, 1}, {1, -1, 1}, {1, INFINITY, 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(
            measure_shares_fit(&bench.kernel, wrong[i], &tight, bench.room, shares, &made),
            MEASURED_MALFORMED);
    static const double none[3] = {0, 0, 0};
    assert_int_equal(measure_shares_fit(&bench.kernel, none, &tight, bench.room, shares, &made),
                     MEASURED_NOT);
    arena_close(bench.arena);
}

static void no_step_lowers_the_likelihood_and_shares_always_sum_to_one(void **state)
{
    (void)state;
    struct bench bench = bench_open(TRACKS);
    double shares[CELLS], before = -INFINITY;
    for (size_t steps = 0; steps < 60; steps++) {
        struct measure_fit_settings settings = {.gradient_limit = 1e-9, .iterations_most = steps};
        struct measure_fit made = fit(&bench, NULL, &settings, shares);
        double sum = 0;
        for (size_t i = 0; i < CELLS; i++)
            sum += shares[i];
        assert_true(fabs(sum - 1) < 1e-12);
        assert_int_equal(made.iterations, steps);
        assert_false(made.converged);
        assert_true(made.log_likelihood >= before);
        before = made.log_likelihood;
    }
    arena_close(bench.arena);
}

/* Lindsay: however long the fit goes on, ln L gains no more than weight x gradient. */
static void the_gradient_bounds_what_is_left_to_gain(void **state)
{
    (void)state;
    struct bench bench = bench_open(TRACKS);
    double shares[CELLS];
    struct measure_fit_settings default_settings = measure_fit_settings_default();
    struct measure_fit short_fit = fit(&bench, NULL, &default_settings, shares);
    struct measure_fit long_fit = fit(&bench, NULL, &tight, shares);
    assert_true(short_fit.converged && long_fit.converged);
    assert_true(short_fit.gradient <= default_settings.gradient_limit);
    double gain = long_fit.log_likelihood - short_fit.log_likelihood;
    assert_true(gain > 0 && gain <= short_fit.weight * short_fit.gradient);
    double sums[CELLS], highest = 0;
    assert_true(expectation_sum(&bench.kernel, NULL, shares, sums));
    for (size_t i = 0; i < CELLS; i++)
        highest = fmax(highest, sums[i]);
    assert_true(fabs(highest / TRACKS - 1 - long_fit.gradient) < 1e-12);
    arena_close(bench.arena);
}

static void a_weight_of_two_is_the_track_twice(void **state)
{
    (void)state;
    struct bench bench = bench_open(TRACKS), doubled = {.arena = arena_open(64 << 20)};
    kernel_take(&doubled, TRACKS + TRACKS / 2);
    double weights[TRACKS], once[CELLS], twice[CELLS];
    size_t at = 0;
    for (size_t t = 0; t < TRACKS; t++) {
        weights[t] = t % 2 == 0 ? 2 : 1;
        for (size_t i = 0; i < (t % 2 == 0 ? 2 : 1); i++)
            row_copy(&bench.kernel, t, &doubled.kernel, at++);
    }
    struct measure_fit one = fit(&bench, weights, &tight, once);
    struct measure_fit other = fit(&doubled, NULL, &tight, twice);
    assert_int_equal(one.iterations, other.iterations);
    assert_true(one.weight == other.weight);
    assert_true(fabs(one.tracks_effective - 180. * 180 / 300) < 1e-9);
    assert_near(once, twice, 1e-12);
    arena_close(doubled.arena);
    arena_close(bench.arena);
}

static void the_order_of_tracks_does_not_matter(void **state)
{
    (void)state;
    struct bench bench = bench_open(TRACKS), turned = {.arena = arena_open(64 << 20)};
    kernel_take(&turned, TRACKS);
    for (size_t t = 0; t < TRACKS; t++)
        row_copy(&bench.kernel, t, &turned.kernel,
                 (t * 77 + 5) % TRACKS); /* 77 and 120 share none */
    double one[CELLS], other[CELLS];
    fit(&bench, NULL, &tight, one);
    fit(&turned, NULL, &tight, other);
    assert_near(one, other, 1e-12);
    arena_close(turned.arena);
    arena_close(bench.arena);
}

/* The likeliest distribution behind one track, or many that say the same, is a single size. */
static void one_track_and_equal_tracks_point_at_their_own_size(void **state)
{
    (void)state;
    struct bench bench = bench_open(1), equal = {.arena = arena_open(1 << 20)};
    kernel_take(&equal, 9);
    for (size_t t = 0; t < 9; t++)
        row_copy(&bench.kernel, 0, &equal.kernel, t);
    double one[CELLS], nine[CELLS];
    fit(&bench, NULL, &tight, one);
    struct measure_fit made = fit(&equal, NULL, &tight, nine);
    assert_true(made.converged);
    assert_near(one, nine, 1e-12);
    size_t best = 0, top = 0;
    for (size_t i = 1; i < CELLS; i++) {
        best = bench.kernel.likelihoods[i] > bench.kernel.likelihoods[best] ? i : best;
        top = one[i] > one[top] ? i : top;
    }
    assert_int_equal(best, top);
    double log_size[1];
    assert_int_equal(measure_track_log_sizes(&bench.kernel, &sizes, one, log_size), MEASURED);
    assert_true(fabs(log_size[0] - log(measure_size_centre_nm(&sizes, best))) < 0.05);
    arena_close(equal.arena);
    arena_close(bench.arena);
}

/* 120 tracks of about 19 steps know each kind's size to 0.24/sqrt(60) = 3 %, the share to
 * 1/(2 sqrt(120)) = 5 % and a little more for those that might be either; limits at four of these.
 */
static void two_sizes_are_found_where_they_are(void **state)
{
    (void)state;
    struct bench bench = bench_open(TRACKS);
    double shares[CELLS];
    struct measure_fit_settings settings = measure_fit_settings_default();
    fit(&bench, NULL, &settings, shares);
    struct measure_peak peaks[8];
    size_t count = 0;
    assert_int_equal(measure_peaks(&sizes, shares, 0.05, peaks, 8, &count), MEASURED);
    assert_int_equal(count, 2);
    assert_true(fabs(log(peaks[0].size_nm / 80)) < 0.12);
    assert_true(fabs(log(peaks[1].size_nm / 150)) < 0.12);
    assert_true(fabs(peaks[0].share - 0.5) < 0.2);
    assert_true(fabs(peaks[0].share + peaks[1].share - 1) < 1e-12);
    arena_close(bench.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_of_a_row_is_one_and_what_is_negligible_is_left_out),
        cmocka_unit_test(a_row_that_says_nothing_or_is_no_number_is_refused),
        cmocka_unit_test(weights_that_are_none_are_refused),
        cmocka_unit_test(no_step_lowers_the_likelihood_and_shares_always_sum_to_one),
        cmocka_unit_test(the_gradient_bounds_what_is_left_to_gain),
        cmocka_unit_test(a_weight_of_two_is_the_track_twice),
        cmocka_unit_test(the_order_of_tracks_does_not_matter),
        cmocka_unit_test(one_track_and_equal_tracks_point_at_their_own_size),
        cmocka_unit_test(two_sizes_are_found_where_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
