/* track.c: observations in the order of their particles, and tracks cut from them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/track.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static int observation_order(const void *one, const void *other)
{
    const struct observation *a = one, *b = other;
    if (a->video != b->video)
        return a->video < b->video ? -1 : 1;
    if (a->particle != b->particle)
        return a->particle < b->particle ? -1 : 1;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

static bool is_same_particle(const struct observation *a, const struct observation *b)
{
    return a->video == b->video && a->particle == b->particle;
}

static bool check_observations(struct fault *fault, const struct observation *observations,
                               size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct observation *now = &observations[i], *before = now - 1;
        if (is_same_particle(now, before) && now->frame == before->frame)
            return fail(fault, FAULT_INPUT, "particle",
                        "Particle %" PRId64 " stands twice in frame %" PRId32 " of video %" PRIu32
                        "; a particle is in one place at a time.",
                        now->particle, now->frame, now->video + 1);
    }
    return true;
}

/* The columns that the tracks point into. */
struct columns {
    int32_t *frames;
    double *x_um;
    double *y_um;
};

static struct columns columns_take(struct arena *arena, const struct observation *observations,
                                   size_t count)
{
    struct columns columns = {
        .frames = arena_take(arena, (count + 1) * sizeof *columns.frames),
        .x_um = arena_take(arena, (count + 1) * sizeof *columns.x_um),
        .y_um = arena_take(arena, (count + 1) * sizeof *columns.y_um),
    };
    for (size_t i = 0; i < count; i++) {
        columns.frames[i] = observations[i].frame;
        columns.x_um[i] = observations[i].x_um;
        columns.y_um[i] = observations[i].y_um;
    }
    return columns;
}

static double mean_brightness(const struct observation *observations, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += observations[i].brightness > 0 ? log(observations[i].brightness) : NAN;
    return sum / (double)count;
}

static void cut_tracks(struct arena *arena, const struct columns *columns,
                       struct track_table *table)
{
    const struct observation *observations = table->observations;
    size_t total = table->observation_count;
    for (size_t i = 0; i < total; i++)
        table->count += i == 0 || !is_same_particle(&observations[i], &observations[i - 1]);
    table->tracks = arena_take(arena, (table->count + 1) * sizeof *table->tracks);
    table->brightness = arena_take(arena, (table->count + 1) * sizeof *table->brightness);
    table->first = arena_take(arena, (table->count + 1) * sizeof *table->first);
    size_t track = 0;
    for (size_t first = 0, end = 0; first < total; first = end, track++) {
        while (end < total && is_same_particle(&observations[first], &observations[end]))
            end++;
        table->first[track] = first;
        table->brightness[track] = mean_brightness(&observations[first], end - first);
        table->tracks[track] = (struct measure_track){
            .frames = columns->frames + first,
            .x_um = columns->x_um + first,
            .y_um = columns->y_um + first,
            .positions = end - first,
            .video = observations[first].video,
        };
    }
}

bool track_table_make(struct arena *arena, struct fault *fault, const struct observations *seen,
                      struct track_table *table)
{
    *table = (struct track_table){.observations = seen->rows,
                                  .observation_count = seen->count,
                                  .videos = seen->videos,
                                  .lost = seen->lost};
    qsort(seen->rows, seen->count, sizeof *seen->rows, observation_order);
    if (!check_observations(fault, seen->rows, seen->count))
        return false;
    table->video_frames = arena_take(arena, (seen->videos + 1) * sizeof *table->video_frames);
    for (size_t i = 0; i < seen->videos; i++)
        table->video_frames[i] = seen->frames ? seen->frames[i] : 0;
    for (size_t i = 0; i < seen->count; i++) {
        size_t *frames = &table->video_frames[seen->rows[i].video];
        if ((size_t)seen->rows[i].frame + 1 > *frames)
            *frames = (size_t)seen->rows[i].frame + 1;
    }
    struct columns columns = columns_take(arena, seen->rows, seen->count);
    cut_tracks(arena, &columns, table);
    return true;
}

size_t track_table_held(const struct track_table *table, size_t video, double *numbers)
{
    const bool *lost = table->lost ? table->lost[video] : NULL;
    size_t held = 0;
    for (size_t i = 0; i < table->video_frames[video]; i++)
        if (!lost || !lost[i])
            numbers[held++] = numbers[i];
    return held;
}
