/* qualify_images.c: scenes before the simulated camera, and what the program makes of its frames.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_images.h"

#include "measure/image_score.h"
#include "measure/measurement.h"

#include <math.h>
#include <stdlib.h>

#define RUN_ARENA_BYTES ((size_t)2 << 30)

/* Plain to see: brighter than 1,500 photons and within 1.5 um of the focus, as peers are scored. */
static const struct image_wanted plain = {1500, 1.5, 3, 3};

struct image_scene {
    const char *condition;
    const char *json;    /* what differs from the scene that it names */
    double recall_least; /* 0: neither this nor the next is asked */
    double precision_least;
    double wrong_most;     /* links; 0: not asked */
    double median_most;    /* px; 0: not asked */
    double rms_most;       /* px */
    double diffusion_most; /* bias of D; 0: not asked */
    double count_most;     /* bias of the concentration; 0: not asked */
};

static const struct image_scene scenes[] = {
    {"images of 100 nm", "{\"scene\":\"mono100\"}", 0.99, 0.995, 0.005, 0.14, 0.42, 0.01, 0.1},
    {"images of drifting vesicles", "{\"scene\":\"ev_drift\"}", 0.975, 0.995, 0.005, 0, 0, 0, 0},
    {"images of 100 nm in a slab, 12 bits",
     "{\"scene\":\"mono100\",\"bits\":12,\"gain_dn_per_e\":2,\"offset_dn\":50,\"sheet_um\":0,"
     "\"depth_um\":3,\"defocus_um\":3,\"concentration_per_ml\":1.2e9}",
     0, 0, 0.02, 0, 0, 0, 0.05},
};

/* Sums over the videos of one scene. */
struct image_sums {
    struct image_score all;
    size_t error_room;
    double diffusion; /* weighted by steps */
    double true_diffusion;
    double steps;
    double drifts;        /* axes of videos whose drift was found */
    double drifts_within; /* of them, the truth within three standard errors */
    double counts;        /* relative error of the concentration, its sum and square */
    double count_squares;
    size_t covered;
    size_t runs;
};

struct qualifying_images {
    struct fault *fault;
    const struct qualify_images_settings *settings;
    struct qualification *qualification;
};

static void add_errors(struct image_sums *sums, const struct image_score *score)
{
    struct image_score *all = &sums->all;
    for (size_t i = 0; i < score->error_count && all->error_count < sums->error_room; i++)
        all->errors_px[all->error_count++] = score->errors_px[i];
    all->wanted += score->wanted;
    all->recalled += score->recalled;
    all->spots += score->spots;
    all->real += score->real;
    all->links += score->links;
    all->wrong += score->wrong;
}

static struct measurement_settings measuring_of(const struct scene *scene)
{
    struct measurement_settings settings = {
        .timing = {scene->frame_s, scene->exposure_ms / 1e3},
        .medium = {.temperature_c = scene->temperature_c},
        .positions_least = 5,
        .missed_frame_allowed = true,
        .depth_um = scene->sheet_um > 0 ? 0 : scene->depth_um,
        .exposure = EXPOSURE_RECORDED,
        .medium_kind = MEDIUM_WATER,
        .seed = 1,
        .threads = 1,
    };
    (void)measure_water_viscosity_mpa_s(scene->temperature_c, &settings.medium.viscosity_mpa_s);
    return settings;
}

/* The depth of the slab, or the light sheet and the focus, are known, and nothing else. */
static struct counting_settings counting_of(const struct scene *scene,
                                            const struct tracking_facts *facts)
{
    double pixel_um = scene->pixel_nm / 1e3;
    bool slab = !(scene->sheet_um > 0);
    struct counting_settings counting = {
        .view = {.left_um = -pixel_um / 2,
                 .top_um = -pixel_um / 2,
                 .right_um = (scene->width_px - 0.5) * pixel_um,
                 .bottom_um = (scene->height_px - 0.5) * pixel_um},
        .classes = {.count = 1},
        .sheet = {.half_width_um = slab ? INFINITY : scene->sheet_um,
                  .rayleigh_um = slab ? INFINITY : scene->defocus_um,
                  .fixed_um = slab ? scene->depth_um : 0,
                  .whole_light = true},
        .factors = {.dilution = 1},
    };
    tracking_set_count(facts, pixel_um, &counting);
    return counting;
}

