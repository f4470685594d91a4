/* donor.h: who gave the material, and may it be used? Identity apart from the product chain. */
#ifndef DONATION_DONOR_H
#define DONATION_DONOR_H

#include "contract/operation.h"

struct donor_registration { /* what a caller may say; the status is ours */
    const char *code;
    const char *tissue;
    const char *sex;
    const char *name;       /* personal */
    const char *birth_date; /* personal; the age is computed from it */
    bool identity_checked;
    bool treatment_first; /* treatment was not changed in order to obtain tissue */
    const char *chosen_because;
};

struct donor {
    const char *code;
    const char *site;
    const char *tissue;
    const char *sex;
    const char *name;
    const char *birth_date;
    int64_t age_years; /* at registration */
    bool identity_checked;
    bool treatment_first;
    const char *history;     /* clear, finding; NULL until asked */
    const char *examination; /* clear, finding; NULL until done */
    const char *decision;    /* eligible, ineligible; NULL until signed */
    int64_t entry;           /* registration */
    int64_t examined_entry;
    int64_t decided_entry;
};

extern const struct table donor_table;
extern const struct operation donor_operations[];
enum { DONOR_OPERATIONS = 4 };

#endif
