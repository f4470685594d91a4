/* links.h: what came of what around a thing, as the ties and things that a picture is drawn from.
 */
#ifndef VIGILANCE_LINKS_H
#define VIGILANCE_LINKS_H

#include "contract/operation.h"

/* One thing in the picture, once, whichever ways lead to it. */
struct linked_thing {
    const char *name; /* kind:code */
    const char *kind;
    const char *code;
    int64_t depth;      /* steps from the start; what it came from lies below 0 */
    const char *status; /* of lots and shipments; NULL: it has none */
    bool held;
    struct rows holds;    /* struct linked_hold: each hold that stops it */
    int64_t made;         /* vials of a lot */
    int64_t more_sources; /* that the picture leaves out, as nothing of the start is in them */
    int64_t more_results;
};

struct linked_hold {
    const char *subject;
    const char *why;
};

/* What of the parent is in the child. */
struct linked_tie {
    const char *child;
    const char *child_kind;
    const char *parent;
    const char *parent_kind;
    struct count amount;
    const char *unit;
    const char *state; /* of vials at a site */
    int64_t patients;  /* who received those vials */
    int64_t entry;     /* that says so; 0: told by the vials */
};

extern const struct operation links_operations[];
enum { LINKS_OPERATIONS = 1 };

#endif
