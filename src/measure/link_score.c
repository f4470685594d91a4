/* link_score.c: the linker against the truth of simulated positions. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/link_score.h"

#include "measure/measurement.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *one, const void *other)
{
    const struct observation *left = one, *right = other;
    if (left->frame != right->frame)
        return left->frame < right->frame ? -1 : 1;
    if (left->y_um < right->y_um || left->y_um > right->y_um)
        return left->y_um < right->y_um ? -1 : 1;
    return (left->x_um > right->x_um) - (left->x_um < right->x_um);
}

/* What a detector would give for it; the truth stays behind. */
static struct located spot_of(const struct observation *seen, double pixel_um)
{
    return (struct located){
        .x_px = seen->x_um / pixel_um, .y_px = seen->y_um / pixel_um, .light_dn = seen->brightness};
}

static size_t frame_end(const struct link_scene *scene, const struct observation *seen,
                        size_t begin)
{
    size_t end = begin;
    while (end < scene->observation_count && seen[end].frame == seen[begin].frame)
        end++;
    return end;
}

/* Seconds; frames without a spot are told as well, but not those that are not among the frames. */
static void link_all(struct arena *arena, const struct link_scene *scene,
                     const struct observation *seen, int64_t *particles,
                     struct linking_facts *facts)
{
    struct linker *linker = linker_open(arena, &scene->settings);
    struct located *spots = arena_take(arena, (scene->observation_count + 1) * sizeof *spots);
    for (size_t i = 0; i < scene->observation_count; i++)
        spots[i] = spot_of(&seen[i], scene->settings.pixel_um);
    for (size_t begin = 0; begin < scene->observation_count;) {
        size_t end = frame_end(scene, seen, begin);
        linker_take(linker, seen[begin].frame, spots + begin, end - begin, particles + begin);
        begin = end;
    }
    *facts = *linker_facts(linker);
}

/* ---- Links: two positions of one number that follow each other. ---- */

struct position {
    int64_t number;
    int64_t truth;
    int32_t frame;
};

static int compare_positions(const void *one, const void *other)
{
    const struct position *left = one, *right = other;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return (left->frame > right->frame) - (left->frame < right->frame);
}

static void count_links(const struct position *positions, size_t count, int32_t frames_most,
                        size_t *links, size_t *wrong)
{
    for (size_t i = 1; i < count; i++) {
        const struct position *from = &positions[i - 1], *to = &positions[i];
        if (from->number != to->number || to->frame - from->frame > frames_most)
            continue;
        ++*links;
        *wrong += from->truth != to->truth;
    }
}

static void count_all(struct arena *arena, const struct link_scene *scene,
                      const struct observation *seen, const int64_t *particles,
                      struct link_score *score)
{
    size_t none = 0;
    struct position *positions =
        arena_take(arena, (scene->observation_count + 1) * sizeof *positions);
    for (size_t i = 0; i < scene->observation_count; i++)
        positions[i] = (struct position){particles[i], seen[i].particle, seen[i].frame};
    qsort(positions, scene->observation_count, sizeof *positions, compare_positions);
    count_links(positions, scene->observation_count, INT32_MAX, &score->links, &score->wrong);
    for (size_t i = 0; i < scene->observation_count; i++)
        positions[i] = (struct position){seen[i].particle, seen[i].particle, seen[i].frame};
    qsort(positions, scene->observation_count, sizeof *positions, compare_positions);
    count_links(positions, scene->observation_count, scene->settings.missed_most + 1,
                &score->links_all, &none);
    size_t right = score->links - score->wrong;
    score->lost_share = score->links_all ? 1 - (double)right / (double)score->links_all : 0;
}

/* ---- What the estimators make of the tracks. ---- */

static bool measure_rows(struct arena *arena, struct fault *fault, const struct link_scene *scene,
                         struct observation *rows, struct measurement *made)
{
    enum { POSITIONS_LEAST = 5 };
    struct observations all = {
        .rows = rows, .count = scene->observation_count, .videos = 1, .frames = &scene->frames};
    struct track_table table;
    const struct measurement_settings settings = {.timing = scene->timing,
                                                  .medium = scene->medium,
                                                  .positions_least = POSITIONS_LEAST,
                                                  .missed_frame_allowed = true,
                                                  .threads = 1};
    return track_table_make(arena, fault, &all, &table) &&
           measurement_make(arena, fault, &table, &settings, made);
}

static bool measure_both(struct arena *arena, struct fault *fault, const struct link_scene *scene,
                         const struct observation *seen, const int64_t *particles,
                         struct link_score *score)
{
    size_t count = scene->observation_count;
    struct measurement linked, perfect;
    struct observation *rows = arena_take(arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        rows[i] = seen[i];
        rows[i].particle = particles[i];
    }
    if (!measure_rows(arena, fault, scene, rows, &linked))
        return false;
    for (size_t i = 0; i < count; i++)
        rows[i] = seen[i];
    if (!measure_rows(arena, fault, scene, rows, &perfect))
        return false;
    score->steps = linked.pooled.steps;
    score->diffusion_um2_per_s = linked.pooled.diffusion_um2_per_s;
    score->perfect_um2_per_s = perfect.pooled.diffusion_um2_per_s;
    score->d50_nm = linked.distribution.by_number.value.d50_nm;
    score->perfect_d50_nm = perfect.distribution.by_number.value.d50_nm;
    return true;
}

bool link_score_make(struct arena *arena, struct fault *fault, const struct link_scene *scene,
                     struct link_score *score)
{
    size_t count = scene->observation_count;
    struct observation *seen = arena_take(arena, (count + 1) * sizeof *seen);
    int64_t *particles = arena_take(arena, (count + 1) * sizeof *particles);
    if (count > 0)
        memcpy(seen, scene->observations, count * sizeof *seen);
    qsort(seen, count, sizeof *seen, compare);
    *score = (struct link_score){0};
    link_all(arena, scene, seen, particles, &score->facts);
    count_all(arena, scene, seen, particles, score);
    return !scene->measured || measure_both(arena, fault, scene, seen, particles, score);
}
