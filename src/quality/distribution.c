/* distribution.c: read anew from the kept file each time, so that no copy can differ from it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/distribution.h"

#include "measure/import_nanosight.h"
#include "measure/imported.h"
#include "measure/probability.h"
#include "measure/report_sizes.h"
#include "quality/assay.h"
#include "quality/reported.h"

#include <math.h>

/* Bins of a summary are 1 nm wide; that many are shown as one. Figures come from the bins. */
enum { NM_PER_BIN = 5, SUMMARY_BINS = NANOSIGHT_BINS / NM_PER_BIN };

struct size_bin {
    struct real low_nm;
    struct real high_nm;
    struct real per_ml;
    struct real low_per_ml;
    struct real high_per_ml;
};
static const struct field bin_fields[] = {
    FIELD(struct size_bin, low_nm, .unit = "nm", .help = "Where the bin begins"),
    FIELD(struct size_bin, high_nm, .unit = "nm", .help = "Where it ends"),
    FIELD(struct size_bin, per_ml, .unit = "1/ml", .help = "Particles in the product, in this bin"),
    FIELD(struct size_bin, low_per_ml, .unit = "1/ml", .help = "Lower end of the interval of 95 %"),
    FIELD(struct size_bin, high_per_ml, .unit = "1/ml", .help = "Upper end"),
};
static const struct schema bin_schema = SCHEMA("size_bin", struct size_bin, bin_fields);

/* The whole measurement, or one of its videos. */
struct size_set {
    const char *video; /* NULL: all of them */
    struct rows figures;
    struct rows bins;
};
static const struct field set_fields[] = {
    FIELD(struct size_set, video, .help = "Video; left out for all of them together"),
    FIELD(struct size_set, figures, .of = &measured_sample_value_schema,
          .help = "Number, mean, mode and percentiles"),
    FIELD(struct size_set, bins, .of = &bin_schema, .help = "Sizes, from the smallest"),
};
static const struct schema set_schema = SCHEMA("size_set", struct size_set, set_fields);

struct distribution_shown {
    const char *assay;
    const char *lot;
    const char *source;
    const char *program;
    const char *interval;
    struct file file;
    struct rows sets;
};
static const struct field shown_fields[] = {
    FIELD(struct distribution_shown, assay, .help = "Code of the assay"),
    FIELD(struct distribution_shown, lot, .help = "Lot"),
    FIELD(struct distribution_shown, source,
          .help = "What kind of file tells it: measurement_report or nanosight_summary"),
    FIELD(struct distribution_shown, program, .help = "Program that wrote the file"),
    FIELD(struct distribution_shown, interval,
          .help = "What the interval holds: resampled_tracks, between_videos or none"),
    FIELD(struct distribution_shown, file, .help = "The kept file"),
    FIELD(struct distribution_shown, sets, .of = &set_schema,
          .help = "All videos together, then each of them where the file tells it"),
};
static const struct schema shown_schema =
    SCHEMA("assay_distribution", struct distribution_shown, shown_fields);

