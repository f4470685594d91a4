/* maxima.c: which maxima of the matched filters belong to one spot? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/maxima.h"

#include <math.h>
#include <stdlib.h>

enum { CELL_PX = 8 };

/* Two maxima stand apart where the light between them falls by this many standard deviations of
 * its noise, and by this share of the lower one. */
static const double apart_sd = 4;
static const double apart_share = 0.2;

struct maxima maxima_open(struct arena *arena, const struct matched_filter *filter, size_t most)
{
    struct maxima maxima = {.filter = filter, .most = most};
    maxima.list = arena_take(arena, most * sizeof *maxima.list);
    maxima.columns = filter->width_px / CELL_PX + 1;
    maxima.rows = filter->height_px / CELL_PX + 1;
    maxima.cells =
        arena_take(arena, (size_t)maxima.columns * (size_t)maxima.rows * sizeof *maxima.cells);
    return maxima;
}

/* Strongest first; places decide among equals, so that the order is always the same. */
static int by_strength(const void *left, const void *right)
{
    const struct maximum *a = left;
    const struct maximum *b = right;
    if (a->strength != b->strength)
        return a->strength > b->strength ? -1 : 1;
    if (a->scale != b->scale)
        return a->scale < b->scale ? -1 : 1;
    if (a->y_px != b->y_px)
        return a->y_px < b->y_px ? -1 : 1;
    return (a->x_px > b->x_px) - (a->x_px < b->x_px);
}

/* Within this distance of a stronger maximum a weaker one is of the same spot. */
static double own_px(const struct maxima *maxima, const struct maximum *maximum)
{
    return 1.5 * maxima->filter->scales[maximum->scale].sd_px + 0.5;
}

static double distance_px(const struct maximum *a, const struct maximum *b)
{
    return hypot((double)(a->x_px - b->x_px), (double)(a->y_px - b->y_px));
}

/* Calls look for each maximum in the nine cells about one, until it answers true. */
struct looking {
    bool (*look)(struct looking *looking, const struct maximum *other);
    const struct maxima *maxima;
    const struct maximum *maximum;
    const struct maximum *first;
};

static bool look_near(struct looking *looking)
{
    const struct maxima *maxima = looking->maxima;
    int32_t column = (int32_t)looking->maximum->x_px / CELL_PX;
    int32_t row = (int32_t)looking->maximum->y_px / CELL_PX;
    for (int32_t y = row - 1; y <= row + 1; y++)
        for (int32_t x = column - 1; x <= column + 1; x++) {
            bool inside = x >= 0 && y >= 0 && x < maxima->columns && y < maxima->rows;
            int32_t other = inside ? maxima->cells[(ptrdiff_t)y * maxima->columns + x] : -1;
            for (; other >= 0; other = maxima->list[other].next)
                if (looking->look(looking, &maxima->list[other]))
                    return true;
        }
    return false;
}

static bool explains(struct looking *looking, const struct maximum *other)
{
    return other->kept && distance_px(looking->maximum, other) < own_px(looking->maxima, other);
}

static double value_at(const struct filtered *picture, double x_px, double y_px)
{
    double step_px = (double)(1 << picture->shift);
    int32_t x = (int32_t)floor(x_px / step_px + 0.5);
    int32_t y = (int32_t)floor(y_px / step_px + 0.5);
    x = x < picture->width ? x : picture->width - 1;
    y = y < picture->height ? y : picture->height - 1;
    return (double)picture->values[(ptrdiff_t)y * picture->width + x];
}

/* The light of spots is noisy itself. */
static bool stand_apart(const struct maxima *maxima, const struct maximum *a,
                        const struct maximum *b)
{
    enum { BETWEEN = 8 };
    const struct filtered *picture = &maxima->filter->scales[a->scale];
    double lower = fmin(value_at(picture, (double)a->x_px, (double)a->y_px),
                        value_at(picture, (double)b->x_px, (double)b->y_px));
    double lowest = lower;
    for (int i = 1; i < BETWEEN; i++) {
        double share = (double)i / BETWEEN;
        lowest =
            fmin(lowest, value_at(picture, (double)a->x_px + share * (double)(b->x_px - a->x_px),
                                  (double)a->y_px + share * (double)(b->y_px - a->y_px)));
    }
    double noise = picture->noise * sqrt(1 + fmax(a->growth, 0) * fmax(lower, 0));
    return lower - lowest > apart_sd * noise && lower - lowest > apart_share * lower;
}

static bool is_inside(const struct looking *looking, const struct maximum *other)
{
    return other->scale < looking->maximum->scale &&
           distance_px(looking->maximum, other) < own_px(looking->maxima, looking->maximum);
}

static bool is_second(struct looking *looking, const struct maximum *other)
{
    return is_inside(looking, other) && other->scale == looking->first->scale &&
           other != looking->first && stand_apart(looking->maxima, looking->first, other);
}

static bool is_first(struct looking *looking, const struct maximum *other)
{
    struct looking second = *looking;
    second.look = is_second;
    second.first = other;
    return is_inside(looking, other) && look_near(&second);
}

static bool covers_several(const struct maxima *maxima, const struct maximum *maximum)
{
    struct looking looking = {.look = is_first, .maxima = maxima, .maximum = maximum};
    return maximum->scale > 0 && look_near(&looking);
}

static void fill_cells(struct maxima *maxima)
{
    size_t cells = (size_t)maxima->columns * (size_t)maxima->rows;
    for (size_t i = 0; i < cells; i++)
        maxima->cells[i] = -1;
    for (size_t i = maxima->count; i-- > 0;) {
        struct maximum *maximum = &maxima->list[i];
        int32_t *cell =
            &maxima->cells[(ptrdiff_t)((int32_t)maximum->y_px / CELL_PX) * maxima->columns +
                           (int32_t)maximum->x_px / CELL_PX];
        maximum->next = *cell;
        maximum->kept = false;
        *cell = (int32_t)i;
    }
}

void maxima_join(struct maxima *maxima)
{
    qsort(maxima->list, maxima->count, sizeof *maxima->list, by_strength);
    fill_cells(maxima);
    for (size_t i = 0; i < maxima->count; i++) {
        struct maximum *maximum = &maxima->list[i];
        struct looking looking = {.look = explains, .maxima = maxima, .maximum = maximum};
        maximum->kept = !look_near(&looking) && !covers_several(maxima, maximum);
    }
}
