/* covariance.c: which diffusion and which localisation noise do many tracks have in common? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/steps.h"

#include <math.h>

/* Sums over both axes of one or of many tracks. */
struct sums {
    double squares_um2;
    double products_um2;
    size_t steps;
    size_t pairs;
};

static struct sums sums_of(const struct measure_track *track)
{
    struct sums sums = {0};
    for (size_t i = 0; i + 1 < track->positions; i++) {
        if (track_gap(track, i) != 1)
            continue;
        double x_um = track_step_x_um(track, i), y_um = track_step_y_um(track, i);
        sums.squares_um2 += x_um * x_um + y_um * y_um;
        sums.steps++;
        if (i + 2 < track->positions && track_gap(track, i + 1) == 1) {
            sums.products_um2 +=
                x_um * track_step_x_um(track, i + 1) + y_um * track_step_y_um(track, i + 1);
            sums.pairs++;
        }
    }
    return sums;
}

/* What one track adds to the errors of the two estimates, which are linear in the two means. */
struct errors {
    double diffusion;
    double noise;
};

static struct errors errors_of(const struct sums *own, const struct measure_covariance *pooled,
                               const struct measure_timing *timing)
{
    double blur_r = timing_blur_r(timing);
    double square = (own->squares_um2 - 2 * pooled->mean_square_um2 * (double)own->steps) / 2 /
                    (double)pooled->steps;
    double product = (own->products_um2 - 2 * pooled->mean_product_um2 * (double)own->pairs) / 2 /
                     (double)pooled->pairs;
    return (struct errors){
        .diffusion = (square / 2 + product) / timing->frame_s,
        .noise = blur_r * square + (2 * blur_r - 1) * product,
    };
}

/* The scatter of tracks holds also where sizes differ; one track alone has only the theory. */
static void covariance_spread_of(const struct measure_track *tracks, size_t count,
                                 uint32_t brightness, const struct measure_timing *timing,
                                 struct measure_covariance *result)
{
    double diffusion = 0, noise = 0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct sums own =
            tracks[i].brightness == brightness ? sums_of(&tracks[i]) : (struct sums){0};
        if (own.steps == 0)
            continue;
        struct errors errors = errors_of(&own, result, timing);
        diffusion += errors.diffusion * errors.diffusion;
        noise += errors.noise * errors.noise;
        used++;
    }
    double few = used > 1 ? (double)used / (double)(used - 1) : 0;
    result->diffusion_sd = sqrt(diffusion * few);
    result->noise_sd = sqrt(noise * few);
    if (used > 1)
        return;
    double step_um2 = fabs(result->diffusion_um2_per_s) * timing->frame_s;
    double relative = measure_covariance_spread(result->steps, 2, timing_blur_r(timing),
                                                fmax(result->noise_um2, 0) / step_um2);
    result->diffusion_sd = relative * fabs(result->diffusion_um2_per_s);
    result->noise_sd = relative * step_um2;
}

static void conclude(const struct measure_timing *timing, struct measure_covariance *result)
{
    double blur_r = timing_blur_r(timing);
    double square = result->mean_square_um2, product = result->mean_product_um2;
    result->diffusion_um2_per_s = (square / 2 + product) / timing->frame_s;
    result->noise_um2 = blur_r * square + (2 * blur_r - 1) * product;
}

void measure_covariance_restore(const struct measure_timing *timing, double taken,
                                struct measure_covariance *result)
{
    double lost = taken * 2 * timing->frame_s * result->diffusion_um2_per_s / (1 - 3 * taken);
    result->mean_square_um2 += lost;
    result->mean_product_um2 += lost;
    conclude(timing, result);
}

enum measured measure_covariance(const struct measure_track *tracks, size_t count,
                                 uint32_t brightness, const struct measure_timing *timing,
                                 struct measure_covariance *result)
{
    struct sums all = {0};
    enum measured state = timing_check(timing);
    for (size_t i = 0; state == MEASURED && i < count; i++) {
        if (tracks[i].brightness != brightness)
            continue;
        state = track_check(&tracks[i]);
        struct sums own = sums_of(&tracks[i]);
        all.squares_um2 += own.squares_um2;
        all.products_um2 += own.products_um2;
        all.steps += own.steps;
        all.pairs += own.pairs;
    }
    if (state != MEASURED)
        return state;
    if (all.pairs == 0 || all.squares_um2 <= 0)
        return MEASURED_NOT;
    *result = (struct measure_covariance){
        .mean_square_um2 = all.squares_um2 / (double)all.steps / 2,
        .mean_product_um2 = all.products_um2 / (double)all.pairs / 2,
        .steps = all.steps,
        .pairs = all.pairs,
    };
    conclude(timing, result);
    covariance_spread_of(tracks, count, brightness, timing, result);
    return isfinite(result->diffusion_sd) && isfinite(result->noise_sd) ? MEASURED
                                                                        : MEASURED_MALFORMED;
}

double measure_covariance_spread(size_t steps, unsigned dimensions, double blur_r, double noise_x)
{
    double n = (double)steps;
    double e = noise_x - 2 * blur_r;
    return sqrt(((6 + 4 * e + 2 * e * e) / n + 4 * (1 + e) * (1 + e) / (n * n)) / dimensions);
}
