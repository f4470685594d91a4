/* counting.h: how many particles does a sample hold, by its videos and those of its blank? */
#ifndef MEASURE_COUNTING_H
#define MEASURE_COUNTING_H

#include "measure/track.h"

struct counting_settings {
    struct measure_view view;
    struct measure_classes classes;
    struct measure_sheet sheet;
    double peak_least; /* spots whose height is known and less do not count; 0: all count */
    double focus_um;   /* standard deviation of a spot in focus, with its motion; 0: not known, and
                          then the range of focus of the sheet is that of what moves, too */
    const double *efficiencies;    /* of each class; NULL: 1 */
    const double *false_per_frame; /* of each class; NULL: 0 */
    struct measure_factors factors;
    /* How particles come back: where the diffusion is known, no count is trusted to forget them
     * sooner. depth_um stays 0 and is taken from the count; cell_um 0: a cell without end. */
    struct measure_passage passage;
};

struct counting_video {
    struct measure_density density;
    struct measure_trend trend;
    bool trend_known;
    bool failed; /* empty although the others are far from it: left out of the concentration */
};

/* Lives in its arena. */
struct counting {
    struct counting_video *videos;
    size_t video_count;
    struct counting_video *blanks;
    size_t blank_count;
    double *depths_um; /* of each class */
    double area_um2;
    double depth_um;           /* on the average over the particles; 0 where none was seen */
    double correlation_frames; /* by diffusion; 0 where that is not known */
    struct measure_concentration concentration;
};

enum { COUNTING_CLASSES = 12 };

/* Where depth depends on brightness: classes of as many spots each, from the threshold upwards.
 * With a fixed depth nothing is chosen. The edges live in the arena. */
MUST_USE bool counting_choose_classes(struct arena *arena, struct fault *fault,
                                      const struct track_table *table,
                                      struct counting_settings *settings);

/* blank may be NULL. Every position in the view counts, also those of the shortest tracks. Refuses
 * with the field of the settings that is missing or wrong. */
MUST_USE bool counting_make(struct arena *arena, struct fault *fault,
                            const struct track_table *sample, const struct track_table *blank,
                            const struct counting_settings *settings, struct counting *result);

#endif
