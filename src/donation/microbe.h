/* microbe.h: was the received tissue tested for microbes, and what grew? */
#ifndef DONATION_MICROBE_H
#define DONATION_MICROBE_H

#include "contract/operation.h"

extern const struct operation microbe_operations[];
enum { MICROBE_OPERATIONS = 1 };

#endif
