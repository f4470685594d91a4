/* report_facts.c: settings, videos and motion in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_facts.h"

#include "base/columns.h"

#include <math.h>

static const char *say(const struct report_voice *voice, enum report_word word)
{
    return report_word(voice->language, word);
}

static void add(const struct report_voice *voice, struct fact_rows *rows, enum report_word name,
                const char *value)
{
    if (rows->count < FACT_ROWS)
        rows->rows[rows->count++] =
            (struct fact_row){name < WORD_END_OF_WORDS ? say(voice, name) : "", value};
}

static const char *temperature_text(const struct report_voice *voice, const struct report *report)
{
    const struct measurement_settings *settings = report->settings;
    const double *each = settings->temperatures_c;
    const char *mean = number_fixed(voice, settings->medium.temperature_c, 2);
    double low = INFINITY, high = -INFINITY;
    if (!each)
        return report_say(voice, WORD_TEMPERATURE_ASSUMED, mean);
    for (size_t i = 0; i < report->measurement->table->videos; i++) {
        low = fmin(low, each[i]);
        high = fmax(high, each[i]);
    }
    if (!(high > low))
        return report_say(voice, WORD_TEMPERATURE_IS, mean);
    return report_say(voice, WORD_TEMPERATURES_ARE, number_fixed(voice, low, 2),
                      number_fixed(voice, high, 2), mean);
}

static const char *viscosity_text(const struct report_voice *voice, const struct report *report)
{
    const char *value = number_fixed(voice, report->settings->medium.viscosity_mpa_s, 4);
    if (report->viscosity_of_water)
        return report_say(voice, WORD_VISCOSITY_OF_WATER, value);
    if (!*report->medium)
        return report_say(voice, WORD_VISCOSITY_GIVEN, value);
    return report_say(voice, WORD_VISCOSITY_OF_MEDIUM, value,
                      columns_shorten(voice->arena, report->medium, 24, "…"));
}

static void add_counting(const struct report_voice *voice, const struct report *report,
                         struct fact_rows *rows)
{
    const struct measurement_settings *settings = report->settings;
    const struct counting_settings *counting = settings->counting;
    double depth_um = counting ? report->measurement->counting.depth_um : 0;
    if (settings->depth_um > 0)
        add(voice, rows, WORD_DEPTH,
            report_say(voice, WORD_DEPTH_GIVEN, number_given(voice, settings->depth_um)));
    else if (depth_um > 0)
        add(voice, rows, WORD_DEPTH,
            report_say(voice, WORD_DEPTH_OF_SHEET, number_text(voice, depth_um, 3)));
    else
        add(voice, rows, WORD_DEPTH, say(voice, WORD_NOT_KNOWN));
    if (!counting) {
        add(voice, rows, WORD_DILUTION, say(voice, WORD_NOT_KNOWN));
        return;
    }
    const char *factor = number_given(voice, counting->factors.dilution);
    add(voice, rows, WORD_DILUTION,
        report_say(voice, settings->blank ? WORD_DILUTION_BLANK : WORD_DILUTION_NO_BLANK, factor));
}

struct fact_rows facts_settings(const struct report_voice *voice, const struct report *report)
{
    const struct measurement_settings *settings = report->settings;
    const char *exposure = number_given(voice, settings->timing.exposure_s * 1e3);
    const char *frame = number_given(voice, settings->timing.frame_s * 1e3);
    struct fact_rows rows = {.count = 0};
    add(voice, &rows, WORD_EXPOSURE,
        report_say(voice,
                   settings->exposure == EXPOSURE_ASSUMED ? WORD_EXPOSURE_ASSUMED
                                                          : WORD_EXPOSURE_IS,
                   exposure, frame));
    add(voice, &rows, WORD_TEMPERATURE, temperature_text(voice, report));
    add(voice, &rows, WORD_VISCOSITY, viscosity_text(voice, report));
    if (report->pixel_um > 0)
        add(voice, &rows, WORD_PIXEL,
            report_say(voice, WORD_PIXEL_IS, number_given(voice, report->pixel_um * 1e3)));
    add(voice, &rows, WORD_SHORTEST,
        report_say(voice, WORD_SHORTEST_IS, number_count(voice, settings->positions_least)));
    add_counting(voice, report, &rows);
    add(voice, &rows, WORD_RESAMPLINGS,
        settings->replicates == 0
            ? say(voice, WORD_RESAMPLINGS_NONE)
            : report_say(voice, WORD_RESAMPLINGS_ARE, number_count(voice, settings->replicates),
                         arena_print(voice->arena, "%llu", (unsigned long long)settings->seed)));
    return rows;
}

static double mean_of(const struct report *report, double (*value)(const struct report_video *))
{
    double sum = 0;
    for (size_t i = 0; i < report->file_count; i++)
        sum += value(&report->videos[i]);
    return sum / (double)report->file_count;
}

static double read_of(const struct report_video *video)
{
    return video->noise.read_dn;
}

static double gain_of(const struct report_video *video)
{
    return video->noise.gain_dn_per_e;
}

static double offset_of(const struct report_video *video)
{
    return video->noise.offset_dn;
}

static double threshold_of(const struct report_video *video)
{
    return video->threshold_sd;
}

static double spots_of(const struct report_video *video)
{
    return video->spots_per_frame;
}

static double centres_of(const struct report_video *video)
{
    return video->centres_per_frame;
}

struct fact_rows facts_pictures(const struct report_voice *voice, const struct report *report)
{
    struct fact_rows rows = {.count = 0};
    size_t frames = 0, lost = 0;
    bool lossy = false;
    if (!report->videos || report->file_count == 0)
        return rows;
    const struct frame_shape *shape = &report->videos[0].shape;
    for (size_t i = 0; i < report->file_count; i++) {
        frames += report->videos[i].frames;
        lost += report->videos[i].frames_lost;
        lossy = lossy || report->videos[i].lossy;
    }
    const char *shown =
        report_say(voice, WORD_PICTURES_ARE, arena_print(voice->arena, "%d", (int)shape->width_px),
                   arena_print(voice->arena, "%d", (int)shape->height_px),
                   arena_print(voice->arena, "%d", (int)shape->bits), number_count(voice, lost),
                   number_count(voice, frames + lost));
    add(voice, &rows, WORD_PICTURES,
        lossy ? arena_print(voice->arena, "%s%s%s", shown, say(voice, WORD_LIST_COMMA),
                            say(voice, WORD_LOSSY))
              : shown);
    add(voice, &rows, WORD_SPOTS,
        report_say(voice, WORD_SPOTS_ARE, number_text(voice, mean_of(report, spots_of), 3),
                   number_text(voice, mean_of(report, centres_of), 3),
                   number_text(voice, mean_of(report, threshold_of), 3)));
    add(voice, &rows, WORD_CAMERA,
        report_say(voice, WORD_CAMERA_IS, number_text(voice, mean_of(report, read_of), 3),
                   number_text(voice, mean_of(report, gain_of), 3),
                   number_text(voice, mean_of(report, offset_of), 3)));
    return rows;
}

/* Noise comes out below zero by chance where there is hardly any. */
static const char *noise_text(const struct report_voice *voice,
                              const struct measure_covariance *pooled)
{
    double noise_nm = sqrt(fmax(0, pooled->noise_um2)) * 1e3;
    double most_nm = sqrt(fmax(0, pooled->noise_um2 + 2 * pooled->noise_sd)) * 1e3;
    if (!(noise_nm > 0))
        return report_say(voice, WORD_LOCALISATION_BELOW, number_fixed(voice, most_nm, 1));
    return report_say(voice, WORD_LOCALISATION_IS, number_fixed(voice, noise_nm, 1),
                      number_fixed(voice, pooled->noise_sd * 1e6 / (2 * noise_nm), 1));
}

