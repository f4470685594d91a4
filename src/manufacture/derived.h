/* derived.h: a number that was computed from others, with the name of its formula. */
#ifndef MANUFACTURE_DERIVED_H
#define MANUFACTURE_DERIVED_H

#include "base/schema.h"

struct derived {
    const char *name;
    struct real value;
    struct real uncertainty; /* standard uncertainty, k = 1; unknown where none is computed */
    const char *unit;
    const char *formula; /* name, version and words */
};
extern const struct schema derived_schema;

/* A list in the arena; numbers that are not known are left out. */
struct derivations {
    struct arena *arena;
    struct rows rows;
};
enum { DERIVED_MOST = 24 };
struct derivations derivations_open(struct arena *arena);
void derivations_add(struct derivations *list, const struct derived *derived);

/* As real_of, but whole numbers that people read as such are written without an exponent. */
struct real derived_number(struct arena *arena, double value);

/* Unknown whenever something that goes in is unknown or a whole is nothing. */
struct real derived_particles(struct arena *arena, int64_t volume_ul, struct real per_ml);
struct real derived_mass_mg(struct arena *arena, int64_t volume_ul, struct real ug_per_ml);
struct real derived_less(struct arena *arena, struct real one, struct real other);
struct real derived_ratio(struct arena *arena, struct real part, struct real whole);
struct real derived_percent(struct arena *arena, struct real part, struct real whole);

#endif
