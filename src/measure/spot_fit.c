/* spot_fit.c: which Gaussians explain the light of a few pixels best? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/spot_fit.h"

#include <math.h>
#include <string.h>

enum {
    OF_A_SPOT = 6,  /* x, y, ln sd, ln light, stretch along the axes and along the diagonals */
    OF_A_LIGHT = 4, /* the first of them */
    UNKNOWNS_MOST = OF_A_SPOT * FIT_SPOTS_MOST + 1,
    STEPS_MOST = 20,
};

static const double sd_least_px = 0.4;
static const double sd_most_px = 14;
static const double stretch_most = 1.2;
static const double pixel_variance = 1.0 / 12; /* of light spread evenly over a pixel */

/* A Gaussian as it falls on pixels: its covariance is that of the spot and of a pixel. */
struct shape {
    double inverse[3]; /* of the covariance: xx, xy, yy */
    double peak;       /* share of the light, of a pixel in the middle */
};

struct normal {
    size_t unknowns;
    double information[UNKNOWNS_MOST][UNKNOWNS_MOST]; /* the lower half */
    double score[UNKNOWNS_MOST];
};

/* sd^2 exp of the matrix (p q; q -p), whose determinant is sd^4. */
static struct shape shape_of(const struct fit_spot *spot)
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
    return (struct shape){.inverse = {yy / determinant, -xy / determinant, xx / determinant},
                          .peak = 1 / (2 * M_PI * sqrt(determinant))};
}

static double share_at(const struct shape *shape, double across_px, double along_px)
{
    double square = across_px * across_px * shape->inverse[0] +
                    2 * across_px * along_px * shape->inverse[1] +
                    along_px * along_px * shape->inverse[2];
    return shape->peak * exp(-square / 2);
}

double spot_fit_peak_dn(const struct fit_spot *spot)
{
    return spot->light_dn * shape_of(spot).peak;
}

double spot_fit_sd_px(const struct fit_spot *spot)
{
    return spot->sd_px * sqrt(cosh(hypot(spot->stretch[0], spot->stretch[1])));
}

void spot_fit_take_off(const struct fit_spot *spot, double light_variance,
                       struct fit_pixels *pixels)
{
    struct shape shape = shape_of(spot);
    for (size_t p = 0; p < pixels->count; p++) {
        double across_px = pixels->left_px + pixels->column[p] - spot->x_px;
        double along_px = pixels->top_px + pixels->row[p] - spot->y_px;
        double light_dn = spot->light_dn * share_at(&shape, across_px, along_px);
        pixels->light_dn[p] -= (float)light_dn;
        pixels->variance[p] += (float)(fmax(light_variance, 0) * light_dn);
    }
}

/* One pixel: what the light there changes by, for each unknown; answers the light. */
static double slopes_at(const struct shape *shapes, const struct fit_spot *spots, size_t count,
                        const double place_px[2], double *slopes)
{
    double light = 0;
    for (size_t s = 0; s < count; s++) {
        const double *inverse = shapes[s].inverse;
        double across_px = place_px[0] - spots[s].x_px;
        double along_px = place_px[1] - spots[s].y_px;
        double u = across_px * inverse[0] + along_px * inverse[1];
        double v = across_px * inverse[1] + along_px * inverse[2];
        double square = across_px * u + along_px * v;
        double here = spots[s].light_dn * shapes[s].peak * exp(-square / 2);
        double *slope = slopes + OF_A_SPOT * s;
        slope[0] = here * u;
        slope[1] = here * v;
        slope[2] = here * (square - 2);
        slope[3] = here;
        slope[4] = here * (u * across_px - v * along_px) / 2;
        slope[5] = here * (u * along_px + v * across_px) / 2;
        light += here;
    }
    slopes[OF_A_SPOT * count] = 1;
    return light;
}

static void normal_add(struct normal *normal, const double *slopes, double missing, double weight)
{
    for (size_t i = 0; i < normal->unknowns; i++) {
        double weighed = slopes[i] * weight;
        normal->score[i] += weighed * missing;
        for (size_t j = 0; j <= i; j++)
            normal->information[i][j] += weighed * slopes[j];
    }
}

