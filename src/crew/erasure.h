/* erasure.h: may the personal data of somebody be destroyed, and was it? */
#ifndef CREW_ERASURE_H
#define CREW_ERASURE_H

#include "contract/operation.h"

struct erasure {
    const char *person; /* kind:code */
    int64_t entry;
};

extern const struct table erasure_table;
extern const struct operation erasure_operations[];
extern const struct rule erasure_rules[];
enum { ERASURE_OPERATIONS = 1, ERASURE_RULES = 1 };

/* At the start of every writer: finishes erasures that were recorded and then interrupted. */
MUST_USE bool erasure_finish_all(struct work *work);

#endif
