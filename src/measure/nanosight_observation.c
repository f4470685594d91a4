/* nanosight_observation.c: the instrument's own warnings, and settings that do not fit together. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_observation.h"

#include "measure/nanosight_flag.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Relative, for a viscosity that should be that of water. */
#define VISCOSITY_LIMIT 0.005

/* "video 2" or "videos 2, 3". */
static const char *videos_named(const struct nanosight *draft, const bool *chosen,
                                char list[NANOSIGHT_LIST_BYTES])
{
    size_t count = 0;
    for (size_t i = 0; i < draft->video_count; i++)
        count += chosen[i];
    int length = snprintf(list, NANOSIGHT_LIST_BYTES, "%s", count == 1 ? "video" : "videos");
    const char *comma = " ";
    for (size_t i = 0; i < draft->video_count; i++) {
        if (!chosen[i] || length >= NANOSIGHT_LIST_BYTES - 1)
            continue;
        length +=
            snprintf(list + length, (size_t)(NANOSIGHT_LIST_BYTES - length), "%s%zu", comma, i + 1);
        comma = ", ";
    }
    return list;
}

/* What a row of warnings says when all is well, and which flag it raises otherwise. */
static const struct {
    enum nanosight_section section;
    const char *row;
    const char *fine;
    enum nanosight_flag_kind kind;
} warnings[] = {
    {SECTION_WARNINGS, "Validity of concentration measurement", "OK", FLAG_CONCENTRATION_WARNING},
    {SECTION_WARNINGS, "Particles per frame", "OK", FLAG_COUNT_HIGH},
    {SECTION_WARNINGS, "Noise level", "No", FLAG_NOISE_WARNING},
    {SECTION_INFORMATION, "Noise level", "No", FLAG_NOISE_WARNING},
    {SECTION_INFORMATION, "Concentration", "OK", FLAG_CONCENTRATION_WARNING},
    {SECTION_INFORMATION, "Vibration detected", "No", FLAG_VIBRATION},
    {SECTION_INFORMATION, "Vibration correction applied", "Yes", FLAG_VENDOR_WARNING},
    {SECTION_INFORMATION, "Settings changed?", "No", FLAG_VENDOR_WARNING},
    {SECTION_INFORMATION, "Errors (1)", "", FLAG_VENDOR_WARNING},
    {SECTION_INFORMATION, "Errors (2)", "", FLAG_VENDOR_WARNING},
};

/* A count out of its range is said to be too high or too low in words that may vary. */
static enum nanosight_flag_kind count_kind(const char *text)
{
    if (strstr(text, "igh") || strstr(text, "many"))
        return FLAG_COUNT_HIGH;
    return strstr(text, "ow") || strstr(text, "few") ? FLAG_COUNT_LOW : FLAG_VENDOR_WARNING;
}

/* FLAG_KINDS where the text gives no cause for a flag. */
static enum nanosight_flag_kind warning_kind(const struct nanosight_warning *warning,
                                             const char *text)
{
    for (size_t i = 0; i < sizeof warnings / sizeof *warnings; i++) {
        if (strcmp(warning->row, warnings[i].row) != 0 ||
            strcmp(warning->section, nanosight_section_heading(warnings[i].section)) != 0)
            continue;
        bool correction = strcmp(warnings[i].fine, "Yes") == 0 && strcmp(text, "No") == 0;
        if (correction || strcmp(text, warnings[i].fine) == 0)
            return FLAG_KINDS;
        return warnings[i].kind == FLAG_COUNT_HIGH ? count_kind(text) : warnings[i].kind;
    }
    bool fine = strcmp(text, "OK") == 0 || strcmp(text, "No") == 0;
    return fine ? FLAG_KINDS : FLAG_VENDOR_WARNING;
}

/* One finding per text of a row, with the videos that carry it. */
static void warning_find(const struct nanosight *draft, const struct nanosight_warning *warning,
                         enum nanosight_flag_kind kind, struct remarks *findings)
{
    for (size_t i = 0; i < draft->video_count; i++) {
        const char *text = warning->texts[i];
        bool chosen[NANOSIGHT_VIDEOS] = {false};
        bool first = true;
        for (size_t j = 0; j < draft->video_count; j++) {
            chosen[j] = strcmp(warning->texts[j], text) == 0;
            first = first && (!chosen[j] || j >= i);
        }
        char list[NANOSIGHT_LIST_BYTES];
        if (first && warning_kind(warning, text) == kind)
            remarks_add(findings, "%s: %s (%s)", warning->row, *text ? text : "no word",
                        videos_named(draft, chosen, list));
    }
}

