/* test_detection.c: what is found in a frame is what is there, and no more than was asked for. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "picture.h"
#include "test.h"

#include "measure/detection.h"

#include <math.h>

enum { ROOM_BYTES = 1 << 28, BACKGROUND_E = 50 };

struct bench {
    struct arena *arena;
    struct picture picture;
    struct detection_settings settings;
    struct random random;
};

static struct bench bench_open(int32_t width_px, int32_t height_px, uint64_t seed)
{
    struct bench bench = {.arena = arena_open(ROOM_BYTES), .random = random_stream(seed, 1)};
    bench.picture = picture_open(bench.arena, width_px, height_px);
    bench.settings = (struct detection_settings){
        .shape = bench.picture.shape, .noise = bench.picture.noise, .false_per_frame = 0.1};
    picture_light(&bench.picture, BACKGROUND_E);
    return bench;
}

static struct detector *detector_for(struct bench *bench)
{
    double read_dn = bench->picture.noise.read_dn;
    bench->settings.shape = bench->picture.shape;
    bench->settings.noise = bench->picture.noise;
    bench->settings.noise.read_dn = sqrt(read_dn * read_dn + 1.0 / 12);
    return detector_open(bench->arena, &bench->settings);
}

static struct detected find(struct bench *bench, struct detector *detector)
{
    struct detected detected;
    struct frame frame = picture_frame(&bench->picture, 0);
    detector_find(detector, &frame, bench->picture.residual, &detected);
    for (size_t i = 0; i < detected.count; i++) {
        const struct located *spot = &detected.spots[i];
        assert_true(isfinite(spot->x_px) && isfinite(spot->y_px) && isfinite(spot->sd_px));
        assert_true(isfinite(spot->light_dn) && isfinite(spot->peak_dn));
        assert_true(isfinite(spot->error_px) && isfinite(spot->strength));
        assert_true(spot->error_px > 0 && spot->sd_px > 0 && spot->light_dn > 0);
    }
    return detected;
}

static struct detected shoot(struct bench *bench, struct detector *detector)
{
    picture_shoot(&bench->picture, &bench->random, BACKGROUND_E);
    return find(bench, detector);
}

static const struct located *nearest(const struct detected *detected, double x_px, double y_px)
{
    const struct located *best = NULL;
    double least_px = 3;
    for (size_t i = 0; i < detected->count; i++) {
        double away_px = hypot(detected->spots[i].x_px - x_px, detected->spots[i].y_px - y_px);
        if (away_px < least_px) {
            least_px = away_px;
            best = &detected->spots[i];
        }
    }
    return best;
}

/* Fails the test where none is. */
static struct located spot_at(const struct detected *detected, double x_px, double y_px)
{
    const struct located *spot = nearest(detected, x_px, y_px);
    if (!spot) {
        fail_msg("No spot is found at %g, %g", x_px, y_px);
        return (struct located){0};
    }
    return *spot;
}

/* Counts of rare spots are Poisson; three standard errors, and a tenth for the theory of maxima,
 * which is one of smooth fields. */
static void assert_false_rate(double electrons, double rate, int frames)
{
    struct bench bench = bench_open(256, 256, 11);
    bench.settings.false_per_frame = rate;
    struct detector *detector = detector_for(&bench);
    picture_light(&bench.picture, electrons);
    double found = 0;
    for (int f = 0; f < frames; f++) {
        picture_shoot(&bench.picture, &bench.random, electrons);
        found += (double)find(&bench, detector).count;
    }
    double expected = rate * frames;
    if (fabs(found - expected) > 3 * sqrt(expected) + 0.1 * expected)
        fail_msg("%g false spots, but %g were asked for", found, expected);
    arena_close(bench.arena);
}

static void noise_alone_raises_as_many_spots_as_asked_for(void **state)
{
    (void)state;
    assert_false_rate(400, 4, 30);
    assert_false_rate(400, 1, 30);
}

/* Three photons on a pixel are as often far above their mean as a normal law has it only rarely. */
static void few_photons_raise_no_more_false_spots(void **state)
{
    (void)state;
    assert_false_rate(3, 4, 30);
}

