/* dose.h: may these vials go into this person now, and did they? */
#ifndef TREATMENT_DOSE_H
#define TREATMENT_DOSE_H

#include "treatment/patient.h"

struct dose {
    const char *code;
    const char *patient;
    const char *plan;
    const char *site;
    const char *lot;
    int64_t first;
    int64_t last;
    const char *route;
    struct date given_on;
    struct instant started_at;
    int64_t volume_ul;
    int64_t waste_ul;
    struct real particles; /* from the standing count of the lot; unknown without one */
    const char *given_by;
    const char *checked_by;
    bool annulled;
    int64_t entry;
};

/* Everything that is known when the question is asked; whatever is unknown blocks. */
struct dose_facts {
    const char *site; /* where the actor stands */
    const char *patient_site;
    const char *consent;         /* word of consent.h */
    const char *consent_changes; /* none, or what is no longer as it was consented to */
    struct count consent_hours;  /* whole hours since it was signed */
    struct count cooling_hours;  /* signed setting */
    struct eligibility eligibility;
    const char *stopped_by; /* none, or what stopped the plan */
    struct real temperature_c;
    struct real fever_c; /* signed setting */
    struct real weight_kg;
    const char *pregnant;      /* yes, no, not_applicable */
    const char *ordered;       /* specification in the plan */
    const char *specification; /* of the lot */
    const char *lot_status;
    const char *holds; /* none, or what is held */
    struct date expires_on;
    const char *vial_state; /* of all, or of the first that is not usable */
    const char *vial_site;
    const char *given_to; /* none, or who received one of them */
    const char *routes;   /* that the lot's specification allows */
    const char *route;    /* that the plan orders */
    struct count thaw_minutes;
    struct count thaw_minutes_most; /* signed setting */
    const char *nearest_on;         /* none, or the nearest day of another dose by this route */
    struct count nearest_days;
    struct count minimum_days;
    struct count doses_given;
    struct count doses_ordered;
    struct count vials;
    struct count vials_ordered;
    bool emergency_ready;
};

/* What somebody asks, or says that was done. */
struct dose_question {
    const char *plan;
    const char *lot;
    int64_t first;
    int64_t last;
    struct instant thawed_at;
    struct instant started_at;
    struct real temperature_c;
    struct real weight_kg;
    const char *pregnant;
    bool emergency_ready;
};

extern const struct table dose_table;
extern const struct schema dose_facts_schema;
extern const struct rule dose_rules[];
extern const struct operation dose_operations[];
enum { DOSE_OPERATIONS = 3, DOSE_RULES = 15 };

/* Pure: one finding per rule, every one asked whatever the others say. */
void dose_judge(struct arena *arena, const struct dose_facts *facts, struct rows *findings);

/* The facts as they are recorded now, and the entries that they rest on. */
MUST_USE bool dose_gather(struct work *work, const struct dose_question *question,
                          struct dose_facts *facts, struct rows *used);

#endif
