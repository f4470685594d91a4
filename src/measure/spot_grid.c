/* spot_grid.c: spots sorted into square cells, by counting. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/spot_grid.h"

#include <math.h>
#include <string.h>

/* NaN comes out as 0. */
static int32_t cell_along(double at_um, double cell_um, int32_t cells)
{
    double cell = floor(at_um / cell_um);
    return !(cell > 0) ? 0 : cell < cells - 1 ? (int32_t)cell : cells - 1;
}

static size_t cell_of(const struct spot_grid *grid, struct place place)
{
    int32_t column = cell_along(place.x_um, grid->cell_um, grid->across);
    int32_t row = cell_along(place.y_um, grid->cell_um, grid->down);
    return (size_t)row * (size_t)grid->across + (size_t)column;
}

/* Cells of the side of the mean distance: their number is that of the spots, and a border. */
static void lay_out(struct spot_grid *grid, double width_um, double height_um, size_t count)
{
    enum { ACROSS_MOST = 512 };
    double side_um = sqrt(width_um * height_um / fmax((double)count, 1));
    grid->cell_um = fmax(side_um, fmax(width_um, height_um) / ACROSS_MOST);
    grid->across = (int32_t)floor(width_um / grid->cell_um) + 1;
    grid->down = (int32_t)floor(height_um / grid->cell_um) + 1;
    size_t cells = (size_t)grid->across * (size_t)grid->down;
    size_t room = (cells > count ? cells : count) + 1;
    if (room <= grid->room)
        return;
    grid->room = 2 * room;
    grid->first = arena_take(grid->arena, (grid->room + 1) * sizeof *grid->first);
    grid->spot = arena_take(grid->arena, grid->room * sizeof *grid->spot);
}

void spot_grid_fill(struct spot_grid *grid, double width_um, double height_um,
                    const struct place *spots, size_t count)
{
    lay_out(grid, width_um, height_um, count);
    size_t cells = (size_t)grid->across * (size_t)grid->down;
    grid->spots = spots;
    grid->count = count;
    memset(grid->first, 0, (cells + 1) * sizeof *grid->first);
    for (size_t i = 0; i < count; i++)
        grid->first[cell_of(grid, spots[i]) + 1]++;
    for (size_t i = 0; i < cells; i++)
        grid->first[i + 1] += grid->first[i];
    /* Each first one moves to the next, so that it ends where the cell ends. */
    for (size_t i = 0; i < count; i++)
        grid->spot[grid->first[cell_of(grid, spots[i])]++] = (int32_t)i;
    memmove(grid->first + 1, grid->first, cells * sizeof *grid->first);
    grid->first[0] = 0;
}

/* Adds to the count of those found. */
static void add_cell(const struct spot_grid *grid, size_t cell, struct place place,
                     double radius_um, struct spots_found *found)
{
    for (size_t i = grid->first[cell]; i < grid->first[cell + 1] && found->count < found->most;
         i++) {
        struct place spot = grid->spots[grid->spot[i]];
        double x_um = spot.x_um - place.x_um, y_um = spot.y_um - place.y_um;
        if (x_um * x_um + y_um * y_um <= radius_um * radius_um)
            found->spots[found->count++] = grid->spot[i];
    }
}

void spot_grid_near(const struct spot_grid *grid, struct place place, double radius_um,
                    struct spots_found *found)
{
    int32_t left = cell_along(place.x_um - radius_um, grid->cell_um, grid->across);
    int32_t right = cell_along(place.x_um + radius_um, grid->cell_um, grid->across);
    int32_t top = cell_along(place.y_um - radius_um, grid->cell_um, grid->down);
    int32_t bottom = cell_along(place.y_um + radius_um, grid->cell_um, grid->down);
    found->count = 0;
    for (int32_t row = top; row <= bottom; row++)
        for (int32_t column = left; column <= right; column++)
            add_cell(grid, (size_t)row * (size_t)grid->across + (size_t)column, place, radius_um,
                     found);
}
