/* test_counting.c: from a table of tracks to a concentration, refused by the field at fault. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/counting.h"
#include "measure/random.h"
#include "test.h"

#include <math.h>

enum { VIDEOS = 3, FRAMES = 40, ROWS = 4000 };

/* 120 x 120 um with a guard band of 10, and 5 um of depth: 5e-8 ml. */
static const struct counting_settings settings = {
    .view = {0, 0, 120, 120, 10},
    .classes = {NULL, 1, 0},
    .sheet = {.fixed_um = 5},
    .factors = {.dilution = 10, .volume_sd = 0.05},
};

struct stage {
    struct arena *arena;
    struct fault fault;
    struct observation rows[ROWS];
    size_t frames[VIDEOS];
    struct observations seen;
    struct track_table table;
    struct counting counting;
};

/* per_frame spots on the average in the whole view, 14,400 um2, in each frame of each video but
 * those from the number empty_from on. */
static struct stage *stage_fill(double per_frame, size_t empty_from)
{
    static struct stage stage;
    struct random random = random_stream(3, 9);
    stage = (struct stage){.arena = arena_open(64 << 20)};
    stage.seen =
        (struct observations){.rows = stage.rows, .videos = VIDEOS, .frames = stage.frames};
    for (size_t video = 0; video < VIDEOS; video++) {
        stage.frames[video] = FRAMES;
        for (int frame = 0; frame < FRAMES && video < empty_from; frame++) {
            uint64_t count = random_poisson(&random, per_frame);
            for (uint64_t i = 0; i < count && stage.seen.count < ROWS; i++) {
                size_t number = stage.seen.count++;
                double x_um = 120 * random_uniform(&random);
                double y_um = 120 * random_uniform(&random);
                stage.rows[number] = (struct observation){.video = (uint32_t)video,
                                                          .frame = frame,
                                                          .particle = (int64_t)number,
                                                          .x_um = x_um,
                                                          .y_um = y_um,
                                                          .brightness = NAN};
            }
        }
    }
    assert_true(track_table_make(stage.arena, &stage.fault, &stage.seen, &stage.table));
    return &stage;
}

static bool stage_count(struct stage *stage, const struct counting_settings *with)
{
    return counting_make(stage->arena, &stage->fault, &stage->table, NULL, with, &stage->counting);
}

/* 10 of 14.4 spots per frame in the area: 120 frames of independent counts have a standard error of
 * 2.9 %; the limit is 4 of them. */
static void independent_frames_give_their_concentration(void **state)
{
    struct stage *stage = stage_fill(14.4, VIDEOS);
    (void)state;
    assert_true(stage_count(stage, &settings));
    const struct measure_concentration *found = &stage->counting.concentration;
    assert_true(fabs(found->per_ml / (10 / 5e-8 * 10) - 1) < 4 * 0.029);
    assert_true(fabs(stage->counting.area_um2 - 1e4) < 1e-6);
    assert_true(found->low_per_ml < 2e9 && found->high_per_ml > 2e9);
    assert_int_equal(found->largest, MEASURE_TERM_VOLUME);
    assert_int_equal(stage->counting.video_count, VIDEOS);
    assert_true(stage->counting.videos[0].trend_known);
    arena_close(stage->arena);
}

static void a_video_that_is_empty_by_no_chance_is_left_out_and_named(void **state)
{
    struct stage *stage = stage_fill(14.4, 2);
    (void)state;
    assert_true(stage_count(stage, &settings));
    assert_true(stage->counting.videos[2].failed && !stage->counting.videos[1].failed);
    assert_true(fabs(stage->counting.concentration.per_ml / 2e9 - 1) < 4 * 0.036);
    arena_close(stage->arena);
}

static void videos_that_are_all_empty_give_a_limit(void **state)
{
    struct stage *stage = stage_fill(14.4, 0);
    (void)state;
    assert_true(stage_count(stage, &settings));
    assert_false(stage->counting.videos[2].failed);
    assert_true(stage->counting.concentration.upper_limit);
    /* One look at each of three videos: 3.689/3 particles in 5e-8 ml, and 1.96 x 5 % of volume. */
    double limit_per_ml = 3.68888 / 3 / 5e-8 * 10 * exp(1.959964 * 0.05);
    assert_true(fabs(stage->counting.concentration.high_per_ml / limit_per_ml - 1) < 1e-4);
    arena_close(stage->arena);
}

