/* contraindication.h: what does an answer mean? The list is signed data; the meaning is here. Pure.
 */
#ifndef TREATMENT_CONTRAINDICATION_H
#define TREATMENT_CONTRAINDICATION_H

#include "contract/rule.h"

/* One row of the signed list, with what was answered. */
struct contraindication {
    const char *rule;         /* as CI-07 */
    const char *weight;       /* absolute, relative, info; anything else clears nothing */
    const char *answer;       /* yes, no, unknown; NULL: not asked */
    bool accepted;            /* by the examining physician, with a reason */
    bool two_physicians;      /* as signed: one physician alone may not accept it */
    const char *routes;       /* as signed: asked for these alone; NULL: for every route */
    bool dated;               /* as signed: no longer applies some years after remission */
    struct date remission_on; /* as answered */
    struct count years;       /* signed setting malignancy_free_years, of dated rows */
    const char *names;        /* as signed: a yes needs a row in this list; NULL: in none */
    bool named;               /* that list has a row */
};

struct intake_facts {
    bool realtime;         /* examined in person or by a live call, not by chat or mail */
    struct rows asked;     /* struct contraindication; empty when no list is signed */
    const char *route;     /* that the patient is examined for; NULL: for every one */
    struct date asked_on;  /* day of the examination */
    bool second_physician; /* another physician signs too */
    const char *screening; /* screened or reason_given; NULL: nobody answered */
};

extern const struct schema intake_facts_schema;
extern const struct rule contraindication_rules[];
enum { CONTRAINDICATION_RULES = 7 };

/* One finding per rule. */
void contraindication_judge(struct arena *arena, const struct intake_facts *facts,
                            struct rows *findings);

/* One row alone: met when it does not stand in the way. */
enum verdict contraindication_clears(const struct contraindication *row,
                                     const struct intake_facts *facts);

/* Rules that still stand in the way, separated by blanks, or none. */
const char *contraindication_standing(struct arena *arena, const struct intake_facts *facts);

#endif
