/* csv.c: cells, quoted where they must be and guarded where they could be run. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/csv.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";
static const char line_end[] = "\r\n";

/* Spreadsheets take the full-width forms for the others. */
static bool begins_formula(const char *cell)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    double number = 0;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (text_starts(cell, starts[i]))
            return !real_parse(cell, &number);
    return false;
}

static bool needs_quotes(const char *cell)
{
    size_t length = strlen(cell);
    return cell[strcspn(cell, ",\"\r\n")] != '\0' || *cell == ' ' ||
           (length && cell[length - 1] == ' ');
}

static void write_cell(struct text *out, const char *cell)
{
    bool quoted = needs_quotes(cell);
    text_add(out, quoted ? "\"" : "");
    text_add(out, begins_formula(cell) ? "'" : "");
    for (; *cell; cell++) {
        if (*cell == '"')
            text_add_bytes(out, "\"", 1);
        text_add_bytes(out, cell, 1);
    }
    text_add(out, quoted ? "\"" : "");
}

void csv_write_head(struct text *out, const struct schema *schema)
{
    text_add(out, byte_order_mark);
    for (size_t i = 0; i < schema->count; i++) {
        text_add(out, i ? "," : "");
        write_cell(out, schema->fields[i].name);
    }
    text_add(out, line_end);
}

void csv_write_row(struct text *out, const struct schema *schema, const void *row)
{
    for (size_t i = 0; i < schema->count; i++) {
        const char *cell = field_print(out->arena, &schema->fields[i], row);
        text_add(out, i ? "," : "");
        write_cell(out, cell ? cell : "");
    }
    text_add(out, line_end);
}
