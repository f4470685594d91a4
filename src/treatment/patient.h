/* patient.h: who is treated, and until when is that person eligible? */
#ifndef TREATMENT_PATIENT_H
#define TREATMENT_PATIENT_H

#include "contract/operation.h"

struct patient_registration { /* what a caller may say */
    const char *code;
    const char *name;       /* personal */
    const char *reading;    /* personal */
    const char *birth_date; /* personal; the age is computed from it */
    const char *sex;
    const char *language;
    const char *phone;          /* personal */
    const char *address;        /* personal */
    const char *second_contact; /* personal: whom else to ask */
    bool recontact_agreed;      /* may be reached later */
    struct date contact_confirmed_on;
};

struct patient {
    const char *code;
    const char *site;
    const char *name;
    const char *reading;
    const char *birth_date;
    int64_t age_years; /* at registration */
    const char *sex;
    const char *language;
    const char *phone;
    const char *address;
    const char *second_contact;
    bool recontact_agreed;
    struct date contact_confirmed_on;
    const char *examination;    /* newest, or NULL */
    const char *decision;       /* eligible, not_eligible; NULL until examined */
    const char *standing;       /* rules that stood in the way then, or none */
    const char *examined_route; /* NULL: for every route */
    struct date examined_on;
    struct date eligible_until; /* last day */
    const char *ended_by;       /* what ended it since, as event:AE-0001 or new_drug, or NULL */
    int64_t entry;
    int64_t examined_entry; /* 0 before */
};

/* What plans and doses ask about the person on one day. */
struct eligibility {
    const char *decision;
    struct date examined_on;
    struct date until;
    const char *ended_by; /* none, or what ended it; NULL: never examined */
    struct date asked_on;
};

extern const struct table patient_table;
extern const struct schema eligibility_facts_schema;
extern const struct operation patient_operations[];
enum { PATIENT_OPERATIONS = 4 };

struct eligibility patient_eligibility(const struct patient *patient, struct date asked_on);

/* Pure (PT-08): the last day itself counts, and the day before the examination does not. */
enum verdict eligibility_lasts(const struct eligibility *eligibility);
/* As a sentence part: eligible until 2025-11-25. */
const char *eligibility_tell(struct arena *arena, const struct eligibility *eligibility);

#endif
