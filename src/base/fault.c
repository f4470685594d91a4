/* fault.c: the first cause is kept, and one table says what a kind means outside. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Exit codes follow the order of kinds; 1 is left for "something else went wrong". */
static const struct fault_meaning meanings[FAULT_KINDS] = {
    [FAULT_NONE] = {200, 0, "none"},           [FAULT_INPUT] = {400, 2, "input"},
    [FAULT_SIGN_IN] = {401, 3, "sign_in"},     [FAULT_FORBIDDEN] = {403, 4, "forbidden"},
    [FAULT_MISSING] = {404, 5, "missing"},     [FAULT_CONFLICT] = {409, 6, "conflict"},
    [FAULT_RULE] = {409, 7, "rule"},           [FAULT_TOO_LARGE] = {413, 8, "too_large"},
    [FAULT_TOO_OFTEN] = {429, 9, "too_often"}, [FAULT_STORAGE] = {503, 10, "storage"},
    [FAULT_UNKNOWN] = {503, 11, "unknown"},
};

/* Ends a sentence that is longer than its room. */
static const char cut_mark[] = "...";

struct fault_meaning fault_meaning(enum fault_kind kind)
{
    return meanings[kind];
}

/* What snprintf cut may end with half of a character: the last one goes. */
static void cut_whole(char *text, size_t room, int wanted)
{
    size_t end = room - 1;
    if (wanted < 0 || (size_t)wanted < room)
        return;
    while (end > 0 && ((unsigned char)text[end - 1] & 0xC0) == 0x80)
        end--;
    if (end > 0 && (unsigned char)text[end - 1] >= 0xC0)
        end--;
    text[end] = '\0';
}

static void note(struct fault *fault, enum fault_kind kind, const char *field, const char *rules,
                 const char *format, va_list list) PRINTF_LIKE(5, 0);

static void note(struct fault *fault, enum fault_kind kind, const char *field, const char *rules,
                 const char *format, va_list list)
{
    if (fault->kind != FAULT_NONE)
        return;
    fault->kind = kind;
    cut_whole(fault->field, sizeof fault->field,
              snprintf(fault->field, sizeof fault->field, "%s", field));
    cut_whole(fault->rules, sizeof fault->rules,
              snprintf(fault->rules, sizeof fault->rules, "%s", rules));
    int wanted = vsnprintf(fault->text, sizeof fault->text, format, list);
    if (wanted < 0 || (size_t)wanted < sizeof fault->text)
        return;
    cut_whole(fault->text, sizeof fault->text - strlen(cut_mark), wanted);
    memcpy(fault->text + strlen(fault->text), cut_mark, sizeof cut_mark);
}

bool fail(struct fault *fault, enum fault_kind kind, const char *field, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    note(fault, kind, field, "", format, list);
    va_end(list);
    return false;
}

bool refuse(struct fault *fault, enum fault_kind kind, const char *field, const char *rules,
            const char *format, ...)
{
    va_list list;
    va_start(list, format);
    note(fault, kind, field, rules, format, list);
    va_end(list);
    return false;
}