static void what_is_missing_is_refused_with_its_field(void **state)
{
    const struct {
        const char *field;
        struct counting_settings settings;
    } rows[] = {
        {"dilution_factor",
         {.view = {0, 0, 120, 120, 10}, .classes = {NULL, 1, 0}, .sheet = {.fixed_um = 5}}},
        {"dilution_factor",
         {.view = {0, 0, 120, 120, 10},
          .classes = {NULL, 1, 0},
          .sheet = {.fixed_um = 5},
          .factors = {.dilution = 0.5}}},
        {"uncertainty",
         {.view = {0, 0, 120, 120, 10},
          .classes = {NULL, 1, 0},
          .sheet = {.fixed_um = 5},
          .factors = {.dilution = 1, .volume_sd = NAN}}},
        {"guard_um",
         {.view = {0, 0, 120, 120, 60},
          .classes = {NULL, 1, 0},
          .sheet = {.fixed_um = 5},
          .factors = {.dilution = 1}}},
        {"depth",
         {.view = {0, 0, 120, 120, 10}, .classes = {NULL, 1, 0}, .factors = {.dilution = 1}}},
        {"classes",
         {.view = {0, 0, 120, 120, 10},
          .classes = {(const double[]){0, 1, 2}, 2, 0},
          .sheet = {.fixed_um = 5},
          .factors = {.dilution = 1}}},
        {"brightness",
         {.view = {0, 0, 120, 120, 10},
          .classes = {(const double[]){0, 1, 2}, 2, 1},
          .sheet = {.half_width_um = 3, .rayleigh_um = 3},
          .factors = {.dilution = 1}}},
        {"efficiency",
         {.view = {0, 0, 120, 120, 10},
          .classes = {NULL, 1, 0},
          .sheet = {.fixed_um = 5},
          .efficiencies = (const double[]){0},
          .factors = {.dilution = 1}}},
    };
    (void)state;
    struct stage *stage = stage_fill(5, VIDEOS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        stage->fault = (struct fault){0};
        assert_false(stage_count(stage, &rows[i].settings));
        assert_int_equal(stage->fault.kind, FAULT_INPUT);
        assert_string_equal(stage->fault.field, rows[i].field);
        assert_true(strlen(stage->fault.text) > 20);
    }
    arena_close(stage->arena);
}

static void frames_beyond_the_end_of_a_video_are_refused(void **state)
{
    struct stage *stage = stage_fill(5, VIDEOS);
    (void)state;
    stage->table.video_frames[1] = FRAMES / 2;
    assert_false(stage_count(stage, &settings));
    assert_string_equal(stage->fault.field, "frames");
    stage->fault = (struct fault){0};
    stage->table.video_frames[1] = 0;
    assert_false(stage_count(stage, &settings));
    assert_string_equal(stage->fault.field, "frames");
    arena_close(stage->arena);
}

/* Depth 5 um, D 4.907 um2/s: at a tenth of a second to the frame a count of 40 frames keeps more of
 * its particles than its independent frames show. */
static void where_diffusion_is_known_the_count_is_not_trusted_to_forget_sooner(void **state)
{
    struct stage *stage = stage_fill(14.4, VIDEOS);
    struct counting_settings slow = settings;
    struct measure_passage passage = {5, 100, 4.907, 0.1};
    double tau = 0;
    (void)state;
    assert_true(stage_count(stage, &settings));
    assert_true(fabs(stage->counting.depth_um - 5) < 1e-9);
    assert_true(stage->counting.correlation_frames < 1e-12);
    double free_sd = stage->counting.concentration.terms[MEASURE_TERM_COUNTING].relative_sd;
    slow.passage = passage;
    slow.passage.depth_um = 0;
    assert_true(stage_count(stage, &slow));
    assert_int_equal(measure_correlation_diffusion(&passage, FRAMES, &tau), MEASURED);
    assert_true(fabs(stage->counting.correlation_frames / tau - 1) < 1e-9);
    double slow_sd = stage->counting.concentration.terms[MEASURE_TERM_COUNTING].relative_sd;
    assert_true(slow_sd > 2 * free_sd);
    assert_true(fabs(slow_sd / sqrt(tau / (10 * VIDEOS * FRAMES)) - 1) < 0.1);
    slow.passage.frame_s = 0;
    assert_false(stage_count(stage, &slow));
    assert_string_equal(stage->fault.field, "frame_rate");
    arena_close(stage->arena);
}

static void a_blank_of_the_same_kind_leaves_a_limit(void **state)
{
    struct stage *stage = stage_fill(14.4, VIDEOS);
    (void)state;
    assert_true(counting_make(stage->arena, &stage->fault, &stage->table, &stage->table, &settings,
                              &stage->counting));
    assert_true(stage->counting.concentration.upper_limit);
    assert_int_equal(stage->counting.blank_count, VIDEOS);
    assert_true(fabs(stage->counting.concentration.difference_per_ml) < 1);
    arena_close(stage->arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(independent_frames_give_their_concentration),
        cmocka_unit_test(a_video_that_is_empty_by_no_chance_is_left_out_and_named),
        cmocka_unit_test(videos_that_are_all_empty_give_a_limit),
        cmocka_unit_test(what_is_missing_is_refused_with_its_field),
        cmocka_unit_test(frames_beyond_the_end_of_a_video_are_refused),
        cmocka_unit_test(where_diffusion_is_known_the_count_is_not_trusted_to_forget_sooner),
        cmocka_unit_test(a_blank_of_the_same_kind_leaves_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
