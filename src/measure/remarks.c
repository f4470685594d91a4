/* remarks.c: the first few findings of a kind, in words of bounded length. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/remarks.h"

#include <stdarg.h>
#include <stdio.h>

/* A sentence that was cut must not end in half a character. */
static void end_whole(char *text, size_t length)
{
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80)
        length--;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xC0)
        length--;
    text[length] = '\0';
}

void remarks_add(struct remarks *findings, const char *format, ...)
{
    findings->count++;
    if (findings->count > FINDINGS_SHOWN)
        return;
    size_t room = sizeof findings->text - findings->length;
    char sentence[FINDINGS_BYTES / FINDINGS_SHOWN - 2];
    va_list list;
    va_start(list, format);
    int wanted = vsnprintf(sentence, sizeof sentence, format, list);
    va_end(list);
    if (wanted >= (int)sizeof sentence)
        end_whole(sentence, sizeof sentence - 1);
    int added = snprintf(findings->text + findings->length, room, "%s%s",
                         findings->count > 1 ? "; " : "", sentence);
    if (added > 0)
        findings->length += (size_t)added < room ? (size_t)added : room - 1;
}

const char *remarks_text(struct arena *arena, const struct remarks *findings)
{
    return findings->count > FINDINGS_SHOWN ? arena_print(arena, "%s; and %zu more", findings->text,
                                                          findings->count - FINDINGS_SHOWN)
                                            : arena_copy(arena, findings->text);
}
