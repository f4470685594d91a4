/* fuzz_entry.c: any bytes are an entry, to the last byte, or are refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    struct fault fault = {.kind = FAULT_NONE};
    struct entry entry;
    const char *text = arena_text(arena, (const char *)bytes, size);
    if (entry_parse(arena, &fault, text, &entry)) {
        demand(fault.kind == FAULT_NONE && entry.operation && entry.previous && entry.body);
        demand(strcmp(entry_bytes(arena, &entry), text) == 0);
    } else {
        size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT || fault.kind == FAULT_STORAGE);
        demand(length > 0 && fault.text[length - 1] == '.' && text_is_utf8(fault.text, length));
    }
    arena_close(arena);
    return 0;
}
