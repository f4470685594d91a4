/* matched_filter.c: where in a frame is light of the shape of a spot? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/matched_filter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MARGIN = ROWS_RADIUS_MOST, /* of zeros on both sides of a row */
    BLURS = FILTER_SCALES + 1,
    RING = 2 * ROWS_RADIUS_MOST + 1,
    REACH = FILTER_REACH, /* of the widest of them, in pixels of the frame */
    LONG = 2 * REACH + 1,
    SAMPLING = 4, /* of the wide picture, whose neighbours are much alike */
};

/* The Gaussians one behind the other: variance (2 radius)/4 on the grid of each. */
static const struct blur {
    int shift; /* its grid has every 2^shift-th pixel */
    int radius;
    float taps[ROWS_RADIUS_MOST + 1];
} blurs[BLURS] = {
    {0, 4, {70 / 256.0F, 56 / 256.0F, 28 / 256.0F, 8 / 256.0F, 1 / 256.0F}},
    {1, 2, {6 / 16.0F, 4 / 16.0F, 1 / 16.0F}},
    {1, 5, {252 / 1024.0F, 210 / 1024.0F, 120 / 1024.0F, 45 / 1024.0F, 10 / 1024.0F, 1 / 1024.0F}},
    {2,
     6,
     {924 / 4096.0F, 792 / 4096.0F, 495 / 4096.0F, 220 / 4096.0F, 66 / 4096.0F, 12 / 4096.0F,
      1 / 4096.0F}},
};

/* One bright pixel of before, seen through a blur. */
static void kernel_spread(double *kernel, const double *before, const struct blur *blur)
{
    for (int i = 0; i < LONG; i++)
        for (int k = -blur->radius; k <= blur->radius; k++) {
            int at = i + k * (1 << blur->shift);
            if (at >= 0 && at < LONG)
                kernel[at] += before[i] * (double)blur->taps[k < 0 ? -k : k];
        }
}

/* What all blurs up to each make of one bright pixel, along one axis. */
static void kernels_make(double kernels[BLURS][LONG])
{
    static const double pixel[LONG] = {[REACH] = 1};
    for (int b = 0; b < BLURS; b++)
        kernel_spread(kernels[b], b > 0 ? kernels[b - 1] : pixel, &blurs[b]);
}

/* Sum of a^m b^n along one axis. */
static double moment(const double *a, int m, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < LONG; i++)
        sum += pow(a[i], m) * pow(b[i], n);
    return sum;
}

static double squared(double value)
{
    return value * value;
}

static void measure_noise(struct filtered *scale, const double *own, const double *wide)
{
    double variance = squared(moment(own, 2, wide, 0)) - 2 * squared(moment(own, 1, wide, 1)) +
                      squared(moment(own, 0, wide, 2));
    double third = squared(moment(own, 3, wide, 0)) - 3 * squared(moment(own, 2, wide, 1)) +
                   3 * squared(moment(own, 1, wide, 2)) - squared(moment(own, 0, wide, 3));
    scale->noise = sqrt(variance);
    scale->skew = third / pow(variance, 1.5);
}

static void measure_cover(float *cover, int32_t count, int shift, const double *kernel,
                          int32_t side_px)
{
    for (int32_t i = 0; i < count; i++) {
        double sum = 0;
        int32_t at = i << shift;
        for (int k = -REACH; k <= REACH; k++)
            if (at + k >= 0 && at + k < side_px)
                sum += kernel[k + REACH];
        cover[i] = (float)sum;
    }
}

static void open_picture(struct arena *arena, struct filtered *picture, int blur,
                         const struct frame_shape *shape, const double *kernel)
{
    int shift = blurs[blur].shift;
    int32_t step = 1 << shift;
    picture->shift = shift;
    picture->width = (shape->width_px + step - 1) >> shift;
    picture->height = (shape->height_px + step - 1) >> shift;
    picture->values =
        arena_take(arena, (size_t)picture->width * (size_t)picture->height * sizeof(float));
    picture->across = arena_take(arena, (size_t)picture->width * sizeof(float));
    picture->along = arena_take(arena, (size_t)picture->height * sizeof(float));
    measure_cover(picture->across, picture->width, shift, kernel, shape->width_px);
    measure_cover(picture->along, picture->height, shift, kernel, shape->height_px);
    double variance = 0;
    for (int i = 0; i < LONG; i++)
        variance += kernel[i] * squared(i - REACH);
    picture->sd_px = sqrt(variance);
}

