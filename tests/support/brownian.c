/* brownian.c: Brownian tracks as a camera with a uniform exposure sees them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "brownian.h"

#include <assert.h>
#include <math.h>

/* The mean over the exposure; *place moves on to the beginning of the next one. */
static double expose(double *place, struct random *random, const struct brownian_motion *motion)
{
    double twice = 2 * motion->diffusion_um2_per_s;
    double exposure_s = motion->timing.exposure_s;
    double way = sqrt(twice * exposure_s) * random_normal(random);
    double mean = *place + way / 2 + sqrt(twice * exposure_s / 12) * random_normal(random);
    *place += way + sqrt(twice * (motion->timing.frame_s - exposure_s)) * random_normal(random);
    return mean + sqrt(motion->noise_um2) * random_normal(random);
}

void brownian_draw(struct brownian *brownian, struct random *random,
                   const struct brownian_motion *motion, size_t frames)
{
    double x_um = 0, y_um = 0;
    size_t seen = 0;
    assert(frames <= BROWNIAN_POSITIONS);
    for (size_t frame = 0; frame < frames; frame++) {
        brownian->frames[seen] = (int32_t)frame;
        brownian->x_um[seen] = expose(&x_um, random, motion) +
                               motion->speed_x_um_per_s * motion->timing.frame_s * (double)frame;
        brownian->y_um[seen] = expose(&y_um, random, motion);
        bool within = frame > 0 && frame + 1 < frames;
        seen += !(within && random_uniform(random) < motion->missed);
    }
    brownian->track = (struct measure_track){.frames = brownian->frames,
                                             .x_um = brownian->x_um,
                                             .y_um = brownian->y_um,
                                             .positions = seen,
                                             .noise_um2 = motion->noise_um2};
}
