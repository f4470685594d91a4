/* eligibility.h: does everything that is recorded about a donor carry the signature "eligible"?
 * The rules are pure: no clock, no database. */
#ifndef DONATION_ELIGIBILITY_H
#define DONATION_ELIGIBILITY_H

#include "contract/operation.h"

struct donor;

/* What is known about a donor when the eligibility is judged. */
struct eligibility_facts {
    const char *history;             /* clear, finding, incomplete, or NULL: not asked */
    const char *examination;         /* clear, finding, or NULL */
    const char *unasked;             /* items of the interview, "none", or NULL: not known */
    const char *tested_person;       /* donor, birth_mother */
    const char *tested_person_asked; /* the same by the signed facts, or NULL: not known */
    bool treatment_first;            /* treatment was not changed in order to obtain tissue */
    struct count payment_yen;
    const char *agreement;              /* the newest that stands, or NULL */
    struct count agreement_before_days; /* from its signature to the first recovery */
    bool withdrawn;                     /* an agreement was withdrawn, and none stands */
    const char *first_missing; /* what the sample nearest to recovery lacks, "none", or NULL */
    bool reactive;             /* any result of any sample */
    const char *reactive_agents;
    struct rows windows;             /* struct window, one per agent of the signed panel */
    struct count specimen_days;      /* between the recovery and the sample nearest to it */
    struct count specimen_most_days; /* signed */
    const char *microbes; /* worst of all tissues: not_detected, detected, not_done, or NULL */
    const char *serum;    /* stored, not_possible, or NULL */
    bool ineligible;      /* it was signed before */
    bool amended_since;   /* what that decision rested on was corrected or annulled */
};

extern const struct rule eligibility_rules[];
extern const struct operation eligibility_operations[];
enum { ELIGIBILITY_OPERATIONS = 2, ELIGIBILITY_RULES = 12, ELIGIBILITY_JUDGED = 13 };

/* One finding for each of the rules, and one for DN-14.free/1. */
void eligibility_judge(struct arena *arena, const struct eligibility_facts *facts,
                       struct rows *findings);

/* How far a donor has come, in one word. */
const char *eligibility_status(const struct eligibility_facts *facts, const char *decision);

/* The facts of a donor as they are recorded now, and the entries they rest on. */
MUST_USE bool eligibility_gather(struct work *work, const char *donor,
                                 struct eligibility_facts *facts, struct rows *used);

/* Fills status and retest_from of a donor that is shown. */
MUST_USE bool eligibility_show(struct work *work, struct donor *donor);

#endif
