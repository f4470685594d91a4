/* json.c: the one file that includes jansson. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/json.h"

#include "base/real.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* struct json is never defined: it is jansson's own value behind another name. */
static const json_t *inside(const struct json *value)
{
    return (const json_t *)(const void *)value;
}

static const struct json *outside(const json_t *value)
{
    return (const struct json *)(const void *)value;
}

/* jansson leaves characters out of a text when it finds no memory for them, and says nothing. */
void json_begin(void)
{
    json_set_alloc_funcs(arena_heap, free);
}

static void release(void *thing)
{
    json_decref(thing);
}

bool json_parse(struct arena *arena, struct fault *fault, const char *bytes, size_t size,
                const struct json **value)
{
    json_error_t error;
    if (!text_is_utf8(bytes, size))
        return fail(fault, FAULT_INPUT, "",
                    "The JSON text is not valid UTF-8 without NUL; send "
                    "it as UTF-8.");
    json_t *parsed = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
    if (!parsed) {
        /* What jansson quotes may end in the middle of a character, or break the line. */
        bool whole =
            text_is_utf8(error.text, strlen(error.text)) && text_is_clean(error.text, false);
        return fail(fault, FAULT_INPUT, "", "The JSON text is broken at line %d, column %d: %s.",
                    error.line, error.column, whole ? error.text : "this is no JSON");
    }
    arena_defer(arena, release, parsed);
    *value = outside(parsed);
    return true;
}

enum json_kind json_kind(const struct json *value)
{
    if (!value)
        return JSON_NOTHING;
    switch (json_typeof(inside(value))) {
    case JSON_OBJECT:
        return JSON_IS_OBJECT;
    case JSON_ARRAY:
        return JSON_IS_LIST;
    case JSON_STRING:
        return JSON_IS_TEXT;
    case JSON_INTEGER:
        return JSON_IS_INTEGER;
    case JSON_REAL:
        return JSON_IS_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return JSON_IS_FLAG;
    case JSON_NULL:
        return JSON_IS_NULL;
    }
    return JSON_NOTHING;
}

const char *json_as_text(const struct json *value)
{
    return value ? json_string_value(inside(value)) : NULL;
}

int64_t json_as_integer(const struct json *value)
{
    return value ? json_integer_value(inside(value)) : 0;
}

double json_as_number(const struct json *value)
{
    return value ? json_number_value(inside(value)) : 0;
}

bool json_as_flag(const struct json *value)
{
    return value && json_is_true(inside(value));
}

size_t json_count(const struct json *value)
{
    if (!value)
        return 0;
    return json_is_object(inside(value)) ? json_object_size(inside(value))
                                         : json_array_size(inside(value));
}

const struct json *json_element(const struct json *list, size_t index)
{
    return outside(json_array_get(inside(list), index));
}

const struct json *json_member(const struct json *object, const char *name)
{
    return object ? outside(json_object_get(inside(object), name)) : NULL;
}

/* jansson's iterators take the object without const, though they only read it. */
static json_t *iterable(const struct json *object)
{
    union {
        const struct json *in;
        json_t *out;
    } same = {.in = object};
    return same.out;
}

const char **json_names(struct arena *arena, const struct json *object)
{
    const char **names = arena_take(arena, (json_count(object) + 1) * sizeof *names);
    size_t count = 0;
    json_t *whole = iterable(object);
    for (void *at = json_object_iter(whole); at; at = json_object_iter_next(whole, at))
        names[count++] = json_object_iter_key(at);
    return names;
}

enum { LONGEST_ESCAPE = 6 }; /* as \u001f */

