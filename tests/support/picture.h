/* picture.h: frames with known light, for what looks at frames. */
#ifndef SUPPORT_PICTURE_H
#define SUPPORT_PICTURE_H

#include "measure/frame.h"
#include "measure/random.h"

#include "base/arena.h"

struct picture {
    struct frame_shape shape;
    struct frame_noise noise; /* read_dn without rounding */
    double *electrons;        /* mean of each pixel */
    uint16_t *pixels;
    float *residual; /* less the background that picture_light began with */
};

struct picture picture_open(struct arena *arena, int32_t width_px, int32_t height_px);

/* An even background, without spots. */
void picture_light(struct picture *picture, double electrons);

/* Light of a Gaussian, integrated over pixels; below zero for dark spots. */
void picture_spot(struct picture *picture, double x_px, double y_px, double sd_px,
                  double electrons);

/* Poisson light, normal read noise, rounded and cut to the bits. */
void picture_shoot(struct picture *picture, struct random *random, double background_electrons);

struct frame picture_frame(const struct picture *picture, int32_t number);

#endif
