/* peaks.h: where is the top of a distribution? */
#ifndef MEASURE_PEAKS_H
#define MEASURE_PEAKS_H

#include "measure/measure.h"

/* Of the smoothed shares, which must hold something. */
double shares_mode_nm(const struct measure_sizes *sizes, const double *shares);

#endif
