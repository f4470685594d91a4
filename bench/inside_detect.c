/* inside_detect.c: how long does each stage from a frame to its spots take? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/background.h"
#include "measure/camera.h"
#include "measure/localisation.h"
#include "measure/matched_filter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Usage: inside_detect make FILE PER_ML
 *        inside_detect FILE REPEATS
 *
 * A file holds width, height and frames in 64 bits each, and the frames in bytes. Prints for each
 * repeat: milliseconds of learning; nanoseconds per pixel and frame of a plain copy of as many
 * bytes as the background moves, of the background, of the filters alone, and of all of the
 * detection; spots in a frame; frames in a second of one thread. */

enum { FRAMES = BACKGROUND_FRAMES, ROOM_BYTES = 1 << 30 };

static void must(bool worked, const char *sentence)
{
    if (worked)
        return;
    fprintf(stderr, "inside_detect: %s\n", sentence);
    exit(1);
}

struct video {
    struct frame_shape shape;
    struct frame frames[FRAMES];
    size_t pixels;
};

/* Beads of 100 nm in a light sheet before a camera of 1280 x 1024. */
static void video_make(struct arena *arena, const char *path, double concentration_per_ml)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct scene scene;
    struct stage stage;
    must(scene_named(arena, &fault, "mono100", &scene), fault.text);
    scene.width_px = 1280;
    scene.height_px = 1024;
    scene.frames = FRAMES;
    scene.concentration_per_ml = concentration_per_ml;
    must(stage_set(arena, &fault, &scene, 1, &stage), fault.text);
    struct camera camera = camera_make(arena, &stage);
    struct body *bodies = arena_take(arena, (stage.bodies + 1) * sizeof *bodies);
    for (size_t i = 0; i < stage.bodies; i++)
        bodies[i] = body_make(&stage, i);
    double *photons = arena_take(arena, camera_pixels(&scene) * sizeof *photons);
    unsigned char *bytes = arena_take(arena, camera_frame_bytes(&scene));
    struct exposure exposure = {0};
    const uint64_t size[3] = {1280, 1024, FRAMES};
    FILE *file = fopen(path, "wb");
    must(file && fwrite(size, sizeof size, 1, file) == 1, "the file could not be written");
    for (int32_t f = 0; f < FRAMES; f++) {
        camera_collect(arena, &stage, bodies, f, &exposure);
        camera_write(&camera, &exposure, photons, bytes);
        must(fwrite(bytes, camera_frame_bytes(&scene), 1, file) == 1, "the disk is full");
    }
    must(fclose(file) == 0, "the file could not be written");
}

static struct video video_read(struct arena *arena, const char *path)
{
    uint64_t size[3];
    FILE *file = fopen(path, "rb");
    must(file && fread(size, sizeof size, 1, file) == 1 && size[2] == FRAMES, "the file is short");
    struct video video = {.shape = {(int32_t)size[0], (int32_t)size[1], 8},
                          .pixels = size[0] * size[1]};
    unsigned char *bytes = arena_take(arena, video.pixels);
    for (int32_t f = 0; f < FRAMES; f++) {
        uint16_t *pixels = arena_take(arena, video.pixels * sizeof *pixels);
        must(fread(bytes, video.pixels, 1, file) == 1, "the file is short");
        for (size_t i = 0; i < video.pixels; i++)
            pixels[i] = bytes[i];
        video.frames[f] = (struct frame){.number = f, .time_s = NAN, .pixels = pixels};
    }
    fclose(file);
    return video;
}

struct spent {
    double learn_s;
    double copy_s;
    double take_s;
    double filter_s;
    double find_s;
    size_t spots;
};

/* Of this thread alone: what else runs on the machine does not count. */
static double since(double *then_s)
{
    struct timespec now;
    must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0, "there is no clock");
    double began_s = *then_s;
    *then_s = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    return *then_s - began_s;
}

/* The bytes that the background moves, moved and no more. */
static void copy(float *to, float *level, const struct frame *frame, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++) {
        float value = level[i];
        to[i] = (float)frame->pixels[i];
        level[i] = value + 1;
    }
}

static struct spent video_run(struct arena *arena, const struct video *video)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct background_settings settings = {.shape = video->shape, .camera = {0.25, 0, 0.5}};
    struct background *background = NULL;
    struct spent spent = {0};
    double then_s = 0;
    since(&then_s);
    must(background_learn(arena, &fault, &settings, video->frames, FRAMES, &background),
         fault.text);
    spent.learn_s = since(&then_s);
    struct detection_settings detection = {
        .shape = video->shape, .noise = *background_noise(background), .false_per_frame = 0.1};
    struct detector *detector = detector_open(arena, &detection);
    struct matched_filter *filter = matched_filter_open(arena, &video->shape);
    struct rows_noise noise = {
        .sign = 1, .base = 0.33F, .gain = 0.25F, .least = 0.1F, .blind_from_dn = 254.5F};
    float *residual = arena_take(arena, video->pixels * sizeof *residual);
    float *level = arena_take(arena, video->pixels * sizeof *level);
    struct detected detected;
    for (int f = 0; f < FRAMES; f++) {
        since(&then_s);
        copy(residual, level, &video->frames[f], video->pixels);
        spent.copy_s += since(&then_s) / FRAMES;
        background_take(background, &video->frames[f], residual);
        spent.take_s += since(&then_s) / FRAMES;
        matched_filter_run(filter, &video->frames[f], residual, &noise);
        spent.filter_s += since(&then_s) / FRAMES;
        detector_find(detector, &video->frames[f], residual, &detected);
        spent.find_s += since(&then_s) / FRAMES;
        spent.spots += detected.count;
    }
    return spent;
}

static void video_tell(struct arena *arena, const struct video *video)
{
    struct spent spent = video_run(arena, video);
    double ns = 1e9 / (double)video->pixels;
    printf("learn_ms %.1f copy_ns %.3f background_ns %.3f filter_ns %.3f find_ns %.3f spots %.1f "
           "frames_per_s %.1f\n",
           1e3 * spent.learn_s, spent.copy_s * ns, spent.take_s * ns, spent.filter_s * ns,
           spent.find_s * ns, (double)spent.spots / FRAMES, 1 / (spent.take_s + spent.find_s));
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_open(ROOM_BYTES);
    must(argc >= 3, "called as: make FILE PER_ML, or FILE REPEATS");
    if (argc == 4 && strcmp(argv[1], "make") == 0) {
        video_make(arena, argv[2], strtod(argv[3], NULL));
    } else {
        struct video video = video_read(arena, argv[1]);
        for (long r = strtol(argv[2], NULL, 10); r > 0; r--) {
            struct arena_mark mark = arena_mark(arena);
            video_tell(arena, &video);
            arena_rewind(arena, mark);
        }
    }
    arena_close(arena);
    return 0;
}
