/* harvest.h: what was taken off a culture, from how many cells, and what became of each volume? */
#ifndef MANUFACTURE_HARVEST_H
#define MANUFACTURE_HARVEST_H

#include "contract/operation.h"

struct harvest {
    const char *code;
    const char *site;
    const char *culture;
    const char *donors; /* codes separated by blanks */
    const char *source_tissue;
    const char *source_flag;
    struct date harvested_on;
    int64_t medium_in_ul;
    int64_t collected_ul;
    int64_t evaporation_ul; /* medium that was not collected */
    int64_t clarification_loss_ul;
    int64_t sample_ul;
    struct count sample_retained_ul; /* of the sample */
    int64_t clarified_ul;
    int64_t volume_ul; /* of it, what may go on: less what was lost or destroyed in bottles */
    struct real particles_per_ml; /* of the clarified volume */
    const char *particles_method;
    struct real particles_collected;
    struct real particles_per_cell_day;
    const char *plausible; /* usual, unusual, unknown: a flag, not a limit */
    int64_t passage;
    struct real doublings; /* cumulative */
    int64_t viable_cells;
    struct real viability_percent;
    struct real conditioning_hours;
    struct real confluence_percent;
    int64_t bottles; /* frozen from it, or 0 */
    int64_t entry;
};

/* The volumes of a harvest, which must close. */
struct harvest_volumes {
    int64_t medium_in_ul;
    int64_t medium_used_ul; /* what the named bottles gave */
    int64_t collected_ul;
    int64_t clarification_loss_ul;
    int64_t sample_ul;
    struct count sample_tested_ul;
    struct count sample_retained_ul;
    int64_t clarified_ul;
};

extern const struct table harvest_table;
extern const struct operation harvest_operations[];
extern const struct rule harvest_rules[];
enum { HARVEST_OPERATIONS = 3, HARVEST_RULES = 3 };

/* For judges: refuses a day before a harvest that a thing (kind:code) came from. */
MUST_USE bool harvest_came_first(struct work *work, const char *field, const char *name,
                                 const struct date *day);

/* Pure: one finding per balance. */
void harvest_balance(struct arena *arena, const struct harvest_volumes *volumes,
                     struct rows *findings);

/* Particles that each viable cell gave in a day; unknown without cells or time. */
struct real harvest_rate(struct arena *arena, double particles, double cells, double hours);

#endif
