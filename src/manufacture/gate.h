/* gate.h: may this person work today, with this equipment? */
#ifndef MANUFACTURE_GATE_H
#define MANUFACTURE_GATE_H

#include "contract/operation.h"

/* One thing that has to be in date: a qualification, or a check of a piece of equipment. */
struct gate_item {
    const char *what;  /* as "training" or "BSC-01 calibration" */
    struct date from;  /* first valid day; unknown: nothing is recorded */
    struct date until; /* last valid day, itself included; unknown: not valid */
};

struct gate_facts {
    const char *account;
    struct date today;
    const char *kinds;       /* signed list of qualifications; NULL when none is signed */
    struct rows skills;      /* struct gate_item, one per kind */
    const char *declaration; /* of today: fit, not_fit or NULL for none */
    const char *checks;      /* signed list of checks; NULL when none is signed */
    const char *named;       /* equipment of the step */
    struct rows equipment;   /* struct gate_item, one per piece and check */
};

extern const struct rule gate_rules[];
enum { GATE_RULES = 5 };

/* Pure: one finding per item, one for the declaration; unknown never passes. */
void gate_judge(struct arena *arena, const struct gate_facts *facts, struct rows *findings);

/* Pure: one finding per piece and check; unknown where nothing is asked for or named. */
void gate_judge_equipment(struct arena *arena, const struct gate_facts *facts,
                          struct rows *findings);

/* For judges: refuses unless the piece of equipment is in date on that day, for each check that is
 * signed. */
MUST_USE bool gate_equipment(struct work *work, const char *field, const char *equipment,
                             struct date day);

/* For judges of production steps: refuses unless the acting account may sign on today and each
 * piece of equipment (codes separated by blanks) is in date. */
MUST_USE bool gate_open(struct work *work, const char *field, const char *equipment);

#endif
