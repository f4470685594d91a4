/* occupancy.h: what was open where, and when, so that nothing of two donors meets? */
#ifndef MANUFACTURE_OCCUPANCY_H
#define MANUFACTURE_OCCUPANCY_H

#include "contract/operation.h"

/* Something in a room or cabinet for a while. */
struct presence {
    const char *thing;  /* kind:code */
    const char *donors; /* codes separated by blanks; "none"; NULL when unknown */
    struct instant from;
    struct instant until;
};

struct occupancy_facts {
    struct rows things; /* struct presence that come in now */
    struct rows others; /* struct presence that are there meanwhile */
};

extern const struct table occupancy_table;
extern const struct operation occupancy_operations[];
enum { OCCUPANCY_OPERATIONS = 2 };
extern const struct rule occupancy_rules[];
enum { OCCUPANCY_RULES = 1 };

/* Pure: one finding per thing that comes in. */
void occupancy_judge(struct arena *arena, const struct occupancy_facts *facts,
                     struct rows *findings);

#endif
