/* nanosight_head.c: all that stands above the bins, section by section. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_head.h"

#include <string.h>

/* A number that the instrument may not know: then it is unknown, never zero. */
static bool number_read(struct nanosight_reading *reading, const struct delimited_cell *cell,
                        const struct nanosight_field *field, struct nanosight_number *number)
{
    static const char *const unknown[] = {"Not recorded", "Unknown", "N/A", "NaN"};
    if (!reading_text(reading, cell, &number->text))
        return false;
    if (delimited_blank(cell))
        return true;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        if (delimited_equals(cell, unknown[i]))
            return true;
    }
    number->known = true;
    return reading_value(reading, cell, field->low, field->high, &number->value);
}

/* A remark with commas that was not quoted falls into several cells; they belong together. */
static bool detail_read(struct nanosight_reading *reading, const char **text)
{
    size_t last = 1;
    for (size_t i = 1; i < reading->row.count; i++)
        last = reading_holds(reading, i) ? i : last;
    if (reading->row.count < 2)
        return true;
    struct delimited_cell cell = reading->row.cells[1];
    const struct delimited_cell *end = &reading->row.cells[last];
    if (last > 1)
        cell.size = (size_t)(end->bytes - cell.bytes) + end->size;
    if (cell.size > DELIMITED_CELL_BYTES)
        return delimited_refuse(reading->fault, &cell, "the text is longer than %d bytes.",
                                DELIMITED_CELL_BYTES);
    *text = delimited_text(reading->arena, &reading->text, &cell);
    return true;
}

static bool processed_read(struct nanosight_reading *reading, size_t video)
{
    const struct delimited_cell *cell = &reading->row.cells[video + 1];
    enum nanosight_processed *processed = &reading->draft.videos[video].processed;
    *processed = delimited_equals(cell, "Yes")  ? PROCESSED_YES
                 : delimited_equals(cell, "No") ? PROCESSED_NO
                                                : PROCESSED_UNKNOWN;
    return *processed != PROCESSED_UNKNOWN || reading_refuse(reading, cell, "\"Yes\" or \"No\"");
}

static bool video_cell_read(struct nanosight_reading *reading, const struct nanosight_field *field,
                            size_t video)
{
    const struct delimited_cell *cell = &reading->row.cells[video + 1];
    struct nanosight_video *owner = &reading->draft.videos[video];
    switch (field->kind) {
    case FIELD_TEXT:
        return reading_text(reading, cell, nanosight_text_of(field, owner));
    case FIELD_PROCESSED:
        return processed_read(reading, video);
    case FIELD_NUMBER:
        return number_read(reading, cell, field, nanosight_number_of(field, owner));
    case FIELD_PRINTED:
        return number_read(reading, cell, field, nanosight_printed_of(field, &owner->printed));
    case FIELD_DETAIL:
    case FIELD_WARNING:
        break;
    }
    return true;
}

static bool averages_read(struct nanosight_reading *reading, const struct nanosight_field *field)
{
    size_t column = reading->draft.video_count + 1;
    struct nanosight_printed *columns[] = {&reading->draft.average, &reading->draft.standard_error};
    for (size_t i = 0; i < 2 && column + i < reading->row.count; i++) {
        if (!number_read(reading, &reading->row.cells[column + i], field,
                         nanosight_printed_of(field, columns[i])))
            return false;
    }
    return true;
}

static bool field_read(struct nanosight_reading *reading, const struct nanosight_field *field)
{
    bool *seen = &reading->table.seen[field - nanosight_fields];
    if (*seen)
        return delimited_refuse(reading->fault, reading_first(reading),
                                "the row \"%s\" stands twice in its section.", field->label);
    *seen = true;
    if (field->kind == FIELD_DETAIL)
        return detail_read(reading, nanosight_text_of(field, &reading->draft));
    size_t videos = reading->draft.video_count;
    if (!reading_columns(reading, field->kind == FIELD_PRINTED ? videos + 2 : videos))
        return false;
    for (size_t i = 0; i < videos; i++) {
        if (!video_cell_read(reading, field, i))
            return false;
    }
    return field->kind != FIELD_PRINTED || averages_read(reading, field);
}

static bool warning_read(struct nanosight_reading *reading)
{
    struct nanosight *draft = &reading->draft;
    if (!reading_columns(reading, draft->video_count))
        return false;
    if (draft->warning_count == NANOSIGHT_WARNINGS)
        return delimited_refuse(reading->fault, reading_first(reading),
                                "there are more than %d rows of warnings.", NANOSIGHT_WARNINGS);
    struct nanosight_warning *warning = &draft->warnings[draft->warning_count++];
    warning->section = nanosight_section_heading(reading->section);
    warning->texts = arena_take(reading->arena, draft->video_count * sizeof *warning->texts);
    if (!reading_text(reading, reading_first(reading), &warning->row))
        return false;
    for (size_t i = 0; i < draft->video_count; i++) {
        if (!reading_text(reading, &reading->row.cells[i + 1], &warning->texts[i]))
            return false;
    }
    return true;
}

/* The manifest: how many videos there are, and how they are called. */
static bool manifest_read(struct nanosight_reading *reading)
{
    struct nanosight *draft = &reading->draft;
    size_t videos = 0;
    while (reading_holds(reading, videos + 1))
        videos++;
    if (draft->video_count || videos == 0 || videos > NANOSIGHT_VIDEOS)
        return delimited_refuse(reading->fault, reading_first(reading),
                                "this row must name 1 to %d videos, once.", NANOSIGHT_VIDEOS);
    draft->video_count = videos;
    if (!reading_columns(reading, videos))
        return false;
    draft->videos = arena_take(reading->arena, videos * sizeof *draft->videos);
    for (size_t i = 0; i < videos; i++) {
        struct nanosight_video *video = &draft->videos[i];
        nanosight_video_begin(video);
        video->bins_per_ml = arena_take(reading->arena, NANOSIGHT_BINS * sizeof(double));
        if (!reading_text(reading, &reading->row.cells[i + 1], &video->name))
            return false;
    }
    return true;
}

