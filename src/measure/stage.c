/* stage.c: what a scene says of every frame and place, worked out once. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/stage.h"

#include "measure/measure.h"

#include <math.h>

struct random stage_stream(const struct stage *stage, enum stage_stream whose, size_t index)
{
    return random_stream(stage->seed, (uint64_t)whose << 56 | index);
}

static void set_space(struct stage *stage)
{
    const struct scene *scene = stage->scene;
    stage->pixel_um = scene->pixel_nm / 1000;
    stage->view_low_um = -stage->pixel_um / 2;
    stage->view_um[0] = scene->width_px * stage->pixel_um;
    stage->view_um[1] = scene->height_px * stage->pixel_um;
    stage->depth_um = scene_depth_um(scene);
    for (int axis = 0; axis < 2; axis++) {
        stage->low_um[axis] = stage->view_low_um - scene->margin_um;
        stage->box_um[axis] = stage->view_um[axis] + 2 * scene->margin_um;
    }
    stage->low_um[2] = -scene->box_depth_um / 2;
    stage->box_um[2] = scene->box_depth_um;
}

/* Temperature rises evenly; that of the middle of a frame holds for the whole of it. */
static bool set_medium(struct fault *fault, struct stage *stage)
{
    const struct scene *scene = stage->scene;
    for (int32_t frame = 0; frame < scene->frames; frame++) {
        double share = (frame + 0.5) / scene->frames;
        struct measure_medium medium = {
            .temperature_c = scene->temperature_c + scene->temperature_rise_k * share,
            .viscosity_mpa_s = scene->viscosity_mpa_s,
        };
        double *diffusion = &stage->diffusion_nm_um2_per_s[frame];
        if (frame > 0 && scene->temperature_rise_k == 0)
            *diffusion = stage->diffusion_nm_um2_per_s[0];
        else if ((medium.viscosity_mpa_s <= 0 &&
                  measure_water_viscosity_mpa_s(medium.temperature_c, &medium.viscosity_mpa_s) !=
                      MEASURED) ||
                 measure_diffusion_um2_per_s(1, &medium, diffusion) != MEASURED)
            return fail(fault, FAULT_INPUT, "temperature_c",
                        "The diffusion at %.9g C is not known; give temperature_c and "
                        "viscosity_mpa_s of a liquid.",
                        medium.temperature_c);
    }
    return true;
}

static void drop_frames(struct stage *stage)
{
    stage->recorded = 0;
    for (int32_t frame = 0; frame < stage->scene->frames; frame++) {
        struct random random = stage_stream(stage, STREAM_DROPPED, (size_t)frame);
        stage->dropped[frame] = random_uniform(&random) < stage->scene->dropped;
        stage->recorded += !stage->dropped[frame];
    }
}

bool stage_set(struct arena *arena, struct fault *fault, const struct scene *scene, uint64_t seed,
               struct stage *stage)
{
    if (!scene_check(fault, scene))
        return false;
    *stage = (struct stage){
        .scene = scene,
        .seed = seed,
        .exposure_s = fmin(scene->exposure_ms / 1000, scene->frame_s),
        .stuck = (size_t)scene->stuck_spots,
        .diffusion_nm_um2_per_s = arena_take(arena, (size_t)scene->frames * sizeof(double)),
        .dropped = arena_take(arena, (size_t)scene->frames * sizeof(bool)),
    };
    set_space(stage);
    struct random random = stage_stream(stage, STREAM_SCENE, 0);
    double box_ml = stage->box_um[0] * stage->box_um[1] * stage->box_um[2] * 1e-12;
    stage->bodies = (size_t)random_poisson(&random, scene->concentration_per_ml * box_ml);
    drop_frames(stage);
    return set_medium(fault, stage);
}

double stage_shake_um(const struct stage *stage, double from_s, double to_s)
{
    double amplitude_um = stage->scene->vibration_px * stage->pixel_um;
    double turn = 2 * acos(-1) * stage->scene->vibration_hz;
    if (amplitude_um <= 0 || turn <= 0)
        return 0;
    if (to_s - from_s < 1e-9)
        return amplitude_um * sin(turn * from_s);
    return amplitude_um * (cos(turn * from_s) - cos(turn * to_s)) / (turn * (to_s - from_s));
}

double stage_illumination(const struct stage *stage, double x_um, double y_um)
{
    double x = 2 * (x_um - stage->view_low_um) / stage->view_um[0] - 1;
    double y = 2 * (y_um - stage->view_low_um) / stage->view_um[1] - 1;
    return 1 - stage->scene->falloff * fmin((x * x + y * y) / 2, 1);
}

bool stage_nears(const struct stage *stage, const double at_um[3], double more_um)
{
    for (int axis = 0; axis < 2; axis++)
        if (at_um[axis] < stage->view_low_um - more_um ||
            at_um[axis] >= stage->view_low_um + stage->view_um[axis] + more_um)
            return false;
    return fabs(at_um[2]) < stage->depth_um / 2;
}

bool stage_holds(const struct stage *stage, const double at_um[3])
{
    return stage_nears(stage, at_um, 0);
}

double stage_spot_um(const struct stage *stage, double z_um)
{
    double defocus = z_um / stage->scene->defocus_um;
    return stage->scene->psf_um * sqrt(1 + defocus * defocus);
}
