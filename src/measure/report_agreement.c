/* report_agreement.c: numbers that no measurement gives together show that a report was altered. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_agreement.h"

#include "base/text.h"

#include <math.h>

static bool contradict(struct fault *fault, const char *member, const char *why)
{
    return fail(fault, FAULT_INPUT, "report",
                "The report contradicts itself at %s: %s; write it anew with exoledger measure "
                "--json.",
                member, why);
}

/* The videos of one file are told apart by their numbers. */
static bool is_same_video(const struct reported_file *one, const struct reported_file *other)
{
    return text_equals(one->sha256, other->sha256) &&
           (one->video == other->video || !one->video || !other->video);
}

static bool check_files(struct arena *arena, struct fault *fault,
                        const struct report_reading *reading)
{
    int64_t sized = 0;
    for (size_t i = 0; i < reading->file_count; i++) {
        sized += reading->files[i].sized_tracks;
        for (size_t j = 0; j < i; j++)
            if (is_same_video(&reading->files[i], &reading->files[j]))
                return contradict(fault, arena_print(arena, "files[%zu].sha256", i),
                                  "the same video stands twice, and its particles count twice");
    }
    if (sized != reading->tracks_sized)
        return contradict(fault, "tracks.sized", "it is not the sum of the files' sized_tracks");
    return reading->tracks_used <= reading->tracks_sized ||
           contradict(fault, "tracks.used", "more tracks are used than have a size");
}

static bool check_settings(struct fault *fault, const struct report_reading *reading)
{
    const struct reported_settings *settings = &reading->settings;
    const enum flag_state exposure = reading->flags[QUALITY_EXPOSURE - 1].state;
    if (settings->exposure_ms.value > settings->frame_ms.value * (1 + 1e-9))
        return contradict(fault, "settings.exposure_ms", "the exposure is longer than the frame");
    return exposure == FLAG_UNKNOWN || settings->exposure_assumed == (exposure != FLAG_FINE) ||
           contradict(fault, "settings.exposure_assumed", "the flag exposure says otherwise");
}

/* The percentiles of a few resamplings tell nothing about the value; those of a hundred never lie
 * farther from it than they are apart. */
static bool is_far(const struct reported_figure *figure, int64_t bootstraps)
{
    enum { ENOUGH = 100 };
    const double slack = figure->high.value - figure->low.value;
    return bootstraps >= ENOUGH && (figure->value.value < figure->low.value - slack ||
                                    figure->value.value > figure->high.value + slack);
}

static bool check_figure(struct arena *arena, struct fault *fault, const char *name,
                         const struct reported_figure *figure, int64_t bootstraps)
{
    const bool bounded = figure->low.known;
    if (figure->high.known != bounded || figure->sd.known != bounded)
        return contradict(fault, arena_print(arena, "size.by_number.%s", name),
                          "an interval has low, high and sd or none of them");
    if (bounded && figure->low.value > figure->high.value)
        return contradict(fault, arena_print(arena, "size.by_number.%s.low", name),
                          "it lies above high");
    return !bounded || !is_far(figure, bootstraps) ||
           contradict(fault, arena_print(arena, "size.by_number.%s.value", name),
                      "it lies far outside of its interval");
}

static bool check_sizes(struct arena *arena, struct fault *fault,
                        const struct report_reading *reading)
{
    const struct reported_sizes *sizes = &reading->sizes;
    const struct {
        const char *name;
        const struct reported_figure *figure;
    } rows[] = {{"mean_nm", &sizes->mean_nm}, {"mode_nm", &sizes->mode_nm},
                {"d10_nm", &sizes->d10_nm},   {"d50_nm", &sizes->d50_nm},
                {"d90_nm", &sizes->d90_nm},   {"span", &sizes->span}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!check_figure(arena, fault, rows[i].name, rows[i].figure, reading->settings.bootstraps))
            return false;
    return (sizes->d10_nm.value.value <= sizes->d50_nm.value.value &&
            sizes->d50_nm.value.value <= sizes->d90_nm.value.value) ||
           contradict(fault, "size.by_number.d50_nm.value", "it does not lie between D10 and D90");
}

static bool is_near(double one, double other)
{
    return fabs(one - other) <= 1e-9 * fmax(fabs(one), fabs(other));
}

static bool check_concentration(struct fault *fault, const struct report_reading *reading)
{
    const struct reported_concentration *found = &reading->concentration;
    const struct reported_flag *dilution = &reading->flags[QUALITY_DILUTION - 1];
    if (!reading->concentration_known)
        return true;
    if (found->low_per_ml.value > found->high_per_ml.value)
        return contradict(fault, "concentration.low_per_ml", "it lies above high_per_ml");
    if (!found->upper_limit && found->per_ml.value < found->low_per_ml.value)
        return contradict(fault, "concentration.low_per_ml", "it lies above per_ml");
    if (!found->upper_limit && found->per_ml.value > found->high_per_ml.value)
        return contradict(fault, "concentration.high_per_ml", "it lies below per_ml");
    if (found->relative_sd.known != found->expanded_k2.known ||
        (found->expanded_k2.known &&
         !is_near(found->expanded_k2.value, 2 * found->relative_sd.value)))
        return contradict(fault, "concentration.expanded_k2", "it is not twice relative_sd");
    return !dilution->value.known || is_near(dilution->value.value, found->dilution.value) ||
           contradict(fault, "concentration.dilution", "the flag dilution says otherwise");
}

static bool check_limit(struct fault *fault, const struct report_reading *reading)
{
    const struct reported_limit *limit = &reading->limit;
    return !reading->limit_known || !limit->d50_nm.known || !limit->d95_nm.known ||
           limit->d50_nm.value <= limit->d95_nm.value ||
           contradict(fault, "detection_limit.d50_nm", "it lies above d95_nm");
}

static bool check_flags(struct fault *fault, const struct report_reading *reading)
{
    enum flag_state worst = FLAG_FINE;
    for (size_t i = 0; i < FLAGS; i++)
        if (reading->flags[i].state > worst)
            worst = reading->flags[i].state;
    return worst == reading->worst ||
           contradict(fault, "worst_flag", "it is not the worst of the flags");
}

bool report_agrees(struct arena *arena, struct fault *fault, const struct report_reading *reading)
{
    return check_files(arena, fault, reading) && check_settings(fault, reading) &&
           check_sizes(arena, fault, reading) && check_concentration(fault, reading) &&
           check_limit(fault, reading) && check_flags(fault, reading);
}
