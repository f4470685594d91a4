/* address.c: percent-decoding that refuses what could mean two things. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/address.h"

#include <string.h>

enum { QUERY_MEMBERS = 64 };

bool address_is_plain(const char *target)
{
    if (*target != '/')
        return false;
    for (; *target; target++)
        if (*target <= ' ' || *target >= 0x7F || strchr("\"#<>\\^`{|}", *target))
            return false;
    return true;
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

/* One byte at the front of a part: how many characters it took, or 0 if it is broken. */
static size_t decode_one(const char *part, size_t size, char *byte)
{
    *byte = part[0];
    if (part[0] != '%')
        return 1;
    int high = size < 3 ? -1 : digit_value(part[1]);
    int low = size < 3 ? -1 : digit_value(part[2]);
    *byte = (char)(unsigned char)(high * 16 + low);
    return high < 0 || low < 0 || !*byte ? 0 : 3;
}

bool address_decode(struct arena *arena, struct fault *fault, const char *part, size_t size,
                    bool plus_is_blank, const char **plain)
{
    char *out = arena_take(arena, size + 1);
    size_t length = 0;
    for (size_t at = 0; at < size;) {
        size_t taken = decode_one(part + at, size - at, &out[length]);
        if (!taken)
            return fail(fault, FAULT_INPUT, "",
                        "The address holds a percent sign that is not "
                        "followed by two hexadecimal digits other than 00; correct it.");
        if (plus_is_blank && part[at] == '+')
            out[length] = ' ';
        at += taken;
        length++;
    }
    *plain = out;
    return text_is_utf8(out, length) || fail(fault, FAULT_INPUT, "",
                                             "The address is not UTF-8; write other characters as "
                                             "percent signs with their UTF-8 bytes.");
}

static bool query_member(struct arena *arena, struct fault *fault, const char *member, size_t size,
                         struct given *given)
{
    const char *equals = memchr(member, '=', size);
    size_t name = equals ? (size_t)(equals - member) : size;
    if (!name)
        return fail(fault, FAULT_INPUT, "",
                    "The query of the address holds a value without a "
                    "name; write name=value.");
    return address_decode(arena, fault, member, name, true, &given->name) &&
           address_decode(arena, fault, equals ? equals + 1 : "", equals ? size - name - 1 : 0,
                          true, &given->text);
}

bool address_query(struct arena *arena, struct fault *fault, const char *query,
                   struct given **given, size_t *count)
{
    *count = 0;
    *given = arena_take(arena, QUERY_MEMBERS * sizeof **given);
    while (query && *query) {
        size_t size = strcspn(query, "&");
        if (*count == QUERY_MEMBERS)
            return fail(fault, FAULT_INPUT, "",
                        "The query of the address holds more than %d "
                        "values.",
                        QUERY_MEMBERS);
        if (!query_member(arena, fault, query, size, &(*given)[*count]))
            return false;
        (*count)++;
        query += size + (query[size] == '&');
    }
    return true;
}
