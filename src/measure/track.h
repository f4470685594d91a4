/* track.h: which positions belong to one particle, in whatever order they come? */
#ifndef MEASURE_TRACK_H
#define MEASURE_TRACK_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/measure.h"

/* One particle seen in one frame. */
struct observation {
    uint32_t video; /* from 0 */
    int32_t frame;  /* from 0 */
    int64_t particle;
    double x_um;
    double y_um;
    double brightness; /* in the unit of its tracker; NAN where none is given */
};

/* Everything that was seen in some videos; lives in its arena. */
struct track_table {
    struct observation *observations; /* by video, particle, frame */
    size_t observation_count;
    struct measure_track *tracks; /* by video, particle; they point into the arrays of the table */
    double *brightness;           /* mean ln(brightness) of each track, NAN where none is given */
    size_t *first;                /* index of the first observation of each track */
    size_t count;
    size_t videos;
    size_t *video_frames; /* frames of each video: given, or up to the last one seen */
};

/* Sorts the observations and cuts them into tracks. frames may be NULL; where it is not, it holds
 * the number of frames of each video. A frame in which one particle stands twice is refused. */
MUST_USE bool track_table_make(struct arena *arena, struct fault *fault,
                               struct observation *observations, size_t count, size_t videos,
                               const size_t *frames, struct track_table *table);

#endif
