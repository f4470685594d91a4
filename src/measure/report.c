/* report.c: a measurement as a page of text. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report.h"

#include "base/columns.h"
#include "measure/report_facts.h"

#include <math.h>

/* Of videos that are told of one by one; of more the first three, and the whole. */
enum { VIDEOS_SHOWN = 6, VIDEOS_OF_MANY = 3 };
enum {
    LINE = 99,
    HALF = 50,
    NAME = 15,
    COUNT_BINS = 30,
    PICTURE_ROWS = 12,
    PICTURE_BAR = 56,
    BUDGET_BAR = 40
};

struct printer {
    const struct report_voice *voice;
    const struct report *report;
    const struct measurement *measurement;
    struct text *out;
};

static const char *say(const struct printer *printer, enum report_word word)
{
    return report_word(printer->voice->language, word);
}

static const char *shown(const struct printer *printer, const char *text)
{
    return printer->voice->plain ? columns_plain(printer->voice->arena, text) : text;
}

/* A name in its column and what is said of it behind, in as many lines as that takes. */
static void put_row(const struct printer *printer, const char *name, const char *value)
{
    columns_pad(printer->out, shown(printer, name), NAME);
    columns_wrap(printer->out, shown(printer, value), NAME, NAME, LINE);
}

static bool is_short(const struct printer *printer, const struct fact_rows *rows, size_t row)
{
    return row < rows->count && columns_of(shown(printer, rows->rows[row].value)) < HALF - NAME - 1;
}

/* Two short rows stand beside each other. */
static void put_rows(const struct printer *printer, const struct fact_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (is_short(printer, rows, i) && is_short(printer, rows, i + 1)) {
            columns_pad(printer->out, shown(printer, rows->rows[i].name), NAME);
            columns_pad(printer->out, shown(printer, rows->rows[i].value), HALF - NAME);
            i++;
        }
        put_row(printer, rows->rows[i].name, rows->rows[i].value);
    }
}

/* Behind an indent. */
static void put_note(const struct printer *printer, const char *text)
{
    text_add(printer->out, "  ");
    columns_wrap(printer->out, shown(printer, text), 2, 2, LINE);
}

static void put_heading(const struct printer *printer, const char *text)
{
    text_print(printer->out, "\n%s\n", shown(printer, text));
}

static void put_cell(const struct printer *printer, const char *text, size_t columns)
{
    const char *plain = shown(printer, text);
    size_t taken = columns_of(plain);
    text_print(printer->out, "%*s%s", taken < columns ? (int)(columns - taken) : 1, "", plain);
}

static size_t shown_of(const struct printer *printer)
{
    size_t count = printer->report->file_count;
    return count <= VIDEOS_SHOWN ? count : VIDEOS_OF_MANY;
}

static void put_more(const struct printer *printer)
{
    size_t count = printer->report->file_count, told = shown_of(printer);
    if (told < count)
        put_row(printer, "",
                report_say(printer->voice, WORD_MORE_ELSEWHERE,
                           number_count(printer->voice, count - told)));
}

static const char *name_fitting(const struct printer *printer, size_t video, size_t columns)
{
    const struct report_file *file = &printer->report->files[video];
    size_t characters = columns;
    const char *name = facts_file(printer->voice, file, characters);
    while (columns_of(name) > columns && characters > 4)
        name = facts_file(printer->voice, file, --characters);
    return name;
}

static void print_files(const struct printer *printer)
{
    for (size_t i = 0; i < shown_of(printer); i++) {
        const struct report_file *file = &printer->report->files[i];
        const struct report_voice *voice = printer->voice;
        columns_pad(printer->out, i ? "" : say(printer, WORD_FILES), NAME);
        /* The name stays as it is, whatever its letters. */
        columns_pad(printer->out, name_fitting(printer, i, 32), 33);
        text_print(printer->out, "%.12s", file->sha256);
        put_cell(printer, number_count(voice, printer->measurement->table->video_frames[i]), 9);
        text_print(printer->out, " %s", say(printer, WORD_FRAMES_SMALL));
        put_cell(printer, number_count(voice, file->file.rows), 10);
        text_print(printer->out, " %s\n", say(printer, WORD_POSITIONS_SMALL));
        if (*file->file.unused)
            put_row(printer, "",
                    report_say(voice, WORD_UNUSED_COLUMNS,
                               columns_shorten(voice->arena, file->file.unused, 60, "…")));
    }
    put_more(printer);
}

