/* camera_noise.c: how noisy is a camera, by what its frames show? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/camera_noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 8,    /* pixels on a side: light of a spot stands out in their mean */
    CLASSES = 32, /* of blocks by their level */
    CLASS_LEAST = 8,
};

static const double rounding = 1.0 / 12; /* variance of a number cut to whole ones, in DN^2 */
static const double mad_to_sd = 1.4826;
static const double quiet_sd = 3;      /* a block that differs more from its background is lit */
static const double spread_least = 20; /* variance of the levels over that of their own noise */

struct block {
    double level_dn;
    double squares; /* of differences */
    double pairs;   /* of values that were compared */
    double variance;
};

struct sampling {
    const struct frame_shape *shape;
    const struct frame *frames;
    size_t count;
    const float *level;
    int32_t across; /* blocks */
    int32_t along;
    struct block *blocks;
    double *means;   /* of a frame less its background, by frame and block */
    double *middles; /* median of them, by frame */
    double spread;   /* standard deviation of them, without what is lit */
    double *sorted;
};

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static size_t blocks_of(const struct sampling *sampling)
{
    return (size_t)sampling->across * (size_t)sampling->along;
}

static size_t first_pixel(const struct sampling *sampling, size_t block)
{
    size_t row = block / (size_t)sampling->across * BLOCK;
    size_t column = block % (size_t)sampling->across * BLOCK;
    return row * (size_t)sampling->shape->width_px + column;
}

static double block_mean(const struct sampling *sampling, const struct frame *frame, size_t block)
{
    double sum = 0;
    size_t width = (size_t)sampling->shape->width_px;
    for (size_t y = 0; y < BLOCK; y++) {
        size_t at = first_pixel(sampling, block) + y * width;
        for (size_t x = 0; x < BLOCK; x++)
            sum += frame->pixels[at + x] - (double)sampling->level[at + x];
    }
    return sum / (BLOCK * BLOCK);
}

/* Differences to the same pixel in the next frame. */
static void compare_frames(struct sampling *sampling, size_t f, size_t b)
{
    const uint16_t *now = sampling->frames[f].pixels;
    const uint16_t *then = sampling->frames[f + 1].pixels;
    double change = sampling->middles[f + 1] - sampling->middles[f];
    struct block *block = &sampling->blocks[b];
    for (size_t y = 0; y < BLOCK; y++) {
        size_t at = first_pixel(sampling, b) + y * (size_t)sampling->shape->width_px;
        for (size_t x = 0; x < BLOCK; x++) {
            double difference = then[at + x] - (double)now[at + x] - change;
            block->squares += difference * difference;
        }
    }
    block->pairs += BLOCK * BLOCK;
}

/* Differences to the next pixel of the row, by which alone the noise of one frame can be told. */
static void compare_neighbours(struct sampling *sampling, size_t b)
{
    const uint16_t *pixels = sampling->frames[0].pixels;
    struct block *block = &sampling->blocks[b];
    for (size_t y = 0; y < BLOCK; y++) {
        size_t at = first_pixel(sampling, b) + y * (size_t)sampling->shape->width_px;
        for (size_t x = 0; x + 1 < BLOCK; x += 2) {
            double difference = pixels[at + x + 1] - (double)pixels[at + x];
            block->squares += difference * difference;
        }
    }
    block->pairs += BLOCK * BLOCK / 2.0;
}

static bool is_quiet(const struct sampling *sampling, size_t frame, size_t block)
{
    double away = sampling->means[frame * blocks_of(sampling) + block] - sampling->middles[frame];
    return fabs(away) <= quiet_sd * sampling->spread;
}

static void measure_means(struct sampling *sampling)
{
    size_t blocks = blocks_of(sampling);
    double *spreads = sampling->sorted + blocks;
    for (size_t f = 0; f < sampling->count; f++) {
        double *means = sampling->means + f * blocks;
        for (size_t b = 0; b < blocks; b++)
            sampling->sorted[b] = means[b] = block_mean(sampling, &sampling->frames[f], b);
        sampling->middles[f] = median(sampling->sorted, blocks);
        for (size_t b = 0; b < blocks; b++)
            sampling->sorted[b] = fabs(means[b] - sampling->middles[f]);
        spreads[f] = mad_to_sd * median(sampling->sorted, blocks);
    }
    sampling->spread = median(spreads, sampling->count);
}

static void measure_blocks(struct sampling *sampling)
{
    for (size_t b = 0; b < blocks_of(sampling); b++) {
        size_t width = (size_t)sampling->shape->width_px;
        for (size_t y = 0; y < BLOCK; y++)
            for (size_t x = 0; x < BLOCK; x++)
                sampling->blocks[b].level_dn +=
                    (double)sampling->level[first_pixel(sampling, b) + y * width + x] /
                    (BLOCK * BLOCK);
        for (size_t f = 0; f + 1 < sampling->count; f++)
            if (is_quiet(sampling, f, b) && is_quiet(sampling, f + 1, b))
                compare_frames(sampling, f, b);
        if (sampling->count == 1 && is_quiet(sampling, 0, b))
            compare_neighbours(sampling, b);
    }
}

static int by_level(const void *left, const void *right)
{
    const struct block *a = left;
    const struct block *b = right;
    if (a->level_dn != b->level_dn)
        return a->level_dn < b->level_dn ? -1 : 1;
    return (a->variance > b->variance) - (a->variance < b->variance);
}

