/* report_reading.c: member by member, so that a sentence can name the one that is wrong. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_reading.h"

#include "base/json.h"
#include "measure/report_agreement.h"

#include <math.h>
#include <string.h>

/* The first version whose reports are as they are read here. */
static const char oldest[] = "exoledger 0.2.0";

struct reader {
    struct arena *arena;
    struct fault *fault;
};

enum member_kind { MEMBER_NUMBER, MEMBER_COUNT, MEMBER_FLAG, MEMBER_TEXT };

/* Numbers and counts lie from low to high. Where it is optional a number may be null, and a count
 * left out, which is zero then. */
struct member {
    const char *name;
    size_t offset;
    enum member_kind kind;
    double low;
    double high;
    bool optional;
};

#define MOST 1e18

static bool refuse_member(const struct reader *reader, const char *path, const char *member,
                          const char *must)
{
    return fail(reader->fault, FAULT_INPUT, "report",
                "The member %s%s%s of the report must be %s; give the file that exoledger measure "
                "--json wrote, as it is.",
                path, *path && *member && *member != '[' ? "." : "", member, must);
}

/* Strings carry what people and trackers call things, on one line. */
static bool read_text(const struct reader *reader, const struct json *value, const char **text)
{
    enum { LONGEST = 200 };
    (void)reader;
    *text = json_as_text(value);
    return *text && strlen(*text) <= LONGEST && text_is_clean(*text, false);
}

static bool read_number(const struct json *value, const struct member *member,
                        struct reported_number *number)
{
    const enum json_kind kind = json_kind(value);
    *number = (struct reported_number){.known = false};
    if (kind == JSON_IS_NULL)
        return member->optional;
    *number = (struct reported_number){true, json_as_number(value)};
    return (kind == JSON_IS_INTEGER || kind == JSON_IS_REAL) && isfinite(number->value) &&
           number->value >= member->low && number->value <= member->high;
}

static bool read_count(const struct json *value, const struct member *member, int64_t *count)
{
    *count = json_as_integer(value);
    if (json_kind(value) == JSON_NOTHING)
        return member->optional;
    return json_kind(value) == JSON_IS_INTEGER && (double)*count >= member->low &&
           (double)*count <= member->high;
}

static bool read_flag(const struct json *value, bool *flag)
{
    *flag = json_as_flag(value);
    return json_kind(value) == JSON_IS_FLAG;
}

static const char *asked(const struct reader *reader, const struct member *member)
{
    switch (member->kind) {
    case MEMBER_NUMBER:
    case MEMBER_COUNT:
        return arena_print(reader->arena, "a %s from %g to %g%s",
                           member->kind == MEMBER_COUNT ? "whole number" : "number", member->low,
                           member->high,
                           !member->optional              ? ""
                           : member->kind == MEMBER_COUNT ? ", or left out"
                                                          : ", or null");
    case MEMBER_FLAG:
        return "true or false";
    case MEMBER_TEXT:
        break;
    }
    return "a text of one line and at most 200 bytes";
}

static bool read_member(const struct reader *reader, const struct json *value,
                        const struct member *member, void *at)
{
    switch (member->kind) {
    case MEMBER_NUMBER:
        return read_number(value, member, at);
    case MEMBER_COUNT:
        return read_count(value, member, at);
    case MEMBER_FLAG:
        return read_flag(value, at);
    case MEMBER_TEXT:
        return read_text(reader, value, at);
    }
    return false;
}

static bool read_members(const struct reader *reader, const struct json *object, const char *path,
                         const struct member *members, void *row)
{
    if (json_kind(object) != JSON_IS_OBJECT)
        return refuse_member(reader, path, "", "an object");
    for (; members->name; members++)
        if (!read_member(reader, json_member(object, members->name), members,
                         (char *)row + members->offset))
            return refuse_member(reader, path, members->name, asked(reader, members));
    return true;
}

#define NUMBER(type, member, least, most)                                                          \
    {                                                                                              \
#member, offsetof(type, member), MEMBER_NUMBER, least, most, false                         \
    }
#define PERHAPS(type, member, least, most)                                                         \
    {                                                                                              \
#member, offsetof(type, member), MEMBER_NUMBER, least, most, true                          \
    }
#define COUNT(type, member, least, most)                                                           \
    {                                                                                              \
#member, offsetof(type, member), MEMBER_COUNT, least, most, false                          \
    }
#define TRUTH(type, member)                                                                        \
    {                                                                                              \
#member, offsetof(type, member), MEMBER_FLAG, 0, 0, false                                  \
    }
#define TEXT(type, member)                                                                         \
    {                                                                                              \
#member, offsetof(type, member), MEMBER_TEXT, 0, 0, false                                  \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, 0, MEMBER_TEXT, 0, 0, false                                                          \
    }