static void print_drifts(const struct printer *printer)
{
    for (size_t i = 0; i < shown_of(printer); i++)
        put_row(printer, i ? "" : say(printer, WORD_DRIFT),
                arena_print(printer->voice->arena, "%s: %s%s",
                            report_say(printer->voice, WORD_FLAG_VIDEO,
                                       number_count(printer->voice, i + 1)),
                            facts_drift(printer->voice, printer->measurement, i),
                            printer->measurement->drift_known[i] ? " µm/s" : ""));
    if (shown_of(printer) < printer->report->file_count)
        put_row(printer, "", facts_drift_most(printer->voice, printer->measurement));
}

static double content_of(const double *shares, const struct measure_sizes *sizes, double low_nm,
                         double high_nm)
{
    double sum = 0;
    for (size_t i = 0; i < sizes->count; i++) {
        double size_nm = measure_size_centre_nm(sizes, i);
        sum += size_nm >= low_nm && size_nm < high_nm ? shares[i] : 0;
    }
    return sum;
}

/* # for the particles of a row; o where the raw histogram ends. */
static void put_bar(const struct printer *printer, double share, double raw, double most)
{
    char bar[PICTURE_BAR + 1];
    size_t length = (size_t)lround(share / most * PICTURE_BAR);
    size_t mark = (size_t)lround(raw / most * (PICTURE_BAR - 1));
    for (size_t i = 0; i < PICTURE_BAR; i++)
        bar[i] = i < length ? '#' : ' ';
    bar[mark < PICTURE_BAR ? mark : PICTURE_BAR - 1] = 'o';
    bar[PICTURE_BAR] = '\0';
    for (size_t i = PICTURE_BAR; i > 0 && bar[i - 1] == ' '; i--)
        bar[i - 1] = '\0';
    text_print(printer->out, " |%s\n", bar);
}

static void print_picture(const struct printer *printer)
{
    const struct measure_sizes sizes = measure_sizes_default();
    const struct distribution *made = &printer->measurement->distribution;
    double low_nm = sizes.low_nm, high_nm = sizes.high_nm, most = 0;
    double shares[PICTURE_ROWS], raws[PICTURE_ROWS], edges[PICTURE_ROWS + 1];
    (void)measure_percentile_nm(&sizes, made->curve, 0.005, &low_nm);
    (void)measure_percentile_nm(&sizes, made->curve, 0.995, &high_nm);
    for (size_t i = 0; i <= PICTURE_ROWS; i++)
        edges[i] = low_nm * pow(high_nm / low_nm, (double)i / PICTURE_ROWS);
    for (size_t i = 0; i < PICTURE_ROWS; i++) {
        shares[i] = content_of(made->curve, &sizes, edges[i], edges[i + 1]);
        raws[i] = content_of(made->raw_shares, &sizes, edges[i], edges[i + 1]);
        most = fmax(most, fmax(shares[i], raws[i]));
    }
    for (size_t i = 0; i < PICTURE_ROWS && most > 0; i++) {
        put_cell(printer, number_sizes(printer->voice, edges[i], edges[i + 1]), 17);
        put_cell(printer, number_fixed(printer->voice, 100 * shares[i], 1), 7);
        put_bar(printer, shares[i], raws[i], most);
    }
}

static void print_distribution(const struct printer *printer)
{
    put_heading(printer,
                arena_print(printer->voice->arena, "%s (%s)", say(printer, WORD_DISTRIBUTION),
                            say(printer, WORD_LEGEND_TEXT)));
    print_picture(printer);
}

static void put_bounds(const struct printer *printer, double low, double high, bool size)
{
    const char *text = !(high > 0) ? ""
                       : size      ? number_sizes(printer->voice, low, high)
                                   : number_interval(printer->voice, low, high, 3);
    put_cell(printer, text, 18);
}

