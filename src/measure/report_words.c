/* report_words.c: words by language, with values in their places. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_words.h"

#include "base/text.h"

static const char *const words[REPORT_WORD_COUNT][REPORT_LANGUAGES] = {
#define REPORT_WORD_TEXT(name, en, ja) [WORD_##name] = {[REPORT_EN] = en, [REPORT_JA] = ja},
    REPORT_WORDS(REPORT_WORD_TEXT)
#undef REPORT_WORD_TEXT
};

/* Words that stand in the order of what they name. */
_Static_assert(WORD_END_OF_WORDS - WORD_FLAG_TRACKS == 2 * FLAGS,
               "each flag has a name and a unit");
_Static_assert(WORD_TERM_COMBINED - WORD_TERM_COUNTING == MEASURE_TERMS - MEASURE_TERM_COUNTING,
               "each term has a name");
_Static_assert(WORD_STATE_FAIL - WORD_STATE_UNKNOWN == FLAG_FAIL - FLAG_UNKNOWN,
               "each state has a name");

const char *report_word(enum report_language language, enum report_word word)
{
    return words[word][language];
}

const char *report_fill(const struct report_voice *voice, enum report_word word,
                        const char *const *values)
{
    struct text out = text_open(voice->arena);
    size_t given = 0;
    while (given < REPORT_VALUES && values[given])
        given++;
    text_add(&out, "");
    for (const char *at = report_word(voice->language, word); *at; at++) {
        bool place = at[0] == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}';
        if (!place) {
            text_add_bytes(&out, at, 1);
            continue;
        }
        size_t value = (size_t)(at[1] - '1');
        text_add(&out, value < given ? values[value] : "");
        at += 2;
    }
    return out.bytes;
}

enum report_word report_flag_name(enum flag_kind kind)
{
    return (enum report_word)(WORD_FLAG_TRACKS + 2 * (kind - QUALITY_TRACKS));
}

enum report_word report_flag_unit(enum flag_kind kind)
{
    return (enum report_word)(WORD_UNIT_TRACKS + 2 * (kind - QUALITY_TRACKS));
}

enum report_word report_state(enum flag_state state)
{
    return (enum report_word)(WORD_STATE_UNKNOWN + (state - FLAG_UNKNOWN));
}

enum report_word report_term(enum measure_term term)
{
    return (enum report_word)(WORD_TERM_COUNTING + (term - MEASURE_TERM_COUNTING));
}
