/* video_nano.c: which videos does a NanoSight .nano file name, and how were they taken? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/video_sidecar.h"

#include "base/text.h"
#include "measure/delimited.h"

#include <math.h>
#include <strings.h>

/* The layout is known from descriptions of others and not from a file of an instrument, so whatever
 * says nothing that is wanted here is left alone: sections and keys in any order and case, numbers
 * or names of videos behind "=", quotation marks, remarks, empty places in lists. */
enum { KEYS = 7, SHOWN_BYTES = 80 };

struct key {
    const char *name;
    double low;
    double high;
    bool whole;
    size_t offset; /* of a double in struct video_nano_capture; of a size_t where whole */
};

static const struct key keys[KEYS] = {
    {"PixelSize", 1, 100000, false, offsetof(struct video_nano_capture, pixel_nm)},
    {"Temperature", 0, 100, false, offsetof(struct video_nano_capture, temperature_c)},
    {"Viscosity", 0.01, 1000, false, offsetof(struct video_nano_capture, viscosity_mpa_s)},
    {"DilutionFactor", 1e-3, 1e12, false, offsetof(struct video_nano_capture, dilution)},
    {"FramesPerSecond", 1e-3, 1e6, false, offsetof(struct video_nano_capture, frame_s)},
    {"Shutter", 1e-3, 3600000, false, offsetof(struct video_nano_capture, exposure_ms)},
    {"TotalFrames", 1, VIDEO_FRAMES_MOST, true, offsetof(struct video_nano_capture, frames)},
};

enum section { SECTION_OTHER, SECTION_FILES, SECTION_SETTINGS };

/* One line, without its end and the blanks around it. */
struct line {
    const unsigned char *bytes;
    size_t size;
    size_t number; /* from 1 */
};

struct reading {
    struct arena *arena;
    struct fault *fault;
    struct delimited text;
    struct video_nano *nano;
    struct line lists[KEYS]; /* what stands behind each key */
    bool has_settings;
};

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static struct line trimmed(struct line line)
{
    while (line.size && is_blank(line.bytes[0])) {
        line.bytes++;
        line.size--;
    }
    while (line.size && is_blank(line.bytes[line.size - 1]))
        line.size--;
    return line;
}

static struct line unquoted(struct line line)
{
    line = trimmed(line);
    if (line.size >= 2 && line.bytes[0] == '"' && line.bytes[line.size - 1] == '"') {
        line.bytes++;
        line.size -= 2;
    }
    return trimmed(line);
}

static bool line_next(struct delimited *text, struct line *line)
{
    if (text->at == text->size)
        return false;
    const unsigned char *bytes = text->bytes + text->at;
    const unsigned char *end = memchr(bytes, '\n', text->size - text->at);
    size_t size = end ? (size_t)(end - bytes) : text->size - text->at;
    *line = trimmed((struct line){.bytes = bytes, .size = size, .number = text->line++});
    text->at += size + (end != NULL);
    return true;
}

static bool line_is(const struct line *line, const char *text)
{
    return line->size == strlen(text) &&
           strncasecmp((const char *)line->bytes, text, line->size) == 0;
}

/* Cuts the line behind the first separator; without one, before is the whole and behind nothing. */
static struct line cut_line(struct line *behind, unsigned char separator)
{
    const unsigned char *at = behind->size ? memchr(behind->bytes, separator, behind->size) : NULL;
    struct line before = *behind;
    before.size = at ? (size_t)(at - behind->bytes) : behind->size;
    behind->bytes += before.size + (at != NULL);
    behind->size -= before.size + (at != NULL);
    *behind = trimmed(*behind);
    return trimmed(before);
}

static bool ends_with_avi(const struct line *line)
{
    return line->size > 4 &&
           strncasecmp((const char *)line->bytes + line->size - 4, ".avi", 4) == 0;
}

/* The name alone: folders are those of the machine that wrote them, with either slash. */
static const char *name_of(const struct reading *reading, struct line path)
{
    size_t start = 0;
    for (size_t i = 0; i < path.size; i++)
        if (path.bytes[i] == '\\' || path.bytes[i] == '/')
            start = i + 1;
    const struct delimited_cell cell = {.bytes = path.bytes + start, .size = path.size - start};
    return delimited_text(reading->arena, &reading->text, &cell);
}

static bool take_file(struct reading *reading, struct line line)
{
    struct video_nano *nano = reading->nano;
    struct line path = line;
    cut_line(&path, '=');
    path = unquoted(path.size ? path : line);
    if (!ends_with_avi(&path))
        return true;
    const char *name = name_of(reading, path);
    if (nano->count == VIDEO_NANO_FILES)
        return fail(reading->fault, FAULT_INPUT, "Filenames",
                    "Line %zu of the .nano file: [Filenames] names more than %d videos.",
                    line.number, VIDEO_NANO_FILES);
    for (size_t i = 0; i < nano->count; i++)
        if (strcasecmp(nano->captures[i].file, name) == 0)
            return fail(reading->fault, FAULT_INPUT, "Filenames",
                        "Line %zu of the .nano file: [Filenames] names %.*s twice.", line.number,
                        (int)text_whole(name, SHOWN_BYTES), name);
    if (!text_is_clean(name, false))
        return fail(reading->fault, FAULT_INPUT, "Filenames",
                    "Line %zu of the .nano file: the name of the video holds control characters.",
                    line.number);
    nano->captures[nano->count++].file = name;
    return true;
}

static bool take_setting(struct reading *reading, struct line line)
{
    struct line list = line;
    const struct line name = cut_line(&list, '=');
    reading->has_settings = true;
    for (size_t i = 0; i < KEYS; i++) {
        if (!line_is(&name, keys[i].name))
            continue;
        if (reading->lists[i].number)
            return fail(reading->fault, FAULT_INPUT, keys[i].name,
                        "Line %zu of the .nano file gives %s again, after line %zu.", line.number,
                        keys[i].name, reading->lists[i].number);
        reading->lists[i] = list;
    }
    return true;
}

