/* culture.h: one thawed bank vial, one culture: which donor, how old, in which vessel and medium?
 */
#ifndef MANUFACTURE_CULTURE_H
#define MANUFACTURE_CULTURE_H

#include "manufacture/step.h"

struct culture {
    const char *code;
    const char *site;
    const char *bank;
    int64_t bank_vial;
    const char *source_tissue;
    const char *source_flag;
    int64_t passage;       /* that is running */
    struct real doublings; /* cumulative, when the running passage was seeded */
    struct instant thawed_at;
    int64_t viable_cells; /* after the thaw */
    int64_t seeded_cells; /* of the running passage */
    struct date seeded_on;
    const char *medium_lot;
    int64_t entry;
};

/* What is known when a vial is to be thawed for a culture. */
struct thaw_facts {
    struct age_facts age;
    const char *tests;    /* of the bank: open, passed, failed; NULL: unknown */
    const char *standing; /* of the donors: quarantine, eligible, ineligible; NULL: unknown */
};

extern const struct table culture_table;
extern const struct operation culture_operations[];
extern const struct rule culture_rules[];
enum { CULTURE_OPERATIONS = 2, CULTURE_RULES = 2 };

/* Pure: one finding per rule. */
void thaw_judge(struct arena *arena, const struct thaw_facts *facts, struct rows *findings);

#endif
