/* contraindication.h: what does an answer mean? The list is signed data; the meaning is here. Pure.
 */
#ifndef TREATMENT_CONTRAINDICATION_H
#define TREATMENT_CONTRAINDICATION_H

#include "contract/rule.h"

/* One row of the signed list, with what was answered. */
struct contraindication {
    const char *rule;   /* as CI-07 */
    const char *weight; /* absolute, relative, info; anything else clears nothing */
    const char *answer; /* yes, no, unknown; NULL: not asked */
    bool accepted;      /* by the examining physician, with a reason */
};

struct intake_facts {
    bool realtime;     /* examined in person or by a live call, not by chat or mail */
    struct rows asked; /* struct contraindication; empty when no list is signed */
};

extern const struct schema intake_facts_schema;
extern const struct rule contraindication_rules[];
enum { CONTRAINDICATION_RULES = 4 };

/* One finding per rule. */
void contraindication_judge(struct arena *arena, const struct intake_facts *facts,
                            struct rows *findings);

/* One row alone: met when it does not stand in the way. */
enum verdict contraindication_clears(const struct contraindication *row);

#endif
