/* stability.h: when are vials of a lot pulled for stability, and were they? */
#ifndef QUALITY_STABILITY_H
#define QUALITY_STABILITY_H

#include "quality/sample.h"

struct stability_pull {
    const char *lot;
    int64_t number;
    struct date due_on;
    int64_t vials; /* as planned */
    struct date pulled_on;
    int64_t first; /* 0 before it is pulled */
    int64_t last;
    int64_t entry;
};

/* One pull held against the plan. */
struct pull_facts {
    struct date due_on;
    struct date pulled_on;
    struct count window_days; /* signed: this many days early or late */
    struct count planned;
    struct count pulled;
};

extern const struct table stability_table;
extern const struct operation stability_operations[];
extern const struct rule stability_rules[];
enum { STABILITY_OPERATIONS = 3, STABILITY_RULES = 2 };

void stability_judge(struct arena *arena, const struct pull_facts *facts, struct rows *findings);

/* For judges: the vials of a test lie within the pull that it names; nothing is asked of a test
 * that names none. */
MUST_USE bool stability_check(struct work *work, const char *lot, const struct sample *sample);

#endif
