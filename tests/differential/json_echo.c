/* json_echo.c: what does the program understand of each text that it is given? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

/* A text comes as four bytes with its length, highest first, and its bytes. Back goes a line each:
 * a minus and the sentence, or a plus and the value. A value is a list of its kind and what it
 * holds, so that an integer cannot pass for a real number. */
enum { LENGTH_BYTES = 4, TEXT_BYTES = 1 << 24 };

static void add_value(struct text *out, const struct json *value);

static void add_object(struct text *out, const struct json *object)
{
    const char **names = json_names(out->arena, object);
    text_add(out, "[\"object\",{");
    for (size_t i = 0; i < json_count(object); i++) {
        text_add(out, i ? "," : "");
        json_add_text(out, names[i]);
        text_add(out, ":");
        add_value(out, json_member(object, names[i]));
    }
    text_add(out, "}]");
}

static void add_list(struct text *out, const struct json *list)
{
    text_add(out, "[\"list\",[");
    for (size_t i = 0; i < json_count(list); i++) {
        text_add(out, i ? "," : "");
        add_value(out, json_element(list, i));
    }
    text_add(out, "]]");
}

static void add_value(struct text *out, const struct json *value)
{
    switch (json_kind(value)) {
    case JSON_IS_OBJECT:
        add_object(out, value);
        return;
    case JSON_IS_LIST:
        add_list(out, value);
        return;
    case JSON_IS_TEXT:
        text_add(out, "[\"text\",");
        json_add_text(out, json_as_text(value));
        text_add(out, "]");
        return;
    case JSON_IS_INTEGER:
        text_print(out, "[\"integer\",%lld]", (long long)json_as_integer(value));
        return;
    case JSON_IS_REAL:
        text_add(out, "[\"real\"]");
        return;
    case JSON_IS_FLAG:
        text_add(out, json_as_flag(value) ? "[\"flag\",true]" : "[\"flag\",false]");
        return;
    case JSON_IS_NULL:
        text_add(out, "[\"null\"]");
        return;
    case JSON_NOTHING:
        break;
    }
    abort();
}

static void answer(struct arena *arena, const char *bytes, size_t size)
{
    struct fault fault = {.kind = FAULT_NONE};
    const struct json *value = NULL;
    struct text out = text_open(arena);
    if (json_parse(arena, &fault, bytes, size, &value)) {
        add_value(&out, value);
        printf("+%s\n", out.bytes);
    } else {
        printf("-%s\n", fault.text);
    }
    fflush(stdout);
}

static bool read_length(size_t *length)
{
    unsigned char bytes[LENGTH_BYTES];
    *length = 0;
    if (fread(bytes, 1, sizeof bytes, stdin) != sizeof bytes)
        return false;
    for (size_t i = 0; i < sizeof bytes; i++)
        *length = *length << 8 | bytes[i];
    return *length <= TEXT_BYTES;
}

int main(void)
{
    size_t length = 0;
    while (read_length(&length)) {
        struct arena *arena = arena_open((size_t)1 << 30);
        char *bytes = malloc(length ? length : 1); /* exact, so that a sanitizer sees its end */
        if (!bytes || fread(bytes, 1, length, stdin) != length)
            return 1;
        answer(arena, bytes, length);
        free(bytes);
        arena_close(arena);
    }
    return ferror(stdin) != 0;
}