static void warnings_observe(struct arena *arena, struct nanosight *draft)
{
    static const enum nanosight_flag_kind kinds[] = {FLAG_CONCENTRATION_WARNING,
                                                     FLAG_NOISE_WARNING,
                                                     FLAG_VIBRATION,
                                                     FLAG_COUNT_HIGH,
                                                     FLAG_COUNT_LOW,
                                                     FLAG_VENDOR_WARNING};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct remarks findings = {.count = 0};
        for (size_t j = 0; j < draft->warning_count; j++)
            warning_find(draft, &draft->warnings[j], kinds[i], &findings);
        nanosight_flag_raise(arena, draft, kinds[i], &findings);
    }
}

static void videos_observe(struct arena *arena, struct nanosight *draft)
{
    struct remarks empty = {.count = 0};
    struct remarks unprocessed = {.count = 0};
    struct remarks cut = {.count = 0};
    struct remarks tracks = {.count = 0};
    struct remarks shutter = {.count = 0};
    for (size_t i = 0; i < draft->video_count; i++) {
        const struct nanosight_video *video = &draft->videos[i];
        const struct nanosight_number *valid = &video->valid_tracks;
        const struct nanosight_number *completed = &video->completed_tracks;
        const struct nanosight_number *exposure = &video->shutter_ms;
        const struct nanosight_number *rate = &video->frame_rate_per_s;
        if (video->empty)
            remarks_add(&empty, "video %zu, %s", i + 1, video->name);
        if (video->processed == PROCESSED_NO)
            remarks_add(&unprocessed, "video %zu, %s", i + 1, video->name);
        if (video->bins_per_ml[NANOSIGHT_BINS - 1] > 0)
            remarks_add(&cut, "%.6g per ml at 999.5 nm in video %zu",
                        video->bins_per_ml[NANOSIGHT_BINS - 1], i + 1);
        if (valid->known && completed->known && valid->value > completed->value)
            remarks_add(&tracks, "%s valid of %s completed in video %zu", valid->text,
                        completed->text, i + 1);
        if (exposure->known && rate->known && exposure->value * rate->value > 1000)
            remarks_add(&shutter, "%s ms at %s frames per second in video %zu", exposure->text,
                        rate->text, i + 1);
    }
    nanosight_flag_raise(arena, draft, FLAG_EMPTY_VIDEO, &empty);
    if (draft->average_over == AVERAGE_EVERY_VIDEO && draft->between.videos)
        nanosight_flag_raise(arena, draft, FLAG_AVERAGE_INCLUDES_EMPTY, &empty);
    nanosight_flag_raise(arena, draft, FLAG_UNPROCESSED_VIDEO, &unprocessed);
    nanosight_flag_raise(arena, draft, FLAG_RANGE_EXCEEDED, &cut);
    nanosight_flag_raise(arena, draft, FLAG_TRACKS_INCONSISTENT, &tracks);
    nanosight_flag_raise(arena, draft, FLAG_SHUTTER_TOO_LONG, &shutter);
}

static void blanks_find(const struct nanosight *draft, const struct nanosight_field *field,
                        struct remarks *findings)
{
    bool chosen[NANOSIGHT_VIDEOS] = {false};
    bool some = false;
    char list[NANOSIGHT_LIST_BYTES];
    for (size_t i = 0; i < draft->video_count; i++) {
        chosen[i] = *nanosight_field_text(field, &draft->videos[i]) == '\0';
        some = some || chosen[i];
    }
    if (some)
        remarks_add(findings, "%s (%s)", field->label, videos_named(draft, chosen, list));
}

static void rows_observe(struct arena *arena, struct nanosight *draft,
                         const struct nanosight_table *table)
{
    struct remarks differ = {.count = 0};
    struct remarks missing = {.count = 0};
    struct remarks blank = {.count = 0};
    for (size_t i = 0; i < NANOSIGHT_FIELDS; i++) {
        const struct nanosight_field *field = &nanosight_fields[i];
        bool filled = field->kind == FIELD_NUMBER || field->kind == FIELD_PRINTED ||
                      field->kind == FIELD_TEXT;
        if (filled && table->seen[i])
            blanks_find(draft, field, &blank);
        char list[NANOSIGHT_LIST_BYTES];
        if (field->need == NEED_NOTICE && !table->seen[i])
            remarks_add(&missing, "%s %s", nanosight_section_heading(field->section), field->label);
        if (field->shared && nanosight_field_list(field, draft, ", ", list) > 1)
            remarks_add(&differ, "%s: %s", field->label, list);
    }
    nanosight_flag_raise(arena, draft, FLAG_ROW_MISSING, &missing);
    nanosight_flag_raise(arena, draft, FLAG_VALUE_MISSING, &blank);
    nanosight_flag_raise(arena, draft, FLAG_SETTINGS_DIFFER, &differ);
}

