/* member.c: names, commas and values of JSON. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/member.h"

#include "base/json.h"

#include <string.h>

static void add_name(struct text *out, const char *name)
{
    static const char open[] = "{[";
    if (out->length && !strchr(open, out->bytes[out->length - 1]))
        text_add(out, ",");
    if (!name)
        return;
    json_add_text(out, name);
    text_add(out, ":");
}

void member_begin(struct text *out, const char *name, const char *bracket)
{
    add_name(out, name);
    text_add(out, bracket);
}

void member_words(struct text *out, const char *name, const char *words)
{
    add_name(out, name);
    json_add_text(out, words);
}

void member_number(struct text *out, const char *name, double number)
{
    add_name(out, name);
    json_add_real(out, number);
}

void member_count(struct text *out, const char *name, size_t count)
{
    add_name(out, name);
    text_add_integer(out, (int64_t)count);
}

void member_flag(struct text *out, const char *name, bool flag)
{
    add_name(out, name);
    text_add(out, flag ? "true" : "false");
}