static void put_figure(const struct printer *printer, const struct fact_figure *from)
{
    const double values[] = {from->number, from->volume, from->raw};
    const char *texts[3];
    for (size_t i = 0; i < 3; i++)
        texts[i] = from->size ? number_size(printer->voice, values[i])
                              : number_text(printer->voice, values[i], 3);
    text_add(printer->out, "  ");
    columns_pad(printer->out, from->name, 9);
    put_cell(printer, texts[0], 9);
    put_bounds(printer, from->number_low, from->number_high, from->size);
    put_cell(printer, texts[1], 12);
    put_bounds(printer, from->volume_low, from->volume_high, from->size);
    put_cell(printer, texts[2], 10);
    text_add(printer->out, "\n");
}

static void print_figures(const struct printer *printer)
{
    struct fact_figure figures[FACT_FIGURES];
    const struct fact_rows fit = facts_fit(printer->voice, printer->report);
    facts_figures(printer->voice, printer->measurement, figures);
    text_add(printer->out, "\n");
    columns_pad(printer->out, "  nm", 11);
    put_cell(printer, say(printer, WORD_BY_NUMBER), 9);
    put_cell(printer, say(printer, WORD_INTERVAL), 18);
    put_cell(printer, say(printer, WORD_BY_VOLUME), 12);
    put_cell(printer, say(printer, WORD_INTERVAL), 18);
    put_cell(printer, say(printer, WORD_RAW), 10);
    text_add(printer->out, "\n");
    for (size_t i = 0; i < FACT_FIGURES; i++)
        put_figure(printer, &figures[i]);
    for (size_t i = 0; i < fit.count; i++)
        put_note(printer, fit.rows[i].value);
}

static void print_term(const struct printer *printer, enum report_word name, double relative_sd)
{
    const struct measure_concentration *found = &printer->measurement->counting.concentration;
    size_t length = (size_t)lround(relative_sd / found->relative_sd * BUDGET_BAR);
    if (!(relative_sd > 0))
        return;
    text_add(printer->out, "  ");
    columns_pad(printer->out, say(printer, name), 22);
    text_print(printer->out, "%6.2f %% |", 100 * relative_sd);
    for (size_t i = 0; i < length; i++)
        text_add(printer->out, "#");
    text_add(printer->out, "\n");
}

static void print_concentration(const struct printer *printer)
{
    const struct measure_concentration *found = &printer->measurement->counting.concentration;
    const struct report_voice *voice = printer->voice;
    const char *value = "";
    if (printer->report->settings->counting && found->upper_limit)
        value = report_say(voice, WORD_BELOW_PER_ML, number_text(voice, found->high_per_ml, 3));
    else if (printer->report->settings->counting)
        value = arena_print(voice->arena, "%s, %s %s",
                            report_say(voice, WORD_PER_ML, number_text(voice, found->per_ml, 3)),
                            say(printer, WORD_INTERVAL),
                            number_interval(voice, found->low_per_ml, found->high_per_ml, 3));
    put_heading(printer, arena_print(voice->arena, "%s%s%s", say(printer, WORD_CONCENTRATION),
                                     *value ? ": " : "", value));
    put_note(printer, facts_concentration(voice, printer->report));
    if (!printer->report->settings->counting || !found->budget_known)
        return;
    for (enum measure_term term = MEASURE_TERM_NONE + 1; term < MEASURE_TERMS; term++)
        print_term(printer, report_term(term), found->terms[term].relative_sd);
    print_term(printer, WORD_TERM_COMBINED, found->relative_sd);
}

static void print_efficiency(const struct printer *printer)
{
    static const double sizes_nm[] = {40, 50, 60, 70, 80, 100, 120, 150};
    const struct measurement_limit *limit = &printer->measurement->limit;
    const struct fact_rows rows = facts_limit(printer->voice, printer->report);
    put_heading(printer, say(printer, WORD_EFFICIENCY));
    for (size_t i = 0; i < rows.count; i++)
        put_note(printer, rows.rows[i].value);
    if (!limit->known)
        return;
    put_cell(printer, "nm", 6);
    for (size_t i = 0; i < sizeof sizes_nm / sizeof *sizes_nm; i++)
        text_print(printer->out, "%7.0f", sizes_nm[i]);
    text_add(printer->out, "\n");
    put_cell(printer, "%", 6);
    for (size_t i = 0; i < sizeof sizes_nm / sizeof *sizes_nm; i++) {
        double found = NAN;
        (void)measure_detection(&limit->scatter, sizes_nm[i], &found);
        put_cell(printer, number_fixed(printer->voice, 100 * found, 1), 7);
    }
    text_add(printer->out, "\n");
}

