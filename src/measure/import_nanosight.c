/* import_nanosight.c: reads an experiment summary from its title to its end, and sums it up. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/import_nanosight.h"

#include "measure/nanosight_agreement.h"
#include "measure/nanosight_head.h"
#include "measure/nanosight_observation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* More than any millilitre holds: water has 3e22 molecules in it. */
#define MOST_PER_ML 1e18

static bool title_read(struct nanosight_reading *reading)
{
    static const char created[] = "Created with NTA ";
    reading->awaited = "its title";
    if (!reading_row(reading))
        return false;
    if (delimited_equals(reading_first(reading), "NTA Single Analysis Summary File"))
        return delimited_refuse(reading->fault, reading_first(reading),
                                "this is the summary of a single video; import the file whose name "
                                "ends in ExperimentSummary.csv.");
    if (!delimited_equals(reading_first(reading), "NTA Experiment Summary File"))
        return delimited_refuse(reading->fault, reading_first(reading),
                                "this is not a NanoSight experiment summary, which begins with "
                                "\"NTA Experiment Summary File\" and separates with commas.");
    if (!reading_row(reading))
        return false;
    if (!delimited_begins(reading_first(reading), created))
        return reading_refuse(reading, reading_first(reading), "\"Created with NTA\"");
    char *line = delimited_text(reading->arena, &reading->text, reading_first(reading));
    reading->draft.software = line + sizeof created - sizeof "NTA ";
    return true;
}

/* The columns behind the current row's first cell are headed as the videos' must be. */
static bool columns_headed(struct nanosight_reading *reading, const char *heading, size_t allowed)
{
    if (!reading_columns(reading, allowed))
        return false;
    for (size_t i = 1; i <= reading->draft.video_count; i++) {
        if (!reading_expect(reading, i, heading))
            return false;
    }
    return true;
}

static bool bin_read(struct nanosight_reading *reading, size_t bin)
{
    const struct nanosight *draft = &reading->draft;
    size_t columns = draft->video_count + (reading->table.averages ? 2 : 0);
    double centre_nm = 0;
    const struct delimited_cell *first = reading_first(reading);
    if (delimited_number(first, &centre_nm) != NUMBER_READ || centre_nm != (double)bin + 0.5) {
        char expected[DELIMITED_QUOTE_BYTES];
        snprintf(expected, sizeof expected, "bin %zu of %d, centre %zu.5 nm,", bin + 1,
                 NANOSIGHT_BINS, bin);
        return reading_refuse(reading, first, expected);
    }
    if (!reading_columns(reading, columns))
        return false;
    if (reading->row.count < columns + 1)
        return delimited_refuse(reading->fault, reading_place(reading, columns),
                                "the row has %zu cells, but its heading has %zu.",
                                reading->row.count, columns + 1);
    for (size_t i = 0; i < columns; i++) {
        double *bins = i < draft->video_count    ? draft->videos[i].bins_per_ml
                       : i == draft->video_count ? reading->table.average_bins
                                                 : reading->table.error_bins;
        if (!reading_value(reading, &reading->row.cells[i + 1], 0, MOST_PER_ML, &bins[bin]))
            return false;
    }
    return true;
}

/* The current row is the heading of the bins. */
static bool bins_read(struct nanosight_reading *reading)
{
    struct nanosight_table *table = &reading->table;
    if (!columns_headed(reading, "Concentration (particles / ml)",
                        reading->draft.video_count + 2) ||
        !reading_averages(reading, "Concentration average", &table->averages))
        return false;
    table->average_bins = arena_take(reading->arena, NANOSIGHT_BINS * sizeof(double));
    table->error_bins = arena_take(reading->arena, NANOSIGHT_BINS * sizeof(double));
    reading->awaited = "the table of bins is complete";
    for (size_t i = 0; i < NANOSIGHT_BINS; i++) {
        if (!reading_row(reading) || !bin_read(reading, i))
            return false;
    }
    return true;
}

