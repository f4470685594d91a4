/* fold.c: a thin cover over GLib's Unicode tables. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/fold.h"

#include <glib.h>

static const char *next_of(const char *at)
{
    return at + g_utf8_skip[(unsigned char)*at];
}

/* A percent sign and a decimal point carry the meaning of a number. */
static bool is_said(gunichar letter)
{
    return g_unichar_isalnum(letter) || g_unichar_ismark(letter) || letter == '%' ||
           letter == '.' || letter == 0x30FC; /* the long sound of kana */
}

const char *text_fold(struct arena *arena, const char *text)
{
    struct text folded = text_open(arena);
    char *normal = text ? g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
    char *small = normal ? g_utf8_casefold(normal, -1) : NULL;
    for (const char *at = small; at && *at; at = next_of(at))
        if (is_said(g_utf8_get_char(at)))
            text_add_bytes(&folded, at, (size_t)(next_of(at) - at));
    g_free(small);
    g_free(normal);
    return folded.length ? folded.bytes : "";
}

void text_add_even(struct text *out, const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    size_t length = text ? strlen(text) : 0;
    char *at = text_reserve(out, length);
    unsigned char seen = 0;
    for (size_t i = 0; i < length; i++) {
        char letter = text[i];
        seen |= (unsigned char)letter;
        at[i] = letter;
        if (letter >= 'A' && letter <= 'Z')
            at[i] = letters[letter - 'A'];
    }
    at[length] = '\0';
    if (seen < 0x80) { /* most texts are ASCII, and then this is all there is to do */
        out->length += length;
        return;
    }
    *at = '\0';
    char *normal = g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE);
    char *small = normal ? g_utf8_casefold(normal, -1) : NULL;
    text_add(out, small ? small : "");
    g_free(small);
    g_free(normal);
}
