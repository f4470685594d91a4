/* camera_noise.h: how noisy is a camera, by what its frames show? */
#ifndef MEASURE_CAMERA_NOISE_H
#define MEASURE_CAMERA_NOISE_H

#include "base/arena.h"
#include "measure/frame.h"

/* Noise of a few frames, away from what moves in them. */
struct noise_sample {
    double level_dn; /* mean */
    double variance; /* at that level, in DN^2, rounding to whole DN included */
    double growth;   /* of the variance with the level; NAN where the levels are all alike */
};

/* level: the background of the frames. With one frame, neighbouring pixels are compared. */
struct noise_sample noise_sample(struct arena *arena, const struct frame_shape *shape,
                                 const struct frame *frames, size_t count, const float *level);

/* What is known of the camera stands, but for read noise, which is at least what makes the sample
 * as noisy as it is; the rest comes from the sample. Where levels are all alike, all that is not
 * known to be read noise is taken for that of light. read_dn includes rounding. */
struct frame_noise noise_complete(const struct frame_noise *camera,
                                  const struct noise_sample *sample);

#endif
