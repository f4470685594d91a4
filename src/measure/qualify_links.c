/* qualify_links.c: scenes whose truth is known, linked without it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_links.h"

#include "measure/link_score.h"
#include "measure/simulate.h"

#include <math.h>

#define RUN_BYTES ((size_t)4 << 30)

enum { SEEDS_APART = 100, RUNS_MOST = 64 };

/* 1280 x 1024 pixels of 140 nm, 25 frames/s, 32.5 ms, water at 25 C. */
struct condition {
    const char *name;
    double size_nm;
    double per_frame; /* in view */
    int32_t frames;
    bool vesicles; /* lognormal, 0.4, in a light sheet, brightness by size */
    double drift_um_per_s;
    double shear_per_s;
    double missed;
    double dropped;
    double false_spots;
    double wrong_percent; /* the bars */
    double lost_percent;
    bool crowd; /* too dense for sizes: only linked */
};

static const struct condition conditions[] = {
    {.name = "100 nm, 50 a frame", 100, 50, 1500, .wrong_percent = 0.5, .lost_percent = 1},
    {.name = "100 nm, 200 a frame", 100, 200, 750, .wrong_percent = 2, .lost_percent = 2},
    {.name = "50 nm, 50 a frame", 50, 50, 1500, .wrong_percent = 0.5, .lost_percent = 1},
    {.name = "60 nm, 50 a frame", 60, 50, 1500, .wrong_percent = 0.5, .lost_percent = 1},
    {.name = "200 nm, 50 a frame", 200, 50, 1500, .wrong_percent = 0.5, .lost_percent = 1},
    {.name = "100 nm, 50 a frame, drift 10 um/s",
     100,
     50,
     1500,
     .drift_um_per_s = 10,
     .wrong_percent = 0.5,
     .lost_percent = 1},
    {.name = "100 nm, 50 a frame, drift 50 um/s",
     100,
     50,
     1500,
     .drift_um_per_s = 50,
     .wrong_percent = 0.5,
     .lost_percent = 1},
    {.name = "100 nm, 200 a frame, drift 50 um/s",
     100,
     200,
     750,
     .drift_um_per_s = 50,
     .wrong_percent = 2,
     .lost_percent = 2},
    {.name = "100 nm, 50 a frame, 5 % of the spots missed",
     100,
     50,
     1500,
     .missed = 0.05,
     .wrong_percent = 0.5,
     .lost_percent = 1},
    {.name = "100 nm, 50 a frame, 10 % of the spots and 5 % of the frames missed",
     100,
     50,
     1500,
     .missed = 0.1,
     .dropped = 0.05,
     .wrong_percent = 0.5,
     .lost_percent = 1},
    {.name = "100 nm, 50 a frame, one false spot a frame",
     100,
     50,
     1500,
     .false_spots = 1,
     .wrong_percent = 0.5,
     .lost_percent = 1},
    {.name = "vesicles, 50 a frame, drift 10 um/s",
     90,
     50,
     1500,
     .vesicles = true,
     .drift_um_per_s = 10,
     .wrong_percent = 0.5,
     .lost_percent = 1},
    {.name = "vesicles, 200 a frame",
     90,
     200,
     750,
     .vesicles = true,
     .wrong_percent = 2,
     .lost_percent = 2},
    {.name = "100 nm, 2500 a frame",
     100,
     2500,
     100,
     .wrong_percent = 5,
     .lost_percent = 20,
     .crowd = true},
};

enum { CONDITIONS = sizeof conditions / sizeof *conditions };

static struct scene scene_of(const struct condition *condition, bool quick)
{
    struct scene scene = scene_default();
    double depth_um = scene.depth_um;
    scene.width_px = 1280;
    scene.height_px = 1024;
    scene.frames = quick ? condition->frames / 10 : condition->frames;
    scene.populations[0].median_nm = condition->size_nm;
    scene.brightness_ln_sd = 0.25;
    scene.drift_x_um_per_s = condition->drift_um_per_s;
    scene.shear_per_s = condition->shear_per_s;
    scene.missed = condition->missed;
    scene.dropped = condition->dropped;
    scene.false_spots = condition->false_spots;
    /* False spots are just as bright as the threshold. */
    scene.threshold_photons = condition->false_spots > 0 ? 300 : 0;
    if (condition->vesicles) {
        depth_um = 4; /* of the light sheet in which so many are above the threshold */
        scene.populations[0].ln_sd = 0.4;
        scene.sheet_um = 3;
        scene.box_depth_um = 30;
        scene.threshold_photons = 300;
        scene.noise_nm = 10;
        scene.noise_factor = 1;
    }
    double pixel_um = scene.pixel_nm / 1000;
    double view_um2 = pixel_um * scene.width_px * pixel_um * scene.height_px;
    scene.concentration_per_ml = condition->per_frame / (view_um2 * depth_um * 1e-12);
    return scene;
}

