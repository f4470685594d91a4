/* figure.c: plain digits between a thousandth and a million, powers of ten outside. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/figure.h"

#include <math.h>
#include <string.h>

enum { LONGEST_ENTERED = 7, COMPUTED_DIGITS = 4 };

static const char *print_power(struct arena *arena, double value, int digits)
{
    char *text = arena_print(arena, "%.*e", digits - 1, value);
    char *power = strchr(text, 'e');
    int exponent = 0;
    for (const char *at = power + 2; *at; at++)
        exponent = 10 * exponent + (*at - '0');
    const char *sign = power[1] == '-' ? "-" : "";
    *power = '\0';
    return arena_print(arena, "%se%s%d", text, sign, exponent);
}

const char *figure_print(struct arena *arena, const struct real *real, int digits)
{
    if (!real->text)
        return "-";
    const double size = fabs(real->value);
    if (size > 0 && (size >= 1e6 || size < 1e-3))
        return print_power(arena, real->value, digits);
    const int decimals = digits - 1 - (size > 0 ? (int)floor(log10(size)) : 0);
    return arena_print(arena, "%.*f", decimals > 0 ? decimals : 0, real->value);
}

const char *figure_fixed(struct arena *arena, const struct real *real, int decimals)
{
    return real->text ? arena_print(arena, "%.*f", decimals, real->value) : "-";
}

const char *figure_entered(struct arena *arena, const struct real *real)
{
    if (real->text && strlen(real->text) <= LONGEST_ENTERED)
        return real->text;
    return figure_print(arena, real, COMPUTED_DIGITS);
}
