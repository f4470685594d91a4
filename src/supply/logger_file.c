/* logger_file.c: strict, because a reading that is misread warms or cools a whole box. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/logger_file.h"

#include "base/text.h"
#include "base/time.h"
#include "measure/delimited.h"

#include <stdlib.h>
#include <string.h>

/* No probe of a shipper reads beyond these: liquid nitrogen boils at -196 C. */
#define COLDEST_C (-200.0)
#define WARMEST_C 60.0

struct reading {
    struct arena *arena;
    struct fault *fault;
    struct delimited text;
    struct delimited_row row;
    const char *zone;
    size_t columns;
    size_t first; /* column of the first probe: 1, or 2 where the zone has its own */
    struct logger_file file;
};

static bool is_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
              (name[i] >= '0' && name[i] <= '9')))
            return false;
    return length >= 1 && length <= LOGGER_NAME_BYTES;
}

static bool heading_probe(struct reading *reading, const struct delimited_cell *cell)
{
    static const char start[] = "probe_";
    struct logger_file *file = &reading->file;
    const char *heading = delimited_text(reading->arena, &reading->text, cell);
    const size_t fixed = sizeof start - 1 + strlen("_c");
    const size_t length = strlen(heading);
    const size_t named = length > fixed ? length - fixed : 0;
    char *name = arena_text(reading->arena, named ? heading + sizeof start - 1 : "", named);
    if (!text_starts(heading, start) || !is_name(name, named) ||
        strcmp(heading + length - 2, "_c") != 0)
        return delimited_refuse(reading->fault, cell,
                                "a probe's heading is probe_NAME_c, NAME of at most %d letters and "
                                "digits, the readings in degrees Celsius.",
                                LOGGER_NAME_BYTES);
    for (char *at = name; *at; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    if (logger_file_probe(file, name) < file->probes)
        return delimited_refuse(reading->fault, cell, "the probe %s has two columns.", name);
    if (file->probes == LOGGER_PROBES)
        return delimited_refuse(reading->fault, cell, "the file has more than %d probes.",
                                LOGGER_PROBES);
    file->names[file->probes++] = name;
    return true;
}

static bool heading_read(struct reading *reading)
{
    bool found = false;
    if (!delimited_next(&reading->text, reading->fault, &reading->row, &found))
        return false;
    const struct delimited_row *row = &reading->row;
    if (!found || !delimited_equals(&row->cells[0], "time"))
        return fail(reading->fault, FAULT_INPUT, "file",
                    "Line 1, column 1: a logger file begins with the heading "
                    "time,probe_a_c and separates with commas.");
    reading->columns = row->count;
    reading->first = row->count > 1 && delimited_equals(&row->cells[1], "zone") ? 2 : 1;
    if (reading->first == 2 && reading->zone)
        return fail(reading->fault, FAULT_INPUT, "zone",
                    "The file has a column of zones; leave the field zone out.");
    if (row->count == reading->first)
        return delimited_refuse(reading->fault, &row->cells[row->count - 1],
                                "no probe is headed behind this.");
    for (size_t i = reading->first; i < row->count; i++)
        if (!heading_probe(reading, &row->cells[i]))
            return false;
    return true;
}

static bool is_local(const char *text)
{
    static const char shape[] = "0000-00-00 00:00:00";
    const size_t length = strlen(text);
    if (length != strlen("0000-00-00 00:00") && length != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < length; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i])
            return false;
    }
    return true;
}

/* The zone that holds for times without one: of this row, or of the whole file. */
static bool zone_of(struct reading *reading, const char **zone)
{
    int minutes = 0;
    const struct delimited_cell *cell = &reading->row.cells[1];
    *zone = reading->zone;
    if (reading->first == 1)
        return true;
    *zone = delimited_text(reading->arena, &reading->text, cell);
    return zone_parse(*zone, &minutes) ||
           delimited_refuse(reading->fault, cell, "a zone is written as +09:00.");
}

static bool time_read(struct reading *reading, int64_t *usec)
{
    const struct delimited_cell *cell = &reading->row.cells[0];
    const char *text = delimited_text(reading->arena, &reading->text, cell);
    const char *zone = NULL;
    int minutes = 0;
    if (!zone_of(reading, &zone))
        return false;
    if (!is_local(text)) {
        if (!instant_parse(text, usec, &minutes))
            return delimited_refuse(reading->fault, cell,
                                    "a time is written as 2025-08-26T02:10:00+09:00, or as "
                                    "2025-08-26 02:10 with a zone.");
        return !zone || delimited_refuse(reading->fault, cell,
                                         "this time carries a zone of its own beside the one that "
                                         "is given; leave one of them out.");
    }
    if (!zone)
        return delimited_refuse(reading->fault, cell,
                                "this time has no zone; give the zone of the file.");
    text = arena_print(reading->arena, "%.10sT%s%s%s", text, text + 11,
                       strlen(text) < 19 ? ":00" : "", zone);
    return instant_parse(text, usec, &minutes) ||
           delimited_refuse(reading->fault, cell, "there is no such time.");
}

