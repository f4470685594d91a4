/* nanosight_reading.c: rows and cells of an experiment summary, each refused with its place. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_reading.h"

#include <stdint.h>
#include <stdio.h>

enum { VIDEO_CELL_BYTES = 256 };

const struct delimited_cell *reading_first(const struct nanosight_reading *reading)
{
    return &reading->row.cells[0];
}

const struct delimited_cell *reading_place(const struct nanosight_reading *reading, size_t index)
{
    size_t last = reading->row.count - 1;
    return &reading->row.cells[index < last ? index : last];
}

bool reading_holds(const struct nanosight_reading *reading, size_t index)
{
    return index < reading->row.count && !delimited_blank(&reading->row.cells[index]);
}

bool reading_row(struct nanosight_reading *reading)
{
    struct delimited_cell end = {
        .line = reading->text.line, .column = 1, .character = reading->text.character};
    bool found = false;
    if (!delimited_next(&reading->text, reading->fault, &reading->row, &found))
        return false;
    if (!found)
        return delimited_refuse(reading->fault, &end, "the file ends before %s; export it again.",
                                reading->awaited);
    if (!reading->row.ended && !delimited_row_blank(&reading->row))
        return delimited_refuse(reading->fault, reading_place(reading, SIZE_MAX),
                                "the file ends in the middle of this line, before %s; export it "
                                "again.",
                                reading->awaited);
    return true;
}

bool reading_refuse(struct nanosight_reading *reading, const struct delimited_cell *cell,
                    const char *expected)
{
    char quote[DELIMITED_QUOTE_BYTES];
    delimited_quote(&reading->text, cell, quote);
    return delimited_refuse(reading->fault, cell, "%s was expected here, not \"%s\".", expected,
                            quote);
}

bool reading_expect(struct nanosight_reading *reading, size_t index, const char *word)
{
    const struct delimited_cell *cell = reading_place(reading, index);
    if (index < reading->row.count && delimited_equals(cell, word))
        return true;
    char expected[DELIMITED_QUOTE_BYTES];
    snprintf(expected, sizeof expected, "\"%s\"", word);
    return reading_refuse(reading, cell, expected);
}

bool reading_columns(struct nanosight_reading *reading, size_t allowed)
{
    size_t videos = reading->draft.video_count;
    if (videos == 0)
        return delimited_refuse(reading->fault, reading_first(reading),
                                "the row \"Filename:\", which names the videos, does not stand "
                                "before this row.");
    if (reading->row.count < videos + 1)
        return delimited_refuse(reading->fault, reading_place(reading, SIZE_MAX),
                                "the row has %zu cells, but %zu videos need %zu.",
                                reading->row.count, videos, videos + 1);
    for (size_t i = allowed + 1; i < reading->row.count; i++) {
        if (reading_holds(reading, i))
            return delimited_refuse(reading->fault, &reading->row.cells[i],
                                    "something stands behind the columns of the %zu videos.",
                                    videos);
    }
    return true;
}

bool reading_text(struct nanosight_reading *reading, const struct delimited_cell *cell,
                  const char **text)
{
    if (cell->size > VIDEO_CELL_BYTES)
        return delimited_refuse(reading->fault, cell, "the cell is longer than %d bytes.",
                                VIDEO_CELL_BYTES);
    *text = delimited_text(reading->arena, &reading->text, cell);
    return true;
}

bool reading_value(struct nanosight_reading *reading, const struct delimited_cell *cell, double low,
                   double high, double *value)
{
    enum delimited_number kind = delimited_number(cell, value);
    if (kind == NUMBER_READ && *value >= low && *value <= high)
        return true;
    char quote[DELIMITED_QUOTE_BYTES];
    delimited_quote(&reading->text, cell, quote);
    if (kind == NUMBER_MALFORMED)
        return delimited_refuse(reading->fault, cell, "\"%s\" is not a number.", quote);
    if (kind == NUMBER_BEYOND)
        return delimited_refuse(reading->fault, cell, "\"%s\" is beyond the range of a number.",
                                quote);
    return delimited_refuse(reading->fault, cell, "%s is outside the range from %g to %g.", quote,
                            low, high);
}

bool reading_averages(struct nanosight_reading *reading, const char *average, bool *named)
{
    size_t column = reading->draft.video_count + 1;
    *named = reading_holds(reading, column) || reading_holds(reading, column + 1);
    return !*named || (reading_expect(reading, column, average) &&
                       reading_expect(reading, column + 1, "Standard Error"));
}
