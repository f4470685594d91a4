/* destruction.h: may these bank vials or bottles be destroyed, before a witness? */
#ifndef MANUFACTURE_DESTRUCTION_H
#define MANUFACTURE_DESTRUCTION_H

#include "contract/operation.h"

/* What is known when something is to be destroyed. */
struct destruction_facts {
    const char *holds;    /* subjects of the holds that stop it, "none", or NULL: unknown */
    const char *standing; /* of its donors: quarantine, eligible, ineligible; NULL: unknown */
    int64_t reserve;      /* how many of the vials are kept as a reserve */
};

extern const struct operation destruction_operations[];
extern const struct rule destruction_rules[];
enum { DESTRUCTION_OPERATIONS = 2, DESTRUCTION_RULES = 2 };

/* Pure: one finding per rule. */
void destruction_judge(struct arena *arena, const struct destruction_facts *facts,
                       struct rows *findings);

#endif
