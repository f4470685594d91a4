/* derivation.h: what follows from other results and from the way a lot was made? */
#ifndef QUALITY_DERIVATION_H
#define QUALITY_DERIVATION_H

#include "contract/operation.h"

/* A value and the two that it is made of: over / under, both as recorded. */
struct derivation_facts {
    const char *formula;
    struct real over;
    struct real under;
    struct real value;
};

extern const struct schema derivation_facts_schema;
extern const struct operation derivation_operations[];
extern const struct rule derivation_rules[];
enum { DERIVATION_OPERATIONS = 1, DERIVATION_RULES = 1 };

/* Whether a result of the lot follows from the record, and is therefore never typed. */
bool derivation_computes(const char *attribute);

void derivation_judge(struct arena *arena, const struct derivation_facts *facts,
                      struct rows *findings);

#endif
