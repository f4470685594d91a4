/* pool.h: which harvests were joined for which product, how much of each, with how many particles?
 */
#ifndef MANUFACTURE_POOL_H
#define MANUFACTURE_POOL_H

#include "contract/operation.h"

struct pool {
    const char *code;
    const char *site;
    const char *specification; /* code/version */
    const char *tissue;
    const char *donors; /* codes separated by blanks */
    bool pool_of_donors;
    int64_t input_ul; /* sum of what went in */
    int64_t loss_ul;
    int64_t volume_ul;
    int64_t sampled_ul;           /* of the volume; the rest may be fed */
    struct real particles_per_ml; /* measured in the pool */
    struct real particles_in;     /* sum over the inputs, computed */
    struct real particles;        /* of the pool, computed */
    struct real closure_percent;  /* how far the two lie apart, computed */
    const char *unmet;            /* rules that it did not meet, or NULL */
    int64_t entry;
};

/* May these harvests be joined at all? */
struct joining_facts {
    const char *tissue;  /* that the specification asks for */
    const char *tissues; /* of the inputs, separated by blanks */
    struct date first_harvest;
    struct date last_harvest;
    struct count production_period_days; /* signed; 1 is a single day */
};

/* Do the particles of the inputs come back in the pool? */
struct closure_facts {
    struct real particles_in;
    struct real particles;
    struct real closure_most_percent; /* signed */
};

extern const struct table pool_table;
extern const struct schema joining_facts_schema, closure_facts_schema;
extern const struct operation pool_operations[];
extern const struct rule pool_rules[];
enum { POOL_OPERATIONS = 3, POOL_RULES = 4 };

/* Pure: no clock, no database. PR-01.tissue/1 of step.h is asked here too. */
void joining_judge(struct arena *arena, const struct joining_facts *facts, struct rows *findings);
void closure_judge(struct arena *arena, const struct closure_facts *facts, struct rows *findings);

#endif
