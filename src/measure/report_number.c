/* report_number.c: digits, powers of ten and intervals as text. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_number.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double power_from = 99999.5, power_below = 1e-3;

static void add_superscript(struct text *out, int exponent)
{
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    if (exponent < 0)
        text_add(out, "⁻");
    int rest = abs(exponent);
    if (rest >= 100)
        text_add(out, raised[rest / 100 % 10]);
    if (rest >= 10)
        text_add(out, raised[rest / 10 % 10]);
    text_add(out, raised[rest % 10]);
}

static const char *power_text(const struct report_voice *voice, double value, int digits)
{
    char written[64];
    struct text out = text_open(voice->arena);
    snprintf(written, sizeof written, "%.*e", digits - 1, value);
    const char *end = strchr(written, 'e');
    int exponent = (int)strtol(end + 1, NULL, 10);
    text_add_bytes(&out, written, (size_t)(end - written));
    if (voice->plain) {
        text_print(&out, "e%d", exponent);
        return out.bytes;
    }
    text_add(&out, " × 10");
    add_superscript(&out, exponent);
    return out.bytes;
}

const char *number_text(const struct report_voice *voice, double value, int digits)
{
    char written[64];
    if (!isfinite(value))
        return voice->plain ? "-" : "–";
    if (value != 0 && (fabs(value) >= power_from || fabs(value) < power_below))
        return power_text(voice, value, digits);
    snprintf(written, sizeof written, "%.*e", digits - 1, value);
    int exponent = (int)strtol(strchr(written, 'e') + 1, NULL, 10);
    int decimals = digits - 1 - exponent;
    return arena_print(voice->arena, "%.*f", decimals > 0 ? decimals : 0, value);
}

const char *number_size(const struct report_voice *voice, double size_nm)
{
    return number_fixed(voice, size_nm, size_nm < 999.95 ? 1 : 0);
}

const char *number_given(const struct report_voice *voice, double value)
{
    if (!isfinite(value) || fabs(value) >= power_from)
        return number_text(voice, value, 3);
    return arena_print(voice->arena, "%.6g", value);
}

const char *number_fixed(const struct report_voice *voice, double value, int decimals)
{
    if (!isfinite(value))
        return voice->plain ? "-" : "–";
    return arena_print(voice->arena, "%.*f", decimals, value);
}

const char *number_count(const struct report_voice *voice, size_t count)
{
    struct text out = text_open(voice->arena);
    const char *digits = arena_print(voice->arena, "%zu", count);
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text_add(&out, ",");
        text_add_bytes(&out, digits + i, 1);
    }
    return out.bytes;
}

const char *number_signed(const struct report_voice *voice, double value, int decimals)
{
    if (!isfinite(value))
        return voice->plain ? "-" : "–";
    return arena_print(voice->arena, "%+.*f", decimals, value);
}

const char *number_interval(const struct report_voice *voice, double low, double high, int digits)
{
    return report_say(voice, WORD_INTERVAL_IS, number_text(voice, low, digits),
                      number_text(voice, high, digits));
}

const char *number_sizes(const struct report_voice *voice, double low_nm, double high_nm)
{
    return report_say(voice, WORD_INTERVAL_IS, number_size(voice, low_nm),
                      number_size(voice, high_nm));
}
