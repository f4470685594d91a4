/* rows.c: what is done to each pixel of a row, several pixels at a time? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/rows.h"

#include "measure/vector.h"

#include <math.h>

/* The radius is a constant in each of its calls, so that the inner loop is none. */
VECTOR_BODY blend(float *restrict out, const float *const *rows, const float *taps, int radius,
                  size_t count)
{
    const float *in[2 * ROWS_RADIUS_MOST + 1] = {NULL};
    float tap[ROWS_RADIUS_MOST + 1] = {0};
    for (int k = 0; k <= 2 * radius; k++)
        in[k] = rows[k];
    for (int k = 0; k <= radius; k++)
        tap[k] = taps[k];
    for (size_t i = 0; i < count; i++) {
        float sum = tap[0] * in[radius][i];
        for (int k = 1; k <= radius; k++)
            sum += tap[k] * (in[radius - k][i] + in[radius + k][i]);
        out[i] = sum;
    }
}

VECTOR_BODY rows_blend_body(float *out, const float *const *rows, const float *taps, int radius,
                            size_t count)
{
    if (radius == 2)
        blend(out, rows, taps, 2, count);
    else if (radius == 4)
        blend(out, rows, taps, 4, count);
    else if (radius == 5)
        blend(out, rows, taps, 5, count);
    else
        blend(out, rows, taps, 6, count);
}

VECTOR_CHOICE(rows_blend,
              (float *out, const float *const *rows, const float *taps, int radius, size_t count),
              (out, rows, taps, radius, count))

VECTOR_BODY rows_whiten_body(float *restrict out, const uint16_t *restrict pixels,
                             const float *restrict residual, const struct rows_noise *noise,
                             size_t count)
{
    struct rows_noise n = *noise;
    for (size_t i = 0; i < count; i++) {
        float level = (float)pixels[i] - n.sign * residual[i];
        float variance = n.base + n.gain * level;
        variance = variance > n.least ? variance : n.least;
        variance = level < n.blind_from_dn ? variance : INFINITY;
        out[i] = residual[i] / sqrtf(variance);
    }
}

VECTOR_CHOICE(rows_whiten,
              (float *out, const uint16_t *pixels, const float *residual,
               const struct rows_noise *noise, size_t count),
              (out, pixels, residual, noise, count))

VECTOR_BODY rows_follow_body(float *restrict residual, float *restrict level,
                             float *restrict columns, const uint16_t *restrict pixels,
                             const struct rows_following *following, size_t count)
{
    struct rows_following f = *following;
    for (size_t i = 0; i < count; i++) {
        float above = (float)pixels[i] - level[i];
        float step = f.slope * above;
        step = step < f.most_dn ? step : f.most_dn;
        step = step > -f.most_dn ? step : -f.most_dn;
        residual[i] = f.sign * above;
        columns[i] += level[i];
        level[i] += step;
    }
}

VECTOR_CHOICE(rows_follow,
              (float *residual, float *level, float *columns, const uint16_t *pixels,
               const struct rows_following *following, size_t count),
              (residual, level, columns, pixels, following, count))

VECTOR_BODY rows_compare_body(uint8_t *restrict above, const float *restrict values, float limit,
                              size_t count)
{
    for (size_t i = 0; i < count; i++)
        above[i] = values[i] > limit;
}

VECTOR_CHOICE(rows_compare, (uint8_t * above, const float *values, float limit, size_t count),
              (above, values, limit, count))

VECTOR_BODY rows_order_body(uint16_t *restrict low, uint16_t *restrict high, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t a = low[i];
        uint16_t b = high[i];
        low[i] = a < b ? a : b;
        high[i] = a < b ? b : a;
    }
}

VECTOR_CHOICE(rows_order, (uint16_t * low, uint16_t *high, size_t count), (low, high, count))

VECTOR_BODY rows_halve_body(float *restrict out, const float *restrict in, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = in[2 * i];
}

VECTOR_BODY rows_halfway_body(float *restrict out, const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (a[i] + b[i]) * 0.5F;
}

VECTOR_CHOICE(rows_halfway, (float *out, const float *a, const float *b, size_t count),
              (out, a, b, count))

/* Between values of a row of half as many: even places stand on them, odd ones between two. */
VECTOR_BODY rows_take_off_body(float *restrict values, const float *restrict half, size_t pairs)
{
    for (size_t i = 0; i < pairs; i++) {
        values[2 * i] -= half[i];
        values[2 * i + 1] -= (half[i] + half[i + 1]) * 0.5F;
    }
}

VECTOR_CHOICE(rows_take_off, (float *values, const float *half, size_t pairs),
              (values, half, pairs))

VECTOR_CHOICE(rows_halve, (float *out, const float *in, size_t count), (out, in, count))
