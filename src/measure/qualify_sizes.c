/* qualify_sizes.c: conditions of known sizes, run many times and held against their bars. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_sizes.h"

#include "measure/distribution.h"
#include "measure/qualify_tracks.h"

#include <math.h>

enum { ARENA_BYTES = 1 << 30, COVERAGE_REPLICATES_LEAST = 20, PEAKS_MOST = 16 };

/* A peak of less than 2 % of the particles is not counted as a kind of its own. */
#define PEAK_LEAST 0.02

/* Shutter of 32.5 ms in a frame of 40 ms, noise of 60 nm, water at 25 C. */
static const struct qualify_optics optics = {
    .medium = {.temperature_c = 25, .viscosity_mpa_s = 0.88997},
    .timing = {.frame_s = 0.04, .exposure_s = 0.0325},
    .noise_um = 0.06};

struct qualify_sizes_settings qualify_sizes_settings_default(void)
{
    return (struct qualify_sizes_settings){
        .seeds = {.first = 1000, .count = 20}, .tracks = 1000, .threads = 1};
}

/* Values of one quantity over the runs. */
struct sample {
    double sum;
    double sum_squares;
    double truth; /* sum over the runs */
    size_t covered;
    size_t runs;
};

static void sample_add(struct sample *sample, double value, double truth, double low, double high)
{
    double off = value / truth - 1;
    sample->sum += off;
    sample->sum_squares += off * off;
    sample->truth += truth;
    sample->covered += low <= truth && truth <= high;
    sample->runs++;
}

static struct qualified sample_row(const struct sample *sample, bool coverage)
{
    double runs = (double)sample->runs, bias = sample->sum / runs;
    double variance = runs > 1 ? (sample->sum_squares / runs - bias * bias) * runs / (runs - 1) : 0;
    double truth = sample->truth / runs;
    return (struct qualified){.unit = "nm",
                              .truth = truth,
                              .value = truth * (1 + bias),
                              .bias = bias,
                              .spread = sqrt(variance > 0 ? variance : 0),
                              .coverage = coverage ? (double)sample->covered / runs : (double)NAN,
                              .runs = sample->runs};
}

static void row_add(struct qualification *qualification, struct qualified row,
                    const char *const names[3], double low, double high)
{
    row.condition = names[0];
    row.quantity = names[1];
    row.bar = names[2];
    row.low = low;
    row.high = high;
    qualification_add(qualification, row);
}

/* The same runs with fewer intervals asked for are the same runs. */
static struct distribution_settings settings_for(const struct qualify_sizes_settings *settings,
                                                 uint64_t seed)
{
    struct distribution_settings made = distribution_settings_default();
    made.medium = optics.medium;
    made.timing = optics.timing;
    made.videos = 1;
    made.replicates = settings->replicates >= COVERAGE_REPLICATES_LEAST ? settings->replicates : 0;
    made.seed = seed;
    made.threads = settings->threads;
    return made;
}

/* Figures of one condition over all its runs. */
struct tally {
    struct sample d10, d50, d90;
    struct sample first, second, share; /* of two peaks, where there are two */
    size_t parted;                      /* runs with two peaks, each within 10 % of its truth */
    size_t both;                        /* runs with a peak within 10 % of either */
    size_t runs;
};

static void tally_figures(struct tally *tally, const struct qualify_tracks *made,
                          const struct distribution *found)
{
    const struct distribution_figures *by_number = &found->by_number;
    sample_add(&tally->d10, by_number->value.d10_nm, qualify_truth_nm(made, 0.1),
               by_number->low.d10_nm, by_number->high.d10_nm);
    sample_add(&tally->d50, by_number->value.d50_nm, qualify_truth_nm(made, 0.5),
               by_number->low.d50_nm, by_number->high.d50_nm);
    sample_add(&tally->d90, by_number->value.d90_nm, qualify_truth_nm(made, 0.9),
               by_number->low.d90_nm, by_number->high.d90_nm);
    tally->runs++;
}

static bool is_near(double value, double truth, double within)
{
    return fabs(value / truth - 1) <= within;
}

static void tally_peaks(struct tally *tally, const struct qualify_population *population,
                        const struct distribution *found)
{
    struct measure_sizes sizes = measure_sizes_default();
    struct measure_peak peaks[PEAKS_MOST];
    size_t count = 0;
    if (measure_peaks(&sizes, found->shares, PEAK_LEAST, peaks, PEAKS_MOST, &count) != MEASURED)
        return;
    bool first = false, second = false;
    for (size_t i = 0; i < count; i++) {
        first = first || is_near(peaks[i].size_nm, population->first_nm, 0.1);
        second = second || is_near(peaks[i].size_nm, population->second_nm, 0.1);
    }
    tally->both += first && second;
    if (count != 2)
        return;
    sample_add(&tally->first, peaks[0].size_nm, population->first_nm, 0, 0);
    sample_add(&tally->second, peaks[1].size_nm, population->second_nm, 0, 0);
    sample_add(&tally->share, peaks[1].share, population->second_share, 0, 0);
    tally->parted += is_near(peaks[0].size_nm, population->first_nm, 0.1) &&
                     is_near(peaks[1].size_nm, population->second_nm, 0.1);
}

