/* material_bottle.h: what went out of each bottle, for whose cells, and what is left? */
#ifndef MANUFACTURE_MATERIAL_BOTTLE_H
#define MANUFACTURE_MATERIAL_BOTTLE_H

#include "contract/operation.h"

struct material_bottle {
    const char *material;
    int64_t number;
    int64_t volume_ul;
    int64_t used_ul;
    int64_t discarded_ul;
    const char *donors; /* whose cells it was opened for; NULL while it is closed */
    const char *why;    /* why the rest was discarded, or NULL */
    int64_t entry;
};

/* What one step took from one bottle, as a caller says it. */
struct material_use {
    const char *material;
    int64_t bottle;
    int64_t volume_ul;
};

/* What a step draws, and for whom. */
struct material_draw {
    const char *field; /* of the list, for the refusal */
    const struct rows *uses;
    const char *donors;  /* codes separated by blanks, or NULL for none */
    struct date used_on; /* day of use */
};

/* What a bottle is asked for, without clock or database. */
struct bottle_facts {
    const char *opened_for; /* donors; NULL: closed */
    const char *donors;     /* for whom it is wanted */
    int64_t left_ul;
    int64_t wanted_ul;
    const char *expires_on;
    const char *used_on;
};

extern const struct table material_bottle_table;
extern const struct schema material_use_schema;
extern const struct operation material_bottle_operations[];
extern const struct rule material_bottle_rules[];
enum { MATERIAL_BOTTLE_OPERATIONS = 2, MATERIAL_BOTTLE_RULES = 3 };

/* One finding per rule. */
void bottle_judge(struct arena *arena, const struct bottle_facts *facts, struct rows *findings);

/* For judges: every bottle is there, in date, not held, not shared and holds enough. sum_ul is
 * what was drawn altogether. */
MUST_USE bool material_check(struct work *work, const struct material_draw *draw, int64_t *sum_ul);

/* For apply: the bottles give it, and what was made is tied to each material. */
MUST_USE bool material_take(struct work *work, const struct material_draw *draw, const char *made,
                            int64_t entry);

#endif
