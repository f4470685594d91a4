/* zetaview_profile.c: a profile of the zeta potential: its head, and its tables as they stand. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/zetaview_reading.h"

#include <math.h>

enum { LEAST_COLUMNS = 2 };

struct profile {
    struct zetaview_reading *reading;
    struct zetaview_profile *result;
    struct zetaview_table *table; /* being filled, or NULL */
    const char *title;            /* the last line with a single cell */
    size_t room;                  /* rows that a table can have at most */
    const char **texts;
    double *values;
};

static const char *cell_text(struct profile *profile, const struct delimited_cell *cell)
{
    return delimited_text(profile->reading->arena, &profile->reading->text, cell);
}

static bool table_begin(struct profile *profile)
{
    struct zetaview_reading *reading = profile->reading;
    const struct delimited_row *row = &reading->row;
    if (profile->result->count == ZETAVIEW_TABLES)
        return delimited_refuse(reading->fault, zetaview_first(reading),
                                "the file has more than %d tables.", ZETAVIEW_TABLES);
    struct zetaview_table *table = &profile->result->tables[profile->result->count++];
    size_t left = 1;
    for (size_t i = reading->text.at; i < reading->text.size; i++)
        left += reading->text.bytes[i] == '\n';
    *table = (struct zetaview_table){.title = profile->title, .columns = row->count};
    table->names = arena_take(reading->arena, row->count * sizeof *table->names);
    for (size_t i = 0; i < row->count; i++)
        table->names[i] = cell_text(profile, &row->cells[i]);
    profile->room = left;
    profile->texts = arena_take(reading->arena, left * row->count * sizeof *profile->texts);
    profile->values = arena_take(reading->arena, left * row->count * sizeof *profile->values);
    table->texts = profile->texts;
    table->values = profile->values;
    profile->table = table;
    return true;
}

static bool row_take(struct profile *profile)
{
    struct zetaview_reading *reading = profile->reading;
    const struct delimited_row *row = &reading->row;
    struct zetaview_table *table = profile->table;
    if (!table)
        return delimited_refuse(reading->fault, zetaview_first(reading),
                                "a row of numbers stands here without a heading.");
    if (row->count != table->columns)
        return delimited_refuse(reading->fault, &row->cells[row->count - 1],
                                "the row has %zu cells, but its heading has %zu.", row->count,
                                table->columns);
    for (size_t i = 0; i < row->count; i++) {
        size_t at = table->rows * table->columns + i;
        double number = NAN;
        profile->texts[at] = cell_text(profile, &row->cells[i]);
        enum delimited_number read = delimited_number(&row->cells[i], &number);
        if (read == NUMBER_BEYOND)
            return delimited_refuse(reading->fault, &row->cells[i],
                                    "\"%s\" is larger than any number that can be kept.",
                                    profile->texts[at]);
        profile->values[at] = read == NUMBER_READ ? number : NAN;
    }
    table->rows++;
    return true;
}

static bool begins_with_number(const struct zetaview_reading *reading)
{
    double number = 0;
    return delimited_number(zetaview_first(reading), &number) == NUMBER_READ ||
           delimited_equals(zetaview_first(reading), "NaN");
}

/* Rows begin with a number, or stand behind their heading with as many cells and no key. */
static bool is_row(struct profile *profile)
{
    const struct delimited_row *row = &profile->reading->row;
    const struct delimited_cell *first = zetaview_first(profile->reading);
    if (begins_with_number(profile->reading))
        return true;
    bool key = first->size > 0 && first->bytes[first->size - 1] == ':';
    return profile->table && !key && row->count == profile->table->columns;
}

/* A line is a pair of the head, a title, a heading, or a row behind one. */
static bool line_take(struct profile *profile, struct zetaview_head *head)
{
    bool taken = false;
    if (is_row(profile))
        return row_take(profile);
    profile->table = NULL;
    if (!zetaview_entries(profile->reading, head, &taken))
        return false;
    if (taken)
        profile->title = head->entries[head->count - 1].key;
    else if (profile->reading->row.count < LEAST_COLUMNS)
        profile->title = cell_text(profile, zetaview_first(profile->reading));
    else
        return table_begin(profile);
    return true;
}

bool zetaview_profile_read(struct zetaview_reading *reading, struct zetaview *result)
{
    struct profile profile = {.reading = reading, .result = &result->profile, .title = ""};
    for (;;) {
        if (!zetaview_row(reading))
            return false;
        if (!reading->found)
            break;
        if (!line_take(&profile, &result->head))
            return false;
    }
    result->profile.read = true;
    return result->profile.count > 0 ||
           zetaview_refuse_end(reading, "the file ends without a table.");
}
