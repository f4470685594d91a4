/* link_score.h: how many links are wrong where it is known which spot is which particle? */
#ifndef MEASURE_LINK_SCORE_H
#define MEASURE_LINK_SCORE_H

#include "measure/linking.h"
#include "measure/track.h"

/* What was seen and which particle it was; frame by frame in any order of particles. */
struct link_scene {
    struct linking_settings settings;
    struct measure_timing timing;
    const struct observation *observations; /* particle: the truth; below zero: a false spot */
    size_t observation_count;
    size_t frames;
};

struct link_score {
    size_t links;     /* that were made */
    size_t wrong;     /* of them between different particles */
    size_t links_all; /* that a perfect linker makes of the same spots */
    double wrong_share;
    double lost_share;          /* of the links that a perfect linker makes */
    double diffusion_um2_per_s; /* pooled over the tracks that were made; 0: nothing to pool */
    double perfect_um2_per_s;   /* and over those of a perfect linker */
    size_t steps;
    double seconds; /* of linking alone */
    struct linking_facts facts;
};

MUST_USE bool link_score_make(struct arena *arena, struct fault *fault,
                              const struct link_scene *scene, struct link_score *score);

#endif
