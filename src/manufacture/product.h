/* product.h: what a product must be: the signed specification and its limits. */
#ifndef MANUFACTURE_PRODUCT_H
#define MANUFACTURE_PRODUCT_H

#include "contract/operation.h"

/* One limit: a range, or an outcome in words, never both. */
struct specification_limit {
    const char *specification; /* code/version, as XP-AD/1.0 */
    const char *attribute;
    struct real low;
    struct real high;
    bool strict;         /* the ends themselves lie outside, as in "< 0.25" */
    const char *outcome; /* as no_growth */
    const char *unit;
    const char *decision_rule; /* simple, guarded, interval */
    const char *measured_by;   /* video, calibrated_instrument: nothing else meets it; NULL: any */
    const char *flags_worst;   /* of a video: warn or fine, which flags may be raised */
    const char *basis;
    const char
        *route_scope; /* routes that the limit is asked for, separated by blanks; NULL: all */
};

struct specification {
    const char *specification; /* code/version */
    const char *code;
    const char *version;
    const char *product_class;
    const char *tissue; /* source tissue that alone may go in */
    const char *routes; /* separated by blanks */
    struct count shelf_life_months;
    struct real storage_c; /* warmest */
    struct count freeze_thaw_most;
    int64_t entry;
};

extern const struct table specification_table, specification_limit_table;
extern const struct schema specification_limit_schema;
extern const struct operation product_operations[];
extern const struct rule product_rules[];
enum { PRODUCT_OPERATIONS = 3, PRODUCT_RULES = 5 };

/* A signed one, by code/version. */
MUST_USE bool specification_need(struct work *work, const char *field, const char *name,
                                 struct specification *specification);

/* Its limit for an attribute; found is false where it asks nothing of it. */
MUST_USE bool specification_limit_find(struct work *work, const char *specification,
                                       const char *attribute, struct specification_limit *limit,
                                       bool *found);

/* What it demands of the measurement, as "video, no flag worse than warn"; NULL for nothing. */
const char *specification_limit_demand(struct arena *arena,
                                       const struct specification_limit *limit);

/* As "0.80e10 to 1.20e10 1/ml", "< 0.25 EU/ml" or "no_growth". */
const char *specification_limit_print(struct arena *arena, const struct specification_limit *limit);

#endif
