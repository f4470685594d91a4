/* spot_sums.h: what do the pixels say about the unknowns of a few Gaussians? */
#ifndef MEASURE_SPOT_SUMS_H
#define MEASURE_SPOT_SUMS_H

#include "measure/spot_fit.h"

enum {
    SPOT_UNKNOWNS = 6, /* x, y, ln sd, ln light, stretch along the axes and along the diagonals */
    SUMS_UNKNOWNS_MOST = SPOT_UNKNOWNS * FIT_SPOTS_MOST + 1, /* the last is the level around */
    SUMS_LANES = 8, /* pixels at once; their sums are added up at the end, in their order */
};

/* A Gaussian as it falls on pixels: its covariance is that of the spot and of a pixel. */
struct spot_shape {
    float across; /* of the middle, from the corner of the box */
    float along;
    float inverse[3]; /* of the covariance: xx, xy, yy */
    float peak_dn;
    float farthest; /* 69: half squares of distances in standard deviations that have light */
};

struct spot_model {
    struct spot_shape shapes[FIT_SPOTS_MOST];
    size_t count;
    float around_dn;
    float light_variance; /* growth of the variance with the light */
};

struct spot_sums {
    float information[SUMS_UNKNOWNS_MOST][SUMS_UNKNOWNS_MOST][SUMS_LANES]; /* the lower half */
    float score[SUMS_UNKNOWNS_MOST][SUMS_LANES];
};

/* Adds blocks of SUMS_LANES pixels to sums that were begun with zeros. */
void spot_sums_add(struct spot_sums *sums, const struct fit_pixels *pixels,
                   const struct spot_model *model, size_t blocks);

/* light_dn[i] -= the light of a shape there, whose noise, light_variance times it, stays. */
void spot_sums_take_off(struct fit_pixels *pixels, const struct spot_shape *shape,
                        float light_variance, size_t count);

#endif
