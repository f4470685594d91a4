/* reserve.h: is enough of a lot kept back to test it once more? */
#ifndef QUALITY_RESERVE_H
#define QUALITY_RESERVE_H

#include "contract/operation.h"

struct reserve_facts {
    struct count reserve;     /* vials retained as reserve */
    struct count needed;      /* vials of the specified tests */
    struct real factor_least; /* signed */
};

extern const struct schema reserve_facts_schema;
extern const struct operation reserve_operations[];
extern const struct rule reserve_rules[];
enum { RESERVE_OPERATIONS = 1, RESERVE_RULES = 1 };

MUST_USE bool reserve_gather(struct work *work, const char *lot, struct reserve_facts *facts);
void reserve_judge(struct arena *arena, const struct reserve_facts *facts, struct rows *findings);

/* reserve / needed; unknown while nothing is needed. */
struct real reserve_factor(struct arena *arena, const struct reserve_facts *facts);

#endif
