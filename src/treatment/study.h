/* study.h: who is in a study, on which side, and does the rater stay blind? */
#ifndef TREATMENT_STUDY_H
#define TREATMENT_STUDY_H

#include "contract/operation.h"

/* What is asked when a study is opened. Unknown members stay NULL. */
struct study_facts {
    const char *rater_gives; /* yes or no: may the rater give doses at this site */
    const char *vehicle;     /* kind of the lot that stands in for the product */
    int64_t left;            /* on the list of sides */
    int64_t right;
};

/* What is asked when a subject is enrolled. */
struct enrolment_facts {
    const char *listed;      /* yes or no: is the subject on the sealed list */
    const char *consent;     /* state of the consent on the form of the study, as consent_word */
    const char *rater_gives; /* asked again: roles change */
};

extern const struct table study_table, study_subject_table;
extern const struct operation study_operations[];
enum { STUDY_OPERATIONS = 5 };
extern const struct rule study_rules[];
enum { STUDY_RULES = 5 };

/* Pure: one finding per rule. */
void study_judge(struct arena *arena, const struct study_facts *facts, struct rows *findings);
void enrolment_judge(struct arena *arena, const struct enrolment_facts *facts,
                     struct rows *findings);

/* The side that gets the product, left or right, and the study; NULL for who is in none. */
MUST_USE bool study_side(struct work *work, const char *subject, const char **study,
                         const char **side);

/* The account that rates in a study, for whoever asks who may give its doses. */
MUST_USE bool study_rater(struct work *work, const char *study, const char **rater);

#endif