static const char *localisation_text(const struct report_voice *voice,
                                     const struct measurement *measurement)
{
    struct text out = text_open(voice->arena);
    bool negative = false;
    for (size_t i = 0; i < measurement->class_count; i++) {
        const struct measure_covariance *pooled = &measurement->classes[i].pooled;
        text_add(&out, i ? say(voice, WORD_LIST_COMMA) : "");
        text_add(&out, noise_text(voice, pooled));
        negative = negative || pooled->noise_um2 < -3 * pooled->noise_sd;
    }
    if (negative)
        text_print(&out, "%s%s", say(voice, WORD_LIST_COMMA),
                   say(voice, WORD_LOCALISATION_NEGATIVE));
    return out.length ? out.bytes : say(voice, WORD_NOT_KNOWN);
}

struct fact_rows facts_motion(const struct report_voice *voice, const struct report *report)
{
    const struct measurement *measurement = report->measurement;
    const struct measure_covariance *pooled = &measurement->pooled;
    struct fact_rows rows = {.count = 0};
    add(voice, &rows, WORD_ALL_STEPS,
        report_say(voice, WORD_ALL_STEPS_ARE, number_text(voice, pooled->diffusion_um2_per_s, 4),
                   number_text(voice, pooled->diffusion_sd, 2),
                   number_count(voice, pooled->steps)));
    add(voice, &rows, WORD_LOCALISATION, localisation_text(voice, measurement));
    add(voice, &rows, WORD_PARTICLES,
        report_say(voice, WORD_PARTICLES_ARE,
                   number_count(voice, measurement->sized_count - measurement->noise_only),
                   number_count(voice, measurement->table->count),
                   number_count(voice, measurement->anomalous),
                   number_count(voice, measurement->judged)));
    if (measurement->edge_um > 0)
        add(voice, &rows, WORD_EDGE,
            report_say(voice, WORD_EDGE_IS, number_count(voice, measurement->edge_positions),
                       number_text(voice, measurement->edge_um, 2)));
    return rows;
}

