/* limit.h: from which size on is a count complete? */
#ifndef MEASURE_LIMIT_H
#define MEASURE_LIMIT_H

#include "measure/measurement.h"

/* Reads the brightness of a size from the longer tracks and finds the sizes that pass the threshold
 * of the counting settings. Not known without brightness, threshold or enough tracks. */
void limit_find(struct arena *arena, const struct measurement_settings *settings,
                struct measurement *measurement);

#endif
