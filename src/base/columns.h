/* columns.h: how much room does a text take in a terminal, and how does it fit? */
#ifndef BASE_COLUMNS_H
#define BASE_COLUMNS_H

#include "base/text.h"

/* Columns of clean UTF-8: two for the wide letters of East Asia, one for others. */
size_t columns_of(const char *text);

/* The text and blanks up to so many columns; at least one blank. */
void columns_pad(struct text *out, const char *text, size_t columns);

/* In lines of so many columns at most, all but the first behind the indent; broken at blanks and
 * beside wide letters. Ends with a line break. */
void columns_wrap(struct text *out, const char *text, size_t first, size_t indent, size_t columns);

/* At most so many characters, its middle replaced by the mark; and no control characters in it. */
const char *columns_shorten(struct arena *arena, const char *text, size_t characters,
                            const char *mark);

/* So many characters. */
size_t columns_characters(const char *text);

/* um for µm, +- for ±, and so on: what every terminal shows. Other letters stay. */
const char *columns_plain(struct arena *arena, const char *text);

#endif
