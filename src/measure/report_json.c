/* report_json.c: a measurement as one JSON object. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/member.h"
#include "measure/curve.h"
#include "measure/report.h"
#include "measure/report_facts.h"

#include <math.h>
#include <string.h>

static void add_files(struct text *out, const struct report *report)
{
    static const char *const kinds[] = {"unknown", "plain", "trackpy", "nanosight_all_tracks",
                                        "video"};
    member_begin(out, "files", "[");
    for (size_t i = 0; i < report->file_count; i++) {
        const struct report_file *file = &report->files[i];
        member_begin(out, NULL, "{");
        member_words(out, "name", file->name);
        member_words(out, "sha256", file->sha256);
        if (file->number > 0)
            member_count(out, "video", file->number);
        member_words(out, "kind", kinds[file->file.kind]);
        member_count(out, "positions", file->file.rows);
        member_count(out, "frames", report->measurement->table->video_frames[i]);
        member_count(out, "sized_tracks", report->measurement->video_tracks[i]);
        member_words(out, "unused_columns", file->file.unused);
        text_add(out, "}");
    }
    text_add(out, "]");
}

static void add_settings(struct text *out, const struct report *report)
{
    const struct measurement_settings *settings = report->settings;
    member_begin(out, "settings", "{");
    member_number(out, "frame_ms", settings->timing.frame_s * 1e3);
    member_number(out, "exposure_ms", settings->timing.exposure_s * 1e3);
    member_flag(out, "exposure_assumed", settings->exposure == EXPOSURE_ASSUMED);
    member_number(out, "temperature_c", settings->medium.temperature_c);
    member_flag(out, "temperature_assumed", !settings->temperatures_c);
    member_number(out, "viscosity_mpa_s", settings->medium.viscosity_mpa_s);
    member_flag(out, "viscosity_of_water", report->viscosity_of_water);
    member_words(out, "medium", report->medium);
    member_number(out, "pixel_nm", report->pixel_um > 0 ? report->pixel_um * 1e3 : NAN);
    member_count(out, "min_positions", settings->positions_least);
    member_number(out, "depth_um", settings->depth_um > 0 ? settings->depth_um : NAN);
    member_count(out, "bootstraps", settings->replicates);
    member_count(out, "seed", settings->seed);
    text_add(out, "}");
}

/* What the frames of each video tell; null where tables of tracks were measured. */
static void add_videos(struct text *out, const struct report *report)
{
    member_begin(out, "videos", report->videos ? "[" : "null");
    if (!report->videos)
        return;
    for (size_t i = 0; i < report->file_count; i++) {
        const struct report_video *video = &report->videos[i];
        member_begin(out, NULL, "{");
        member_count(out, "frames", video->frames);
        member_count(out, "frames_lost", video->frames_lost);
        member_count(out, "width_px", (size_t)video->shape.width_px);
        member_count(out, "height_px", (size_t)video->shape.height_px);
        member_count(out, "bits", (size_t)video->shape.bits);
        member_flag(out, "lossy", video->lossy);
        member_number(out, "gain_dn_per_e", video->noise.gain_dn_per_e);
        member_number(out, "offset_dn", video->noise.offset_dn);
        member_number(out, "read_noise_dn", video->noise.read_dn);
        member_number(out, "threshold_sd", video->threshold_sd);
        member_number(out, "spots_per_frame", video->spots_per_frame);
        member_number(out, "centres_per_frame", video->centres_per_frame);
        member_number(out, "saturated_share", video->saturated_share);
        member_number(out, "background_step", video->background_step);
        text_add(out, "}");
    }
    text_add(out, "]");
}

static void add_drifts(struct text *out, const struct measurement *measurement)
{
    member_begin(out, "drift", "[");
    for (size_t i = 0; i < measurement->table->videos; i++) {
        const struct measure_drift *drift = &measurement->drifts[i];
        double known = measurement->drift_known[i] ? 1 : NAN;
        member_begin(out, NULL, "{");
        member_count(out, "video", i + 1);
        member_number(out, "x_um_per_s", known * drift->x_um_per_s);
        member_number(out, "x_se_um_per_s", known * drift->x_se_um_per_s);
        member_number(out, "y_um_per_s", known * drift->y_um_per_s);
        member_number(out, "y_se_um_per_s", known * drift->y_se_um_per_s);
        member_number(out, "shear_per_s", known * drift->shear_per_s);
        member_number(out, "shear_se_per_s", known * drift->shear_se_per_s);
        member_number(out, "vibration_ratio", known * drift->vibration_ratio);
        member_number(out, "vibration_limit", known * drift->vibration_limit);
        member_number(out, "rms_step_um", known * drift->rms_step_um);
        text_add(out, "}");
    }
    text_add(out, "]");
}

static void add_list(struct text *out, const char *name, const double *numbers, size_t count)
{
    member_begin(out, name, "[");
    for (size_t i = 0; numbers && i < count; i++)
        member_number(out, NULL, numbers[i]);
    text_add(out, "]");
}

