/* anomaly.c: does a track move otherwise than a freely diffusing particle does? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/steps.h"

#include <math.h>
#include <stdlib.h>

enum { LONG_LAG = 4, LEAST_POSITIONS = 9 };

/* The longest stretch without a missed frame. */
struct stretch {
    size_t first;
    size_t positions;
};

static struct stretch longest_stretch(const struct measure_track *track)
{
    struct stretch longest = {0}, now = {0, track->positions > 0};
    for (size_t i = 0; i < track->positions; i++) {
        if (now.positions > longest.positions)
            longest = now;
        if (i + 1 < track->positions && track_gap(track, i) == 1)
            now.positions++;
        else
            now = (struct stretch){i + 1, 1};
    }
    return longest;
}

/* Half the variance of the way between two positions so many frames apart. */
static double variogram_um2(const struct measure_track *track, const struct measure_timing *timing,
                            double diffusion, long frames)
{
    if (frames == 0)
        return 0;
    return diffusion * ((double)labs(frames) * timing->frame_s - timing->exposure_s / 3) +
           track->noise_um2;
}

/* Covariance of the way over lag_a frames from position 0 and over lag_b from position at. */
static double way_covariance(const struct measure_track *track, const struct measure_timing *timing,
                             double diffusion, const long way[3])
{
    long lag_a = way[0], lag_b = way[1], at = way[2];
    return variogram_um2(track, timing, diffusion, lag_a - at) +
           variogram_um2(track, timing, diffusion, at + lag_b) -
           variogram_um2(track, timing, diffusion, lag_a - at - lag_b) -
           variogram_um2(track, timing, diffusion, at);
}

/* Covariance, on one axis, of the mean squares at two lags, of Gaussian ways: twice the square of
 * the covariance of the ways, over all pairs. */
static double mean_square_covariance(const struct measure_track *track,
                                     const struct measure_timing *timing, double diffusion,
                                     const long lags[2], long positions)
{
    long count_a = positions - lags[0], count_b = positions - lags[1];
    double sum = 0;
    for (long at = -lags[1]; at <= lags[0]; at++) {
        long first = at < 0 ? -at : 0; /* of those a for which b = a + at exists */
        long last = count_b - 1 - at < count_a - 1 ? count_b - 1 - at : count_a - 1;
        double covariance =
            way_covariance(track, timing, diffusion, (const long[3]){lags[0], lags[1], at});
        if (last >= first)
            sum += 2 * covariance * covariance * (double)(last - first + 1);
    }
    return sum / ((double)count_a * (double)count_b);
}

static double mean_square_um2(const struct measure_track *track, const struct stretch *stretch,
                              size_t lag)
{
    double sum = 0;
    size_t count = stretch->positions - lag;
    for (size_t i = stretch->first; i < stretch->first + count; i++) {
        double x_um = track->x_um[i + lag] - track->x_um[i];
        double y_um = track->y_um[i + lag] - track->y_um[i];
        sum += x_um * x_um + y_um * y_um;
    }
    return sum / 2 / (double)count;
}

enum measured measure_anomaly(const struct measure_track *track,
                              const struct measure_timing *timing, double diffusion_um2_per_s,
                              double *deviation)
{
    enum measured state = timing_check(timing);
    if (state == MEASURED)
        state = track_check(track);
    if (state == MEASURED && !isfinite(diffusion_um2_per_s))
        state = MEASURED_MALFORMED;
    if (state != MEASURED)
        return state;
    if (diffusion_um2_per_s <= 0 || track->noise_um2 < 0)
        return MEASURED_OUTSIDE;
    struct stretch stretch = longest_stretch(track);
    if (stretch.positions < LEAST_POSITIONS)
        return MEASURED_NOT;
    double expected_long = 2 * variogram_um2(track, timing, diffusion_um2_per_s, LONG_LAG);
    double expected_short = 2 * variogram_um2(track, timing, diffusion_um2_per_s, 1);
    double difference = mean_square_um2(track, &stretch, LONG_LAG) / expected_long -
                        mean_square_um2(track, &stretch, 1) / expected_short;
    long positions = (long)stretch.positions;
    double variance = mean_square_covariance(track, timing, diffusion_um2_per_s,
                                             (const long[2]){LONG_LAG, LONG_LAG}, positions) /
                          (expected_long * expected_long) -
                      2 *
                          mean_square_covariance(track, timing, diffusion_um2_per_s,
                                                 (const long[2]){LONG_LAG, 1}, positions) /
                          (expected_long * expected_short) +
                      mean_square_covariance(track, timing, diffusion_um2_per_s,
                                             (const long[2]){1, 1}, positions) /
                          (expected_short * expected_short);
    *deviation = difference / sqrt(variance / 2); /* two axes */
    return isfinite(*deviation) ? MEASURED : MEASURED_MALFORMED;
}