static const struct member file_members[] = {
    TEXT(struct reported_file, name),
    TEXT(struct reported_file, sha256),
    {"video", offsetof(struct reported_file, video), MEMBER_COUNT, 1, REPORT_READING_FILES, true},
    TEXT(struct reported_file, kind),
    COUNT(struct reported_file, frames, 0, 1e12),
    COUNT(struct reported_file, sized_tracks, 0, 1e12),
    END,
};

static const struct member frames_members[] = {
    COUNT(struct reported_frames, frames_lost, 0, 1e12),
    COUNT(struct reported_frames, width_px, 1, 1e6),
    COUNT(struct reported_frames, height_px, 1, 1e6),
    COUNT(struct reported_frames, bits, 1, 64),
    TRUTH(struct reported_frames, lossy),
    PERHAPS(struct reported_frames, threshold_sd, 0, 1e9),
    PERHAPS(struct reported_frames, spots_per_frame, 0, 1e12),
    END,
};

static const struct member settings_members[] = {
    NUMBER(struct reported_settings, frame_ms, 1e-6, 1e9),
    NUMBER(struct reported_settings, exposure_ms, 0, 1e9),
    TRUTH(struct reported_settings, exposure_assumed),
    NUMBER(struct reported_settings, temperature_c, 0, 100),
    TRUTH(struct reported_settings, temperature_assumed),
    NUMBER(struct reported_settings, viscosity_mpa_s, 1e-6, 1e9),
    TRUTH(struct reported_settings, viscosity_of_water),
    TEXT(struct reported_settings, medium),
    PERHAPS(struct reported_settings, pixel_nm, 1e-6, 1e9),
    COUNT(struct reported_settings, min_positions, 2, 1e6),
    PERHAPS(struct reported_settings, depth_um, 1e-9, 1e9),
    COUNT(struct reported_settings, bootstraps, 0, 1e9),
    COUNT(struct reported_settings, seed, 0, (double)JSON_LARGEST),
    END,
};

static const struct member figure_members[] = {
    NUMBER(struct reported_figure, value, 0, 1e9),
    PERHAPS(struct reported_figure, low, 0, 1e9),
    PERHAPS(struct reported_figure, high, 0, 1e9),
    PERHAPS(struct reported_figure, sd, 0, 1e9),
    END,
};

static const struct member concentration_members[] = {
    NUMBER(struct reported_concentration, per_ml, 0, MOST),
    NUMBER(struct reported_concentration, low_per_ml, 0, MOST),
    NUMBER(struct reported_concentration, high_per_ml, 0, MOST),
    TRUTH(struct reported_concentration, upper_limit),
    PERHAPS(struct reported_concentration, blank_per_ml, 0, MOST),
    NUMBER(struct reported_concentration, dilution, 1, 1e12),
    PERHAPS(struct reported_concentration, relative_sd, 0, 1e9),
    PERHAPS(struct reported_concentration, expanded_k2, 0, 1e9),
    END,
};

static const struct member limit_members[] = {
    PERHAPS(struct reported_limit, d50_nm, 0, 1e9),
    PERHAPS(struct reported_limit, d95_nm, 0, 1e9),
    PERHAPS(struct reported_limit, at_or_above_d95_per_ml, 0, MOST),
    PERHAPS(struct reported_limit, share_at_or_above_d95, 0, 1),
    END,
};

static const struct member flag_members[] = {
    PERHAPS(struct reported_flag, value, -MOST, MOST),
    PERHAPS(struct reported_flag, limit, -MOST, MOST),
    COUNT(struct reported_flag, video, 0, REPORT_READING_FILES),
    END,
};

struct track_counts {
    int64_t sized;
    int64_t used;
};
static const struct member track_members[] = {
    COUNT(struct track_counts, sized, 0, 1e12),
    COUNT(struct track_counts, used, 1, 1e12),
    END,
};

bool is_sha256(const char *text)
{
    enum { DIGITS = 64 };
    return text && strlen(text) == DIGITS && strspn(text, "0123456789abcdef") == DIGITS;
}

/* "exoledger 1.2.3" as one number to compare; -1 for anything else. */
static int64_t version_of(const char *program)
{
    enum { PARTS = 3, DIGITS = 4, SCALE = 10000 };
    static const char start[] = "exoledger ";
    int64_t version = 0;
    if (!program || !text_starts(program, start))
        return -1;
    const char *at = program + sizeof start - 1;
    for (int part = 0; part < PARTS; part++) {
        const size_t digits = strspn(at, "0123456789");
        int64_t number = 0;
        if (digits < 1 || digits > DIGITS || at[digits] != (part + 1 < PARTS ? '.' : '\0'))
            return -1;
        for (size_t i = 0; i < digits; i++)
            number = number * 10 + (at[i] - '0');
        version = version * SCALE + number;
        at += digits + 1;
    }
    return version;
}

