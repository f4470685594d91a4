/* report_sizes.h: how are the sizes distributed, as a report of exoledger measure --json tells it?
 */
#ifndef MEASURE_REPORT_SIZES_H
#define MEASURE_REPORT_SIZES_H

#include "base/arena.h"
#include "base/fault.h"

/* Shares by cell as they are drawn: curve.h. Lives in the arena. */
struct report_sizes {
    size_t count;
    double *edges_nm; /* count + 1, rising */
    double *shares;   /* of the particles, sum 1 */
    double *low;      /* 95 % interval of each; NULL where the report has none */
    double *high;
};

/* Refuses with FAULT_MISSING, field "code", a report without them, and with FAULT_INPUT, field
 * "report" and the member, one whose numbers cannot be. The first versions wrote no curve: theirs
 * is drawn here, and has no interval. */
MUST_USE bool report_sizes_read(struct arena *arena, struct fault *fault,
                                const unsigned char *bytes, size_t size,
                                struct report_sizes *sizes);

#endif
