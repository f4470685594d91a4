/* matched_filter.h: where in a frame is light of the shape of a spot?
 *
 * The residual, in standard deviations of its noise, seen through Gaussians of three widths, each
 * less a wide one: what is brighter than its surroundings remains, uneven light does not. The
 * Gaussians are binomial: repeated sums of neighbours, on a grid as coarse as their width allows.
 */
#ifndef MEASURE_MATCHED_FILTER_H
#define MEASURE_MATCHED_FILTER_H

#include "base/arena.h"
#include "measure/frame.h"
#include "measure/rows.h"

enum {
    FILTER_SCALES = 3,
    FILTER_REACH = 42, /* pixels that the wide Gaussian reaches from its middle */
};

/* One blurred picture, on a grid of its own: value (x, y) stands at the pixel (x, y) << shift. */
struct filtered {
    float *values; /* width x height; of the coarse ones the wide is taken off */
    int32_t width;
    int32_t height;
    int shift;
    double sd_px;  /* of the Gaussian */
    double noise;  /* standard deviation of a value less the wide one there, of white noise 1 */
    double skew;   /* of the same, in units of the skewness of one pixel */
    float *across; /* share of the Gaussian that lies in the frame, by x */
    float *along;  /* by y */
};

/* Lives in its arena; one thread's. */
struct matched_filter {
    struct filtered scales[FILTER_SCALES];
    struct filtered wide;
    double middle; /* median of the wide picture: what the whole frame is brighter */
    double lowest; /* of the wide picture and 0 */
    int32_t width_px;
    int32_t height_px;
    double kernels[FILTER_SCALES + 1][2 * FILTER_REACH + 1]; /* along one axis; the last is wide */
    const float *nothing;                                    /* a row of zeros */
    float *line;                                             /* rows in the making */
    float *ring;
    float *half; /* the picture of a scale on the grid of the next */
    float *quarter;
    float *sampled;
};

struct matched_filter *matched_filter_open(struct arena *arena, const struct frame_shape *shape);

void matched_filter_run(struct matched_filter *filter, const struct frame *frame,
                        const float *residual, const struct rows_noise *noise);

/* Standard deviations of the noise by which a place on the grid of a scale stands out of its
 * surroundings. */
double matched_filter_strength(const struct matched_filter *filter, int scale, int32_t x,
                               int32_t y);

/* No value below this one has that strength. */
float matched_filter_least(const struct matched_filter *filter, int scale, double strength);

/* Strength of a spot in the middle of a filter whose whole light is the standard deviation of the
 * noise of one pixel. */
double matched_filter_response(const struct matched_filter *filter, int scale, double sd_px);

#endif
