/* derived.c: unknown in, unknown out; what is computed never looks like what was measured. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/derived.h"

#include <assert.h>
#include <math.h>

static const struct field derived_fields[] = {
    FIELD(struct derived, name, .help = "What was computed"),
    FIELD(struct derived, value, .help = "The number"),
    FIELD(struct derived, uncertainty, .help = "Standard uncertainty, k = 1"),
    FIELD(struct derived, unit, .help = "Its unit, or nothing for a bare number"),
    FIELD(struct derived, formula, .help = "Name and version of the formula, and the formula"),
};
const struct schema derived_schema = SCHEMA("derived", struct derived, derived_fields);

struct derivations derivations_open(struct arena *arena)
{
    return (struct derivations){
        .arena = arena,
        .rows.items = arena_take(arena, DERIVED_MOST * sizeof(struct derived)),
    };
}

void derivations_add(struct derivations *list, const struct derived *derived)
{
    if (!derived->value.text)
        return;
    assert(list->rows.count < DERIVED_MOST);
    ROWS(list->rows, struct derived)[list->rows.count++] = *derived;
}

struct real derived_number(struct arena *arena, double value)
{
    if (fabs(value) < 1e7 && rint(value) == value)
        return (struct real){arena_print(arena, "%.0f", value), value};
    return real_of(arena, value);
}

struct real derived_particles(struct arena *arena, int64_t volume_ul, struct real per_ml)
{
    return per_ml.text ? derived_number(arena, (double)volume_ul / 1000 * per_ml.value) : per_ml;
}

struct real derived_mass_mg(struct arena *arena, int64_t volume_ul, struct real ug_per_ml)
{
    return ug_per_ml.text ? derived_number(arena, (double)volume_ul * ug_per_ml.value / 1e6)
                          : ug_per_ml;
}

struct real derived_less(struct arena *arena, struct real one, struct real other)
{
    if (!one.text || !other.text)
        return (struct real){0};
    return derived_number(arena, one.value - other.value);
}

struct real derived_ratio(struct arena *arena, struct real part, struct real whole)
{
    if (!part.text || !whole.text || whole.value <= 0)
        return (struct real){0};
    return derived_number(arena, part.value / whole.value);
}

struct real derived_percent(struct arena *arena, struct real part, struct real whole)
{
    if (!part.text || !whole.text || whole.value <= 0)
        return (struct real){0};
    return derived_number(arena, 100 * part.value / whole.value);
}
