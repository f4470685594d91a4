/* text.h: a text that grows, and what counts as a clean one. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Always NUL-terminated once something was added. Its memory is the arena's. */
struct text {
    struct arena *arena;
    char *bytes;
    size_t length;
    size_t room;
};

struct text text_open(struct arena *arena);
void text_add(struct text *text, const char *more);
void text_add_integer(struct text *text, int64_t integer);
void text_grow(struct text *text, size_t size);
/* Room for size more bytes and a NUL; where they begin. */
static inline char *text_reserve(struct text *text, size_t size)
{
    if (text->length + size >= text->room)
        text_grow(text, size);
    return text->bytes + text->length;
}
static inline void text_add_bytes(struct text *text, const char *bytes, size_t size)
{
    char *at = text_reserve(text, size);
    memcpy(at, bytes, size);
    at[size] = '\0';
    text->length += size;
}
void text_print(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/* Empties it and keeps its room. */
void text_reset(struct text *text);

/* Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF, no NUL. */
bool text_is_utf8(const char *bytes, size_t size);

/* No control characters (line breaks and tabs pass when prose is set), no bidirectional
 * overrides that could make a label read differently from what is stored. */
bool text_is_clean(const char *text, bool prose);

/* Letters, digits and - . _ : / only, beginning with a letter or digit. */
bool text_is_code(const char *text);

/* Bytes of the longest beginning of at most most bytes that ends with a whole character. */
size_t text_whole(const char *text, size_t most);

bool text_is_empty(const char *text);
bool text_equals(const char *one, const char *other);
bool text_starts(const char *text, const char *start);

/* Whether a list of words, separated by blanks, holds a word; an unknown list holds none. */
bool text_has_word(const char *words, const char *word);

/* A copy in which one byte stands for another, such as a blank for each comma. */
char *text_exchange(struct arena *arena, const char *text, char from, char to);

/* Splits at the separator into an arena array of *count words; empty words are dropped. */
const char **text_split(struct arena *arena, const char *text, char separator, size_t *count);

#endif
