/* plan.h: what did a physician order for whom, and may it be ordered? */
#ifndef TREATMENT_PLAN_H
#define TREATMENT_PLAN_H

#include "treatment/patient.h"

struct planned_session {
    int64_t session; /* counts from 1 */
    struct date on;
    const char *holiday; /* yes, no, not_signed */
};

struct plan {
    const char *code;
    const char *patient;
    const char *site;
    const char *specification; /* code/version */
    const char *route;
    const char *protocol;   /* NULL: it names none */
    const char *price_list; /* NULL: it names none */
    int64_t vials_per_dose;
    struct count volume_per_dose_ul;
    int64_t doses;
    int64_t minimum_days;       /* between two doses, hard */
    struct count interval_days; /* between two doses, as wished */
    struct rows sessions;       /* struct planned_session; empty where no day is planned */
    int64_t vials_planned;
    struct count volume_planned_ul;
    struct real particles_low; /* of all doses, by the label's limits */
    struct real particles_high;
    const char *physician;
    const char *stopped_by; /* as event:AE-0001, or NULL */
    int64_t entry;
    int64_t changed_entry; /* newest change, or 0 */
};

struct plan_facts {
    struct eligibility eligibility;
    const char *routes; /* that the specification allows, separated by blanks */
    const char *route;
    const char *standing;       /* of the newest examination; NULL: never examined */
    const char *examined_route; /* that it asked for; every for all of them */
    const char *examined_by;    /* account of the physician who examined in real time */
    const char *examined_site;
    const char *site;                /* of the order */
    struct count minimum_days;       /* as ordered */
    struct count minimum_days_least; /* signed setting of the route */
};

extern const struct table plan_table;
extern const struct schema plan_facts_schema;
extern const struct rule plan_rules[];
extern const struct operation plan_operations[];
enum { PLAN_OPERATIONS = 3, PLAN_RULES = 7 };

/* Pure. */
void plan_judge(struct arena *arena, const struct plan_facts *facts, struct rows *findings);
enum verdict plan_route_allowed(struct arena *arena, const char *routes, const char *route);

/* Whether a day is a national holiday by the signed list of its year: yes, no or not_signed. */
MUST_USE bool plan_holiday(struct work *work, struct date day, const char **holiday);

#endif
