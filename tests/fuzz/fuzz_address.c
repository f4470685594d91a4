/* fuzz_address.c: any address and cookie header is decoded to one meaning, or refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/address.h"
#include "web/sign_in.h"

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
    demand(text_is_utf8(fault->text, length));
}

/* Every byte escaped: what was decoded once comes back from it. */
static void demand_kept(struct arena *arena, const char *plain, bool plus_is_blank)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct text escaped = text_open(arena);
    const char *again = NULL;
    text_add(&escaped, "");
    for (const char *at = plain; *at; at++)
        text_print(&escaped, "%%%02X", (unsigned)(unsigned char)*at);
    demand(address_decode(arena, &fault, escaped.bytes, escaped.length, plus_is_blank, &again));
    demand(strcmp(plain, again) == 0);
}

static void decode(struct arena *arena, const char *part, size_t size, bool plus_is_blank)
{
    struct fault fault = {.kind = FAULT_NONE};
    const char *plain = NULL;
    if (!address_decode(arena, &fault, part, size, plus_is_blank, &plain)) {
        demand_sentence(&fault);
        return;
    }
    demand(fault.kind == FAULT_NONE && strlen(plain) <= size);
    demand(text_is_utf8(plain, strlen(plain)));
    demand_kept(arena, plain, plus_is_blank);
}

static void ask_query(struct arena *arena, const char *query)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct given *given = NULL;
    size_t count = 0;
    if (!address_query(arena, &fault, query, &given, &count)) {
        demand_sentence(&fault);
        return;
    }
    for (size_t i = 0; i < count; i++)
        demand(given[i].name && *given[i].name && given[i].text);
}

static void ask_cookie(struct arena *arena, const char *header)
{
    struct fault fault = {.kind = FAULT_NONE};
    const char *token = NULL;
    if (!sign_in_cookie(arena, &fault, header, &token))
        demand_sentence(&fault);
    else
        demand(!token || (strstr(header, token) && !strchr(token, ';')));
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    const char *text = arena_text(arena, (const char *)bytes, size);
    decode(arena, text, size, false);
    decode(arena, text, size, true);
    ask_query(arena, text);
    ask_cookie(arena, text);
    if (address_is_plain(text))
        demand(*text == '/' && text_is_utf8(text, strlen(text)) && !strchr(text, '#'));
    arena_close(arena);
    return 0;
}
