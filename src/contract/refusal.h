/* refusal.h: what was asked for and not allowed, kept without the input and without a sentence. */
#ifndef CONTRACT_REFUSAL_H
#define CONTRACT_REFUSAL_H

#include "contract/operation.h"

struct refusal {
    const char *operation;
    const char *subject;
    const char *kind; /* forbidden, rule, conflict */
    const char *field;
    const char *rules;
    int64_t repeated; /* the same refusal before, within a minute of the last entry about it */
};

extern const struct table refusal_table;
extern const struct operation refusal_operations[];
enum { REFUSAL_OPERATIONS = 2 };

/* Whether an entry is due; if not, it was counted. Sets repeated. */
MUST_USE bool refusal_due(struct work *work, struct refusal *refusal, bool *due);

#endif
