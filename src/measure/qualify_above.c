/* qualify_above.c: counts of lognormal samples at or above the size that is found with 95 %. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_above.h"

#include "measure/distribution.h"
#include "measure/qualify_scene.h"

#include <math.h>

enum { RUNS = 8, FIT_POSITIONS = 15 };

static const double ln_sd = 0.4;

static const struct qualify_sample sample = {
    .median_nm = 90, .ln_sd = 0.4, .per_frame = 50, .frames = 1500, .videos = 1};

/* Water at 25 C, 32.5 ms of 40 ms. */
static bool optics(struct fault *fault, struct distribution_settings *settings)
{
    *settings = distribution_settings_default();
    settings->medium.temperature_c = 25;
    settings->timing = (struct measure_timing){.frame_s = 0.04, .exposure_s = 0.0325};
    settings->missed_frame_allowed = true;
    settings->video_frames = (size_t)sample.frames;
    settings->videos = sample.videos;
    settings->replicates = 0;
    if (measure_water_viscosity_mpa_s(25, &settings->medium.viscosity_mpa_s) != MEASURED)
        return fail(fault, FAULT_INPUT, "temperature_c", "There is no water at 25 C.");
    return true;
}

/* The pooled noise of localisation becomes that of every track. */
static bool noise_settle(struct fault *fault, const struct track_table *table,
                         const struct measure_timing *timing)
{
    struct measure_covariance covariance;
    if (measure_covariance(table->tracks, table->count, 0, timing, &covariance) != MEASURED)
        return fail(fault, FAULT_INPUT, "tracks", "The tracks say nothing of their noise.");
    for (size_t i = 0; i < table->count; i++)
        table->tracks[i].noise_um2 = fmax(0, covariance.noise_um2);
    return true;
}

/* Pairs of size and peak brightness of the longer tracks; returns how many. */
static size_t pairs_take(struct arena *arena, const struct track_table *table,
                         const struct distribution_settings *settings, double *ln_sizes,
                         double *ln_peaks)
{
    const struct counting_settings counting = qualify_counting();
    size_t pairs = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct measure_track *track = &table->tracks[i];
        struct arena_mark mark = arena_mark(arena);
        double *room = arena_take(arena, measure_track_room(track->positions) * sizeof *room);
        struct measure_diffusion found;
        double size_nm = 0, peak = 0;
        double mean = table->brightness[i] - log(counting.classes.threshold);
        if (track->positions >= FIT_POSITIONS && mean > qualify_edges[1] &&
            measure_track_diffusion(track, &settings->timing, room, &found) == MEASURED &&
            measure_diameter_nm(found.diffusion_um2_per_s, &settings->medium, &size_nm) ==
                MEASURED &&
            measure_depth_peak(&counting.sheet, mean, &peak) == MEASURED) {
            ln_sizes[pairs] = log(size_nm);
            ln_peaks[pairs++] = peak + log(counting.classes.threshold);
        }
        arena_rewind(arena, mark);
    }
    return pairs;
}

static bool scatter_find(struct arena *arena, struct fault *fault, const struct track_table *table,
                         const struct distribution_settings *settings,
                         struct measure_scatter *scatter)
{
    const double size_sd = 0.2; /* of ln(size) of single tracks of 15 positions and more */
    double *ln_sizes = arena_take(arena, (table->count + 1) * sizeof *ln_sizes);
    double *ln_peaks = arena_take(arena, (table->count + 1) * sizeof *ln_peaks);
    double *room = arena_take(arena, 3 * (table->count + 1) * sizeof *room);
    size_t pairs = pairs_take(arena, table, settings, ln_sizes, ln_peaks);
    *scatter = (struct measure_scatter){.threshold = qualify_counting().classes.threshold};
    if (measure_scatter_fit(ln_sizes, ln_peaks, pairs, size_sd, room, scatter) != MEASURED)
        return fail(fault, FAULT_INPUT, "tracks", "Brightness does not grow with size.");
    return true;
}

/* Shares in view become shares of those found in the sample; returns the mean of 1/depth. */
static double shares_deepen(const struct measure_scatter *scatter,
                            const struct measure_sizes *sizes, double *shares)
{
    const struct measure_sheet sheet = qualify_sheet();
    double sum = 0;
    for (size_t i = 0; i < sizes->count; i++) {
        double depth_um = 0;
        enum measured deep =
            measure_size_depth_um(scatter, &sheet, measure_size_centre_nm(sizes, i), &depth_um);
        shares[i] = deep == MEASURED && depth_um > 0 ? shares[i] / depth_um : 0;
        sum += shares[i];
    }
    return sum;
}

/* Found over true density at or above the limit that was found. */
static bool above_once(struct arena *arena, struct fault *fault, uint64_t seed, double ratio[2])
{
    const struct counting_settings counting = qualify_counting();
    struct distribution_settings settings;
    struct qualify_count count;
    struct measure_scatter scatter;
    struct distribution sizes;
    struct measure_limited limited;
    if (!optics(fault, &settings) ||
        !qualify_count_make(arena, fault, &sample, seed, &counting, &count) ||
        !noise_settle(fault, &count.table, &settings.timing) ||
        !scatter_find(arena, fault, &count.table, &settings, &scatter))
        return false;
    if (measure_size_depth_um(&scatter, &counting.sheet, 100, &settings.depth_um) != MEASURED)
        return fail(fault, FAULT_INPUT, "depth", "The depth is not known.");
    if (!distribution_make(arena, fault, count.table.tracks, count.table.count, &settings, &sizes))
        return false;
    double per_um = shares_deepen(&scatter, &settings.sizes, sizes.shares);
    if (measure_limit_split(&scatter, &settings.sizes, sizes.shares, &limited) != MEASURED)
        return fail(fault, FAULT_INPUT, "sizes", "The sizes have no limit of detection.");
    double area_um2 = count.counting.area_um2;
    double found = count.counting.concentration.per_frame / area_um2 * per_um * limited.above;
    double beyond = 0.5 * erfc(log(limited.d95_nm / sample.median_nm) / ln_sd / sqrt(2));
    ratio[0] = found * 1e12 / (count.drawn_per_ml * beyond);
    ratio[1] = limited.d95_nm;
    return true;
}

bool qualify_above(struct arena *arena, struct fault *fault, uint64_t seed,
                   struct qualification *qualification)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < RUNS; i++) {
        struct arena_mark mark = arena_mark(arena);
        double ratio[2] = {0};
        if (!above_once(arena, fault, seed + i, ratio))
            return false;
        sum += ratio[0];
        squares += ratio[0] * ratio[0];
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
