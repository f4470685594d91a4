/* nanosight_flag.c: what an experiment summary says against itself, each with what it does. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_flag.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *id;
    const char *effect;
} meanings[FLAG_KINDS] = {
    [FLAG_PRINTED_DISAGREES] =
        {"printed_disagrees_with_bins",
         "The file contradicts itself and may have been altered or damaged: compare it with the "
         "instrument before any number of it is used."},
    [FLAG_AVERAGE_DISAGREES] =
        {"average_disagrees_with_videos",
         "The columns Average and Standard Error contradict the videos, so that one of them may "
         "have been altered or damaged: compare the file with the instrument."},
    [FLAG_PERCENTILE_LEFT_EDGE] =
        {"percentile_left_edge",
         "All printed percentiles are 1 nm lower than those of NTA 3.3 and 3.4 for the same "
         "particles: only the recomputed D10, D50 and D90 can be compared between versions."},
    [FLAG_PERCENTILE_EDGE_UNKNOWN] =
        {"percentile_edge_unknown",
         "The printed percentiles follow from the bins in no known way: only the recomputed D10, "
         "D50 and D90 have a known meaning."},
    [FLAG_EMPTY_VIDEO] = {"empty_video",
                          "A video without particles is left out of the pooled distribution, of "
                          "the mean and of the spread between videos."},
    [FLAG_AVERAGE_INCLUDES_EMPTY] =
        {"average_includes_empty_video",
         "The file's own Average counts the empty video as size zero and concentration zero: use "
         "the pooled figures instead."},
    [FLAG_UNPROCESSED_VIDEO] =
        {"unprocessed_video", "The video was not analysed, so that its column is no measurement."},
    [FLAG_SINGLE_VIDEO] = {"single_video",
                           "With fewer than two videos nothing is known about the spread between "
                           "videos, which is larger than counting noise."},
    [FLAG_DILUTION_NOT_RECORDED] =
        {"dilution_not_recorded",
         "Concentrations are as measured in the diluted sample: they are not multiplied by any "
         "dilution, which has to come from elsewhere."},
    [FLAG_DILUTION_UNKNOWN] =
        {"dilution_unknown",
         "Whether concentrations are multiplied by a dilution cannot be told: they must not be "
         "used before that is known."},
    [FLAG_DILUTION_DIFFERS] = {"dilution_differs",
                               "The videos carry different dilutions, so that they are not repeats "
                               "of one measurement."},
    [FLAG_CONCENTRATION_WARNING] = {"concentration_warning",
                                    "The instrument itself doubts the concentration."},
    [FLAG_NOISE_WARNING] = {"noise_warning",
                            "Noise counted as particles raises the concentration and draws the "
                            "sizes down."},
    [FLAG_VIBRATION] = {"vibration",
                        "Shared motion adds to every step, so that particles appear smaller unless "
                        "it was removed well."},
    [FLAG_COUNT_HIGH] = {"count_per_frame_high",
                         "Crowded frames confuse tracks: the concentration reads low and the "
                         "sizes are distorted."},
    [FLAG_COUNT_LOW] = {"count_per_frame_low",
                        "Few particles per frame make the concentration and the percentiles "
                        "imprecise."},
    [FLAG_VENDOR_WARNING] = {"vendor_warning",
                             "The instrument's software asks for attention in a further row."},
    [FLAG_SETTINGS_DIFFER] = {"settings_differ",
                              "The videos were taken or analysed differently, so that pooled "
                              "figures and the spread between videos mix methods."},
    [FLAG_TEMPERATURE_CONSTANT] =
        {"temperature_constant",
         "The same temperature in every video suggests that it was typed and not measured: sizes "
         "change by 2.6 % per kelvin."},
    [FLAG_VISCOSITY_NOT_WATER] =
        {"viscosity_not_water",
         "The viscosity is not that of water at the recorded temperature; sizes change in "
         "inverse proportion to it."},
    [FLAG_SHUTTER_TOO_LONG] = {"shutter_longer_than_frame",
                               "An exposure cannot outlast its frame: shutter or frame rate is "
                               "wrong."},
    [FLAG_TRACKS_INCONSISTENT] = {"tracks_inconsistent",
                                  "More tracks were valid than completed: one of the counts is "
                                  "wrong."},
    [FLAG_RANGE_EXCEEDED] = {"range_exceeded",
                             "Particles reach the end of the table, so that larger ones are "
                             "missing from all figures."},
    [FLAG_ROW_MISSING] = {"row_missing",
                          "What these rows hold is unknown, and it is treated as unknown."},
    [FLAG_VALUE_MISSING] = {"value_missing",
                            "The cell is empty and its value unknown; where a cell was lost, the "
                            "others of its row may stand under the wrong video."},
    [FLAG_VERSION_UNTESTED] = {"version_untested",
                               "The relations between printed numbers are known for NTA 3.2, 3.3 "
                               "and 3.4 only."},
    [FLAG_VERSION_DIFFERS] = {"version_differs",
                              "The file names two versions of the software, so that it is not "
                              "certain which one measured."},
    [FLAG_TIME_NOT_UNDERSTOOD] = {"time_not_understood",
                                  "The time of the measurement is kept as text only."},
};

/* A sentence that was cut must not end in half a character. */
static void end_whole(char *text, size_t length)
{
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80)
        length--;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xC0)
        length--;
    text[length] = '\0';
}

void remarks_add(struct remarks *findings, const char *format, ...)
{
    findings->count++;
    if (findings->count > FINDINGS_SHOWN)
        return;
    size_t room = sizeof findings->text - findings->length;
    char sentence[FINDINGS_BYTES / FINDINGS_SHOWN - 2];
    va_list list;
    va_start(list, format);
    int wanted = vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    if (wanted >= (int)sizeof sentence)
        end_whole(sentence, sizeof sentence - 1);
    int added = snprintf(findings->text + findings->length, room, "%s%s",
                         findings->count > 1 ? "; " : "", sentence);
    if (added > 0)
        findings->length += (size_t)added < room ? (size_t)added : room - 1;
}

void nanosight_flag_raise(struct arena *arena, struct nanosight *draft,
                          enum nanosight_flag_kind kind, const struct remarks *findings)
{
    if (findings->count == 0)
        return;
    struct nanosight_flag *flag = &draft->flags[draft->flag_count++];
    flag->id = meanings[kind].id;
    flag->effect = meanings[kind].effect;
    flag->value = findings->count > FINDINGS_SHOWN
                      ? arena_print(arena, "%s; and %zu more", findings->text,
                                    findings->count - FINDINGS_SHOWN)
                      : arena_copy(arena, findings->text);
}

const struct nanosight_flag *nanosight_flag(const struct nanosight *result, const char *id)
{
    for (size_t i = 0; i < result->flag_count; i++) {
        if (strcmp(result->flags[i].id, id) == 0)
            return &result->flags[i];
    }
    return NULL;
}
