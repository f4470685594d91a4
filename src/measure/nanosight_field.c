/* nanosight_field.c: the rows of NTA 3.2 to 3.4 as one table, with the range each may have. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_field.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define DETAIL(label, member)                                                                      \
    {                                                                                              \
        SECTION_DETAILS, FIELD_DETAIL, label, offsetof(struct nanosight, member), 0, 0, NEED_NONE, \
            false                                                                                  \
    }
#define TEXT(section, label, member, need, shared)                                                 \
    {                                                                                              \
        section, FIELD_TEXT, label, offsetof(struct nanosight_video, member), 0, 0, need, shared   \
    }
#define NUMBER(section, label, member, low, high, shared)                                          \
    {                                                                                              \
        section, FIELD_NUMBER, label, offsetof(struct nanosight_video, member), low, high,         \
            NEED_NOTICE, shared                                                                    \
    }
#define PRINTED(section, label, member, high, need)                                                \
    {                                                                                              \
        section, FIELD_PRINTED, label, offsetof(struct nanosight_printed, member), 0, high, need,  \
            false                                                                                  \
    }
#define WARNING(section, label)                                                                    \
    {                                                                                              \
        section, FIELD_WARNING, label, 0, 0, 0, NEED_NOTICE, false                                 \
    }

/* The ranges are what an instrument may print at all, not what is good: a cubic millimetre of
 * water holds 3e19 molecules, and the table of bins ends at 1000 nm. */
const struct nanosight_field nanosight_fields[] = {
    DETAIL("Software Version", software_row),
    DETAIL("Experiment Name", experiment_name),
    DETAIL("Sample Name", sample_name),
    DETAIL("Sample Description", sample_description),
    DETAIL("Time Captured", time_captured_text),
    DETAIL("Pre-treatment", pretreatment),
    DETAIL("Diluent", diluent),
    DETAIL("Remarks", remarks),
    {SECTION_DETAILS, FIELD_PROCESSED, "Processed", 0, 0, 0, NEED_NONE, false},
    NUMBER(SECTION_CONDITIONS, "Temperature/C", temperature_c, 0, 100, false),
    NUMBER(SECTION_CONDITIONS, "Viscosity/cP", viscosity_cp, 0, 10000, false),
    TEXT(SECTION_CONDITIONS, "Camera Type", camera, NEED_NOTICE, true),
    TEXT(SECTION_CONDITIONS, "Laser Type", laser, NEED_NOTICE, true),
    NUMBER(SECTION_CONDITIONS, "Camera Level", camera_level, 0, 100, true),
    NUMBER(SECTION_CONDITIONS, "Slider Gain", gain, 0, 1e6, true),
    NUMBER(SECTION_CONDITIONS, "Shutter/ms", shutter_ms, 0, 1e5, true),
    NUMBER(SECTION_CONDITIONS, "Frame rate/fps", frame_rate_per_s, 0, 1e5, true),
    NUMBER(SECTION_CONDITIONS, "Syringe Pump Speed/AU", pump_speed, 0, 1e6, true),
    NUMBER(SECTION_SETTINGS, "Detection Threshold", detection_threshold, 0, 1e5, true),
    TEXT(SECTION_SETTINGS, "Blur", blur, NEED_NONE, true),
    TEXT(SECTION_SETTINGS, "Min Track Length", minimum_track_length, NEED_NONE, true),
    NUMBER(SECTION_SETTINGS, "Total frames analysed", frames, 0, 1e9, true),
    NUMBER(SECTION_RESULTS, "Dilution factor (concentrations adjusted for this factor)",
           dilution_factor, 1e-6, 1e12, false),
    PRINTED(SECTION_RESULTS, "Concentration (Particles / ml)", concentration_per_ml, 1e18,
            NEED_ALWAYS),
    PRINTED(SECTION_RESULTS, "Particles per frame", particles_per_frame, 1e6, NEED_NOTICE),
    PRINTED(SECTION_RESULTS, "Centres per frame", centres_per_frame, 1e6, NEED_NOTICE),
    NUMBER(SECTION_RESULTS, "Completed tracks", completed_tracks, 0, 1e12, false),
    NUMBER(SECTION_RESULTS, "X-Drift (pix/frame)", drift_x_pixels_per_frame, -1e4, 1e4, false),
    NUMBER(SECTION_RESULTS, "Y-Drift (pix/frame)", drift_y_pixels_per_frame, -1e4, 1e4, false),
    WARNING(SECTION_WARNINGS, "Validity of concentration measurement"),
    WARNING(SECTION_WARNINGS, "Particles per frame"),
    WARNING(SECTION_WARNINGS, "Noise level"),
    WARNING(SECTION_INFORMATION, "Noise level"),
    WARNING(SECTION_INFORMATION, "Vibration detected"),
    PRINTED(SECTION_SIZES, "Mean", mean_nm, 1000, NEED_ALWAYS),
    PRINTED(SECTION_SIZES, "Mode", mode_nm, 1000, NEED_ALWAYS),
    PRINTED(SECTION_SIZES, "SD", sd_nm, 1000, NEED_ALWAYS),
    PRINTED(SECTION_SIZES, "D10", d10_nm, 1000, NEED_ALWAYS),
    PRINTED(SECTION_SIZES, "D50", d50_nm, 1000, NEED_ALWAYS),
    PRINTED(SECTION_SIZES, "D90", d90_nm, 1000, NEED_ALWAYS),
    NUMBER(SECTION_SIZES, "Valid Tracks", valid_tracks, 0, 1e12, false),
};

