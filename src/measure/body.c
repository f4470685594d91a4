/* body.c: the way of one simulated particle through the box. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/body.h"

#include <math.h>

static const struct scene_population *draw_population(const struct scene *scene,
                                                      struct random *random)
{
    double shares = 0;
    for (int32_t i = 0; i < scene->population_count; i++)
        shares += scene->populations[i].share;
    double left = random_uniform(random) * shares;
    int32_t chosen = 0;
    while (chosen + 1 < scene->population_count && left >= scene->populations[chosen].share)
        left -= scene->populations[chosen++].share;
    return &scene->populations[chosen];
}

/* Two normals whatever the scene, so that a changed spread leaves the ways as they are. */
static void draw_substance(const struct scene *scene, struct body *body)
{
    const struct scene_population *population = draw_population(scene, &body->way);
    double size = random_normal(&body->way);
    double brightness = random_normal(&body->way);
    body->diameter_nm = population->median_nm * exp(population->ln_sd * size);
    body->photons = scene->photons_100nm *
                    pow(body->diameter_nm / 100, scene->brightness_exponent) *
                    exp(scene->brightness_ln_sd * brightness);
    body->photons = fmin(body->photons, scene->saturation_photons);
}

struct body body_make(const struct stage *stage, size_t index)
{
    struct body body = {
        .index = index,
        .stuck = index >= stage->bodies,
        .way = stage_stream(stage, STREAM_BODY, index),
        .refinement = stage_stream(stage, STREAM_REFINEMENT, index),
    };
    draw_substance(stage->scene, &body);
    for (int axis = 0; axis < 3; axis++) {
        double share = random_uniform(&body.way);
        if (!body.stuck)
            body.at_um[axis] = stage->low_um[axis] + stage->box_um[axis] * share;
        else if (axis < 2)
            body.at_um[axis] = stage->view_low_um + stage->view_um[axis] * share;
    }
    return body;
}

/* Displacement over the frame, of variance 2 D frame_s, and mean displacement over the exposure: of
 * variance 2 D exposure_s/3 and covariance D exposure_s with the other. */
static void draw_steps(const struct stage *stage, struct body *body, struct moment *moment)
{
    double frame_s = stage->scene->frame_s;
    double exposure_s = stage->exposure_s;
    double diffusion = moment->diffusion_um2_per_s;
    double step_sd = sqrt(2 * diffusion * frame_s);
    double slope = exposure_s / (2 * frame_s);
    double rest_sd = sqrt(diffusion * exposure_s * (2.0 / 3 - exposure_s / (2 * frame_s)));
    for (int axis = 0; axis < 3; axis++) {
        moment->step_um[axis] = step_sd * random_normal(&body->way);
        moment->mean_step_um[axis] =
            slope * moment->step_um[axis] + rest_sd * random_normal(&body->way);
    }
}

static void wrap(const struct stage *stage, struct body *body)
{
    bool wrapped = false;
    for (int axis = 0; axis < 3; axis++) {
        double boxes = floor((body->at_um[axis] - stage->low_um[axis]) / stage->box_um[axis]);
        body->at_um[axis] -= boxes * stage->box_um[axis];
        wrapped = wrapped || boxes != 0;
    }
    body->wraps += wrapped;
}

void body_expose(const struct stage *stage, struct body *body, int32_t frame, struct moment *moment)
{
    const struct scene *scene = stage->scene;
    double half_um = stage->view_low_um + stage->view_um[1] / 2;
    double begin_s = frame * scene->frame_s;
    *moment = (struct moment){.frame = frame};
    moment->number = body->stuck ? -1 - (int64_t)(body->index - stage->bodies)
                                 : (int64_t)body->index + (int64_t)stage->bodies * body->wraps;
    if (!body->stuck) {
        moment->diffusion_um2_per_s = stage->diffusion_nm_um2_per_s[frame] / body->diameter_nm;
        moment->speed_um_per_s[0] =
            scene->drift_x_um_per_s + scene->shear_per_s * (body->at_um[1] - half_um);
        moment->speed_um_per_s[1] = scene->drift_y_um_per_s;
        draw_steps(stage, body, moment);
    }
    for (int axis = 0; axis < 3; axis++) {
        double speed = moment->speed_um_per_s[axis];
        moment->start_um[axis] = body->at_um[axis];
        moment->mean_um[axis] =
            body->at_um[axis] + moment->mean_step_um[axis] + speed * stage->exposure_s / 2;
        body->at_um[axis] += moment->step_um[axis] + speed * scene->frame_s;
    }
    moment->mean_um[0] += stage_shake_um(stage, begin_s, begin_s + stage->exposure_s);
    if (!body->stuck)
        wrap(stage, body);
}

