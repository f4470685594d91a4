/* examination.h: has a physician looked, asked everything on the list, and decided? */
#ifndef TREATMENT_EXAMINATION_H
#define TREATMENT_EXAMINATION_H

#include "contract/operation.h"

struct examination {
    const char *code;
    const char *patient;
    const char *site;
    const char *physician;
    const char *second_physician; /* who accepted too, or NULL */
    bool realtime;
    const char *route;    /* examined for; NULL: for every one */
    const char *decision; /* eligible, not_eligible */
    const char *standing; /* rules that stand in the way, or none */
    struct date examined_on;
    struct date eligible_until;
    struct rows answers;   /* struct intake_answer */
    struct rows allergies; /* struct allergy */
    struct rows medicines; /* struct medicine */
    struct rows products;  /* struct earlier_product */
    int64_t entry;
};

extern const struct table examination_table;
extern const struct operation examination_operations[];
enum { EXAMINATION_OPERATIONS = 3 };

#endif