/* Each bin as a letter, by its height over the highest of all videos. */
static const char *series(const struct printer *printer, const struct fact_counts *counts,
                          double most)
{
    static const char levels[] = "_.,:;=+*%#";
    char *drawn = arena_take(printer->voice->arena, counts->bins + 1);
    for (size_t b = 0; b < counts->bins; b++) {
        size_t level = (size_t)(counts->means[b] / most * (sizeof levels - 1));
        drawn[b] = levels[level < sizeof levels - 1 ? level : sizeof levels - 2];
    }
    return drawn;
}

static void print_counts(const struct printer *printer)
{
    const struct report_voice *voice = printer->voice;
    const struct fact_counts *counts = facts_counts(voice, printer->report, COUNT_BINS);
    double most = 0;
    for (size_t i = 0; i < printer->report->file_count; i++)
        most = fmax(most, counts[i].high);
    put_heading(printer, say(printer, WORD_COUNTS));
    for (size_t i = 0; i < shown_of(printer); i++) {
        put_cell(printer, number_count(voice, i + 1), 4);
        text_add(printer->out, "  ");
        if (counts[i].high > 0)
            columns_pad(printer->out,
                        shown(printer, report_say(voice, WORD_COUNTS_ARE,
                                                  number_text(voice, counts[i].mean, 3),
                                                  number_text(voice, counts[i].low, 3),
                                                  number_text(voice, counts[i].high, 3))),
                        38);
        text_print(printer->out, "%s\n",
                   counts[i].high > 0 ? series(printer, &counts[i], most)
                                      : say(printer, WORD_VIDEO_NONE));
    }
    if (shown_of(printer) < printer->report->file_count)
        put_note(printer, facts_counts_range(voice, printer->report, counts));
}

static void print_flags(const struct printer *printer)
{
    struct fact_flag raised[FLAGS];
    const struct report_voice *voice = printer->voice;
    size_t count = facts_flags(voice, printer->measurement, raised);
    const char *unjudged = facts_unjudged(voice, printer->measurement);
    put_heading(printer, arena_print(voice->arena, "%s: %s (%s)", say(printer, WORD_FLAGS),
                                     say(printer, report_state(printer->measurement->worst)),
                                     facts_flag_counts(voice, printer->measurement)));
    for (size_t i = 0; i < count; i++) {
        const struct fact_flag *flag = &raised[i];
        put_note(printer,
                 arena_print(voice->arena, "%s %s: %s%s%s", flag->state == FLAG_FAIL ? "X" : "!",
                             say(printer, report_state(flag->state)), flag->name,
                             *flag->value ? ": " : "", flag->value));
        text_add(printer->out, "    ");
        columns_wrap(printer->out, shown(printer, flag->effect), 4, 4, LINE);
    }
    if (count == 0)
        put_note(printer, say(printer, WORD_FLAGS_NONE));
    if (unjudged)
        put_note(printer, unjudged);
}

void report_print(const struct report *report, struct text *out)
{
    const struct report_voice voice = {
        .arena = out->arena, .language = report->language, .plain = report->language == REPORT_EN};
    const struct printer printer = {
        .voice = &voice, .report = report, .measurement = report->measurement, .out = out};
    const struct fact_rows settings = facts_settings(&voice, report);
    const struct fact_rows pictures = facts_pictures(&voice, report);
    const struct fact_rows motion = facts_motion(&voice, report);
    text_print(out, "%s (%s)\n", say(&printer, WORD_TITLE), report->program);
    print_files(&printer);
    put_rows(&printer, &settings);
    put_rows(&printer, &pictures);
    print_drifts(&printer);
    put_rows(&printer, &motion);
    print_distribution(&printer);
    print_figures(&printer);
    print_concentration(&printer);
    print_efficiency(&printer);
    print_counts(&printer);
    print_flags(&printer);
}
