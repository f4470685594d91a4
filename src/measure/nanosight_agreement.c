/* nanosight_agreement.c: recomputes what the file prints, and says where the two part. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_agreement.h"

#include "measure/nanosight_flag.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

/* The relations hold for all printed figures of 151 videos of NTA 3.2, 3.3 and 3.4: sizes are
 * printed to 0.1 nm, concentrations to three digits, bins to one particle per ml. */
#define HALF_TENTH 0.05
#define HALF_BIN 0.5
#define BELOW_ROUNDING 1e-6 /* of a decimal fraction held in a double */
#define BIN_SHARE 1e-9      /* the same for the average of large bins */

/* All bins may hide half a particle each. */
#define HIDDEN_PER_ML (HALF_BIN * NANOSIGHT_BINS)

/* A flatter top than this cannot be told from rounding: its parabola says nothing. */
#define FLAT_TOP 1000.0

enum figure {
    FIGURE_MEAN,
    FIGURE_MODE,
    FIGURE_SD,
    FIGURE_D10,
    FIGURE_D50,
    FIGURE_D90,
    FIGURE_CONCENTRATION,
    FIGURES,
};

static const struct {
    const char *label;
    size_t offset;
} figures[FIGURES] = {
    [FIGURE_MEAN] = {"Mean", offsetof(struct nanosight_printed, mean_nm)},
    [FIGURE_MODE] = {"Mode", offsetof(struct nanosight_printed, mode_nm)},
    [FIGURE_SD] = {"SD", offsetof(struct nanosight_printed, sd_nm)},
    [FIGURE_D10] = {"D10", offsetof(struct nanosight_printed, d10_nm)},
    [FIGURE_D50] = {"D50", offsetof(struct nanosight_printed, d50_nm)},
    [FIGURE_D90] = {"D90", offsetof(struct nanosight_printed, d90_nm)},
    [FIGURE_CONCENTRATION] = {"Concentration",
                              offsetof(struct nanosight_printed, concentration_per_ml)},
};

/* What a figure may be before the file rounds it. */
struct interval {
    double low;
    double high;
};

struct agreement {
    struct arena *arena;
    struct nanosight *draft;
    const struct nanosight_table *table;
    struct interval expected[NANOSIGHT_VIDEOS][FIGURES];
    struct interval percentiles[NANOSIGHT_VIDEOS][NANOSIGHT_PERCENTILES];
    struct remarks videos;
    struct remarks averages;
};

static const struct nanosight_number *printed_figure(const struct nanosight_printed *printed,
                                                     enum figure figure)
{
    return (const void *)((const char *)printed + figures[figure].offset);
}

/* Half of the last of three printed digits. */
static double half_third_digit(double printed)
{
    return printed > 0 ? 0.5 * pow(10, floor(log10(printed)) - 2) : 0;
}

static double rounding_of(enum figure figure, double printed)
{
    return figure == FIGURE_CONCENTRATION ? half_third_digit(printed) * (1 + BELOW_ROUNDING)
                                          : HALF_TENTH + BELOW_ROUNDING;
}

/* Written so that a value that is not a number never lies inside. */
static bool lies_within(double printed, struct interval expected, double rounding)
{
    return printed >= expected.low - rounding && printed <= expected.high + rounding;
}

/* Every percentile of a video at the right edge, with what rounded bins leave open. */
static void percentiles_expect(const struct nanosight_video *video,
                               struct interval expected[NANOSIGHT_PERCENTILES])
{
    struct histogram histogram = {video->bins_per_ml, NANOSIGHT_BINS};
    double sum = video->concentration_per_ml;
    double low[NANOSIGHT_PERCENTILES];
    double high[NANOSIGHT_PERCENTILES];
    for (size_t i = 0; i < NANOSIGHT_PERCENTILES; i++) {
        double content = (double)i / 100 * sum;
        low[i] = fmax(0, content - HIDDEN_PER_ML);
        high[i] = fmin(sum, content + HIDDEN_PER_ML);
    }
    histogram_sizes_below(&histogram, low, NANOSIGHT_PERCENTILES, low);
    histogram_sizes_below(&histogram, high, NANOSIGHT_PERCENTILES, high);
    for (size_t i = 0; i < NANOSIGHT_PERCENTILES; i++)
        expected[i] = (struct interval){low[i], high[i]};
}

