/* intake.h: what a patient is asked, and how the answers meet the signed list. */
#ifndef TREATMENT_INTAKE_H
#define TREATMENT_INTAKE_H

#include "treatment/contraindication.h"

#include "contract/operation.h"

struct intake_answer {
    const char *rule;
    const char *answer;
    const char *evidence;     /* personal: diagnosis, drugs, test, attending physician */
    struct date since;        /* when it began */
    struct date until;        /* when it ended, or the last dose of a drug */
    struct date remission_on; /* of a malignancy */
    bool accepted;
    const char *accepted_why; /* personal: it tells of a disease */
};

struct allergy {
    const char *agent;    /* personal */
    const char *reaction; /* personal */
    struct count grade;
};

struct medicine {
    const char *name; /* personal */
    const char *kind;
    struct date last_on;
};

/* Of human origin, here or elsewhere. */
struct earlier_product {
    const char *kind;
    const char *name; /* personal */
    const char *lot;
    struct date used_on;
};

struct cancer_screening {
    struct date screened_on;
    const char *kind;           /* personal */
    const char *markers;        /* personal */
    const char *family_history; /* personal */
    const char *reason;         /* personal: why there was none */
};

struct intake {
    const struct rows *answers;
    const struct rows *allergies;
    const struct rows *medicines;
    const struct rows *products;
    const struct cancer_screening *screening;
};

extern const struct schema intake_answer_schema, allergy_schema, medicine_schema,
    earlier_product_schema, cancer_screening_schema;

/* The signed list with the answers in it, into facts->asked and facts->screening. An answer to a
 * rule that is not on the list, a second one, or an acceptance without a reason is refused. */
MUST_USE bool intake_fill(struct work *work, const struct intake *intake,
                          struct intake_facts *facts);

#endif
