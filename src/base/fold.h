/* fold.h: which letters does a text say, whatever its case, width and blanks? (GLib behind it) */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/text.h"

/* Compatibility forms as one (NFKC), small letters, without blanks, controls, zero-width
 * characters and punctuation. Full-width and half-width forms of a word fold to the same. NULL
 * and what is no UTF-8 fold to "". */
const char *text_fold(struct arena *arena, const char *text);

/* The same without leaving anything out: small letters, and one form where there is a full-width
 * and a half-width one. NULL and what is no UTF-8 adds nothing. */
void text_add_even(struct text *out, const char *text);

#endif
