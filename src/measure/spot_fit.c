/* spot_fit.c: which Gaussians explain the light of a few pixels best? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/spot_fit.h"

#include <math.h>
#include <string.h>

enum {
    OF_A_SPOT = 4, /* x, y, ln sd, ln light */
    UNKNOWNS_MOST = OF_A_SPOT * FIT_SPOTS_MOST + 1,
    STEPS_MOST = 20,
};

static const double sd_least_px = 0.4;
static const double sd_most_px = 14;

/* Along one axis of one spot. */
struct axis {
    double share[FIT_SIDE_MOST];
    double by_place[FIT_SIDE_MOST];
    double by_ln_sd[FIT_SIDE_MOST];
};

struct normal {
    size_t unknowns;
    double information[UNKNOWNS_MOST][UNKNOWNS_MOST]; /* the lower half */
    double score[UNKNOWNS_MOST];
};

static void axis_make(struct axis *axis, double centre_px, double sd_px, int32_t first,
                      int32_t count)
{
    const double density = 1 / (sd_px * sqrt(2 * M_PI));
    const double narrow = 1 / (sd_px * M_SQRT2);
    double before_error = 0;
    double before_density = 0;
    double before_moment = 0;
    for (int32_t i = 0; i <= count; i++) {
        double from_px = first + i - 0.5 - centre_px;
        double u = from_px * narrow;
        double error = erf(u) / 2;
        double here = density * exp(-u * u);
        double here_moment = from_px * here;
        if (i > 0) {
            axis->share[i - 1] = error - before_error;
            axis->by_place[i - 1] = before_density - here;
            axis->by_ln_sd[i - 1] = before_moment - here_moment;
        }
        before_error = error;
        before_density = here;
        before_moment = here_moment;
    }
}

void spot_fit_shares(double centre_px, double sd_px, int32_t first, int32_t count, double *shares)
{
    double before = 0;
    for (int32_t i = 0; i <= count; i++) {
        double error = erf((first + i - 0.5 - centre_px) / (sd_px * M_SQRT2)) / 2;
        if (i > 0)
            shares[i - 1] = error - before;
        before = error;
    }
}

/* One pixel: what the light there changes by, for each unknown; answers the light. */
static double slopes_at(const struct axis (*axes)[2], const struct fit_spot *spots, size_t count,
                        const uint8_t place[2], double *slopes)
{
    double light = 0;
    for (size_t s = 0; s < count; s++) {
        const struct axis *across = &axes[s][0];
        const struct axis *along = &axes[s][1];
        double in_x = spots[s].light_dn * across->share[place[0]];
        double in_y = along->share[place[1]];
        double *slope = slopes + OF_A_SPOT * s;
        slope[0] = spots[s].light_dn * across->by_place[place[0]] * in_y;
        slope[1] = in_x * along->by_place[place[1]];
        slope[2] = spots[s].light_dn * across->by_ln_sd[place[0]] * in_y +
                   in_x * along->by_ln_sd[place[1]];
        slope[3] = in_x * in_y;
        light += slope[3];
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
    struct axis axes[FIT_SPOTS_MOST][2];
    const struct fit_pixels *pixels = state->pixels;
    double slopes[UNKNOWNS_MOST];
    memset(normal, 0, sizeof *normal);
    normal->unknowns = OF_A_SPOT * state->count + 1;
    for (size_t s = 0; s < state->count; s++) {
        const struct fit_spot *spot = &state->spots[s];
        axis_make(&axes[s][0], spot->x_px, spot->sd_px, pixels->left_px, pixels->columns);
        axis_make(&axes[s][1], spot->y_px, spot->sd_px, pixels->top_px, pixels->rows);
    }
    for (size_t p = 0; p < pixels->count; p++) {
        const uint8_t place[2] = {pixels->column[p], pixels->row[p]};
        double light =
            slopes_at((const struct axis(*)[2])axes, state->spots, state->count, place, slopes) +
            state->around_dn;
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
        double variances[OF_A_SPOT];
        for (size_t i = 0; i < OF_A_SPOT; i++) {
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
