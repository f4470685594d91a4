/* detection.h: which particles does one frame show, and where exactly? */
#ifndef MEASURE_DETECTION_H
#define MEASURE_DETECTION_H

#include "base/arena.h"
#include "measure/frame.h"

/* More in one frame are no single particles any more: such a video is refused. */
enum { DETECTION_MOST = 20000 };

struct detection_settings {
    struct frame_shape shape;
    struct frame_noise noise; /* all known */
    double false_per_frame;   /* spots that noise alone may raise in one frame, on the average */
    bool dark_spots;
};

/* One particle in one frame. */
struct located {
    double x_px;
    double y_px;
    double sd_px;    /* of its Gaussian; root of the mean variance along its axes */
    double light_dn; /* the whole of it, above the background */
    double peak_dn;  /* of its middle, above the background */
    double error_px; /* standard deviation of x and of y by the curvature of the likelihood; of what
                        the motion of the particle adds only a part */
    double strength; /* of the best matched filter, in standard deviations of the noise */
    bool saturated;  /* a pixel of it is as bright as the camera can tell */
    bool joint;      /* fitted together with a neighbour */
};

struct detected {
    struct located *spots; /* by y, then x; the detector's, until it finds the next */
    size_t count;
    size_t centres; /* maxima above the threshold, before what belongs to one spot is joined */
    bool too_many;  /* more than DETECTION_MOST: spots are not worth looking at */
};

/* What one thread needs; lives in its arena. */
struct detector;

struct detector *detector_open(struct arena *arena, const struct detection_settings *settings);

/* Matched filters, local maxima above the threshold, maximum likelihood of Gaussians. Looks at
 * nothing but what it is given, so that frames may be shared among detectors in any way. */
void detector_find(struct detector *detector, const struct frame *frame, const float *residual,
                   struct detected *detected);

/* In standard deviations of the filtered noise: what false_per_frame amounts to. */
double detector_threshold(const struct detector *detector);

/* For the detection limit: whole light, in DN, of a spot of the standard deviation sd_px that
 * stands just at the threshold before this level of the background (DN above the offset), and the
 * standard deviation of the light that is found for it. */
void detector_limit(const struct detector *detector, double sd_px, double level_dn,
                    double *light_dn, double *light_sd_dn);

#endif
