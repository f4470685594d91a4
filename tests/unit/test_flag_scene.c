/* test_flag_scene.c: simulated samples raise the flags of what is wrong with them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measurement.h"
#include "measure/random.h"
#include "measure/simulate.h"
#include "test.h"

#include <math.h>

enum { VIDEOS = 5, FRAMES = 180 };

/* Five videos of 7 s of 100 nm in water at 25 C, 30 in view, in a slab of 5 um, and what is said of
 * them. */
struct trial {
    struct scene scenes[VIDEOS];
    double temperatures_c[VIDEOS];
    struct counting_settings counting;
    struct measurement_settings settings;
    uint64_t seed;
};

static void trial_begin(struct trial *trial)
{
    static const double temperatures_c[VIDEOS] = {25.02, 24.97, 25.01, 25.04, 24.99};
    *trial = (struct trial){.seed = 11};
    for (size_t i = 0; i < VIDEOS; i++) {
        trial->scenes[i] = scene_default();
        trial->scenes[i].frames = FRAMES;
        trial->scenes[i].concentration_per_ml = 9.34e8;
        trial->temperatures_c[i] = temperatures_c[i];
    }
    trial->counting = (struct counting_settings){
        .view = {-0.07, -0.07, 89.53, 71.61, 1},
        .classes = {NULL, 1, 0},
        .sheet = {.fixed_um = 5},
        .factors = {.dilution = 10},
    };
    trial->settings = (struct measurement_settings){
        .timing = {0.04, 0.0325},
        .medium = {.temperature_c = 25},
        .positions_least = 5,
        .missed_frame_allowed = true,
        .temperatures_c = trial->temperatures_c,
        .exposure = EXPOSURE_RECORDED,
        .medium_kind = MEDIUM_WATER,
        .link_um = 2,
        .counting = &trial->counting,
        .seed = 1,
        .threads = 1,
    };
    assert_int_equal(measure_water_viscosity_mpa_s(25, &trial->settings.medium.viscosity_mpa_s),
                     MEASURED);
}

/* The videos as one table of tracks. */
static void trial_simulate(struct arena *arena, const struct trial *trial,
                           struct track_table *table)
{
    struct simulated videos[VIDEOS];
    struct fault fault = {0};
    size_t *frames = arena_take(arena, VIDEOS * sizeof *frames);
    size_t count = 0;
    for (size_t i = 0; i < VIDEOS; i++) {
        assert_true(simulate_tracks(arena, &fault, &trial->scenes[i], trial->seed + i, &videos[i]));
        frames[i] = (size_t)trial->scenes[i].frames;
        count += videos[i].observation_count;
    }
    struct observations all = {.videos = VIDEOS, .frames = frames};
    all.rows = arena_take(arena, (count + 1) * sizeof *all.rows);
    for (size_t i = 0; i < VIDEOS; i++) {
        for (size_t k = 0; k < videos[i].observation_count; k++) {
            all.rows[all.count] = videos[i].observations[k];
            all.rows[all.count++].video = (uint32_t)i;
        }
    }
    assert_true(track_table_make(arena, &fault, &all, table));
}

static void trial_judge(const struct trial *trial, struct flag flags[FLAGS])
{
    struct arena *arena = arena_open((size_t)1 << 30);
    struct fault fault = {0};
    struct track_table table;
    struct measurement measurement;
    trial_simulate(arena, trial, &table);
    if (!measurement_make(arena, &fault, &table, &trial->settings, &measurement))
        fail_msg("%s", fault.text);
    memcpy(flags, measurement.flags, sizeof measurement.flags);
    arena_close(arena);
}

static void concentration_of_all(struct trial *trial, double factor)
{
    for (size_t i = 0; i < VIDEOS; i++)
        trial->scenes[i].concentration_per_ml *= factor;
}

static void concentration_of_one(struct trial *trial, double factor)
{
    trial->scenes[3].concentration_per_ml *= factor;
}

static void size_of_one(struct trial *trial, double median_nm)
{
    trial->scenes[3].populations[0].median_nm = median_nm;
}

static void frames_of_all(struct trial *trial, double frames)
{
    for (size_t i = 0; i < VIDEOS; i++)
        trial->scenes[i].frames = (int32_t)frames;
}

static void drift_of_one(struct trial *trial, double um_per_s)
{
    trial->scenes[2].drift_x_um_per_s = um_per_s;
}

static void vibration_of_one(struct trial *trial, double pixels)
{
    trial->scenes[2].vibration_px = pixels;
    trial->scenes[2].vibration_hz = 11;
}

static void temperature_of_all(struct trial *trial, double temperature_c)
{
    for (size_t i = 0; i < VIDEOS; i++)
        trial->temperatures_c[i] = temperature_c;
}

static void no_temperature(struct trial *trial, double unused)
{
    (void)unused;
    trial->settings.temperatures_c = NULL;
}

static void viscosity(struct trial *trial, double factor)
{
    trial->settings.medium.viscosity_mpa_s *= factor;
}

static void no_count(struct trial *trial, double unused)
{
    (void)unused;
    trial->settings.counting = NULL;
}

