/* quarantine.h: what becomes of vials that arrived and may not be used yet? */
#ifndef SUPPLY_QUARANTINE_H
#define SUPPLY_QUARANTINE_H

#include "contract/operation.h"

extern const struct operation quarantine_operations[];
enum { QUARANTINE_OPERATIONS = 1 };

#endif