static_assert(sizeof nanosight_fields / sizeof *nanosight_fields == NANOSIGHT_FIELDS,
              "every field has its place in the mask of rows seen");

static const char *const headings[SECTION_COUNT] = {
    [SECTION_NONE] = "",
    [SECTION_DETAILS] = "[Experiment Details]",
    [SECTION_CONDITIONS] = "[Conditions]",
    [SECTION_SETTINGS] = "[Settings]",
    [SECTION_RESULTS] = "[Results]",
    [SECTION_WARNINGS] = "[Concentration Warnings]",
    [SECTION_INFORMATION] = "[Information]",
    [SECTION_INCLUDED] = "[Data Included]",
    [SECTION_SIZES] = "[Size Data]",
    [SECTION_OTHER] = "",
};

const char *nanosight_section_heading(enum nanosight_section section)
{
    return headings[section];
}

static void *member(void *owner, size_t offset)
{
    return (char *)owner + offset;
}

struct nanosight_number *nanosight_number_of(const struct nanosight_field *field,
                                             struct nanosight_video *video)
{
    assert(field->kind == FIELD_NUMBER);
    return member(video, field->offset);
}

struct nanosight_number *nanosight_printed_of(const struct nanosight_field *field,
                                              struct nanosight_printed *printed)
{
    assert(field->kind == FIELD_PRINTED);
    return member(printed, field->offset);
}

const char **nanosight_text_of(const struct nanosight_field *field, void *owner)
{
    assert(field->kind == FIELD_TEXT || field->kind == FIELD_DETAIL);
    return member(owner, field->offset);
}

const char *nanosight_field_text(const struct nanosight_field *field,
                                 const struct nanosight_video *video)
{
    const char *owner =
        field->kind == FIELD_PRINTED ? (const char *)&video->printed : (const char *)video;
    const void *found = owner + field->offset;
    assert(field->kind != FIELD_DETAIL && field->kind != FIELD_WARNING);
    if (field->kind == FIELD_NUMBER || field->kind == FIELD_PRINTED)
        return ((const struct nanosight_number *)found)->text;
    const char *const *text = found;
    return *text;
}

size_t nanosight_field_list(const struct nanosight_field *field, const struct nanosight *draft,
                            const char *separator, char list[NANOSIGHT_LIST_BYTES])
{
    size_t different = 0;
    size_t length = 0;
    list[0] = '\0';
    for (size_t i = 0; i < draft->video_count; i++) {
        const char *text = nanosight_field_text(field, &draft->videos[i]);
        size_t before = 0;
        while (before < i && strcmp(nanosight_field_text(field, &draft->videos[before]), text) != 0)
            before++;
        if (before < i)
            continue;
        const char *between = different++ ? separator : "";
        const char *word = *text ? text : "unknown";
        if (length + strlen(between) + strlen(word) < NANOSIGHT_LIST_BYTES)
            length += (size_t)snprintf(list + length, NANOSIGHT_LIST_BYTES - length, "%s%s",
                                       between, word);
    }
    return different;
}

void nanosight_printed_begin(struct nanosight_printed *printed)
{
    for (size_t i = 0; i < NANOSIGHT_FIELDS; i++) {
        if (nanosight_fields[i].kind == FIELD_PRINTED)
            nanosight_printed_of(&nanosight_fields[i], printed)->text = "";
    }
}

void nanosight_video_begin(struct nanosight_video *video)
{
    nanosight_printed_begin(&video->printed);
    for (size_t i = 0; i < NANOSIGHT_FIELDS; i++) {
        if (nanosight_fields[i].kind == FIELD_NUMBER)
            nanosight_number_of(&nanosight_fields[i], video)->text = "";
        if (nanosight_fields[i].kind == FIELD_TEXT)
            *nanosight_text_of(&nanosight_fields[i], video) = "";
    }
}
