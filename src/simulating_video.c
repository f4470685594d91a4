/* simulating_video.c: frames made by several threads, written in their order. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "simulating.h"

#include "base/real.h"

#include "measure/measure.h"

#include <pthread.h>

/* One frame in the making, and who makes it. */
struct worker {
    pthread_t thread;
    bool running;
    const struct camera *camera;
    struct exposure exposure;
    double *photons;
    unsigned char *bytes;
};

struct shooting {
    struct simulating *simulating;
    struct stage stage;
    struct camera camera;
    struct body *bodies;
    struct worker *workers;
    FILE *video;
    int32_t next_frame;
};

static void *worker_main(void *context)
{
    struct worker *worker = context;
    camera_write(worker->camera, &worker->exposure, worker->photons, worker->bytes);
    return NULL;
}

/* No more threads than a share of the memory holds; the bytes are the same. */
static size_t affordable(const struct stage *stage, size_t threads)
{
    const double most_bytes = 1e9;
    const struct scene *scene = stage->scene;
    double in_view = scene->concentration_per_ml * 1e-12 * stage->view_um[0] * stage->view_um[1] *
                     stage->depth_um;
    double each_bytes = (double)camera_pixels(scene) * sizeof(double) +
                        (double)camera_frame_bytes(scene) +
                        4 * in_view * scene->substeps * sizeof(struct spot);
    while (threads > 1 && (double)threads * each_bytes > most_bytes)
        threads--;
    return threads;
}

static bool prepare(struct simulating *simulating, struct shooting *shooting)
{
    struct arena *arena = simulating->arena;
    if (!stage_set(arena, simulating->fault, &simulating->scene, simulating->seed,
                   &shooting->stage))
        return false;
    size_t bodies = shooting->stage.bodies + shooting->stage.stuck;
    simulating->threads = affordable(&shooting->stage, simulating->threads);
    shooting->simulating = simulating;
    shooting->camera = camera_make(arena, &shooting->stage);
    shooting->bodies = arena_take(arena, (bodies + 1) * sizeof *shooting->bodies);
    for (size_t i = 0; i < bodies; i++)
        shooting->bodies[i] = body_make(&shooting->stage, i);
    shooting->workers = arena_take(arena, simulating->threads * sizeof *shooting->workers);
    for (size_t i = 0; i < simulating->threads; i++) {
        struct worker *worker = &shooting->workers[i];
        worker->camera = &shooting->camera;
        worker->photons =
            arena_take(arena, camera_pixels(&simulating->scene) * sizeof *worker->photons);
        worker->bytes = arena_take(arena, camera_frame_bytes(&simulating->scene));
    }
    return true;
}

/* The next frames that are recorded, one for each worker. */
static size_t collect(struct shooting *shooting)
{
    size_t count = 0;
    while (count < shooting->simulating->threads &&
           shooting->next_frame < shooting->simulating->scene.frames) {
        int32_t frame = shooting->next_frame++;
        camera_collect(shooting->simulating->arena, &shooting->stage, shooting->bodies, frame,
                       &shooting->workers[count].exposure);
        count += !shooting->stage.dropped[frame];
    }
    return count;
}

/* The last frame is made here; so are those for which no thread can be had. */
static void develop(struct shooting *shooting, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct worker *worker = &shooting->workers[i];
        worker->running =
            i + 1 < count && pthread_create(&worker->thread, NULL, worker_main, worker) == 0;
        if (!worker->running)
            worker_main(worker);
    }
    for (size_t i = 0; i < count; i++)
        if (shooting->workers[i].running)
            pthread_join(shooting->workers[i].thread, NULL);
}

static bool shoot(struct shooting *shooting)
{
    struct simulating *simulating = shooting->simulating;
    size_t size = camera_frame_bytes(&simulating->scene);
    for (size_t count = collect(shooting); count > 0; count = collect(shooting)) {
        develop(shooting, count);
        for (size_t i = 0; i < count; i++)
            if (fwrite(shooting->workers[i].bytes, 1, size, shooting->video) != size)
                return simulating_close(simulating, "video.raw", shooting->video);
        if (!simulating_go_on(simulating, "frames", (size_t)shooting->next_frame,
                              (size_t)simulating->scene.frames)) {
            fclose(shooting->video);
            return false;
        }
    }
    return simulating_close(simulating, "video.raw", shooting->video);
}

static void add_real(struct text *out, const char *name, double value)
{
    text_print(out, ",\n  \"%s\": ", name);
    text_add(out, real_of(out->arena, value).text);
}

/* What a program that measures needs to know of the camera and the sample, and how to make the same
 * video again. */
static bool describe(const struct shooting *shooting, struct text *out)
{
    const struct simulating *simulating = shooting->simulating;
    const struct scene *scene = &simulating->scene;
    double viscosity_mpa_s = scene->viscosity_mpa_s;
    if (viscosity_mpa_s <= 0 &&
        measure_water_viscosity_mpa_s(scene->temperature_c, &viscosity_mpa_s) != MEASURED)
        return fail(simulating->fault, FAULT_INPUT, "temperature_c",
                    "The viscosity of water at that temperature is not known.");
    text_print(out,
               "{\n  \"file\": \"video.raw\",\n  \"width_px\": %d,\n  \"height_px\": %d,\n"
               "  \"frames\": %zu,\n  \"bits\": %d,\n  \"bytes_per_pixel\": %d,\n"
               "  \"byte_order\": \"little\"",
               (int)scene->width_px, (int)scene->height_px, shooting->stage.recorded,
               (int)scene->bits, scene->bits > 8 ? 2 : 1);
    add_real(out, "pixel_nm", scene->pixel_nm);
    add_real(out, "frame_s", scene->frame_s);
    add_real(out, "exposure_ms", scene->exposure_ms);
    add_real(out, "temperature_c", scene->temperature_c);
    add_real(out, "viscosity_mpa_s", viscosity_mpa_s);
    add_real(out, "gain_dn_per_e", scene->gain_dn_per_e);
    add_real(out, "offset_dn", scene->offset_dn);
    add_real(out, "read_noise_e", scene->read_noise_e);
    text_add(out, ",\n  \"dropped_frames\": [");
    const char *between = "";
    for (int32_t frame = 0; frame < scene->frames; frame++) {
        if (!shooting->stage.dropped[frame])
            continue;
        text_print(out, "%s%d", between, (int)frame);
        between = ", ";
    }
    text_print(out, "],\n  \"seed\": %llu,\n  \"scene\": ", (unsigned long long)simulating->seed);
    scene_write(out, scene);
    text_add(out, "\n}\n");
    return true;
}

bool simulating_write_video(struct simulating *simulating)
{
    struct shooting shooting = {.next_frame = 0};
    struct text sidecar = text_open(simulating->arena);
    FILE *file = NULL;
    if (!prepare(simulating, &shooting) ||
        !simulating_file(simulating, "video.raw", &shooting.video) || !shoot(&shooting) ||
        !describe(&shooting, &sidecar) || !simulating_file(simulating, "video.json", &file))
        return false;
    fwrite(sidecar.bytes, 1, sidecar.length, file);
    return simulating_close(simulating, "video.json", file);
}
