/* real.c: decimal text to a number, and the shortest decimal text of a number. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/real.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_NUMBER = 40 };

static bool skip_digits(const char **at)
{
    size_t count = strspn(*at, "0123456789");
    *at += count;
    return count > 0;
}

/* sign digits [. digits] [e sign digits] */
static bool is_decimal(const char *at)
{
    at += *at == '-';
    if (!skip_digits(&at))
        return false;
    if (*at == '.') {
        at++;
        if (!skip_digits(&at))
            return false;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        if (!skip_digits(&at))
            return false;
    }
    return *at == '\0';
}

bool real_parse(const char *text, double *value)
{
    if (!text || strlen(text) > LONGEST_NUMBER || !is_decimal(text))
        return false;
    *value = strtod(text, NULL);
    return isfinite(*value);
}

/* As people write it: 5000 and 0.0025 in full, 1.21875e10 with a power of ten. */
static const char *print_digits(struct arena *arena, double value, int digits)
{
    enum { SMALLEST_POWER = -4, LARGEST_POWER = 8 };
    char *scientific = arena_print(arena, "%.*e", digits - 1, value);
    char *mark = strchr(scientific, 'e');
    long power = strtol(mark + 1, NULL, 10);
    *mark = '\0';
    if (power < SMALLEST_POWER || power > LARGEST_POWER)
        return arena_print(arena, "%se%ld", scientific, power);
    return arena_print(arena, "%.*f", digits - 1 > power ? digits - 1 - (int)power : 0, value);
}

/* Fifteen digits survive a double, so the shortest text of at most as many is that of fifteen
 * without its last zeros. Subnormal numbers have fewer. */
static int least_digits(double value)
{
    char text[32];
    int digits = 15;
    if (!isnormal(value))
        return 1;
    snprintf(text, sizeof text, "%.14e", fabs(value));
    while (digits > 1 && text[digits] == '0')
        digits--;
    return digits;
}

struct real real_of(struct arena *arena, double value)
{
    struct real real = {.value = value};
    if (!isfinite(value))
        return (struct real){0};
    for (int digits = least_digits(value); digits <= 17; digits++) {
        double again = 0;
        real.text = print_digits(arena, value, digits);
        if (real_parse(real.text, &again) && again == value)
            break;
    }
    return real;
}
