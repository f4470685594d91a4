/* report_findings.c: counts, figures, concentration, limit and flags in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/curve.h"
#include "measure/report_facts.h"

#include <math.h>

static const char *say(const struct report_voice *voice, enum report_word word)
{
    return report_word(voice->language, word);
}

static void add(struct fact_rows *rows, const char *value)
{
    if (rows->count < FACT_ROWS)
        rows->rows[rows->count++] = (struct fact_row){"", value};
}

static void counts_begin(const struct report_voice *voice, const struct report *report,
                         size_t video, size_t bins, struct fact_counts *counts)
{
    size_t frames = report->measurement->table->video_frames[video];
    *counts = (struct fact_counts){.bins = frames < bins ? frames : bins};
    counts->seconds = (double)frames * report->settings->timing.frame_s;
    counts->means = arena_take(voice->arena, (counts->bins + 1) * sizeof *counts->means);
}

/* Bin b holds the frames from ceil(b frames/bins) on. */
static void counts_end(size_t frames, struct fact_counts *counts)
{
    counts->low = INFINITY;
    counts->high = 0;
    for (size_t b = 0; b < counts->bins; b++) {
        size_t first = (b * frames + counts->bins - 1) / counts->bins;
        size_t end = ((b + 1) * frames + counts->bins - 1) / counts->bins;
        counts->mean += counts->means[b] / (double)frames;
        counts->means[b] /= (double)(end - first);
        counts->low = fmin(counts->low, counts->means[b]);
        counts->high = fmax(counts->high, counts->means[b]);
    }
}

struct fact_counts *facts_counts(const struct report_voice *voice, const struct report *report,
                                 size_t bins)
{
    const struct track_table *table = report->measurement->table;
    struct fact_counts *counts = arena_take(voice->arena, (table->videos + 1) * sizeof *counts);
    for (size_t v = 0; v < table->videos; v++)
        counts_begin(voice, report, v, bins, &counts[v]);
    for (size_t i = 0; i < table->observation_count; i++) {
        const struct observation *seen = &table->observations[i];
        struct fact_counts *of = &counts[seen->video];
        of->means[(size_t)seen->frame * of->bins / table->video_frames[seen->video]] += 1;
    }
    for (size_t v = 0; v < table->videos; v++)
        counts_end(table->video_frames[v], &counts[v]);
    return counts;
}

const char *facts_counts_range(const struct report_voice *voice, const struct report *report,
                               const struct fact_counts *counts)
{
    size_t low = 0, high = 0;
    for (size_t i = 1; i < report->file_count; i++) {
        low = counts[i].mean < counts[low].mean ? i : low;
        high = counts[i].mean > counts[high].mean ? i : high;
    }
    return report_say(voice, WORD_COUNTS_RANGE, number_text(voice, counts[low].mean, 3),
                      number_count(voice, low + 1), number_text(voice, counts[high].mean, 3),
                      number_count(voice, high + 1));
}

/* Counts of something are whole. */
static const char *flag_number(const struct report_voice *voice, double value)
{
    return value == floor(value) ? number_given(voice, value) : number_text(voice, value, 3);
}

static const char *value_of(const struct report_voice *voice, const struct flag *flag)
{
    struct text out = text_open(voice->arena);
    text_add(&out, "");
    if (flag->value_known)
        text_add(&out, report_say(voice, WORD_FLAG_VALUE, flag_number(voice, flag->value),
                                  say(voice, report_flag_unit(flag->kind)),
                                  flag_number(voice, flag->limit)));
    if (flag->video > 0)
        text_print(
            &out, "%s%s", out.length ? say(voice, WORD_LIST_COMMA) : "",
            report_say(voice, WORD_FLAG_VIDEO, arena_print(voice->arena, "%zu", flag->video)));
    return out.bytes;
}

size_t facts_flags(const struct report_voice *voice, const struct measurement *measurement,
                   struct fact_flag raised[FLAGS])
{
    static const enum flag_state order[] = {FLAG_FAIL, FLAG_WARN};
    size_t count = 0;
    for (size_t s = 0; s < sizeof order / sizeof *order; s++)
        for (size_t i = 0; i < FLAGS; i++) {
            const struct flag *flag = &measurement->flags[i];
            const struct flag_meaning *meaning = flag_meaning(flag->kind);
            if (flag->state != order[s])
                continue;
            raised[count++] = (struct fact_flag){
                .state = flag->state,
                .name = say(voice, report_flag_name(flag->kind)),
                .value = value_of(voice, flag),
                .effect = voice->language == REPORT_JA ? meaning->effect_ja : meaning->effect};
        }
    return count;
}

const char *facts_unjudged(const struct report_voice *voice, const struct measurement *measurement)
{
    struct text names = text_open(voice->arena);
    for (size_t i = 0; i < FLAGS; i++)
        if (measurement->flags[i].state == FLAG_UNKNOWN)
            text_print(&names, "%s%s", names.length ? say(voice, WORD_LIST_COMMA) : "",
                       say(voice, report_flag_name(measurement->flags[i].kind)));
    return names.length ? report_say(voice, WORD_FLAGS_UNKNOWN, names.bytes) : NULL;
}

