/* columns.c: texts in the columns of a terminal. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/columns.h"

/* Of the character at a place of valid UTF-8. */
static size_t bytes_at(const char *at)
{
    const unsigned char first = (unsigned char)*at;
    size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    for (size_t i = 1; i < bytes; i++)
        if (((unsigned char)at[i] & 0xC0) != 0x80)
            return i; /* cut off; not valid, but never read beyond */
    return bytes;
}

static uint32_t code_at(const char *at, size_t bytes)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = (unsigned char)at[0] & masks[bytes];
    for (size_t i = 1; i < bytes; i++)
        code = code << 6 | ((unsigned char)at[i] & 0x3F);
    return code;
}

static bool is_wide(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},
                  {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},  {0xFF01, 0xFF60}, {0xFFE0, 0xFFE6},
                  {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

static size_t columns_at(const char *at, size_t bytes)
{
    return is_wide(code_at(at, bytes)) ? 2 : 1;
}

size_t columns_of(const char *text)
{
    size_t columns = 0;
    for (size_t bytes; *text; text += bytes) {
        bytes = bytes_at(text);
        columns += columns_at(text, bytes);
    }
    return columns;
}

size_t columns_characters(const char *text)
{
    size_t characters = 0;
    for (; *text; text += bytes_at(text))
        characters++;
    return characters;
}

void columns_pad(struct text *out, const char *text, size_t columns)
{
    size_t taken = columns_of(text);
    text_add(out, text);
    do
        text_add(out, " ");
    while (++taken < columns);
}

static bool closes(const char *at)
{
    static const char *const closing[] = {"、", "。", ")", "」", ":", "…"};
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        if (text_starts(at, closing[i]))
            return true;
    return false;
}

/* The bytes of what a line break may not part: a word, or a wide letter; and what closes it. */
static size_t piece_at(const char *at)
{
    size_t bytes = bytes_at(at);
    if (columns_at(at, bytes) == 1)
        while (at[bytes] && at[bytes] != ' ' && columns_at(at + bytes, bytes_at(at + bytes)) == 1)
            bytes += bytes_at(at + bytes);
    while (at[bytes] && closes(at + bytes))
        bytes += bytes_at(at + bytes);
    return bytes;
}

void columns_wrap(struct text *out, const char *text, size_t first, size_t indent, size_t columns)
{
    size_t used = first, blanks = 0;
    for (size_t bytes; *text; text += bytes) {
        if (*text == ' ') {
            blanks++;
            bytes = 1;
            continue;
        }
        bytes = piece_at(text);
        char *piece = arena_text(out->arena, text, bytes);
        size_t wanted = columns_of(piece);
        if (used + blanks + wanted > columns && used > indent) {
            text_print(out, "\n%*s", (int)indent, "");
            used = indent;
        } else {
            text_print(out, "%*s", (int)blanks, "");
            used += blanks;
        }
        text_add(out, piece);
        used += wanted;
        blanks = 0;
    }
    text_add(out, "\n");
}

static const char *place_of(const char *text, size_t characters)
{
    for (; characters > 0 && *text; characters--)
        text += bytes_at(text);
    return text;
}

/* What would break a line, or turn the direction of reading, becomes a question mark. */
static char *clean_of(struct arena *arena, const char *text)
{
    char *clean = arena_copy(arena, text);
    for (char *at = clean; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            *at = '?';
    if (text_is_clean(clean, false))
        return clean;
    for (char *at = clean; *at; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    return clean;
}

const char *columns_shorten(struct arena *arena, const char *text, size_t characters,
                            const char *mark)
{
    const char *clean = clean_of(arena, text);
    size_t all = columns_characters(clean), marks = columns_characters(mark);
    if (all <= characters)
        return clean;
    size_t kept = characters > marks ? characters - marks : 1;
    size_t head = (kept + 1) / 2, tail = kept - head;
    const char *end = place_of(clean, head);
    return arena_print(arena, "%.*s%s%s", (int)(end - clean), clean, mark,
                       place_of(clean, all - tail));
}

const char *columns_plain(struct arena *arena, const char *text)
{
    static const struct {
        const char *from, *to;
    } letters[] = {{"µ", "u"}, {"±", "+-"}, {"×", "x"},  {"°", ""},
                   {"²", "2"}, {"–", "-"},  {"…", "..."}};
    struct text out = text_open(arena);
    text_add(&out, "");
    while (*text) {
        size_t i = 0, count = sizeof letters / sizeof *letters;
        while (i < count && !text_starts(text, letters[i].from))
            i++;
        size_t bytes = i < count ? strlen(letters[i].from) : 1;
        if (i < count)
            text_add(&out, letters[i].to);
        else
            text_add_bytes(&out, text, 1);
        text += bytes;
    }
    return out.bytes;
}
