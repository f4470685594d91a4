/* nanosight_head.h: what does an experiment summary say before its table of bins? */
#ifndef MEASURE_NANOSIGHT_HEAD_H
#define MEASURE_NANOSIGHT_HEAD_H

#include "measure/nanosight_reading.h"

/* Reads from the first section to the heading of the bins, which becomes the current row. */
MUST_USE bool nanosight_head_read(struct nanosight_reading *reading);

#endif
