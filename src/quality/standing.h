/* standing.h: which result of an attribute stands? */
#ifndef QUALITY_STANDING_H
#define QUALITY_STANDING_H

#include "quality/assay.h"

/* The one that stands among the results of a lot, or NULL. */
const struct assay_result *standing_of(const struct rows *results, const char *attribute);

MUST_USE bool standing_find(struct work *work, const char *lot, const char *attribute,
                            struct assay_result *result, bool *found);

#endif
