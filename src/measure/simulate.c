/* simulate.c: particles in a box, what a tracker sees of them, and the truth. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct body_count { /* for the truth about sizes */
    double diameter_nm;
    size_t frames; /* in view */
};

struct simulation {
    struct arena *arena;
    struct stage stage;
    struct simulated *out;
    size_t observation_room;
    size_t position_room;
    int64_t next_particle; /* number of the next track */
    struct body_count *counts;
};

/* How far one body has been followed. */
struct following {
    struct random detection;
    int64_t number; /* of the moment before */
    int64_t particle;
    int32_t last_frame; /* in which it was seen; below zero: not under this number */
};

/* An array of the arena with room for one more; it doubles, so that what is left behind is never
 * more than what is used. */
static void *with_room(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    enum { FIRST = 1024 };
    if (count < *room)
        return items;
    *room = *room ? 2 * *room : FIRST;
    void *larger = arena_take(arena, *room * size);
    if (count > 0)
        memcpy(larger, items, count * size);
    return larger;
}

static void add_observation(struct simulation *simulation, const struct observation *observation)
{
    struct simulated *out = simulation->out;
    out->observations = with_room(simulation->arena, out->observations, out->observation_count,
                                  &simulation->observation_room, sizeof *out->observations);
    out->observations[out->observation_count++] = *observation;
}

static void add_position(struct simulation *simulation, const struct body *body,
                         const struct moment *moment, double photons)
{
    struct simulated *out = simulation->out;
    out->positions = with_room(simulation->arena, out->positions, out->position_count,
                               &simulation->position_room, sizeof *out->positions);
    out->positions[out->position_count++] = (struct simulated_position){
        .frame = moment->frame,
        .number = moment->number,
        .x_px = moment->mean_um[0] / simulation->stage.pixel_um,
        .y_px = moment->mean_um[1] / simulation->stage.pixel_um,
        .z_um = moment->mean_um[2],
        .diameter_nm = body->diameter_nm,
        .photons = photons,
    };
}

/* Localisation of a moving spot: (psf2 + D exposure_s/3) over photons, after Deschout and others
 * (2012), beside a part that does not depend on the brightness. */
static double noise_sd_um(const struct stage *stage, const struct moment *moment, double photons)
{
    const struct scene *scene = stage->scene;
    double fixed_um = scene->noise_nm / 1000;
    double spot_um2 =
        scene->psf_um * scene->psf_um + moment->diffusion_um2_per_s * stage->exposure_s / 3;
    double counted_um2 = photons > 0 ? scene->noise_factor * spot_um2 / photons : 0;
    return sqrt(fixed_um * fixed_um + counted_um2);
}

/* Four draws whatever comes of them, so that a changed share of misses leaves the rest as it is. */
static void detect(struct simulation *simulation, struct following *following,
                   const struct moment *moment, const struct light *light)
{
    const struct scene *scene = simulation->stage.scene;
    double luck = random_uniform(&following->detection);
    double x = random_normal(&following->detection);
    double y = random_normal(&following->detection);
    double shot = random_normal(&following->detection);
    if (light->amplitude < scene->threshold_photons || luck < scene->missed)
        return;
    if (moment->number != following->number || following->last_frame < 0 ||
        moment->frame - following->last_frame - 1 > scene->memory_frames)
        following->particle = simulation->next_particle++;
    following->number = moment->number;
    following->last_frame = moment->frame;
    double noise_um = noise_sd_um(&simulation->stage, moment, light->photons);
    add_observation(simulation,
                    &(struct observation){
                        .frame = moment->frame,
                        .particle = following->particle,
                        .x_um = moment->mean_um[0] + noise_um * x,
                        .y_um = moment->mean_um[1] + noise_um * y,
                        .brightness = fmax(light->photons + sqrt(light->photons) * shot, 1),
                    });
}

static void follow(struct simulation *simulation, size_t index)
{
    const struct stage *stage = &simulation->stage;
    struct body body = body_make(stage, index);
    struct following following = {stage_stream(stage, STREAM_DETECTION, index), 0, 0, -1};
    simulation->counts[index].diameter_nm = body.diameter_nm;
    for (int32_t frame = 0; frame < stage->scene->frames; frame++) {
        struct moment moment;
        struct passage passage;
        body_expose(stage, &body, frame, &moment);
        if (!body_is_near(stage, &moment))
            continue;
        if (stage->scene->sheet_um > 0)
            body_refine(stage, &body, &moment, &passage);
        if (stage->dropped[frame] || !stage_nears(stage, moment.mean_um, stage->pixel_um))
            continue;
        struct light light = body_light(stage, &body, &moment, &passage);
        add_position(simulation, &body, &moment, light.photons);
        if (stage_holds(stage, moment.mean_um)) {
            simulation->counts[index].frames++;
            detect(simulation, &following, &moment, &light);
        }
    }
}