/* A spot alone, unrolled by the compiler. */
static void normal_add_one(struct normal *normal, const double *slopes, double missing,
                           double weight)
{
    for (size_t i = 0; i < OF_A_SPOT + 1; i++) {
        double weighed = slopes[i] * weight;
        normal->score[i] += weighed * missing;
        for (size_t j = 0; j <= i; j++)
            normal->information[i][j] += weighed * slopes[j];
    }
}

struct state {
    const struct fit_pixels *pixels;
    double light_variance;
    const struct fit_spot *spots;
    size_t count;
    double around_dn;
};

static void normal_gather(struct normal *normal, const struct state *state)
{
    struct shape shapes[FIT_SPOTS_MOST];
    const struct fit_pixels *pixels = state->pixels;
    double slopes[UNKNOWNS_MOST];
    memset(normal, 0, sizeof *normal);
    normal->unknowns = OF_A_SPOT * state->count + 1;
    for (size_t s = 0; s < state->count; s++)
        shapes[s] = shape_of(&state->spots[s]);
    for (size_t p = 0; p < pixels->count; p++) {
        const double place_px[2] = {pixels->left_px + pixels->column[p],
                                    pixels->top_px + pixels->row[p]};
        double light =
            slopes_at(shapes, state->spots, state->count, place_px, slopes) + state->around_dn;
        double dark = (double)pixels->variance[p];
        double variance = dark + state->light_variance * light;
        variance = variance > dark / 4 ? variance : dark / 4;
        double missing = (double)pixels->light_dn[p] - light;
        if (state->count == 1)
            normal_add_one(normal, slopes, missing, 1 / variance);
        else
            normal_add(normal, slopes, missing, 1 / variance);
    }
}

/* By Cholesky, in place; the information is positive definite because of the prior. */
static void normal_factor(struct normal *normal)
{
    for (size_t i = 0; i < normal->unknowns; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = normal->information[i][j];
            for (size_t k = 0; k < j; k++)
                sum -= normal->information[i][k] * normal->information[j][k];
            if (i == j)
                normal->information[i][i] = sqrt(sum > 1e-30 ? sum : 1e-30);
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
        size_t at = OF_A_SPOT * s;
        add_prior(normal, at, begin->place_px, now->x_px - first[s].x_px);
        add_prior(normal, at + 1, begin->place_px, now->y_px - first[s].y_px);
        add_prior(normal, at + 2, begin->ln_sd, log(now->sd_px / first[s].sd_px));
        add_prior(normal, at + 3, begin->ln_light, log(now->light_dn / first[s].light_dn));
        add_prior(normal, at + 4, begin->stretch, now->stretch[0]);
        add_prior(normal, at + 5, begin->stretch, now->stretch[1]);
    }
    add_prior(normal, OF_A_SPOT * state->count, begin->around * noise_dn, state->around_dn);
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
    spot->light_dn = within(spot->light_dn * exp(ln_light), 1e-6, 1e12);
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
            column[OF_A_SPOT * s + i] = 1;
            normal_solve(normal, column);
            variances[i] = column[OF_A_SPOT * s + i];
        }
        spots[s].error_px = sqrt((variances[0] + variances[1]) / 2);
        spots[s].light_error_dn = spots[s].light_dn * sqrt(variances[3]);
    }
}

bool spot_fit(const struct fit_pixels *pixels, double light_variance, const struct fit_begin *begin,
              struct fit_spot *spots, size_t count)
{
    struct fit_spot first[FIT_SPOTS_MOST];
    struct normal normal;
    struct state state = {
        .pixels = pixels, .light_variance = light_variance, .spots = spots, .count = count};
    double noise_dn = mean_noise_dn(pixels);
    bool settled = false;
    memcpy(first, spots, count * sizeof *spots);
    for (int step = 0; step < STEPS_MOST && !settled; step++) {
        normal_gather(&normal, &state);
        add_priors(&normal, begin, first, &state, noise_dn);
        normal_factor(&normal);
        normal_solve(&normal, normal.score);
        double largest = 0;
        for (size_t s = 0; s < count; s++)
            largest = fmax(largest, spot_step(&spots[s], normal.score + OF_A_SPOT * s));
        state.around_dn += normal.score[OF_A_SPOT * count];
        settled = largest < 0.003;
    }
    tell_errors(&normal, spots, count);
    return settled;
}
