/* rows.c: what is done to each pixel of a row, several pixels at a time? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/rows.h"

#include <math.h>

/* Each body is compiled for any machine of its kind and, on x86-64, for AVX2 (without fused
 * multiplication, which would round otherwise). */
#define BODY static inline __attribute__((always_inline)) void

#if defined(__x86_64__)
#define CHOICE(name, parameters, arguments)                                                        \
    __attribute__((target("avx2"))) static void name##_avx2 parameters                             \
    {                                                                                              \
        name##_body arguments;                                                                     \
    }                                                                                              \
    void name parameters                                                                           \
    {                                                                                              \
        if (__builtin_cpu_supports("avx2"))                                                        \
            name##_avx2 arguments;                                                                 \
        else                                                                                       \
            name##_body arguments;                                                                 \
    }
#else
#define CHOICE(name, parameters, arguments)                                                        \
    void name parameters                                                                           \
    {                                                                                              \
        name##_body arguments;                                                                     \
    }
#endif

/* The radius is a constant in each of its calls, so that the inner loop is none. */
BODY blend(float *restrict out, const float *const *rows, const float *taps, int radius,
           size_t count)
{
    const float *in[2 * ROWS_RADIUS_MOST + 1];
    float tap[ROWS_RADIUS_MOST + 1];
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

BODY rows_blend_body(float *out, const float *const *rows, const float *taps, int radius,
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

CHOICE(rows_blend,
       (float *out, const float *const *rows, const float *taps, int radius, size_t count),
       (out, rows, taps, radius, count))

BODY rows_whiten_body(float *restrict out, const uint16_t *restrict pixels,
                      const float *restrict residual, const struct rows_noise *noise, size_t count)
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

CHOICE(rows_whiten,
       (float *out, const uint16_t *pixels, const float *residual, const struct rows_noise *noise,
        size_t count),
       (out, pixels, residual, noise, count))

BODY rows_follow_body(float *restrict residual, float *restrict level, float *restrict columns,
                      const uint16_t *restrict pixels, const struct rows_following *following,
                      size_t count)
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

CHOICE(rows_follow,
       (float *residual, float *level, float *columns, const uint16_t *pixels,
        const struct rows_following *following, size_t count),
       (residual, level, columns, pixels, following, count))

BODY rows_compare_body(uint8_t *restrict above, const float *restrict values, float limit,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        above[i] = values[i] > limit;
}

CHOICE(rows_compare, (uint8_t * above, const float *values, float limit, size_t count),
       (above, values, limit, count))

BODY rows_order_body(uint16_t *restrict low, uint16_t *restrict high, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t a = low[i];
        uint16_t b = high[i];
        low[i] = a < b ? a : b;
        high[i] = a < b ? b : a;
    }
}

CHOICE(rows_order, (uint16_t * low, uint16_t *high, size_t count), (low, high, count))

BODY rows_halve_body(float *restrict out, const float *restrict in, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = in[2 * i];
}

CHOICE(rows_halve, (float *out, const float *in, size_t count), (out, in, count))
