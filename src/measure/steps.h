/* steps.h: what does a track do from one position to the next? */
#ifndef MEASURE_STEPS_H
#define MEASURE_STEPS_H

#include "measure/measure.h"

/* Frames from position i to the next: 1 where none is missed. */
static inline int64_t track_gap(const struct measure_track *track, size_t i)
{
    return (int64_t)track->frames[i + 1] - track->frames[i];
}

static inline double track_step_x_um(const struct measure_track *track, size_t i)
{
    return track->x_um[i + 1] - track->x_um[i];
}

static inline double track_step_y_um(const struct measure_track *track, size_t i)
{
    return track->y_um[i + 1] - track->y_um[i];
}

/* R of Berglund for an exposure that is uniform: exposure/(6 dt). */
static inline double timing_blur_r(const struct measure_timing *timing)
{
    return timing->exposure_s / (6 * timing->frame_s);
}

enum measured timing_check(const struct measure_timing *timing);
enum measured track_check(const struct measure_track *track);

#endif
