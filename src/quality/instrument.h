/* instrument.h: what was measured with an instrument, and how far was it off on counted beads? */
#ifndef QUALITY_INSTRUMENT_H
#define QUALITY_INSTRUMENT_H

#include "contract/operation.h"

extern const struct operation instrument_operations[];
enum { INSTRUMENT_OPERATIONS = 2 };

#endif
