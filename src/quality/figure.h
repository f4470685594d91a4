/* figure.h: how is a measured number printed for people? Rounded, never cut. */
#ifndef QUALITY_FIGURE_H
#define QUALITY_FIGURE_H

#include "base/schema.h"

/* With so many significant digits: 94.6, 1.19e8; "-" where unknown. */
const char *figure_print(struct arena *arena, const struct real *real, int digits);
/* With so many decimals: 3.00; "-" where unknown. */
const char *figure_fixed(struct arena *arena, const struct real *real, int decimals);
/* As it was entered where that is short, rounded to four digits where it was computed. */
const char *figure_entered(struct arena *arena, const struct real *real);

#endif
