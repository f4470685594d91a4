/* motion.h: how does the whole field move, and how far do its particles step, before any is linked?
 *
 * The displacements from every spot of a frame to every spot near it in the next are those of the
 * particles, heaped around the drift, and those between different particles, spread evenly. So
 * drift and step are found without a link, and no wrong link can mislead them. */
#ifndef MEASURE_MOTION_H
#define MEASURE_MOTION_H

#include "base/arena.h"

enum { MOTION_SIDE = 64 };

/* Displacements that fell into one cell, by weight: old frames count less and less. */
struct motion_cell {
    double count;
    double x_um;
    double y_um;
    double square_um2;
};

struct motion {
    struct motion_cell *cells; /* MOTION_SIDE rows of as many */
    double reach_um;           /* of displacements that are looked at, in x and in y */
    double weight;             /* of a displacement that is added now */
    double all;                /* displacements, by weight */
    double keep;               /* share of the weight that is left after a frame */
    double first_um2;          /* variance of a step on one axis that is assumed at first */
    double most_um2;
    double drift_x_um; /* from a frame to the next */
    double drift_y_um;
    double variance_um2; /* of a step on one axis as it is seen: with blur and noise */
};

struct motion motion_open(struct arena *arena, double reach_um, double frame_s, double most_um2);

/* One frame: forget a part of what was, add displacements, find. */
void motion_forget(struct motion *motion);
void motion_add(struct motion *motion, double x_um, double y_um);
void motion_find(struct motion *motion);

#endif
