/* naming.h: which things does a code name, that a trace can begin with? */
#ifndef VIGILANCE_NAMING_H
#define VIGILANCE_NAMING_H

#include "contract/operation.h"

extern const struct operation naming_operations[];
enum { NAMING_OPERATIONS = 1 };

#endif
