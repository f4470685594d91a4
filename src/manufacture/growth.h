/* growth.h: how often did cells double between two counts? */
#ifndef MANUFACTURE_GROWTH_H
#define MANUFACTURE_GROWTH_H

#include "base/schema.h"

/* Kept beside every computed number of doublings, so that a later formula is told apart. */
extern const char growth_formula[];

/* log2(to / from), and 0 where cells were lost: cells do not grow younger. Unknown without cells
 * on both sides. */
struct real growth_doublings(struct arena *arena, double from, double to);

/* The sum; unknown when one of them is. */
struct real growth_sum(struct arena *arena, const struct real *before, const struct real *gained);

#endif
