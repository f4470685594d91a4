/* test_detector_memory.c: does a detector forget the frames that it saw? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/detection.h"
#include "measure/random.h"

#include "test.h"

#include <math.h>

enum { WIDTH = 97, HEIGHT = 61, PIXELS = WIDTH * HEIGHT, LEVEL = 40, SPOTS = 12 };

static const struct detection_settings settings = {
    .shape = {WIDTH, HEIGHT, 8},
    .noise = {.gain_dn_per_e = 0.25, .offset_dn = 0, .read_dn = 0.5},
    .false_per_frame = 1,
};

struct picture {
    uint16_t pixels[PIXELS];
    float residual[PIXELS];
    struct frame frame;
};

/* Spots anywhere, also at the edges, on noise. */
static void picture_make(struct picture *picture, uint64_t seed)
{
    struct random random = random_stream(seed, 0);
    double light[PIXELS] = {0};
    for (int s = 0; s < SPOTS; s++) {
        double x = random_uniform(&random) * WIDTH, y = random_uniform(&random) * HEIGHT;
        for (int i = 0; i < PIXELS; i++) {
            double across = i % WIDTH - x, along = (double)(i / WIDTH) - y;
            light[i] += 60 * exp(-(across * across + along * along) / 8);
        }
    }
    for (int i = 0; i < PIXELS; i++) {
        double value = LEVEL + light[i] + 3 * random_normal(&random);
        picture->pixels[i] = (uint16_t)fmin(fmax(value, 0), 255);
        picture->residual[i] = (float)picture->pixels[i] - LEVEL;
    }
    picture->frame = (struct frame){0, NAN, picture->pixels};
}

static void assert_same(const struct detected *one, const struct detected *other)
{
    assert_int_equal(one->count, other->count);
    assert_int_equal(one->centres, other->centres);
    for (size_t i = 0; i < one->count; i++) {
        assert_true(one->spots[i].x_px == other->spots[i].x_px);
        assert_true(one->spots[i].y_px == other->spots[i].y_px);
        assert_true(one->spots[i].light_dn == other->spots[i].light_dn);
        assert_true(one->spots[i].strength == other->spots[i].strength);
    }
}

/* Threads take the frames in an order that nobody knows. */
static void what_was_seen_before_changes_nothing(void **state)
{
    struct arena *arena = arena_open(256 << 20);
    struct picture *first = arena_take(arena, sizeof *first);
    struct picture *second = arena_take(arena, sizeof *second);
    struct detector *used = detector_open(arena, &settings);
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct detected before, after, fresh;
        picture_make(first, 2 * seed);
        picture_make(second, 2 * seed + 1);
        detector_find(used, &first->frame, first->residual, &before);
        assert_true(before.count > SPOTS / 2);
        detector_find(used, &second->frame, second->residual, &after);
        detector_find(detector_open(arena, &settings), &second->frame, second->residual, &fresh);
        assert_same(&after, &fresh);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_seen_before_changes_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
