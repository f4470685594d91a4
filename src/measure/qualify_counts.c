/* qualify_counts.c: concentrations of simulated samples, held against what was drawn. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_counts.h"

#include "measure/qualify_above.h"
#include "measure/qualify_scene.h"

#include <math.h>

enum {
    BEADS = 3,
    BEAD_VIDEOS = 4,
    MONO_RUNS = 8,
    COVERAGE_RUNS = 100,
    SPREAD_RUNS = 40,
    BLANK_RUNS = 20
};

/* One video of 60 s with 50 particles per frame. */
static struct qualify_sample sample_of(double median_nm)
{
    return (struct qualify_sample){
        .median_nm = median_nm, .per_frame = 50, .frames = 1500, .videos = 1};
}

/* Found over drawn, over the runs of a condition. */
struct score {
    bool of_sample; /* true is the sample, which the cells are draws of; otherwise the cells */
    size_t runs;
    double sum;
    double squares;
    size_t covered;
};

static void score_add(struct score *score, const struct measure_concentration *found, double truth)
{
    double ratio = found->difference_per_ml / truth;
    score->runs++;
    score->sum += ratio;
    score->squares += ratio * ratio;
    score->covered += found->low_per_ml <= truth && truth <= found->high_per_ml;
}

static struct qualified score_row(const struct score *score, const char *condition)
{
    double runs = (double)score->runs;
    double mean = score->sum / runs;
    double variance = fmax(0, (score->squares - runs * mean * mean) / (runs - 1));
    return (struct qualified){
        .condition = condition,
        .quantity = "concentration, found/true",
        .unit = "1",
        .truth = 1,
        .value = mean,
        .bias = mean - 1,
        .spread = sqrt(variance),
        .coverage = (double)score->covered / runs,
        .runs = score->runs,
    };
}

static void bar_add(struct qualification *qualification, struct qualified row, const char *bar,
                    double low, double high)
{
    row.bar = bar;
    row.low = low;
    row.high = high;
    qualification_add(qualification, row);
}

/* Where the work stands: one arena, seeds, rows. */
struct qualifying {
    struct arena *arena;
    struct fault *fault;
    uint64_t seed;
    struct qualification *qualification;
};

/* Runs of one sample, each from the next seed. score->of_sample says which truth it is held
 * against. */
static bool score_runs(struct qualifying *work, const struct qualify_sample *sample,
                       const struct counting_settings *settings, size_t runs, struct score *score)
{
    *score = (struct score){.of_sample = score->of_sample};
    for (size_t i = 0; i < runs; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        struct qualify_count count;
        if (!qualify_count_make(work->arena, work->fault, sample, work->seed + i, settings, &count))
            return false;
        score_add(score, &count.counting.concentration,
                  score->of_sample ? count.sample_per_ml : count.drawn_per_ml);
        arena_rewind(work->arena, mark);
    }
    return true;
}

/* Mean count of each class over some videos of beads, and their true concentration. */
static bool bead_count(struct qualifying *work, const struct qualify_sample *sample, uint64_t seed,
                       double per_frame[QUALIFY_CLASSES], struct measure_bead *bead)
{
    const struct counting_settings settings = qualify_counting();
    for (uint64_t i = 0; i < BEAD_VIDEOS; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        struct qualify_count count;
        struct measure_counts counts = {settings.view, settings.classes, .frames = 1};
        counts.counts = arena_take(work->arena, QUALIFY_CLASSES * sizeof *counts.counts);
        if (!qualify_count_make(work->arena, work->fault, sample, seed + i, NULL, &count))
            return false;
        if (measure_counts_begin(&counts) != MEASURED)
            return fail(work->fault, FAULT_INPUT, "classes", "The classes have no order.");
        for (size_t k = 0; k < count.table.observation_count; k++) {
            const struct observation *seen = &count.table.observations[k];
            (void)measure_counts_add(&counts, 0, seen->x_um, seen->y_um, seen->brightness);
        }
        for (size_t k = 0; k < QUALIFY_CLASSES; k++)
            per_frame[k] += counts.counts[k] / BEAD_VIDEOS / sample->frames;
        bead->per_ml += count.drawn_per_ml / BEAD_VIDEOS;
        arena_rewind(work->arena, mark);
    }
    bead->per_frame = per_frame;
    bead->relative_sd = 0.02;
    (void)measure_view_area_um2(&settings.view, &bead->area_um2);
    return true;
}

