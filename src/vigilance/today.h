/* today.h: what waits for the person who asks, at this site, with the clocks that run? */
#ifndef VIGILANCE_TODAY_H
#define VIGILANCE_TODAY_H

#include "contract/operation.h"

/* One thing that waits. It is shown to whoever may do what settles it, at the site where that is
 * done, and to nobody else. */
struct waiting {
    const char *kind;
    const char *subject_kind; /* of the code, as lot */
    const char *code;
    const char *site;      /* where it is settled */
    const char *operation; /* that settles it, as lot.release */
    const char *member;    /* of its input, that takes the code */
    const char *beside;    /* what else it concerns, as patient:P-0001, or NULL */
    struct instant since;
    struct date due_on;    /* day on which it is due, or from which it can be done */
    struct instant due_at; /* where the clock runs in minutes */
    bool overdue;          /* a last day or a last minute is known, and has passed */
    const char *waiting;   /* one sentence */
    struct count amount;
    const char *unit; /* of the amount */
};

extern const struct schema waiting_schema;
extern const struct operation today_operations[];
enum { TODAY_OPERATIONS = 1 };

/* Pure: overdue first, then by when it is due, then by kind and code. */
int waiting_compare(const void *one, const void *other);

#endif
