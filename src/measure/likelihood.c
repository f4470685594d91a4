/* likelihood.c: the exact Gaussian likelihood of the steps of one track.
 *
 * One axis: variance of a step over g frames 2D(g dt - exposure/3) + 2s2, covariance of two steps
 * that share a position D exposure/3 - s2, none otherwise (Berglund 2010, PRE 82 011917; Michalet
 * and Berglund 2012, PRE 85 061916, with missed frames left out as in PRE 93 042401). */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/likelihood.h"

#include "measure/steps.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* The transform is made term by term: beyond this the matrix is quicker. */
enum { MOST_SPECTRAL_STEPS = 512 };

size_t measure_track_room(size_t positions)
{
    return 4 * positions + 4;
}

static bool is_unbroken(const struct measure_track *track)
{
    size_t last = track->positions - 1;
    return (int64_t)track->frames[last] - track->frames[0] == (int64_t)last;
}

/* Orthonormal sine transform (DST-I) of both axes; sines has room for steps + 1. */
static void transform_steps(struct likelihood *likelihood, double *sines)
{
    const struct measure_track *track = likelihood->track;
    size_t steps = likelihood->steps, half = steps + 1;
    for (size_t j = 0; j < half; j++)
        sines[j] = sin(pi * (double)j / (double)half);
    for (size_t k = 1; k <= steps; k++) {
        double x = 0, y = 0;
        for (size_t n = 1, at = k; n <= steps; n++, at = (at + k) % (2 * half)) {
            double sine = at < half ? sines[at] : -sines[at - half];
            x += sine * track_step_x_um(track, n - 1);
            y += sine * track_step_y_um(track, n - 1);
        }
        likelihood->power[k - 1] = (x * x + y * y) * 2 / (double)half;
    }
}

static void open_spectrum(struct likelihood *likelihood, double *room)
{
    const struct measure_timing *timing = likelihood->timing;
    size_t steps = likelihood->steps;
    double blur_r = timing_blur_r(timing);
    likelihood->power = room;
    likelihood->slope = room + steps;
    likelihood->offset = room + 2 * steps;
    transform_steps(likelihood, room + 3 * steps);
    for (size_t k = 1; k <= steps; k++) {
        double cosine = cos(pi * (double)k / (double)(steps + 1));
        likelihood->slope[k - 1] = 2 * timing->frame_s * (1 - 2 * blur_r + 2 * blur_r * cosine);
        likelihood->offset[k - 1] = 2 * likelihood->track->noise_um2 * (1 - cosine);
    }
}

enum measured likelihood_open(struct likelihood *likelihood, const struct measure_track *track,
                              const struct measure_timing *timing, double *room)
{
    enum measured state = timing_check(timing);
    if (state == MEASURED)
        state = track_check(track);
    if (state != MEASURED)
        return state;
    if (track->noise_um2 < 0)
        return MEASURED_OUTSIDE;
    if (track->positions < 2)
        return MEASURED_NOT;
    *likelihood =
        (struct likelihood){.track = track, .timing = timing, .steps = track->positions - 1};
    likelihood->spectral = likelihood->steps <= MOST_SPECTRAL_STEPS && is_unbroken(track);
    if (likelihood->spectral)
        open_spectrum(likelihood, room);
    return MEASURED;
}

static struct likelihood_value spectrum_at(const struct likelihood *likelihood, double diffusion)
{
    struct likelihood_value value = {0};
    for (size_t k = 0; k < likelihood->steps; k++) {
        double variance = diffusion * likelihood->slope[k] + likelihood->offset[k];
        double share = likelihood->power[k] / variance;
        value.log -= log(variance) + share / 2;
        value.slope += likelihood->slope[k] / variance * (share / 2 - 1);
    }
    return value;
}

/* One row of the factors of the matrix: what is left of the variance of a step, and of the step
 * itself, once the steps before it are known; each with its derivative by D. */
struct row {
    double variance, variance_slope;
    double x, x_slope;
    double y, y_slope;
};

static struct row row_first(const struct measure_track *track, double variance,
                            double variance_slope)
{
    return (struct row){.variance = variance,
                        .variance_slope = variance_slope,
                        .x = track_step_x_um(track, 0),
                        .y = track_step_y_um(track, 0)};
}

static struct row row_next(const struct row *before, double shared, double shared_slope)
{
    double by = shared / before->variance;
    double by_slope = (shared_slope - by * before->variance_slope) / before->variance;
    return (struct row){
        .variance = -by * shared,
        .variance_slope = -by_slope * shared - by * shared_slope,
        .x = -by * before->x,
        .x_slope = -by_slope * before->x - by * before->x_slope,
        .y = -by * before->y,
        .y_slope = -by_slope * before->y - by * before->y_slope,
    };
}

static struct likelihood_value matrix_at(const struct likelihood *likelihood, double diffusion)
{
    const struct measure_track *track = likelihood->track;
    double third_s = likelihood->timing->exposure_s / 3;
    struct likelihood_value value = {0};
    struct row row = {0};
    for (size_t i = 0; i < likelihood->steps; i++) {
        double slope = 2 * ((double)track_gap(track, i) * likelihood->timing->frame_s - third_s);
        double variance = diffusion * slope + 2 * track->noise_um2;
        if (i == 0) {
            row = row_first(track, variance, slope);
        } else {
            row = row_next(&row, diffusion * third_s - track->noise_um2, third_s);
            row.variance += variance;
            row.variance_slope += slope;
            row.x += track_step_x_um(track, i);
            row.y += track_step_y_um(track, i);
        }
        double share = (row.x * row.x + row.y * row.y) / row.variance;
        double growth = row.variance_slope / row.variance;
        value.log -= log(row.variance) + share / 2;
        value.slope +=
            growth * (share / 2 - 1) - (row.x * row.x_slope + row.y * row.y_slope) / row.variance;
    }
    return value;
}

struct likelihood_value likelihood_at(const struct likelihood *likelihood,
                                      double diffusion_um2_per_s)
{
    return likelihood->spectral ? spectrum_at(likelihood, diffusion_um2_per_s)
                                : matrix_at(likelihood, diffusion_um2_per_s);
}

enum measured measure_track_likelihood(const struct measure_track *track,
                                       const struct measure_timing *timing,
                                       const double *diffusions_um2_per_s, size_t count,
                                       double *room, double *log_likelihoods)
{
    struct likelihood likelihood;
    enum measured state = likelihood_open(&likelihood, track, timing, room);
    for (size_t i = 0; state == MEASURED && i < count; i++) {
        if (!isfinite(diffusions_um2_per_s[i]))
            return MEASURED_MALFORMED;
        if (diffusions_um2_per_s[i] <= 0)
            return MEASURED_OUTSIDE;
        log_likelihoods[i] = likelihood_at(&likelihood, diffusions_um2_per_s[i]).log;
        if (!isfinite(log_likelihoods[i]))
            return MEASURED_MALFORMED;
    }
    return state;
}