/* Tracks of lengths that have nothing to do with size: each counts as one particle in view. */
static bool run_free(struct fault *fault, const struct qualify_sizes_settings *settings,
                     const struct qualify_population *population, uint64_t seed,
                     struct tally *tally)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct distribution found = {0};
    struct qualify_tracks made =
        qualify_free_tracks(arena, seed, population, &optics, settings->tracks, 1);
    struct distribution_settings how = settings_for(settings, seed);
    bool worked = distribution_make(arena, fault, made.tracks, made.count, &how, &found);
    if (worked) {
        tally_figures(tally, &made, &found);
        tally_peaks(tally, population, &found);
    }
    arena_close(arena);
    return worked;
}

static bool runs_free(struct fault *fault, const struct qualify_sizes_settings *settings,
                      const struct qualify_population *population, struct tally *tally)
{
    for (unsigned long i = 0; i < settings->seeds.count; i++)
        if (!run_free(fault, settings, population, settings->seeds.first + i, tally))
            return false;
    return settings->seeds.count > 0 ||
           fail(fault, FAULT_INPUT, "runs", "At least one run is needed.");
}

static bool tells_coverage(const struct qualify_sizes_settings *settings)
{
    return settings->replicates >= COVERAGE_REPLICATES_LEAST;
}

static void coverage_add(struct qualification *qualification, const char *condition,
                         const struct qualify_sizes_settings *settings, const struct sample *sample)
{
    const char *const names[3] = {condition, "D50, its 95 % interval", "coverage"};
    if (tells_coverage(settings))
        row_add(qualification, sample_row(sample, true), names, 0.92, 0.98);
}

bool qualify_mono(struct fault *fault, const struct qualify_sizes_settings *settings,
                  struct qualification *qualification)
{
    static const struct qualify_population mono = {.first_nm = 100, .second_nm = 100};
    static const char condition[] = "100 nm";
    struct tally tally = {0};
    if (!runs_free(fault, settings, &mono, &tally))
        return false;
    bool coverage = tells_coverage(settings);
    row_add(qualification, sample_row(&tally.d10, coverage),
            (const char *const[3]){condition, "D10", "value"}, 90, 100);
    row_add(qualification, sample_row(&tally.d50, coverage),
            (const char *const[3]){condition, "D50", "value"}, 97, 103);
    row_add(qualification, sample_row(&tally.d90, coverage),
            (const char *const[3]){condition, "D90", "value"}, 100, 110);
    row_add(qualification, sample_row(&tally.d50, coverage),
            (const char *const[3]){condition, "D50, stretch", "bias"}, -0.01, 0.01);
    coverage_add(qualification, condition, settings, &tally.d50);
    return true;
}

bool qualify_lognormal(struct fault *fault, const struct qualify_sizes_settings *settings,
                       struct qualification *qualification)
{
    static const struct qualify_population lognormal = {
        .first_nm = 90, .second_nm = 90, .sd_ln = 0.4};
    static const char condition[] = "lognormal 90 nm, 0.4";
    struct tally tally = {0};
    if (!runs_free(fault, settings, &lognormal, &tally))
        return false;
    const struct {
        const char *quantity;
        const struct sample *sample;
        double bias, spread;
    } bars[] = {{"D10", &tally.d10, 0.02, 0.07},
                {"D50", &tally.d50, 0.02, 0.05},
                {"D90", &tally.d90, 0.03, 0.08}};
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        struct qualified row = sample_row(bars[i].sample, tells_coverage(settings));
        row_add(qualification, row, (const char *const[3]){condition, bars[i].quantity, "bias"},
                -bars[i].bias, bars[i].bias);
        row_add(qualification, row, (const char *const[3]){condition, bars[i].quantity, "spread"},
                0, bars[i].spread);
    }
    coverage_add(qualification, condition, settings, &tally.d50);
    return true;
}

/* A part of the runs, in percent. */
static struct qualified part_row(size_t part, size_t runs)
{
    return (struct qualified){.unit = "%",
                              .truth = 100,
                              .value = 100 * (double)part / (double)runs,
                              .bias = (double)part / (double)runs - 1,
                              .spread = (double)NAN,
                              .coverage = (double)NAN,
                              .runs = runs};
}