static bool section_enter(struct nanosight_reading *reading)
{
    bool named = false;
    reading->section = SECTION_OTHER;
    for (enum nanosight_section i = SECTION_DETAILS; i < SECTION_OTHER; i++) {
        if (delimited_equals(reading_first(reading), nanosight_section_heading(i)))
            reading->section = i;
    }
    if (reading->section != SECTION_OTHER && reading->entered[reading->section])
        return delimited_refuse(reading->fault, reading_first(reading),
                                "this section begins a second time.");
    reading->entered[reading->section] = true;
    if (reading->section != SECTION_RESULTS)
        return true;
    for (size_t i = 1; i <= reading->draft.video_count; i++) {
        if (reading_holds(reading, i))
            return reading_refuse(reading, reading_place(reading, i), "an empty cell");
    }
    return reading_columns(reading, reading->draft.video_count + 2) &&
           reading_averages(reading, "Average", &named);
}

static bool names_repeated(struct nanosight_reading *reading)
{
    const struct nanosight *draft = &reading->draft;
    bool named = false;
    if (!reading_columns(reading, draft->video_count + 2))
        return false;
    for (size_t i = 0; i < draft->video_count; i++) {
        const char *name = NULL;
        if (!reading_text(reading, &reading->row.cells[i + 1], &name))
            return false;
        if (strcmp(name, draft->videos[i].name) != 0)
            return reading_refuse(reading, &reading->row.cells[i + 1],
                                  "the same name as in the row \"Filename:\"");
    }
    return reading_averages(reading, "Average", &named);
}

static bool once(struct nanosight_reading *reading, bool *before)
{
    if (*before)
        return delimited_refuse(reading->fault, reading_first(reading),
                                "this row stands twice before the table of bins.");
    *before = true;
    return true;
}

/* Rows of the sizes that are no fields; *taken says whether the row was one of them. */
static bool size_row_read(struct nanosight_reading *reading, bool *taken)
{
    const struct delimited_cell *first = reading_first(reading);
    *taken = true;
    if (delimited_equals(first, "Analysis Method"))
        return once(reading, &reading->analysed) &&
               detail_read(reading, &reading->draft.analysis_method);
    if (delimited_equals(first, "Filename"))
        return once(reading, &reading->named) && names_repeated(reading);
    if (delimited_equals(first, "Weighting"))
        return once(reading, &reading->weighted) && reading_expect(reading, 1, "Number");
    *taken = false;
    return true;
}

static bool promises_distribution(const struct nanosight_reading *reading)
{
    char line[DELIMITED_QUOTE_BYTES];
    delimited_quote(&reading->text, reading_first(reading), line);
    return strstr(line, "distribution") && strstr(line, "With Percentiles");
}

static bool head_row_read(struct nanosight_reading *reading)
{
    const struct delimited_cell *first = reading_first(reading);
    bool taken = false;
    if (reading->section == SECTION_DETAILS && delimited_equals(first, "Filename:"))
        return manifest_read(reading);
    if (reading->section == SECTION_SIZES && !size_row_read(reading, &taken))
        return false;
    if (reading->section == SECTION_INCLUDED)
        reading->promised += promises_distribution(reading);
    for (size_t i = 0; i < NANOSIGHT_FIELDS && !taken; i++) {
        taken = nanosight_fields[i].section == reading->section &&
                delimited_equals(first, nanosight_fields[i].label);
        if (taken && !field_read(reading, &nanosight_fields[i]))
            return false;
    }
    if (reading->section == SECTION_WARNINGS || reading->section == SECTION_INFORMATION)
        return warning_read(reading);
    return true;
}

static bool head_complete(struct nanosight_reading *reading)
{
    const struct delimited_cell *place = reading_first(reading);
    for (enum nanosight_section i = SECTION_DETAILS; i < SECTION_OTHER; i++) {
        if (!reading->entered[i])
            return delimited_refuse(reading->fault, place,
                                    "the section %s does not stand before this table.",
                                    nanosight_section_heading(i));
    }
    for (size_t i = 0; i < NANOSIGHT_FIELDS; i++) {
        const struct nanosight_field *field = &nanosight_fields[i];
        if (field->need == NEED_ALWAYS && !reading->table.seen[i])
            return delimited_refuse(reading->fault, place,
                                    "the row \"%s\" of %s does not stand before this table.",
                                    field->label, nanosight_section_heading(field->section));
    }
    if (!reading->weighted || !reading->named)
        return delimited_refuse(reading->fault, place,
                                "the rows \"Weighting\" and \"Filename\" do not stand before this "
                                "table.");
    return true;
}

bool nanosight_head_read(struct nanosight_reading *reading)
{
    reading->awaited = "the table of bins";
    for (;;) {
        if (!reading_row(reading))
            return false;
        const struct delimited_cell *first = reading_first(reading);
        if (delimited_row_blank(&reading->row))
            continue;
        if (reading->section == SECTION_SIZES && delimited_equals(first, "Bin centre (nm)"))
            return head_complete(reading);
        if (!(delimited_begins(first, "[") ? section_enter(reading) : head_row_read(reading)))
            return false;
    }
}
