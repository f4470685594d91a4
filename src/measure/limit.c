/* limit.c: brightness against size, and what follows from it for the count. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/limit.h"

#include <math.h>

/* Shorter tracks say too little of their size, and fewer tracks too little of the law. */
enum { FIT_POSITIONS = 15, FIT_TRACKS = 50 };

struct pairs {
    double *ln_sizes;
    double *ln_peaks;
    size_t count;
    double size_variance; /* of ln(size) of a single track, by its bound, mean */
};

/* Brightness in the middle of the light: what a track shows is the mean over the depth. Tracks of
 * the dimmest class, which the threshold cuts, say too much of it. */
static bool peak_of(const struct counting_settings *counting, double ln_brightness, double *ln_peak)
{
    double ln_threshold = log(counting->classes.threshold), mean = ln_brightness - ln_threshold;
    double peak = mean;
    if (!(counting->sheet.fixed_um > 0) &&
        (mean <= counting->classes.edges[1] ||
         measure_depth_peak(&counting->sheet, mean, &peak) != MEASURED))
        return false;
    *ln_peak = peak + ln_threshold;
    return isfinite(*ln_peak);
}

static struct pairs pairs_take(struct arena *arena, const struct counting_settings *counting,
                               const struct measurement *measurement)
{
    struct pairs pairs = {
        .ln_sizes = arena_take(arena, (measurement->sized_count + 1) * sizeof *pairs.ln_sizes),
        .ln_peaks = arena_take(arena, (measurement->sized_count + 1) * sizeof *pairs.ln_peaks),
    };
    double variances = 0;
    for (size_t i = 0; i < measurement->sized_count; i++) {
        const struct measurement_track *sized = &measurement->sized[i];
        double brightness = measurement->table->brightness[measurement->source[sized->track]];
        if (!(sized->diameter_nm > 0) || sized->diffusion.steps + 1 < FIT_POSITIONS ||
            !isfinite(brightness) || !peak_of(counting, brightness, &pairs.ln_peaks[pairs.count]))
            continue;
        double relative = sized->diffusion.bound_sd / sized->diffusion.diffusion_um2_per_s;
        pairs.ln_sizes[pairs.count++] = log(sized->diameter_nm);
        variances += relative * relative;
    }
    pairs.size_variance = pairs.count > 0 ? variances / (double)pairs.count : 0;
    return pairs;
}

/* Particles of a size are in view over the depth in which that size is seen: shares of those in
 * view become shares of those in the sample. */
static bool deepen(const struct counting_settings *counting, const struct measure_sizes *sizes,
                   struct measurement_limit *limit)
{
    double sum = 0;
    for (size_t i = 0; i < sizes->count; i++) {
        double size_nm = measure_size_centre_nm(sizes, i), depth_um = 1, found = 0;
        if (measure_detection(&limit->scatter, size_nm, &found) != MEASURED)
            return false;
        limit->efficiency[i] = found;
        if (!(counting->sheet.fixed_um > 0) &&
            measure_size_depth_um(&limit->scatter, &counting->sheet, size_nm, &depth_um) !=
                MEASURED)
            depth_um = 0;
        limit->shares[i] = depth_um > 0 ? limit->shares[i] / depth_um : 0;
        sum += limit->shares[i];
    }
    for (size_t i = 0; i < sizes->count; i++)
        limit->shares[i] /= sum;
    return sum > 0;
}

void limit_find(struct arena *arena, const struct measurement_settings *settings,
                struct measurement *measurement)
{
    const struct counting_settings *counting = settings->counting;
    const struct measure_sizes sizes = measure_sizes_default();
    struct measurement_limit *limit = &measurement->limit;
    if (!counting || !(counting->classes.threshold > 0))
        return;
    limit->shares = arena_take(arena, sizes.count * sizeof *limit->shares);
    limit->efficiency = arena_take(arena, sizes.count * sizeof *limit->efficiency);
    for (size_t i = 0; i < sizes.count; i++)
        limit->shares[i] = measurement->distribution.shares[i];
    struct pairs pairs = pairs_take(arena, counting, measurement);
    double *room = arena_take(arena, 3 * (pairs.count + 1) * sizeof *room);
    limit->tracks = pairs.count;
    limit->scatter = (struct measure_scatter){.threshold = counting->classes.threshold,
                                              .noise = settings->spot_noise};
    limit->known =
        pairs.count >= FIT_TRACKS &&
        measure_scatter_fit(pairs.ln_sizes, pairs.ln_peaks, pairs.count, sqrt(pairs.size_variance),
                            room, &limit->scatter) == MEASURED &&
        deepen(counting, &sizes, limit) &&
        measure_limit_split(&limit->scatter, &sizes, limit->shares, &limit->split) == MEASURED;
    limit->above_per_ml =
        limit->known ? measurement->counting.concentration.per_ml * limit->split.above : 0;
}