static void exposure(struct trial *trial, double unused)
{
    (void)unused;
    trial->settings.exposure = EXPOSURE_ASSUMED;
}

/* Spoils of one group do not touch each other, so that one simulation shows them all. */
enum { GROUPS = 5 };

static const struct {
    int group;
    enum flag_kind kind;
    enum flag_state state;
    void (*spoil)(struct trial *trial, double by);
    double by;
} rows[] = {
    {0, QUALITY_TRACKS, FLAG_FAIL, frames_of_all, 8},
    {0, QUALITY_DILUTION, FLAG_FAIL, no_count, 0},
    {1, QUALITY_COUNT_PER_FRAME, FLAG_WARN, concentration_of_all, 0.2},
    {1, QUALITY_DRIFT, FLAG_WARN, drift_of_one, 10},
    {1, QUALITY_TEMPERATURE_CONSTANT, FLAG_WARN, temperature_of_all, 25},
    {1, QUALITY_VISCOSITY, FLAG_WARN, viscosity, 1.01},
    {2, QUALITY_CROWDING, FLAG_FAIL, concentration_of_one, 5},
    {2, QUALITY_COUNTS_DISAGREE, FLAG_WARN, NULL, 0},
    {2, QUALITY_VIBRATION, FLAG_WARN, vibration_of_one, 2},
    {2, QUALITY_EXPOSURE, FLAG_WARN, exposure, 0},
    {3, QUALITY_D50_DISAGREE, FLAG_WARN, size_of_one, 300},
    {3, QUALITY_TEMPERATURE_MISSING, FLAG_WARN, no_temperature, 0},
    {3, QUALITY_COUNT_VARIANCES_DISAGREE, FLAG_WARN, concentration_of_one, 15},
    {4, QUALITY_EMPTY_VIDEO, FLAG_WARN, concentration_of_one, 0},
};

static void assert_state(const struct flag *flag, enum flag_state state)
{
    if (flag->state != state)
        fail_msg("%s is %s at %g, limit %g", flag_meaning(flag->kind)->name,
                 flag_state_name(flag->state), flag->value, flag->limit);
}

static void a_sample_with_nothing_wrong_raises_none_of_them(void **state)
{
    struct trial trial;
    struct flag flags[FLAGS];
    (void)state;
    trial_begin(&trial);
    trial_judge(&trial, flags);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_state(&flags[rows[i].kind - 1], FLAG_FINE);
}

static void what_is_wrong_with_a_sample_raises_its_flag(void **state)
{
    (void)state;
    for (int group = 0; group < GROUPS; group++) {
        struct trial trial;
        struct flag flags[FLAGS];
        trial_begin(&trial);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            if (rows[i].group == group && rows[i].spoil != NULL)
                rows[i].spoil(&trial, rows[i].by);
        }
        trial_judge(&trial, flags);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            if (rows[i].group == group)
                assert_state(&flags[rows[i].kind - 1], rows[i].state);
        }
    }
}

/* Trend of one video when a share of its particles has sunk out of view by its end. */
static struct flag_video sinking(struct arena *arena, const struct track_table *table, size_t video,
                                 double share)
{
    size_t frames = table->video_frames[video];
    double *counts = arena_take(arena, frames * sizeof *counts);
    struct random random = random_stream(17, video);
    struct measure_correlation correlation;
    struct measure_trend trend;
    for (size_t i = 0; i < table->observation_count; i++) {
        const struct observation *seen = &table->observations[i];
        bool sunk = random_uniform(&random) < share * seen->frame / (double)frames;
        if (seen->video == video && !sunk)
            counts[seen->frame] += 1;
    }
    const struct measure_series series = {counts, frames};
    assert_int_equal(measure_correlation(&series, 1, &correlation), MEASURED);
    assert_int_equal(measure_trend(&series, correlation.frames, &trend), MEASURED);
    return (struct flag_video){.trend = {true, trend.change}, .trend_sd = {true, trend.change_sd}};
}

static void particles_that_sink_raise_the_trend_and_others_do_not(void **state)
{
    static const struct {
        double share;
        enum flag_state state;
    } trends[] = {{0, FLAG_FINE}, {0.6, FLAG_WARN}};
    const struct flag_limits limits = flag_limits_default();
    struct arena *arena = arena_open((size_t)1 << 30);
    struct trial trial;
    struct track_table table;
    (void)state;
    trial_begin(&trial);
    frames_of_all(&trial, 1100);
    trial_simulate(arena, &trial, &table);
    for (size_t i = 0; i < 2; i++) {
        struct flag_video videos[VIDEOS];
        struct flag flags[FLAGS];
        for (size_t k = 0; k < VIDEOS; k++)
            videos[k] = sinking(arena, &table, k, trends[i].share);
        const struct flag_facts facts = {.videos = videos, .video_count = VIDEOS};
        (void)flags_raise(&facts, &limits, flags);
        assert_state(&flags[QUALITY_COUNT_TREND - 1], trends[i].state);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_with_nothing_wrong_raises_none_of_them),
        cmocka_unit_test(what_is_wrong_with_a_sample_raises_its_flag),
        cmocka_unit_test(particles_that_sink_raise_the_trend_and_others_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
