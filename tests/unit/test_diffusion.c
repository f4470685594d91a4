/* test_diffusion.c: from the steps of tracks to diffusion coefficients, blur and noise within. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "brownian.h"
#include "measure/likelihood.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = BROWNIAN_POSITIONS };

static const struct brownian_motion ordinary = {
    .diffusion_um2_per_s = 4.907, .noise_um2 = 0.0036, .timing = {0.04, 0.0325}};

static void assert_near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within))
        fail_msg("%.9g is not within %.3g of %.9g", value, within, expected);
}

static void water_has_the_viscosity_of_the_published_table(void **state)
{
    static const double rows[][2] = {{15, 1137.55}, {20, 1001.57}, {22, 954.37},
                                     {25, 890.00},  {30, 797.21},  {37, 691.30}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double mpa_s = 0;
        assert_int_equal(measure_water_viscosity_mpa_s(rows[i][0], &mpa_s), MEASURED);
        assert_near(mpa_s * 1000, rows[i][1], 0.0051);
    }
    double untouched = 7;
    assert_int_equal(measure_water_viscosity_mpa_s(-1, &untouched), MEASURED_OUTSIDE);
    assert_int_equal(measure_water_viscosity_mpa_s(NAN, &untouched), MEASURED_MALFORMED);
    assert_near(untouched, 7, 0);
}

static void a_sphere_of_100_nm_diffuses_as_einstein_says_and_back(void **state)
{
    struct measure_medium water = {.temperature_c = 25};
    double diffusion = 0, diameter = 0;
    (void)state;
    assert_int_equal(measure_water_viscosity_mpa_s(25, &water.viscosity_mpa_s), MEASURED);
    assert_int_equal(measure_diffusion_um2_per_s(100, &water, &diffusion), MEASURED);
    assert_near(diffusion, 4.9075, 0.0001);
    assert_int_equal(measure_diameter_nm(diffusion, &water, &diameter), MEASURED);
    assert_near(diameter, 100, 1e-9);
    assert_int_equal(measure_diameter_nm(0, &water, &diameter), MEASURED_OUTSIDE);
    assert_int_equal(measure_diameter_nm(INFINITY, &water, &diameter), MEASURED_MALFORMED);
    water.viscosity_mpa_s = 0;
    assert_int_equal(measure_diameter_nm(diffusion, &water, &diameter), MEASURED_OUTSIDE);
}

/* Cholesky of the whole covariance matrix of one axis, written down entry by entry. */
static double dense_log_likelihood(const struct measure_track *track,
                                   const struct measure_timing *timing, double diffusion)
{
    static double matrix[MOST][MOST];
    double log_likelihood = 0;
    size_t steps = track->positions - 1;
    for (size_t i = 0; i < steps; i++)
        for (size_t j = 0; j <= i; j++) {
            double gap_s = (track->frames[i + 1] - track->frames[i]) * timing->frame_s;
            matrix[i][j] =
                i == j ? 2 * diffusion * (gap_s - timing->exposure_s / 3) + 2 * track->noise_um2
                : i == j + 1 ? diffusion * timing->exposure_s / 3 - track->noise_um2
                             : 0;
        }
    for (size_t i = 0; i < steps; i++)
        for (size_t j = 0; j <= i; j++) {
            for (size_t k = 0; k < j; k++)
                matrix[i][j] -= matrix[i][k] * matrix[j][k];
            matrix[i][j] = i == j ? sqrt(matrix[i][i]) : matrix[i][j] / matrix[j][j];
        }
    const double *axes[] = {track->x_um, track->y_um};
    for (size_t axis = 0; axis < 2; axis++) {
        double solved[MOST];
        for (size_t i = 0; i < steps; i++) {
            solved[i] = axes[axis][i + 1] - axes[axis][i];
            for (size_t k = 0; k < i; k++)
                solved[i] -= matrix[i][k] * solved[k];
            solved[i] /= matrix[i][i];
            log_likelihood -= log(matrix[i][i]) + solved[i] * solved[i] / 2;
        }
    }
    return log_likelihood;
}