struct matched_filter *matched_filter_open(struct arena *arena, const struct frame_shape *shape)
{
    struct matched_filter *filter = arena_take(arena, sizeof *filter);
    kernels_make(filter->kernels);
    for (int s = 0; s < FILTER_SCALES; s++) {
        open_picture(arena, &filter->scales[s], s, shape, filter->kernels[s]);
        measure_noise(&filter->scales[s], filter->kernels[s], filter->kernels[FILTER_SCALES]);
    }
    open_picture(arena, &filter->wide, FILTER_SCALES, shape, filter->kernels[FILTER_SCALES]);
    filter->width_px = shape->width_px;
    filter->height_px = shape->height_px;
    size_t row = (size_t)shape->width_px;
    filter->nothing = arena_take(arena, row * sizeof(float));
    filter->line = arena_take(arena, (row + 2 * (size_t)MARGIN) * sizeof(float));
    filter->ring = arena_take(arena, RING * row * sizeof(float));
    filter->half = arena_take(arena, (size_t)filter->scales[1].width *
                                         (size_t)filter->scales[1].height * sizeof(float));
    filter->quarter =
        arena_take(arena, (size_t)filter->wide.width * (size_t)filter->wide.height * sizeof(float));
    filter->sampled =
        arena_take(arena, (size_t)filter->wide.width * (size_t)filter->wide.height * sizeof(float));
    return filter;
}

/* One row of a blur: rows[0 .. 2 radius] of width values each, blended down and across. */
static void blur_row(const struct matched_filter *filter, const struct blur *blur,
                     const float *const *rows, float *out, int32_t width)
{
    const float *shifted[RING];
    float *line = filter->line + MARGIN;
    rows_blend(line, rows, blur->taps, blur->radius, (size_t)width);
    memset(line + width, 0, MARGIN * sizeof *line);
    for (int k = 0; k <= 2 * blur->radius; k++)
        shifted[k] = line + k - blur->radius;
    rows_blend(out, shifted, blur->taps, blur->radius, (size_t)width);
}

static void halve(const struct filtered *from, int32_t y, float *grid)
{
    int32_t width = (from->width + 1) / 2;
    if (y % 2 == 0)
        rows_halve(grid + (ptrdiff_t)(y / 2) * width, from->values + (ptrdiff_t)y * from->width,
                   (size_t)width);
}

/* From a picture on the same grid. */
static void blur_picture(const struct matched_filter *filter, const struct blur *blur,
                         const float *from, const struct filtered *to, float *coarser)
{
    const float *rows[RING];
    for (int32_t y = 0; y < to->height; y++) {
        for (int k = 0; k <= 2 * blur->radius; k++) {
            int32_t row = y + k - blur->radius;
            bool inside = row >= 0 && row < to->height;
            rows[k] = inside ? from + (ptrdiff_t)row * to->width : filter->nothing;
        }
        blur_row(filter, blur, rows, to->values + (ptrdiff_t)y * to->width, to->width);
        if (coarser)
            halve(to, y, coarser);
    }
}

/* The finest picture, from rows that are whitened as they are needed. */
static void blur_frame(const struct matched_filter *filter, const struct frame *frame,
                       const float *residual, const struct rows_noise *noise)
{
    const struct blur *blur = &blurs[0];
    const struct filtered *to = &filter->scales[0];
    const float *rows[RING];
    int32_t whitened = 0;
    for (int32_t y = 0; y < to->height; y++) {
        for (; whitened < to->height && whitened <= y + blur->radius; whitened++) {
            ptrdiff_t first = (ptrdiff_t)whitened * to->width;
            rows_whiten(filter->ring + (ptrdiff_t)(whitened % RING) * to->width,
                        frame->pixels + first, residual + first, noise, (size_t)to->width);
        }
        for (int k = 0; k <= 2 * blur->radius; k++) {
            int32_t row = y + k - blur->radius;
            bool inside = row >= 0 && row < to->height;
            rows[k] = inside ? filter->ring + (ptrdiff_t)(row % RING) * to->width : filter->nothing;
        }
        blur_row(filter, blur, rows, to->values + (ptrdiff_t)y * to->width, to->width);
        halve(to, y, filter->half);
    }
}

/* The wide picture on a grid twice as fine, taken off a picture there. */
static void take_off_wide(const struct matched_filter *filter, const struct filtered *from)
{
    const struct filtered *wide = &filter->wide;
    size_t width = (size_t)wide->width;
    float *mixed = filter->line + MARGIN; /* what lies before it stays nothing */
    for (int32_t y = 0; y < from->height; y++) {
        const float *above = wide->values + (ptrdiff_t)(y / 2) * wide->width;
        const float *below = y / 2 + 1 < wide->height ? above + width : above;
        if (y % 2 == 0)
            memcpy(mixed, above, width * sizeof *mixed);
        else
            rows_halfway(mixed, above, below, width);
        mixed[width] = mixed[width - 1];
        float *values = from->values + (ptrdiff_t)y * from->width;
        rows_take_off(values, mixed, (size_t)from->width / 2);
        if (from->width % 2)
            values[from->width - 1] -= mixed[width - 1];
    }
}

