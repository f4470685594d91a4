/* count.h: how many particles of which size does an instrument's file say that a lot holds? */
#ifndef QUALITY_COUNT_H
#define QUALITY_COUNT_H

#include "contract/operation.h"

extern const struct operation count_operations[];
extern const struct rule count_rules[];
enum { COUNT_OPERATIONS = 1, COUNT_RULES = 2 };

#endif
