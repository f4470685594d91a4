/* fuzz_delimited.c: any bytes are rows of cells that lie where they say, or are refused in words.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/delimited.h"

#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void demand_cell(struct arena *arena, const struct delimited *text,
                        const struct delimited_cell *cell)
{
    char quote[DELIMITED_QUOTE_BYTES];
    double number = 0;
    demand(cell->bytes >= text->bytes && cell->bytes + cell->size <= text->bytes + text->size);
    demand(cell->size <= DELIMITED_CELL_BYTES && cell->line >= 1 && cell->character >= 1);
    const char *plain = delimited_text(arena, text, cell);
    demand(text_is_utf8(plain, strlen(plain)));
    delimited_quote(text, cell, quote);
    demand(strlen(quote) < sizeof quote && text_is_utf8(quote, strlen(quote)));
    if (delimited_number(cell, &number) == NUMBER_READ) {
        char *end = NULL;
        demand(isfinite(number) && !delimited_blank(cell));
        demand(strtod(plain, &end) == number && strspn(end, " \t") == strlen(end));
    }
    demand(!delimited_blank(cell) || delimited_equals(cell, ""));
}

static void read_rows(struct arena *arena, struct fault *fault, struct delimited *text)
{
    struct delimited_row *row = arena_take(arena, sizeof *row);
    bool found = true;
    size_t before = 0;
    while (delimited_next(text, fault, row, &found) && found) {
        demand(row->count >= 1 && row->count <= DELIMITED_CELLS);
        demand(text->at > before && text->at <= text->size);
        before = text->at;
        struct arena_mark mark = arena_mark(arena);
        for (size_t i = 0; i < row->count; i++) {
            demand(row->cells[i].column == i + 1);
            demand_cell(arena, text, &row->cells[i]);
        }
        arena_rewind(arena, mark);
    }
    demand(fault->kind != FAULT_NONE || text->at == text->size);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 26);
    struct fault fault = {.kind = FAULT_NONE};
    struct delimited text = {0};
    if (delimited_open(&text, &fault, bytes, size))
        read_rows(arena, &fault, &text);
    if (fault.kind != FAULT_NONE) {
        size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT && strcmp(fault.field, "file") == 0);
        demand(length > 0 && fault.text[length - 1] == '.' && text_is_utf8(fault.text, length));
    }
    arena_close(arena);
    return 0;
}