static struct link_scene links_of(const struct condition *condition, const struct scene *scene,
                                  const struct simulated *simulated)
{
    struct link_scene links = {.settings = linking_settings_default(),
                               .timing = {scene->frame_s, scene->exposure_ms / 1000},
                               .medium = {.temperature_c = scene->temperature_c},
                               .observations = simulated->observations,
                               .observation_count = simulated->observation_count,
                               .frames = (size_t)scene->frames,
                               .measured = !condition->crowd};
    (void)measure_water_viscosity_mpa_s(scene->temperature_c, &links.medium.viscosity_mpa_s);
    links.settings.shape = (struct frame_shape){scene->width_px, scene->height_px, scene->bits};
    links.settings.pixel_um = scene->pixel_nm / 1000;
    links.settings.frame_s = scene->frame_s;
    return links;
}

/* Over the runs of one condition. */
struct tally {
    size_t links;
    size_t wrong;
    size_t links_all;
    double biases[RUNS_MOST]; /* of the pooled D */
    size_t runs;
};

static bool run_once(struct arena *arena, struct fault *fault, const struct condition *condition,
                     const struct scene *scene, uint64_t seed, struct tally *tally)
{
    struct simulated simulated;
    struct link_score score;
    double truth = 0;
    if (!simulate_tracks(arena, fault, scene, seed, &simulated))
        return false;
    struct link_scene links = links_of(condition, scene, &simulated);
    if (!link_score_make(arena, fault, &links, &score))
        return false;
    (void)measure_diffusion_um2_per_s(condition->size_nm, &links.medium, &truth);
    if (condition->vesicles)
        truth = score.perfect_um2_per_s;
    tally->links += score.links;
    tally->wrong += score.wrong;
    tally->links_all += score.links_all;
    tally->biases[tally->runs++] = score.diffusion_um2_per_s / truth - 1;
    return true;
}

static void add_value(const struct condition *condition, const struct tally *tally,
                      struct qualified row, struct qualification *qualification)
{
    row.condition = condition->name;
    row.truth = row.bias = row.spread = row.coverage = NAN;
    row.runs = tally->runs;
    row.bar = "value";
    qualification_add(qualification, row);
}

static void add_links(const struct condition *condition, const struct tally *tally,
                      struct qualification *qualification)
{
    double right = (double)(tally->links - tally->wrong);
    add_value(condition, tally,
              (struct qualified){.quantity = "links between different particles",
                                 .unit = "%",
                                 .value = 100 * (double)tally->wrong / (double)tally->links,
                                 .high = condition->wrong_percent},
              qualification);
    add_value(condition, tally,
              (struct qualified){.quantity = "links lost",
                                 .unit = "%",
                                 .value = 100 * (1 - right / (double)tally->links_all),
                                 .high = condition->lost_percent},
              qualification);
}

static void add_diffusion(const struct condition *condition, const struct tally *tally,
                          struct qualification *qualification)
{
    double mean = 0, squares = 0, runs = (double)tally->runs;
    for (size_t i = 0; i < tally->runs; i++)
        mean += tally->biases[i] / runs;
    for (size_t i = 0; i < tally->runs; i++)
        squares += (tally->biases[i] - mean) * (tally->biases[i] - mean);
    qualification_add(qualification,
                      (struct qualified){.condition = condition->name,
                                         .quantity = condition->vesicles
                                                         ? "pooled D, by that of true links"
                                                         : "pooled D, by the truth",
                                         .unit = "1",
                                         .truth = 1,
                                         .value = 1 + mean,
                                         .bias = mean,
                                         .spread = runs > 1 ? sqrt(squares / (runs - 1)) : NAN,
                                         .coverage = NAN,
                                         .runs = tally->runs,
                                         .bar = "bias",
                                         .low = -0.01,
                                         .high = 0.01});
}

bool qualify_links(struct fault *fault, const struct qualify_seeds *seeds, bool quick,
                   struct qualification *qualification)
{
    for (size_t i = 0; i < CONDITIONS; i++) {
        const struct condition *condition = &conditions[i];
        const struct scene scene = scene_of(condition, quick);
        struct tally tally = {0};
        bool worked = true;
        for (size_t run = 0; worked && run < seeds->count && run < RUNS_MOST; run++) {
            struct arena *arena = arena_open(RUN_BYTES);
            worked = run_once(arena, fault, condition, &scene, seeds->first + SEEDS_APART * i + run,
                              &tally);
            arena_close(arena);
        }
        if (!worked)
            return false;
        add_links(condition, &tally, qualification);
        if (!condition->crowd)
            add_diffusion(condition, &tally, qualification);
    }
    return true;
}