static void the_likelihood_is_that_of_the_whole_covariance_matrix(void **state)
{
    static const double factors[] = {0.03, 0.5, 1, 2, 40};
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct random random = random_stream(seed, 1);
        struct brownian brownian;
        struct brownian_motion motion = ordinary;
        double room[4 * MOST + 4], diffusions[5], logs[5];
        motion.missed = seed % 2 ? 0.2 : 0;
        motion.noise_um2 *= (double)(seed % 4);
        motion.timing.exposure_s = motion.timing.frame_s * (double)(seed % 3) / 2;
        brownian_draw(&brownian, &random, &motion, 2 + seed * 3);
        assert_true(measure_track_room(brownian.track.positions) <= sizeof room / sizeof *room);
        for (size_t i = 0; i < 5; i++)
            diffusions[i] = motion.diffusion_um2_per_s * factors[i];
        assert_int_equal(
            measure_track_likelihood(&brownian.track, &motion.timing, diffusions, 5, room, logs),
            MEASURED);
        for (size_t i = 0; i < 5; i++) {
            double dense = dense_log_likelihood(&brownian.track, &motion.timing, diffusions[i]);
            assert_near(logs[i], dense, 1e-9 * (1 + fabs(dense)));
        }
    }
}

static void its_slope_is_that_of_its_differences(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct random random = random_stream(seed, 2);
        struct brownian brownian;
        struct brownian_motion motion = ordinary;
        struct likelihood likelihood;
        double room[4 * MOST + 4];
        motion.missed = seed % 2 ? 0.2 : 0;
        brownian_draw(&brownian, &random, &motion, 12);
        assert_int_equal(likelihood_open(&likelihood, &brownian.track, &motion.timing, room),
                         MEASURED);
        for (double diffusion = 1; diffusion < 20; diffusion *= 2) {
            double step = diffusion * 1e-5;
            double difference = likelihood_at(&likelihood, diffusion + step).log -
                                likelihood_at(&likelihood, diffusion - step).log;
            double slope = likelihood_at(&likelihood, diffusion).slope;
            assert_near(slope, difference / (2 * step), 1e-5 * (1 + fabs(slope)));
        }
    }
}

/* measurement of one track of N steps, relative: section "Limits" of the published table. */
static void the_bounds_are_those_of_the_published_table(void **state)
{
    static const size_t steps[] = {5, 10, 20, 50, 100};
    static const double table[][5] = {{44.7, 31.6, 22.4, 14.1, 10.0},
                                      {46.1, 32.6, 23.1, 14.6, 10.3},
                                      {73, 50.2, 35.1, 22.0, 15.5}};
    const double blur_r = 32.5 / 40 / 6, noise_x = 0.0036 / (4.9075 * 0.04);
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_near(100 * measure_diffusion_bound(steps[i], 2, 0, 0, true), table[0][i], 0.051);
        assert_near(100 * measure_diffusion_bound(steps[i], 2, blur_r, noise_x, true), table[1][i],
                    0.11);
        assert_near(100 * measure_diffusion_bound(steps[i], 2, blur_r, noise_x, false), table[2][i],
                    i == 0 ? 0.51 : 0.11);
    }
}

/* 1,500 tracks of 14 steps: three standard errors of the theory for pooled D and s2. */
static void many_tracks_give_diffusion_and_noise_without_bias(void **state)
{
    enum { TRACKS = 1500 };
    static struct brownian brownians[TRACKS];
    static struct measure_track tracks[TRACKS];
    static const double exposures[] = {0, 0.43, 0.81, 1};
    (void)state;
    for (size_t cell = 0; cell < 8; cell++) {
        struct random random = random_stream(11, cell);
        struct brownian_motion motion = ordinary;
        motion.timing.exposure_s = motion.timing.frame_s * exposures[cell % 4];
        motion.noise_um2 =
            (cell < 4 ? 0 : 0.25) * motion.diffusion_um2_per_s * motion.timing.frame_s;
        for (size_t i = 0; i < TRACKS; i++) {
            brownian_draw(&brownians[i], &random, &motion, 15);
            tracks[i] = brownians[i].track;
        }
        struct measure_covariance pooled;
        assert_int_equal(measure_covariance(tracks, TRACKS, 0, &motion.timing, &pooled), MEASURED);
        assert_int_equal(pooled.steps, TRACKS * 14);
        double step_um2 = motion.diffusion_um2_per_s * motion.timing.frame_s;
        double theory =
            motion.diffusion_um2_per_s *
            measure_covariance_spread(14, 2, exposures[cell % 4] / 6, motion.noise_um2 / step_um2) /
            sqrt(TRACKS);
        assert_near(pooled.diffusion_um2_per_s, motion.diffusion_um2_per_s, 3 * theory);
        assert_near(pooled.diffusion_sd, theory, 0.15 * theory);
        assert_near(pooled.noise_um2, motion.noise_um2, 3 * pooled.noise_sd);
    }
}