static void dilution_observe(struct arena *arena, struct nanosight *draft)
{
    struct remarks findings = {.count = 0};
    struct remarks differ = {.count = 0};
    for (size_t i = 1; i < draft->video_count; i++) {
        const struct nanosight_number *first = &draft->videos[0].dilution_factor;
        const struct nanosight_number *other = &draft->videos[i].dilution_factor;
        if (strcmp(first->text, other->text) != 0)
            remarks_add(&differ, "\"%s\" in video 1, \"%s\" in video %zu", first->text, other->text,
                        i + 1);
    }
    nanosight_flag_raise(arena, draft, FLAG_DILUTION_DIFFERS, &differ);
    remarks_add(&findings, "\"%s\"", draft->videos[0].dilution_factor.text);
    if (draft->basis == BASIS_AS_MEASURED)
        nanosight_flag_raise(arena, draft, FLAG_DILUTION_NOT_RECORDED, &findings);
    if (draft->basis == BASIS_UNKNOWN)
        nanosight_flag_raise(arena, draft, FLAG_DILUTION_UNKNOWN, &findings);
}

/* IAPWS SR6-08(2011), water at 0.1 MPa from 253.15 to 383.15 K; 0.889997 mPa s at 25 C. */
static double water_viscosity_mpa_s(double temperature_c)
{
    double relative = (temperature_c + 273.15) / 300;
    return (280.68 * pow(relative, -1.9) + 511.45 * pow(relative, -7.7) +
            61.131 * pow(relative, -19.6) + 0.45903 * pow(relative, -40.0)) /
           1000;
}

static void temperature_observe(struct arena *arena, struct nanosight *draft)
{
    struct remarks constant = {.count = 0};
    struct remarks viscosity = {.count = 0};
    size_t equal = 0;
    for (size_t i = 0; i < draft->video_count; i++) {
        const struct nanosight_number *temperature = &draft->videos[i].temperature_c;
        const struct nanosight_number *printed = &draft->videos[i].viscosity_cp;
        equal += temperature->known &&
                 strcmp(temperature->text, draft->videos[0].temperature_c.text) == 0;
        if (!temperature->known || !printed->known)
            continue;
        double water = water_viscosity_mpa_s(temperature->value);
        if (fabs(printed->value / water - 1) > VISCOSITY_LIMIT)
            remarks_add(&viscosity, "%s cP at %s C in video %zu, where water has %.4f",
                        printed->text, temperature->text, i + 1, water);
    }
    if (equal == draft->video_count && equal > 1)
        remarks_add(&constant, "%s C in all %zu videos", draft->videos[0].temperature_c.text,
                    equal);
    nanosight_flag_raise(arena, draft, FLAG_TEMPERATURE_CONSTANT, &constant);
    nanosight_flag_raise(arena, draft, FLAG_VISCOSITY_NOT_WATER, &viscosity);
}

static void file_observe(struct arena *arena, struct nanosight *draft)
{
    struct remarks single = {.count = 0};
    struct remarks untested = {.count = 0};
    struct remarks differs = {.count = 0};
    struct remarks time = {.count = 0};
    bool stated = *draft->software_row && strcmp(draft->software_row, "Unknown") != 0;
    bool tested =
        draft->version_major == 3 && draft->version_minor >= 2 && draft->version_minor <= 4;
    if (draft->between.videos < 2)
        remarks_add(&single, "%zu of %zu videos with particles", draft->between.videos,
                    draft->video_count);
    if (!tested)
        remarks_add(&untested, "%s", draft->software);
    if (stated && strcmp(draft->software_row, draft->software) != 0)
        remarks_add(&differs, "created with %s, Software Version %s", draft->software,
                    draft->software_row);
    if (*draft->time_captured_text && !draft->time_captured.known)
        remarks_add(&time, "%s", draft->time_captured_text);
    nanosight_flag_raise(arena, draft, FLAG_SINGLE_VIDEO, &single);
    nanosight_flag_raise(arena, draft, FLAG_VERSION_UNTESTED, &untested);
    nanosight_flag_raise(arena, draft, FLAG_VERSION_DIFFERS, &differs);
    nanosight_flag_raise(arena, draft, FLAG_TIME_NOT_UNDERSTOOD, &time);
}

void nanosight_observation_settle(struct arena *arena, struct nanosight *draft,
                                  const struct nanosight_table *table)
{
    videos_observe(arena, draft);
    warnings_observe(arena, draft);
    dilution_observe(arena, draft);
    rows_observe(arena, draft, table);
    temperature_observe(arena, draft);
    file_observe(arena, draft);
}