/* Spots that stand delta standard deviations above the threshold, 49 to a frame. */
static double share_found(double delta, int frames)
{
    struct bench bench = bench_open(256, 256, 12);
    struct detector *detector = detector_for(&bench);
    double light_dn = 0;
    double light_sd_dn = 0;
    double gain = bench.picture.noise.gain_dn_per_e;
    detector_limit(detector, 1.8, BACKGROUND_E * gain, &light_dn, &light_sd_dn);
    double threshold = detector_threshold(detector);
    double electrons = light_dn / gain * (threshold + delta) / threshold;
    double found = 0;
    for (int f = 0; f < frames; f++) {
        double x_px[49];
        double y_px[49];
        picture_light(&bench.picture, BACKGROUND_E);
        for (int i = 0; i < 49; i++) {
            x_px[i] = 28.0 + i % 7 * 32 + 8 * random_uniform(&bench.random);
            y_px[i] = 28.0 + i / 7 * 32.0 + 8 * random_uniform(&bench.random);
            picture_spot(&bench.picture, x_px[i], y_px[i], 1.8, electrons);
        }
        struct detected detected = shoot(&bench, detector);
        for (int i = 0; i < 49; i++)
            found += nearest(&detected, x_px[i], y_px[i]) != NULL;
    }
    arena_close(bench.arena);
    return found / (49 * frames);
}

/* A spot's strength is normal about what it should be, so that half of those at the threshold are
 * found, 2.3 % of those 2 below it and 97.7 % of those 2 above it; some more, because the highest
 * of neighbouring places and of three filters counts: never more than those half a deviation
 * brighter. A sixth of an error of localisation of 1 px exceeds the 3 px that are matched. */
static void the_limit_is_where_half_of_the_spots_are_found(void **state)
{
    (void)state;
    double error = 3 * sqrt(0.25 / (49 * 8));
    double at = share_found(0, 8);
    assert_true(at > 0.5 - error && at < 0.69 + error);
    assert_true(share_found(-2, 6) < 0.067 + error);
    assert_true(share_found(2, 6) > 0.96);
}

/* A spot's light is found without bias, with the standard deviation that the limit tells. */
static void the_light_of_a_spot_is_found(void **state)
{
    (void)state;
    struct bench bench = bench_open(96, 96, 13);
    struct detector *detector = detector_for(&bench);
    double sum = 0;
    double squares = 0;
    int count = 60;
    for (int i = 0; i < count; i++) {
        picture_light(&bench.picture, BACKGROUND_E);
        picture_spot(&bench.picture, 48.3, 47.6, 2, 4000);
        struct detected detected = shoot(&bench, detector);
        double relative = spot_at(&detected, 48.3, 47.6).light_dn / 8000 - 1;
        sum += relative;
        squares += relative * relative;
    }
    double mean = sum / count;
    double sd = sqrt(squares / count - mean * mean);
    /* Light of 4000 electrons before 54 on each of some 50 pixels, and the free level around. */
    assert_true(fabs(mean) < 3 * sd / sqrt(count) + 0.01);
    assert_true(sd < 0.05);
    arena_close(bench.arena);
}

/* Without noise the only error is that of the fit itself. */
static void a_spot_is_found_where_it_is(void **state)
{
    (void)state;
    struct bench bench = bench_open(96, 96, 14);
    struct detector *detector = detector_for(&bench);
    for (int i = 0; i < 20; i++) {
        double x_px = 40 + 16 * random_uniform(&bench.random);
        double y_px = 40 + 16 * random_uniform(&bench.random);
        double sd_px = 1.2 + 3 * random_uniform(&bench.random);
        picture_light(&bench.picture, BACKGROUND_E);
        picture_spot(&bench.picture, x_px, y_px, sd_px, 20000);
        for (size_t p = 0; p < (size_t)96 * 96; p++) {
            double level_dn = 100 + 2 * bench.picture.electrons[p];
            bench.picture.pixels[p] = (uint16_t)level_dn;
            bench.picture.residual[p] = (float)(level_dn - 200);
        }
        struct detected detected = find(&bench, detector);
        assert_int_equal(detected.count, 1);
        assert_true(fabs(detected.spots[0].x_px - x_px) < 0.01);
        assert_true(fabs(detected.spots[0].y_px - y_px) < 0.01);
        assert_true(fabs(detected.spots[0].sd_px / sd_px - 1) < 0.02);
        assert_true(fabs(detected.spots[0].light_dn / 40000 - 1) < 0.02);
        assert_false(detected.spots[0].joint);
        assert_false(detected.spots[0].saturated);
    }
    arena_close(bench.arena);
}

/* 8 px apart, the light of one reaches under the other: alone each would be drawn to its neighbour.
 */
static void neighbours_are_fitted_together(void **state)
{
    (void)state;
    struct bench bench = bench_open(96, 96, 15);
    struct detector *detector = detector_for(&bench);
    picture_spot(&bench.picture, 40.2, 48.1, 2.2, 20000);
    picture_spot(&bench.picture, 48.2, 48.4, 2.2, 10000);
    struct detected detected = shoot(&bench, detector);
    assert_int_equal(detected.count, 2);
    for (int i = 0; i < 2; i++) {
        double x_px = i == 0 ? 40.2 : 48.2;
        struct located spot = spot_at(&detected, x_px, 48.2);
        assert_true(spot.joint);
        assert_true(fabs(spot.x_px - x_px) < 5 * spot.error_px);
        assert_true(fabs(spot.light_dn / (i == 0 ? 40000 : 20000) - 1) < 0.1);
    }
    arena_close(bench.arena);
}

