/* brownian.h: where does a free particle go, and where does a camera with an exposure see it? */
#ifndef MEASURE_BROWNIAN_H
#define MEASURE_BROWNIAN_H

#include "measure/measure.h"
#include "measure/random.h"

/* Coordinates of one axis as a camera sees them: the mean over each exposure, which begins with the
 * frame, drawn exactly (no micro-steps) from the joint law of a Brownian path's end and mean, plus
 * noise of localisation. For conditions of which only tracks matter; scenes with optics are the
 * simulator's. */
void brownian_axis(struct random *random, double diffusion_um2_per_s,
                   const struct measure_timing *timing, double noise_um2, size_t frames,
                   double *seen_um);

#endif
