/* examination.h: has a physician looked, asked everything on the list, and decided? */
#ifndef TREATMENT_EXAMINATION_H
#define TREATMENT_EXAMINATION_H

#include "contract/operation.h"

struct examination {
    const char *code;
    const char *patient;
    const char *site;
    const char *physician;
    const char *decision; /* eligible, not_eligible */
    struct date examined_on;
    struct date eligible_until;
    int64_t entry;
};

extern const struct table examination_table;
extern const struct operation examination_operations[];
enum { EXAMINATION_OPERATIONS = 1 };

#endif
