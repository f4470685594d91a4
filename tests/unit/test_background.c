/* test_background.c: the background holds what stays, and the noise is that of the camera. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "picture.h"
#include "test.h"

#include "measure/background.h"

#include <math.h>

enum { ROOM_BYTES = 1 << 28, SIDE = 96, PIXELS = SIDE * SIDE };

struct bench {
    struct arena *arena;
    struct picture picture;
    struct background_settings settings;
    struct frame first[BACKGROUND_FRAMES];
    uint16_t *pixels[BACKGROUND_FRAMES]; /* of them */
    size_t count;
    struct random random;
};

static struct bench bench_open(uint64_t seed)
{
    struct bench bench = {.arena = arena_open(ROOM_BYTES), .random = random_stream(seed, 1)};
    bench.picture = picture_open(bench.arena, SIDE, SIDE);
    bench.settings =
        (struct background_settings){.shape = bench.picture.shape, .camera = {NAN, NAN, NAN}};
    picture_light(&bench.picture, 50);
    return bench;
}

/* One more of the first frames. */
static void shoot(struct bench *bench)
{
    uint16_t *pixels = arena_take(bench->arena, PIXELS * sizeof *pixels);
    picture_shoot(&bench->picture, &bench->random, 50);
    memcpy(pixels, bench->picture.pixels, PIXELS * sizeof *pixels);
    bench->first[bench->count] =
        (struct frame){.number = (int32_t)bench->count, .time_s = NAN, .pixels = pixels};
    bench->pixels[bench->count++] = pixels;
}

static struct background *learn(struct bench *bench)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct background *background = NULL;
    bench->settings.shape = bench->picture.shape;
    if (!background_learn(bench->arena, &fault, &bench->settings, bench->first, bench->count,
                          &background))
        fail_msg("%s", fault.text);
    return background;
}

static const float *take(struct bench *bench, struct background *background, size_t frame)
{
    background_take(background, &bench->first[frame], bench->picture.residual);
    return bench->picture.residual;
}

static double sum_around(const float *residual, int32_t x_px, int32_t y_px, int32_t radius_px)
{
    double sum = 0;
    for (int32_t y = y_px - radius_px; y <= y_px + radius_px; y++)
        for (int32_t x = x_px - radius_px; x <= x_px + radius_px; x++)
            sum += (double)residual[y * SIDE + x];
    return sum;
}

/* A spot of 20000 electrons steps by its own width; each pixel is lit in 3 of 32 frames. Light of
 * 40000 DN on 225 pixels, each with a variance of 16 + 200 DN^2 and of its background a twentieth
 * of it; and shot noise of 2 sqrt(20000). */
static void moving_particles_are_no_part_of_it(void **state)
{
    (void)state;
    struct bench bench = bench_open(1);
    for (int f = 0; f < BACKGROUND_FRAMES; f++) {
        picture_light(&bench.picture, 50);
        picture_spot(&bench.picture, 16 + 2.0 * f, 48, 2, 20000);
        shoot(&bench);
    }
    struct background *background = learn(&bench);
    double error = 3 * sqrt(225 * 216 * 1.05 + 4 * 20000.0);
    for (int f = 0; f < BACKGROUND_FRAMES; f += 5) {
        double light = sum_around(take(&bench, background, (size_t)f), 16 + 2 * f, 48, 7);
        /* What the other passages lift the median by: less than a tenth of a standard deviation. */
        assert_true(fabs(light - 40000) < error + 225 * 0.1 * sqrt(216));
    }
    arena_close(bench.arena);
}

static void stuck_particles_and_uneven_light_are_part_of_it(void **state)
{
    (void)state;
    struct bench bench = bench_open(2);
    for (size_t i = 0; i < PIXELS; i++)
        bench.picture.electrons[i] = 30 + 60.0 * (double)(i % SIDE) / SIDE;
    picture_spot(&bench.picture, 40, 40, 2, 20000);
    for (int f = 0; f < BACKGROUND_FRAMES; f++)
        shoot(&bench);
    struct background *background = learn(&bench);
    double light = sum_around(take(&bench, background, 7), 40, 40, 7);
    assert_true(fabs(light) < 3 * sqrt(225 * 250.0 + 4 * 20000.0));
    arena_close(bench.arena);
}

/* Of a pixel of 8 bits whose mean lies between two whole numbers the median is one of them, but the
 * background is not: the error of a median of 32, and 0.02 DN for what rounding leaves. */
static void the_background_is_finer_than_whole_numbers(void **state)
{
    (void)state;
    struct bench bench = bench_open(3);
    bench.picture.shape.bits = 8;
    bench.picture.noise = (struct frame_noise){0.25, 0, 0.5};
    picture_light(&bench.picture, 21.4);
    for (int f = 0; f < BACKGROUND_FRAMES; f++)
        shoot(&bench);
    struct background *background = learn(&bench);
    double mean = sum_around(take(&bench, background, 0), 48, 48, 47) / (95 * 95);
    double noise = sqrt((0.25 * 0.25 * 21.4 + 0.25 + 1.0 / 12) / (95 * 95));
    /* A median of Poisson light lies below its mean by a sixth of the gain. */
    assert_true(fabs(mean) < 0.25 / 6 + 0.02 + 3 * noise);
    arena_close(bench.arena);
}

