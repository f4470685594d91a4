/* rows.h: what is done to each pixel of a row, several pixels at a time?
 *
 * Loops that a compiler turns into vector instructions; the machine's best are chosen when they
 * run. Each pixel is worked out on its own and in one order, so that every machine gives the same
 * bytes. Rows may not overlap. */
#ifndef MEASURE_ROWS_H
#define MEASURE_ROWS_H

#include <stddef.h>
#include <stdint.h>

enum { ROWS_RADIUS_MOST = 6 };

/* out[i] = taps[0] rows[radius][i] + sum over k of taps[k] (rows[radius - k][i] + rows[radius +
 * k][i]); radius is 2, 4, 5 or 6. */
void rows_blend(float *out, const float *const *rows, const float *taps, int radius, size_t count);

/* Residuals in standard deviations of their noise, which is that of the background behind them;
 * pixels whose background is blind tell nothing. */
struct rows_noise {
    float sign;          /* of the residuals: -1 where spots are dark */
    float base;          /* variance at level 0, in DN^2 */
    float gain;          /* growth of the variance with the level */
    float least;         /* variance that no pixel falls below */
    float blind_from_dn; /* backgrounds as bright as this cannot show a spot */
};
void rows_whiten(float *out, const uint16_t *pixels, const float *residual,
                 const struct rows_noise *noise, size_t count);

/* residual = sign (pixel - level); then the level goes slope of the way to the pixel, but never
 * further than most. columns gathers the levels. */
struct rows_following {
    float sign;
    float slope;
    float most_dn;
};
void rows_follow(float *residual, float *level, float *columns, const uint16_t *pixels,
                 const struct rows_following *following, size_t count);

/* above[i] = values[i] > limit */
void rows_compare(uint8_t *above, const float *values, float limit, size_t count);

/* The smaller of each pair into low, the larger into high. */
void rows_order(uint16_t *low, uint16_t *high, size_t count);

/* out[i] = in[2 i] */
void rows_halve(float *out, const float *in, size_t count);

/* out[i] = (a[i] + b[i]) / 2 */
void rows_halfway(float *out, const float *a, const float *b, size_t count);

/* values[2 i] -= half[i]; values[2 i + 1] -= (half[i] + half[i + 1]) / 2: half has pairs + 1. */
void rows_take_off(float *values, const float *half, size_t pairs);

#endif