static bool percentile_read(struct nanosight_reading *reading, size_t percentile)
{
    const struct nanosight *draft = &reading->draft;
    const struct delimited_cell *first = reading_first(reading);
    double number = 0;
    if (delimited_number(first, &number) != NUMBER_READ || number != (double)percentile) {
        char expected[DELIMITED_QUOTE_BYTES];
        snprintf(expected, sizeof expected, "percentile %zu", percentile);
        return reading_refuse(reading, first, expected);
    }
    if (!reading_columns(reading, draft->video_count))
        return false;
    for (size_t i = 0; i < draft->video_count; i++) {
        const struct delimited_cell *cell = &reading->row.cells[i + 1];
        double *size_nm = &reading->table.percentiles[i * NANOSIGHT_PERCENTILES + percentile];
        if (draft->videos[i].empty && (delimited_blank(cell) || delimited_equals(cell, "NaN")))
            continue;
        if (!reading_value(reading, cell, 0, NANOSIGHT_BINS, size_nm))
            return false;
    }
    return true;
}

static bool percentiles_read(struct nanosight_reading *reading)
{
    reading->awaited = "the table of percentiles";
    do {
        if (!reading_row(reading))
            return false;
    } while (delimited_row_blank(&reading->row));
    if (!reading_expect(reading, 0, "Percentile") ||
        !columns_headed(reading, "Size (nm)", reading->draft.video_count))
        return false;
    reading->table.percentiles = arena_take(
        reading->arena, reading->draft.video_count * NANOSIGHT_PERCENTILES * sizeof(double));
    reading->awaited = "the table of percentiles is complete";
    for (size_t i = 0; i < NANOSIGHT_PERCENTILES; i++) {
        if (!reading_row(reading) || !percentile_read(reading, i))
            return false;
    }
    return true;
}

/* Other weightings follow. Their numbers are not used, but a file that promises more
 * distributions than it holds has been cut. */
static bool rest_read(struct nanosight_reading *reading)
{
    size_t complete = 1;
    bool in_percentiles = false;
    bool begun = false; /* a blank row or a heading has closed the table before */
    reading->awaited = "its end";
    while (reading->text.at < reading->text.size) {
        if (!reading_row(reading))
            return false;
        const struct delimited_cell *first = reading_first(reading);
        begun = begun || delimited_row_blank(&reading->row) ||
                delimited_equals(first, "Weighting") || delimited_begins(first, "[");
        if (!begun)
            return reading_refuse(reading, first, "the end of the table of percentiles");
        if (delimited_equals(first, "NTA Experiment Summary File"))
            return delimited_refuse(reading->fault, first,
                                    "a second summary begins here; import one at a time.");
        complete += in_percentiles && delimited_equals(first, "100");
        in_percentiles = delimited_equals(first, "Percentile") ||
                         (in_percentiles && !delimited_equals(first, "100"));
    }
    struct delimited_cell end = {.line = reading->text.line, .column = 1, .character = 1};
    if (complete < reading->promised)
        return delimited_refuse(reading->fault, &end,
                                "the file ends with %zu of the %zu distributions that [Data "
                                "Included] lists; export it again.",
                                complete, reading->promised);
    return true;
}

static size_t digits_read(const char *text, size_t count, int *number)
{
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        *number = *number * 10 + (text[i] - '0');
    }
    return count;
}

/* "NTA 3.4 Build 3.4.003" or "NTA 3.2 Dev Build 3.2.16". */
static void version_settle(struct nanosight *draft)
{
    const char *version = draft->software + strlen("NTA ");
    int major = 0;
    int minor = 0;
    if (digits_read(version, 1, &major) && version[1] == '.' &&
        digits_read(version + 2, 1, &minor) && (version[3] == ' ' || version[3] == '\0')) {
        draft->version_major = major;
        draft->version_minor = minor;
    }
}

/* "hh:mm:ss  dd/mm/yyyy"; anything else stays a text, because a guess could swap day and month. */
static void time_settle(struct nanosight *draft)
{
    struct nanosight_time time = {.known = false};
    const char *text = draft->time_captured_text;
    if (strlen(text) < strlen("hh:mm:ss dd/mm/yyyy"))
        return;
    const char *date = text + 8 + strspn(text + 8, " ");
    if (text[8] != ' ' || strlen(date) != 10 || text[2] != ':' || text[5] != ':' ||
        date[2] != '/' || date[5] != '/')
        return;
    if (!digits_read(text, 2, &time.hour) || !digits_read(text + 3, 2, &time.minute) ||
        !digits_read(text + 6, 2, &time.second) || !digits_read(date, 2, &time.day) ||
        !digits_read(date + 3, 2, &time.month) || !digits_read(date + 6, 4, &time.year))
        return;
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (time.year % 4 == 0 && time.year % 100 != 0) || time.year % 400 == 0;
    if (time.month < 1 || time.month > 12 || time.day < 1 || time.year < 1900 || time.hour > 23 ||
        time.minute > 59 || time.second > 59)
        return;
    int last = days[time.month - 1] + (time.month == 2 && leap ? 1 : 0);
    time.known = time.day <= last;
    if (time.known)
        draft->time_captured = time;
}

