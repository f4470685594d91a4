/* nanosight_agreement.h: do the numbers that the file prints follow from its bins? */
#ifndef MEASURE_NANOSIGHT_AGREEMENT_H
#define MEASURE_NANOSIGHT_AGREEMENT_H

#include "measure/nanosight_field.h"

/* Settles the edge of the percentiles and the scope of the averages, and raises a flag for every
 * printed number that does not follow from the bins within the rounding of both. */
void nanosight_agreement_settle(struct arena *arena, struct nanosight *draft,
                                const struct nanosight_table *table);

#endif