const char *facts_flag_counts(const struct report_voice *voice,
                              const struct measurement *measurement)
{
    size_t counts[FLAG_FAIL + 1] = {0};
    for (size_t i = 0; i < FLAGS; i++)
        counts[measurement->flags[i].state]++;
    return report_say(voice, WORD_FLAGS_COUNT, number_count(voice, counts[FLAG_FAIL]),
                      number_count(voice, counts[FLAG_WARN]),
                      number_count(voice, counts[FLAG_UNKNOWN]));
}

const char *facts_concentration(const struct report_voice *voice, const struct report *report)
{
    const struct measure_concentration *found = &report->measurement->counting.concentration;
    if (!report->settings->counting)
        return say(voice, WORD_CONCENTRATION_NEEDS);
    const char *rows =
        report_say(voice, WORD_CONCENTRATION_ROWS, number_text(voice, found->per_frame, 3),
                   number_text(voice, found->independent, 3));
    if (found->upper_limit)
        rows = arena_print(voice->arena, "%s %s", say(voice, WORD_CONCENTRATION_LIMIT), rows);
    if (!found->budget_known)
        return rows;
    return arena_print(voice->arena, "%s; %s", rows,
                       report_say(voice, WORD_CONCENTRATION_EXPANDED,
                                  number_fixed(voice, 100 * found->relative_sd, 2),
                                  number_fixed(voice, 100 * found->expanded, 2)));
}

struct fact_rows facts_limit(const struct report_voice *voice, const struct report *report)
{
    const struct measurement_limit *limit = &report->measurement->limit;
    const struct measure_limited *split = &limit->split;
    struct fact_rows rows = {.count = 0};
    if (!limit->known) {
        add(&rows,
            say(voice, report->videos ? WORD_EFFICIENCY_NEEDS_OF_VIDEO : WORD_EFFICIENCY_NEEDS));
        return rows;
    }
    add(&rows, report_say(voice, WORD_LIMIT_ABOVE, number_size(voice, split->d95_nm),
                          number_text(voice, limit->above_per_ml, 3)));
    add(&rows,
        report_say(voice, WORD_LIMIT_SPLIT, number_fixed(voice, 100 * split->above, 1),
                   number_fixed(voice, 100 * split->below, 1), number_size(voice, split->d50_nm),
                   number_fixed(voice, 100 * split->extrapolated, 1)));
    add(&rows, report_say(voice, WORD_LIMIT_SCATTER, number_text(voice, limit->scatter.exponent, 3),
                          number_count(voice, limit->tracks)));
    return rows;
}

struct fact_rows facts_fit(const struct report_voice *voice, const struct report *report)
{
    const struct distribution *made = &report->measurement->distribution;
    struct fact_rows rows = {.count = 0};
    const char *used = report_say(voice, WORD_FIT_IS, number_count(voice, made->tracks),
                                  number_count(voice, made->positions));
    add(&rows, arena_print(voice->arena, "%s; %s", used,
                           say(voice, made->retention ? WORD_CORRECTED : WORD_UNCORRECTED)));
    if (!made->fit.converged)
        add(&rows, say(voice, WORD_FIT_FAILED));
    if (made->volume_mean_doubtful || made->volume_d90_doubtful)
        add(&rows, say(voice, made->volume_mean_doubtful ? WORD_VOLUME_MEAN_DOUBTFUL
                                                         : WORD_VOLUME_D90_DOUBTFUL));
    return rows;
}

static struct fact_figure figure_of(const struct distribution *made, const char *name,
                                    size_t offset, bool size)
{
    const struct measure_figures *parts[] = {
        &made->by_number.value,
        &made->by_number.low,
        &made->by_number.high,
        &made->by_volume.value,
        &made->by_volume.low,
        &made->by_volume.high,
        &made->raw,
    };
    double values[sizeof parts / sizeof *parts];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        memcpy(&values[i], (const char *)parts[i] + offset, sizeof values[i]);
    bool bounded = made->by_number.high.d50_nm > 0;
    return (struct fact_figure){
        .name = name,
        .number = values[0],
        .number_low = values[1],
        .number_high = bounded ? values[2] : 0,
        .volume = values[3],
        .volume_low = values[4],
        .volume_high = bounded ? values[5] : 0,
        .raw = values[6],
        .size = size,
    };
}

void facts_figures(const struct report_voice *voice, const struct measurement *measurement,
                   struct fact_figure figures[FACT_FIGURES])
{
    const struct distribution *made = &measurement->distribution;
    figures[0] = figure_of(made, "D10", offsetof(struct measure_figures, d10_nm), true);
    figures[1] = figure_of(made, "D50", offsetof(struct measure_figures, d50_nm), true);
    figures[2] = figure_of(made, "D90", offsetof(struct measure_figures, d90_nm), true);
    figures[3] =
        figure_of(made, say(voice, WORD_MEAN), offsetof(struct measure_figures, mean_nm), true);
    figures[4] =
        figure_of(made, say(voice, WORD_MODE), offsetof(struct measure_figures, mode_nm), true);
    figures[5] =
        figure_of(made, say(voice, WORD_SPAN), offsetof(struct measure_figures, span), false);
}
