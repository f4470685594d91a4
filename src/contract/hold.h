/* hold.h: what is on hold, and what that stops downstream. */
#ifndef CONTRACT_HOLD_H
#define CONTRACT_HOLD_H

#include "chain/link.h"
#include "contract/operation.h"

struct hold_order {
    const char *subject; /* kind:code, as donor:D-0001 or lot:L-25-001 */
    const char *why;     /* one of the words in hold.c */
};

struct hold {
    const char *subject;
    const char *why;
    bool open;
    int64_t entry;
};

extern const struct table hold_table;
extern const struct operation hold_operations[];
enum { HOLD_OPERATIONS = 3 };

/* The open holds that stop a thing: its own, then those of everything it came from. Asked, not
 * copied. */
MUST_USE bool hold_stopping(struct work *work, const char *name, struct rows *holds);

#endif
