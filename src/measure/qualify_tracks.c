/* qualify_tracks.c: tracks of particles whose sizes are known. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_tracks.h"

#include <math.h>
#include <stdlib.h>

double qualify_size_draw(const struct qualify_population *population, struct random *random)
{
    bool second = random_uniform(random) < population->second_share;
    double median_nm = second ? population->second_nm : population->first_nm;
    return median_nm * exp(population->sd_ln * random_normal(random));
}

static int compare(const void *one, const void *other)
{
    const struct qualify_particle *left = one, *right = other;
    return (left->size_nm > right->size_nm) - (left->size_nm < right->size_nm);
}

double qualify_truth_nm(const struct qualify_tracks *made, double part)
{
    double frames = 0, below = 0;
    for (size_t i = 0; i < made->particle_count; i++)
        frames += made->particles[i].frames;
    for (size_t i = 0; i < made->particle_count; i++) {
        below += made->particles[i].frames;
        if (below >= part * frames)
            return made->particles[i].size_nm;
    }
    return 0;
}

static double diffusion_of(double size_nm, const struct qualify_optics *optics)
{
    double diffusion = 0;
    (void)measure_diffusion_um2_per_s(size_nm, &optics->medium, &diffusion);
    return diffusion;
}

/* A track and the arrays that it points into. */
struct blank {
    struct measure_track track;
    int32_t *frames;
    double *x_um;
    double *y_um;
};

static struct blank blank_take(struct arena *arena, size_t positions,
                               const struct qualify_optics *optics)
{
    struct blank blank = {.frames = arena_take(arena, positions * sizeof(int32_t)),
                          .x_um = arena_take(arena, positions * sizeof(double)),
                          .y_um = arena_take(arena, positions * sizeof(double))};
    blank.track = (struct measure_track){.frames = blank.frames,
                                         .x_um = blank.x_um,
                                         .y_um = blank.y_um,
                                         .positions = positions,
                                         .noise_um2 = optics->noise_um * optics->noise_um};
    return blank;
}

struct qualify_tracks qualify_free_tracks(struct arena *arena, uint64_t seed,
                                          const struct qualify_population *population,
                                          const struct qualify_optics *optics, size_t count,
                                          size_t videos)
{
    enum { POSITIONS_LEAST = 10, STEPS_MORE = 10 };
    struct qualify_tracks made = {.tracks = arena_take(arena, count * sizeof *made.tracks),
                                  .count = count,
                                  .particles = arena_take(arena, count * sizeof *made.particles),
                                  .particle_count = count};
    for (size_t t = 0; t < count; t++) {
        struct random random = random_stream(seed, t);
        double size_nm = qualify_size_draw(population, &random);
        double diffusion = diffusion_of(size_nm, optics);
        made.particles[t] = (struct qualify_particle){.size_nm = size_nm, .frames = 1};
        size_t positions =
            POSITIONS_LEAST + (size_t)(-STEPS_MORE * log1p(-random_uniform(&random)));
        struct blank blank = blank_take(arena, positions, optics);
        double noise_um2 = blank.track.noise_um2;
        for (size_t i = 0; i < positions; i++)
            blank.frames[i] = (int32_t)i;
        brownian_axis(&random, diffusion, &optics->timing, noise_um2, positions, blank.x_um);
        brownian_axis(&random, diffusion, &optics->timing, noise_um2, positions, blank.y_um);
        blank.track.video = (uint32_t)(t % videos);
        made.tracks[t] = blank.track;
    }
    qsort(made.particles, made.particle_count, sizeof *made.particles, compare);
    return made;
}

/* The whole way of one particle, in view or not. */
struct way {
    bool *in_view;
    double *x_um;
    double *y_um;
};

enum { BOX_DEPTHS = 5 };

static void way_draw(struct random *random, double diffusion, const struct qualify_optics *optics,
                     const struct measure_slab *slab, const struct way *way)
{
    double box_um = BOX_DEPTHS * slab->depth_um;
    double step_um = sqrt(2 * diffusion * optics->timing.frame_s);
    double z_um = box_um * random_uniform(random);
    for (size_t i = 0; i < slab->frames; i++) {
        way->in_view[i] = z_um < slab->depth_um;
        z_um = fmod(z_um + step_um * random_normal(random), box_um);
        z_um = z_um < 0 ? z_um + box_um : z_um;
    }
    double noise_um2 = optics->noise_um * optics->noise_um;
    brownian_axis(random, diffusion, &optics->timing, noise_um2, slab->frames, way->x_um);
    brownian_axis(random, diffusion, &optics->timing, noise_um2, slab->frames, way->y_um);
}

/* The positions of the track that begins at a frame in view; *end is the frame behind its last. */
static size_t track_extent(const struct measure_slab *slab, const bool *in_view, size_t begin,
                           size_t *end)
{
    size_t gap = slab->missed_frame_allowed ? 1 : 0, positions = 0;
    *end = begin;
    for (size_t i = begin; i < slab->frames && i <= *end + gap; i++)
        if (in_view[i]) {
            positions++;
            *end = i + 1;
        }
    return positions;
}

static void tracks_cut(struct arena *arena, const struct qualify_optics *optics,
                       const struct measure_slab *slab, const struct way *way,
                       struct qualify_tracks *made)
{
    size_t end = 0;
    for (size_t begin = 0; begin < slab->frames; begin = end) {
        end = begin + 1;
        if (!way->in_view[begin])
            continue;
        size_t positions = track_extent(slab, way->in_view, begin, &end), at = 0;
        if (positions < slab->positions_least)
            continue;
        struct blank blank = blank_take(arena, positions, optics);
        for (size_t i = begin; i < end; i++) {
            if (!way->in_view[i])
                continue;
            blank.frames[at] = (int32_t)i;
            blank.x_um[at] = way->x_um[i];
            blank.y_um[at++] = way->y_um[i];
        }
        made->tracks[made->count++] = blank.track;
    }
}

struct qualify_tracks qualify_slab_tracks(struct arena *arena, uint64_t seed,
                                          const struct qualify_population *population,
                                          const struct qualify_optics *optics,
                                          const struct measure_slab *slab, size_t particles_in_view)
{
    size_t particles = BOX_DEPTHS * particles_in_view;
    size_t most = particles * (slab->frames / slab->positions_least + 1);
    struct qualify_tracks made = {.tracks = arena_take(arena, most * sizeof *made.tracks),
                                  .particles =
                                      arena_take(arena, particles * sizeof *made.particles),
                                  .particle_count = particles};
    struct way way = {.in_view = arena_take(arena, slab->frames * sizeof(bool)),
                      .x_um = arena_take(arena, slab->frames * sizeof(double)),
                      .y_um = arena_take(arena, slab->frames * sizeof(double))};
    for (size_t p = 0; p < particles; p++) {
        struct random random = random_stream(seed, p);
        double size_nm = qualify_size_draw(population, &random);
        way_draw(&random, diffusion_of(size_nm, optics), optics, slab, &way);
        tracks_cut(arena, optics, slab, &way, &made);
        made.particles[p] = (struct qualify_particle){.size_nm = size_nm};
        for (size_t i = 0; i < slab->frames; i++)
            made.particles[p].frames += way.in_view[i];
    }
    qsort(made.particles, made.particle_count, sizeof *made.particles, compare);
    return made;
}