struct distribution_key {
    const char *lot;
    const char *code;
};
static const struct field key_fields[] = {
    FIELD(struct distribution_key, lot, .required = true, .code = true, .longest = 24,
          .help = "Lot"),
    FIELD(struct distribution_key, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the assay"),
};
static const struct schema key_schema =
    SCHEMA("assay_distribution_key", struct distribution_key, key_fields);

static struct size_bin bin_of(struct arena *arena, double low_nm, double high_nm, double per_ml)
{
    return (struct size_bin){.low_nm = real_of(arena, low_nm),
                             .high_nm = real_of(arena, high_nm),
                             .per_ml = real_of(arena, per_ml)};
}

static bool show_report(struct work *work, const struct measured_sample *measured,
                        struct distribution_shown *shown)
{
    struct arena *arena = work->arena;
    struct report_sizes sizes;
    const struct reported_value *number = measured_sample_value(measured, "particles_per_ml");
    struct size_set *set = arena_take(arena, sizeof *set);
    if (!report_sizes_read(arena, &work->fault, shown->file.bytes, shown->file.size, &sizes))
        return false;
    if (!number)
        return fail(&work->fault, FAULT_MISSING, "code",
                    "The measurement %s holds no concentration, so that its sizes have no number.",
                    shown->assay);
    struct size_bin *bins = arena_take(arena, sizes.count * sizeof *bins);
    for (size_t i = 0; i < sizes.count; i++) {
        bins[i] = bin_of(arena, sizes.edges_nm[i], sizes.edges_nm[i + 1],
                         sizes.shares[i] * number->value.value);
        if (!sizes.high)
            continue;
        bins[i].low_per_ml = real_of(arena, sizes.low[i] * number->value.value);
        bins[i].high_per_ml = real_of(arena, sizes.high[i] * number->value.value);
    }
    *set = (struct size_set){.figures = measured->figures, .bins = {sizes.count, bins}};
    shown->source = "measurement_report";
    shown->program = measured->program;
    shown->interval = sizes.high ? "resampled_tracks" : "none";
    shown->sets = (struct rows){1, set};
    return true;
}

static double bin_sum(const double *bins_per_ml, size_t bin)
{
    double sum = 0;
    for (size_t i = bin * NM_PER_BIN; i < (bin + 1) * NM_PER_BIN; i++)
        sum += bins_per_ml[i];
    return sum;
}

/* Half of the 95 % interval of a mean of videos; below two videos nothing is known of it. */
static double half_of(const double *values, size_t count)
{
    double mean = 0;
    double square = 0;
    if (count < 2)
        return NAN;
    for (size_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        square += (values[i] - mean) * (values[i] - mean);
    const double degrees = (double)(count - 1);
    return probability_t_quantile(degrees, 0.975) * sqrt(square / degrees / (double)count);
}

/* Empty videos are left out, as in the pooled bins. */
static size_t gather_bin(const struct nanosight *file, size_t bin, double *values)
{
    size_t count = 0;
    for (size_t i = 0; i < file->video_count; i++)
        if (!file->videos[i].empty)
            values[count++] = bin_sum(file->videos[i].bins_per_ml, bin);
    return count;
}

static struct rows pooled_bins(struct arena *arena, const struct nanosight *file, double factor)
{
    struct size_bin *bins = arena_take(arena, SUMMARY_BINS * sizeof *bins);
    double values[NANOSIGHT_VIDEOS] = {0};
    for (size_t i = 0; i < SUMMARY_BINS; i++) {
        const double mean = bin_sum(file->pooled_bins_per_ml, i);
        const double half = half_of(values, gather_bin(file, i, values));
        bins[i] =
            bin_of(arena, (double)(i * NM_PER_BIN), (double)((i + 1) * NM_PER_BIN), mean * factor);
        if (!isfinite(half))
            continue;
        bins[i].low_per_ml = real_of(arena, fmax(0, mean - half) * factor);
        bins[i].high_per_ml = real_of(arena, (mean + half) * factor);
    }
    return (struct rows){SUMMARY_BINS, bins};
}

static struct rows video_bins(struct arena *arena, const struct nanosight_video *video,
                              double factor)
{
    struct size_bin *bins = arena_take(arena, SUMMARY_BINS * sizeof *bins);
    for (size_t i = 0; i < SUMMARY_BINS; i++)
        bins[i] = bin_of(arena, (double)(i * NM_PER_BIN), (double)((i + 1) * NM_PER_BIN),
                         bin_sum(video->bins_per_ml, i) * factor);
    return (struct rows){SUMMARY_BINS, bins};
}

static const struct {
    const char *name;
    size_t offset;
} figure_rows[] = {
    {"mean_nm", offsetof(struct histogram_figures, mean_nm)},
    {"mode_nm", offsetof(struct histogram_figures, mode_nm)},
    {"d10_nm", offsetof(struct histogram_figures, d10_nm)},
    {"d50_nm", offsetof(struct histogram_figures, d50_nm)},
    {"d90_nm", offsetof(struct histogram_figures, d90_nm)},
};
enum { FIGURE_ROWS = sizeof figure_rows / sizeof *figure_rows };

static double figure_at(const struct histogram_figures *figures, size_t row)
{
    return *(const double *)(const void *)((const char *)figures + figure_rows[row].offset);
}

static struct reported_value value_of(struct arena *arena, const char *name, const char *unit,
                                      double value)
{
    return (struct reported_value){.name = name, .unit = unit, .value = real_of(arena, value)};
}

static void set_half(struct arena *arena, struct reported_value *value, double half)
{
    if (!isfinite(half))
        return;
    value->low = real_of(arena, fmax(0, value->value.value - half));
    value->high = real_of(arena, value->value.value + half);
    value->uncertainty = real_of(arena, half);
}

/* The number of an empty video is zero and its sizes are not known. */
static struct rows video_figures(struct arena *arena, const struct nanosight_video *video,
                                 double factor)
{
    struct reported_value *values = arena_take(arena, (FIGURE_ROWS + 1) * sizeof *values);
    values[0] = value_of(arena, "particles_per_ml", "1/ml", video->concentration_per_ml * factor);
    for (size_t i = 0; i < FIGURE_ROWS && video->figures.known; i++)
        values[i + 1] = value_of(arena, figure_rows[i].name, "nm", figure_at(&video->figures, i));
    return (struct rows){video->figures.known ? FIGURE_ROWS + 1 : 1, values};
}

static struct rows pooled_figures(struct arena *arena, const struct nanosight *file, double factor)
{
    struct reported_value *values = arena_take(arena, (FIGURE_ROWS + 1) * sizeof *values);
    double seen[NANOSIGHT_VIDEOS];
    size_t count = 0;
    for (size_t i = 0; i < file->video_count; i++)
        if (!file->videos[i].empty)
            seen[count++] = file->videos[i].concentration_per_ml * factor;
    values[0] = value_of(arena, "particles_per_ml", "1/ml", file->between.mean_per_ml * factor);
    set_half(arena, &values[0], half_of(seen, count));
    for (size_t row = 0; row < FIGURE_ROWS; row++) {
        count = 0;
        for (size_t i = 0; i < file->video_count; i++)
            if (file->videos[i].figures.known)
                seen[count++] = figure_at(&file->videos[i].figures, row);
        values[row + 1] =
            value_of(arena, figure_rows[row].name, "nm", figure_at(&file->pooled, row));
        set_half(arena, &values[row + 1], half_of(seen, count));
    }
    return (struct rows){FIGURE_ROWS + 1, values};
}

/* What the record holds as the number decides which dilution the bins still lack. */
static bool find_factor(struct work *work, const struct nanosight *file,
                        const struct distribution_shown *shown, double *factor)
{
    struct rows results;
    if (!view_list(work, &assay_result_table, "lot", value_text(shown->lot), &results))
        return false;
    for (size_t i = 0; i < results.count; i++) {
        const struct assay_result *result = &ROWS(results, const struct assay_result)[i];
        if (!text_equals(result->code, shown->assay) ||
            !text_equals(result->attribute, "particles_per_ml") || !result->value.text ||
            !file->between.mean_known || !(file->between.mean_per_ml > 0))
            continue;
        *factor = result->value.value / file->between.mean_per_ml;
        return true;
    }
    return fail(&work->fault, FAULT_MISSING, "code",
                "The assay %s has no number of particles, so that its sizes have none either.",
                shown->assay);
}

static bool show_summary(struct work *work, struct distribution_shown *shown)
{
    struct arena *arena = work->arena;
    double factor = 1;
    struct nanosight *file = arena_take(arena, sizeof *file);
    if (!nanosight_import(arena, &work->fault, shown->file.bytes, shown->file.size, file) ||
        !find_factor(work, file, shown, &factor))
        return false;
    struct size_set *sets = arena_take(arena, (file->video_count + 1) * sizeof *sets);
    sets[0] = (struct size_set){.figures = pooled_figures(arena, file, factor),
                                .bins = pooled_bins(arena, file, factor)};
    for (size_t i = 0; i < file->video_count; i++)
        sets[i + 1] = (struct size_set){.video = file->videos[i].name,
                                        .figures = video_figures(arena, &file->videos[i], factor),
                                        .bins = video_bins(arena, &file->videos[i], factor)};
    shown->source = "nanosight_summary";
    shown->program = file->software;
    shown->interval = file->between.videos > 1 ? "between_videos" : "none";
    shown->sets = (struct rows){file->video_count + 1, sets};
    return true;
}

static bool refuse_file(struct work *work, const char *code)
{
    return fail(&work->fault, FAULT_MISSING, "code",
                "The assay %s keeps no file that tells a distribution of sizes; measure or import "
                "one.",
                code);
}

static bool find_file(struct work *work, const struct distribution_key *key, struct file *file)
{
    struct assay assay = {0};
    bool found = false;
    if (!assay_of_lot(work, key->lot, key->code, &assay))
        return false;
    if (!assay.sha256)
        return refuse_file(work, key->code);
    return ledger_load_file(work, assay.sha256, file, &found) &&
           (found || fail(&work->fault, FAULT_STORAGE, "file",
                          "The file %s is not kept any more; run exoledger verify.", assay.sha256));
}

static bool distribution_read(struct work *work, const void *input, void *output)
{
    const struct distribution_key *key = input;
    struct distribution_shown *shown = output;
    struct rows measured;
    *shown = (struct distribution_shown){.assay = key->code, .lot = key->lot};
    if (!find_file(work, key, &shown->file) ||
        !view_list(work, &measured_sample_table, "assay", value_text(key->code), &measured))
        return false;
    if (measured.count)
        return show_report(work, measured.items, shown);
    if (imported_kind_of(shown->file.bytes, shown->file.size) != IMPORTED_NANOSIGHT_SUMMARY)
        return refuse_file(work, key->code);
    return show_summary(work, shown);
}

const struct operation distribution_operations[DISTRIBUTION_OPERATIONS] = {
    {.name = "assay.distribution",
     .method = "GET",
     .path = "/lots/{lot}/assays/{code}/distribution",
     .summary = "Show how the sizes of a sample are distributed, from the kept file of its assay.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_RECORD,
     .input = &key_schema,
     .output = &shown_schema,
     .read = distribution_read},
};
