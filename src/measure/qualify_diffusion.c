/* qualify_diffusion.c: tracks of known D, exposure and noise, and what becomes of them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_diffusion.h"

#include "measure/brownian.h"

#include <math.h>

enum { LENGTHS = 5, LONGEST = 101, JUDGED_TRACKS = 20000 };

#define POOL_BYTES ((size_t)1 << 30)

static const size_t lengths[LENGTHS] = {5, 10, 20, 50, 100};
static const double exposures[] = {0, 0.43, 0.81, 1};
static const double noises[] = {0, 0.05, 0.25, 1};
static const double frame_s = 0.04;
static const double diffusion_um2_per_s = 4.907; /* 100 nm in water at 25 C */

struct condition {
    double exposure; /* of the frame */
    double noise_x;
    double missed;
    size_t length; /* steps of a track without missed frames */
    size_t tracks;
    uint64_t seed;
};

/* What one condition gave. */
struct outcome {
    size_t length;
    size_t tracks;
    double diffusion_bias; /* of the pooled D, relative */
    double noise_bias;     /* of the pooled s, relative */
    double known_ratio;    /* sd of the estimate of a track with the noise known, over the bound */
    double pooled_ratio;   /* sd of the covariance estimate of a track, over its formula */
    double coverage;
};

/* Where the positions of one track lie. */
struct column {
    int32_t *frames;
    double *x_um;
    double *y_um;
};

static struct measure_timing timing_of(const struct condition *condition)
{
    return (struct measure_timing){frame_s, condition->exposure * frame_s};
}

static double noise_um2_of(const struct condition *condition)
{
    return condition->noise_x * diffusion_um2_per_s * frame_s;
}

/* One track; frames but the first and the last are missed at random. */
static struct measure_track draw(const struct condition *condition, uint64_t number,
                                 const struct column *column)
{
    struct measure_timing timing = timing_of(condition);
    struct random random = random_stream(condition->seed, number);
    double noise_um2 = noise_um2_of(condition);
    size_t frames = condition->length + 1, seen = 0;
    brownian_axis(&random, diffusion_um2_per_s, &timing, noise_um2, frames, column->x_um);
    brownian_axis(&random, diffusion_um2_per_s, &timing, noise_um2, frames, column->y_um);
    for (size_t frame = 0; frame < frames; frame++) {
        bool within = frame > 0 && frame + 1 < frames;
        if (within && random_uniform(&random) < condition->missed)
            continue;
        column->frames[seen] = (int32_t)frame;
        column->x_um[seen] = column->x_um[frame];
        column->y_um[seen] = column->y_um[frame];
        seen++;
    }
    return (struct measure_track){.frames = column->frames,
                                  .x_um = column->x_um,
                                  .y_um = column->y_um,
                                  .positions = seen,
                                  .noise_um2 = noise_um2};
}

struct spread {
    double sum;
    double squares;
    size_t count;
};

static void spread_add(struct spread *spread, double value)
{
    spread->sum += value;
    spread->squares += value * value;
    spread->count++;
}

static double spread_sd(const struct spread *spread)
{
    double count = (double)spread->count, mean = spread->sum / count;
    return sqrt(fmax(0, spread->squares - count * mean * mean) / (count - 1));
}

/* Estimates of single tracks. */
static void judge_tracks(const struct condition *condition, struct outcome *outcome)
{
    struct measure_timing timing = timing_of(condition);
    struct spread known = {0}, pooled = {0};
    int32_t frames[LONGEST];
    double x_um[LONGEST], y_um[LONGEST], room[4 * LONGEST + 4];
    const struct column column = {frames, x_um, y_um};
    size_t held = 0, judged = condition->tracks < JUDGED_TRACKS ? condition->tracks : JUDGED_TRACKS;
    for (size_t i = 0; i < judged; i++) {
        struct measure_track track = draw(condition, i, &column);
        struct measure_diffusion found;
        struct measure_covariance covariance;
        if (measure_track_diffusion(&track, &timing, room, &found) == MEASURED) {
            spread_add(&known, found.diffusion_um2_per_s / diffusion_um2_per_s);
            held += found.low_um2_per_s <= diffusion_um2_per_s &&
                    found.high_um2_per_s >= diffusion_um2_per_s;
        }
        if (measure_covariance(&track, 1, 0, &timing, &covariance) == MEASURED)
            spread_add(&pooled, covariance.diffusion_um2_per_s / diffusion_um2_per_s);
    }
    double blur_r = condition->exposure / 6;
    outcome->coverage = (double)held / (double)judged;
    outcome->known_ratio = spread_sd(&known) / measure_diffusion_bound(condition->length, 2, blur_r,
                                                                       condition->noise_x, true);
    outcome->pooled_ratio =
        spread_sd(&pooled) /
        measure_covariance_spread(condition->length, 2, blur_r, condition->noise_x);
}

