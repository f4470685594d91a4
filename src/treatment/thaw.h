/* thaw.h: which vials were thawed for whom, and when did that end? */
#ifndef TREATMENT_THAW_H
#define TREATMENT_THAW_H

#include "contract/operation.h"

struct thaw {
    const char *code;
    const char *plan;
    const char *patient;
    const char *site;
    const char *lot;
    int64_t first;
    int64_t last;
    struct instant started_at;
    struct instant ended_at;
    const char *method;
    const char *position; /* in the block or bath */
    const char *thawed_by;
    int64_t entry;
};

struct vial_thaw_facts {
    const char *stopped_by;    /* none, or what stopped the plan */
    const char *ordered;       /* specification in the plan */
    const char *specification; /* of the lot */
    const char *lot_status;
    const char *holds; /* none, or what is held */
    struct date expires_on;
    struct date thawed_on;
    struct count thawed_before;    /* thaws of the vial that has most */
    struct count freeze_thaw_most; /* signed setting */
};

extern const struct table thaw_table;
extern const struct rule thaw_rules[];
extern const struct operation thaw_operations[];
enum { THAW_OPERATIONS = 2, THAW_RULES = 1 };

/* Pure. */
void vial_thaw_judge(struct arena *arena, const struct vial_thaw_facts *facts,
                     struct rows *findings);

/* Thaws that touch first..last of a lot. */
MUST_USE bool thaw_touching(struct work *work, const char *lot, int64_t first, int64_t last,
                            struct rows *thaws);

#endif
