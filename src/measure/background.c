/* background.c: what would a frame show without its moving particles, and how noisy is it there? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/background.h"

#include "measure/camera_noise.h"
#include "measure/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MEDIAN_LEAST = 8, /* frames: in fewer, particles have not moved away */
    TILE = 32,        /* of a background that is told from places instead of times */
    FOLLOWING_FRAMES = 96,
};

/* A pixel that differs by more standard deviations of the noise pulls no further: a particle that
 * stays for a second of 25 frames a second lifts its background by less than half of one. */
static const double pull_most_sd = 1.5;

struct background {
    struct frame_shape shape;
    struct frame_noise noise;
    struct rows_following following;
    float *level;   /* in DN */
    float *columns; /* sums of the levels of each column */
    double mean_dn;
};

struct learning {
    const struct frame *frames;
    size_t count;
    struct background *background;
};

/* Of count sorted values of one pixel at a distance of step: whole numbers are taken as spread
 * evenly between -0.5 and 0.5 about them, so that the median is finer than the steps of the camera.
 */
static float middle_of(const uint16_t *values, size_t count, size_t step)
{
    uint16_t middle = values[count / 2 * step];
    size_t below = 0;
    size_t equal = 0;
    for (size_t i = 0; i < count; i++) {
        below += values[i * step] < middle;
        equal += values[i * step] == middle;
    }
    double share = ((double)count / 2 - (double)below) / (double)equal;
    return (float)(middle - 0.5 + share);
}

/* One pass of the sort below: pairs at a distance of k within runs of 2 p. */
static void rows_pair(uint16_t *rows, size_t count, size_t width, size_t p, size_t k)
{
    for (size_t j = k % p; j + k < count; j += 2 * k)
        for (size_t i = j; i < j + k && i + k < count; i++)
            if (i / (2 * p) == (i + k) / (2 * p))
                rows_order(rows + i * width, rows + (i + k) * width, width);
}

/* Batcher's odd-even merge sort of any number of rows, each pixel on its own. */
static void rows_sort(uint16_t *rows, size_t count, size_t width)
{
    for (size_t p = 1; p < count; p *= 2)
        for (size_t k = p; k >= 1; k /= 2)
            rows_pair(rows, count, width, p, k);
}

static void learn_in_time(struct arena *arena, const struct learning *learning)
{
    const struct frame_shape *shape = &learning->background->shape;
    struct arena_mark mark = arena_mark(arena);
    size_t width = (size_t)shape->width_px;
    uint16_t *rows = arena_take(arena, learning->count * width * sizeof *rows);
    for (size_t y = 0; y < (size_t)shape->height_px; y++) {
        for (size_t f = 0; f < learning->count; f++)
            memcpy(rows + f * width, learning->frames[f].pixels + y * width, width * sizeof *rows);
        rows_sort(rows, learning->count, width);
        for (size_t x = 0; x < width; x++)
            learning->background->level[y * width + x] =
                middle_of(rows + x, learning->count, width);
    }
    arena_rewind(arena, mark);
}

static int by_value(const void *left, const void *right)
{
    return *(const uint16_t *)left - *(const uint16_t *)right;
}

/* Median of all frames in one tile. */
static float tile_middle(const struct learning *learning, int32_t column, int32_t row,
                         uint16_t *values)
{
    const struct frame_shape *shape = &learning->background->shape;
    size_t count = 0;
    for (size_t f = 0; f < learning->count; f++)
        for (int32_t y = row * TILE; y < (row + 1) * TILE && y < shape->height_px; y++)
            for (int32_t x = column * TILE; x < (column + 1) * TILE && x < shape->width_px; x++)
                values[count++] = learning->frames[f].pixels[(ptrdiff_t)y * shape->width_px + x];
    qsort(values, count, sizeof *values, by_value);
    return middle_of(values, count, 1);
}

/* Between the middles of two tiles. */
struct between {
    int32_t first;
    int32_t second;
    float share; /* of the second */
};

static struct between between(int32_t at_px, int32_t tiles)
{
    double at = (at_px + 0.5) / TILE - 0.5;
    int32_t first = at < 0 ? 0 : (int32_t)at;
    int32_t second = first + 1 < tiles ? first + 1 : first;
    return (struct between){.first = first, .second = second, .share = (float)fmax(at - first, 0)};
}

