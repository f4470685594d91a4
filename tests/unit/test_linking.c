/* test_linking.c: does the linker tell particles apart, and what does it do where nobody could? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "measure/link_score.h"
#include "measure/random.h"
#include "measure/simulate.h"
#include "test.h"

#include <math.h>

enum { ARENA_BYTES = 1 << 28, FEW = 16 };

static struct linking_settings settings_for(const struct scene *scene)
{
    struct linking_settings settings = linking_settings_default();
    settings.shape = (struct frame_shape){scene->width_px, scene->height_px, 8};
    settings.pixel_um = scene->pixel_nm / 1000;
    settings.frame_s = scene->frame_s;
    return settings;
}

static struct linker *open_default(struct arena *arena)
{
    struct scene scene = scene_default();
    struct linking_settings settings = settings_for(&scene);
    return linker_open(arena, &settings);
}

static struct link_score score(struct arena *arena, const struct scene *scene, uint64_t seed)
{
    struct fault fault = {0};
    struct simulated simulated;
    struct link_score made;
    if (!simulate_tracks(arena, &fault, scene, seed, &simulated))
        fail_msg("%s", fault.text);
    struct link_scene links = {.settings = settings_for(scene),
                               .timing = {scene->frame_s, scene->exposure_ms / 1000},
                               .medium = {scene->temperature_c, 0.89},
                               .measured = true,
                               .observations = simulated.observations,
                               .observation_count = simulated.observation_count,
                               .frames = (size_t)scene->frames};
    if (!link_score_make(arena, &fault, &links, &made))
        fail_msg("%s", fault.text);
    return made;
}

/* 640 x 512 pixels and 100 particles are as crowded as 400 in 1280 x 1024. */
static struct scene scene_of(double particles, int32_t frames)
{
    struct scene scene = scene_default();
    scene.frames = frames;
    scene.concentration_per_ml *= particles / 50;
    scene.brightness_ln_sd = 0.25;
    return scene;
}

/* Of about 4,500 links; 0.5 % is the bar at 50 particles on four times the area, so at a quarter of
 * this crowd. */
static void beads_are_told_apart(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct scene scene = scene_of(50, 120);
    struct link_score made = score(arena, &scene, 2001);
    (void)state;
    assert_true(made.links_all > 4000);
    assert_true((double)made.wrong < 0.005 * (double)made.links);
    assert_true(made.lost_share < 0.01);
    assert_true(fabs(made.diffusion_um2_per_s / made.perfect_um2_per_s - 1) < 0.01);
    arena_close(arena);
}

/* 50 um/s are 14.3 pixels a frame, four times the step of a particle. Drift is known to the scatter
 * of the steps over the square root of those of a second: 0.55 um / sqrt(25 x 50) = 0.11 px. */
static void a_drift_of_many_pixels_is_found_from_the_first_frames_on(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct scene scene = scene_of(50, 60);
    (void)state;
    scene.drift_x_um_per_s = 50;
    scene.drift_y_um_per_s = -10;
    struct link_score made = score(arena, &scene, 2002);
    assert_true(fabs(made.facts.drift_x_px - 14.286) < 0.5);
    assert_true(fabs(made.facts.drift_y_px + 2.857) < 0.5);
    assert_true((double)made.wrong < 0.01 * (double)made.links);
    assert_true(made.lost_share < 0.01);
    arena_close(arena);
}

static struct located spot(double x_px, double y_px)
{
    return (struct located){.x_px = x_px, .y_px = y_px, .light_dn = 1000};
}

static void one_spot_goes_on_over_one_missed_frame_and_not_over_two(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct linker *linker = open_default(arena);
    struct located seen = spot(100, 100);
    int64_t first = -1, next = -1;
    (void)state;
    linker_take(linker, 0, &seen, 1, &first);
    assert_int_equal(first, 0);
    linker_take(linker, 1, &seen, 1, &next);
    assert_int_equal(next, first);
    linker_take(linker, 2, NULL, 0, NULL);
    linker_take(linker, 3, &seen, 1, &next);
    assert_int_equal(next, first);
    linker_take(linker, 4, NULL, 0, NULL);
    linker_take(linker, 5, NULL, 0, NULL);
    linker_take(linker, 6, &seen, 1, &next);
    assert_int_equal(next, 1);
    arena_close(arena);
}

static void frames_that_are_lost_count_as_missed(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct linker *linker = open_default(arena);
    struct located seen = spot(100, 100);
    int64_t particle = -1;
    (void)state;
    linker_take(linker, 0, &seen, 1, &particle);
    linker_take(linker, 2, &seen, 1, &particle);
    assert_int_equal(particle, 0);
    linker_take(linker, 5, &seen, 1, &particle);
    assert_int_equal(particle, 1);
    linker_take(linker, INT32_MAX, &seen, 1, &particle);
    assert_int_equal(particle, 2);
    arena_close(arena);
}

