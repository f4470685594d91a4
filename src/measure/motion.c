/* motion.c: a heap of displacements on an even ground, found by expectation and maximisation. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/motion.h"

#include <math.h>
#include <stdbool.h>

enum {
    SIDE = MOTION_SIDE,
    BOX = 5,        /* cells of a side in which a heap is looked for */
    ROUNDS = 4,     /* of each frame; the next frame goes on */
    STEADINESS = 3, /* displacements that the drift found before is worth */
    TRUST = 10,     /* displacements that the first variance is worth */
};

struct motion motion_open(struct arena *arena, double reach_um, double frame_s, double most_um2)
{
    double memory_frames = fmin(fmax(1 / frame_s, 10), 100);
    double first_um2 = most_um2 / 3;
    return (struct motion){
        .cells = arena_take(arena, (size_t)SIDE * SIDE * sizeof *(struct motion){0}.cells),
        .reach_um = reach_um,
        .keep = 1 - 1 / memory_frames,
        .first_um2 = first_um2,
        .most_um2 = most_um2,
        .variance_um2 = first_um2};
}

static double cell_um(const struct motion *motion)
{
    return 2 * motion->reach_um / SIDE;
}

static double centre_um(const struct motion *motion, int cell)
{
    return (cell + 0.5) * cell_um(motion) - motion->reach_um;
}

static int cell_of(const struct motion *motion, double at_um)
{
    double cell = floor((at_um + motion->reach_um) / cell_um(motion));
    return !(cell > 0) ? 0 : cell < SIDE - 1 ? (int)cell : SIDE - 1;
}

void motion_forget(struct motion *motion)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        struct motion_cell *cell = &motion->cells[i];
        cell->count *= motion->keep;
        cell->x_um *= motion->keep;
        cell->y_um *= motion->keep;
        cell->square_um2 *= motion->keep;
    }
}

void motion_add(struct motion *motion, double x_um, double y_um)
{
    if (!(fabs(x_um) < motion->reach_um && fabs(y_um) < motion->reach_um))
        return;
    struct motion_cell *cell = &motion->cells[cell_of(motion, y_um) * SIDE + cell_of(motion, x_um)];
    cell->count++;
    cell->x_um += x_um;
    cell->y_um += y_um;
    cell->square_um2 += x_um * x_um + y_um * y_um;
}

/* ---- A heap that is higher than the one that is followed. ---- */

static double box_count(const struct motion *motion, int row, int column)
{
    double count = 0;
    for (int y = row - BOX / 2; y <= row + BOX / 2; y++)
        for (int x = column - BOX / 2; x <= column + BOX / 2; x++)
            if (x >= 0 && x < SIDE && y >= 0 && y < SIDE)
                count += motion->cells[y * SIDE + x].count;
    return count;
}

/* Twice as high, and by more than a few displacements would make by chance. */
static void look_around(struct motion *motion)
{
    enum { CHANCE = 6 };
    int row = cell_of(motion, motion->drift_y_um), column = cell_of(motion, motion->drift_x_um);
    double highest = 2 * box_count(motion, row, column) + CHANCE;
    bool found = false;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double count = box_count(motion, y, x);
            if (count <= highest)
                continue;
            highest = count;
            row = y;
            column = x;
            found = true;
        }
    if (!found)
        return;
    motion->drift_x_um = centre_um(motion, column);
    motion->drift_y_um = centre_um(motion, row);
    motion->variance_um2 = motion->first_um2;
}

/* ---- Heap and ground. ---- */

/* Sums over the displacements, each by the probability that it belongs to the heap. */
struct heap {
    double count;
    double x_um;
    double y_um;
    double square_um2;
};

/* A normal density on one axis times the side of a cell, at the cells' centres; as wide as a cell
 * makes it. */
static void fill_profile(const struct motion *motion, double middle_um, double *profile)
{
    double side_um = cell_um(motion);
    double variance_um2 = motion->variance_um2 + side_um * side_um / 12;
    double height = side_um / sqrt(2 * M_PI * variance_um2);
    for (int i = 0; i < SIDE; i++) {
        double off_um = centre_um(motion, i) - middle_um;
        profile[i] = height * exp(-off_um * off_um / 2 / variance_um2);
    }
}

static struct heap gather(const struct motion *motion, double heaped, double ground)
{
    double across[SIDE], down[SIDE];
    struct heap heap = {0};
    fill_profile(motion, motion->drift_x_um, across);
    fill_profile(motion, motion->drift_y_um, down);
    for (int i = 0; i < SIDE * SIDE; i++) {
        const struct motion_cell *cell = &motion->cells[i];
        double expected = heaped * across[i % SIDE] * down[i / SIDE];
        double part = expected / (expected + ground);
        heap.count += part * cell->count;
        heap.x_um += part * cell->x_um;
        heap.y_um += part * cell->y_um;
        heap.square_um2 += part * cell->square_um2;
    }
    return heap;
}

static void follow_heap(struct motion *motion, const struct heap *heap)
{
    double x_um = motion->drift_x_um, y_um = motion->drift_y_um;
    double around_um2 = heap->square_um2 - 2 * (x_um * heap->x_um + y_um * heap->y_um) +
                        heap->count * (x_um * x_um + y_um * y_um);
    double variance_um2 = (around_um2 / 2 + TRUST * motion->first_um2) / (heap->count + TRUST);
    double least_um = cell_um(motion) / 4;
    motion->variance_um2 = fmin(fmax(variance_um2, least_um * least_um), motion->most_um2);
    motion->drift_x_um = (heap->x_um + STEADINESS * x_um) / (heap->count + STEADINESS);
    motion->drift_y_um = (heap->y_um + STEADINESS * y_um) / (heap->count + STEADINESS);
}

void motion_find(struct motion *motion)
{
    double all = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        all += motion->cells[i].count;
    look_around(motion);
    double heaped = all / 2;
    for (int round = 0; round < ROUNDS && all > 0; round++) {
        double ground = fmax(all - heaped, 1) / (SIDE * SIDE);
        struct heap heap = gather(motion, heaped, ground);
        follow_heap(motion, &heap);
        heaped = heap.count;
    }
}
