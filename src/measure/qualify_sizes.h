/* qualify_sizes.h: how near to the truth are sizes found from tracks, condition by condition? */
#ifndef MEASURE_QUALIFY_SIZES_H
#define MEASURE_QUALIFY_SIZES_H

#include "base/fault.h"
#include "measure/qualify.h"

struct qualify_sizes_settings {
    struct qualify_seeds seeds;
    size_t tracks;     /* of a run where their number is given */
    size_t replicates; /* of the bootstrap; below 20 no coverage is told */
    unsigned threads;
};

/* 20 runs from seed 1000 on, 1000 tracks, no bootstrap. */
struct qualify_sizes_settings qualify_sizes_settings_default(void);

/* One population of one size: 100 nm. */
MUST_USE bool qualify_mono(struct fault *fault, const struct qualify_sizes_settings *settings,
                           struct qualification *qualification);
/* Lognormal, median 90 nm, standard deviation of ln(size) 0.4. */
MUST_USE bool qualify_lognormal(struct fault *fault, const struct qualify_sizes_settings *settings,
                                struct qualification *qualification);
/* 80 and 150 nm in equal number, and 80 and 120 nm. */
MUST_USE bool qualify_pairs(struct fault *fault, const struct qualify_sizes_settings *settings,
                            struct qualification *qualification);
/* Ten of 60 nm for each of 200 nm. */
MUST_USE bool qualify_minority(struct fault *fault, const struct qualify_sizes_settings *settings,
                               struct qualification *qualification);
/* The lognormal in a slab of 5 um, tracks of at least 5, 10 and 15 positions, against what was in
 * view. */
MUST_USE bool qualify_selection(struct fault *fault, const struct qualify_sizes_settings *settings,
                                struct qualification *qualification);

#endif
