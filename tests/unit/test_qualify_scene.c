/* test_qualify_scene.c: the samples of a qualification are what they are said to be. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_scene.h"
#include "test.h"

#include <math.h>

static const struct qualify_sample sample = {
    .median_nm = 100, .per_frame = 20, .frames = 50, .videos = 3};

static struct qualify_count make(struct arena *arena, uint64_t seed)
{
    const struct counting_settings settings = qualify_counting();
    struct fault fault = {0};
    struct qualify_count count;
    if (!qualify_count_make(arena, &fault, &sample, seed, &settings, &count))
        fail_msg("%s", fault.text);
    return count;
}

/* The cells of three videos hold about 3 x 61 particles, so that what is drawn scatters by 7.4 %
 * around the sample; the limit is 4 of that. */
static void cells_are_draws_of_the_sample(void **state)
{
    struct arena *arena = arena_open((size_t)256 << 20);
    struct qualify_count count = make(arena, 5);
    (void)state;
    assert_true(fabs(count.drawn_per_ml / count.sample_per_ml - 1) < 4 * 0.074);
    assert_int_equal(count.table.videos, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(count.table.video_frames[i], 50);
    arena_close(arena);
}

/* 3 videos of 2 s with 20 per frame hold some 60 x 50/24 = 125 independent particles: 9 %; the
 * limit is 4 of that. */
static void the_count_finds_what_was_drawn(void **state)
{
    struct arena *arena = arena_open((size_t)256 << 20);
    struct qualify_count count = make(arena, 6);
    (void)state;
    assert_true(fabs(count.counting.concentration.per_ml / count.drawn_per_ml - 1) < 4 * 0.09);
    assert_true(count.counting.concentration.low_per_ml < count.counting.concentration.per_ml);
    arena_close(arena);
}

static void a_seed_says_everything(void **state)
{
    struct arena *arena = arena_open((size_t)256 << 20);
    struct qualify_count one = make(arena, 7), same = make(arena, 7), other = make(arena, 8);
    (void)state;
    assert_memory_equal(&one.counting.concentration.per_ml, &same.counting.concentration.per_ml,
                        sizeof(double));
    assert_memory_equal(&one.drawn_per_ml, &same.drawn_per_ml, sizeof(double));
    assert_memory_not_equal(&one.counting.concentration.per_ml,
                            &other.counting.concentration.per_ml, sizeof(double));
    /* The videos of one run are other draws than those of the next seed. */
    assert_true(one.table.observation_count != other.table.observation_count);
    arena_close(arena);
}

static void the_way_of_the_particles_is_that_of_water(void **state)
{
    struct fault fault = {0};
    struct measure_passage passage;
    (void)state;
    assert_true(qualify_passage(&fault, &sample, &passage));
    assert_true(fabs(passage.diffusion_um2_per_s - 4.907) < 0.001);
    assert_true(fabs(passage.cell_um - 18) < 1e-9 && fabs(passage.frame_s - 0.04) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_draws_of_the_sample),
        cmocka_unit_test(the_count_finds_what_was_drawn),
        cmocka_unit_test(a_seed_says_everything),
        cmocka_unit_test(the_way_of_the_particles_is_that_of_water),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
