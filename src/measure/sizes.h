/* sizes.h: does a grid of sizes make sense, and how wide are its cells? */
#ifndef MEASURE_SIZES_H
#define MEASURE_SIZES_H

#include "measure/measure.h"

enum { SIZES_LEAST = 3, SIZES_MOST = 10000 };

bool sizes_are_usable(const struct measure_sizes *sizes);
/* In ln(size). */
double sizes_log_width(const struct measure_sizes *sizes);

#endif
