/* fuzz_stored.c: any stored body is read as what its operation writes, or refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stage.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* What was understood is written, read and written again without a change. */
static void demand_kept(struct work *work, const struct operation *operation, const void *body)
{
    struct text first = text_open(work->arena);
    struct text second = text_open(work->arena);
    void *again = arena_take(work->arena, operation->output->size);
    schema_write(&first, operation->output, body, ORDER_CANONICAL);
    demand(operation_read_body(work, operation, first.bytes, again));
    schema_write(&second, operation->output, again, ORDER_CANONICAL);
    demand(strcmp(first.bytes, second.bytes) == 0);
}

static void read_stored(struct work *work, const char *name, const char *stored)
{
    const struct operation *operation = catalogue_of_entry(work->record->catalogue, name);
    if (!operation)
        return;
    void *body = arena_take(work->arena, operation->output->size);
    if (operation_read_body(work, operation, stored, body)) {
        demand(work->fault.kind == FAULT_NONE);
        demand_kept(work, operation, body);
    } else {
        size_t length = strlen(work->fault.text);
        demand(work->fault.kind != FAULT_NONE && length > 0);
        demand(work->fault.text[length - 1] == '.' && text_is_utf8(work->fault.text, length));
    }
}

/* The first line is an operation with its version, the rest the body. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct record record = {.demo = true, .catalogue = stage_catalogue()};
    struct work work = {.arena = arena_open((size_t)1 << 29), .record = &record};
    char *text = arena_text(work.arena, (const char *)bytes, size);
    char *line = strchr(text, '\n');
    if (line) {
        *line++ = '\0';
        read_stored(&work, text, line);
    }
    arena_close(work.arena);
    return 0;
}
