/* culture_passage.h: how did the cells of a culture grow, passage by passage? */
#ifndef MANUFACTURE_CULTURE_PASSAGE_H
#define MANUFACTURE_CULTURE_PASSAGE_H

#include "contract/operation.h"

struct culture_passage {
    const char *culture;
    int64_t passage;
    const char *vessel;
    struct real vessel_area_cm2;
    struct date seeded_on;
    int64_t cells_seeded;
    struct real density_per_cm2; /* cells seeded on each cm2 */
    struct date ended_on;        /* unknown while it runs */
    int64_t cells_end;           /* viable */
    int64_t to_next;
    int64_t sampled;
    int64_t discarded;
    struct real viability_percent;
    struct real doublings_gained;
    struct real doublings; /* cumulative at its end */
    int64_t entry;
};

extern const struct table culture_passage_table;
extern const struct operation culture_passage_operations[];
extern const struct rule culture_passage_rules[];
enum { CULTURE_PASSAGE_OPERATIONS = 2, CULTURE_PASSAGE_RULES = 1 };

/* cells / area; unknown without an area. */
struct real passage_density(struct arena *arena, int64_t cells, const struct real *area_cm2);

/* For apply: fills what is known at the end of the running passage, as ended says it. */
MUST_USE bool passage_end(struct work *work, const struct culture_passage *ended);

#endif