static bool take_line(struct reading *reading, enum section *section, struct line line)
{
    if (line.size == 0 || line.bytes[0] == ';' || line.bytes[0] == '#')
        return true;
    if (line.bytes[0] == '[') {
        *section = line_is(&line, "[Filenames]")         ? SECTION_FILES
                   : line_is(&line, "[CaptureSettings]") ? SECTION_SETTINGS
                                                         : SECTION_OTHER;
        return true;
    }
    if (*section == SECTION_FILES)
        return take_file(reading, line);
    return *section != SECTION_SETTINGS || take_setting(reading, line);
}

/* Nothing, and what the instrument writes for nothing. */
static bool says_nothing(const struct line *value, double number)
{
    static const char *const words[] = {"", "Not recorded", "N/A", "NaN", "Unknown", "None", "-"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (line_is(value, words[i]))
            return true;
    return number == 0;
}

/* *number is 0 where nothing is said. */
static bool read_value(const struct reading *reading, const struct key *key,
                       const struct line *value, double *number)
{
    char quote[DELIMITED_QUOTE_BYTES];
    const struct delimited_cell cell = {.bytes = value->bytes, .size = value->size};
    bool read = delimited_number(&cell, number) == NUMBER_READ;
    if (says_nothing(value, read ? *number : 1)) {
        *number = 0;
        return true;
    }
    if (read && *number >= key->low && *number <= key->high &&
        (!key->whole || *number == floor(*number)))
        return true;
    delimited_quote(&reading->text, &cell, quote);
    return fail(reading->fault, FAULT_INPUT, key->name,
                "Line %zu of the .nano file: \"%s\" for %s is not a %s from %.9g to %.9g.",
                value->number, text_is_clean(quote, false) ? quote : "?", key->name,
                key->whole ? "whole number" : "number", key->low, key->high);
}

static void put_value(struct video_nano_capture *capture, const struct key *key, double number)
{
    void *place = (char *)capture + key->offset;
    if (key->whole)
        *(size_t *)place = (size_t)number;
    else
        *(double *)place = number;
}

/* A list holds a value for each video in their order, or one for all of them. Videos behind the end
 * of a longer list have none; values without a video cannot be told whose they are. */
static bool read_list(const struct reading *reading, const struct key *key, struct line list)
{
    struct video_nano *nano = reading->nano;
    size_t count = 0;
    list = unquoted(list);
    for (bool more = list.size > 0; more; count++) {
        double number = 0;
        struct line value = unquoted(cut_line(&list, ','));
        value.number = list.number;
        if (!read_value(reading, key, &value, &number))
            return false;
        if (count >= nano->count && number != 0)
            return fail(reading->fault, FAULT_INPUT, key->name,
                        "Line %zu of the .nano file gives more values of %s than there are videos "
                        "(%zu).",
                        list.number, key->name, nano->count);
        if (count < nano->count)
            put_value(&nano->captures[count], key, number);
        more = list.size > 0;
    }
    for (size_t i = 1; count == 1 && i < nano->count; i++)
        memcpy((char *)&nano->captures[i] + key->offset,
               (const char *)&nano->captures[0] + key->offset,
               key->whole ? sizeof(size_t) : sizeof(double));
    return true;
}

/* What was read as frames in a second becomes the time of one, which no exposure outlasts. */
static bool settle(const struct reading *reading, struct video_nano_capture *capture)
{
    const double rounding = 1 + 1e-3; /* rates are written with few digits */
    if (capture->frame_s > 0)
        capture->frame_s = 1 / capture->frame_s;
    return !(capture->frame_s > 0) || capture->exposure_ms <= capture->frame_s * 1000 * rounding ||
           fail(reading->fault, FAULT_INPUT, "Shutter",
                "The .nano file gives %.*s a Shutter of %.9g ms in frames of %.9g ms.",
                (int)text_whole(capture->file, SHOWN_BYTES), capture->file, capture->exposure_ms,
                capture->frame_s * 1000);
}

static bool read_sections(struct reading *reading)
{
    enum section section = SECTION_OTHER;
    struct line line;
    while (line_next(&reading->text, &line))
        if (!take_line(reading, &section, line))
            return false;
    if (reading->nano->count == 0)
        return fail(reading->fault, FAULT_INPUT, "Filenames",
                    "The .nano file names no .avi file in its section [Filenames].");
    return reading->has_settings ||
           fail(reading->fault, FAULT_INPUT, "CaptureSettings",
                "The .nano file has no section [CaptureSettings]; it was cut, or is of another "
                "kind.");
}

bool video_nano_read(struct arena *arena, struct fault *fault, const char *bytes, size_t size,
                     struct video_nano *nano)
{
    struct reading reading = {.arena = arena, .fault = fault, .nano = nano};
    *nano = (struct video_nano){0};
    nano->captures = arena_take(arena, VIDEO_NANO_FILES * sizeof *nano->captures);
    if (size > VIDEO_SIDECAR_BYTES)
        return fail(fault, FAULT_INPUT, "file", "The .nano file is larger than %d bytes.",
                    VIDEO_SIDECAR_BYTES);
    if (!delimited_open(&reading.text, fault, (const unsigned char *)bytes, size) ||
        !read_sections(&reading))
        return false;
    for (size_t i = 0; i < KEYS; i++)
        if (reading.lists[i].number && !read_list(&reading, &keys[i], reading.lists[i]))
            return false;
    for (size_t i = 0; i < nano->count; i++)
        if (!settle(&reading, &nano->captures[i]))
            return false;
    return true;
}