static void judge_pooled(const struct condition *condition, struct outcome *outcome)
{
    struct measure_timing timing = timing_of(condition);
    size_t frames = condition->length + 1, positions = condition->tracks * frames;
    struct arena *arena = arena_open(POOL_BYTES);
    struct measure_track *tracks = arena_take(arena, condition->tracks * sizeof *tracks);
    const struct column all = {arena_take(arena, positions * sizeof *all.frames),
                               arena_take(arena, positions * sizeof *all.x_um),
                               arena_take(arena, positions * sizeof *all.y_um)};
    struct measure_covariance found = {0};
    for (size_t i = 0; i < condition->tracks; i++) {
        const struct column own = {all.frames + i * frames, all.x_um + i * frames,
                                   all.y_um + i * frames};
        tracks[i] = draw(condition, i, &own);
    }
    bool worked = measure_covariance(tracks, condition->tracks, 0, &timing, &found) == MEASURED;
    outcome->diffusion_bias = worked ? found.diffusion_um2_per_s / diffusion_um2_per_s - 1 : NAN;
    outcome->noise_bias =
        worked ? sqrt(fmax(0, found.noise_um2) / noise_um2_of(condition)) - 1 : NAN;
    arena_close(arena);
}

static double farther(double one, double other, double from)
{
    return !(fabs(one - from) >= fabs(other - from)) ? other : one;
}

/* The worst of each over the lengths; the length is that of the pooled D. */
static struct outcome worst_of(const struct outcome *outcomes)
{
    struct outcome worst = outcomes[0];
    for (size_t i = 1; i < LENGTHS; i++) {
        worst.tracks += outcomes[i].tracks;
        worst.diffusion_bias = farther(worst.diffusion_bias, outcomes[i].diffusion_bias, 0);
        worst.noise_bias = farther(worst.noise_bias, outcomes[i].noise_bias, 0);
        worst.known_ratio = fmax(worst.known_ratio, outcomes[i].known_ratio);
        worst.pooled_ratio = farther(worst.pooled_ratio, outcomes[i].pooled_ratio, 1);
        worst.coverage = farther(worst.coverage, outcomes[i].coverage, 0.95);
    }
    return worst;
}

static void add_rows(struct arena *arena, const struct condition *condition,
                     const struct outcome *worst, struct qualification *qualification)
{
    struct qualified row = {
        .condition = arena_print(arena, "exposure %.2f, noise x %.2f%s, worst of 5 to 100 steps",
                                 condition->exposure, condition->noise_x,
                                 condition->missed > 0 ? ", 20 % of frames missed" : ""),
        .quantity = "pooled D",
        .unit = "um2/s",
        .truth = diffusion_um2_per_s,
        .value = diffusion_um2_per_s * (1 + worst->diffusion_bias),
        .bias = worst->diffusion_bias,
        .spread = NAN,
        .coverage = NAN,
        .runs = worst->tracks,
        .bar = "bias",
        .low = -0.005,
        .high = 0.005,
    };
    qualification_add(qualification, row);
    double noise_nm = sqrt(noise_um2_of(condition)) * 1e3;
    row.quantity = "pooled localisation noise";
    row.unit = "nm";
    row.truth = noise_nm;
    row.value = noise_nm * (1 + worst->noise_bias);
    row.bias = worst->noise_bias;
    row.low = -0.05;
    row.high = 0.05;
    if (condition->noise_x >= 0.05)
        qualification_add(qualification, row);
    row = (struct qualified){.condition = row.condition,
                             .unit = "1",
                             .truth = NAN,
                             .value = NAN,
                             .bias = NAN,
                             .spread = NAN,
                             .runs = (size_t)LENGTHS * JUDGED_TRACKS};
    row.quantity = "95 % interval of a track";
    row.coverage = worst->coverage;
    row.bar = "coverage";
    row.low = 0.93;
    row.high = 0.97;
    qualification_add(qualification, row);
    if (condition->missed > 0)
        return;
    row.coverage = NAN;
    row.bar = "value";
    row.truth = 1;
    row.quantity = "sd of D of a track, noise known, over the bound";
    row.value = worst->known_ratio;
    row.low = 0;
    row.high = 1.05;
    qualification_add(qualification, row);
    row.quantity = "sd of the covariance estimate of a track over its formula";
    row.value = worst->pooled_ratio;
    row.low = 0.97;
    row.high = 1.03;
    qualification_add(qualification, row);
}

void qualify_diffusion(struct arena *arena, const struct qualify_seeds *seeds, size_t steps,
                       struct qualification *qualification)
{
    uint64_t seed = seeds->first;
    for (size_t missed = 0; missed < 2; missed++)
        for (size_t i = 0; i < 16; i++) {
            struct outcome outcomes[LENGTHS];
            struct condition condition = {
                .exposure = exposures[i / 4], .noise_x = noises[i % 4], .missed = missed ? 0.2 : 0};
            for (size_t j = 0; j < LENGTHS; j++) {
                condition.length = lengths[j];
                condition.tracks = steps / lengths[j] + 1;
                condition.seed = seed++;
                outcomes[j] = (struct outcome){.length = lengths[j], .tracks = condition.tracks};
                judge_pooled(&condition, &outcomes[j]);
                judge_tracks(&condition, &outcomes[j]);
            }
            struct outcome worst = worst_of(outcomes);
            add_rows(arena, &condition, &worst, qualification);
        }
}
