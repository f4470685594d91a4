/* plan.h: what did a physician order for whom, and may it be ordered? */
#ifndef TREATMENT_PLAN_H
#define TREATMENT_PLAN_H

#include "treatment/patient.h"

struct plan {
    const char *code;
    const char *patient;
    const char *site;
    const char *specification; /* code/version */
    const char *route;
    int64_t vials_per_dose;
    int64_t doses;
    int64_t minimum_days; /* between two doses */
    const char *physician;
    const char *stopped_by; /* as event:AE-0001, or NULL */
    int64_t entry;
};

struct plan_facts {
    struct eligibility eligibility;
    const char *routes; /* that the specification allows, separated by blanks */
    const char *route;
};

extern const struct table plan_table;
extern const struct rule plan_rules[];
extern const struct operation plan_operations[];
enum { PLAN_OPERATIONS = 2, PLAN_RULES = 2 };

/* Pure. */
void plan_judge(struct arena *arena, const struct plan_facts *facts, struct rows *findings);
enum verdict plan_route_allowed(struct arena *arena, const char *routes, const char *route);

#endif
