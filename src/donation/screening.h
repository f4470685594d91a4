/* screening.h: laboratory results of a donor, and whether they carry an eligibility. The rules
 * are pure: no clock, no database. */
#ifndef DONATION_SCREENING_H
#define DONATION_SCREENING_H

#include "contract/operation.h"

/* One result; judged is computed from value and cut-off, never typed. */
struct screening_result {
    const char *marker; /* as in the signed panel: HBs_antigen, HBV_NAT */
    const char *kit;
    const char *kit_lot;
    struct real value; /* cut-off index */
    struct real cut_off;
    const char *outcome; /* detected, not_detected */
    const char *judged;  /* reactive, non_reactive; NULL when neither can be said */
};

struct screening {
    const char *sample;
    const char *donor;
    const char *site;
    struct date drawn_on;
    const char *laboratory;
    bool reactive;
    const char *missing; /* markers of the panel without a judgement, or NULL */
    bool annulled;
    int64_t entry;
};

/* What is known about a donor when the eligibility is judged. */
struct screening_facts {
    const char *history;             /* clear, finding, or NULL: not asked */
    const char *examination;         /* the same */
    const char *first_missing;       /* what the first sample lacks, "none", or NULL: no sample */
    const char *second_missing;      /* the same, of the newest sample */
    bool reactive;                   /* any result of any sample */
    struct count retest_after_days;  /* signed setting */
    struct count second_after_days;  /* from collection to the newest complete sample */
    struct count specimen_days;      /* between the first sample and the collection */
    struct count specimen_most_days; /* signed setting */
};

extern const struct table screening_table;
extern const struct rule screening_rules[];
extern const struct operation screening_operations[];
enum { SCREENING_OPERATIONS = 4, SCREENING_RULES = 5 };

/* One finding per rule. */
void screening_judge(struct arena *arena, const struct screening_facts *facts,
                     struct rows *findings);

/* The facts of a donor as they are recorded now, and the entries they rest on. */
MUST_USE bool screening_gather(struct work *work, const char *donor, struct screening_facts *facts,
                               struct rows *used);

/* A reactive result holds the donor and everything that came from it (DN-08). */
MUST_USE bool screening_follow(struct work *work, const struct entry *entry, const void *body,
                               struct rows *inputs);

#endif
