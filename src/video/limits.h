/* limits.h: what may the process that opens other people's files still do? */
#ifndef VIDEO_LIMITS_H
#define VIDEO_LIMITS_H

#include "base/fault.h"

#include <stddef.h>

struct limits {
    size_t memory_bytes; /* of addresses */
    size_t seconds;      /* of the processor's time */
};

/* From here on the process reads and writes what is open already, computes, and starts threads:
 * no file is opened, no connection made, no program started, nothing written but what is open, and
 * it ends with its parent. Fails where the system cannot promise that. */
MUST_USE bool limits_enter(struct fault *fault, const struct limits *limits);

#endif
