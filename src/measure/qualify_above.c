/* qualify_above.c: counts of lognormal samples at or above the size that is found with 95 %. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_above.h"

#include "measure/measurement.h"
#include "measure/qualify_scene.h"

#include <math.h>

enum { RUNS = 8, POSITIONS_LEAST = 5 };

static const double ln_sd = 0.4;

static const struct qualify_sample sample = {
    .median_nm = 90, .ln_sd = 0.4, .per_frame = 50, .frames = 1500, .videos = 1};

/* Water at 25 C, 32.5 ms of 40 ms; what anyone who measures gives. */
static bool settle(struct fault *fault, const struct counting_settings *counting,
                   struct measurement_settings *settings)
{
    *settings = (struct measurement_settings){
        .timing = {.frame_s = 0.04, .exposure_s = 0.0325},
        .medium.temperature_c = 25,
        .positions_least = POSITIONS_LEAST,
        .missed_frame_allowed = true,
        .counting = counting,
        .threads = 1,
    };
    return measure_water_viscosity_mpa_s(25, &settings->medium.viscosity_mpa_s) == MEASURED ||
           fail(fault, FAULT_INPUT, "temperature_c", "There is no water at 25 C.");
}

/* Found over true density at or above the limit that was found. */
static bool above_once(struct arena *arena, struct fault *fault, uint64_t seed, double *ratio)
{
    const struct counting_settings counting = qualify_counting();
    struct measurement_settings settings;
    struct measurement made;
    struct qualify_count count;
    if (!settle(fault, &counting, &settings) ||
        !qualify_count_make(arena, fault, &sample, seed, NULL, &count) ||
        !measurement_make(arena, fault, &count.table, &settings, &made))
        return false;
    if (!made.limit.known)
        return fail(fault, FAULT_INPUT, "sizes", "The sizes have no limit of detection.");
    double beyond = 0.5 * erfc(log(made.limit.split.d95_nm / sample.median_nm) / ln_sd / sqrt(2));
    *ratio = made.limit.above_per_ml / (count.drawn_per_ml * beyond);
    return true;
}

bool qualify_above(struct arena *arena, struct fault *fault, uint64_t seed,
                   struct qualification *qualification)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < RUNS; i++) {
        struct arena_mark mark = arena_mark(arena);
        double ratio = 0;
        if (!above_once(arena, fault, seed + i, &ratio))
            return false;
        sum += ratio;
        squares += ratio * ratio;
        arena_rewind(arena, mark);
    }
    double mean = sum / RUNS;
    qualification_add(qualification,
                      (struct qualified){
                          .condition = "lognormal (90 nm, 0.4), depth from geometry",
                          .quantity = "particles at or above d95, found/true",
                          .unit = "1",
                          .truth = 1,
                          .value = mean,
                          .bias = mean - 1,
                          .spread = sqrt(fmax(0, (squares - RUNS * mean * mean) / (RUNS - 1))),
                          .coverage = NAN,
                          .runs = RUNS,
                          .bar = "bias",
                          .low = -0.1,
                          .high = 0.1,
                      });
    return true;
}