/* How far half a particle per bin may move the mean, and the variance. */
static void moments_expect(const struct histogram *histogram,
                           const struct histogram_figures *recomputed, struct interval *mean,
                           struct interval *sd)
{
    double sum = histogram_sum(histogram);
    double variance = recomputed->sd_nm * recomputed->sd_nm;
    double first = 0;
    double second = 0;
    for (size_t i = 0; i < histogram->count; i++) {
        double distance_nm = fabs((double)i + 0.5 - recomputed->mean_nm);
        first += HALF_BIN * distance_nm / sum;
        second += HALF_BIN * (distance_nm * distance_nm + variance) / sum;
    }
    *mean = (struct interval){recomputed->mean_nm - first, recomputed->mean_nm + first};
    *sd = (struct interval){sqrt(fmax(0, variance - second)), sqrt(variance + second)};
}

/* NTA prints the top of the parabola through the highest bin and its neighbours: 24 of 24. */
static struct interval mode_interval(const struct histogram *histogram,
                                     const struct histogram_figures *recomputed)
{
    size_t top = (size_t)recomputed->mode_nm;
    bool inside = top > 0 && top + 1 < histogram->count;
    const double *bins = histogram->bins;
    bool sharp = inside && 2 * bins[top] - bins[top - 1] - bins[top + 1] > FLAT_TOP;
    double doubt_nm = sharp ? 0 : 1;
    return (struct interval){recomputed->mode_vertex_nm - doubt_nm,
                             recomputed->mode_vertex_nm + doubt_nm};
}

static void video_expect(struct agreement *agreement, size_t index)
{
    const struct nanosight_video *video = &agreement->draft->videos[index];
    struct interval *expected = agreement->expected[index];
    struct interval *percentiles = agreement->percentiles[index];
    struct histogram histogram = {video->bins_per_ml, NANOSIGHT_BINS};
    double sum = video->concentration_per_ml;
    expected[FIGURE_CONCENTRATION] = (struct interval){sum - HIDDEN_PER_ML, sum + HIDDEN_PER_ML};
    if (video->empty)
        return;
    moments_expect(&histogram, &video->figures, &expected[FIGURE_MEAN], &expected[FIGURE_SD]);
    expected[FIGURE_MODE] = mode_interval(&histogram, &video->figures);
    percentiles_expect(video, percentiles);
    expected[FIGURE_D10] = percentiles[10];
    expected[FIGURE_D50] = percentiles[50];
    expected[FIGURE_D90] = percentiles[90];
}

/* How many of the percentiles 1 to 99 agree; 0 and 100 hang on particles that rounding hides. */
static size_t percentiles_agreeing(const struct agreement *agreement, size_t index, double shift_nm,
                                   struct remarks *findings)
{
    const double *printed = &agreement->table->percentiles[index * NANOSIGHT_PERCENTILES];
    size_t agreeing = 0;
    for (size_t i = 1; i + 1 < NANOSIGHT_PERCENTILES; i++) {
        struct interval expected = agreement->percentiles[index][i];
        expected.low += shift_nm;
        expected.high += shift_nm;
        bool agrees = lies_within(printed[i], expected, HALF_TENTH + BELOW_ROUNDING);
        agreeing += agrees;
        if (!agrees && findings)
            remarks_add(findings, "percentile %zu of video %zu is printed as %g, recomputed %.2f",
                        i, index + 1, printed[i], (expected.low + expected.high) / 2);
    }
    return agreeing;
}

/* The edge at which most percentiles agree; a damaged one does not change it. */
static void edge_settle(const struct agreement *agreement)
{
    struct nanosight *draft = agreement->draft;
    size_t right = 0;
    size_t left = 0;
    size_t all = draft->between.videos * (NANOSIGHT_PERCENTILES - 2);
    for (size_t i = 0; i < draft->video_count; i++) {
        if (draft->videos[i].empty)
            continue;
        right += percentiles_agreeing(agreement, i, 0, NULL);
        left += percentiles_agreeing(agreement, i, -1, NULL);
    }
    if (right >= left && right * 2 > all)
        draft->edge = EDGE_RIGHT;
    if (left > right && left * 2 > all)
        draft->edge = EDGE_LEFT;
}

static double shift_nm(const struct nanosight *draft)
{
    return draft->edge == EDGE_LEFT ? -1 : 0;
}