bool body_is_near(const struct stage *stage, const struct moment *moment)
{
    double reach_um = 5 * stage_spot_um(stage, moment->mean_um[2]);
    return stage_nears(stage, moment->mean_um, fmax(reach_um, stage->pixel_um));
}

/* A free way over the frame: means over the parts of the exposure, from its start on. */
static double draw_free(struct random *random, double diffusion, struct passage *passage, int axis)
{
    double end_sd = sqrt(2 * diffusion * passage->part_s);
    double mean_sd = sqrt(diffusion * passage->part_s / 6);
    double at = 0;
    for (int32_t i = 0; i < passage->parts; i++) {
        double step = end_sd * random_normal(random);
        passage->at_um[axis][i] = at + step / 2 + mean_sd * random_normal(random);
        at += step;
    }
    return at;
}

/* A normal process is conditioned by adding to a free draw what its covariance with the conditions
 * makes of their distance from it (Matheron's rule). Covariances over 2 D, at the time t of the
 * exposure: with the step of the frame t, with the mean over the exposure t - t2/(2 exposure_s). */
static void condition(const struct stage *stage, const struct moment *moment, double free_step,
                      struct passage *passage, int axis)
{
    double part_s = passage->part_s;
    double exposure_s = stage->exposure_s;
    double frame_s = stage->scene->frame_s;
    double *at_um = passage->at_um[axis];
    double free_mean = 0;
    for (int32_t i = 0; i < passage->parts; i++)
        free_mean += at_um[i] / passage->parts;
    double mean_off = moment->mean_step_um[axis] - free_mean;
    double step_off = moment->step_um[axis] - free_step;
    double determinant = exposure_s * frame_s / 3 - exposure_s * exposure_s / 4;
    double by_mean = (frame_s * mean_off - exposure_s / 2 * step_off) / determinant;
    double by_step = (exposure_s / 3 * step_off - exposure_s / 2 * mean_off) / determinant;
    for (int32_t i = 0; i < passage->parts; i++) {
        double middle = part_s * (i + 0.5);
        double square = part_s * part_s * ((double)i * i + i + 1.0 / 3);
        at_um[i] += by_mean * (middle - square / (2 * exposure_s)) + by_step * middle;
    }
}

void body_refine(const struct stage *stage, struct body *body, const struct moment *moment,
                 struct passage *passage)
{
    double begin_s = moment->frame * stage->scene->frame_s;
    double dark_sd =
        sqrt(2 * moment->diffusion_um2_per_s * (stage->scene->frame_s - stage->exposure_s));
    passage->parts = stage->scene->substeps;
    passage->part_s = stage->exposure_s / passage->parts;
    for (int axis = 0; axis < 3; axis++) {
        double *at_um = passage->at_um[axis];
        double diffusion = body->stuck ? 0 : moment->diffusion_um2_per_s;
        double free_step = draw_free(&body->refinement, diffusion, passage, axis);
        free_step += dark_sd * random_normal(&body->refinement);
        if (diffusion > 0 && stage->exposure_s > 0)
            condition(stage, moment, free_step, passage, axis);
        for (int32_t i = 0; i < passage->parts; i++)
            at_um[i] +=
                moment->start_um[axis] + moment->speed_um_per_s[axis] * passage->part_s * (i + 0.5);
        for (int32_t i = 0; axis == 0 && i < passage->parts; i++)
            at_um[i] += stage_shake_um(stage, begin_s + passage->part_s * i,
                                       begin_s + passage->part_s * (i + 1));
    }
}

double body_sheet(const struct stage *stage, double z_um)
{
    double depth = z_um / stage->scene->sheet_um;
    return exp(-2 * depth * depth);
}

struct light body_light(const struct stage *stage, const struct body *body,
                        const struct moment *moment, const struct passage *passage)
{
    double photons =
        body->photons * stage_illumination(stage, moment->mean_um[0], moment->mean_um[1]);
    if (stage->scene->sheet_um <= 0)
        return (struct light){photons, photons};
    struct light light = {0, 0};
    for (int32_t i = 0; i < passage->parts; i++) {
        double z_um = passage->at_um[2][i];
        double defocus = z_um / stage->scene->defocus_um;
        double part = photons * body_sheet(stage, z_um) / passage->parts;
        light.photons += part;
        light.amplitude += part / (1 + defocus * defocus);
    }
    return light;
}
