/* step.h: what every production step asks of what goes into it. */
#ifndef MANUFACTURE_STEP_H
#define MANUFACTURE_STEP_H

#include "contract/operation.h"

/* In-vitro age of cells, and the signed limits of it. */
struct age_facts {
    int64_t passage;
    struct real doublings; /* cumulative population doublings */
    struct count passage_limit;
    struct real doubling_limit;
};

extern const struct schema age_facts_schema;
extern const struct rule step_rules[];
enum { STEP_RULES = 4 };

/* Refuses a thing that is held, or that came from something held. */
MUST_USE bool step_unheld(struct work *work, const char *field, const char *kind, const char *code);

/* Refuses an input of another source tissue than asked for. */
MUST_USE bool step_same_tissue(struct work *work, const char *field, const char *tissue,
                               const char *asked, const char *what);

/* Refuses to take more than is left of what was made. */
struct draw {
    const char *kind;
    const char *code;
    int64_t made_ul;
    int64_t taken_ul;
    const char *rule;
};
MUST_USE bool step_left(struct work *work, const char *field, const struct draw *draw);

/* A volume that was taken for a test or to be kept, and is not carried on. */
struct step_sample {
    const char *purpose;
    int64_t volume_ul;
};
extern const struct schema step_sample_schema;
int64_t step_sampled(const struct rows *samples);

/* What was measured in a step is a fact and is kept, also where it lies outside of a signed limit:
 * unmet then names the rules, and nothing is made from it. Refuses only what cannot be judged. */
MUST_USE bool step_judged(struct work *work, const char *field, const struct rows *findings,
                          const char **unmet);

/* Refuses to go on with the outcome of a step that did not meet its limits. */
MUST_USE bool step_conforms(struct work *work, const char *field, const char *what,
                            const char *unmet);

/* Refuses a day that lies ahead. */
MUST_USE bool step_day(struct work *work, const char *field, const struct date *date);

/* Adds the codes of all donors that a thing came from, each once, separated by blanks. */
MUST_USE bool step_donors(struct work *work, const char *name, struct text *donors);

/* How much of a thing went into others so far, as the ties say. */
MUST_USE bool step_drawn(struct work *work, const char *name, int64_t *drawn);

/* Fills the limits in force beside passage and doublings. */
MUST_USE bool age_gather(struct work *work, struct age_facts *facts);
void age_judge(struct arena *arena, const struct age_facts *facts, struct rows *findings);

#endif