static bool probe_read(struct reading *reading, const struct delimited_cell *cell,
                       struct logger_cell *value)
{
    *value = (struct logger_cell){0};
    if (delimited_blank(cell))
        return true;
    if (delimited_number(cell, &value->c) != NUMBER_READ)
        return delimited_refuse(reading->fault, cell,
                                "this is no temperature; leave the cell empty where a reading is "
                                "missing.");
    if (value->c < COLDEST_C || value->c > WARMEST_C)
        return delimited_refuse(reading->fault, cell,
                                "no probe of a shipper reads this; it must lie between %.0f and "
                                "%.0f C.",
                                COLDEST_C, WARMEST_C);
    value->known = true;
    return true;
}

static bool row_check(struct reading *reading)
{
    const struct delimited_row *row = &reading->row;
    const struct delimited_cell *last = &row->cells[row->count - 1];
    if (row->count != reading->columns)
        return delimited_refuse(reading->fault, last,
                                "the row has %zu cells, but its heading has %zu.", row->count,
                                reading->columns);
    if (!row->ended)
        return delimited_refuse(reading->fault, last,
                                "the file ends within this row and may have been cut; export it "
                                "again.");
    return reading->file.readings < LOGGER_READINGS ||
           delimited_refuse(reading->fault, &row->cells[0], "the file has more than %d readings.",
                            LOGGER_READINGS);
}

static bool row_read(struct reading *reading)
{
    struct logger_file *file = &reading->file;
    const struct arena_mark mark = arena_mark(reading->arena);
    const size_t at = file->readings;
    if (!row_check(reading) || !time_read(reading, &file->at_usec[at]))
        return false;
    arena_rewind(reading->arena, mark);
    if (at > 0 && file->at_usec[at] <= file->at_usec[at - 1])
        return delimited_refuse(reading->fault, &reading->row.cells[0],
                                "this time is not later than the one before; times rise, and each "
                                "stands once.");
    for (size_t i = 0; i < file->probes; i++)
        if (!probe_read(reading, &reading->row.cells[reading->first + i],
                        &file->cells[at * file->probes + i]))
            return false;
    file->readings++;
    return true;
}

/* Rows without anything may only stand at the end. */
static bool rows_read(struct reading *reading)
{
    bool found = false;
    bool blank = false;
    for (;;) {
        if (!delimited_next(&reading->text, reading->fault, &reading->row, &found))
            return false;
        if (!found)
            return true;
        bool empty = reading->row.count == 1 && delimited_row_blank(&reading->row);
        if (blank && !empty)
            return delimited_refuse(reading->fault, &reading->row.cells[0],
                                    "readings go on behind an empty row.");
        if (!empty && !row_read(reading))
            return false;
        blank = empty;
    }
}

static int order_steps(const void *one, const void *other)
{
    const int64_t *a = one;
    const int64_t *b = other;
    return (*a > *b) - (*a < *b);
}

static int64_t interval_of(struct arena *arena, const struct logger_file *file)
{
    const size_t count = file->readings - 1;
    int64_t *steps = arena_take(arena, (count + 1) * sizeof *steps);
    size_t most = 0;
    int64_t interval = 0;
    for (size_t i = 0; i < count; i++)
        steps[i] = file->at_usec[i + 1] - file->at_usec[i];
    qsort(steps, count, sizeof *steps, order_steps);
    for (size_t i = 0, same = 0; i < count; i++) {
        same = i > 0 && steps[i] == steps[i - 1] ? same + 1 : 1;
        interval = same > most ? steps[i] : interval;
        most = same > most ? same : most;
    }
    return interval;
}

static size_t lines_of(const unsigned char *bytes, size_t size)
{
    size_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += bytes[i] == '\n' || bytes[i] == '\r';
    return lines < LOGGER_READINGS ? lines : LOGGER_READINGS;
}

static bool all_read(struct reading *reading, const unsigned char *bytes, size_t size)
{
    struct logger_file *file = &reading->file;
    if (!delimited_open(&reading->text, reading->fault, bytes, size))
        return false;
    if (!reading->text.utf8)
        return fail(reading->fault, FAULT_INPUT, "file",
                    "Line 1, column 1: the file is not in UTF-8; save it as CSV in UTF-8.");
    if (!heading_read(reading))
        return false;
    const size_t lines = lines_of(bytes, size);
    file->at_usec = arena_take(reading->arena, lines * sizeof *file->at_usec);
    file->cells = arena_take(reading->arena, lines * file->probes * sizeof *file->cells);
    if (!rows_read(reading))
        return false;
    if (file->readings < 2)
        return fail(reading->fault, FAULT_INPUT, "file",
                    "Line %zu, column 1: the file has fewer than two readings; export it again.",
                    reading->text.line);
    file->interval_usec = interval_of(reading->arena, file);
    return true;
}

bool logger_file_read(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                      size_t size, const char *zone, struct logger_file *file)
{
    struct reading *reading = arena_take(arena, sizeof *reading);
    int minutes = 0;
    *file = (struct logger_file){0};
    reading->arena = arena;
    reading->fault = fault;
    reading->zone = zone;
    if (zone && !zone_parse(zone, &minutes))
        return fail(fault, FAULT_INPUT, "zone", "The field zone must be written as +09:00.");
    if (!all_read(reading, bytes, size))
        return false;
    *file = reading->file;
    return true;
}

size_t logger_file_probe(const struct logger_file *file, const char *name)
{
    size_t at = 0;
    while (at < file->probes && !text_equals(file->names[at], name))
        at++;
    return at;
}
