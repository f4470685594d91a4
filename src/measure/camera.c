/* camera.c: light of particles to numbers of pixels. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/camera.h"

#include "measure/noise_table.h"

#include <math.h>
#include <string.h>

enum { LARGEST_REACH = 256 }; /* pixels to each side of a spot */

/* 5 standard deviations hold all but 6e-7 of a spot on each axis. */
static const double reach_sd = 5;

size_t camera_pixels(const struct scene *scene)
{
    return (size_t)scene->width_px * (size_t)scene->height_px;
}

size_t camera_frame_bytes(const struct scene *scene)
{
    return camera_pixels(scene) * (scene->bits > 8 ? 2 : 1);
}

struct camera camera_make(struct arena *arena, const struct stage *stage)
{
    const struct scene *scene = stage->scene;
    size_t pixels = camera_pixels(scene);
    struct camera camera = {
        .stage = stage,
        .backdrop = arena_take(arena, pixels * sizeof *camera.backdrop),
        .noise = noise_table_make(arena, scene),
    };
    double *at = camera.backdrop;
    for (int32_t y = 0; y < scene->height_px; y++)
        for (int32_t x = 0; x < scene->width_px; x++)
            *at++ = scene->background_photons *
                    stage_illumination(stage, x * stage->pixel_um, y * stage->pixel_um);
    struct random random = stage_stream(stage, STREAM_HOT, 0);
    for (int32_t i = 0; i < scene->hot_pixels; i++)
        camera.backdrop[random_below(&random, pixels)] += scene->hot_photons;
    return camera;
}

static void add_spot(struct arena *arena, struct exposure *exposure, const struct spot *spot)
{
    if (exposure->count == exposure->room) {
        size_t room = exposure->room ? 2 * exposure->room : 1024;
        struct spot *larger = arena_take(arena, room * sizeof *larger);
        if (exposure->count > 0)
            memcpy(larger, exposure->spots, exposure->count * sizeof *larger);
        exposure->spots = larger;
        exposure->room = room;
    }
    exposure->spots[exposure->count++] = *spot;
}

/* Within a part of the exposure a particle spreads about its mean by D part_s/3. */
static void add_passage(struct arena *arena, const struct stage *stage, const struct body *body,
                        const struct moment *moment, const struct passage *passage,
                        struct exposure *exposure)
{
    double photons = body->photons / passage->parts *
                     stage_illumination(stage, moment->mean_um[0], moment->mean_um[1]);
    for (int32_t i = 0; i < passage->parts; i++) {
        double spot_um = stage_spot_um(stage, passage->at_um[2][i]);
        double variance_um2 = spot_um * spot_um + moment->diffusion_um2_per_s * passage->part_s / 3;
        bool sheet = stage->scene->sheet_um > 0;
        add_spot(arena, exposure,
                 &(struct spot){
                     .x_px = passage->at_um[0][i] / stage->pixel_um,
                     .y_px = passage->at_um[1][i] / stage->pixel_um,
                     .sd_px = sqrt(variance_um2) / stage->pixel_um,
                     .photons = photons * (sheet ? body_sheet(stage, passage->at_um[2][i]) : 1),
                 });
    }
}

void camera_collect(struct arena *arena, const struct stage *stage, struct body *bodies,
                    int32_t frame, struct exposure *exposure)
{
    exposure->frame = frame;
    exposure->count = 0;
    for (size_t i = 0; i < stage->bodies + stage->stuck; i++) {
        struct moment moment;
        struct passage passage;
        body_expose(stage, &bodies[i], frame, &moment);
        if (!body_is_near(stage, &moment))
            continue;
        body_refine(stage, &bodies[i], &moment, &passage);
        if (!stage->dropped[frame])
            add_passage(arena, stage, &bodies[i], &moment, &passage, exposure);
    }
}

/* Pixels of one axis that a spot reaches, and which share of its light each of them gets. */
struct reach {
    int32_t first;
    int32_t count;
    double shares[2 * LARGEST_REACH + 1];
};

static void reach_make(struct reach *reach, double at_px, double sd_px, int32_t pixels)
{
    double far = fmin(ceil(reach_sd * sd_px), LARGEST_REACH);
    double first = fmax(floor(at_px + 0.5) - far, 0);
    double last = fmin(floor(at_px + 0.5) + far, pixels - 1);
    double scale = 1 / (sd_px * sqrt(2));
    reach->count = 0;
    if (!(first <= last))
        return;
    reach->first = (int32_t)first;
    reach->count = (int32_t)last - reach->first + 1;
    double below = erf((first - 0.5 - at_px) * scale);
    for (int32_t i = 0; i < reach->count; i++) {
        double up_to = erf((first + i + 0.5 - at_px) * scale);
        reach->shares[i] = (up_to - below) / 2;
        below = up_to;
    }
}

static void add_light(const struct scene *scene, const struct spot *spot, double *photons)
{
    struct reach x;
    struct reach y;
    reach_make(&x, spot->x_px, spot->sd_px, scene->width_px);
    reach_make(&y, spot->y_px, spot->sd_px, scene->height_px);
    if (x.count == 0)
        return;
    for (int32_t j = 0; j < y.count; j++) {
        double of_row = spot->photons * y.shares[j];
        double *row = photons + (size_t)(y.first + j) * (size_t)scene->width_px + x.first;
        for (int32_t i = 0; i < x.count; i++)
            row[i] += of_row * x.shares[i];
    }
}

static int32_t draw_number(const struct camera *camera, double photons, struct random *random)
{
    const struct scene *scene = camera->stage->scene;
    if (camera->noise->count > 0 && photons == scene->background_photons)
        return noise_table_draw(camera->noise, random);
    double electrons = (double)random_poisson(random, photons);
    if (scene->read_noise_e > 0)
        electrons += scene->read_noise_e * random_normal(random);
    return noise_number(scene, electrons);
}

void camera_write(const struct camera *camera, const struct exposure *exposure, double *photons,
                  unsigned char *bytes)
{
    const struct scene *scene = camera->stage->scene;
    size_t pixels = camera_pixels(scene);
    struct random random = stage_stream(camera->stage, STREAM_CAMERA, (size_t)exposure->frame);
    memcpy(photons, camera->backdrop, pixels * sizeof *photons);
    for (size_t i = 0; i < exposure->count; i++)
        add_light(scene, &exposure->spots[i], photons);
    for (size_t i = 0; i < pixels; i++) {
        int32_t number = draw_number(camera, photons[i], &random);
        *bytes++ = (unsigned char)(number & 0xFF);
        if (scene->bits > 8)
            *bytes++ = (unsigned char)(number >> 8);
    }
}
