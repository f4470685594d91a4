/* nanosight_method.c: how the numbers of an experiment summary came about, on one line. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_field.h"

#include <assert.h>
#include <string.h>

static const struct part {
    enum nanosight_section section;
    const char *label;
    const char *before;
    const char *after;
} parts[] = {
    {SECTION_SETTINGS, "Total frames analysed", "", " frames"},
    {SECTION_CONDITIONS, "Frame rate/fps", "", " frames/s"},
    {SECTION_CONDITIONS, "Camera Type", "camera ", ""},
    {SECTION_CONDITIONS, "Camera Level", "level ", ""},
    {SECTION_CONDITIONS, "Shutter/ms", "shutter ", " ms"},
    {SECTION_CONDITIONS, "Slider Gain", "gain ", ""},
    {SECTION_CONDITIONS, "Laser Type", "laser ", ""},
    {SECTION_SETTINGS, "Detection Threshold", "detection threshold ", ""},
    {SECTION_SETTINGS, "Min Track Length", "minimum track length ", ""},
    {SECTION_CONDITIONS, "Temperature/C", "", " C"},
    {SECTION_CONDITIONS, "Viscosity/cP", "", " cP"},
    {SECTION_RESULTS, "Dilution factor (concentrations adjusted for this factor)", "dilution ", ""},
};

static const struct nanosight_field *field_named(enum nanosight_section section, const char *label)
{
    size_t i = 0;
    while (i + 1 < NANOSIGHT_FIELDS && (nanosight_fields[i].section != section ||
                                        strcmp(nanosight_fields[i].label, label) != 0))
        i++;
    assert(strcmp(nanosight_fields[i].label, label) == 0);
    return &nanosight_fields[i];
}

/* "22.000", "15/10", or for what differs by nature "21.666 to 22.387". */
static const char *part_text(struct arena *arena, const struct nanosight *result,
                             const struct nanosight_field *field)
{
    char list[NANOSIGHT_LIST_BYTES];
    const struct nanosight_number *low = NULL;
    const struct nanosight_number *high = NULL;
    bool listed = nanosight_field_list(field, result, "/", list) < 2 || field->shared;
    for (size_t i = 0; i < result->video_count && !listed; i++) {
        const struct nanosight_number *number = nanosight_number_of(field, &result->videos[i]);
        listed = !number->known;
        low = !low || number->value < low->value ? number : low;
        high = !high || number->value > high->value ? number : high;
    }
    return listed || !low || !high ? arena_copy(arena, list)
                                   : arena_print(arena, "%s to %s", low->text, high->text);
}

static const char *basis_text(const struct nanosight *result)
{
    switch (result->basis) {
    case BASIS_AS_MEASURED:
        return "concentrations as measured";
    case BASIS_DILUTION_APPLIED:
        return "already applied";
    case BASIS_UNKNOWN:
        break;
    }
    return "applied or not is unknown";
}

const char *nanosight_method(struct arena *arena, const struct nanosight *result)
{
    const char *line = arena_print(
        arena, "NanoSight %s, %s, number-weighted, %zu of %zu videos pooled", result->software,
        *result->analysis_method ? result->analysis_method : "unknown", result->between.videos,
        result->video_count);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct nanosight_field *field = field_named(parts[i].section, parts[i].label);
        line = arena_print(arena, "%s, %s%s%s", line, parts[i].before,
                           part_text(arena, result, field), parts[i].after);
    }
    return arena_print(arena, "%s, %s; figures recomputed from 1 nm bins at their right edges",
                       line, basis_text(result));
}