static void the_95_percent_interval_of_a_track_holds_the_truth_so_often(void **state)
{
    enum { TRACKS = 4000 };
    (void)state;
    for (size_t cell = 0; cell < 4; cell++) {
        struct random random = random_stream(12, cell);
        struct brownian_motion motion = ordinary;
        size_t held = 0;
        double sum = 0, squares = 0, room[4 * MOST + 4];
        motion.missed = cell % 2 ? 0.2 : 0;
        for (size_t i = 0; i < TRACKS; i++) {
            struct brownian brownian;
            struct measure_diffusion found;
            brownian_draw(&brownian, &random, &motion, cell < 2 ? 6 : 15);
            assert_int_equal(measure_track_diffusion(&brownian.track, &motion.timing, room, &found),
                             MEASURED);
            held += found.low_um2_per_s <= motion.diffusion_um2_per_s &&
                    found.high_um2_per_s >= motion.diffusion_um2_per_s;
            sum += found.diffusion_um2_per_s;
            squares += found.diffusion_um2_per_s * found.diffusion_um2_per_s;
        }
        double mean = sum / TRACKS;
        double spread = sqrt(squares / TRACKS - mean * mean) / motion.diffusion_um2_per_s;
        assert_in_range(held, TRACKS * 93 / 100, TRACKS * 97 / 100);
        if (cell % 2 == 0)
            assert_true(spread <= 1.05 * measure_diffusion_bound(cell < 2 ? 5 : 14, 2, 0.8125 / 6,
                                                                 0.0036 / 0.1963, true));
    }
}

static void longer_ways_by_a_factor_diffuse_faster_by_its_square(void **state)
{
    struct random random = random_stream(13, 0);
    struct brownian brownian;
    struct measure_diffusion before, after;
    double room[4 * MOST + 4];
    (void)state;
    brownian_draw(&brownian, &random, &ordinary, 20);
    assert_int_equal(measure_track_diffusion(&brownian.track, &ordinary.timing, room, &before),
                     MEASURED);
    for (size_t i = 0; i < 20; i++) {
        brownian.x_um[i] = 3 * brownian.x_um[i] + 17;
        brownian.y_um[i] = 3 * brownian.y_um[i] - 4;
    }
    brownian.track.noise_um2 *= 9;
    assert_int_equal(measure_track_diffusion(&brownian.track, &ordinary.timing, room, &after),
                     MEASURED);
    assert_near(after.diffusion_um2_per_s, 9 * before.diffusion_um2_per_s,
                1e-8 * after.diffusion_um2_per_s);
    assert_near(after.high_um2_per_s, 9 * before.high_um2_per_s, 1e-8 * after.high_um2_per_s);
    assert_near(after.low_um2_per_s, 9 * before.low_um2_per_s, 1e-8 * after.low_um2_per_s);
}

static void steps_that_noise_explains_have_no_lower_bound(void **state)
{
    struct random random = random_stream(14, 0);
    struct brownian brownian;
    struct brownian_motion still = ordinary;
    struct measure_diffusion found;
    double room[4 * MOST + 4];
    (void)state;
    still.diffusion_um2_per_s = 1e-9;
    brownian_draw(&brownian, &random, &still, 30);
    assert_int_equal(measure_track_diffusion(&brownian.track, &still.timing, room, &found),
                     MEASURED);
    assert_near(found.low_um2_per_s, 0, 0);
    assert_true(found.high_um2_per_s > 0 && found.high_um2_per_s < 0.1);
}

/* Spoils one thing in a good track and its timing; names what each function has to say of it. */
struct spoilt {
    struct brownian brownian;
    struct measure_timing timing;
};

static void spoil_nothing(struct spoilt *spoilt)
{
    (void)spoilt;
}
static void spoil_x(struct spoilt *spoilt)
{
    spoilt->brownian.x_um[3] = NAN;
}
static void spoil_y(struct spoilt *spoilt)
{
    spoilt->brownian.y_um[9] = INFINITY;
}
static void repeat_frame(struct spoilt *spoilt)
{
    spoilt->brownian.frames[4] = spoilt->brownian.frames[3];
}
static void leave_one(struct spoilt *spoilt)
{
    spoilt->brownian.track.positions = 1;
}
static void stand_still(struct spoilt *spoilt)
{
    for (size_t i = 0; i < 10; i++)
        spoilt->brownian.x_um[i] = spoilt->brownian.y_um[i] = 2.5;
}
static void expose_too_long(struct spoilt *spoilt)
{
    spoilt->timing.exposure_s *= 1.3;
}
static void stop_time(struct spoilt *spoilt)
{
    spoilt->timing = (struct measure_timing){0, 0};
}
static void lose_exposure(struct spoilt *spoilt)
{
    spoilt->timing.exposure_s = NAN;
}
static void deny_noise(struct spoilt *spoilt)
{
    spoilt->brownian.track.noise_um2 = -1e-6;
}

