/* inside_link.c: how long does it take to link the spots of a frame? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "plain.h"

#include "base/time.h"
#include "measure/linking.h"
#include "measure/simulate.h"

#include <string.h>

/* A file holds the number of its spots, 64 bits; then the spots by frame. */
struct spot {
    int64_t frame;
    int64_t particle; /* the truth */
    double x_um;
    double y_um;
    double light;
};

struct spots {
    struct spot *spots;
    uint64_t count;
};

static const double pixel_um = 0.14;
static const double frame_s = 0.04;

static int compare(const void *one, const void *other)
{
    const struct spot *left = one, *right = other;
    if (left->frame != right->frame)
        return left->frame < right->frame ? -1 : 1;
    return (left->y_um > right->y_um) - (left->y_um < right->y_um);
}

/* 100 nm in water, 1280 x 1024 pixels, shutter of 32.5 ms in 40 ms, noise of 60 nm. */
static void spots_make(struct arena *arena, const char *path, double per_frame, int32_t frames)
{
    struct fault fault = {0};
    struct simulated simulated;
    struct scene scene = scene_default();
    scene.width_px = 1280;
    scene.height_px = 1024;
    scene.frames = frames;
    scene.brightness_ln_sd = 0.25;
    scene.threshold_photons = 0;
    double view_um2 = scene.width_px * pixel_um * scene.height_px * pixel_um;
    scene.concentration_per_ml = per_frame / (view_um2 * scene.depth_um * 1e-12);
    must(simulate_tracks(arena, &fault, &scene, 1, &simulated), fault.text);
    uint64_t count = simulated.observation_count;
    struct spot *spots = arena_take(arena, (count + 1) * sizeof *spots);
    for (size_t i = 0; i < count; i++) {
        const struct observation *seen = &simulated.observations[i];
        spots[i] =
            (struct spot){seen->frame, seen->particle, seen->x_um, seen->y_um, seen->brightness};
    }
    qsort(spots, count, sizeof *spots, compare);
    FILE *file = fopen(path, "wb");
    must(file && fwrite(&count, sizeof count, 1, file) == 1 &&
             fwrite(spots, sizeof *spots, count, file) == count && fclose(file) == 0,
         "the file could not be written");
}

static struct spots spots_read(struct arena *arena, const char *path)
{
    struct spots read = {0};
    FILE *file = fopen(path, "rb");
    must(file && fread(&read.count, sizeof read.count, 1, file) == 1, "the file is short");
    read.spots = arena_take(arena, (read.count + 1) * sizeof *read.spots);
    bool whole = fread(read.spots, sizeof *read.spots, read.count, file) == read.count;
    must(fclose(file) == 0 && whole, "the file is short");
    return read;
}

static struct located *spots_locate(struct arena *arena, const struct spots *read)
{
    struct located *located = arena_take(arena, (read->count + 1) * sizeof *located);
    for (size_t i = 0; i < read->count; i++)
        located[i] = (struct located){.x_px = read->spots[i].x_um / pixel_um,
                                      .y_px = read->spots[i].y_um / pixel_um,
                                      .light_dn = read->spots[i].light};
    return located;
}

/* Links between different particles; the last spot of each number is remembered. */
static size_t wrong_links(struct arena *arena, const struct spots *read, const int64_t *particles,
                          size_t tracks, size_t *links)
{
    int64_t *last = arena_take(arena, (tracks + 1) * sizeof *last);
    size_t wrong = 0;
    for (size_t i = 0; i < read->count; i++) {
        int64_t before = last[particles[i]] - 1;
        *links += before >= 0;
        wrong += before >= 0 && read->spots[before].particle != read->spots[i].particle;
        last[particles[i]] = (int64_t)i + 1;
    }
    return wrong;
}

/* Prints seconds, frames, links and how many of them are wrong. */
static void spots_link(struct arena *arena, const struct spots *read)
{
    struct linking_settings settings = linking_settings_default();
    settings.shape = (struct frame_shape){1280, 1024, 8};
    settings.pixel_um = pixel_um;
    settings.frame_s = frame_s;
    struct located *located = spots_locate(arena, read);
    int64_t *particles = arena_take(arena, (read->count + 1) * sizeof *particles);
    size_t frames = 0, links = 0;
    int64_t began_usec = stopwatch_usec();
    struct linker *linker = linker_open(arena, &settings);
    for (size_t begin = 0, end = 0; begin < read->count; begin = end, frames++) {
        while (end < read->count && read->spots[end].frame == read->spots[begin].frame)
            end++;
        linker_take(linker, (int32_t)read->spots[begin].frame, located + begin, end - begin,
                    particles + begin);
    }
    double seconds = (double)(stopwatch_usec() - began_usec) / (double)USEC_PER_SECOND;
    size_t wrong = wrong_links(arena, read, particles, linker_facts(linker)->tracks, &links);
    printf("%.6f %zu %zu %zu\n", seconds, frames, links, wrong);
}

/* Usage: inside_link make FILE SPOTS FRAMES
 *        inside_link link FILE */
int main(int count, char **words)
{
    struct arena *arena = arena_open((size_t)4 << 30);
    must(count >= 3, "usage: make FILE SPOTS FRAMES | link FILE");
    if (strcmp(words[1], "make") == 0) {
        must(count == 5, "usage: make FILE SPOTS FRAMES");
        spots_make(arena, words[2], strtod(words[3], NULL), (int32_t)strtol(words[4], NULL, 10));
    } else {
        struct spots read = spots_read(arena, words[2]);
        spots_link(arena, &read);
    }
    arena_close(arena);
    return 0;
}
