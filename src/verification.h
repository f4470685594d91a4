/* verification.h: is the record whole? Asked part by part, so that who asks sees how far it is. */
#ifndef VERIFICATION_H
#define VERIFICATION_H

#include "contract/operation.h"

extern const struct operation verification_operations[];
enum { VERIFICATION_OPERATIONS = 1 };

#endif