/* Beads of 80, 120 and 200 nm, beginning with a sheet that is a fifth too wide and a focus that is
 * a third too short. */
static bool calibrate(struct qualifying *work, uint64_t seed, struct counting_settings *settings)
{
    static const double sizes_nm[BEADS] = {80, 120, 200};
    double per_frame[BEADS][QUALIFY_CLASSES] = {{0}};
    struct measure_bead beads[BEADS] = {{0}};
    for (size_t i = 0; i < BEADS; i++) {
        struct qualify_sample sample = sample_of(sizes_nm[i]);
        if (!bead_count(work, &sample, seed + i * BEAD_VIDEOS, per_frame[i], &beads[i]))
            return false;
    }
    *settings = qualify_counting();
    settings->sheet.half_width_um *= 1.2;
    settings->sheet.rayleigh_um *= 0.67;
    if (measure_sheet_calibrate(beads, BEADS, &settings->classes, &settings->sheet, NULL) !=
        MEASURED)
        return fail(work->fault, FAULT_INPUT, "beads", "The beads do not set the sheet.");
    settings->factors.volume_sd = settings->sheet.relative_sd;
    return true;
}

static bool qualify_mono(struct qualifying *work, const struct counting_settings *calibrated)
{
    static const struct {
        double median_nm;
        const char *calibrated;
        const char *geometry;
    } rows[] = {
        {80, "80 nm, depth from beads", "80 nm, depth from geometry"},
        {100, "100 nm, depth from beads", "100 nm, depth from geometry"},
        {150, "150 nm, depth from beads", "150 nm, depth from geometry"},
        {200, "200 nm, depth from beads", "200 nm, depth from geometry"},
    };
    const struct counting_settings geometry = qualify_counting();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct qualify_sample sample = sample_of(rows[i].median_nm);
        struct score score = {0};
        if (!score_runs(work, &sample, calibrated, MONO_RUNS, &score))
            return false;
        bar_add(work->qualification, score_row(&score, rows[i].calibrated), "bias", -0.05, 0.05);
        if (!score_runs(work, &sample, &geometry, MONO_RUNS, &score))
            return false;
        bar_add(work->qualification, score_row(&score, rows[i].geometry), "bias", -0.1, 0.1);
    }
    return true;
}

