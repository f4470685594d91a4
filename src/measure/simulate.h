/* simulate.h: what would a tracker see of a scene, and what is the truth? */
#ifndef MEASURE_SIMULATE_H
#define MEASURE_SIMULATE_H

#include "measure/body.h"
#include "measure/track.h"

/* Where a particle really was, averaged over an exposure; it may lie a pixel outside of the view.
 */
struct simulated_position {
    int32_t frame;
    int64_t number; /* of the particle; below zero for stuck spots */
    double x_px;
    double y_px;
    double z_um; /* from the focus */
    double diameter_nm;
    double photons; /* of the exposure, without noise */
};

struct simulated_sizes {
    double d10_nm; /* 0 where there are no particles */
    double d50_nm;
    double d90_nm;
};

/* Stuck spots count nowhere here. */
struct simulated_truth {
    size_t particles; /* in the box */
    double box_ml;
    double concentration_per_ml; /* particles over box: what was drawn, not what was asked for */
    size_t frames;               /* recorded */
    double view_um2;
    double depth_um; /* in view */
    double in_view;  /* particles in view and depth, mean over the recorded frames */
    struct simulated_sizes box;
    struct simulated_sizes view; /* each particle by its frames in view */
};

struct simulated {
    struct observation *observations; /* of video 0; by particle, frame */
    size_t observation_count;
    struct simulated_position *positions; /* by frame; without frames that were dropped */
    size_t position_count;
    struct simulated_truth truth;
};

/* Positions as a tracker reports them: above the threshold in the view, with noise of localisation,
 * misses and false spots. No position is linked to a wrong particle, but one that is missed for
 * more than memory_frames goes on under a new number. The same scene and seed give the same bytes;
 * the ways are those of the images that render.h makes of them. */
MUST_USE bool simulate_tracks(struct arena *arena, struct fault *fault, const struct scene *scene,
                              uint64_t seed, struct simulated *simulated);

/* The same, telling how many of the particles in the box were followed. tell() answers whether to
 * go on; where it says no, it has told the fault why. */
struct simulate_progress {
    bool (*tell)(void *context, size_t done, size_t all);
    void *context;
};

MUST_USE bool simulate_telling(struct arena *arena, struct fault *fault, const struct scene *scene,
                               uint64_t seed, const struct simulate_progress *progress,
                               struct simulated *simulated);

#endif