static void videos_compare(struct agreement *agreement)
{
    struct nanosight *draft = agreement->draft;
    for (size_t i = 0; i < draft->video_count; i++) {
        const struct nanosight_video *video = &draft->videos[i];
        enum figure first = video->empty ? FIGURE_CONCENTRATION : FIGURE_MEAN;
        for (enum figure figure = first; figure < FIGURES; figure++) {
            const struct nanosight_number *printed = printed_figure(&video->printed, figure);
            struct interval expected = agreement->expected[i][figure];
            bool absent = !printed->known && !video->empty;
            if (absent || (printed->known && !lies_within(printed->value, expected,
                                                          rounding_of(figure, printed->value))))
                remarks_add(&agreement->videos,
                            "%s of video %zu is printed as \"%s\", recomputed %.6g",
                            figures[figure].label, i + 1, printed->text,
                            (expected.low + expected.high) / 2);
        }
        if (!video->empty)
            percentiles_agreeing(agreement, i, shift_nm(draft), &agreement->videos);
    }
}

struct summary {
    size_t count;
    double mean;
    double error;
};

/* Mean and standard error over the videos, as the two columns of the file have them. */
static struct summary summarize(const struct nanosight *draft, bool with_empty,
                                const double values[NANOSIGHT_VIDEOS])
{
    struct summary summary = {.count = 0};
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < draft->video_count; i++) {
        bool counts = with_empty || !draft->videos[i].empty;
        summary.count += counts;
        sum += counts ? values[i] : 0;
    }
    summary.mean = summary.count ? sum / (double)summary.count : 0;
    for (size_t i = 0; i < draft->video_count; i++) {
        double distance = values[i] - summary.mean;
        squares += with_empty || !draft->videos[i].empty ? distance * distance : 0;
    }
    double count = (double)summary.count;
    summary.error = summary.count > 1 ? sqrt(squares / (count - 1) / count) : 0;
    return summary;
}

static void average_compare(const struct nanosight_number *printed, double expected, double doubt,
                            const char *label, struct remarks *findings)
{
    struct interval interval = {expected - doubt, expected + doubt};
    if (!printed->known || !lies_within(printed->value, interval, 0))
        remarks_add(findings, "%s is printed as \"%s\", recomputed %.6g", label, printed->text,
                    expected);
}

/* One row of the vendor's averages: the video's figures recomputed, then averaged. */
static void figure_averages_compare(const struct agreement *agreement, bool with_empty,
                                    enum figure figure, struct remarks *findings)
{
    const struct nanosight *draft = agreement->draft;
    double middle[NANOSIGHT_VIDEOS] = {0};
    double widest = 0;
    for (size_t i = 0; i < draft->video_count; i++) {
        struct interval expected = agreement->expected[i][figure];
        bool empty = draft->videos[i].empty;
        middle[i] = empty ? 0 : (expected.low + expected.high) / 2;
        widest = fmax(widest, empty ? 0 : (expected.high - expected.low) / 2);
    }
    struct summary summary = summarize(draft, with_empty, middle);
    const struct nanosight_number *average = printed_figure(&draft->average, figure);
    const struct nanosight_number *error = printed_figure(&draft->standard_error, figure);
    char label[64];
    snprintf(label, sizeof label, "Average of %s", figures[figure].label);
    average_compare(average, summary.mean, widest + rounding_of(figure, average->value), label,
                    findings);
    snprintf(label, sizeof label, "Standard Error of %s", figures[figure].label);
    if (summary.count > 1)
        average_compare(error, summary.error, widest + rounding_of(figure, error->value), label,
                        findings);
}

/* Counts per frame have no bins behind them: averages of numbers rounded themselves. */
static void count_averages_compare(const struct agreement *agreement, size_t offset,
                                   const char *label, struct remarks *findings)
{
    const struct nanosight *draft = agreement->draft;
    double values[NANOSIGHT_VIDEOS] = {0};
    for (size_t i = 0; i < draft->video_count; i++) {
        const struct nanosight_number *number =
            (const void *)((const char *)&draft->videos[i].printed + offset);
        if (!number->known)
            return;
        values[i] = number->value;
    }
    struct summary summary = summarize(draft, true, values);
    const struct nanosight_number *average = (const void *)((const char *)&draft->average + offset);
    const struct nanosight_number *error =
        (const void *)((const char *)&draft->standard_error + offset);
    char name[64];
    snprintf(name, sizeof name, "Average of %s", label);
    average_compare(average, summary.mean, 2 * HALF_TENTH + BELOW_ROUNDING, name, findings);
    snprintf(name, sizeof name, "Standard Error of %s", label);
    if (summary.count > 1)
        average_compare(error, summary.error, 2 * HALF_TENTH + BELOW_ROUNDING, name, findings);
}

