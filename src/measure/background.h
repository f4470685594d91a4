/* background.h: what would a frame show without its moving particles, and how noisy is it there?
 *
 * The median of the first frames, which then follows the video slowly; so stuck particles, fixed
 * pattern and uneven light are part of the background. Frames come in their order; the same frames
 * give the same bytes. */
#ifndef MEASURE_BACKGROUND_H
#define MEASURE_BACKGROUND_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/frame.h"

enum { BACKGROUND_FRAMES = 32 }; /* that background_learn is given, where the video has so many */

struct background_settings {
    struct frame_shape shape;
    struct frame_noise camera; /* each NAN where nobody knows it: found from the frames */
    bool dark_spots;           /* particles are darker than what is around them */
};

/* Lives in its arena. */
struct background;

/* Takes the first frames of a video, at most BACKGROUND_FRAMES and at least one; they are given to
 * background_take afterwards like all others. In fewer than 8, what is stuck cannot be told from
 * what moves: the background is then the median of places near by. Frames that are all of one
 * value, or saturated all over, are refused with FAULT_INPUT: nothing can be told of their noise.
 */
MUST_USE bool background_learn(struct arena *arena, struct fault *fault,
                               const struct background_settings *settings,
                               const struct frame *first, size_t count,
                               struct background **background);

/* residual[width_px x height_px]: DN above the background (below it where spots are dark). Then the
 * background follows the frame. */
void background_take(struct background *background, const struct frame *frame, float *residual);

/* Of the camera as it is given or found; read_dn includes rounding to whole DN, and is more than
 * was given where the frames are noisier than that. */
const struct frame_noise *background_noise(const struct background *background);

/* Mean level of the background now, in DN above the offset of the camera. */
double background_level_dn(const struct background *background);

#endif