/* Blocks with something to tell come first, by their level. */
static size_t blocks_sort(struct sampling *sampling)
{
    size_t kept = 0;
    for (size_t b = 0; b < blocks_of(sampling); b++) {
        struct block block = sampling->blocks[b];
        if (block.pairs <= 0)
            continue;
        block.variance = block.squares / (2 * block.pairs);
        sampling->blocks[kept++] = block;
    }
    qsort(sampling->blocks, kept, sizeof *sampling->blocks, by_level);
    return kept;
}

/* Sums of a line through classes of blocks; each counts by the precision of its variance. */
struct line {
    double weight;
    double level;
    double variance;
    double level_level;
    double level_variance;
};

static void line_add(struct line *line, double weight, double level, double variance)
{
    line->weight += weight;
    line->level += weight * level;
    line->variance += weight * variance;
    line->level_level += weight * level * level;
    line->level_variance += weight * level * variance;
}

static struct noise_sample line_tell(const struct line *line, double level_noise)
{
    struct noise_sample sample = {.level_dn = line->level / line->weight,
                                  .variance = line->variance / line->weight,
                                  .growth = NAN};
    double spread = line->level_level / line->weight - sample.level_dn * sample.level_dn;
    double together = line->level_variance / line->weight - sample.level_dn * sample.variance;
    if (spread > spread_least * level_noise && together > 0)
        sample.growth = together / (spread - level_noise);
    return sample;
}

static struct noise_sample blocks_tell(struct sampling *sampling, size_t kept)
{
    struct line line = {0};
    double typical = 0;
    for (size_t b = 0; b < kept; b++)
        typical += sampling->blocks[b].variance / (double)kept;
    for (size_t c = 0; c < CLASSES; c++) {
        size_t first = c * kept / CLASSES;
        size_t count = (c + 1) * kept / CLASSES - first;
        for (size_t b = 0; b < count; b++)
            sampling->sorted[b] = sampling->blocks[first + b].variance;
        if (count > 0) {
            /* Medians both: a block with a hot pixel has another level, but no other noise. */
            double level = sampling->blocks[first + count / 2].level_dn;
            double variance = median(sampling->sorted, count);
            double floor = fmax(variance, fmax(typical / 100, rounding / 100));
            line_add(&line, (double)count / (floor * floor), level, variance);
        }
    }
    /* A level is a median of the frames, of which the mean of a block is taken. */
    double level_noise = M_PI_2 * typical / (double)sampling->count / (BLOCK * BLOCK);
    return line_tell(&line, level_noise);
}

struct noise_sample noise_sample(struct arena *arena, const struct frame_shape *shape,
                                 const struct frame *frames, size_t count, const float *level)
{
    struct sampling sampling = {.shape = shape,
                                .frames = frames,
                                .count = count,
                                .level = level,
                                .across = shape->width_px / BLOCK,
                                .along = shape->height_px / BLOCK};
    struct arena_mark mark = arena_mark(arena);
    size_t blocks = blocks_of(&sampling);
    sampling.blocks = arena_take(arena, blocks * sizeof *sampling.blocks);
    sampling.means = arena_take(arena, count * blocks * sizeof *sampling.means);
    sampling.middles = arena_take(arena, count * sizeof *sampling.middles);
    sampling.sorted = arena_take(arena, (blocks + count) * sizeof *sampling.sorted);
    measure_means(&sampling);
    measure_blocks(&sampling);
    size_t kept = blocks_sort(&sampling);
    if (kept == 0) {
        /* No block is quiet in two frames on end: all that differs is noise then. */
        memset(sampling.blocks, 0, blocks * sizeof *sampling.blocks);
        sampling.spread = INFINITY;
        measure_blocks(&sampling);
        kept = blocks_sort(&sampling);
    }
    struct noise_sample sample = blocks_tell(&sampling, kept);
    arena_rewind(arena, mark);
    return sample;
}

/* Without a gain there is none to be told from the growth: all noise is that of light. */
static double find_gain(const struct frame_noise *camera, const struct noise_sample *sample)
{
    double read = isnan(camera->read_dn) ? 0 : camera->read_dn;
    double offset_dn = isnan(camera->offset_dn) ? 0 : camera->offset_dn;
    if (!isnan(camera->gain_dn_per_e))
        return camera->gain_dn_per_e;
    if (!isnan(sample->growth))
        return sample->growth;
    if (sample->level_dn - offset_dn <= 0)
        return 0;
    return fmax(sample->variance - read * read - rounding, 0) / (sample->level_dn - offset_dn);
}

/* Level at which there would be read noise alone. */
static double find_offset(const struct frame_noise *camera, const struct noise_sample *sample,
                          double gain)
{
    double of_light = sample->variance - rounding;
    if (!isnan(camera->offset_dn))
        return camera->offset_dn;
    if (!isnan(camera->read_dn))
        of_light -= camera->read_dn * camera->read_dn;
    double offset_dn = gain > 0 ? sample->level_dn - fmax(of_light, 0) / gain : 0;
    return isnan(camera->read_dn) ? fmax(offset_dn, 0) : offset_dn;
}

struct frame_noise noise_complete(const struct frame_noise *camera,
                                  const struct noise_sample *sample)
{
    struct frame_noise noise = {.gain_dn_per_e = find_gain(camera, sample)};
    noise.offset_dn = find_offset(camera, sample, noise.gain_dn_per_e);
    double of_light = noise.gain_dn_per_e * (sample->level_dn - noise.offset_dn);
    double known = isnan(camera->read_dn) ? 0 : camera->read_dn * camera->read_dn;
    double read = fmax(known + rounding, sample->variance - fmax(of_light, 0));
    noise.read_dn = sqrt(read);
    return noise;
}