const char *facts_file(const struct report_voice *voice, const struct report_file *file,
                       size_t characters)
{
    const char *name = columns_shorten(voice->arena, file->name, characters, "…");
    if (file->number == 0)
        return name;
    return report_say(voice, WORD_PART_OF_FILE, name,
                      arena_print(voice->arena, "%zu", file->number));
}

const char *facts_drift(const struct report_voice *voice, const struct measurement *measurement,
                        size_t video)
{
    const struct measure_drift *drift = &measurement->drifts[video];
    if (!measurement->drift_known[video])
        return say(voice, WORD_DRIFT_UNKNOWN);
    const char *speeds = report_say(
        voice, WORD_DRIFT_IS, number_signed(voice, drift->x_um_per_s, 2),
        number_fixed(voice, drift->x_se_um_per_s, 2), number_signed(voice, drift->y_um_per_s, 2),
        number_fixed(voice, drift->y_se_um_per_s, 2));
    if (!(drift->vibration_ratio > drift->vibration_limit))
        return speeds;
    return arena_print(voice->arena, "%s; %s", speeds, say(voice, WORD_VIBRATES));
}

static size_t fastest_of(const struct measurement *measurement)
{
    size_t fastest = measurement->table->videos;
    double most = -1;
    for (size_t i = 0; i < measurement->table->videos; i++) {
        const struct measure_drift *drift = &measurement->drifts[i];
        double speed = hypot(drift->x_um_per_s, drift->y_um_per_s);
        if (!measurement->drift_known[i] || !(speed > most))
            continue;
        most = speed;
        fastest = i;
    }
    return fastest;
}

const char *facts_drift_most(const struct report_voice *voice,
                             const struct measurement *measurement)
{
    size_t fastest = fastest_of(measurement);
    if (fastest == measurement->table->videos)
        return say(voice, WORD_DRIFT_UNKNOWN);
    const struct measure_drift *drift = &measurement->drifts[fastest];
    return report_say(voice, WORD_DRIFT_MOST,
                      number_text(voice, hypot(drift->x_um_per_s, drift->y_um_per_s), 2),
                      number_count(voice, fastest + 1));
}
