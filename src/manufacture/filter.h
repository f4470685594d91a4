/* filter.h: what passed the sterile filter, counted before and after, and which bulk it became? */
#ifndef MANUFACTURE_FILTER_H
#define MANUFACTURE_FILTER_H

#include "contract/operation.h"

struct filter {
    const char *code;
    const char *site;
    const char *isolation;
    const char *specification;
    const char *tissue;
    bool pool_of_donors;
    int64_t sampled_ul; /* of the retentate, before the filter */
    int64_t in_ul;
    int64_t out_ul;
    int64_t holdup_ul;
    struct real particles_per_ml_before;
    struct real particles_per_ml_after;
    struct real recovery_percent;
    const char *unmet; /* rules that it did not meet, or NULL */
    int64_t entry;
};

struct filter_facts {
    struct real particles_in;
    struct real particles_out;
    struct real recovery_least_percent;
    const char *integrity_after; /* passed, failed, not_done */
};

extern const struct table filter_table;
extern const struct schema filter_facts_schema;
extern const struct operation filter_operations[];
extern const struct rule filter_rules[];
enum { FILTER_OPERATIONS = 2, FILTER_RULES = 4 };

/* Pure: no clock, no database. */
void filter_judge(struct arena *arena, const struct filter_facts *facts, struct rows *findings);

#endif
