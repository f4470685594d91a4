/* donor.h: who gave the material, and may it be used? Identity apart from the product chain. */
#ifndef DONATION_DONOR_H
#define DONATION_DONOR_H

#include "contract/operation.h"

struct donor_registration { /* what a caller may say; the status is ours */
    const char *code;
    const char *tissue;
    const char *sex;
    const char *name;              /* personal */
    const char *birth_date;        /* personal; the age is computed from it */
    const char *tested_person;     /* donor, birth_mother: who is tested is not always who gave */
    const char *mother_name;       /* personal; of the birth mother who is tested */
    const char *mother_birth_date; /* personal */
    bool identity_checked;
    bool treatment_first; /* treatment was not changed in order to obtain tissue */
    const char *chosen_because;
    int64_t payment_yen; /* for the tissue itself; only 0 makes it a donation */
    int64_t travel_yen;  /* actual costs */
    const char *travel_purpose;
    const char *insurance_policy;
    struct date insured_until;
};

struct donor {
    const char *code;
    const char *site;
    const char *tissue;
    const char *sex;
    const char *name;
    const char *birth_date;
    const char *tested_person;
    const char *mother_name;
    const char *mother_birth_date;
    int64_t age_years; /* at registration */
    bool identity_checked;
    bool treatment_first;
    int64_t payment_yen;
    int64_t travel_yen;
    const char *insurance_policy;
    struct date insured_until;
    const char *history;     /* clear, finding, incomplete; NULL until asked */
    const char *examination; /* clear, finding; NULL until done */
    const char *unasked;     /* items of the signed interview without an answer, or "none" */
    const char *decision;    /* eligible, ineligible; NULL until signed */
    int64_t entry;           /* registration */
    int64_t examined_entry;
    int64_t decided_entry;
    const char *status;      /* in words, computed when shown; no column */
    struct date retest_from; /* first day on which a sample can close the window; no column */
};

extern const struct table donor_table;
extern const struct operation donor_operations[];
enum { DONOR_OPERATIONS = 3 };

/* For judges: the donor, if it is one of the site at which the actor acts. */
MUST_USE bool donor_need(struct work *work, const char *code, struct donor *donor);
/* For judges: a day that somebody reports must not lie ahead. */
MUST_USE bool donor_check_day(struct work *work, const char *field, struct date day);

#endif
