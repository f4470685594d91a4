/* doubts.h: which facts of a measurement do its flags judge? */
#ifndef MEASURE_DOUBTS_H
#define MEASURE_DOUBTS_H

#include "measure/measurement.h"

/* Returns the worst state that was raised. */
enum flag_state doubts_raise(struct arena *arena, const struct measurement_settings *settings,
                             const struct measurement *measurement, struct flag flags[FLAGS]);

#endif