/* Few frames do not tell what stays from what moves, but what is uneven over tiles. */
static void learn_in_space(struct arena *arena, const struct learning *learning)
{
    const struct frame_shape *shape = &learning->background->shape;
    struct arena_mark mark = arena_mark(arena);
    int32_t columns = (shape->width_px + TILE - 1) / TILE;
    int32_t rows = (shape->height_px + TILE - 1) / TILE;
    float *middles = arena_take(arena, (size_t)columns * (size_t)rows * sizeof *middles);
    uint16_t *values = arena_take(arena, learning->count * TILE * TILE * sizeof *values);
    for (int32_t row = 0; row < rows; row++)
        for (int32_t column = 0; column < columns; column++)
            middles[(ptrdiff_t)row * columns + column] = tile_middle(learning, column, row, values);
    for (int32_t y = 0; y < shape->height_px; y++)
        for (int32_t x = 0; x < shape->width_px; x++) {
            struct between across = between(x, columns);
            struct between along = between(y, rows);
            const float *above = middles + (ptrdiff_t)along.first * columns;
            const float *below = middles + (ptrdiff_t)along.second * columns;
            float upper =
                above[across.first] + across.share * (above[across.second] - above[across.first]);
            float lower =
                below[across.first] + across.share * (below[across.second] - below[across.first]);
            learning->background->level[(ptrdiff_t)y * shape->width_px + x] =
                upper + along.share * (lower - upper);
        }
    arena_rewind(arena, mark);
}

static bool check_frames(struct fault *fault, const struct learning *learning)
{
    const struct frame_shape *shape = &learning->background->shape;
    size_t pixels = (size_t)shape->width_px * (size_t)shape->height_px;
    uint16_t most = (uint16_t)((1U << shape->bits) - 1);
    uint16_t low = UINT16_MAX;
    uint16_t high = 0;
    size_t saturated = 0;
    for (size_t f = 0; f < learning->count; f++)
        for (size_t i = 0; i < pixels; i++) {
            uint16_t value = learning->frames[f].pixels[i];
            low = value < low ? value : low;
            high = value > high ? value : high;
            saturated += value >= most;
        }
    if (2 * saturated > learning->count * pixels)
        return fail(fault, FAULT_INPUT, "video",
                    "More than half of the first frames is saturated; record the video with less "
                    "light, a shorter exposure or less gain.");
    if (low == high)
        return fail(fault, FAULT_INPUT, "video",
                    "All pixels of the first frames have the same value, %d; the video shows "
                    "nothing, not even noise.",
                    (int)low);
    return true;
}

static double measure_mean(const struct background *background)
{
    size_t width = (size_t)background->shape.width_px;
    double sum = 0;
    for (size_t x = 0; x < width; x++)
        sum += (double)background->columns[x];
    return sum / (double)width / background->shape.height_px;
}

static void gather_columns(struct background *background)
{
    size_t width = (size_t)background->shape.width_px;
    for (size_t y = 0; y < (size_t)background->shape.height_px; y++)
        for (size_t x = 0; x < width; x++)
            background->columns[x] += background->level[y * width + x];
    background->mean_dn = measure_mean(background);
}

bool background_learn(struct arena *arena, struct fault *fault,
                      const struct background_settings *settings, const struct frame *first,
                      size_t count, struct background **background)
{
    struct background *learned = arena_take(arena, sizeof *learned);
    const struct frame_shape *shape = &settings->shape;
    size_t width = (size_t)shape->width_px;
    *learned = (struct background){
        .shape = *shape,
        .level = arena_take(arena, width * (size_t)shape->height_px * sizeof(float)),
        .columns = arena_take(arena, width * sizeof(float))};
    struct learning learning = {.frames = first, .count = count, .background = learned};
    if (!check_frames(fault, &learning))
        return false;
    if (count < MEDIAN_LEAST)
        learn_in_space(arena, &learning);
    else
        learn_in_time(arena, &learning);
    struct noise_sample sample = noise_sample(arena, shape, first, count, learned->level);
    learned->noise = noise_complete(&settings->camera, &sample);
    learned->following = (struct rows_following){
        .sign = settings->dark_spots ? -1.0F : 1.0F,
        .slope = 1.0F / FOLLOWING_FRAMES,
        .most_dn = (float)(pull_most_sd * sqrt(sample.variance) / FOLLOWING_FRAMES)};
    gather_columns(learned);
    *background = learned;
    return true;
}

void background_take(struct background *background, const struct frame *frame, float *residual)
{
    size_t width = (size_t)background->shape.width_px;
    memset(background->columns, 0, width * sizeof *background->columns);
    for (size_t y = 0; y < (size_t)background->shape.height_px; y++)
        rows_follow(residual + y * width, background->level + y * width, background->columns,
                    frame->pixels + y * width, &background->following, width);
    background->mean_dn = measure_mean(background);
}

const struct frame_noise *background_noise(const struct background *background)
{
    return &background->noise;
}

double background_level_dn(const struct background *background)
{
    return background->mean_dn - background->noise.offset_dn;
}