static void bin_averages_compare(const struct agreement *agreement, bool with_empty,
                                 struct remarks *findings)
{
    const struct nanosight *draft = agreement->draft;
    const struct nanosight_table *table = agreement->table;
    for (size_t bin = 0; bin < NANOSIGHT_BINS && table->averages; bin++) {
        double values[NANOSIGHT_VIDEOS] = {0};
        for (size_t i = 0; i < draft->video_count; i++)
            values[i] = draft->videos[i].bins_per_ml[bin];
        struct summary summary = summarize(draft, with_empty, values);
        double doubt = 2 * HALF_BIN + BELOW_ROUNDING + BIN_SHARE * summary.mean;
        if (fabs(table->average_bins[bin] - summary.mean) > doubt ||
            (summary.count > 1 && fabs(table->error_bins[bin] - summary.error) > doubt))
            remarks_add(findings, "the averages of bin %zu.5 nm do not follow from its videos",
                        bin);
    }
}

static void scope_compare(const struct agreement *agreement, bool with_empty,
                          struct remarks *findings)
{
    /* Without any particle the averages of the sizes are words or zeros. */
    bool sized = agreement->draft->between.videos > 0;
    enum figure first = sized ? FIGURE_MEAN : FIGURE_CONCENTRATION;
    for (enum figure figure = first; figure < FIGURES; figure++)
        figure_averages_compare(agreement, with_empty, figure, findings);
    bin_averages_compare(agreement, with_empty, findings);
}

/* Average columns of a file with an empty video count it as zero, or leave it out: the scope that
 * leaves fewer disagreements is taken. */
static void averages_compare(struct agreement *agreement)
{
    struct nanosight *draft = agreement->draft;
    if (!draft->average.concentration_per_ml.known)
        return;
    struct remarks every = {.count = 0};
    struct remarks full = {.count = 0};
    bool some_empty = draft->between.videos > 0 && draft->between.videos < draft->video_count;
    scope_compare(agreement, true, &every);
    if (some_empty)
        scope_compare(agreement, false, &full);
    bool without = some_empty && full.count < every.count;
    draft->average_over = without ? AVERAGE_WITHOUT_EMPTY : AVERAGE_EVERY_VIDEO;
    agreement->averages = without ? full : every;
    count_averages_compare(agreement, offsetof(struct nanosight_printed, particles_per_frame),
                           "Particles per frame", &agreement->averages);
    count_averages_compare(agreement, offsetof(struct nanosight_printed, centres_per_frame),
                           "Centres per frame", &agreement->averages);
}

void nanosight_agreement_settle(struct arena *arena, struct nanosight *draft,
                                const struct nanosight_table *table)
{
    struct agreement *agreement = arena_take(arena, sizeof *agreement);
    agreement->arena = arena;
    agreement->draft = draft;
    agreement->table = table;
    for (size_t i = 0; i < draft->video_count; i++)
        video_expect(agreement, i);
    edge_settle(agreement);
    for (size_t i = 0; i < draft->video_count; i++) {
        for (enum figure figure = FIGURE_D10; figure <= FIGURE_D90; figure++) {
            agreement->expected[i][figure].low += shift_nm(draft);
            agreement->expected[i][figure].high += shift_nm(draft);
        }
    }
    videos_compare(agreement);
    averages_compare(agreement);
    struct remarks edge = {.count = 0};
    if (draft->edge == EDGE_LEFT)
        remarks_add(&edge, "%s", draft->software);
    nanosight_flag_raise(arena, draft, FLAG_PERCENTILE_LEFT_EDGE, &edge);
    edge = (struct remarks){.count = 0};
    if (draft->edge == EDGE_UNKNOWN && draft->between.videos)
        remarks_add(&edge, "%s", draft->software);
    nanosight_flag_raise(arena, draft, FLAG_PERCENTILE_EDGE_UNKNOWN, &edge);
    nanosight_flag_raise(arena, draft, FLAG_PRINTED_DISAGREES, &agreement->videos);
    nanosight_flag_raise(arena, draft, FLAG_AVERAGE_DISAGREES, &agreement->averages);
}
