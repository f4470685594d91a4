/* report.c: a measurement as a page of text. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report.h"

#include <math.h>

static void print_input(const struct report *report, struct text *out)
{
    const struct measurement_settings *settings = report->settings;
    for (size_t i = 0; i < report->file_count; i++) {
        const struct report_file *file = &report->files[i];
        text_print(out, "%-14s %s: %zu positions in %zu frames\n", i ? "" : "Tracks", file->name,
                   file->file.rows, report->measurement->table->video_frames[i]);
        if (*file->file.unused)
            text_print(out, "%-14s columns not used: %s\n", "", file->file.unused);
    }
    text_print(out, "%-14s %.4g ms%s in a frame of %.4g ms\n", "Exposure",
               settings->timing.exposure_s * 1e3,
               settings->exposure == EXPOSURE_ASSUMED
                   ? " ASSUMED: nobody knows it; at worst every size is 50 % larger"
                   : "",
               settings->timing.frame_s * 1e3);
    text_print(out, "%-14s %.2f C%s, viscosity %.4f mPa s%s\n", "Medium",
               settings->medium.temperature_c,
               !settings->temperatures_c ? " ASSUMED: 1 K of error is 2.3 to 3 % of size" : "",
               settings->medium.viscosity_mpa_s,
               report->viscosity_of_water ? " (water, IAPWS 2008)" : " (given)");
    if (*report->medium)
        text_print(out, "%-14s %s\n", "", report->medium);
}

static void print_drifts(const struct measurement *measurement, struct text *out)
{
    for (size_t i = 0; i < measurement->table->videos; i++) {
        const struct measure_drift *drift = &measurement->drifts[i];
        const char *title = i ? "" : "Drift";
        if (!measurement->drift_known[i])
            text_print(out, "%-14s video %zu: not known, too few steps\n", title, i + 1);
        else
            text_print(out, "%-14s video %zu: %+.3f +- %.3f, %+.3f +- %.3f um/s%s\n", title, i + 1,
                       drift->x_um_per_s, drift->x_se_um_per_s, drift->y_um_per_s,
                       drift->y_se_um_per_s,
                       drift->vibration_ratio > drift->vibration_limit ? "; VIBRATION" : "");
    }
}

static void print_noise(const struct measurement *measurement, struct text *out)
{
    for (size_t i = 0; i < measurement->class_count; i++) {
        const struct measurement_class *own = &measurement->classes[i];
        double noise_nm = sqrt(fmax(0, own->pooled.noise_um2)) * 1e3;
        double sd_nm = noise_nm > 0 ? own->pooled.noise_sd * 1e6 / (2 * noise_nm) : 0;
        text_print(out, "%-14s class %zu: %zu tracks, %.1f +- %.1f nm%s\n", i ? "" : "Localisation",
                   i + 1, own->tracks, noise_nm, sd_nm,
                   own->pooled.noise_um2 < -3 * own->pooled.noise_sd
                       ? "; NEGATIVE beyond chance: is the exposure really so long?"
                       : "");
    }
}

static void print_motion(const struct measurement *measurement, struct text *out)
{
    const struct measure_covariance *pooled = &measurement->pooled;
    print_drifts(measurement, out);
    text_print(out, "%-14s D %.4g +- %.2g um2/s over %zu steps, all tracks together\n", "All steps",
               pooled->diffusion_um2_per_s, pooled->diffusion_sd, pooled->steps);
    print_noise(measurement, out);
    text_print(out, "%-14s %zu of %zu have a size; %zu of %zu long ones do not diffuse freely\n",
               "Particles", measurement->sized_count - measurement->noise_only,
               measurement->table->count, measurement->anomalous, measurement->judged);
    if (measurement->edge_um > 0)
        text_print(out,
                   "%-14s %zu positions within %.1f um of the edge are not used: steps that "
                   "leave\n%-14s the view are not seen, and they are the large ones\n",
                   "Edge", measurement->edge_positions, measurement->edge_um, "");
}

static void print_figure(struct text *out, const char *name, double value, double low, double high)
{
    if (high > 0)
        text_print(out, "  %-12s %8.4g   %8.4g to %.4g\n", name, value, low, high);
    else
        text_print(out, "  %-12s %8.4g\n", name, value);
}

static void print_figures(struct text *out, const char *title,
                          const struct distribution_figures *from)
{
    text_print(out, "%s%s\n", title, from->high.d50_nm > 0 ? "      95 % interval" : "");
    print_figure(out, "D10 nm", from->value.d10_nm, from->low.d10_nm, from->high.d10_nm);
    print_figure(out, "D50 nm", from->value.d50_nm, from->low.d50_nm, from->high.d50_nm);
    print_figure(out, "D90 nm", from->value.d90_nm, from->low.d90_nm, from->high.d90_nm);
    print_figure(out, "mean nm", from->value.mean_nm, from->low.mean_nm, from->high.mean_nm);
    print_figure(out, "mode nm", from->value.mode_nm, from->low.mode_nm, from->high.mode_nm);
    print_figure(out, "span", from->value.span, from->low.span, from->high.span);
}

static void print_sizes(const struct measurement *measurement, struct text *out)
{
    const struct distribution *made = &measurement->distribution;
    print_figures(out, "\nSize by number      ", &made->by_number);
    text_print(out,
               "  %zu tracks, %zu positions; fitted in %zu iterations to a gradient of %.2g%s\n",
               made->tracks, made->positions, made->fit.iterations, made->fit.gradient,
               made->fit.converged ? "" : " (NOT CONVERGED)");
    text_add(out, made->retention
                      ? "  corrected for short tracks that were left out, by the depth given\n"
                      : "  weighted by frames; without a depth, what the shortest track leaves out "
                        "stays left out\n");
    print_figures(out, "\nSize by volume      ", &made->by_volume);
    if (made->volume_mean_doubtful || made->volume_d90_doubtful)
        text_print(out,
                   "  too few particles for %s by volume (ISO 13322-1: 6,000 for the mean, 61,000 "
                   "for D90)\n",
                   made->volume_mean_doubtful ? "any figure" : "a D90");
    text_print(out,
               "\nRaw histogram beside it (each track by its own D; wider than the sample)\n"
               "  D10 %.4g, D50 %.4g, D90 %.4g nm\n",
               made->raw.d10_nm, made->raw.d50_nm, made->raw.d90_nm);
}

static void print_concentration(const struct report *report, struct text *out)
{
    const struct counting_settings *settings = report->settings->counting;
    const struct measure_concentration *found = &report->measurement->counting.concentration;
    if (!settings) {
        text_add(out, "\nConcentration: not found; it needs the view (--width-px, --height-px), "
                      "--dilution and a depth.\n");
        return;
    }
    text_print(out, "\nConcentration       %.4g per ml, 95 %% interval %.4g to %.4g%s\n",
               found->per_ml, found->low_per_ml, found->high_per_ml,
               found->upper_limit ? " (nothing beyond blank and chance: an upper limit)" : "");
    text_print(out, "  dilution %g, %.1f per frame, %.0f particles seen independently%s\n",
               settings->factors.dilution, found->per_frame, found->independent,
               report->settings->blank ? "" : "; NO BLANK was subtracted");
    if (!found->budget_known)
        return;
    for (enum measure_term term = MEASURE_TERM_NONE + 1; term < MEASURE_TERMS; term++)
        text_print(out, "  %-12s %6.2f %%%s\n", measure_term_name(term),
                   100 * found->terms[term].relative_sd, term == found->largest ? "  largest" : "");
    text_print(out, "  %-12s %6.2f %%, expanded (k = 2) %.2f %%\n", "together",
               100 * found->relative_sd, 100 * found->expanded);
}

static void print_limit(const struct report *report, struct text *out)
{
    const struct measurement_limit *limit = &report->measurement->limit;
    if (!report->settings->counting)
        return;
    if (!limit->known) {
        text_add(
            out,
            "  DETECTION LIMIT not known: it needs brightness, --threshold and 50 tracks of 15 "
            "positions\n");
        return;
    }
    text_print(out,
               "  at or above %.4g nm (found with 95 %%): %.4g per ml, %.1f %% of those counted\n"
               "  below it %.1f %% were counted; by the efficiency down to %.4g nm (found with "
               "50 %%) another\n  %.1f %% were missed there\n"
               "  brightness grows with size^%.2f, by %zu tracks\n",
               limit->split.d95_nm, limit->above_per_ml, 100 * limit->split.above,
               100 * limit->split.below, limit->split.d50_nm, 100 * limit->split.extrapolated,
               limit->scatter.exponent, limit->tracks);
}

static void print_flags(const struct measurement *measurement, struct text *out)
{
    size_t unknown = 0;
    text_print(out, "\nFlags: %s\n", flag_state_name(measurement->worst));
    for (size_t i = 0; i < FLAGS; i++) {
        const struct flag *flag = &measurement->flags[i];
        const struct flag_meaning *meaning = flag_meaning(flag->kind);
        unknown += flag->state == FLAG_UNKNOWN;
        if (flag->state != FLAG_WARN && flag->state != FLAG_FAIL)
            continue;
        text_print(out, "  %s %s", flag->state == FLAG_FAIL ? "FAIL" : "warn", meaning->name);
        if (flag->video > 0)
            text_print(out, ", video %zu", flag->video);
        if (flag->value_known)
            text_print(out, ": %.4g %s (limit %.4g)", flag->value, meaning->unit, flag->limit);
        text_print(out, "\n    %s\n    %s\n", meaning->effect, meaning->effect_ja);
    }
    text_add(out, unknown ? "  not known, and so not judged:" : "");
    for (size_t i = 0; i < FLAGS; i++)
        if (measurement->flags[i].state == FLAG_UNKNOWN)
            text_print(out, " %s", flag_meaning(measurement->flags[i].kind)->name);
    text_add(out, unknown ? "\n" : "");
}

void report_print(const struct report *report, struct text *out)
{
    print_input(report, out);
    print_motion(report->measurement, out);
    print_sizes(report->measurement, out);
    print_concentration(report, out);
    print_limit(report, out);
    print_flags(report->measurement, out);
}
