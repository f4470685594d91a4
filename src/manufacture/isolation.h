/* isolation.h: how was a pool concentrated over a membrane, and where did each part go? */
#ifndef MANUFACTURE_ISOLATION_H
#define MANUFACTURE_ISOLATION_H

#include "contract/operation.h"
#include "manufacture/derived.h"

/* What was measured before and behind the membrane. */
struct isolation {
    const char *code;
    const char *site;
    const char *pool;
    const char *specification; /* of the pool */
    const char *tissue;
    bool pool_of_donors;
    int64_t fed_ul;
    int64_t diafiltration_ul; /* buffer that was added */
    int64_t retentate_ul;
    int64_t permeate_ul;
    int64_t holdup_ul;
    struct real feed_particles_per_ml;
    struct real retentate_particles_per_ml;
    struct real feed_protein_ug_per_ml;
    struct real retentate_protein_ug_per_ml;
    struct real permeate_protein_ug_per_ml;
    struct real count_uncertainty_percent; /* signed, k = 1, of one count */
    struct real volume_factor;             /* computed: fed over kept back */
    const char *unmet;                     /* rules that it did not meet, or NULL */
    int64_t entry;
};

/* Computed from the above; each is unknown where something that it needs is. */
struct isolation_figures {
    struct real particles_fed;
    struct real particles_retentate;
    struct real yield_percent;
    struct real volume_factor;
    struct real particle_factor;
    struct real particle_factor_uncertainty;
    struct real retention;
    struct real protein_feed_mg;
    struct real protein_retentate_mg;
    struct real protein_permeate_mg;
    struct real protein_unaccounted_mg;
    struct real protein_unaccounted_percent;
    struct real particles_per_ug_feed;
    struct real particles_per_ug_retentate;
    struct real particles_per_ug_ratio;
};

struct isolation_facts {
    struct real particles_fed;
    struct real particles_retentate;
    struct real yield_least_percent;
    const char *integrity_before; /* passed, failed, not_done; NULL: not said */
    const char *integrity_after;
};

extern const struct table isolation_table;
extern const struct schema isolation_facts_schema;
extern const struct operation isolation_operations[];
extern const struct rule isolation_rules[];
enum { ISOLATION_OPERATIONS = 2, ISOLATION_RULES = 4 };

/* Pure: no clock, no database. */
void isolation_derive(struct arena *arena, const struct isolation *measured,
                      struct isolation_figures *figures);
struct rows isolation_list_figures(struct arena *arena, const struct isolation_figures *figures);
void isolation_judge(struct arena *arena, const struct isolation_facts *facts,
                     struct rows *findings);

#endif
