/* limit.h: does a reading meet a limit? Pure: no clock, no database. */
#ifndef QUALITY_LIMIT_H
#define QUALITY_LIMIT_H

#include "contract/rule.h"
#include "manufacture/product.h"

struct reading {
    struct real value;
    struct real uncertainty; /* expanded, in the unit of the value */
    const char *outcome;
    const char *controls; /* passed, failed, not_done, or NULL */
};

/* By the decision rule of the limit:
 *   simple    the value alone decides
 *   guarded   met only where the whole interval value +/- uncertainty meets the limit
 *   interval  met or not met only where the whole interval does or does not; unknown between
 * Nothing passes whose controls failed, and sterility only when they passed (QC-04.controls/1). */
enum verdict limit_judge(const struct specification_limit *limit, const struct reading *reading);

#endif
