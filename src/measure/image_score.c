/* image_score.c: a simulated video followed as a real one, and held against its truth. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/image_score.h"

#include "measure/camera.h"

#include <math.h>
#include <string.h>

/* ---- The camera as a source of frames. ---- */

struct shooting {
    struct arena *arena;
    struct stage stage;
    struct camera camera;
    struct body *bodies;
    struct exposure exposure;
    double *photons;
    unsigned char *bytes;
    int32_t next;
    struct image_run *run;
    double pixel_um;
};

static bool shoot(void *context, struct fault *fault, uint16_t *pixels, struct frame *frame,
                  bool *more)
{
    struct shooting *shooting = context;
    const struct scene *scene = shooting->stage.scene;
    size_t count = camera_pixels(scene);
    (void)fault;
    for (*more = false; !*more && shooting->next < scene->frames; shooting->next++) {
        camera_collect(shooting->arena, &shooting->stage, shooting->bodies, shooting->next,
                       &shooting->exposure);
        *more = !shooting->stage.dropped[shooting->next];
    }
    if (!*more)
        return true;
    camera_write(&shooting->camera, &shooting->exposure, shooting->photons, shooting->bytes);
    for (size_t i = 0; i < count; i++) {
        const unsigned char *bytes = shooting->bytes + (scene->bits > 8 ? 2 * i : i);
        unsigned high = scene->bits > 8 ? bytes[1] : 0;
        pixels[i] = (uint16_t)(bytes[0] + 256 * high);
    }
    *frame = (struct frame){shooting->next - 1, NAN, pixels};
    return true;
}

static void make_room(struct arena *arena, struct image_run *run, size_t more)
{
    if (run->observation_count + more <= run->observation_room)
        return;
    run->observation_room = 2 * (run->observation_room + more) + 4096;
    struct observation *larger = arena_take(arena, run->observation_room * sizeof *larger);
    double *widths_px = arena_take(arena, run->observation_room * sizeof *widths_px);
    if (run->observation_count > 0) {
        memcpy(larger, run->observations, run->observation_count * sizeof *larger);
        memcpy(widths_px, run->widths_px, run->observation_count * sizeof *widths_px);
    }
    run->observations = larger;
    run->widths_px = widths_px;
}

static bool keep(void *context, struct fault *fault, int32_t frame, const struct located *spots,
                 const int64_t *particles, size_t count)
{
    struct shooting *shooting = context;
    struct image_run *run = shooting->run;
    (void)fault;
    make_room(shooting->arena, run, count);
    for (size_t i = 0; i < count; i++) {
        run->widths_px[run->observation_count] = spots[i].sd_px;
        run->observations[run->observation_count++] = (struct observation){
            .frame = frame,
            .particle = particles[i],
            .x_um = spots[i].x_px * shooting->pixel_um,
            .y_um = spots[i].y_px * shooting->pixel_um,
            .brightness = spots[i].light_dn,
            .peak = spots[i].peak_dn,
        };
    }
    return true;
}

static bool set_up(struct arena *arena, struct fault *fault, const struct scene *scene,
                   uint64_t seed, struct shooting *shooting)
{
    if (!stage_set(arena, fault, scene, seed, &shooting->stage))
        return false;
    size_t bodies = shooting->stage.bodies + shooting->stage.stuck;
    shooting->arena = arena;
    shooting->pixel_um = scene->pixel_nm / 1e3;
    shooting->camera = camera_make(arena, &shooting->stage);
    shooting->bodies = arena_take(arena, (bodies + 1) * sizeof *shooting->bodies);
    for (size_t i = 0; i < bodies; i++)
        shooting->bodies[i] = body_make(&shooting->stage, i);
    shooting->photons = arena_take(arena, camera_pixels(scene) * sizeof *shooting->photons);
    shooting->bytes = arena_take(arena, camera_frame_bytes(scene));
    return true;
}

/* As the command line has them where nobody says otherwise; the camera is known. */
static struct tracking_settings settings_of(const struct scene *scene, unsigned threads)
{
    const struct measure_medium water = {scene->temperature_c, 0.89};
    struct tracking_settings settings = tracking_settings_default();
    settings.shape = (struct frame_shape){scene->width_px, scene->height_px, scene->bits};
    settings.camera = (struct frame_noise){scene->gain_dn_per_e, scene->offset_dn,
                                           scene->read_noise_e * scene->gain_dn_per_e};
    settings.pixel_um = scene->pixel_nm / 1e3;
    settings.frame_s = scene->frame_s;
    settings.threads = threads;
    (void)measure_diffusion_um2_per_s(TRACKING_SMALLEST_NM, &water,
                                      &settings.diffusion_most_um2_per_s);
    return settings;
}

bool image_run_make(struct arena *arena, struct fault *fault, const struct scene *scene,
                    uint64_t seed, unsigned threads, struct image_run *run)
{
    struct shooting shooting = {.run = run};
    const struct tracking_settings settings = settings_of(scene, threads);
    const struct tracking_ends ends = {shoot, keep, &shooting};
    *run = (struct image_run){0};
    return simulate_tracks(arena, fault, scene, seed, &run->simulated) &&
           set_up(arena, fault, scene, seed, &shooting) &&
           tracking_run(arena, fault, &settings, &ends, &run->facts);
}