/* The interval is one for the sample: of one cell, some hundred particles are a draw. */
static bool qualify_coverage(struct qualifying *work, const struct counting_settings *calibrated)
{
    static const struct {
        const char *condition;
        struct qualify_sample sample;
    } rows[] = {
        {"100 nm, 50 per frame, one video of 60 s",
         {.median_nm = 100, .per_frame = 50, .frames = 1500, .videos = 1}},
        {"100 nm, 10 per frame, 5 videos of 30 s",
         {.median_nm = 100, .per_frame = 10, .frames = 750, .videos = 5}},
        {"150 nm, 5 per frame, one video of 30 s",
         {.median_nm = 150, .per_frame = 5, .frames = 750, .videos = 1}},
        {"100 nm, 50 per frame, 60 s, cell of 90 um",
         {.median_nm = 100, .per_frame = 50, .frames = 1500, .videos = 1, .cell_um = 90}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct counting_settings informed = *calibrated;
        struct score score = {.of_sample = true};
        if (!qualify_passage(work->fault, &rows[i].sample, &informed.passage) ||
            !score_runs(work, &rows[i].sample, &informed, COVERAGE_RUNS, &score))
            return false;
        bar_add(work->qualification, score_row(&score, rows[i].condition), "coverage", 0.9, 0.98);
    }
    return true;
}

/* Against what was drawn into the cell, as far as a video can tell. */
static bool qualify_spread(struct qualifying *work, const struct counting_settings *calibrated)
{
    struct qualify_sample sample = sample_of(100);
    struct score score = {0};
    if (!score_runs(work, &sample, calibrated, SPREAD_RUNS, &score))
        return false;
    struct qualified row = score_row(&score, "100 nm, 50 per frame, videos of 60 s");
    row.spread /= row.value;
    bar_add(work->qualification, row, "spread", 0, 0.04);
    return true;
}

/* Slope of ln(found) on ln(true) over 5 to 150 particles per frame. */
static bool qualify_linearity(struct qualifying *work, const struct counting_settings *calibrated)
{
    enum { RUNS = 4 };
    static const double levels[] = {5, 10, 25, 50, 100, 150};
    double x = 0, y = 0, xx = 0, xy = 0, n = 0;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct qualify_sample sample = sample_of(100);
        sample.per_frame = levels[i];
        for (uint64_t run = 0; run < RUNS; run++) {
            struct arena_mark mark = arena_mark(work->arena);
            struct qualify_count count;
            if (!qualify_count_make(work->arena, work->fault, &sample, work->seed + 100 * i + run,
                                    calibrated, &count))
                return false;
            double truth = log(count.drawn_per_ml);
            double found = log(count.counting.concentration.per_ml);
            x += truth, y += found, xx += truth * truth, xy += truth * found, n += 1;
            arena_rewind(work->arena, mark);
        }
    }
    double slope = (n * xy - x * y) / (n * xx - x * x);
    struct qualified row = {.condition = "100 nm, 5 to 150 per frame",
                            .quantity = "slope of ln(found) on ln(true)",
                            .unit = "1",
                            .truth = 1,
                            .value = slope,
                            .bias = slope - 1,
                            .spread = NAN,
                            .coverage = NAN,
                            .runs = (size_t)n};
    bar_add(work->qualification, row, "value", 0.97, 1.03);
    return true;
}

/* The sample holds what its blank holds, and four times as much of its own. */
static bool qualify_blank(struct qualifying *work, const struct counting_settings *calibrated)
{
    struct qualify_sample own = sample_of(100);
    struct score score = {0};
    own.per_frame = 25;
    for (uint64_t i = 0; i < BLANK_RUNS; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        struct qualify_sample diluent = own;
        struct qualify_count sample, blank;
        struct counting counting;
        diluent.per_frame = 5;
        if (!qualify_count_make(work->arena, work->fault, &own, work->seed + 2 * i, NULL,
                                &sample) ||
            !qualify_count_make(work->arena, work->fault, &diluent, work->seed + 2 * i + 1, NULL,
                                &blank) ||
            !counting_make(work->arena, work->fault, &sample.table, &blank.table, calibrated,
                           &counting))
            return false;
        score_add(&score, &counting.concentration, sample.drawn_per_ml - blank.drawn_per_ml);
        arena_rewind(work->arena, mark);
    }
    struct qualified row = score_row(&score, "25 per frame, 5 of them of the blank");
    double error = row.spread / sqrt((double)row.runs);
    /* Without bias beyond two standard errors and what the calibration leaves open. */
    double allowed = 2 * hypot(error, calibrated->factors.volume_sd);
    bar_add(work->qualification, row, "bias", -allowed, allowed);
    return true;
}

bool qualify_counts(struct arena *arena, struct fault *fault, const struct qualify_seeds *seeds,
                    struct qualification *qualification)
{
    struct qualifying work = {arena, fault, seeds->first, qualification};
    struct counting_settings calibrated;
    return calibrate(&work, seeds->first + 500000, &calibrated) &&
           qualify_mono(&work, &calibrated) && qualify_coverage(&work, &calibrated) &&
           qualify_linearity(&work, &calibrated) && qualify_blank(&work, &calibrated) &&
           qualify_spread(&work, &calibrated) &&
           qualify_above(arena, fault, seeds->first, qualification);
}
