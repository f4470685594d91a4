/* real.h: a number as people write it, with what it says to a machine. */
#ifndef BASE_REAL_H
#define BASE_REAL_H

#include "base/arena.h"

#include <stdbool.h>

struct real { /* a measured or derived number; unknown while text is NULL */
    const char *text;
    double value;
};

/* Decimal text, as people write it, to a double: no hexadecimal, no infinity, nothing behind. */
bool real_parse(const char *text, double *value);
/* A derived number as text: seventeen digits where needed, fewer where they say the same. */
struct real real_of(struct arena *arena, double value);

#endif