/* A second of 25 frames lifts it by less than half a standard deviation of the noise; a lamp that
 * grows by one of them is followed after 200 frames, 88 % of the way. */
static void it_follows_slowly(void **state)
{
    (void)state;
    struct bench bench = bench_open(4);
    for (int f = 0; f < BACKGROUND_FRAMES; f++)
        shoot(&bench);
    struct background *background = learn(&bench);
    double before_dn = background_level_dn(background);
    double noise_dn = sqrt(16 + 4 * 50.0);
    bench.count = 0;
    picture_light(&bench.picture, 50);
    picture_spot(&bench.picture, 48, 48, 6, 100000);
    shoot(&bench);
    double first = sum_around(take(&bench, background, 0), 48, 48, 1) / 9;
    for (int f = 0; f < 24; f++)
        take(&bench, background, 0);
    double last = sum_around(take(&bench, background, 0), 48, 48, 1) / 9;
    assert_true(first - last > 0 && first - last < noise_dn / 2);
    picture_light(&bench.picture, 50 + noise_dn / 2);
    for (int f = 0; f < 200; f++) {
        bench.count = 0;
        shoot(&bench);
        take(&bench, background, 0);
    }
    double grown = (background_level_dn(background) - before_dn) / noise_dn;
    assert_true(grown > 0.7 && grown < 1);
    arena_close(bench.arena);
}

/* The variance of n differences has a relative error of sqrt(3/n) when neighbours overlap, here
 * 0.3 %; over levels that spread by a third of their mean the slope has one of 2 %, and the spot,
 * hot pixels and what rounding does, may cost as much. */
static void the_noise_of_an_unknown_camera_is_found(void **state)
{
    (void)state;
    struct bench bench = bench_open(5);
    for (int f = 0; f < BACKGROUND_FRAMES; f++) {
        for (size_t i = 0; i < PIXELS; i++)
            bench.picture.electrons[i] = 30 + 120.0 * (double)(i % SIDE) / SIDE;
        for (size_t hot = 77; hot < PIXELS; hot += 1777)
            bench.picture.electrons[hot] = 900;
        picture_spot(&bench.picture, 16 + 2.0 * f, 48, 2, 20000);
        shoot(&bench);
    }
    const struct frame_noise *noise = background_noise(learn(&bench));
    assert_true(fabs(noise->gain_dn_per_e / 2 - 1) < 0.06);
    double level_dn = 100 + 2 * 90.0;
    double variance =
        noise->read_dn * noise->read_dn + noise->gain_dn_per_e * (level_dn - noise->offset_dn);
    assert_true(fabs(variance / (16 + 4 * 90.0 + 1.0 / 12) - 1) < 0.03);
    arena_close(bench.arena);
}

static void what_is_known_of_the_camera_stands(void **state)
{
    (void)state;
    struct bench bench = bench_open(6);
    bench.settings.camera = (struct frame_noise){2, 100, 4};
    for (int f = 0; f < BACKGROUND_FRAMES; f++)
        shoot(&bench);
    const struct frame_noise *noise = background_noise(learn(&bench));
    assert_true(noise->gain_dn_per_e == 2 && noise->offset_dn == 100);
    /* Rounding, a sixth of the gain by which the level is too low, and the error of a variance of
     * 216 from 285696 differences. */
    double variance = noise->read_dn * noise->read_dn;
    assert_true(variance > 16.08 && variance < 16.75 + 3 * 216 * sqrt(3.0 / 285696));
    bench.settings.camera.read_dn = NAN;
    noise = background_noise(learn(&bench));
    variance = noise->read_dn * noise->read_dn;
    assert_true(fabs(variance - 16 - 1.0 / 12) < 3 * 216 * sqrt(3.0 / 285696));
    bench.settings.camera = (struct frame_noise){2, NAN, 4};
    noise = background_noise(learn(&bench));
    assert_true(fabs(noise->offset_dn - 100) < 3);
    arena_close(bench.arena);
}

/* Frames that are noisier than the camera may be are believed. */
static void a_camera_that_is_said_to_be_too_good_is_not_believed(void **state)
{
    (void)state;
    struct bench bench = bench_open(7);
    bench.settings.camera = (struct frame_noise){0.5, 100, 1};
    for (int f = 0; f < BACKGROUND_FRAMES; f++)
        shoot(&bench);
    const struct frame_noise *noise = background_noise(learn(&bench));
    double variance = noise->read_dn * noise->read_dn + 0.5 * 100;
    assert_true(fabs(variance / 216 - 1) < 0.03);
    arena_close(bench.arena);
}

