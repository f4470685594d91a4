/* spot_fit.h: which Gaussians explain the light of a few pixels best?
 *
 * Maximum likelihood of Gaussians on pixels, all of a group at once, with Poisson and
 * read noise (Huang and others 2013): the variance of a pixel is that of its background plus gain
 * times the light. Fisher scoring on the expected information. */
#ifndef MEASURE_SPOT_FIT_H
#define MEASURE_SPOT_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FIT_SPOTS_MOST = 4,
    FIT_SIDE_MOST = 90,     /* of the box around the pixels */
    FIT_PIXELS_MOST = 8192, /* a multiple of 8; the whole of the box */
};

struct fit_spot {
    double x_px;
    double y_px;
    double sd_px;      /* geometric mean of the two axes */
    double stretch[2]; /* half the ln of the long over the short axis, times cos and sin of twice
                          the angle */
    double light_dn;
    double error_px;       /* standard deviation of x and of y */
    double light_error_dn; /* standard deviation of the light */
};

/* Pixels that are looked at; across and along count from the corner of the box. */
struct fit_pixels {
    int32_t left_px;
    int32_t top_px;
    size_t count;
    float across[FIT_PIXELS_MOST];
    float along[FIT_PIXELS_MOST];
    float light_dn[FIT_PIXELS_MOST]; /* above the background; of dark spots, below it */
    float variance[FIT_PIXELS_MOST]; /* without the light */
};

/* What is known before: a weak prior that keeps fits of dim spots near their begin. */
struct fit_begin {
    double place_px; /* standard deviation */
    double ln_sd;
    double ln_light;
    double stretch;
    double around; /* of the level around the spots, in standard deviations of the noise */
};

/* Spots begin where they are found and end where they are most likely. light_variance: growth of
 * the variance of a pixel with its light, below zero for dark spots. False where the steps did not
 * settle; the spots are the last ones even then, and finite. */
bool spot_fit(struct fit_pixels *pixels, double light_variance, const struct fit_begin *begin,
              struct fit_spot *spots, size_t count);

/* Of a pixel in its middle. */
double spot_fit_peak_dn(const struct fit_spot *spot);
/* Root of the mean variance along its axes. */
double spot_fit_sd_px(const struct fit_spot *spot);

/* Takes the light of a spot off the pixels; its noise stays. */
void spot_fit_take_off(const struct fit_spot *spot, double light_variance,
                       struct fit_pixels *pixels);

#endif