static void add_count(struct image_sums *sums, const struct measure_concentration *found,
                      const struct scene *scene, const struct simulated_truth *truth)
{
    double drawn = scene->sheet_um > 0
                       ? truth->concentration_per_ml
                       : truth->in_view / (truth->view_um2 * scene->depth_um * 1e-12);
    double error = found->per_ml / drawn - 1;
    sums->counts += error;
    sums->count_squares += error * error;
    sums->covered += found->low_per_ml <= scene->concentration_per_ml &&
                     scene->concentration_per_ml <= found->high_per_ml;
}

static void add_drift(struct image_sums *sums, const struct measure_drift *drift,
                      const struct scene *scene)
{
    const double errors[] = {(drift->x_um_per_s - scene->drift_x_um_per_s) / drift->x_se_um_per_s,
                             (drift->y_um_per_s - scene->drift_y_um_per_s) / drift->y_se_um_per_s};
    for (size_t i = 0; i < 2; i++) {
        sums->drifts += 1;
        sums->drifts_within += fabs(errors[i]) <= 3;
    }
}

static bool measure_run(struct arena *arena, struct fault *fault, const struct scene *scene,
                        const struct image_run *run, struct image_sums *sums)
{
    const size_t frames = (size_t)scene->frames;
    const struct observations seen = {
        .rows = run->observations, .count = run->observation_count, .videos = 1, .frames = &frames};
    struct counting_settings counting = counting_of(scene, &run->facts);
    struct measurement_settings settings = measuring_of(scene);
    struct measurement *made = arena_take(arena, sizeof *made);
    struct track_table table;
    for (size_t i = 0; i < run->observation_count; i++)
        run->observations[i].peak = tracking_peak(&run->facts, run->observations[i].peak);
    settings.counting = &counting;
    if (!track_table_make(arena, fault, &seen, &table) ||
        !counting_choose_classes(arena, fault, &table, &counting) ||
        !measurement_make(arena, fault, &table, &settings, made))
        return false;
    sums->diffusion += made->pooled.diffusion_um2_per_s * (double)made->pooled.steps;
    sums->steps += (double)made->pooled.steps;
    if (made->drift_known[0])
        add_drift(sums, &made->drifts[0], scene);
    add_count(sums, &made->counting.concentration, scene, &run->simulated.truth);
    return true;
}

static bool add_video(const struct qualifying_images *work, const struct scene *scene,
                      uint64_t seed, struct image_sums *sums)
{
    struct arena *arena = arena_open(RUN_ARENA_BYTES);
    struct image_run run;
    struct image_score score;
    bool made = image_run_make(arena, work->fault, scene, seed, work->settings->threads, &run);
    if (made) {
        image_score_make(arena, scene, &run, &plain, &score);
        add_errors(sums, &score);
        made = measure_run(arena, work->fault, scene, &run, sums);
        sums->runs++;
    }
    arena_close(arena);
    return made;
}

/* ---- Rows. ---- */

static struct qualified row_of(const struct image_scene *scene, const struct image_sums *sums,
                               const char *quantity, const char *unit)
{
    return (struct qualified){.condition = scene->condition,
                              .quantity = quantity,
                              .unit = unit,
                              .truth = NAN,
                              .value = NAN,
                              .bias = NAN,
                              .spread = NAN,
                              .coverage = NAN,
                              .runs = sums->runs,
                              .bar = "value"};
}

static void add_value(const struct qualifying_images *work, struct qualified row, double value,
                      double low, double high)
{
    row.value = value;
    row.low = low;
    row.high = high;
    qualification_add(work->qualification, row);
}

static int order(const void *one, const void *other)
{
    const double *a = one, *b = other;
    return (*a > *b) - (*a < *b);
}

