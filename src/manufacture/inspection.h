/* inspection.h: was every vial looked at, which were rejected, and where is every label? */
#ifndef MANUFACTURE_INSPECTION_H
#define MANUFACTURE_INSPECTION_H

#include "contract/operation.h"

extern const struct operation inspection_operations[];
extern const struct rule inspection_rules[];
enum { INSPECTION_OPERATIONS = 2, INSPECTION_RULES = 4 };

#endif