/* Just above the threshold, anywhere in the view, each under a number of its own. */
static void add_false_spots(struct simulation *simulation)
{
    const struct stage *stage = &simulation->stage;
    for (int32_t frame = 0; frame < stage->scene->frames; frame++) {
        struct random random = stage_stream(stage, STREAM_FALSE, (size_t)frame);
        uint64_t count =
            stage->dropped[frame] ? 0 : random_poisson(&random, stage->scene->false_spots);
        for (uint64_t i = 0; i < count; i++) {
            struct observation spot = {.frame = frame, .particle = simulation->next_particle++};
            spot.x_um = stage->view_low_um + stage->view_um[0] * random_uniform(&random);
            spot.y_um = stage->view_low_um + stage->view_um[1] * random_uniform(&random);
            spot.brightness =
                fmax(stage->scene->threshold_photons, 1) * exp(0.1 * fabs(random_normal(&random)));
            add_observation(simulation, &spot);
        }
    }
}

/* From one body after the other to one frame after the other. */
static void sort_positions(struct simulation *simulation)
{
    struct simulated *out = simulation->out;
    size_t frames = (size_t)simulation->stage.scene->frames;
    size_t *next = arena_take(simulation->arena, (frames + 1) * sizeof *next);
    struct simulated_position *sorted =
        arena_take(simulation->arena, (out->position_count + 1) * sizeof *sorted);
    for (size_t i = 0; i < out->position_count; i++)
        next[out->positions[i].frame + 1]++;
    for (size_t i = 0; i < frames; i++)
        next[i + 1] += next[i];
    for (size_t i = 0; i < out->position_count; i++)
        sorted[next[out->positions[i].frame]++] = out->positions[i];
    out->positions = sorted;
}

static int compare_counts(const void *one, const void *other)
{
    double a = ((const struct body_count *)one)->diameter_nm;
    double b = ((const struct body_count *)other)->diameter_nm;
    return (a > b) - (a < b);
}

/* The size at which a share of the bodies, or of their frames in view, is reached. */
static double size_at(const struct body_count *counts, size_t bodies, bool by_frames, double share)
{
    double whole = 0;
    double below = 0;
    for (size_t i = 0; i < bodies; i++)
        whole += by_frames ? (double)counts[i].frames : 1;
    for (size_t i = 0; i < bodies; i++) {
        below += by_frames ? (double)counts[i].frames : 1;
        if (below > 0 && below >= share * whole)
            return counts[i].diameter_nm;
    }
    return 0;
}

static struct simulated_sizes describe(const struct body_count *counts, size_t bodies,
                                       bool by_frames)
{
    return (struct simulated_sizes){size_at(counts, bodies, by_frames, 0.1),
                                    size_at(counts, bodies, by_frames, 0.5),
                                    size_at(counts, bodies, by_frames, 0.9)};
}

static void settle_truth(struct simulation *simulation)
{
    const struct stage *stage = &simulation->stage;
    struct simulated_truth *truth = &simulation->out->truth;
    double seen = 0;
    for (size_t i = 0; i < stage->bodies; i++)
        seen += (double)simulation->counts[i].frames;
    qsort(simulation->counts, stage->bodies, sizeof *simulation->counts, compare_counts);
    *truth = (struct simulated_truth){
        .particles = stage->bodies,
        .box_ml = stage->box_um[0] * stage->box_um[1] * stage->box_um[2] * 1e-12,
        .frames = stage->recorded,
        .view_um2 = stage->view_um[0] * stage->view_um[1],
        .depth_um = stage->depth_um,
        .in_view = stage->recorded ? seen / (double)stage->recorded : 0,
        .box = describe(simulation->counts, stage->bodies, false),
        .view = describe(simulation->counts, stage->bodies, true),
    };
    truth->concentration_per_ml = (double)truth->particles / truth->box_ml;
}

bool simulate_telling(struct arena *arena, struct fault *fault, const struct scene *scene,
                      uint64_t seed, const struct simulate_progress *progress,
                      struct simulated *simulated)
{
    struct simulation simulation = {.arena = arena, .out = simulated};
    *simulated = (struct simulated){0};
    if (!stage_set(arena, fault, scene, seed, &simulation.stage))
        return false;
    size_t bodies = simulation.stage.bodies + simulation.stage.stuck;
    simulation.counts = arena_take(arena, (bodies + 1) * sizeof *simulation.counts);
    for (size_t i = 0; i < bodies; i++) {
        follow(&simulation, i);
        if (progress && !progress->tell(progress->context, i + 1, bodies))
            return false;
    }
    add_false_spots(&simulation);
    sort_positions(&simulation);
    settle_truth(&simulation);
    return true;
}

bool simulate_tracks(struct arena *arena, struct fault *fault, const struct scene *scene,
                     uint64_t seed, struct simulated *simulated)
{
    return simulate_telling(arena, fault, scene, seed, NULL, simulated);
}
