/* fact_sheet.c: reads a table of facts from its file, or says which line is wrong and why. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/fact.h"

#include <stdlib.h>
#include <string.h>

enum { CODE_BYTES = 64 };

/* Where the reading stands: line counts from 1. */
struct reading {
    struct arena *arena;
    struct fault *fault;
    const char *table;
    size_t line;
    size_t columns;
};

static bool wrong(const struct reading *reading, const char *what)
{
    return fail(reading->fault, FAULT_INPUT, "tables.file", "Line %zu of the table %s %s",
                reading->line, reading->table, what);
}

/* A spreadsheet's quoting would become part of the value. */
static bool is_quoted(const char *cell)
{
    size_t length = strlen(cell);
    return length > 1 && cell[0] == '"' && cell[length - 1] == '"';
}

static bool check_cell(const struct reading *reading, const char *cell)
{
    if (strlen(cell) > FACT_CELL_BYTES)
        return wrong(reading, "has a cell longer than 4096 bytes; shorten it.");
    if (!text_is_clean(cell, false))
        return wrong(reading, "holds a control character; save the table with line feeds only and "
                              "remove what does not print.");
    return !is_quoted(cell) || wrong(reading, "has a cell in quotation marks; write its value "
                                              "without them.");
}

static bool is_column(const char *name)
{
    return *name >= 'a' && *name <= 'z' && strlen(name) <= CODE_BYTES &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

/* Cells stay where they are; tabs between them become ends of text. */
static size_t cut(char *line, const char **cells)
{
    size_t count = 0;
    for (char *at = line; at; count++) {
        char *tab = strchr(at, '\t');
        if (tab)
            *tab = '\0';
        if (count < FACT_COLUMNS)
            cells[count] = at;
        at = tab ? tab + 1 : NULL;
    }
    return count;
}

static bool read_header(struct reading *reading, const char *line)
{
    const char *cells[FACT_COLUMNS];
    reading->columns = cut(arena_copy(reading->arena, line), cells);
    if (reading->columns > FACT_COLUMNS)
        return wrong(reading, "has more than 64 columns; leave some out.");
    for (size_t i = 0; i < reading->columns; i++) {
        if (!is_column(cells[i]))
            return wrong(reading, "must name the columns: small letters, digits and _ only, "
                                  "beginning with a letter.");
        for (size_t j = 0; j < i; j++)
            if (text_equals(cells[i], cells[j]))
                return wrong(reading, "names a column twice; rename one.");
    }
    return true;
}

static bool read_line(const struct reading *reading, const char *text, struct fact_line *line)
{
    const char *cells[FACT_COLUMNS] = {0};
    size_t count = cut(arena_copy(reading->arena, text), cells);
    if (count != reading->columns)
        return fail(reading->fault, FAULT_INPUT, "tables.file",
                    "Line %zu of the table %s has %zu cells and its header has %zu; give each "
                    "column one cell, empty where nothing is stated.",
                    reading->line, reading->table, count, reading->columns);
    for (size_t i = 0; i < count; i++)
        if (!check_cell(reading, cells[i]))
            return false;
    if (!cells[0] || !text_is_code(cells[0]) || strlen(cells[0]) > CODE_BYTES)
        return wrong(reading, "must begin with a code: letters, digits and - . _ : / only.");
    *line = (struct fact_line){cells[0], text};
    return true;
}

static int by_code(const void *one, const void *other)
{
    const struct fact_line *const *first = one;
    const struct fact_line *const *second = other;
    return strcmp((*first)->code, (*second)->code);
}

static bool check_unique(struct reading *reading, const struct rows *lines)
{
    const struct fact_line *items = lines->items;
    const struct fact_line **sorted =
        arena_take(reading->arena, (lines->count + 1) * sizeof(*sorted));
    for (size_t i = 0; i < lines->count; i++)
        sorted[i] = &items[i];
    qsort(sorted, lines->count, sizeof(*sorted), by_code);
    for (size_t i = 1; i < lines->count; i++)
        if (text_equals(sorted[i]->code, sorted[i - 1]->code)) {
            const struct fact_line *later = sorted[i] > sorted[i - 1] ? sorted[i] : sorted[i - 1];
            reading->line = (size_t)(later - items) + 2;
            return wrong(reading, "begins with a code that stands in a line before; give each row "
                                  "a code of its own.");
        }
    return true;
}

static size_t count_lines(const char *bytes)
{
    size_t count = 0;
    for (const char *at = bytes; (at = strchr(at, '\n')); at++)
        count++;
    return count;
}

static bool read_lines(struct reading *reading, char *bytes, struct fact_sheet *sheet)
{
    size_t count = count_lines(bytes);
    struct fact_line *lines = arena_take(reading->arena, (count + 1) * sizeof *lines);
    for (char *at = bytes; *at; reading->line++) {
        char *end = strchr(at, '\n');
        *end = '\0';
        if (reading->line == 1)
            sheet->columns = at;
        bool read = reading->line == 1 ? read_header(reading, at)
                                       : read_line(reading, at, &lines[reading->line - 2]);
        if (!read)
            return false;
        at = end + 1;
    }
    sheet->lines = (struct rows){count - 1, lines};
    return check_unique(reading, &sheet->lines);
}

bool fact_parse(struct arena *arena, struct fault *fault, struct fact_sheet *sheet)
{
    struct reading reading = {.arena = arena, .fault = fault, .table = sheet->name, .line = 1};
    char *bytes = arena_text(arena, (const char *)sheet->file.bytes, sheet->file.size);
    if (!text_is_utf8(bytes, sheet->file.size))
        return fail(fault, FAULT_INPUT, "tables.file",
                    "The table %s is not valid UTF-8; save it as UTF-8.", sheet->name);
    reading.line = count_lines(bytes) + 1;
    if (!sheet->file.size || bytes[sheet->file.size - 1] != '\n')
        return wrong(&reading, "has no line feed behind it and may have been cut; end every line "
                               "with one.");
    if (reading.line < 3)
        return wrong(&reading, "is missing; give a header line and at least one row.");
    if (reading.line - 2 > FACT_ROWS)
        return wrong(&reading, "is behind the 20,000th row; split the table.");
    reading.line = 1;
    return read_lines(&reading, bytes, sheet);
}
