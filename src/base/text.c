/* text.c: a growing text in an arena, and strict checks of text from outside. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

struct text text_open(struct arena *arena)
{
    struct text text = {.arena = arena, .room = FIRST_ROOM};
    text.bytes = arena_take(arena, FIRST_ROOM);
    return text;
}

void text_grow(struct text *text, size_t size)
{
    size_t room = text->room * 2;
    while (room < text->length + size + 1)
        room *= 2;
    char *moved = arena_take(text->arena, room);
    memcpy(moved, text->bytes, text->length);
    text->bytes = moved;
    text->room = room;
}

void text_add(struct text *text, const char *more)
{
    text_add_bytes(text, more, strlen(more));
}

static size_t count_digits(uint64_t number)
{
    enum { MOST_DIGITS = 19 }; /* of a signed number */
    size_t count = 1;
    for (uint64_t limit = 10; number >= limit && count < MOST_DIGITS; limit *= 10)
        count++;
    return count;
}

void text_add_integer(struct text *text, int64_t integer)
{
    uint64_t rest = integer < 0 ? -(uint64_t)integer : (uint64_t)integer;
    size_t length = count_digits(rest) + (integer < 0);
    char *at = text_reserve(text, length);
    *at = '-';
    text->length += length;
    at += length;
    *at = '\0';
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
}

void text_print(struct text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    text_add(text, arena_print_list(text->arena, format, list));
    va_end(list);
}

void text_reset(struct text *text)
{
    text->length = 0;
    text->bytes[0] = '\0';
}

/* Bytes of a sequence by its first one, or 0 for a byte that begins none. */
static size_t expected_length(unsigned char first)
{
    if (first >= 0x01 && first < 0x80)
        return 1;
    if (first >= 0xC2 && first < 0xE0)
        return 2;
    if (first >= 0xE0 && first < 0xF0)
        return 3;
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/* Overlong forms, surrogates and what lies beyond U+10FFFF, by the first two bytes. */
static bool is_ill_formed(unsigned char first, unsigned char second)
{
    return (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90) ||
           (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
}

/* Length of the well-formed sequence that begins at bytes (Unicode 15, table 3-7), or 0. */
static size_t sequence_length(const unsigned char *bytes, size_t size)
{
    size_t length = expected_length(bytes[0]);
    if (!length || length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    return length > 1 && is_ill_formed(bytes[0], bytes[1]) ? 0 : length;
}

/* Eight bytes from 1 to 0x7F: taking one from each sets a high bit only where a byte was zero. */
static bool is_ascii(uint64_t eight)
{
    return !((eight | (eight - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080));
}

bool text_is_utf8(const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;
    uint64_t eight = 0;
    while (size > 0) {
        while (size >= sizeof eight && memcpy(&eight, at, sizeof eight) && is_ascii(eight)) {
            at += sizeof eight;
            size -= sizeof eight;
        }
        if (!size)
            break;
        size_t length = *at && *at < 0x80 ? 1 : sequence_length(at, size);
        if (!length)
            return false;
        at += length;
        size -= length;
    }
    return true;
}

/* U+202A-202E and U+2066-2069 reorder what is shown; U+0080-009F are control characters. */
static bool is_disguise(const unsigned char *at)
{
    if (at[0] == 0xC2)
        return at[1] < 0xA0;
    if (at[0] != 0xE2)
        return false;
    return (at[1] == 0x80 && at[2] >= 0xAA && at[2] <= 0xAE) ||
           (at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9);
}

bool text_is_clean(const char *text, bool prose)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        bool allowed_break = prose && (*at == '\n' || *at == '\t');
        if ((*at < 0x20 && !allowed_break) || *at == 0x7F || is_disguise(at))
            return false;
    }
    return true;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool text_is_code(const char *text)
{
    if (!is_letter_or_digit(text[0]))
        return false;
    for (; *text; text++)
        if (!is_letter_or_digit(*text) && !strchr("-._:/", *text))
            return false;
    return true;
}

size_t text_whole(const char *text, size_t most)
{
    size_t length = strnlen(text, most + 1);
    if (length <= most)
        return length;
    for (length = most; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
        length--;
    return length;
}

bool text_is_empty(const char *text)
{
    return !text || !*text;
}

bool text_equals(const char *one, const char *other)
{
    return one && other && strcmp(one, other) == 0;
}

bool text_starts(const char *text, const char *start)
{
    return text && strncmp(text, start, strlen(start)) == 0;
}

bool text_has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; at && *at; at += strspn(at, " ")) {
        size_t size = strcspn(at, " ");
        if (size == length && strncmp(at, word, length) == 0)
            return true;
        at += size;
    }
    return false;
}

const char **text_split(struct arena *arena, const char *text, char separator, size_t *count)
{
    size_t most = 1;
    for (const char *at = text; *at; at++)
        most += *at == separator;
    const char **words = arena_take(arena, most * sizeof *words);
    *count = 0;
    while (*text) {
        const char *end = strchr(text, separator);
        size_t length = end ? (size_t)(end - text) : strlen(text);
        if (length)
            words[(*count)++] = arena_text(arena, text, length);
        text += length + (end ? 1 : 0);
    }
    return words;
}

char *text_exchange(struct arena *arena, const char *text, char from, char to)
{
    char *copy = arena_copy(arena, text);
    for (char *at = copy; *at; at++)
        if (*at == from)
            *at = to;
    return copy;
}