static bool read_program(const struct reader *reader, const struct json *whole, const char *newest,
                         struct report_reading *reading)
{
    reading->program = json_as_text(json_member(whole, "program"));
    const int64_t version = version_of(reading->program);
    return (version >= version_of(oldest) && version <= version_of(newest)) ||
           fail(reader->fault, FAULT_INPUT, "report",
                "The member program of the report must name a version from %s to %s; use the "
                "program that wrote the report, or measure again with this one.",
                oldest, newest);
}

static bool read_files(const struct reader *reader, const struct json *whole,
                       struct report_reading *reading)
{
    const struct json *list = json_member(whole, "files");
    const size_t count = json_count(list);
    if (json_kind(list) != JSON_IS_LIST || count < 1 || count > REPORT_READING_FILES)
        return refuse_member(reader, "files", "", "a list of 1 to 256 files");
    reading->file_count = count;
    reading->files = arena_take(reader->arena, count * sizeof *reading->files);
    for (size_t i = 0; i < count; i++) {
        const char *path = arena_print(reader->arena, "files[%zu]", i);
        if (!read_members(reader, json_element(list, i), path, file_members, &reading->files[i]))
            return false;
        if (!is_sha256(reading->files[i].sha256))
            return refuse_member(reader, path, "sha256", "64 lower-case hexadecimal digits");
        if (!text_is_code(reading->files[i].kind))
            return refuse_member(reader, path, "kind", "a word");
        if (text_is_empty(reading->files[i].name))
            return refuse_member(reader, path, "name", "the name of the file");
    }
    return true;
}

/* One for each file, or null; the first versions wrote no such member. */
static bool read_frames(const struct reader *reader, const struct json *whole,
                        struct report_reading *reading)
{
    const struct json *list = json_member(whole, "videos");
    if (json_kind(list) == JSON_IS_NULL || json_kind(list) == JSON_NOTHING)
        return true;
    if (json_kind(list) != JSON_IS_LIST || json_count(list) != reading->file_count)
        return refuse_member(reader, "videos", "", "null or a list of one for each of files");
    reading->frames = arena_take(reader->arena, reading->file_count * sizeof *reading->frames);
    for (size_t i = 0; i < reading->file_count; i++)
        if (!read_members(reader, json_element(list, i),
                          arena_print(reader->arena, "videos[%zu]", i), frames_members,
                          &reading->frames[i]))
            return false;
    return true;
}

static bool read_parts(const struct reader *reader, const struct json *object, const char *path,
                       struct reported_counts *counts)
{
    static const struct member members[] = {NUMBER(struct reported_counts, seconds, 0, 1e9), END};
    const struct json *list = json_member(object, "per_frame");
    if (!read_members(reader, object, path, members, counts))
        return false;
    counts->parts = json_count(list);
    if (json_kind(list) != JSON_IS_LIST || counts->parts > REPORT_READING_PARTS)
        return refuse_member(reader, path, "per_frame", "a list of at most 1000 numbers");
    counts->per_frame = arena_take(reader->arena, (counts->parts + 1) * sizeof(double));
    for (size_t i = 0; i < counts->parts; i++) {
        const struct member mean = {.high = 1e9};
        struct reported_number number;
        if (!read_number(json_element(list, i), &mean, &number))
            return refuse_member(reader, path, "per_frame", "a list of numbers from 0 to 1e+09");
        counts->per_frame[i] = number.value;
    }
    return true;
}

/* One for each file; versions before this one wrote no such member. */
static bool read_counts(const struct reader *reader, const struct json *whole,
                        struct report_reading *reading)
{
    const struct json *list = json_member(whole, "counts");
    if (json_kind(list) == JSON_NOTHING)
        return true;
    if (json_kind(list) != JSON_IS_LIST || json_count(list) != reading->file_count)
        return refuse_member(reader, "counts", "", "a list of one for each of files");
    reading->counts = arena_take(reader->arena, reading->file_count * sizeof *reading->counts);
    for (size_t i = 0; i < reading->file_count; i++)
        if (!read_parts(reader, json_element(list, i), arena_print(reader->arena, "counts[%zu]", i),
                        &reading->counts[i]))
            return false;
    return true;
}

static bool read_sizes(const struct reader *reader, const struct json *whole,
                       struct reported_sizes *sizes)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        {"mean_nm", offsetof(struct reported_sizes, mean_nm)},
        {"mode_nm", offsetof(struct reported_sizes, mode_nm)},
        {"d10_nm", offsetof(struct reported_sizes, d10_nm)},
        {"d50_nm", offsetof(struct reported_sizes, d50_nm)},
        {"d90_nm", offsetof(struct reported_sizes, d90_nm)},
        {"span", offsetof(struct reported_sizes, span)},
    };
    const struct json *figures = json_member(json_member(whole, "size"), "by_number");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!read_members(reader, json_member(figures, rows[i].name),
                          arena_print(reader->arena, "size.by_number.%s", rows[i].name),
                          figure_members, (char *)sizes + rows[i].offset))
            return false;
    return true;
}

