/* limit.h: does a reading meet a limit? Pure: no clock, no database. */
#ifndef QUALITY_LIMIT_H
#define QUALITY_LIMIT_H

#include "contract/rule.h"
#include "manufacture/product.h"

struct reading {
    struct real value;
    struct real uncertainty; /* expanded, in the unit of the value */
    const char *outcome;
    const char *controls;    /* passed, failed, not_done, or NULL */
    struct real below;       /* limit of quantification that the value lies below, or unknown */
    const char *measured_by; /* video, calibrated_instrument, or NULL */
    const char *worst_flag;  /* of a measurement by video: fine, warn or fail */
};

/* By the decision rule of the limit:
 *   simple    the value alone decides
 *   guarded   met only where the whole interval value +/- uncertainty meets the limit
 *   interval  met or not met only where the whole interval does or does not; unknown between
 * Below the limit of quantification only an upper limit at or above that can be met. Outcomes are
 * words separated by colons; not_applicable_allowed among them admits the outcome not_applicable.
 * What was not measured as the limit demands does not pass (QC-13.measured_by/1).
 * Nothing passes whose controls failed, and sterility only when they passed (QC-04.controls/1). */
enum verdict limit_judge(const struct specification_limit *limit, const struct reading *reading);

/* Whether the reading comes from what the limit demands; true where it demands nothing. */
bool limit_is_measured_so(const struct specification_limit *limit, const struct reading *reading);

#endif
