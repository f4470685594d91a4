/* bottle.h: in which bottles is a harvest frozen, and what became of each? */
#ifndef MANUFACTURE_BOTTLE_H
#define MANUFACTURE_BOTTLE_H

#include "contract/operation.h"

struct bottle {
    const char *harvest;
    int64_t number;
    const char *state; /* frozen, used, destroyed */
    int64_t volume_ul;
    const char *position; /* of the first; the bottles are numbered within */
    const char *why;      /* why it is in this state, or NULL */
    int64_t entry;
};

extern const struct table bottle_table;
extern const struct operation bottle_operations[];
extern const struct rule bottle_rules[];
enum { BOTTLE_OPERATIONS = 3, BOTTLE_RULES = 1 };

/* For judges: bottles first..last are frozen; volume_ul is what they hold together. */
MUST_USE bool bottle_check(struct work *work, const char *harvest, int64_t first, int64_t last,
                           int64_t *volume_ul);
/* What bottles that nobody thawed hold of a harvest; 0 where it was never frozen. */
MUST_USE bool bottle_frozen(struct work *work, const char *harvest, int64_t *volume_ul);
/* For apply: bottles first..last become what to says. */
MUST_USE bool bottle_change(struct work *work, const struct bottle *to, int64_t first,
                            int64_t last);

#endif
