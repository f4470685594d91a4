/* readings.h: what did the logger of a shipment read, and what was told of it on that day? */
#ifndef SUPPLY_READINGS_H
#define SUPPLY_READINGS_H

#include "contract/operation.h"

extern const struct operation readings_operations[];
enum { READINGS_OPERATIONS = 2 };

#endif
