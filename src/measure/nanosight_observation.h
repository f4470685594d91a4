/* nanosight_observation.h: what else in an experiment summary bears on its numbers? */
#ifndef MEASURE_NANOSIGHT_OBSERVATION_H
#define MEASURE_NANOSIGHT_OBSERVATION_H

#include "measure/nanosight_field.h"

/* Raises the flags that need no comparison of printed numbers with the bins: the instrument's own
 * warnings, empty and unprocessed videos, the dilution, the settings and the versions. */
void nanosight_observation_settle(struct arena *arena, struct nanosight *draft,
                                  const struct nanosight_table *table);

#endif
