/* drift.c: how does the whole field move while the particles in it diffuse?
 *
 * The speed of the field is a polygon over time with a knot each knot_s, fitted by least squares to
 * all steps from a frame to the next; a faint pull towards equal neighbours carries it over
 * stretches in which nothing was tracked. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/steps.h"

#include <math.h>

static const double faint = 1e-6; /* share of the mean weight of a knot */

/* Sums over the steps from one frame to the next; "across" is y from the middle of all steps. */
struct frame_sums {
    double steps;
    double x_um;
    double y_um;
    double squares_um2;
    double across_um;
    double across_x_um2;
    double across_um2;
};

enum { SUMS = sizeof(struct frame_sums) / sizeof(double), KNOT_COLUMNS = 7 };

struct fit {
    size_t frames; /* steps from a frame to the next: one less than the video has frames */
    size_t knots;
    double per_knot; /* frames from a knot to the next */
    struct frame_sums *sums;
    double *diagonal; /* of the normal equations, and what stands beside it */
    double *beside;
    double *x_um; /* right sides, then speeds at the knots, per frame */
    double *y_um;
    double *across_um; /* what a shear of one adds to the right side, then solved like it */
    double *factor;
    double *factor_beside;
    double middle_um;
    double shear; /* per frame */
};

static size_t knots_for(size_t frames, double frame_s, double knot_s)
{
    return (size_t)((double)frames * frame_s / knot_s) + 2;
}

size_t measure_drift_room(size_t frames, double frame_s, double knot_s)
{
    return SUMS * frames + KNOT_COLUMNS * knots_for(frames, frame_s, knot_s);
}

static double *zeros(double **room, size_t count)
{
    double *own = *room;
    for (size_t i = 0; i < count; i++)
        own[i] = 0;
    *room += count;
    return own;
}

static struct fit fit_open(const struct measure_timing *timing, size_t frames, double knot_s,
                           double *room)
{
    struct fit fit = {.frames = frames - 1, .knots = knots_for(frames, timing->frame_s, knot_s)};
    fit.per_knot = (double)fit.frames / (double)(fit.knots - 1);
    fit.sums = (struct frame_sums *)(void *)zeros(&room, SUMS * frames);
    fit.diagonal = zeros(&room, fit.knots);
    fit.beside = zeros(&room, fit.knots);
    fit.x_um = zeros(&room, fit.knots);
    fit.y_um = zeros(&room, fit.knots);
    fit.across_um = zeros(&room, fit.knots);
    fit.factor = zeros(&room, fit.knots);
    fit.factor_beside = zeros(&room, fit.knots);
    return fit;
}

/* The knot before the middle of the step from a frame, and how far behind it that lies, 0 to 1. */
static size_t knot_before(const struct fit *fit, size_t frame, double *behind)
{
    double at = ((double)frame + 0.5) / fit->per_knot;
    size_t knot = (size_t)at < fit->knots - 2 ? (size_t)at : fit->knots - 2;
    *behind = at - (double)knot;
    return knot;
}

static double speed_at(const struct fit *fit, const double *knots, size_t frame)
{
    double behind = 0;
    size_t knot = knot_before(fit, frame, &behind);
    return knots[knot] * (1 - behind) + knots[knot + 1] * behind;
}

/* Is position i of this track of the video the begin of a step to the next frame? */
static bool is_step(const struct measure_track *track, size_t i)
{
    return i + 1 < track->positions && track_gap(track, i) == 1;
}

static double across_um(const struct fit *fit, const struct measure_track *track, size_t i)
{
    return (track->y_um[i] + track->y_um[i + 1]) / 2 - fit->middle_um;
}

/* False where a position lies outside the frames of the video. */
static bool sum_steps(struct fit *fit, const struct measure_track *track)
{
    size_t last = track->positions - 1;
    if (track->frames[0] < 0 || (size_t)track->frames[last] > fit->frames)
        return false;
    for (size_t i = 0; i < last; i++) {
        if (!is_step(track, i))
            continue;
        struct frame_sums *sums = &fit->sums[track->frames[i]];
        double x_um = track_step_x_um(track, i), y_um = track_step_y_um(track, i);
        double across = across_um(fit, track, i);
        sums->steps++;
        sums->x_um += x_um;
        sums->y_um += y_um;
        sums->squares_um2 += x_um * x_um + y_um * y_um;
        sums->across_um += across;
        sums->across_x_um2 += across * x_um;
        sums->across_um2 += across * across;
    }
    return true;
}

static double middle_of(const struct measure_track *tracks, size_t count, uint32_t video)
{
    double sum = 0, steps = 0;
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; tracks[t].video == video && i + 1 < tracks[t].positions; i++)
            if (is_step(&tracks[t], i)) {
                sum += (tracks[t].y_um[i] + tracks[t].y_um[i + 1]) / 2;
                steps++;
            }
    return steps > 0 ? sum / steps : 0;
}