/* ---- What was found, against what was there. ---- */

/* Of the frame, in the order of the truth. */
struct frame_truth {
    const struct simulated_position *particles;
    size_t count;
};

static struct frame_truth truth_of(const struct simulated *simulated, int32_t frame, size_t *at)
{
    while (*at < simulated->position_count && simulated->positions[*at].frame < frame)
        (*at)++;
    struct frame_truth truth = {simulated->positions + *at, 0};
    while (*at < simulated->position_count && simulated->positions[*at].frame == frame) {
        truth.count++;
        (*at)++;
    }
    return truth;
}

static const struct simulated_position *nearest(const struct frame_truth *truth, double x_px,
                                                double y_px, double radius_px)
{
    const struct simulated_position *best = NULL;
    double least = radius_px;
    for (size_t i = 0; i < truth->count; i++) {
        double away = hypot(truth->particles[i].x_px - x_px, truth->particles[i].y_px - y_px);
        if (away < least) {
            least = away;
            best = &truth->particles[i];
        }
    }
    return best;
}

struct judging {
    const struct scene *scene;
    const struct image_wanted *wanted;
    struct image_score *score;
    double pixel_um;
    int64_t *last; /* 2n + 1 for the true particle n of each linked one, where it was seen last;
                      0: none */
};

static bool is_off_the_edge(const struct judging *judging, double x_px, double y_px)
{
    double edge = judging->wanted->edge_px - 0.5; /* the first pixel begins there */
    return x_px > edge && y_px > edge && x_px < judging->scene->width_px - 1 - edge &&
           y_px < judging->scene->height_px - 1 - edge;
}

static bool is_wanted(const struct judging *judging, const struct simulated_position *particle)
{
    const struct image_wanted *wanted = judging->wanted;
    return particle->photons > wanted->photons_least && fabs(particle->z_um) < wanted->z_most_um &&
           is_off_the_edge(judging, particle->x_px, particle->y_px);
}

static void judge_spot(const struct judging *judging, const struct frame_truth *truth,
                       const struct observation *spot, double spot_width_px)
{
    struct image_score *score = judging->score;
    double x_px = spot->x_um / judging->pixel_um, y_px = spot->y_um / judging->pixel_um;
    const struct simulated_position *of = nearest(truth, x_px, y_px, judging->wanted->radius_px);
    int64_t *last = &judging->last[spot->particle];
    if (is_off_the_edge(judging, x_px, y_px)) {
        double radius_px = fmax(judging->wanted->radius_px, spot_width_px);
        score->spots++;
        score->real += nearest(truth, x_px, y_px, radius_px) != NULL;
    }
    if (of && *last != 0) {
        score->links++;
        score->wrong += *last != 2 * of->number + 1;
    }
    *last = of ? 2 * of->number + 1 : 0;
    if (of && is_wanted(judging, of)) {
        score->errors_px[score->error_count++] = x_px - of->x_px;
        score->errors_px[score->error_count++] = y_px - of->y_px;
    }
}

static void judge_recall(const struct judging *judging, const struct frame_truth *truth,
                         const struct observation *spots, size_t count)
{
    struct image_score *score = judging->score;
    for (size_t i = 0; i < truth->count; i++) {
        const struct simulated_position *particle = &truth->particles[i];
        bool found = false;
        if (!is_wanted(judging, particle))
            continue;
        for (size_t j = 0; j < count && !found; j++)
            found = hypot(spots[j].x_um / judging->pixel_um - particle->x_px,
                          spots[j].y_um / judging->pixel_um - particle->y_px) <
                    judging->wanted->radius_px;
        score->wanted++;
        score->recalled += found;
    }
}

/* Frames in which nothing was found must be asked for, too. */
void image_score_make(struct arena *arena, const struct scene *scene, const struct image_run *run,
                      const struct image_wanted *wanted, struct image_score *score)
{
    size_t at = 0, spot = 0;
    struct judging judging = {scene, wanted, score, scene->pixel_nm / 1e3, NULL};
    *score = (struct image_score){0};
    score->errors_px =
        arena_take(arena, 2 * (run->observation_count + 1) * sizeof *score->errors_px);
    judging.last = arena_take(arena, (run->facts.linking.tracks + 1) * sizeof *judging.last);
    for (int32_t frame = 0; frame < scene->frames; frame++) {
        struct frame_truth truth = truth_of(&run->simulated, frame, &at);
        const struct observation *spots = run->observations + spot;
        size_t count = 0;
        while (spot < run->observation_count && run->observations[spot].frame == frame) {
            judge_spot(&judging, &truth, &run->observations[spot], run->widths_px[spot]);
            spot++;
            count++;
        }
        judge_recall(&judging, &truth, spots, count);
    }
}
