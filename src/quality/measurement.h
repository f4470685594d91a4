/* measurement.h: what did somebody read, count or see in one test? */
#ifndef QUALITY_MEASUREMENT_H
#define QUALITY_MEASUREMENT_H

#include "contract/operation.h"

extern const struct operation measurement_operations[];
enum { MEASUREMENT_OPERATIONS = 1 };

#endif
