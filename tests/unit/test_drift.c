/* test_drift.c: what the field does as a whole, apart from what its particles do. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "brownian.h"
#include "measure/track.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

enum { TRACKS = 300, LENGTH = 20, FRAMES = 500, ROOM = 8 * FRAMES + 7 * 30 };

static const struct measure_timing timing = {0.04, 0.0325};

struct field {
    struct brownian brownians[TRACKS];
    struct measure_track tracks[TRACKS];
    double path_x_um[FRAMES];
    double path_y_um[FRAMES];
    double room[ROOM];
};

static double none(double at_s, double y_um)
{
    (void)at_s;
    (void)y_um;
    return 0;
}

static double even(double at_s, double y_um)
{
    (void)y_um;
    return 10 * at_s;
}

static double sheared(double at_s, double y_um)
{
    return 10 * at_s + 0.2 * at_s * y_um;
}

static double turning(double at_s, double y_um) /* 12 um/s forth and back in 10 s */
{
    (void)y_um;
    return 12 * 10 / 6.283185307179586 * sin(6.283185307179586 * at_s / 10);
}

static double shaking(double at_s, double y_um) /* half a pixel of 140 nm at 12 Hz */
{
    (void)y_um;
    return 0.07 * sin(6.283185307179586 * 12 * at_s);
}

static void field_draw(struct field *field, double (*moves)(double at_s, double y_um),
                       uint64_t seed)
{
    for (size_t i = 0; i < TRACKS; i++) {
        struct random random = random_stream(seed, i);
        struct brownian *brownian = &field->brownians[i];
        const struct brownian_motion motion = {
            .diffusion_um2_per_s = i % 2 ? 3 : 7, .noise_um2 = 0.0036, .timing = timing};
        brownian_draw(brownian, &random, &motion, LENGTH);
        double y_um = 100 * random_uniform(&random) - 50;
        int32_t first = (int32_t)random_below(&random, FRAMES - LENGTH);
        for (size_t j = 0; j < LENGTH; j++) {
            brownian->frames[j] += first;
            brownian->y_um[j] += y_um;
            brownian->x_um[j] +=
                moves((double)brownian->frames[j] * timing.frame_s, brownian->y_um[j]);
        }
        field->tracks[i] = brownian->track;
    }
}

static struct measure_drift field_drift(struct field *field, bool with_shear)
{
    const struct measure_drift_settings settings = {.frames = FRAMES,
                                                    .knot_s = 1,
                                                    .with_shear = with_shear,
                                                    .path_x_um = field->path_x_um,
                                                    .path_y_um = field->path_y_um};
    struct measure_drift drift = {0};
    assert_true(measure_drift_room(FRAMES, timing.frame_s, 1) <= ROOM);
    assert_int_equal(measure_drift(field->tracks, TRACKS, &timing, &settings, field->room, &drift),
                     MEASURED);
    return drift;
}

/* 60 fields: squares of errors over standard errors follow chi-square, 60 +- 3 sqrt(120). */
static void an_even_drift_is_found_within_its_standard_error(void **state)
{
    static struct field field;
    double x2 = 0, y2 = 0, shear2 = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        field_draw(&field, seed % 2 ? even : none, seed);
        struct measure_drift drift = field_drift(&field, false);
        double x = (drift.x_um_per_s - (seed % 2 ? 10 : 0)) / drift.x_se_um_per_s;
        double y = drift.y_um_per_s / drift.y_se_um_per_s;
        x2 += x * x;
        y2 += y * y;
        drift = field_drift(&field, true);
        shear2 +=
            drift.shear_per_s * drift.shear_per_s / drift.shear_se_per_s / drift.shear_se_per_s;
        assert_true(drift.taken > 0 && drift.taken < 0.01);
    }
    assert_true(x2 < 93 && x2 > 27);
    assert_true(y2 < 93 && y2 > 27);
    assert_true(shear2 < 93 && shear2 > 27);
}

static void a_pump_that_shears_is_told_from_an_even_drift(void **state)
{
    static struct field field;
    (void)state;
    field_draw(&field, sheared, 1001);
    struct measure_drift drift = field_drift(&field, true);
    assert_true(fabs(drift.shear_per_s - 0.2) < 4 * drift.shear_se_per_s);
    assert_true(drift.shear_se_per_s < 0.02);
}

/* The error of the way grows like that of a mean speed: four standard errors at the end, of a way
 * of 38 um from side to side. */