static void tell_errors(const struct qualifying_images *work, const struct image_scene *scene,
                        const struct image_sums *sums)
{
    const struct image_score *all = &sums->all;
    double squares = 0;
    for (size_t i = 0; i < all->error_count; i++) {
        squares += all->errors_px[i] * all->errors_px[i];
        all->errors_px[i] = fabs(all->errors_px[i]);
    }
    qsort(all->errors_px, all->error_count, sizeof *all->errors_px, order);
    add_value(work, row_of(scene, sums, "error of localisation, median", "px"),
              all->errors_px[all->error_count / 2], 0, scene->median_most);
    add_value(work, row_of(scene, sums, "error of localisation, RMS", "px"),
              sqrt(squares / (double)all->error_count), 0, scene->rms_most);
}

static void tell_motion(const struct qualifying_images *work, const struct image_scene *scene,
                        const struct scene *of, const struct image_sums *sums)
{
    struct qualified row = row_of(scene, sums, "pooled D", "um2/s");
    const struct measurement_settings settings = measuring_of(of);
    if (scene->diffusion_most > 0 &&
        measure_diffusion_um2_per_s(of->populations[0].median_nm, &settings.medium, &row.truth) ==
            MEASURED) {
        row.value = sums->diffusion / sums->steps;
        row.bias = row.value / row.truth - 1;
        row.bar = "bias";
        row.low = -scene->diffusion_most;
        row.high = scene->diffusion_most;
        qualification_add(work->qualification, row);
    }
    add_value(work, row_of(scene, sums, "drift within 3 standard errors", "1"),
              sums->drifts_within / sums->drifts, 0.95, 1);
}

static void tell_count(const struct qualifying_images *work, const struct image_scene *scene,
                       const struct image_sums *sums)
{
    struct qualified row = row_of(scene, sums, "concentration", "relative");
    double runs = (double)sums->runs, mean = sums->counts / runs;
    row.truth = 1;
    row.value = 1 + mean;
    row.bias = mean;
    row.spread = sqrt(fmax(0, sums->count_squares / runs - mean * mean));
    row.coverage = (double)sums->covered / runs;
    row.bar = "bias";
    row.low = -scene->count_most;
    row.high = scene->count_most;
    qualification_add(work->qualification, row);
}

static void tell(const struct qualifying_images *work, const struct image_scene *scene,
                 const struct scene *of, const struct image_sums *sums)
{
    const struct image_score *all = &sums->all;
    if (scene->recall_least > 0) {
        add_value(work, row_of(scene, sums, "recall", "1"),
                  (double)all->recalled / (double)all->wanted, scene->recall_least, 1);
        add_value(work, row_of(scene, sums, "precision", "1"),
                  (double)all->real / (double)all->spots, scene->precision_least, 1);
    }
    add_value(work, row_of(scene, sums, "false links", "1"),
              (double)all->wrong / (double)all->links, 0, scene->wrong_most);
    if (scene->median_most > 0)
        tell_errors(work, scene, sums);
    tell_motion(work, scene, of, sums);
    if (scene->count_most > 0)
        tell_count(work, scene, sums);
}

static bool qualify_scene_of(const struct qualifying_images *work, struct arena *arena,
                             const struct image_scene *from)
{
    enum { ERRORS_MOST = 2000000 };
    struct image_sums sums = {.error_room = ERRORS_MOST};
    struct scene scene;
    sums.all.errors_px = arena_take(arena, ERRORS_MOST * sizeof *sums.all.errors_px);
    if (!scene_read(arena, work->fault, from->json, strlen(from->json), &scene))
        return false;
    for (unsigned long i = 0; i < work->settings->seeds.count; i++)
        if (!add_video(work, &scene, work->settings->seeds.first + i, &sums))
            return false;
    tell(work, from, &scene, &sums);
    return true;
}

bool qualify_images(struct fault *fault, const struct qualify_images_settings *settings,
                    struct qualification *qualification)
{
    const struct qualifying_images work = {fault, settings, qualification};
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        struct arena *arena = arena_open(RUN_ARENA_BYTES);
        bool made = qualify_scene_of(&work, arena, &scenes[i]);
        arena_close(arena);
        if (!made)
            return false;
    }
    return true;
}
