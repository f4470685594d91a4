/* likelihood.h: how well does a diffusion coefficient explain the steps of one track? */
#ifndef MEASURE_LIKELIHOOD_H
#define MEASURE_LIKELIHOOD_H

#include "measure/measure.h"

/* Without missed frames the sine transform diagonalises the covariance of the steps: variance k is
 * D slope[k] + offset[k], and power[k] is what the track has there, both axes together. Otherwise,
 * and for very long tracks, the covariance stays a tridiagonal matrix. */
struct likelihood {
    const struct measure_track *track;
    const struct measure_timing *timing;
    size_t steps;
    bool spectral;
    double *power;
    double *slope;
    double *offset;
};

/* ln L and its derivative by D. */
struct likelihood_value {
    double log;
    double slope;
};

enum measured likelihood_open(struct likelihood *likelihood, const struct measure_track *track,
                              const struct measure_timing *timing, double *room);
struct likelihood_value likelihood_at(const struct likelihood *likelihood,
                                      double diffusion_um2_per_s);

#endif
