/* spot_sums.c: what do the pixels say about the unknowns of a few Gaussians? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/spot_sums.h"

#include "measure/vector.h"

#include <string.h>

/* exp(-x) for x >= 0, to 2e-7 of its value; behind most, which is 69 everywhere, it is near enough
 * to nothing. Unlike the C library's, it is the same on every machine, and several are worked out
 * at once: as a constant most would make a branch of the loop. */
static inline __attribute__((always_inline)) float fall(float x, float most)
{
    float halvings = (x < most ? x : most) * 1.44269504F;
    int32_t whole = (int32_t)(halvings + 0.5F);
    float rest = ((float)whole - halvings) * 0.69314718F;
    float sum = 1.0F / 720;
    sum = sum * rest + 1.0F / 120;
    sum = sum * rest + 1.0F / 24;
    sum = sum * rest + 1.0F / 6;
    sum = sum * rest + 0.5F;
    sum = sum * rest + 1.0F;
    sum = sum * rest + 1.0F;
    int32_t exponent = (127 - whole) * (1 << 23);
    float scale;
    memcpy(&scale, &exponent, sizeof scale);
    return sum * scale;
}

struct lanes {
    float slopes[SUMS_UNKNOWNS_MOST][SUMS_LANES];
    float light[SUMS_LANES];
    float missing[SUMS_LANES];
    float weight[SUMS_LANES];
};

/* What the light of one spot on each of a few pixels changes by, for each of its unknowns. */
VECTOR_BODY slopes_of(struct lanes *lanes, float (*restrict slopes)[SUMS_LANES],
                      const struct fit_pixels *pixels, const struct spot_shape *shape, size_t first)
{
    struct spot_shape s = *shape;
    for (size_t l = 0; l < SUMS_LANES; l++) {
        float across = pixels->across[first + l] - s.across;
        float along = pixels->along[first + l] - s.along;
        float u = across * s.inverse[0] + along * s.inverse[1];
        float v = across * s.inverse[1] + along * s.inverse[2];
        float square = across * u + along * v;
        float here = s.peak_dn * fall(square * 0.5F, s.farthest);
        slopes[0][l] = here * u;
        slopes[1][l] = here * v;
        slopes[2][l] = here * (square - 2.0F);
        slopes[3][l] = here;
        slopes[4][l] = here * (u * across - v * along) * 0.5F;
        slopes[5][l] = here * (u * along + v * across) * 0.5F;
        lanes->light[l] += here;
    }
}

VECTOR_BODY weigh(struct lanes *lanes, const struct fit_pixels *pixels, float light_variance,
                  size_t first)
{
    for (size_t l = 0; l < SUMS_LANES; l++) {
        float dark = pixels->variance[first + l];
        float variance = dark + light_variance * lanes->light[l];
        float least = dark * 0.25F;
        lanes->weight[l] = 1.0F / (variance > least ? variance : least);
        lanes->missing[l] = pixels->light_dn[first + l] - lanes->light[l];
    }
}

VECTOR_BODY gather(struct spot_sums *sums, const struct lanes *lanes, size_t unknowns)
{
    for (size_t i = 0; i < unknowns; i++) {
        float weighed[SUMS_LANES];
        for (size_t l = 0; l < SUMS_LANES; l++) {
            weighed[l] = lanes->slopes[i][l] * lanes->weight[l];
            sums->score[i][l] += weighed[l] * lanes->missing[l];
        }
        for (size_t j = 0; j <= i; j++)
            for (size_t l = 0; l < SUMS_LANES; l++)
                sums->information[i][j][l] += weighed[l] * lanes->slopes[j][l];
    }
}

VECTOR_BODY add_blocks(struct spot_sums *sums, const struct fit_pixels *pixels,
                       const struct spot_model *model, size_t count, size_t blocks)
{
    struct lanes lanes;
    for (size_t l = 0; l < SUMS_LANES; l++)
        lanes.slopes[SPOT_UNKNOWNS * count][l] = 1;
    for (size_t b = 0; b < blocks; b++) {
        for (size_t l = 0; l < SUMS_LANES; l++)
            lanes.light[l] = model->around_dn;
        for (size_t s = 0; s < count; s++)
            slopes_of(&lanes, lanes.slopes + SPOT_UNKNOWNS * s, pixels, &model->shapes[s],
                      b * SUMS_LANES);
        weigh(&lanes, pixels, model->light_variance, b * SUMS_LANES);
        gather(sums, &lanes, SPOT_UNKNOWNS * count + 1);
    }
}

VECTOR_BODY spot_sums_add_body(struct spot_sums *sums, const struct fit_pixels *pixels,
                               const struct spot_model *model, size_t blocks)
{
    if (model->count == 1)
        add_blocks(sums, pixels, model, 1, blocks);
    else
        add_blocks(sums, pixels, model, model->count, blocks);
}

VECTOR_CHOICE(spot_sums_add,
              (struct spot_sums * sums, const struct fit_pixels *pixels,
               const struct spot_model *model, size_t blocks),
              (sums, pixels, model, blocks))

VECTOR_BODY spot_sums_take_off_body(struct fit_pixels *pixels, const struct spot_shape *shape,
                                    float light_variance, size_t count)
{
    struct spot_shape s = *shape;
    for (size_t i = 0; i < count; i++) {
        float across = pixels->across[i] - s.across;
        float along = pixels->along[i] - s.along;
        float u = across * s.inverse[0] + along * s.inverse[1];
        float v = across * s.inverse[1] + along * s.inverse[2];
        float light_dn = s.peak_dn * fall((across * u + along * v) * 0.5F, s.farthest);
        pixels->light_dn[i] -= light_dn;
        pixels->variance[i] += light_variance * light_dn;
    }
}

VECTOR_CHOICE(spot_sums_take_off,
              (struct fit_pixels * pixels, const struct spot_shape *shape, float light_variance,
               size_t count),
              (pixels, shape, light_variance, count))