static void add_equations(struct fit *fit, double steps)
{
    for (size_t frame = 0; frame < fit->frames; frame++) {
        const struct frame_sums *sums = &fit->sums[frame];
        double behind = 0;
        size_t knot = knot_before(fit, frame, &behind);
        double shares[2] = {1 - behind, behind};
        fit->beside[knot] += sums->steps * shares[0] * shares[1];
        for (size_t i = 0; i < 2; i++) {
            fit->diagonal[knot + i] += sums->steps * shares[i] * shares[i];
            fit->x_um[knot + i] += sums->x_um * shares[i];
            fit->y_um[knot + i] += sums->y_um * shares[i];
            fit->across_um[knot + i] += sums->across_um * shares[i];
        }
    }
    double pull = faint * steps / (double)fit->knots;
    for (size_t knot = 0; knot + 1 < fit->knots; knot++) {
        fit->diagonal[knot] += pull;
        fit->diagonal[knot + 1] += pull;
        fit->beside[knot] -= pull;
    }
}

static void factorise(struct fit *fit)
{
    fit->factor[0] = fit->diagonal[0];
    for (size_t knot = 1; knot < fit->knots; knot++) {
        fit->factor_beside[knot] = fit->beside[knot - 1] / fit->factor[knot - 1];
        fit->factor[knot] = fit->diagonal[knot] - fit->factor_beside[knot] * fit->beside[knot - 1];
    }
}

static void solve(const struct fit *fit, double *side)
{
    for (size_t knot = 1; knot < fit->knots; knot++)
        side[knot] -= fit->factor_beside[knot] * side[knot - 1];
    side[fit->knots - 1] /= fit->factor[fit->knots - 1];
    for (size_t knot = fit->knots - 1; knot-- > 0;)
        side[knot] = side[knot] / fit->factor[knot] - fit->factor_beside[knot + 1] * side[knot + 1];
}

/* The slope of x speed over y that the polygon leaves, by the bordered normal equations. */
static void take_shear(struct fit *fit)
{
    double across_x = 0, across = 0;
    solve(fit, fit->across_um);
    for (size_t frame = 0; frame < fit->frames; frame++) {
        const struct frame_sums *sums = &fit->sums[frame];
        across_x += sums->across_x_um2 - sums->across_um * speed_at(fit, fit->x_um, frame);
        across += sums->across_um2 - sums->across_um * speed_at(fit, fit->across_um, frame);
    }
    fit->shear = across > 0 ? across_x / across : 0;
    for (size_t knot = 0; knot < fit->knots; knot++)
        fit->x_um[knot] -= fit->shear * fit->across_um[knot];
}

/* Residuals of the steps: sums over each track squared, which holds whatever their correlation. */
struct residuals {
    double x_um2, y_um2; /* squares of the sums of tracks */
    double across_um4;   /* the same of y from the middle times residual in x */
    double squares_um2;  /* of steps, both axes */
    double products_um2; /* of steps that follow each other */
    double across_um2;
    double steps, pairs;
};

static void add_residuals(const struct fit *fit, const struct measure_track *track,
                          struct residuals *residuals)
{
    double sum_x = 0, sum_y = 0, sum_across = 0, before_x = 0, before_y = 0;
    for (size_t i = 0; i + 1 < track->positions; i++) {
        if (!is_step(track, i))
            continue;
        size_t frame = (size_t)track->frames[i];
        double across = across_um(fit, track, i);
        double x =
            track_step_x_um(track, i) - speed_at(fit, fit->x_um, frame) - fit->shear * across;
        double y = track_step_y_um(track, i) - speed_at(fit, fit->y_um, frame);
        sum_x += x;
        sum_y += y;
        sum_across += across * x;
        residuals->squares_um2 += x * x + y * y;
        residuals->across_um2 += across * across;
        residuals->steps++;
        if (i > 0 && is_step(track, i - 1)) {
            residuals->products_um2 += x * before_x + y * before_y;
            residuals->pairs++;
        }
        before_x = x;
        before_y = y;
    }
    residuals->x_um2 += sum_x * sum_x;
    residuals->y_um2 += sum_y * sum_y;
    residuals->across_um4 += sum_across * sum_across;
}

/* 99 % point of chi-square over its degrees of freedom: Wilson and Hilferty 1931. */
static double chi_square_99(double degrees)
{
    double width = 2 / (9 * degrees);
    double root = 1 - width + 2.3263478740408408 * sqrt(width);
    return root * root * root;
}

/* Squares of the sums of frames over sums of squares: 1 where steps are independent of each other.
 * Steps that follow each other correlate, which leaves fewer degrees of freedom: 1 + 2 rho^2. */