/* Mean spots of a frame, part by part: as many parts for each video, or one for each frame. */
static void add_counts(struct text *out, const struct report *report)
{
    enum { PARTS = 60 };
    const struct report_voice voice = {.arena = out->arena, .language = report->language};
    const struct fact_counts *counts = facts_counts(&voice, report, PARTS);
    member_begin(out, "counts", "[");
    for (size_t i = 0; i < report->file_count; i++) {
        member_begin(out, NULL, "{");
        member_number(out, "seconds", counts[i].seconds);
        add_list(out, "per_frame", counts[i].means, counts[i].bins);
        text_add(out, "}");
    }
    text_add(out, "]");
}

static void add_pooled(struct text *out, const struct measure_covariance *pooled)
{
    member_number(out, "diffusion_um2_per_s", pooled->diffusion_um2_per_s);
    member_number(out, "diffusion_sd", pooled->diffusion_sd);
    member_number(out, "noise_um2", pooled->noise_um2);
    member_number(out, "noise_sd_um2", pooled->noise_sd);
    member_count(out, "steps", pooled->steps);
}

static void add_classes(struct text *out, const struct measurement *measurement)
{
    member_begin(out, "all_steps", "{");
    add_pooled(out, &measurement->pooled);
    text_add(out, "}");
    member_begin(out, "brightness_classes", "[");
    for (size_t i = 0; i < measurement->class_count; i++) {
        const struct measurement_class *own = &measurement->classes[i];
        member_begin(out, NULL, "{");
        member_number(out, "least_ln_brightness", own->least_brightness);
        member_count(out, "tracks", own->tracks);
        member_flag(out, "known", own->known);
        add_pooled(out, &own->pooled);
        text_add(out, "}");
    }
    text_add(out, "]");
}

static void add_tracks(struct text *out, const struct measurement *measurement)
{
    member_begin(out, "tracks", "{");
    member_count(out, "seen", measurement->table->count);
    member_count(out, "pieces", measurement->track_count);
    member_number(out, "edge_um", measurement->edge_um);
    member_count(out, "edge_positions", measurement->edge_positions);
    member_count(out, "sized", measurement->sized_count);
    member_count(out, "noise_only", measurement->noise_only);
    member_count(out, "judged_free", measurement->judged);
    member_count(out, "anomalous", measurement->anomalous);
    member_count(out, "used", measurement->distribution.tracks);
    member_count(out, "too_short", measurement->distribution.short_tracks);
    text_add(out, "}");
}

static void add_figure(struct text *out, const char *name, const struct distribution_figures *from,
                       size_t offset)
{
    const struct measure_figures *parts[] = {&from->value, &from->low, &from->high, &from->sd};
    static const char *const named[] = {"value", "low", "high", "sd"};
    member_begin(out, name, "{");
    for (size_t i = 0; i < 4; i++) {
        double number = *(const double *)(const void *)((const char *)parts[i] + offset);
        member_number(out, named[i], i == 0 || from->high.d50_nm > 0 ? number : NAN);
    }
    text_add(out, "}");
}

static void add_figures(struct text *out, const char *name, const struct distribution_figures *from)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        {"mean_nm", offsetof(struct measure_figures, mean_nm)},
        {"mode_nm", offsetof(struct measure_figures, mode_nm)},
        {"d10_nm", offsetof(struct measure_figures, d10_nm)},
        {"d50_nm", offsetof(struct measure_figures, d50_nm)},
        {"d90_nm", offsetof(struct measure_figures, d90_nm)},
        {"span", offsetof(struct measure_figures, span)},
        {"sd_ln", offsetof(struct measure_figures, sd_ln)},
    };
    member_begin(out, name, "{");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        add_figure(out, rows[i].name, from, rows[i].offset);
    text_add(out, "}");
}

static void add_sizes(struct text *out, const struct measurement *measurement)
{
    const struct distribution *made = &measurement->distribution;
    const struct measure_sizes sizes = measure_sizes_default();
    const struct distribution_figures raw = {.value = made->raw};
    member_begin(out, "size", "{");
    add_figures(out, "by_number", &made->by_number);
    add_figures(out, "by_volume", &made->by_volume);
    add_figures(out, "raw_histogram", &raw);
    member_flag(out, "corrected_for_selection", made->retention != NULL);
    member_flag(out, "volume_mean_doubtful", made->volume_mean_doubtful);
    member_flag(out, "volume_d90_doubtful", made->volume_d90_doubtful);
    member_begin(out, "fit", "{");
    member_flag(out, "converged", made->fit.converged);
    member_count(out, "iterations", made->fit.iterations);
    member_number(out, "gradient", made->fit.gradient);
    member_number(out, "log_likelihood", made->fit.log_likelihood);
    member_count(out, "bootstraps_unusable", made->replicates_unusable);
    text_add(out, "}");
    member_begin(out, "edges_nm", "[");
    for (size_t i = 0; i <= sizes.count; i++)
        member_number(out, NULL, measure_size_edge_nm(&sizes, i));
    text_add(out, "]");
    add_list(out, "shares", made->shares, sizes.count);
    add_list(out, "volume_shares", made->volume_shares, sizes.count);
    add_list(out, "raw_shares", made->raw_shares, sizes.count);
    member_number(out, "curve_ln_sd", CURVE_LN_SD);
    add_list(out, "curve", made->curve, sizes.count);
    add_list(out, "curve_low", made->curve_low, sizes.count);
    add_list(out, "curve_high", made->curve_high, sizes.count);
    add_list(out, "retention", made->retention, made->retention ? sizes.count : 0);
    text_add(out, "}");
}

