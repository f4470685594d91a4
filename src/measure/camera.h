/* camera.h: which bytes does the simulated camera write for a frame? */
#ifndef MEASURE_CAMERA_H
#define MEASURE_CAMERA_H

#include "measure/body.h"

/* Light of one part of an exposure: a normal distribution over the pixels. */
struct spot {
    double x_px;
    double y_px;
    double sd_px;
    double photons;
};

/* All the light of particles in one frame. */
struct exposure {
    int32_t frame;
    struct spot *spots;
    size_t count;
    size_t room;
};

/* What is the same in every frame. */
struct camera {
    const struct stage *stage;
    double *backdrop; /* mean photons on each pixel without particles, row by row */
    struct noise_table *noise;
};

/* The stage must outlive the camera. */
struct camera camera_make(struct arena *arena, const struct stage *stage);

/* Moves all bodies (stage->bodies and behind them stage->stuck) through one frame and collects
 * their light. Frames have to be asked for in their order. */
void camera_collect(struct arena *arena, const struct stage *stage, struct body *bodies,
                    int32_t frame, struct exposure *exposure);

size_t camera_pixels(const struct scene *scene);
size_t camera_frame_bytes(const struct scene *scene);

/* One frame as bytes: Poisson light, normal read noise, gain, offset, whole numbers between 0 and
 * 2^bits - 1; with more than 8 bits two bytes each, little end first. photons has room for
 * camera_pixels doubles. Frames draw from streams of their own, so that they may be made in any
 * order, by any number of threads. */
void camera_write(const struct camera *camera, const struct exposure *exposure, double *photons,
                  unsigned char *bytes);

#endif