static void spots_at_edges_and_corners_are_found(void **state)
{
    (void)state;
    static const double places[][2] = {{0, 0}, {95, 0}, {0, 79}, {95, 79}, {48, 0}, {0, 40}};
    struct bench bench = bench_open(96, 80, 16);
    bench.settings.false_per_frame = 0.001;
    struct detector *detector = detector_for(&bench);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        picture_spot(&bench.picture, places[i][0], places[i][1], 1.8, 20000);
    struct detected detected = shoot(&bench, detector);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_non_null(nearest(&detected, places[i][0], places[i][1]));
    assert_int_equal(detected.count, sizeof places / sizeof *places);
    arena_close(bench.arena);
}

static void the_smallest_frame_works(void **state)
{
    (void)state;
    struct bench bench = bench_open(16, 16, 17);
    struct detector *detector = detector_for(&bench);
    picture_spot(&bench.picture, 7.3, 8.6, 1.5, 20000);
    struct detected detected = shoot(&bench, detector);
    assert_int_equal(detected.count, 1);
    assert_true(hypot(detected.spots[0].x_px - 7.3, detected.spots[0].y_px - 8.6) < 0.3);
    arena_close(bench.arena);
}

static void a_frame_without_light_shows_nothing(void **state)
{
    (void)state;
    struct bench bench = bench_open(64, 48, 18);
    struct detector *detector = detector_for(&bench);
    assert_int_equal(find(&bench, detector).count, 0);
    arena_close(bench.arena);
}

static void a_checkerboard_shows_nothing(void **state)
{
    (void)state;
    struct bench bench = bench_open(128, 128, 19);
    struct detector *detector = detector_for(&bench);
    for (size_t i = 0; i < (size_t)128 * 128; i++) {
        bool bright = (i % 128 + i / 128) % 2;
        bench.picture.pixels[i] = bright ? 260 : 140;
        bench.picture.residual[i] = bright ? 60 : -60;
    }
    assert_int_equal(find(&bench, detector).count, 0);
    arena_close(bench.arena);
}

/* The whole frame brighter by a tenth to a third of the noise, more so on one side: lamps do that,
 * particles do not. The noise is 4 % more than that of the background, so that its false spots
 * double. */
static void uneven_light_raises_no_spots(void **state)
{
    (void)state;
    struct bench bench = bench_open(256, 256, 20);
    struct detector *detector = detector_for(&bench);
    size_t found = 0;
    for (int f = 0; f < 10; f++) {
        for (size_t i = 0; i < (size_t)256 * 256; i++)
            bench.picture.electrons[i] = BACKGROUND_E + 1 + 3 * (double)(i % 256) / 256;
        found += shoot(&bench, detector).count;
    }
    assert_true(found <= 8); /* 2 are expected of noise; more than 8 in 0.02 % of all cases */
    arena_close(bench.arena);
}

static void saturated_spots_are_marked(void **state)
{
    (void)state;
    struct bench bench = bench_open(96, 96, 21);
    struct detector *detector = detector_for(&bench);
    picture_spot(&bench.picture, 30, 30, 2, 200000);
    picture_spot(&bench.picture, 70, 70, 2, 10000);
    struct detected detected = shoot(&bench, detector);
    assert_true(spot_at(&detected, 30, 30).saturated);
    assert_false(spot_at(&detected, 70, 70).saturated);
    arena_close(bench.arena);
}

static void blocks_of_saturated_pixels_end_well(void **state)
{
    (void)state;
    struct bench bench = bench_open(128, 128, 22);
    struct detector *detector = detector_for(&bench);
    for (int32_t y = 20; y < 60; y++)
        for (int32_t x = 30; x < 90; x++)
            bench.picture.electrons[y * 128 + x] = 1e5;
    struct detected detected = shoot(&bench, detector);
    assert_true(detected.count < 40);
    picture_light(&bench.picture, BACKGROUND_E);
    picture_spot(&bench.picture, 64, 64, 30, 3e7);
    detected = shoot(&bench, detector);
    assert_true(detected.count < 40);
    arena_close(bench.arena);
}

static void a_crowd_beyond_measure_is_told(void **state)
{
    (void)state;
    struct bench bench = bench_open(1400, 1400, 23);
    struct detector *detector = detector_for(&bench);
    for (int32_t y = 4; y < 1400; y += 8)
        for (int32_t x = 4; x < 1400; x += 8) {
            ptrdiff_t at = (ptrdiff_t)y * 1400 + x;
            bench.picture.pixels[at] = 2000;
            bench.picture.residual[at] = 2000;
        }
    struct detected detected = find(&bench, detector);
    assert_true(detected.too_many);
    assert_int_equal(detected.count, 0);
    assert_true(detected.centres > DETECTION_MOST);
    arena_close(bench.arena);
}

