/* sample.h: which vials were taken for a test, and what were they before? */
#ifndef QUALITY_SAMPLE_H
#define QUALITY_SAMPLE_H

#include "manufacture/lot.h"
#include "manufacture/vial.h"

/* For judges: the parts of first..last as they are in stock at the maker, cut at both ends; none
 * when first is 0. */
MUST_USE bool sample_take(struct work *work, const struct lot *lot, int64_t first, int64_t last,
                          struct rows *parts);

/* For apply: they count as tested from here on. */
MUST_USE bool sample_mark(struct work *work, const struct rows *parts, int64_t entry);

#endif