/* Without noise to be seen, the rounding to whole numbers is left. */
static void rounding_is_noise(void **state)
{
    (void)state;
    struct bench bench = bench_open(8);
    bench.picture.noise = (struct frame_noise){0.01, 50, 0};
    for (int f = 0; f < BACKGROUND_FRAMES; f++)
        shoot(&bench);
    bench.pixels[0][0] = 60;
    const struct frame_noise *noise = background_noise(learn(&bench));
    assert_true(noise->read_dn >= sqrt(1.0 / 12) && noise->read_dn < 0.35);
    arena_close(bench.arena);
}

/* One frame tells uneven light and noise by its places; a particle stands out of it. */
static void few_frames_are_enough(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 7};
    for (size_t c = 0; c < 3; c++) {
        struct bench bench = bench_open(9 + c);
        for (size_t i = 0; i < PIXELS; i++)
            bench.picture.electrons[i] = 40 + 20.0 * (double)(i % SIDE) / SIDE;
        picture_spot(&bench.picture, 30, 40, 2, 20000);
        for (size_t f = 0; f < counts[c]; f++)
            shoot(&bench);
        struct background *background = learn(&bench);
        const struct frame_noise *noise = background_noise(background);
        double variance =
            noise->read_dn * noise->read_dn + noise->gain_dn_per_e * (200 - noise->offset_dn);
        assert_true(fabs(variance / 216 - 1) < 0.15);
        double light = sum_around(take(&bench, background, 0), 30, 40, 7);
        assert_true(fabs(light / 40000 - 1) < 0.1);
        arena_close(bench.arena);
    }
}

static void dark_spots_are_light(void **state)
{
    (void)state;
    struct bench bench = bench_open(12);
    bench.settings.dark_spots = true;
    for (int f = 0; f < BACKGROUND_FRAMES; f++) {
        picture_light(&bench.picture, 200);
        picture_spot(&bench.picture, 16 + 2.0 * f, 48, 2, -2000);
        shoot(&bench);
    }
    struct background *background = learn(&bench);
    double light = sum_around(take(&bench, background, 10), 36, 48, 7);
    assert_true(fabs(light - 4000) < 3 * sqrt(225 * 816 * 1.05) + 225 * 0.1 * sqrt(816));
    arena_close(bench.arena);
}

static void assert_refused(struct bench *bench, const char *word)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct background *background = NULL;
    assert_false(background_learn(bench->arena, &fault, &bench->settings, bench->first,
                                  bench->count, &background));
    assert_int_equal(fault.kind, FAULT_INPUT);
    assert_non_null(strstr(fault.text, word));
    arena_close(bench->arena);
}

static void frames_that_show_nothing_are_refused(void **state)
{
    (void)state;
    static const uint16_t values[] = {0, 17, 4095};
    for (size_t v = 0; v < 3; v++)
        for (size_t frames = 1; frames < 20; frames += 9) {
            struct bench bench = bench_open(13);
            for (size_t f = 0; f < frames; f++) {
                shoot(&bench);
                for (size_t i = 0; i < PIXELS; i++)
                    bench.pixels[f][i] = values[v];
            }
            assert_refused(&bench, values[v] == 4095 ? "saturated" : "same value");
        }
}

static void frames_that_are_mostly_saturated_are_refused(void **state)
{
    (void)state;
    struct bench bench = bench_open(14);
    picture_light(&bench.picture, 1e5);
    for (size_t i = 0; i < PIXELS / 3; i++)
        bench.picture.electrons[i] = 50;
    for (int f = 0; f < 10; f++)
        shoot(&bench);
    assert_refused(&bench, "saturated");
}

static void the_same_frames_give_the_same_bytes(void **state)
{
    (void)state;
    struct bench bench = bench_open(15);
    float first[SIDE];
    for (int f = 0; f < 20; f++)
        shoot(&bench);
    struct background *one = learn(&bench);
    struct background *other = learn(&bench);
    for (size_t f = 0; f < 20; f++) {
        memcpy(first, take(&bench, one, f), sizeof first);
        assert_memory_equal(first, take(&bench, other, f), sizeof first);
    }
    assert_memory_equal(background_noise(one), background_noise(other), sizeof(struct frame_noise));
    arena_close(bench.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_particles_are_no_part_of_it),
        cmocka_unit_test(stuck_particles_and_uneven_light_are_part_of_it),
        cmocka_unit_test(the_background_is_finer_than_whole_numbers),
        cmocka_unit_test(it_follows_slowly),
        cmocka_unit_test(the_noise_of_an_unknown_camera_is_found),
        cmocka_unit_test(what_is_known_of_the_camera_stands),
        cmocka_unit_test(a_camera_that_is_said_to_be_too_good_is_not_believed),
        cmocka_unit_test(rounding_is_noise),
        cmocka_unit_test(few_frames_are_enough),
        cmocka_unit_test(dark_spots_are_light),
        cmocka_unit_test(frames_that_show_nothing_are_refused),
        cmocka_unit_test(frames_that_are_mostly_saturated_are_refused),
        cmocka_unit_test(the_same_frames_give_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
