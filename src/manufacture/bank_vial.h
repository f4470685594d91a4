/* bank_vial.h: what became of each vial of a bank? Ranges that leave no gap. */
#ifndef MANUFACTURE_BANK_VIAL_H
#define MANUFACTURE_BANK_VIAL_H

#include "contract/operation.h"

/* Vials first..last, inclusive, that share everything below. Ranges of a bank cover 1..made. */
struct bank_vial {
    const char *bank;
    int64_t first;
    int64_t last;
    const char *state;    /* in_stock, qc, reserve, thawed, destroyed */
    const char *used_for; /* kind:code that a thawed vial became, or NULL */
    const char *why;      /* why it is in this state, or NULL */
    int64_t entry;        /* entry that put them here */
};

/* How many vials are in each state. */
struct bank_counts {
    int64_t made;
    int64_t in_stock;
    int64_t qc;
    int64_t reserve;
    int64_t thawed;
    int64_t destroyed;
    int64_t sum; /* of the states; always what was made */
};

extern const struct table bank_vial_table;
extern const struct schema bank_counts_schema;
extern const struct operation bank_vial_operations[];
extern const struct rule bank_vial_rules[];
enum { BANK_VIAL_OPERATIONS = 3, BANK_VIAL_RULES = 1 };

/* WCB-0001-01 */
const char *bank_vial_code(struct arena *arena, const char *bank, int64_t number);

/* For apply: the vials of a new bank, all in stock. */
MUST_USE bool bank_vial_freeze(struct work *work, const char *bank, int64_t made, int64_t entry);

/* For judges: the parts of asked->first..last, each in one of the states that asked->state names,
 * separated by blanks; otherwise FAULT_CONFLICT about the first that is not. */
MUST_USE bool bank_vial_check(struct work *work, const char *field, const struct bank_vial *asked,
                              struct rows *parts);

/* For apply: first..last become what to says. */
MUST_USE bool bank_vial_change(struct work *work, const struct bank_vial *to);

MUST_USE bool bank_vial_count(struct work *work, const char *bank, struct bank_counts *counts);

#endif
