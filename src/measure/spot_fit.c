/* spot_fit.c: which Gaussians explain the light of a few pixels best? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/spot_fit.h"

#include "measure/spot_sums.h"

#include <math.h>
#include <string.h>

enum {
    UNKNOWNS_MOST = SUMS_UNKNOWNS_MOST,
    OF_A_LIGHT = 4, /* the first unknowns of a spot */
    STEPS_MOST = 15,
};

static const double sd_least_px = 0.4;
static const double sd_most_px = 14;
static const double stretch_most = 1.2;
static const double pixel_variance = 1.0 / 12; /* of light spread evenly over a pixel */

struct normal {
    size_t unknowns;
    double information[UNKNOWNS_MOST][UNKNOWNS_MOST]; /* the lower half */
    double score[UNKNOWNS_MOST];
};

struct state {
    struct fit_pixels *pixels;
    double light_variance;
    const struct fit_spot *spots;
    size_t count;
    double around_dn;
    struct spot_sums *sums; /* the caller's; only what is set is looked at */
};

/* Covariance: sd^2 exp of the matrix (p q; q -p), whose determinant is sd^4; and that of a pixel.
 */
static struct spot_shape shape_of(const struct fit_spot *spot, const struct fit_pixels *pixels)
{
    double p = spot->stretch[0];
    double q = spot->stretch[1];
    double size = hypot(p, q);
    double variance = spot->sd_px * spot->sd_px;
    double lean = size > 1e-9 ? sinh(size) / size : 1;
    double xx = variance * (cosh(size) + lean * p) + pixel_variance;
    double yy = variance * (cosh(size) - lean * p) + pixel_variance;
    double xy = variance * lean * q;
    double determinant = xx * yy - xy * xy;
    return (struct spot_shape){.across = (float)(spot->x_px - pixels->left_px),
                               .along = (float)(spot->y_px - pixels->top_px),
                               .inverse = {(float)(yy / determinant), (float)(-xy / determinant),
                                           (float)(xx / determinant)},
                               .peak_dn = (float)(spot->light_dn / (2 * M_PI * sqrt(determinant))),
                               .farthest = 69};
}

double spot_fit_peak_dn(const struct fit_spot *spot)
{
    static const struct fit_pixels anywhere;
    return (double)shape_of(spot, &anywhere).peak_dn;
}

double spot_fit_sd_px(const struct fit_spot *spot)
{
    return spot->sd_px * sqrt(cosh(hypot(spot->stretch[0], spot->stretch[1])));
}

void spot_fit_take_off(const struct fit_spot *spot, double light_variance,
                       struct fit_pixels *pixels)
{
    struct spot_shape shape = shape_of(spot, pixels);
    spot_sums_take_off(pixels, &shape, (float)fmax(light_variance, 0), pixels->count);
}

/* Pixels that tell nothing, so that they come in whole blocks. */
static size_t fill_block(struct fit_pixels *pixels)
{
    size_t blocks = (pixels->count + SUMS_LANES - 1) / SUMS_LANES;
    for (size_t i = pixels->count; i < blocks * SUMS_LANES; i++) {
        pixels->across[i] = 0;
        pixels->along[i] = 0;
        pixels->light_dn[i] = 0;
        pixels->variance[i] = 1e30F;
    }
    return blocks;
}

static double lanes_sum(const float *lanes)
{
    double sum = 0;
    for (size_t l = 0; l < SUMS_LANES; l++)
        sum += (double)lanes[l];
    return sum;
}

static void normal_gather(struct normal *normal, struct state *state, size_t blocks)
{
    struct spot_model model = {.count = state->count,
                               .around_dn = (float)state->around_dn,
                               .light_variance = (float)state->light_variance};
    normal->unknowns = SPOT_UNKNOWNS * state->count + 1;
    for (size_t s = 0; s < state->count; s++)
        model.shapes[s] = shape_of(&state->spots[s], state->pixels);
    for (size_t i = 0; i < normal->unknowns; i++) {
        memset(state->sums->information[i], 0, (i + 1) * sizeof state->sums->information[i][0]);
        memset(state->sums->score[i], 0, sizeof state->sums->score[i]);
    }
    spot_sums_add(state->sums, state->pixels, &model, blocks);
    for (size_t i = 0; i < normal->unknowns; i++) {
        normal->score[i] = lanes_sum(state->sums->score[i]);
        for (size_t j = 0; j <= i; j++)
            normal->information[i][j] = lanes_sum(state->sums->information[i][j]);
    }
}

/* By Cholesky, in place. The prior makes the information positive definite; where it is lost in the
 * rounding, because two spots have become one, a small part of the diagonal stands for it. */
static void normal_factor(struct normal *normal)
{
    for (size_t i = 0; i < normal->unknowns; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = normal->information[i][j];
            for (size_t k = 0; k < j; k++)
                sum -= normal->information[i][k] * normal->information[j][k];
            double least = 1e-9 * normal->information[i][i];
            if (i == j)
                normal->information[i][i] = sqrt(sum > least ? sum : least);
            else
                normal->information[i][j] = sum / normal->information[j][j];
        }
}

