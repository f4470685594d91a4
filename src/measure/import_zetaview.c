/* import_zetaview.c: tells the texts of a ZetaView apart and reads them line by line. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/zetaview_reading.h"

#include <math.h>
#include <string.h>

static bool holds(const unsigned char *bytes, size_t size, const char *word)
{
    return memmem(bytes, size, word, strlen(word)) != NULL;
}

enum zetaview_part zetaview_part_of(const unsigned char *bytes, size_t size)
{
    bool marked = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    const unsigned char *begin = marked ? bytes + 3 : bytes;
    size_t left = marked ? size - 3 : size;
    static const char use[] = "Use\tPosition\t";
    if (left >= sizeof use - 1 && memcmp(begin, use, sizeof use - 1) == 0)
        return ZETAVIEW_PLACES;
    if (holds(begin, left, "\nSize / nm\t"))
        return ZETAVIEW_SIZE;
    if (!holds(begin, left, "ZetaView"))
        return ZETAVIEW_NONE;
    return holds(begin, left, "Type of Measurement:\tSize") ? ZETAVIEW_SIZE : ZETAVIEW_PROFILE;
}

bool zetaview_row(struct zetaview_reading *reading)
{
    do {
        if (!delimited_next(&reading->text, reading->fault, &reading->row, &reading->found))
            return false;
        if (reading->found && !reading->row.ended)
            return delimited_refuse(reading->fault, &reading->row.cells[reading->row.count - 1],
                                    "no line end stands behind this line, which may have been "
                                    "cut; export the file again.");
    } while (reading->found && delimited_row_blank(&reading->row));
    return true;
}

const struct delimited_cell *zetaview_first(const struct zetaview_reading *reading)
{
    return &reading->row.cells[0];
}

bool zetaview_refuse_end(struct zetaview_reading *reading, const char *sentence)
{
    struct delimited_cell end = {.line = reading->text.line, .column = 1, .character = 1};
    return delimited_refuse(reading->fault, &end, "%s", sentence);
}

bool zetaview_value(struct zetaview_reading *reading, const struct delimited_cell *cell, double low,
                    double high, double *value)
{
    if (delimited_number(cell, value) == NUMBER_READ && *value >= low && *value <= high)
        return true;
    char quote[DELIMITED_QUOTE_BYTES];
    delimited_quote(&reading->text, cell, quote);
    return delimited_refuse(reading->fault, cell, "\"%s\" is not a number from %g to %g.", quote,
                            low, high);
}

bool zetaview_perhaps(struct zetaview_reading *reading, const struct delimited_cell *cell,
                      double low, double high, double *value)
{
    *value = NAN;
    return delimited_blank(cell) || delimited_equals(cell, "NaN") ||
           zetaview_value(reading, cell, low, high, value);
}

double zetaview_half_digit(double printed, int digits)
{
    return printed != 0 ? 0.5 * pow(10, floor(log10(fabs(printed))) - (digits - 1)) : 0;
}

/* The lines up to the table. */
static bool head_read(struct zetaview_reading *reading, struct zetaview_head *head)
{
    for (;;) {
        bool taken = false;
        if (!zetaview_row(reading))
            return false;
        if (!reading->found)
            return zetaview_refuse_end(reading, "the file ends before its table of sizes.");
        if (delimited_begins(zetaview_first(reading), "Size / nm"))
            return true;
        if (!zetaview_entries(reading, head, &taken))
            return false;
    }
}

static bool refuse_second(struct zetaview_reading *reading, const char *what)
{
    struct delimited_cell start = {.line = 1, .column = 1, .character = 1};
    return delimited_refuse(reading->fault, &start, "this is a second %s; import one at a time.",
                            what);
}

bool zetaview_read(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                   size_t size, struct zetaview *result)
{
    struct zetaview_reading *reading = arena_take(arena, sizeof *reading);
    reading->arena = arena;
    reading->fault = fault;
    if (size > ZETAVIEW_FILE_BYTES)
        return fail(fault, FAULT_INPUT, "file",
                    "Line 1, column 1: the file has %zu bytes, more than any text of a ZetaView.",
                    size);
    if (!delimited_open_tabbed(&reading->text, fault, bytes, size))
        return false;
    enum zetaview_part part = zetaview_part_of(bytes, size);
    if (part == ZETAVIEW_PLACES)
        return result->places.read ? refuse_second(reading, "file of positions")
                                   : zetaview_places_read(reading, result);
    if (part == ZETAVIEW_NONE)
        return zetaview_refuse_end(reading, "nothing in this file names a ZetaView.");
    if (result->size.read || result->profile.read)
        return refuse_second(reading, "file with a head");
    zetaview_head_begin(&result->head);
    if (part == ZETAVIEW_PROFILE)
        return zetaview_profile_read(reading, result);
    return head_read(reading, &result->head) && zetaview_size_read(reading, result);
}

void zetaview_settle(struct arena *arena, struct zetaview *result)
{
    struct remarks unvalidated = {.count = 0};
    if (result->profile.read)
        remarks_add(&unvalidated, "profile; its tables are given as they stand");
    import_flag_raise(arena, &result->flags, IMPORT_UNVALIDATED, &unvalidated);
    if (result->size.read || result->profile.read)
        zetaview_head_settle(arena, result);
    if (result->size.read)
        zetaview_size_settle(arena, result);
    if (result->places.read)
        zetaview_places_settle(arena, result);
}
