/* brownian.c: Brownian paths seen through an exposure. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/brownian.h"

#include <math.h>

void brownian_axis(struct random *random, double diffusion_um2_per_s,
                   const struct measure_timing *timing, double noise_um2, size_t frames,
                   double *seen_um)
{
    double noise = sqrt(noise_um2);
    double open = sqrt(2 * diffusion_um2_per_s * timing->exposure_s);
    double shut = sqrt(2 * diffusion_um2_per_s * (timing->frame_s - timing->exposure_s));
    double place = 0;
    for (size_t i = 0; i < frames; i++) {
        /* End of the exposure, and mean over it: half of the end, and 1/12 of its variance. */
        double end = open * random_normal(random);
        double mean = end / 2 + open / sqrt(12) * random_normal(random);
        seen_um[i] = place + mean + noise * random_normal(random);
        place += end + shut * random_normal(random);
    }
}
