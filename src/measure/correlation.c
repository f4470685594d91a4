/* correlation.c: for how many frames does a count remember itself, and does it rise or fall? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"

#include <math.h>

static double series_mean(const struct measure_series *series)
{
    double sum = 0;
    for (size_t i = 0; i < series->count; i++)
        sum += series->values[i];
    return sum / (double)series->count;
}

static enum measured series_check(const struct measure_series *series, size_t count)
{
    if (count == 0)
        return MEASURED_NOT;
    for (size_t i = 0; i < count; i++) {
        if (series[i].count == 0)
            return MEASURED_NOT;
        for (size_t k = 0; k < series[i].count; k++) {
            if (!isfinite(series[i].values[k]))
                return MEASURED_MALFORMED;
        }
    }
    return MEASURED;
}

/* Autocovariance at a lag, each sum divided by the length of its series, not by the number of its
 * products: so the sum over the lags is already that of the variance of a mean. */
static double autocovariance(const struct measure_series *series, size_t count, size_t lag)
{
    double sum = 0, frames = 0;
    for (size_t i = 0; i < count; i++) {
        double mean = series_mean(&series[i]);
        for (size_t k = 0; k + lag < series[i].count; k++)
            sum += (series[i].values[k] - mean) * (series[i].values[k + lag] - mean);
        frames += (double)series[i].count;
    }
    return sum / frames;
}

/* Geyer's sum over pairs of lags while they are positive, none taken larger than the one before it.
 * Each autocovariance is too low by the variance of the mean, which is given back: (1 - lag/T)
 * mean_variance. Returns gamma_0 + 2 sum of the others. */
static double monotone_sum(const struct measure_series *series, size_t count, double frames,
                           double mean_variance, size_t *lags)
{
    double sum = 0, before = INFINITY;
    size_t lag = 0;
    for (; (double)(lag + 1) < 0.5 * frames; lag += 2) {
        double back = (2 - (double)(2 * lag + 1) / frames) * mean_variance;
        double pair =
            autocovariance(series, count, lag) + autocovariance(series, count, lag + 1) + back;
        if (!(pair > 0))
            break;
        before = fmin(before, pair);
        sum += before;
    }
    *lags = lag;
    double variance = autocovariance(series, count, 0) + mean_variance;
    return 2 * sum - variance;
}

enum measured measure_correlation(const struct measure_series *series, size_t count,
                                  struct measure_correlation *result)
{
    enum { ROUNDS = 4 };
    enum measured checked = series_check(series, count);
    if (checked != MEASURED)
        return checked;
    double variance = autocovariance(series, count, 0);
    if (!(variance > 0))
        return MEASURED_NOT;
    double frames = 0;
    for (size_t i = 0; i < count; i++)
        frames += (double)series[i].count / (double)count;
    double mean_variance = 0;
    size_t lags = 0;
    for (int i = 0; i < ROUNDS; i++)
        mean_variance =
            fmax(variance, monotone_sum(series, count, frames, mean_variance, &lags)) / frames;
    struct measure_correlation found = {.mean_variance = mean_variance, .lags = lags};
    found.frames = fmax(1, frames * mean_variance / (variance + mean_variance));
    *result = found;
    return MEASURED;
}

/* The integral of a normal distribution function: x Phi(x/s) + s phi(x/s). */
static double normal_integral(double x, double sd)
{
    const double root_two_pi = 2.5066282746310002;
    return x * 0.5 * erfc(-x / (sd * sqrt(2))) + sd * exp(-0.5 * x * x / (sd * sd)) / root_two_pi;
}

/* Probability that a particle of the depth is found after a normal displacement in a depth so far
 * away. */
static double found_at(double depth_um, double away_um, double sd_um)
{
    return (normal_integral(away_um + depth_um, sd_um) - 2 * normal_integral(away_um, sd_um) +
            normal_integral(away_um - depth_um, sd_um)) /
           depth_um;
}

/* The same for the depth itself, walls being mirrors in which it stands again and again. */
static double found_again(const struct measure_passage *passage, double after_s)
{
    enum { MIRRORS = 1000 };
    double sd_um = sqrt(2 * passage->diffusion_um2_per_s * after_s);
    double sum = found_at(passage->depth_um, 0, sd_um);
    for (int i = 1; i < MIRRORS && isfinite(passage->cell_um); i++) {
        double away_um = i * passage->cell_um;
        if (away_um > passage->depth_um + 9 * sd_um)
            break;
        sum += 2 * found_at(passage->depth_um, away_um, sd_um);
    }
    return sum;
}

enum measured measure_correlation_diffusion(const struct measure_passage *passage, size_t frames,
                                            double *correlation_frames)
{
    if (isnan(passage->depth_um) || isnan(passage->cell_um) ||
        isnan(passage->diffusion_um2_per_s) || isnan(passage->frame_s))
        return MEASURED_MALFORMED;
    if (!(passage->depth_um > 0) || !(passage->cell_um >= passage->depth_um) ||
        !(passage->diffusion_um2_per_s > 0) || !(passage->frame_s > 0) ||
        isinf(passage->depth_um) || isinf(passage->diffusion_um2_per_s) || isinf(passage->frame_s))
        return MEASURED_OUTSIDE;
    if (frames == 0)
        return MEASURED_NOT;
    double sum = 1;
    for (size_t lag = 1; lag < frames; lag++)
        sum += 2 * (1 - (double)lag / (double)frames) *
               found_again(passage, (double)lag * passage->frame_s);
    *correlation_frames = sum;
    return MEASURED;
}

enum measured measure_trend(const struct measure_series *series, double correlation_frames,
                            struct measure_trend *result)
{
    enum measured checked = series_check(series, 1);
    if (checked != MEASURED)
        return checked;
    if (!(correlation_frames >= 1) || !isfinite(correlation_frames))
        return MEASURED_OUTSIDE;
    enum { FRAMES_NEEDED = 3 };
    double mean = series_mean(series);
    if (series->count < FRAMES_NEEDED || !(mean > 0))
        return MEASURED_NOT;
    double middle = 0.5 * (double)(series->count - 1);
    double along = 0, across = 0, residual = 0;
    for (size_t i = 0; i < series->count; i++) {
        double at = (double)i - middle;
        along += at * at;
        across += at * (series->values[i] - mean);
    }
    double slope = across / along;
    for (size_t i = 0; i < series->count; i++) {
        double left = series->values[i] - mean - slope * ((double)i - middle);
        residual += left * left;
    }
    double variance = residual / (double)(series->count - 2);
    result->change = slope * (double)(series->count - 1) / mean;
    result->change_sd =
        sqrt(correlation_frames * variance / along) * (double)(series->count - 1) / mean;
    return MEASURED;
}