static void a_drift_that_turns_is_followed(void **state)
{
    static struct field field;
    double worst_um = 0;
    (void)state;
    field_draw(&field, turning, 1002);
    struct measure_drift drift = field_drift(&field, false);
    for (size_t frame = 0; frame < FRAMES; frame++)
        worst_um = fmax(worst_um,
                        fabs(field.path_x_um[frame] - turning((double)frame * timing.frame_s, 0)));
    assert_true(worst_um < 4 * drift.x_se_um_per_s * FRAMES * timing.frame_s);
    assert_true(drift.x_se_um_per_s * FRAMES * timing.frame_s < 5); /* 300 tracks: 4.2 by theory */
}

/* At a limit of 99 % one still field in a hundred is blamed: 3 of 60 at most, but all that shake.
 */
static void shaking_stands_out_and_stillness_does_not(void **state)
{
    static struct field field;
    size_t blamed[2] = {0};
    (void)state;
    for (size_t shaken = 0; shaken < 2; shaken++)
        for (uint64_t seed = 2001; seed <= 2060; seed++) {
            field_draw(&field, shaken ? shaking : none, seed);
            struct measure_drift drift = field_drift(&field, false);
            blamed[shaken] += drift.vibration_ratio > drift.vibration_limit;
        }
    assert_in_range(blamed[0], 0, 3);
    assert_true(blamed[1] >= 30);
}

static void nothing_tracked_or_frames_outside_give_no_drift(void **state)
{
    static struct field field;
    struct measure_drift drift;
    struct measure_drift_settings settings = {
        .frames = FRAMES, .knot_s = 1, .path_x_um = field.path_x_um, .path_y_um = field.path_y_um};
    (void)state;
    field_draw(&field, none, 1);
    assert_int_equal(measure_drift(field.tracks, 0, &timing, &settings, field.room, &drift),
                     MEASURED_NOT);
    settings.video = 1;
    assert_int_equal(measure_drift(field.tracks, TRACKS, &timing, &settings, field.room, &drift),
                     MEASURED_NOT);
    settings.video = 0;
    settings.frames = 100;
    assert_int_equal(measure_drift(field.tracks, TRACKS, &timing, &settings, field.room, &drift),
                     MEASURED_MALFORMED);
    settings.frames = FRAMES;
    settings.knot_s = 0.1;
    assert_int_equal(measure_drift(field.tracks, TRACKS, &timing, &settings, field.room, &drift),
                     MEASURED_OUTSIDE);
    settings.knot_s = NAN;
    assert_int_equal(measure_drift(field.tracks, TRACKS, &timing, &settings, field.room, &drift),
                     MEASURED_OUTSIDE);
}

static void observations_in_any_order_become_the_same_tracks(void **state)
{
    struct observation observations[] = {
        {1, 5, 7, 1, 2, 9, 0},   {0, 3, 7, 3, 4, NAN, 0}, {0, 1, 7, 5, 6, 4, 0},
        {0, 1, -2, 7, 8, 16, 0}, {0, 0, -2, 9, 1, 4, 0},
    };
    const struct observations seen = {.rows = observations, .count = 5, .videos = 3};
    struct arena *arena = arena_open(1 << 20);
    struct fault fault = {0};
    struct track_table table;
    (void)state;
    assert_true(track_table_make(arena, &fault, &seen, &table));
    assert_int_equal(table.count, 3);
    assert_int_equal(table.tracks[0].positions, 2);
    assert_int_equal(table.tracks[0].frames[0], 0);
    assert_true(fabs(table.brightness[0] - log(8)) < 1e-12);
    assert_true(isnan(table.brightness[1]));
    assert_int_equal(table.tracks[1].frames[1], 3);
    assert_int_equal(table.tracks[2].video, 1);
    assert_int_equal(table.first[2], 4);
    assert_int_equal(table.video_frames[0], 4);
    assert_int_equal(table.video_frames[1], 6);
    assert_int_equal(table.video_frames[2], 0);
    observations[1].frame = 0; /* sorted by now: the second of particle -2 */
    assert_false(track_table_make(arena, &fault, &seen, &table));
    assert_string_equal(fault.field, "particle");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_even_drift_is_found_within_its_standard_error),
        cmocka_unit_test(a_pump_that_shears_is_told_from_an_even_drift),
        cmocka_unit_test(a_drift_that_turns_is_followed),
        cmocka_unit_test(shaking_stands_out_and_stillness_does_not),
        cmocka_unit_test(nothing_tracked_or_frames_outside_give_no_drift),
        cmocka_unit_test(observations_in_any_order_become_the_same_tracks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