static void what_is_malformed_or_says_nothing_gives_no_number(void **state)
{
    static const struct {
        void (*spoil)(struct spoilt *spoilt);
        enum measured likelihood, diffusion, pooled;
    } rows[] = {
        {spoil_nothing, MEASURED, MEASURED, MEASURED},
        {spoil_x, MEASURED_MALFORMED, MEASURED_MALFORMED, MEASURED_MALFORMED},
        {spoil_y, MEASURED_MALFORMED, MEASURED_MALFORMED, MEASURED_MALFORMED},
        {repeat_frame, MEASURED_MALFORMED, MEASURED_MALFORMED, MEASURED_MALFORMED},
        {leave_one, MEASURED_NOT, MEASURED_NOT, MEASURED_NOT},
        {stand_still, MEASURED, MEASURED_NOT, MEASURED_NOT},
        {expose_too_long, MEASURED_OUTSIDE, MEASURED_OUTSIDE, MEASURED_OUTSIDE},
        {stop_time, MEASURED_OUTSIDE, MEASURED_OUTSIDE, MEASURED_OUTSIDE},
        {lose_exposure, MEASURED_MALFORMED, MEASURED_MALFORMED, MEASURED_MALFORMED},
        {deny_noise, MEASURED_OUTSIDE, MEASURED_OUTSIDE, MEASURED}, /* there it is a result */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct random random = random_stream(15, 0);
        struct spoilt spoilt = {.timing = ordinary.timing};
        double room[4 * MOST + 4], five = 5, log_likelihood = 7;
        struct measure_diffusion found;
        struct measure_covariance pooled;
        const struct measure_track *track = &spoilt.brownian.track;
        brownian_draw(&spoilt.brownian, &random, &ordinary, 10);
        rows[i].spoil(&spoilt);
        assert_int_equal(
            measure_track_likelihood(track, &spoilt.timing, &five, 1, room, &log_likelihood),
            rows[i].likelihood);
        assert_int_equal(measure_track_diffusion(track, &spoilt.timing, room, &found),
                         rows[i].diffusion);
        assert_int_equal(measure_covariance(track, 1, 0, &spoilt.timing, &pooled), rows[i].pooled);
        assert_true(rows[i].likelihood == MEASURED || log_likelihood == 7);
    }
}

/* Stuck, free and carried along at a quarter of a step per frame and more. */
static void a_stuck_and_a_carried_particle_stand_out_from_free_ones(void **state)
{
    enum { TRACKS = 2000 };
    double sums[3] = {0}, squares = 0;
    (void)state;
    for (size_t kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < TRACKS; i++) {
            struct random random = random_stream(16 + kind, i);
            struct brownian brownian;
            struct brownian_motion motion = ordinary;
            double deviation = 0;
            motion.speed_x_um_per_s = kind == 2 ? 20 : 0;
            if (kind == 0)
                motion.diffusion_um2_per_s = 1e-9;
            brownian_draw(&brownian, &random, &motion, 30);
            brownian.track.noise_um2 = ordinary.noise_um2;
            /* A stuck particle is judged at what its first steps alone would say. */
            double diffusion = kind == 0 ? 0.09 : ordinary.diffusion_um2_per_s;
            brownian.track.noise_um2 = kind == 0 ? 0 : brownian.track.noise_um2;
            assert_int_equal(
                measure_anomaly(&brownian.track, &motion.timing, diffusion, &deviation), MEASURED);
            sums[kind] += deviation / TRACKS;
            squares += kind == 1 ? deviation * deviation / TRACKS : 0;
        }
    assert_near(sums[1], 0, 3 / sqrt(TRACKS));
    assert_near(squares, 1, 0.15); /* kurtosis of such quadratic forms: sd of the mean about 0.05 */
    assert_true(sums[0] < -1);
    assert_true(sums[2] > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(water_has_the_viscosity_of_the_published_table),
        cmocka_unit_test(a_sphere_of_100_nm_diffuses_as_einstein_says_and_back),
        cmocka_unit_test(the_likelihood_is_that_of_the_whole_covariance_matrix),
        cmocka_unit_test(its_slope_is_that_of_its_differences),
        cmocka_unit_test(the_bounds_are_those_of_the_published_table),
        cmocka_unit_test(many_tracks_give_diffusion_and_noise_without_bias),
        cmocka_unit_test(the_95_percent_interval_of_a_track_holds_the_truth_so_often),
        cmocka_unit_test(longer_ways_by_a_factor_diffuse_faster_by_its_square),
        cmocka_unit_test(steps_that_noise_explains_have_no_lower_bound),
        cmocka_unit_test(what_is_malformed_or_says_nothing_gives_no_number),
        cmocka_unit_test(a_stuck_and_a_carried_particle_stand_out_from_free_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