static void add_concentration(struct text *out, const struct report *report)
{
    const struct measure_concentration *found = &report->measurement->counting.concentration;
    member_begin(out, "concentration", report->settings->counting ? "{" : "null");
    if (!report->settings->counting)
        return;
    member_number(out, "per_ml", found->per_ml);
    member_number(out, "low_per_ml", found->low_per_ml);
    member_number(out, "high_per_ml", found->high_per_ml);
    member_flag(out, "upper_limit", found->upper_limit);
    member_number(out, "blank_per_ml", report->settings->blank ? found->blank_per_ml : NAN);
    member_number(out, "dilution", report->settings->counting->factors.dilution);
    member_number(out, "relative_sd", found->budget_known ? found->relative_sd : NAN);
    member_number(out, "expanded_k2", found->budget_known ? found->expanded : NAN);
    member_number(out, "degrees_of_freedom", found->degrees);
    member_number(out, "independent_particles", found->independent);
    member_number(out, "per_frame", found->per_frame);
    member_words(out, "largest_term", measure_term_name(found->largest));
    member_begin(out, "budget", "[");
    for (enum measure_term term = MEASURE_TERM_NONE + 1; term < MEASURE_TERMS; term++) {
        member_begin(out, NULL, "{");
        member_words(out, "term", measure_term_name(term));
        member_number(out, "relative_sd",
                      found->budget_known ? found->terms[term].relative_sd : NAN);
        member_number(out, "degrees_of_freedom", found->terms[term].degrees);
        text_add(out, "}");
    }
    text_add(out, "]}");
}

static void add_limit(struct text *out, const struct measurement_limit *limit)
{
    const struct measure_sizes sizes = measure_sizes_default();
    member_begin(out, "detection_limit", limit->known ? "{" : "null");
    if (!limit->known)
        return;
    member_number(out, "d50_nm", limit->split.d50_nm);
    member_number(out, "d95_nm", limit->split.d95_nm);
    member_number(out, "at_or_above_d95_per_ml", limit->above_per_ml);
    member_number(out, "share_at_or_above_d95", limit->split.above);
    member_number(out, "share_below_d95", limit->split.below);
    member_number(out, "extrapolated_below_d95", limit->split.extrapolated);
    member_count(out, "tracks", limit->tracks);
    member_number(out, "exponent", limit->scatter.exponent);
    member_number(out, "reference_nm", limit->scatter.reference_nm);
    member_number(out, "reference_brightness", limit->scatter.reference_brightness);
    member_number(out, "spread_ln", limit->scatter.spread);
    add_list(out, "efficiency", limit->efficiency, sizes.count);
    text_add(out, "}");
}

static void add_flags(struct text *out, const struct measurement *measurement)
{
    member_words(out, "worst_flag", flag_state_name(measurement->worst));
    member_begin(out, "flags", "[");
    for (size_t i = 0; i < FLAGS; i++) {
        const struct flag *flag = &measurement->flags[i];
        const struct flag_meaning *meaning = flag_meaning(flag->kind);
        member_begin(out, NULL, "{");
        member_words(out, "name", meaning->name);
        member_words(out, "state", flag_state_name(flag->state));
        member_number(out, "value", flag->value_known ? flag->value : NAN);
        member_number(out, "limit", flag->limit);
        member_words(out, "unit", meaning->unit);
        member_count(out, "video", flag->video);
        member_words(out, "effect", meaning->effect);
        member_words(out, "effect_ja", meaning->effect_ja);
        text_add(out, "}");
    }
    text_add(out, "]");
}

void report_json(const struct report *report, struct text *out)
{
    text_add(out, "{");
    member_words(out, "program", report->program);
    add_files(out, report);
    add_videos(out, report);
    add_settings(out, report);
    add_drifts(out, report->measurement);
    add_counts(out, report);
    add_classes(out, report->measurement);
    add_tracks(out, report->measurement);
    add_sizes(out, report->measurement);
    add_concentration(out, report);
    add_limit(out, &report->measurement->limit);
    add_flags(out, report->measurement);
    text_add(out, "}\n");
}