static void normal_solve(const struct normal *normal, double *right)
{
    for (size_t i = 0; i < normal->unknowns; i++) {
        for (size_t k = 0; k < i; k++)
            right[i] -= normal->information[i][k] * right[k];
        right[i] /= normal->information[i][i];
    }
    for (size_t i = normal->unknowns; i-- > 0;) {
        for (size_t k = i + 1; k < normal->unknowns; k++)
            right[i] -= normal->information[k][i] * right[k];
        right[i] /= normal->information[i][i];
    }
}

static void add_prior(struct normal *normal, size_t unknown, double sd, double away)
{
    normal->information[unknown][unknown] += 1 / (sd * sd);
    normal->score[unknown] -= away / (sd * sd);
}

static void add_priors(struct normal *normal, const struct fit_begin *begin,
                       const struct fit_spot *first, const struct state *state, double noise_dn)
{
    for (size_t s = 0; s < state->count; s++) {
        const struct fit_spot *now = &state->spots[s];
        size_t at = SPOT_UNKNOWNS * s;
        add_prior(normal, at, begin->place_px, now->x_px - first[s].x_px);
        add_prior(normal, at + 1, begin->place_px, now->y_px - first[s].y_px);
        add_prior(normal, at + 2, begin->ln_sd, log(now->sd_px / first[s].sd_px));
        add_prior(normal, at + 3, begin->ln_light, log(now->light_dn / first[s].light_dn));
        add_prior(normal, at + 4, begin->stretch, now->stretch[0]);
        add_prior(normal, at + 5, begin->stretch, now->stretch[1]);
    }
    add_prior(normal, SPOT_UNKNOWNS * state->count, begin->around * noise_dn, state->around_dn);
}

static double within(double value, double least, double most)
{
    if (!(value > least))
        return least;
    return value < most ? value : most;
}

/* Answers the largest change relative to what still matters. */
static double spot_step(struct fit_spot *spot, const double *step)
{
    double x_px = within(step[0], -1, 1);
    double y_px = within(step[1], -1, 1);
    double ln_sd = within(step[2], -0.4, 0.4);
    double ln_light = within(step[3], -1, 1);
    spot->x_px += x_px;
    spot->y_px += y_px;
    spot->sd_px = within(spot->sd_px * exp(ln_sd), sd_least_px, sd_most_px);
    spot->light_dn = within(spot->light_dn * exp(ln_light), 1e-6, 1e8);
    spot->stretch[0] =
        within(spot->stretch[0] + within(step[4], -0.4, 0.4), -stretch_most, stretch_most);
    spot->stretch[1] =
        within(spot->stretch[1] + within(step[5], -0.4, 0.4), -stretch_most, stretch_most);
    return fmax(fmax(fabs(x_px), fabs(y_px)), fmax(fabs(ln_sd), fabs(ln_light)) / 2);
}

static double mean_noise_dn(const struct fit_pixels *pixels)
{
    double sum = 0;
    for (size_t p = 0; p < pixels->count; p++)
        sum += (double)pixels->variance[p];
    return sqrt(sum / (double)pixels->count);
}

/* By the curvature where the fit ended. */
static void tell_errors(const struct normal *normal, struct fit_spot *spots, size_t count)
{
    for (size_t s = 0; s < count; s++) {
        double variances[OF_A_LIGHT];
        for (size_t i = 0; i < OF_A_LIGHT; i++) {
            double column[UNKNOWNS_MOST] = {0};
            column[SPOT_UNKNOWNS * s + i] = 1;
            normal_solve(normal, column);
            variances[i] = column[SPOT_UNKNOWNS * s + i];
        }
        spots[s].error_px = sqrt((variances[0] + variances[1]) / 2);
        spots[s].light_error_dn = spots[s].light_dn * sqrt(variances[3]);
    }
}

bool spot_fit(struct fit_pixels *pixels, double light_variance, const struct fit_begin *begin,
              struct fit_spot *spots, size_t count)
{
    struct fit_spot first[FIT_SPOTS_MOST];
    struct normal normal = {.unknowns = 0};
    struct spot_sums sums;
    struct state state = {.pixels = pixels,
                          .light_variance = light_variance,
                          .spots = spots,
                          .count = count,
                          .sums = &sums};
    size_t blocks = fill_block(pixels);
    double noise_dn = mean_noise_dn(pixels);
    bool settled = false;
    memcpy(first, spots, count * sizeof *spots);
    for (int step = 0; step < STEPS_MOST && !settled; step++) {
        normal_gather(&normal, &state, blocks);
        add_priors(&normal, begin, first, &state, noise_dn);
        normal_factor(&normal);
        normal_solve(&normal, normal.score);
        double largest = 0;
        for (size_t s = 0; s < count; s++)
            largest = fmax(largest, spot_step(&spots[s], normal.score + SPOT_UNKNOWNS * s));
        state.around_dn += within(normal.score[SPOT_UNKNOWNS * count], -1e5, 1e5);
        settled = largest < (count == 1 ? 0.003 : 0.01);
    }
    tell_errors(&normal, spots, count);
    return settled;
}
