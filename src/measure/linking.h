/* linking.h: which spot of this frame is which particle of the frames before? */
#ifndef MEASURE_LINKING_H
#define MEASURE_LINKING_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/detection.h"

struct linking_settings {
    struct frame_shape shape;
    double pixel_um;
    double frame_s;
    double diffusion_most_um2_per_s; /* of the smallest particle that is to be measured: the gate */
    double gate; /* u = r^2 / (4 D dt) that is still looked at: 10 loses 0.0045 % */
    int32_t
        missed_most;   /* frames in which a particle may be missed and is the same afterwards: 1 */
    double odds_least; /* ln; where the best two ways to link differ by less, both tracks end */
};

struct linking_settings linking_settings_default(void);

struct linking_facts {
    size_t tracks;     /* that were begun */
    size_t broken;     /* ended because it was not clear which way they went on */
    size_t largest;    /* spots and tracks in the largest knot that had to be solved as one */
    double drift_x_px; /* from a frame to the next, as it is predicted at the end */
    double drift_y_px;
    double radius_um; /* of the gate from a frame to the next */
};

/* Drift, the size of a step, brightness and how often a particle is seen again are learned from the
 * frames, and of each track from its own; nothing but the gate has to be known. A drift of up to
 * 100 um/s is found.
 *
 * Lives in its arena; its memory grows with the spots of one frame, not with the video. */
struct linker;

struct linker *linker_open(struct arena *arena, const struct linking_settings *settings);

/* Frames ascend; a frame may be left out. particles[count] becomes the number of each spot's
 * particle, from 0; a number is never given again to another. Never fails on a crowded frame: what
 * cannot be told apart begins new tracks. The same spots give the same numbers. */
void linker_take(struct linker *linker, int32_t frame, const struct located *spots, size_t count,
                 int64_t *particles);

const struct linking_facts *linker_facts(const struct linker *linker);

#endif
