/* qualify_scene.c: scenes for counting, and what the counting makes of them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_scene.h"

#include <math.h>

static const double photons_100nm = 6000;
static const double threshold_photons = 300;
static const double exponent = 4;
static const double sheet_um = 3;
static const double focus_um = 3;
static const double guard_um = 1;

const double qualify_edges[QUALIFY_CLASSES + 1] = {
    0,    0.6, 0.85, 1.1, 1.35, 1.6, 1.85, 2.1, 2.35, 2.6, 2.85, 3.1, 3.35, 3.6, 3.85, 4.1,
    4.35, 4.6, 4.85, 5.1, 5.35, 5.6, 5.85, 6.1, 6.35, 6.6, 6.85, 7.1, 7.35, 7.6, 7.85,
};

struct measure_sheet qualify_sheet(void)
{
    return (struct measure_sheet){
        .half_width_um = sheet_um, .rayleigh_um = focus_um, .whole_light = true};
}

/* Pixel i reaches from i - 0.5 to i + 0.5, so that the view begins half a pixel before 0. */
static struct measure_view view_of(const struct scene *scene)
{
    double pixel_um = scene->pixel_nm / 1000;
    return (struct measure_view){.left_um = -0.5 * pixel_um,
                                 .top_um = -0.5 * pixel_um,
                                 .right_um = (scene->width_px - 0.5) * pixel_um,
                                 .bottom_um = (scene->height_px - 0.5) * pixel_um,
                                 .guard_um = guard_um};
}

struct scene qualify_scene(const struct qualify_sample *sample)
{
    struct scene scene = scene_default();
    struct measure_sheet sheet = qualify_sheet();
    double depth_um = 0;
    double peak = photons_100nm * pow(sample->median_nm / 100, exponent);
    (void)measure_depth_um(&sheet, log(peak / threshold_photons), &depth_um);
    struct measure_view view = view_of(&scene);
    double volume_ml =
        depth_um * (view.right_um - view.left_um) * (view.bottom_um - view.top_um) * 1e-12;
    scene.frames = sample->frames;
    scene.populations[0] = (struct scene_population){
        .share = 1, .median_nm = sample->median_nm, .ln_sd = sample->ln_sd};
    scene.concentration_per_ml = sample->per_frame / volume_ml;
    scene.box_depth_um = sample->cell_um > 0 ? sample->cell_um : 6 * sheet_um;
    scene.margin_um = 1; /* sideways, what is drawn is what is in view */
    scene.photons_100nm = photons_100nm;
    scene.brightness_exponent = exponent;
    scene.brightness_ln_sd = 0.25;
    scene.saturation_photons = 1e9;
    scene.sheet_um = sheet_um;
    scene.defocus_um = focus_um;
    scene.threshold_photons = threshold_photons;
    return scene;
}

struct counting_settings qualify_counting(void)
{
    struct scene scene = scene_default();
    return (struct counting_settings){
        .view = view_of(&scene),
        .classes = {qualify_edges, QUALIFY_CLASSES, threshold_photons},
        .sheet = qualify_sheet(),
        .factors = {.dilution = 1},
    };
}

bool qualify_passage(struct fault *fault, const struct qualify_sample *sample,
                     struct measure_passage *passage)
{
    struct scene scene = qualify_scene(sample);
    struct measure_medium water = {.temperature_c = scene.temperature_c};
    *passage = (struct measure_passage){.cell_um = scene.box_depth_um, .frame_s = scene.frame_s};
    if (measure_water_viscosity_mpa_s(water.temperature_c, &water.viscosity_mpa_s) != MEASURED ||
        measure_diffusion_um2_per_s(sample->median_nm, &water, &passage->diffusion_um2_per_s) !=
            MEASURED)
        return fail(fault, FAULT_INPUT, "temperature_c", "There is no such water.");
    return true;
}

/* Seeds of the videos of a run lie far apart, so that no two runs share one. */
static uint64_t video_seed(uint64_t seed, size_t video)
{
    return seed + 1000003 * (uint64_t)video;
}

/* The videos one after the other, in an array of the arena. */
static bool videos_simulate(struct arena *arena, struct fault *fault,
                            const struct qualify_sample *sample, uint64_t seed,
                            struct observations *all, double *drawn_per_ml)
{
    struct scene scene = qualify_scene(sample);
    struct simulated *simulated = arena_take(arena, sample->videos * sizeof *simulated);
    size_t *frames = arena_take(arena, sample->videos * sizeof *frames);
    size_t count = 0;
    for (size_t i = 0; i < sample->videos; i++) {
        if (!simulate_tracks(arena, fault, &scene, video_seed(seed, i), &simulated[i]))
            return false;
        frames[i] = (size_t)scene.frames;
        *drawn_per_ml += simulated[i].truth.concentration_per_ml / (double)sample->videos;
        count += simulated[i].observation_count;
    }
    *all = (struct observations){.videos = sample->videos, .frames = frames};
    all->rows = arena_take(arena, (count + 1) * sizeof *all->rows);
    for (size_t i = 0; i < sample->videos; i++) {
        for (size_t k = 0; k < simulated[i].observation_count; k++) {
            struct observation seen = simulated[i].observations[k];
            seen.video = (uint32_t)i;
            all->rows[all->count++] = seen;
        }
    }
    return true;
}

bool qualify_count_make(struct arena *arena, struct fault *fault,
                        const struct qualify_sample *sample, uint64_t seed,
                        const struct counting_settings *settings, struct qualify_count *result)
{
    struct observations all;
    *result = (struct qualify_count){0};
    if (!videos_simulate(arena, fault, sample, seed, &all, &result->drawn_per_ml))
        return false;
    result->sample_per_ml = qualify_scene(sample).concentration_per_ml;
    return track_table_make(arena, fault, &all, &result->table) &&
           (settings == NULL ||
            counting_make(arena, fault, &result->table, NULL, settings, &result->counting));
}