/* An object, or null for what was not measured; known says which. */
static bool read_optional(const struct reader *reader, const struct json *whole, const char *name,
                          const struct member *members, void *row)
{
    const struct json *value = json_member(whole, name);
    if (json_kind(value) == JSON_IS_NULL)
        return true;
    return read_members(reader, value, name, members, row);
}

static bool read_state(const struct reader *reader, const struct json *object, const char *path,
                       const char *name, enum flag_state *state)
{
    const char *word = json_as_text(json_member(object, name));
    for (*state = FLAG_UNKNOWN; *state <= FLAG_FAIL; ++*state)
        if (text_equals(word, flag_state_name(*state)))
            return true;
    return refuse_member(reader, path, name, "unknown, fine, warn or fail");
}

static enum flag_kind kind_of(const char *name)
{
    for (enum flag_kind kind = QUALITY_NONE + 1; kind < QUALITY_KINDS; kind++)
        if (text_equals(name, flag_meaning(kind)->name))
            return kind;
    return QUALITY_NONE;
}

/* A flag that an earlier version did not know was not looked at. */
static bool read_flags(const struct reader *reader, const struct json *whole,
                       struct report_reading *reading)
{
    bool seen[FLAGS] = {false};
    const struct json *list = json_member(whole, "flags");
    if (json_kind(list) != JSON_IS_LIST || json_count(list) > FLAGS)
        return refuse_member(reader, "flags", "",
                             arena_print(reader->arena, "a list of at most %d flags", FLAGS));
    for (size_t i = 0; i < FLAGS; i++)
        reading->flags[i].kind = (enum flag_kind)(i + 1);
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *object = json_element(list, i);
        const char *path = arena_print(reader->arena, "flags[%zu]", i);
        const enum flag_kind kind = kind_of(json_as_text(json_member(object, "name")));
        if (kind == QUALITY_NONE || seen[kind - 1])
            return refuse_member(reader, path, "name", "a flag that stands nowhere else");
        struct reported_flag *flag = &reading->flags[kind - 1];
        seen[kind - 1] = true;
        if (!read_state(reader, object, path, "state", &flag->state) ||
            !read_members(reader, object, path, flag_members, flag))
            return false;
    }
    return read_state(reader, whole, "", "worst_flag", &reading->worst);
}

static bool read_whole(const struct reader *reader, const struct json *whole, const char *newest,
                       struct report_reading *reading)
{
    struct track_counts counts = {0};
    if (json_kind(whole) != JSON_IS_OBJECT)
        return fail(reader->fault, FAULT_INPUT, "report",
                    "The report is no JSON object; give the file that exoledger measure --json "
                    "wrote.");
    reading->concentration_known = json_kind(json_member(whole, "concentration")) == JSON_IS_OBJECT;
    reading->limit_known = json_kind(json_member(whole, "detection_limit")) == JSON_IS_OBJECT;
    if (!read_program(reader, whole, newest, reading) || !read_files(reader, whole, reading) ||
        !read_frames(reader, whole, reading) || !read_counts(reader, whole, reading) ||
        !read_members(reader, json_member(whole, "settings"), "settings", settings_members,
                      &reading->settings) ||
        !read_members(reader, json_member(whole, "tracks"), "tracks", track_members, &counts) ||
        !read_sizes(reader, whole, &reading->sizes) ||
        !read_optional(reader, whole, "concentration", concentration_members,
                       &reading->concentration) ||
        !read_optional(reader, whole, "detection_limit", limit_members, &reading->limit) ||
        !read_flags(reader, whole, reading))
        return false;
    reading->tracks_sized = counts.sized;
    reading->tracks_used = counts.used;
    return report_agrees(reader->arena, reader->fault, reading);
}

bool report_read(struct arena *arena, struct fault *fault, const unsigned char *bytes, size_t size,
                 const char *newest, struct report_reading *reading)
{
    const struct reader reader = {arena, fault};
    struct fault broken = {.kind = FAULT_NONE};
    const struct json *whole = NULL;
    *reading = (struct report_reading){.program = NULL};
    if (size > REPORT_READING_BYTES)
        return fail(fault, FAULT_INPUT, "report",
                    "The report is larger than 4 MiB; give the file that exoledger measure --json "
                    "wrote.");
    if (!json_parse(arena, &broken, (const char *)bytes, size, &whole))
        return fail(fault, FAULT_INPUT, "report", "The report cannot be read: %s", broken.text);
    return read_whole(&reader, whole, newest, reading);
}
