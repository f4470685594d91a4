/* plain_loops.h: the loops over pixels as machines without AVX2 run them. */
#ifndef SUPPORT_PLAIN_LOOPS_H
#define SUPPORT_PLAIN_LOOPS_H

#include "measure/rows.h"
#include "measure/spot_sums.h"

void plain_blend(float *out, const float *const *rows, const float *taps, int radius, size_t count);
void plain_whiten(float *out, const uint16_t *pixels, const float *residual,
                  const struct rows_noise *noise, size_t count);
void plain_follow(float *residual, float *level, float *columns, const uint16_t *pixels,
                  const struct rows_following *following, size_t count);
void plain_sums_add(struct spot_sums *sums, const struct fit_pixels *pixels,
                    const struct spot_model *model, size_t blocks);

#endif
