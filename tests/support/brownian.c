/* brownian.c: Brownian tracks as a camera with a uniform exposure sees them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "brownian.h"

#include "measure/brownian.h"

#include <assert.h>

void brownian_draw(struct brownian *brownian, struct random *random,
                   const struct brownian_motion *motion, size_t frames)
{
    double x_um[BROWNIAN_POSITIONS], y_um[BROWNIAN_POSITIONS];
    size_t seen = 0;
    assert(frames <= BROWNIAN_POSITIONS);
    brownian_axis(random, motion->diffusion_um2_per_s, &motion->timing, motion->noise_um2, frames,
                  x_um);
    brownian_axis(random, motion->diffusion_um2_per_s, &motion->timing, motion->noise_um2, frames,
                  y_um);
    for (size_t frame = 0; frame < frames; frame++) {
        bool within = frame > 0 && frame + 1 < frames;
        if (within && random_uniform(random) < motion->missed)
            continue;
        brownian->frames[seen] = (int32_t)frame;
        brownian->x_um[seen] =
            x_um[frame] + motion->speed_x_um_per_s * motion->timing.frame_s * (double)frame;
        brownian->y_um[seen] = y_um[frame];
        seen++;
    }
    brownian->track = (struct measure_track){.frames = brownian->frames,
                                             .x_um = brownian->x_um,
                                             .y_um = brownian->y_um,
                                             .positions = seen,
                                             .noise_um2 = motion->noise_um2};
}
