/* standing.h: what still keeps a recall open? */
#ifndef VIGILANCE_STANDING_H
#define VIGILANCE_STANDING_H

#include "contract/operation.h"

extern const struct operation standing_operations[];
enum { STANDING_OPERATIONS = 1 };

#endif
