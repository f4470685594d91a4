/* lot_fill.h: what went into how many vials, for how long are they usable? */
#ifndef MANUFACTURE_LOT_FILL_H
#define MANUFACTURE_LOT_FILL_H

#include "contract/operation.h"

struct fill_facts {
    bool clearance_before; /* of the line */
    bool clearance_after;
    struct date filled_on;
    struct count shelf_life_months; /* signed */
    struct date last_usable_day;    /* computed from the two */
    struct date expires_on;         /* as printed */
};

extern const struct schema fill_facts_schema;
extern const struct operation lot_fill_operations[];
extern const struct rule lot_fill_rules[];
enum { LOT_FILL_OPERATIONS = 1, LOT_FILL_RULES = 6 };

/* The day before the same day so many months later; where that month is shorter, the day before
 * its last. Unknown when one of them is. */
struct date last_usable_day(struct arena *arena, struct date filled_on, struct count months);
void fill_judge(struct arena *arena, const struct fill_facts *facts, struct rows *findings);

#endif