static const char *short_escape(unsigned char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

static char *put_escape(char *to, unsigned char c)
{
    const char *escape = short_escape(c);
    return escape ? stpcpy(to, escape) : to + snprintf(to, LONGEST_ESCAPE + 1, "\\u%04x", c);
}

/* Whether one of eight bytes needs an escape: below 0x20, a quotation mark or a backslash. */
static bool eight_need_escape(uint64_t eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t quote = eight ^ (ones * '"');
    uint64_t slash = eight ^ (ones * '\\');
    return (((eight - ones * 0x20) & ~eight) | ((quote - ones) & ~quote) |
            ((slash - ones) & ~slash)) &
           tops;
}

/* Copies a text without what needs an escape; false once there is something. */
static bool put_plain(char *to, const char *text, size_t length)
{
    uint64_t eight = 0;
    for (; length >= sizeof eight; length -= sizeof eight) {
        memcpy(&eight, text, sizeof eight);
        if (eight_need_escape(eight))
            return false;
        memcpy(to, &eight, sizeof eight);
        to += sizeof eight;
        text += sizeof eight;
    }
    for (; length; length--) {
        if (needs_escape((unsigned char)*text))
            return false;
        *to++ = *text++;
    }
    return true;
}

static void add_escaped(struct text *out, const char *text, size_t length)
{
    size_t escapes = 0;
    for (size_t i = 0; i < length; i++)
        escapes += needs_escape((unsigned char)text[i]);
    char *to = text_reserve(out, length + escapes * LONGEST_ESCAPE);
    char *begin = to;
    for (size_t i = 0; i < length; i++) {
        if (needs_escape((unsigned char)text[i]))
            to = put_escape(to, (unsigned char)text[i]);
        else
            *to++ = text[i];
    }
    out->length += (size_t)(to - begin);
}

/* Most texts need no escape and are copied as a whole. */
void json_add_text(struct text *out, const char *text)
{
    size_t length = strlen(text);
    char *to = text_reserve(out, length + 2);
    *to++ = '"';
    if (put_plain(to, text, length)) {
        memcpy(to + length, "\"", 2);
        out->length += length + 2;
        return;
    }
    out->length++;
    add_escaped(out, text, length);
    text_add_bytes(out, "\"", 1);
}

void json_add_real(struct text *out, double number)
{
    text_add(out, isfinite(number) ? real_of(out->arena, number).text : "null");
}

/* RFC 8785 sorts names by UTF-16 code units; for names below U+10000 that is byte order, and
 * names with longer characters are not used here, so that byte order is exact. */
static int compare_names(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static bool add_object(struct fault *fault, struct text *out, const struct json *object)
{
    size_t count = json_count(object);
    const char **names = json_names(out->arena, object);
    qsort(names, count, sizeof *names, compare_names);
    text_add(out, "{");
    for (size_t i = 0; i < count; i++) {
        for (const char *at = names[i]; *at; at++)
            if ((unsigned char)*at >= 0xF0)
                return fail(fault, FAULT_INPUT, "", "A JSON name holds a character above U+FFFF.");
        text_add(out, i ? "," : "");
        json_add_text(out, names[i]);
        text_add(out, ":");
        if (!json_add_canonical(fault, out, json_member(object, names[i])))
            return false;
    }
    text_add(out, "}");
    return true;
}

static bool add_list(struct fault *fault, struct text *out, const struct json *list)
{
    text_add(out, "[");
    for (size_t i = 0; i < json_count(list); i++) {
        text_add(out, i ? "," : "");
        if (!json_add_canonical(fault, out, json_element(list, i)))
            return false;
    }
    text_add(out, "]");
    return true;
}

static bool add_integer(struct fault *fault, struct text *out, int64_t integer)
{
    if (integer > JSON_LARGEST || integer < -JSON_LARGEST)
        return fail(fault, FAULT_INPUT, "", "An integer lies beyond 2^53 - 1.");
    text_add_integer(out, integer);
    return true;
}

bool json_add_canonical(struct fault *fault, struct text *out, const struct json *value)
{
    switch (json_kind(value)) {
    case JSON_IS_OBJECT:
        return add_object(fault, out, value);
    case JSON_IS_LIST:
        return add_list(fault, out, value);
    case JSON_IS_TEXT:
        json_add_text(out, json_as_text(value));
        return true;
    case JSON_IS_INTEGER:
        return add_integer(fault, out, json_as_integer(value));
    case JSON_IS_FLAG:
        text_add(out, json_as_flag(value) ? "true" : "false");
        return true;
    case JSON_IS_NULL:
        text_add(out, "null");
        return true;
    case JSON_IS_REAL:
        return fail(fault, FAULT_INPUT, "", "A real number stands where a text is expected.");
    case JSON_NOTHING:
        break;
    }
    return fail(fault, FAULT_INPUT, "", "A JSON value is missing.");
}