/* One particle on every 130 pixels; trackpy gives up there. */
static void a_crowded_frame_is_worked_through(void **state)
{
    (void)state;
    struct bench bench = bench_open(160, 128, 24);
    struct detector *detector = detector_for(&bench);
    for (int i = 0; i < 158; i++)
        picture_spot(&bench.picture, 160 * random_uniform(&bench.random),
                     128 * random_uniform(&bench.random), 2, 6000);
    struct detected detected = shoot(&bench, detector);
    assert_false(detected.too_many);
    assert_in_range(detected.count, 70, 180);
    arena_close(bench.arena);
}

/* With read noise alone a dark spot is a bright one upside down. */
static void dark_spots_are_found_like_bright_ones(void **state)
{
    (void)state;
    struct located first[2] = {{0}};
    for (int dark = 0; dark < 2; dark++) {
        struct bench bench = bench_open(96, 96, 25);
        bench.picture.noise = (struct frame_noise){0, 0, 4};
        bench.settings.dark_spots = dark;
        struct detector *detector = detector_for(&bench);
        for (size_t i = 0; i < (size_t)96 * 96; i++) {
            double x_px = (double)(i % 96) - 50.3;
            double y_px = (double)(i / 96) - 40.8;
            int light_dn = (int)(300 * exp(-(x_px * x_px + y_px * y_px) / 8));
            bench.picture.pixels[i] = (uint16_t)(dark ? 1000 - light_dn : 1000 + light_dn);
            bench.picture.residual[i] = (float)light_dn;
        }
        struct detected detected = find(&bench, detector);
        assert_int_equal(detected.count, 1);
        first[dark] = detected.spots[0];
        arena_close(bench.arena);
    }
    assert_true(hypot(first[0].x_px - 50.3, first[0].y_px - 40.8) < 0.02);
    assert_memory_equal(&first[0].x_px, &first[1].x_px, sizeof first[0].x_px);
    assert_memory_equal(&first[0].light_dn, &first[1].light_dn, sizeof first[0].light_dn);
}

/* Frames may be shared among detectors in any way. */
static void a_detector_remembers_no_frame(void **state)
{
    (void)state;
    struct bench bench = bench_open(160, 96, 26);
    struct detector *used = detector_for(&bench);
    struct detector *fresh = detector_for(&bench);
    for (int i = 0; i < 30; i++)
        picture_spot(&bench.picture, 160 * random_uniform(&bench.random),
                     96 * random_uniform(&bench.random), 2, 6000);
    shoot(&bench, used);
    picture_light(&bench.picture, BACKGROUND_E);
    picture_spot(&bench.picture, 50.3, 40.2, 2, 6000);
    picture_spot(&bench.picture, 61.3, 49.2, 3, 6000);
    struct detected one = shoot(&bench, used);
    struct detected other = find(&bench, fresh);
    assert_int_equal(one.count, other.count);
    assert_true(one.count >= 2);
    for (size_t i = 0; i < one.count; i++)
        assert_true(one.spots[i].x_px == other.spots[i].x_px &&
                    one.spots[i].light_dn == other.spots[i].light_dn &&
                    (i == 0 || one.spots[i].y_px >= one.spots[i - 1].y_px));
    arena_close(bench.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_alone_raises_as_many_spots_as_asked_for),
        cmocka_unit_test(few_photons_raise_no_more_false_spots),
        cmocka_unit_test(the_limit_is_where_half_of_the_spots_are_found),
        cmocka_unit_test(the_light_of_a_spot_is_found),
        cmocka_unit_test(a_spot_is_found_where_it_is),
        cmocka_unit_test(neighbours_are_fitted_together),
        cmocka_unit_test(spots_at_edges_and_corners_are_found),
        cmocka_unit_test(the_smallest_frame_works),
        cmocka_unit_test(a_frame_without_light_shows_nothing),
        cmocka_unit_test(a_checkerboard_shows_nothing),
        cmocka_unit_test(uneven_light_raises_no_spots),
        cmocka_unit_test(saturated_spots_are_marked),
        cmocka_unit_test(blocks_of_saturated_pixels_end_well),
        cmocka_unit_test(a_crowd_beyond_measure_is_told),
        cmocka_unit_test(a_crowded_frame_is_worked_through),
        cmocka_unit_test(dark_spots_are_found_like_bright_ones),
        cmocka_unit_test(a_detector_remembers_no_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
