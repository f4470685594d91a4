/* plain_loops.c: the loops over pixels as machines without AVX2 run them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "plain_loops.h"

#define VECTOR_PLAIN
#define rows_blend plain_blend
#define rows_whiten plain_whiten
#define rows_follow plain_follow
#define rows_compare plain_compare
#define rows_order plain_order
#define rows_halve plain_halve
#define rows_halfway plain_halfway
#define rows_take_off plain_take_off
#define spot_sums_add plain_sums_add
#define spot_sums_take_off plain_sums_take_off

void rows_compare(uint8_t *above, const float *values, float limit, size_t count);
void rows_order(uint16_t *low, uint16_t *high, size_t count);
void rows_halve(float *out, const float *in, size_t count);
void rows_halfway(float *out, const float *a, const float *b, size_t count);
void rows_take_off(float *values, const float *half, size_t pairs);
void spot_sums_take_off(struct fit_pixels *pixels, const struct spot_shape *shape,
                        float light_variance, size_t count);

#include "../../src/measure/rows.c"
#include "../../src/measure/spot_sums.c"
