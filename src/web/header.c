/* header.c: is a header of a request written as everybody reads it? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/header.h"

#include <string.h>

bool header_is_token(const char *name, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (name[i] <= ' ' || name[i] >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", name[i]))
            return false;
    return size > 0;
}

bool header_is_visible(const char *value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((value[i] < ' ' && value[i] != '\t') || value[i] == 0x7F)
            return false;
    return true;
}

bool header_is_json(const char *type)
{
    static const char json[] = "application/json";
    if (!type || strncasecmp(type, json, sizeof json - 1) != 0)
        return false;
    type += sizeof json - 1;
    type += strspn(type, " \t");
    if (!*type)
        return true;
    return *type == ';' && strcasecmp(type + 1 + strspn(type + 1, " "), "charset=utf-8") == 0;
}
