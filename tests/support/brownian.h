/* brownian.h: how do particles of a known diffusion coefficient move under a camera? */
#ifndef SUPPORT_BROWNIAN_H
#define SUPPORT_BROWNIAN_H

#include "measure/measure.h"
#include "measure/random.h"

enum { BROWNIAN_POSITIONS = 128 };

struct brownian {
    struct measure_track track; /* points into the arrays below */
    int32_t frames[BROWNIAN_POSITIONS];
    double x_um[BROWNIAN_POSITIONS];
    double y_um[BROWNIAN_POSITIONS];
};

struct brownian_motion {
    double diffusion_um2_per_s;
    double noise_um2;
    double missed; /* probability of a missed frame, but for the first and the last */
    double speed_x_um_per_s;
    struct measure_timing timing;
};

void brownian_draw(struct brownian *brownian, struct random *random,
                   const struct brownian_motion *motion, size_t frames);

#endif
