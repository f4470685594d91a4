/* diffusion.c: how fast does the particle of one track diffuse, and how sure is that? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/likelihood.h"
#include "measure/steps.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* Half the 95 % point of chi-square with one degree of freedom. */
static const double interval_drop = 1.920729410347062;

enum { MOST_SECTIONS = 200, HALVE_EACH = 16, DOUBLINGS = 400 };

/* The size of D at which the steps alone, without noise, would be explained: where searches begin.
 */
static double scale_of(const struct measure_track *track, const struct measure_timing *timing)
{
    double squares_um2 = 0, elapsed_s = 0;
    for (size_t i = 0; i + 1 < track->positions; i++) {
        double x_um = track_step_x_um(track, i), y_um = track_step_y_um(track, i);
        squares_um2 += x_um * x_um + y_um * y_um;
        elapsed_s += (double)track_gap(track, i) * timing->frame_s - timing->exposure_s / 3;
    }
    return squares_um2 / (4 * elapsed_s);
}

/* Where to look next between two ends of opposite sign, as a share of the way. Every sixteenth time
 * and where the values tell nothing it is the middle. */
static double share_of(double at_left, double at_right, int section)
{
    double share = at_left / (at_left - at_right);
    bool plain = isfinite(share) && share > 0 && share < 1;
    return plain && section % HALVE_EACH != HALVE_EACH - 1 ? share : 0.5;
}

/* Where a function of ln D that is positive at low and negative at high is zero: false position
 * with the weight of an end that stays halved (Illinois; Dowell and Jarratt 1971, BIT 11, 168). */
static double cross(const struct likelihood *likelihood, double low, double high,
                    double (*function)(const struct likelihood *likelihood, double diffusion,
                                       double level),
                    double level)
{
    double left = log(low), right = log(high), value = 1;
    double at_left = function(likelihood, low, level), at_right = function(likelihood, high, level);
    int stayed = 0; /* which end did: below 0 the left one */
    for (int i = 0; i < MOST_SECTIONS && right - left > 1e-12 && fabs(value) >= 1e-13; i++) {
        double middle = left + share_of(at_left, at_right, i) * (right - left);
        value = function(likelihood, exp(middle), level);
        if (value > 0) {
            left = middle;
            at_left = value;
            at_right /= stayed > 0 ? 2 : 1;
            stayed = 1;
        } else {
            right = middle;
            at_right = value;
            at_left /= stayed < 0 ? 2 : 1;
            stayed = -1;
        }
    }
    return exp(fabs(value) < 1e-13 ? (value > 0 ? left : right) : (left + right) / 2);
}

static double rising(const struct likelihood *likelihood, double diffusion, double level)
{
    (void)level;
    return likelihood_at(likelihood, diffusion).slope;
}

static double above(const struct likelihood *likelihood, double diffusion, double level)
{
    return likelihood_at(likelihood, diffusion).log - level;
}

static double below(const struct likelihood *likelihood, double diffusion, double level)
{
    return -above(likelihood, diffusion, level);
}

/* The highest point, or 0 where the likelihood only falls: noise explains all. */
static double highest(const struct likelihood *likelihood, double scale)
{
    double low = scale, high = scale;
    for (int i = 0; i < DOUBLINGS && rising(likelihood, high, 0) > 0; i++)
        high *= 2;
    for (int i = 0; i < DOUBLINGS && rising(likelihood, low, 0) <= 0; i++) {
        low /= 2;
        if (low < scale * 1e-9)
            return 0;
    }
    return cross(likelihood, low, high, rising, 0);
}

static void interval_of(const struct likelihood *likelihood, double scale,
                        struct measure_diffusion *result)
{
    double best = result->diffusion_um2_per_s;
    double least = scale * 1e-9;
    double level = likelihood_at(likelihood, best > 0 ? best : least).log - interval_drop;
    double start = best > 0 ? best : least, high = 2 * start;
    for (int i = 0; i < DOUBLINGS && above(likelihood, high, level) > 0; i++)
        high *= 2;
    result->high_um2_per_s = cross(likelihood, start, high, above, level);
    result->low_um2_per_s = best > 0 && above(likelihood, least, level) < 0
                                ? cross(likelihood, least, best, below, level)
                                : 0;
}

/* The bound of an unbroken track with as many steps; missed frames lengthen the mean step. */
static double bound_of(const struct measure_track *track, const struct measure_timing *timing,
                       double diffusion)
{
    size_t steps = track->positions - 1;
    double mean_s = (double)((int64_t)track->frames[steps] - track->frames[0]) / (double)steps *
                    timing->frame_s;
    return diffusion * measure_diffusion_bound(steps, 2, timing->exposure_s / (6 * mean_s),
                                               track->noise_um2 / (diffusion * mean_s), true);
}

enum measured measure_track_diffusion(const struct measure_track *track,
                                      const struct measure_timing *timing, double *room,
                                      struct measure_diffusion *result)
{
    struct likelihood likelihood;
    enum measured state = likelihood_open(&likelihood, track, timing, room);
    if (state != MEASURED)
        return state;
    double scale = scale_of(track, timing);
    if (!isfinite(scale))
        return MEASURED_MALFORMED;
    if (!(scale > 0))
        return MEASURED_NOT;
    *result = (struct measure_diffusion){.steps = likelihood.steps};
    result->diffusion_um2_per_s = highest(&likelihood, scale);
    interval_of(&likelihood, scale, result);
    if (result->diffusion_um2_per_s > 0)
        result->bound_sd = bound_of(track, timing, result->diffusion_um2_per_s);
    return isfinite(result->high_um2_per_s) && isfinite(result->bound_sd) ? MEASURED
                                                                          : MEASURED_MALFORMED;
}

/* Fisher's information on D and s2 from the spectrum of the steps. */
double measure_diffusion_bound(size_t steps, unsigned dimensions, double blur_r, double noise_x,
                               bool noise_known)
{
    double diffusion = 0, both = 0, noise = 0;
    for (size_t k = 1; k <= steps; k++) {
        double cosine = cos(pi * (double)k / (double)(steps + 1));
        double by_diffusion = 2 * (1 - 2 * blur_r + 2 * blur_r * cosine);
        double by_noise = 2 * (1 - cosine);
        double variance = by_diffusion + noise_x * by_noise;
        diffusion += by_diffusion * by_diffusion / (variance * variance);
        both += by_diffusion * by_noise / (variance * variance);
        noise += by_noise * by_noise / (variance * variance);
    }
    double half = dimensions / 2.0;
    double left = noise_known ? diffusion : diffusion - both * both / noise;
    return 1 / sqrt(half * left);
}
