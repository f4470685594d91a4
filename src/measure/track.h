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
    double peak; /* height of its spot as the whole light of one in focus; 0 where none is given */
};

/* What was seen in some videos, in any order. */
struct observations {
    struct observation *rows;
    size_t count;
    size_t videos;
    const size_t *frames;    /* of each video; NULL where only what was seen tells */
    const bool *const *lost; /* frames that a video does not hold, [videos][frames]; NULL, or NULL
                                for a video: none */
};

/* The same as tracks; lives in its arena. */
struct track_table {
    struct observation *observations; /* by video, particle, frame */
    size_t observation_count;
    struct measure_track *tracks; /* by video, particle; they point into the arrays of the table */
    double *brightness;           /* mean ln(brightness) of each track, NAN where none is given */
    size_t *first;                /* index of the first observation of each track */
    size_t count;
    size_t videos;
    size_t *video_frames;    /* frames of each video: given, or up to the last one seen */
    const bool *const *lost; /* as it was given */
};

/* Sorts the rows, which stay the caller's, and cuts them into tracks. A particle that stands twice
 * in one frame is refused. */
MUST_USE bool track_table_make(struct arena *arena, struct fault *fault,
                               const struct observations *seen, struct track_table *table);

/* Puts the numbers of the frames that a video holds in front of each other, without those of lost
 * frames; returns how many there are. numbers[video_frames of the video]. */
size_t track_table_held(const struct track_table *table, size_t video, double *numbers);

#endif