static void nothing_is_linked_beyond_the_gate(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct linker *linker = open_default(arena);
    double radius_px = linker_facts(linker)->radius_um / 0.14;
    struct located seen = spot(100, 100);
    int64_t particle = -1;
    (void)state;
    /* sqrt(10 x 4 x 16.36 um2/s x 0.04 s) = 5.12 um. */
    assert_true(fabs(radius_px - 36.5) < 0.1);
    linker_take(linker, 0, &seen, 1, &particle);
    seen.x_px += radius_px + 0.1;
    linker_take(linker, 1, &seen, 1, &particle);
    assert_int_equal(particle, 1);
    arena_close(arena);
}

/* Two that meet in one place go on as two others: which is which, nobody can tell. */
static void tracks_that_cannot_be_told_apart_end(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct linker *linker = open_default(arena);
    struct located apart[2] = {spot(100, 100), spot(130, 100)};
    struct located met[2] = {spot(115, 99.9), spot(115, 100.1)};
    int64_t particles[2] = {-1, -1};
    (void)state;
    for (int32_t frame = 0; frame < 5; frame++)
        linker_take(linker, frame, apart, 2, particles);
    assert_int_equal(particles[0], 0);
    assert_int_equal(particles[1], 1);
    linker_take(linker, 5, met, 2, particles);
    assert_int_equal(particles[0], 2);
    assert_int_equal(particles[1], 3);
    assert_int_equal(linker_facts(linker)->broken, 2);
    arena_close(arena);
}

/* Whatever comes: every spot gets a number, and none twice in a frame. */
static void crowds_and_absurd_places_end_in_numbers_as_well(void **state)
{
    enum { CROWD = 2500, FRAMES = 4 };
    struct arena *arena = arena_open((size_t)1 << 30);
    struct linker *linker = open_default(arena);
    struct located *spots = arena_take(arena, CROWD * sizeof *spots);
    int64_t *particles = arena_take(arena, CROWD * sizeof *particles);
    (void)state;
    for (int32_t frame = 0; frame < FRAMES; frame++) {
        for (size_t i = 0; i < CROWD; i++)
            spots[i] = spot(300, 200);
        spots[0] = spot(NAN, 0);
        spots[1] = spot(1e300, -INFINITY);
        spots[2].light_dn = NAN;
        linker_take(linker, frame, spots, CROWD, particles);
        for (size_t i = 1; i < CROWD; i++)
            assert_true(particles[i] > particles[i - 1]);
    }
    assert_true(linker_facts(linker)->broken > 0);
    arena_close(arena);
}

/* As many as a detector may find, anywhere: all hang together, and nobody can tell them apart. */
static void a_frame_full_of_spots_takes_no_long_time(void **state)
{
    enum { FRAMES = 3 };
    struct arena *arena = arena_open((size_t)1 << 30);
    struct scene scene = scene_default();
    scene.width_px = 1280;
    scene.height_px = 1024;
    struct linking_settings settings = settings_for(&scene);
    struct linker *linker = linker_open(arena, &settings);
    struct random random = random_stream(2004, 1);
    struct located *spots = arena_take(arena, DETECTION_MOST * sizeof *spots);
    int64_t *particles = arena_take(arena, DETECTION_MOST * sizeof *particles);
    (void)state;
    for (int32_t frame = 0; frame < FRAMES; frame++) {
        for (size_t i = 0; i < DETECTION_MOST; i++)
            spots[i] = spot(1280 * random_uniform(&random), 1024 * random_uniform(&random));
        int64_t began_usec = stopwatch_usec();
        linker_take(linker, frame, spots, DETECTION_MOST, particles);
        assert_true(stopwatch_usec() - began_usec < 30 * USEC_PER_SECOND);
    }
    assert_true(linker_facts(linker)->largest > DETECTION_MOST);
    assert_true(linker_facts(linker)->broken > DETECTION_MOST / 2);
    arena_close(arena);
}

static void the_same_spots_give_the_same_numbers(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct linker *linkers[2] = {open_default(arena), open_default(arena)};
    struct random random = random_stream(2003, 1);
    struct located spots[FEW];
    int64_t one[FEW], other[FEW];
    (void)state;
    for (int32_t frame = 0; frame < 200; frame++) {
        for (size_t i = 0; i < FEW; i++)
            spots[i] = spot(60 * random_uniform(&random), 60 * random_uniform(&random));
        linker_take(linkers[0], frame, spots, FEW, one);
        linker_take(linkers[1], frame, spots, FEW, other);
        assert_memory_equal(one, other, sizeof one);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beads_are_told_apart),
        cmocka_unit_test(a_drift_of_many_pixels_is_found_from_the_first_frames_on),
        cmocka_unit_test(one_spot_goes_on_over_one_missed_frame_and_not_over_two),
        cmocka_unit_test(frames_that_are_lost_count_as_missed),
        cmocka_unit_test(nothing_is_linked_beyond_the_gate),
        cmocka_unit_test(tracks_that_cannot_be_told_apart_end),
        cmocka_unit_test(crowds_and_absurd_places_end_in_numbers_as_well),
        cmocka_unit_test(a_frame_full_of_spots_takes_no_long_time),
        cmocka_unit_test(the_same_spots_give_the_same_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
