/* inside_measure.c: how long do shares of sizes and their intervals take? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "measure/bootstrap.h"
#include "measure/interval.h"
#include "measure/qualify_tracks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file holds two sizes, 64 bits each: tracks and cells; then the weight of each track, and the
 * logarithms of the likelihoods of each track at each cell, in doubles. */
struct problem {
    uint64_t size[2];
    double *weights;
    double *logs;
};

static void must(int worked, const char *sentence)
{
    if (worked)
        return;
    fprintf(stderr, "inside_measure: %s\n", sentence);
    exit(1);
}

static void problem_take(struct arena *arena, struct problem *problem)
{
    problem->weights = arena_take(arena, problem->size[0] * sizeof(double));
    problem->logs = arena_take(arena, problem->size[0] * problem->size[1] * sizeof(double));
}

/* Lognormal, 90 nm and 0.4, shutter of 32.5 ms in 40 ms, noise of 60 nm. */
static void problem_make(struct arena *arena, const char *path, size_t tracks)
{
    static const struct qualify_population lognormal = {
        .first_nm = 90, .second_nm = 90, .sd_ln = 0.4};
    static const struct qualify_optics optics = {
        .medium = {.temperature_c = 25, .viscosity_mpa_s = 0.89},
        .timing = {.frame_s = 0.04, .exposure_s = 0.0325},
        .noise_um = 0.06};
    struct measure_sizes sizes = measure_sizes_default();
    struct qualify_tracks made = qualify_free_tracks(arena, 1, &lognormal, &optics, tracks, 1);
    struct problem problem = {.size = {tracks, sizes.count}};
    double *diffusions = arena_take(arena, sizes.count * sizeof(double));
    problem_take(arena, &problem);
    must(measure_size_diffusions(&sizes, &optics.medium, diffusions) == MEASURED, "no sizes");
    for (size_t t = 0; t < tracks; t++) {
        double *room =
            arena_take(arena, measure_track_room(made.tracks[t].positions) * sizeof(double));
        problem.weights[t] = (double)made.tracks[t].positions;
        must(measure_track_likelihood(&made.tracks[t], &optics.timing, diffusions, sizes.count,
                                      room, problem.logs + t * sizes.count) == MEASURED,
             "no likelihood");
    }
    FILE *file = fopen(path, "wb");
    must(file && fwrite(problem.size, sizeof problem.size, 1, file) == 1 &&
             fwrite(problem.weights, sizeof(double), tracks, file) == tracks &&
             fwrite(problem.logs, sizeof(double), tracks * sizes.count, file) ==
                 tracks * sizes.count &&
             fclose(file) == 0,
         "the file could not be written");
}

static struct problem problem_read(struct arena *arena, const char *path)
{
    struct problem problem = {0};
    FILE *file = fopen(path, "rb");
    must(file && fread(problem.size, sizeof problem.size, 1, file) == 1, "the file is short");
    problem_take(arena, &problem);
    size_t values = problem.size[0] * problem.size[1];
    bool whole = fread(problem.weights, sizeof(double), problem.size[0], file) == problem.size[0] &&
                 fread(problem.logs, sizeof(double), values, file) == values;
    must(fclose(file) == 0 && whole, "the file is short");
    return problem;
}

static struct measure_kernel kernel_of(struct arena *arena, const struct problem *problem)
{
    struct measure_kernel kernel = {
        .likelihoods = arena_take(arena, problem->size[0] * problem->size[1] * sizeof(double)),
        .first = arena_take(arena, problem->size[0] * sizeof(uint32_t)),
        .last = arena_take(arena, problem->size[0] * sizeof(uint32_t)),
        .tracks = problem->size[0],
        .cells = problem->size[1]};
    for (size_t t = 0; t < kernel.tracks; t++)
        must(measure_kernel_row(problem->logs + t * kernel.cells, t, &kernel) == MEASURED,
             "a track says nothing");
    return kernel;
}

/* Fit and bootstrap; prints seconds, steps of the fit, D50 and the deviation of D50. */
static void problem_solve(struct arena *arena, const struct problem *problem, unsigned threads,
                          size_t replicates)
{
    struct measure_sizes sizes = measure_sizes_default();
    struct measure_fit_settings settings = measure_fit_settings_default();
    struct measure_fit fit = {0};
    struct measure_figures figures = {0};
    int64_t began_usec = stopwatch_usec();
    struct measure_kernel kernel = kernel_of(arena, problem);
    double *shares = arena_take(arena, 2 * kernel.cells * sizeof(double));
    must(measure_shares_fit(&kernel, problem->weights, &settings, shares + kernel.cells, shares,
                            &fit) == MEASURED &&
             measure_figures(&sizes, shares, &figures) == MEASURED,
         "no fit");
    struct resample resample = {.videos = arena_take(arena, kernel.tracks * sizeof(uint32_t)),
                                .weights = problem->weights,
                                .tracks = kernel.tracks,
                                .video_count = 1,
                                .order = arena_take(arena, kernel.tracks * sizeof(size_t)),
                                .first = arena_take(arena, 2 * sizeof(size_t))};
    struct bootstrap bootstrap = {.kernel = &kernel,
                                  .resample = &resample,
                                  .sizes = &sizes,
                                  .fit = settings,
                                  .seed = 1,
                                  .replicates = replicates,
                                  .threads = threads};
    struct bootstrap_replicate *made = arena_take(arena, replicates * sizeof *made);
    double *room = arena_take(arena, bootstrap_room(&bootstrap) * sizeof(double));
    double *sorted = arena_take(arena, replicates * sizeof(double));
    must(resample_sort(&resample) && bootstrap_run(&bootstrap, room, made), "no replicates");
    struct figures_interval interval = figures_interval_of(made, replicates, false, sorted);
    printf("%.6f %zu %.9f %.4f\n", (double)(stopwatch_usec() - began_usec) / 1e6, fit.iterations,
           figures.d50_nm, interval.sd.d50_nm);
}

/* Usage: inside_measure make FILE TRACKS
 *        inside_measure solve FILE THREADS REPLICATES */
int main(int count, char **words)
{
    struct arena *arena = arena_open((size_t)1 << 30);
    must(count >= 4, "usage: make FILE TRACKS | solve FILE THREADS REPLICATES");
    if (strcmp(words[1], "make") == 0) {
        problem_make(arena, words[2], strtoul(words[3], NULL, 10));
    } else {
        must(count == 5, "usage: solve FILE THREADS REPLICATES");
        struct problem problem = problem_read(arena, words[2]);
        problem_solve(arena, &problem, (unsigned)strtoul(words[3], NULL, 10),
                      strtoul(words[4], NULL, 10));
    }
    arena_close(arena);
    return 0;
}
