/* image_score.h: how well are the particles of one simulated video found, located and linked? */
#ifndef MEASURE_IMAGE_SCORE_H
#define MEASURE_IMAGE_SCORE_H

#include "measure/measure.h"
#include "measure/simulate.h"
#include "measure/tracking.h"

/* What counts as plain to see, after which everything else is a bonus. */
struct image_wanted {
    double photons_least;
    double z_most_um;
    double edge_px;   /* nearer to the edge of the view nothing is asked for, nor is a spot wrong
                         there: light reaches in from particles outside, of which no truth tells */
    double radius_px; /* a spot within it is that of the particle */
};

struct image_score {
    size_t wanted;     /* particles that had to be found, over all frames */
    size_t recalled;   /* of them */
    size_t spots;      /* that were found, but for those at the edge */
    size_t real;       /* of them, with a particle within the radius or within their own width */
    size_t links;      /* between spots with a particle */
    size_t wrong;      /* of them, between different ones */
    double *errors_px; /* of each axis of what had to be found */
    size_t error_count;
};

/* The video of a scene and seed, made frame by frame, with all that is found in it. Lives in its
 * arena; observations are those of video 0. */
struct image_run {
    struct simulated simulated;
    struct tracking_facts facts;
    struct observation *observations;
    double *widths_px; /* of each of them */
    size_t observation_count;
    size_t observation_room;
};

MUST_USE bool image_run_make(struct arena *arena, struct fault *fault, const struct scene *scene,
                             uint64_t seed, unsigned threads, struct image_run *run);

/* Each spot belongs to the nearest particle within the radius; a particle is found where a spot is
 * that near. */
void image_score_make(struct arena *arena, const struct scene *scene, const struct image_run *run,
                      const struct image_wanted *wanted, struct image_score *score);

#endif
