/* growth.c: population doublings are computed from two counts, never typed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/growth.h"

#include <math.h>

const char growth_formula[] = "doublings/1";

struct real growth_doublings(struct arena *arena, double from, double to)
{
    if (!(from > 0) || !(to > 0))
        return (struct real){0};
    return real_of(arena, to > from ? log2(to / from) : 0);
}

struct real growth_sum(struct arena *arena, const struct real *before, const struct real *gained)
{
    if (!before->text || !gained->text)
        return (struct real){0};
    return real_of(arena, before->value + gained->value);
}
