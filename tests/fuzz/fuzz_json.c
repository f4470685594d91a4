/* fuzz_json.c: any bytes are JSON with one canonical form, or are refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void demand_sentence(const struct fault *fault)
{
    size_t length = strlen(fault->text);
    demand(fault->kind == FAULT_INPUT && length > 0 && fault->text[length - 1] == '.');
    demand(text_is_utf8(fault->text, length) && text_is_clean(fault->text, false));
}

/* The canonical form of the canonical form is the same bytes. */
static void demand_fixed(struct arena *arena, const struct text *canonical)
{
    const struct json *again = NULL;
    struct fault fault = {.kind = FAULT_NONE};
    struct text text = text_open(arena);
    demand(json_parse(arena, &fault, canonical->bytes, canonical->length, &again));
    demand(json_add_canonical(&fault, &text, again));
    demand(text.length == canonical->length && strcmp(text.bytes, canonical->bytes) == 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    struct fault fault = {.kind = FAULT_NONE};
    const struct json *value = NULL;
    struct text canonical = text_open(arena);
    if (json_parse(arena, &fault, (const char *)bytes, size, &value) &&
        json_add_canonical(&fault, &canonical, value))
        demand_fixed(arena, &canonical);
    else
        demand_sentence(&fault);
    arena_close(arena);
    return 0;
}