static void pair_add(struct qualification *qualification, const char *condition,
                     const struct tally *tally)
{
    row_add(qualification, part_row(tally->parted, tally->runs),
            (const char *const[3]){condition, "two modes within 10 %", "value"}, 90, 100);
    if (tally->first.runs == 0)
        return;
    row_add(qualification, sample_row(&tally->first, false),
            (const char *const[3]){condition, "first mode", "bias"}, -0.05, 0.05);
    row_add(qualification, sample_row(&tally->second, false),
            (const char *const[3]){condition, "second mode", "bias"}, -0.05, 0.05);
    struct qualified share = sample_row(&tally->share, false);
    share.unit = "";
    row_add(qualification, share, (const char *const[3]){condition, "share of the second", "value"},
            0.4, 0.6);
}

bool qualify_pairs(struct fault *fault, const struct qualify_sizes_settings *settings,
                   struct qualification *qualification)
{
    static const struct qualify_population wide = {
        .first_nm = 80, .second_nm = 150, .second_share = 0.5};
    static const struct qualify_population narrow = {
        .first_nm = 80, .second_nm = 120, .second_share = 0.5};
    struct qualify_sizes_settings without = *settings; /* no row here tells coverage */
    struct tally apart = {0}, close = {0};
    without.replicates = 0;
    if (!runs_free(fault, &without, &wide, &apart) || !runs_free(fault, &without, &narrow, &close))
        return false;
    pair_add(qualification, "80 + 150 nm, 1:1", &apart);
    pair_add(qualification, "80 + 120 nm, 1:1, stretch", &close);
    return true;
}

bool qualify_minority(struct fault *fault, const struct qualify_sizes_settings *settings,
                      struct qualification *qualification)
{
    static const struct qualify_population minority = {
        .first_nm = 60, .second_nm = 200, .second_share = 1. / 11};
    struct qualify_sizes_settings without = *settings;
    struct tally tally = {0};
    without.replicates = 0;
    if (!runs_free(fault, &without, &minority, &tally))
        return false;
    row_add(qualification, part_row(tally.both, tally.runs),
            (const char *const[3]){"60 + 200 nm, 10:1", "both present", "value"}, 90, 100);
    return true;
}

static bool run_slab(struct fault *fault, const struct qualify_sizes_settings *settings,
                     const struct measure_slab *slab, uint64_t seed, struct tally *tally)
{
    enum { IN_VIEW = 60 };
    static const struct qualify_population lognormal = {
        .first_nm = 90, .second_nm = 90, .sd_ln = 0.4};
    struct arena *arena = arena_open(ARENA_BYTES);
    struct distribution found = {0};
    struct qualify_tracks made =
        qualify_slab_tracks(arena, seed, &lognormal, &optics, slab, IN_VIEW);
    struct distribution_settings how = settings_for(settings, seed);
    how.positions_least = slab->positions_least;
    how.depth_um = slab->depth_um;
    how.missed_frame_allowed = slab->missed_frame_allowed;
    how.video_frames = slab->frames;
    how.replicates = 0;
    bool worked = distribution_make(arena, fault, made.tracks, made.count, &how, &found);
    if (worked)
        tally_figures(tally, &made, &found);
    arena_close(arena);
    return worked;
}

bool qualify_selection(struct fault *fault, const struct qualify_sizes_settings *settings,
                       struct qualification *qualification)
{
    static const struct {
        size_t positions;
        const char *condition;
    } rows[] = {{5, "slab of 5 um, at least 5 positions"},
                {10, "slab of 5 um, at least 10 positions"},
                {15, "slab of 5 um, at least 15 positions"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct measure_slab slab = {.depth_um = 5,
                                    .frame_s = optics.timing.frame_s,
                                    .frames = 800,
                                    .positions_least = rows[i].positions};
        struct tally tally = {0};
        for (unsigned long run = 0; run < settings->seeds.count; run++)
            if (!run_slab(fault, settings, &slab, settings->seeds.first + run, &tally))
                return false;
        if (tally.runs == 0)
            return fail(fault, FAULT_INPUT, "runs", "At least one run is needed.");
        row_add(qualification, sample_row(&tally.d10, false),
                (const char *const[3]){rows[i].condition, "D10", "bias"}, -0.04, 0.04);
        row_add(qualification, sample_row(&tally.d50, false),
                (const char *const[3]){rows[i].condition, "D50", "bias"}, -0.02, 0.02);
        row_add(qualification, sample_row(&tally.d90, false),
                (const char *const[3]){rows[i].condition, "D90", "bias"}, -0.04, 0.04);
    }
    return true;
}