/* One basis for the file, or unknown where its videos do not agree. */
static void basis_settle(struct nanosight *draft)
{
    size_t recorded = 0;
    size_t unrecorded = 0;
    for (size_t i = 0; i < draft->video_count; i++) {
        const struct nanosight_number *factor = &draft->videos[i].dilution_factor;
        recorded += factor->known;
        unrecorded += strcmp(factor->text, "Not recorded") == 0;
    }
    if (recorded == draft->video_count)
        draft->basis = BASIS_DILUTION_APPLIED;
    if (unrecorded == draft->video_count)
        draft->basis = BASIS_AS_MEASURED;
}

static void videos_settle(struct nanosight *draft)
{
    for (size_t i = 0; i < draft->video_count; i++) {
        struct nanosight_video *video = &draft->videos[i];
        struct histogram histogram = {video->bins_per_ml, NANOSIGHT_BINS};
        video->concentration_per_ml = histogram_sum(&histogram);
        video->figures = histogram_describe(&histogram);
        video->empty = !video->figures.known;
    }
}

static void between_settle(struct nanosight *draft)
{
    struct nanosight_between *between = &draft->between;
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < draft->video_count; i++) {
        between->videos += !draft->videos[i].empty;
        sum += draft->videos[i].concentration_per_ml;
    }
    if (between->videos == 0)
        return;
    between->mean_known = true;
    between->mean_per_ml = sum / (double)between->videos;
    for (size_t i = 0; i < draft->video_count; i++) {
        double distance = draft->videos[i].concentration_per_ml - between->mean_per_ml;
        squares += draft->videos[i].empty ? 0 : distance * distance;
    }
    if (between->videos < 2)
        return;
    between->spread_known = true;
    between->sd_per_ml = sqrt(squares / (double)(between->videos - 1));
    between->standard_error_per_ml = between->sd_per_ml / sqrt((double)between->videos);
}

static void pool_settle(struct arena *arena, struct nanosight *draft)
{
    draft->pooled_bins_per_ml = arena_take(arena, NANOSIGHT_BINS * sizeof(double));
    for (size_t bin = 0; bin < NANOSIGHT_BINS && draft->between.videos; bin++) {
        for (size_t i = 0; i < draft->video_count; i++)
            draft->pooled_bins_per_ml[bin] += draft->videos[i].bins_per_ml[bin];
        draft->pooled_bins_per_ml[bin] /= (double)draft->between.videos;
    }
    struct histogram histogram = {draft->pooled_bins_per_ml, NANOSIGHT_BINS};
    draft->pooled = histogram_describe(&histogram);
}

static void texts_begin(struct nanosight *draft)
{
    for (size_t i = 0; i < NANOSIGHT_FIELDS; i++) {
        const struct nanosight_field *field = &nanosight_fields[i];
        if (field->kind == FIELD_DETAIL)
            *nanosight_text_of(field, draft) = "";
    }
    draft->analysis_method = "";
    nanosight_printed_begin(&draft->average);
    nanosight_printed_begin(&draft->standard_error);
}

bool nanosight_import(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                      size_t size, struct nanosight *result)
{
    *result = (struct nanosight){.video_count = 0};
    if (size > NANOSIGHT_FILE_BYTES)
        return fail(fault, FAULT_INPUT, "file",
                    "Line 1, column 1: the file has %zu bytes, more than any experiment summary.",
                    size);
    struct nanosight_reading *reading = arena_take(arena, sizeof *reading);
    struct nanosight *draft = &reading->draft;
    reading->arena = arena;
    reading->fault = fault;
    texts_begin(draft);
    if (!delimited_open(&reading->text, fault, bytes, size) || !title_read(reading) ||
        !nanosight_head_read(reading) || !bins_read(reading))
        return false;
    videos_settle(draft);
    if (!percentiles_read(reading) || !rest_read(reading))
        return false;
    version_settle(draft);
    time_settle(draft);
    basis_settle(draft);
    between_settle(draft);
    pool_settle(arena, draft);
    nanosight_agreement_settle(arena, draft, &reading->table);
    nanosight_observation_settle(arena, draft, &reading->table);
    *result = *draft;
    return true;
}
