/* fuzz_fact.c: any bytes are a table of facts, row by row, or are refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/fact.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* Header and rows with line feeds behind them are the file again. */
static void demand_whole(struct arena *arena, const struct fact_sheet *sheet)
{
    struct text again = text_open(arena);
    text_print(&again, "%s\n", sheet->columns);
    for (size_t i = 0; i < sheet->lines.count; i++) {
        const struct fact_line *line = &ROWS(sheet->lines, const struct fact_line)[i];
        const struct fact fact = {.cells = line->cells, .columns = sheet->columns};
        size_t first = strcspn(sheet->columns, "\t");
        const char *column = arena_text(arena, sheet->columns, first);
        demand(text_equals(fact_cell(arena, &fact, column), line->code));
        demand(fact_cell(arena, &fact, "No column") == NULL);
        text_print(&again, "%s\n", line->cells);
    }
    demand(again.length == sheet->file.size &&
           memcmp(again.bytes, sheet->file.bytes, again.length) == 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 29);
    struct fault fault = {.kind = FAULT_NONE};
    struct fact_sheet sheet = {.name = "facts", .file = {.bytes = bytes, .size = size}};
    if (fact_parse(arena, &fault, &sheet)) {
        demand(fault.kind == FAULT_NONE && sheet.lines.count > 0);
        demand_whole(arena, &sheet);
    } else {
        size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT && strcmp(fault.field, "tables.file") == 0);
        demand(length > 0 && fault.text[length - 1] == '.' && text_is_utf8(fault.text, length));
    }
    arena_close(arena);
    return 0;
}
