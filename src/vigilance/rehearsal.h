/* rehearsal.h: a mock recall: how long does it take until the whole list lies there? */
#ifndef VIGILANCE_REHEARSAL_H
#define VIGILANCE_REHEARSAL_H

#include "contract/operation.h"

struct rehearsal {
    const char *code;
    const char *site;
    const char *lot;   /* scope: one lot, or */
    const char *donor; /* every lot that came from a donor */
    struct instant asked_at;
    int64_t minutes;
    int64_t vials;
    int64_t patients;
    int64_t difference;
    int64_t entry;
};

struct rehearsal_facts {
    struct count minutes;      /* from the question to the list */
    struct count minutes_most; /* signed setting */
    struct count difference;   /* vials made less all that the list names, over all lots */
};

extern const struct table rehearsal_table;
extern const struct rule rehearsal_rules[];
extern const struct operation rehearsal_operations[];
enum { REHEARSAL_OPERATIONS = 2, REHEARSAL_RULES = 2 };

/* Pure: was the list there in time, and complete? */
void rehearsal_judge(struct arena *arena, const struct rehearsal_facts *facts,
                     struct rows *findings);

#endif
