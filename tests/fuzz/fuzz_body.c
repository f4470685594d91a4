/* fuzz_body.c: any body is the input of an operation, kept as it was given, or refused in words. */
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

/* The first line names the operation; a name that is none chooses one all the same. */
static const struct operation *choose(const struct catalogue *catalogue, const char *name)
{
    const struct operation *operation = catalogue_find(catalogue, name);
    size_t count = 0;
    size_t sum = 0;
    while (catalogue->operations[count])
        count++;
    for (; *name; name++)
        sum += (unsigned char)*name;
    return operation ? operation : catalogue->operations[sum % count];
}

/* What was accepted is written, read and written again without a change. */
static void demand_kept(struct arena *arena, const struct schema *schema, const void *input)
{
    struct fault fault = {.kind = FAULT_NONE};
    const struct json *object = NULL;
    struct text first = text_open(arena);
    struct text second = text_open(arena);
    void *again = arena_take(arena, schema->size);
    schema_write(&first, schema, input, ORDER_CANONICAL);
    demand(json_parse(arena, &fault, first.bytes, first.length, &object));
    demand(schema_read(arena, &fault, schema, object, again));
    schema_write(&second, schema, again, ORDER_CANONICAL);
    demand(strcmp(first.bytes, second.bytes) == 0);
}

static void decode(struct arena *arena, const struct schema *schema, const char *body, size_t size)
{
    struct fault fault = {.kind = FAULT_NONE};
    const struct json *object = NULL;
    void *input = arena_take(arena, schema->size);
    if (json_parse(arena, &fault, body, size, &object) &&
        schema_decode_json(arena, &fault, schema, object, input)) {
        demand(fault.kind == FAULT_NONE);
        demand_kept(arena, schema, input);
    } else {
        size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT || fault.kind == FAULT_TOO_LARGE);
        demand(length > 0 && text_is_utf8(fault.text, length));
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 29);
    char *text = arena_text(arena, (const char *)bytes, size);
    char *line = memchr(text, '\n', size);
    if (line) {
        *line++ = '\0';
        decode(arena, choose(stage_catalogue(), text)->input, line, size - (size_t)(line - text));
    }
    arena_close(arena);
    return 0;
}