static void judge_vibration(const struct fit *fit, const struct residuals *residuals,
                            struct measure_drift *result)
{
    double common = 0, alone = 0, frames = 0;
    for (size_t frame = 0; frame < fit->frames; frame++) {
        const struct frame_sums *sums = &fit->sums[frame];
        if (sums->steps < 2)
            continue;
        double vx = speed_at(fit, fit->x_um, frame), vy = speed_at(fit, fit->y_um, frame);
        double x = sums->x_um - sums->steps * vx - fit->shear * sums->across_um;
        double y = sums->y_um - sums->steps * vy;
        common += x * x + y * y;
        alone += sums->squares_um2 - 2 * vx * sums->x_um - 2 * vy * sums->y_um +
                 sums->steps * (vx * vx + vy * vy) +
                 fit->shear * (2 * vx * sums->across_um - 2 * sums->across_x_um2 +
                               fit->shear * sums->across_um2);
        frames++;
    }
    if (!(alone > 0) || !(residuals->squares_um2 > 0))
        return;
    double correlation = residuals->pairs > 0 ? residuals->products_um2 / residuals->pairs /
                                                    (residuals->squares_um2 / residuals->steps)
                                              : 0;
    result->vibration_ratio = common / alone;
    result->vibration_limit = chi_square_99(2 * frames / (1 + 2 * correlation * correlation));
}

static void follow(const struct fit *fit, const double *knots, double *path_um)
{
    path_um[0] = 0;
    for (size_t frame = 0; frame < fit->frames; frame++)
        path_um[frame + 1] = path_um[frame] + speed_at(fit, knots, frame);
}

static void describe(const struct fit *fit, const struct residuals *residuals, double frame_s,
                     struct measure_drift *result)
{
    double steps = residuals->steps;
    result->x_se_um_per_s = sqrt(residuals->x_um2) / steps / frame_s;
    result->y_se_um_per_s = sqrt(residuals->y_um2) / steps / frame_s;
    result->shear_per_s = fit->shear / frame_s;
    if (fit->shear != 0)
        result->shear_se_per_s = sqrt(residuals->across_um4) / residuals->across_um2 / frame_s;
    result->taken = (double)fit->knots / steps;
    result->rms_step_um = sqrt(residuals->squares_um2 / 2 / steps);
    judge_vibration(fit, residuals, result);
}

/* False where a track of the video is malformed or leaves its frames. */
static bool sum_tracks(struct fit *fit, const struct measure_track *tracks, size_t count,
                       uint32_t video)
{
    fit->middle_um = middle_of(tracks, count, video);
    for (size_t i = 0; i < count; i++)
        if (tracks[i].video == video && tracks[i].positions > 0 &&
            (track_check(&tracks[i]) != MEASURED || !sum_steps(fit, &tracks[i])))
            return false;
    return true;
}

static double steps_of(const struct fit *fit)
{
    double steps = 0;
    for (size_t frame = 0; frame < fit->frames; frame++)
        steps += fit->sums[frame].steps;
    return steps;
}

enum measured measure_drift(const struct measure_track *tracks, size_t count,
                            const struct measure_timing *timing,
                            const struct measure_drift_settings *settings, double *room,
                            struct measure_drift *result)
{
    enum measured state = timing_check(timing);
    if (state != MEASURED)
        return state;
    if (settings->frames < 2 || !(settings->knot_s >= 4 * timing->frame_s))
        return MEASURED_OUTSIDE;
    struct fit fit = fit_open(timing, settings->frames, settings->knot_s, room);
    struct residuals residuals = {0};
    if (!sum_tracks(&fit, tracks, count, settings->video))
        return MEASURED_MALFORMED;
    if (!(steps_of(&fit) > 0))
        return MEASURED_NOT;
    add_equations(&fit, steps_of(&fit));
    factorise(&fit);
    solve(&fit, fit.x_um);
    solve(&fit, fit.y_um);
    if (settings->with_shear)
        take_shear(&fit);
    for (size_t i = 0; i < count; i++)
        if (tracks[i].video == settings->video)
            add_residuals(&fit, &tracks[i], &residuals);
    *result = (struct measure_drift){0};
    describe(&fit, &residuals, timing->frame_s, result);
    follow(&fit, fit.x_um, settings->path_x_um);
    follow(&fit, fit.y_um, settings->path_y_um);
    double elapsed_s = (double)fit.frames * timing->frame_s;
    result->x_um_per_s = settings->path_x_um[fit.frames] / elapsed_s;
    result->y_um_per_s = settings->path_y_um[fit.frames] / elapsed_s;
    return isfinite(result->x_um_per_s) && isfinite(result->y_um_per_s) ? MEASURED
                                                                        : MEASURED_MALFORMED;
}
