/* motion.c: a heap of displacements on an even ground, found by expectation and maximisation. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/motion.h"

#include <math.h>

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
        .weight = 1,
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

/* Instead of letting all cells fade, what is new weighs more; all of it is brought down again
 * before the weight grows out of bounds. */
void motion_forget(struct motion *motion)
{
    static const double heavy = 1e6;
    motion->weight /= motion->keep;
    if (motion->weight < heavy)
        return;
    for (int i = 0; i < SIDE * SIDE; i++) {
        struct motion_cell *cell = &motion->cells[i];
        cell->count /= motion->weight;
        cell->x_um /= motion->weight;
        cell->y_um /= motion->weight;
        cell->square_um2 /= motion->weight;
    }
    motion->all /= motion->weight;
    motion->weight = 1;
}

void motion_add(struct motion *motion, double x_um, double y_um)
{
    if (!(fabs(x_um) < motion->reach_um && fabs(y_um) < motion->reach_um))
        return;
    struct motion_cell *cell = &motion->cells[cell_of(motion, y_um) * SIDE + cell_of(motion, x_um)];
    cell->count += motion->weight;
    cell->x_um += motion->weight * x_um;
    cell->y_um += motion->weight * y_um;
    cell->square_um2 += motion->weight * (x_um * x_um + y_um * y_um);
    motion->all += motion->weight;
}

/* ---- A heap that is higher than the one that is followed. ---- */

static int lower_of(int one, int other)
{
    return one < other ? one : other;
}

static int higher_of(int one, int other)
{
    return one > other ? one : other;
}

static double box_count(const struct motion *motion, int row, int column)
{
    double count = 0;
    for (int y = higher_of(row - BOX / 2, 0); y <= lower_of(row + BOX / 2, SIDE - 1); y++)
        for (int x = higher_of(column - BOX / 2, 0); x <= lower_of(column + BOX / 2, SIDE - 1); x++)
            count += motion->cells[y * SIDE + x].count;
    return count;
}

/* Sums over the BOX rows around one, by column. */
static void fill_band(const struct motion *motion, int row, double *band)
{
    for (int x = 0; x < SIDE; x++)
        band[x] = 0;
    for (int y = higher_of(row - BOX / 2, 0); y <= lower_of(row + BOX / 2, SIDE - 1); y++)
        for (int x = 0; x < SIDE; x++)
            band[x] += motion->cells[y * SIDE + x].count;
}

struct spot_of_heap {
    double count;
    int row;
    int column;
};

static struct spot_of_heap highest_heap(const struct motion *motion)
{
    struct spot_of_heap highest = {0};
    double band[SIDE];
    for (int row = 0; row < SIDE; row++) {
        fill_band(motion, row, band);
        for (int column = BOX / 2; column < SIDE - BOX / 2; column++) {
            double count = 0;
            for (int x = column - BOX / 2; x <= column + BOX / 2; x++)
                count += band[x];
            if (count > highest.count)
                highest = (struct spot_of_heap){count, row, column};
        }
    }
    return highest;
}

/* Twice as high, and by more than a few displacements would make by chance. */
static void look_around(struct motion *motion)
{
    static const double chance = 6;
    struct spot_of_heap highest = highest_heap(motion);
    double here =
        box_count(motion, cell_of(motion, motion->drift_y_um), cell_of(motion, motion->drift_x_um));
    if (highest.count <= 2 * here + chance * motion->weight)
        return;
    motion->drift_x_um = centre_um(motion, highest.column);
    motion->drift_y_um = centre_um(motion, highest.row);
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

/* On one axis, a normal density times the side of a cell, at the centres of the cells that are not
 * too far off; as wide as a cell makes it. */
struct profile {
    double part[SIDE];
    int first;
    int last;
};

static void fill_profile(const struct motion *motion, double middle_um, struct profile *profile)
{
    static const double far = 5; /* standard deviations */
    double side_um = cell_um(motion);
    double variance_um2 = motion->variance_um2 + side_um * side_um / 12;
    double height = side_um / sqrt(2 * M_PI * variance_um2);
    double reach_um = far * sqrt(variance_um2);
    profile->first = cell_of(motion, middle_um - reach_um);
    profile->last = cell_of(motion, middle_um + reach_um);
    for (int i = profile->first; i <= profile->last; i++) {
        double off_um = centre_um(motion, i) - middle_um;
        profile->part[i] = height * exp(-off_um * off_um / 2 / variance_um2);
    }
}

/* heaped: displacements of the heap; ground: of a cell, evenly. */
static struct heap gather(const struct motion *motion, double heaped, double ground)
{
    struct profile across, down;
    struct heap heap = {0};
    fill_profile(motion, motion->drift_x_um, &across);
    fill_profile(motion, motion->drift_y_um, &down);
    for (int y = down.first; y <= down.last; y++)
        for (int x = across.first; x <= across.last; x++) {
            const struct motion_cell *cell = &motion->cells[y * SIDE + x];
            double expected = heaped * across.part[x] * down.part[y];
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
    double x_um = motion->drift_x_um, y_um = motion->drift_y_um, count = heap->count;
    double steady = STEADINESS * motion->weight, trust = TRUST * motion->weight;
    double around_um2 = heap->square_um2 - 2 * (x_um * heap->x_um + y_um * heap->y_um) +
                        count * (x_um * x_um + y_um * y_um);
    double variance_um2 = (around_um2 / 2 + trust * motion->first_um2) / (count + trust);
    double least_um = cell_um(motion) / 4;
    motion->variance_um2 = fmin(fmax(variance_um2, least_um * least_um), motion->most_um2);
    motion->drift_x_um = (heap->x_um + steady * x_um) / (count + steady);
    motion->drift_y_um = (heap->y_um + steady * y_um) / (count + steady);
}

void motion_find(struct motion *motion)
{
    double heaped = motion->all / 2;
    look_around(motion);
    for (int round = 0; round < ROUNDS && motion->all > 0; round++) {
        double ground = fmax(motion->all - heaped, motion->weight) / (SIDE * SIDE);
        struct heap heap = gather(motion, heaped, ground);
        follow_heap(motion, &heap);
        heaped = heap.count;
    }
}
