/* spot_grid.h: which spots of a frame lie near a place? */
#ifndef MEASURE_SPOT_GRID_H
#define MEASURE_SPOT_GRID_H

#include "base/arena.h"

#include <stdint.h>

/* A place, in um. */
struct place {
    double x_um;
    double y_um;
};

/* The spots of one frame by square cells, about as many cells as spots; filled anew for each frame
 * in memory that grows with the largest. */
struct spot_grid {
    struct arena *arena;
    const struct place *spots; /* the caller's */
    size_t count;
    size_t room;
    double cell_um;
    int32_t across;
    int32_t down;
    size_t *first; /* [cells + 1] */
    int32_t *spot; /* by cell, then in the order in which they came */
};

/* Spots outside of the view, and places that are no numbers, belong to the cells at its border. */
void spot_grid_fill(struct spot_grid *grid, double width_um, double height_um,
                    const struct place *spots, size_t count);

/* Room for what is found; the caller's. */
struct spots_found {
    int32_t *spots;
    size_t count;
    size_t most;
};

/* The spots that are no farther than radius_um, cell by cell; no more than there is room for. */
void spot_grid_near(const struct spot_grid *grid, struct place place, double radius_um,
                    struct spots_found *found);

#endif
