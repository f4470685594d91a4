/* link_score.h: how many links are wrong where it is known which spot is which particle? */
#ifndef MEASURE_LINK_SCORE_H
#define MEASURE_LINK_SCORE_H

#include "measure/linking.h"
#include "measure/track.h"

/* What was seen, in any order. The number of an observation is the truth: that of its particle for
 * as long as that is in the scene, or one that is given once, for a false spot. */
struct link_scene {
    struct linking_settings settings;
    struct measure_timing timing;
    struct measure_medium medium;
    const struct observation *observations;
    size_t observation_count;
    size_t frames;
    bool measured; /* not only linked */
};

struct link_score {
    size_t links;      /* that were made */
    size_t wrong;      /* of them between different particles */
    size_t links_all;  /* that a perfect linker makes of the same spots */
    double lost_share; /* of those */
    struct linking_facts facts;
    /* By the estimators of measurement.h from the tracks that were made, and from those of a
     * perfect linker; drift removed, ended at the edges. */
    size_t steps;
    double diffusion_um2_per_s;
    double perfect_um2_per_s;
    double d50_nm;
    double perfect_d50_nm;
};

MUST_USE bool link_score_make(struct arena *arena, struct fault *fault,
                              const struct link_scene *scene, struct link_score *score);

#endif