static int by_value(const void *left, const void *right)
{
    float a = *(const float *)left;
    float b = *(const float *)right;
    return (a > b) - (a < b);
}

static void measure_wide(struct matched_filter *filter)
{
    const struct filtered *wide = &filter->wide;
    size_t values = (size_t)wide->width * (size_t)wide->height;
    size_t count = 0;
    float lowest = 0;
    for (size_t i = 0; i < values; i++)
        lowest = wide->values[i] < lowest ? wide->values[i] : lowest;
    for (int32_t y = 0; y < wide->height; y += SAMPLING)
        for (int32_t x = 0; x < wide->width; x += SAMPLING)
            filter->sampled[count++] =
                wide->values[(ptrdiff_t)y * wide->width + x] / (wide->across[x] * wide->along[y]);
    qsort(filter->sampled, count, sizeof *filter->sampled, by_value);
    filter->middle = (double)filter->sampled[count / 2];
    filter->lowest = (double)lowest;
}

void matched_filter_run(struct matched_filter *filter, const struct frame *frame,
                        const float *residual, const struct rows_noise *noise)
{
    blur_frame(filter, frame, residual, noise);
    blur_picture(filter, &blurs[1], filter->half, &filter->scales[1], NULL);
    const struct filtered *coarse = &filter->scales[2];
    blur_picture(filter, &blurs[2], filter->scales[1].values, coarse, filter->quarter);
    blur_picture(filter, &blurs[3], filter->quarter, &filter->wide, NULL);
    measure_wide(filter);
    take_off_wide(filter, &filter->scales[1]);
    take_off_wide(filter, &filter->scales[2]);
}

/* Place between two values of the wide picture. */
struct between {
    int32_t first;
    int32_t second;
    double share; /* of the second */
};

static struct between between(int32_t at_px, int shift, int32_t count)
{
    int32_t first = at_px >> shift;
    int32_t rest = at_px - (first << shift);
    return (struct between){.first = first,
                            .second = first + 1 < count ? first + 1 : first,
                            .share = (double)rest / (double)(1 << shift)};
}

static double mix(float first, float second, double share)
{
    return (double)first + share * ((double)second - (double)first);
}

double matched_filter_strength(const struct matched_filter *filter, int scale, int32_t x, int32_t y)
{
    const struct filtered *own = &filter->scales[scale];
    const struct filtered *wide = &filter->wide;
    struct between column = between(x << own->shift, wide->shift, wide->width);
    struct between row = between(y << own->shift, wide->shift, wide->height);
    const float *above = wide->values + (ptrdiff_t)row.first * wide->width;
    const float *below = wide->values + (ptrdiff_t)row.second * wide->width;
    double upper = mix(above[column.first], above[column.second], column.share);
    double lower = mix(below[column.first], below[column.second], column.share);
    double around = upper + row.share * (lower - upper);
    double own_cover = (double)(own->across[x] * own->along[y]);
    double wide_cover = mix(wide->across[column.first], wide->across[column.second], column.share) *
                        mix(wide->along[row.first], wide->along[row.second], row.share);
    double value = (double)own->values[(ptrdiff_t)y * own->width + x];
    if (own->shift > 0)
        around = 0;
    return (value - around - filter->middle * (own_cover - wide_cover)) / own->noise;
}

float matched_filter_least(const struct matched_filter *filter, int scale, double strength)
{
    /* The coverages differ by less than a half, and it is not the edge alone that counts. */
    double edge = filter->middle < 0 ? filter->middle / 2 : 0;
    double around = filter->scales[scale].shift > 0 ? 0 : filter->lowest;
    return (float)(strength * filter->scales[scale].noise + around + edge);
}

double matched_filter_response(const struct matched_filter *filter, int scale, double sd_px)
{
    double own = 0;
    double wide = 0;
    for (int i = 0; i < LONG; i++) {
        double at = i - REACH;
        double light =
            (erf((at + 0.5) / (M_SQRT2 * sd_px)) - erf((at - 0.5) / (M_SQRT2 * sd_px))) / 2;
        own += filter->kernels[scale][i] * light;
        wide += filter->kernels[FILTER_SCALES][i] * light;
    }
    return (own * own - wide * wide) / filter->scales[scale].noise;
}
