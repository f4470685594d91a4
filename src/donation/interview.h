/* interview.h: what was asked of a donor one by one, and what a physician found. Pure verdicts. */
#ifndef DONATION_INTERVIEW_H
#define DONATION_INTERVIEW_H

#include "contract/operation.h"

struct interview_answer {
    const char *item;         /* of the signed list, as DT-20 */
    const char *answer;       /* yes, no, unknown */
    const char *note;         /* personal */
    const char *assessed_why; /* personal: why it does not speak against the donor */
};
struct examination_finding {
    const char *item;    /* as DT-31 */
    const char *finding; /* normal, abnormal */
    const char *note;    /* personal */
    const char *assessed_why;
};

extern const struct operation interview_operations[];
enum { INTERVIEW_OPERATIONS = 1 };

/* Items of the signed list that were not asked: words, or "none"; NULL without a list. */
const char *interview_unasked(struct arena *arena, const struct rows *answers, const char *list);
/* clear only if every item was asked and answered no, or was assessed; finding; incomplete; NULL
 * without a list. */
const char *interview_history(const struct rows *answers, const char *unasked);
/* clear, finding */
const char *interview_examination(const struct examination_finding *examination);

#endif
