/* report_example.c: simulated, measured and written by the program. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report_example.h"

#include "catalogue.h"
#include "measure/simulate.h"

/* Behind our own headers, because cmocka makes a macro of the word fail. */
#include "test.h"

enum { VIDEOS = 2, FRAMES = 120, FEW_FRAMES = 20 };

static void table_make(struct arena *arena, const struct report_example *example,
                       struct track_table *table)
{
    struct simulated videos[VIDEOS];
    struct fault fault = {0};
    size_t frames[VIDEOS] = {0};
    size_t count = 0;
    struct scene scene = scene_default();
    scene.frames = example->few ? FEW_FRAMES : FRAMES;
    scene.concentration_per_ml = 9.34e8;
    for (size_t i = 0; i < VIDEOS; i++) {
        assert_true(
            simulate_tracks(arena, &fault, &scene, 100 * example->seed + i + 1, &videos[i]));
        frames[i] = (size_t)scene.frames;
        count += videos[i].observation_count;
    }
    struct observations all = {.videos = VIDEOS, .frames = frames};
    all.rows = arena_take(arena, (count + 1) * sizeof *all.rows);
    for (size_t i = 0; i < VIDEOS; i++)
        for (size_t k = 0; k < videos[i].observation_count; k++) {
            all.rows[all.count] = videos[i].observations[k];
            all.rows[all.count++].video = (uint32_t)i;
        }
    assert_true(track_table_make(arena, &fault, &all, table));
}

static const struct measurement_settings *settings_make(struct arena *arena,
                                                        const struct report_example *example)
{
    struct measurement_settings *settings = arena_take(arena, sizeof *settings);
    struct counting_settings *counting = arena_take(arena, sizeof *counting);
    double *temperatures_c = arena_take(arena, VIDEOS * sizeof *temperatures_c);
    temperatures_c[0] = 24.99;
    temperatures_c[1] = 25.01;
    *counting = (struct counting_settings){
        .view = {-0.07, -0.07, 89.53, 71.61, 1},
        .classes = {NULL, 1, 0},
        .sheet = {.fixed_um = 5},
        .factors = {.dilution = example->dilution > 0 ? example->dilution : 10,
                    .dilution_sd = 0.01},
    };
    *settings = (struct measurement_settings){
        .timing = {0.04, example->exposure_assumed ? 0.04 : 0.0325},
        .medium = {.temperature_c = 25},
        .positions_least = 5,
        .missed_frame_allowed = true,
        .depth_um = 5,
        .temperatures_c = temperatures_c,
        .exposure = example->exposure_assumed ? EXPOSURE_ASSUMED : EXPOSURE_RECORDED,
        .medium_kind = MEDIUM_WATER,
        .counting = example->uncounted ? NULL : counting,
        .replicates = example->replicates,
        .seed = 1,
        .threads = 1,
    };
    assert_int_equal(measure_water_viscosity_mpa_s(25, &settings->medium.viscosity_mpa_s),
                     MEASURED);
    return settings;
}

const char *report_example(struct arena *arena, const struct report_example *example,
                           struct measurement *measurement)
{
    struct fault fault = {0};
    struct track_table *table = arena_take(arena, sizeof *table);
    struct measurement *made = arena_take(arena, sizeof *made);
    struct report_file *files = arena_take(arena, VIDEOS * sizeof *files);
    const char *mark = example->hash_mark ? example->hash_mark : "0123456789abcde";
    struct text out = text_open(arena);
    const struct measurement_settings *settings = settings_make(arena, example);
    table_make(arena, example, table);
    if (!measurement_make(arena, &fault, table, settings, made))
        fail_msg("%s", fault.text);
    for (size_t i = 0; i < VIDEOS; i++)
        files[i] = (struct report_file){
            .name = arena_print(arena, "video_%zu.csv", i + 1),
            .sha256 = arena_print(arena, "%.15s%zu%.15s%zu%.15s%zu%.15s%zu", mark, i, mark, i, mark,
                                  i, mark, i),
            .file = {.kind = TRACK_FILE_PLAIN, .unused = ""},
        };
    const struct report report = {.program = PROGRAM_VERSION,
                                  .files = files,
                                  .file_count = VIDEOS,
                                  .settings = settings,
                                  .measurement = made,
                                  .pixel_um = 0.14,
                                  .viscosity_of_water = true,
                                  .medium = "water"};
    report_json(&report, &out);
    if (measurement)
        *measurement = *made;
    return out.bytes;
}

const char *report_changed(struct arena *arena, const char *report, const char *from,
                           const char *to)
{
    const char *at = strstr(report, from);
    if (!at)
        fail_msg("the report has no \"%s\"", from);
    return arena_print(arena, "%.*s%s%s", (int)(at - report), report, to, at + strlen(from));
}
