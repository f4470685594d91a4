/* dose.h: may these vials go into this person now, and did they? */
#ifndef TREATMENT_DOSE_H
#define TREATMENT_DOSE_H

#include "treatment/patient.h"

struct plan;

struct dose {
    const char *code;
    const char *patient;
    const char *plan;
    const char *site;
    const char *lot;
    int64_t first;
    int64_t last;
    const char *same_day; /* same-day check */
    const char *thaw;
    const char *route;
    int64_t session; /* of the plan, counting from 1 */
    struct date given_on;
    struct date planned_on;      /* unknown where no day was planned */
    struct count deviation_days; /* from the planned day */
    const char *deviation_why;
    struct instant started_at;
    int64_t volume_ul;
    int64_t waste_ul;
    struct count residue_ul; /* product left in the bag, kept */
    struct real particles;   /* from the standing count of the lot; unknown without one */
    struct real particles_uncertainty;
    struct real eu_per_kg_hour; /* of a drip */
    const char *given_by;
    const char *checked_by;
    bool annulled;
    int64_t entry;
};

/* Everything that is known when the question is asked; whatever is unknown blocks. */
struct dose_facts {
    bool before;      /* asked before it is given: what only the giving tells is not asked yet */
    const char *site; /* where the actor stands */
    const char *patient_site;
    const char *consent;         /* word of consent.h */
    const char *consent_changes; /* none, or what is no longer as it was consented to */
    struct count consent_hours;  /* whole hours since it was signed */
    struct count cooling_hours;  /* signed setting */
    struct eligibility eligibility;
    const char *examined_route; /* that the newest examination was for, or every */
    const char *rater_gives;    /* none: no study; whether its rater may give doses: yes, no */
    const char *stopped_by;     /* none, or what stopped the plan */
    struct real temperature_c;
    struct real fever_c; /* signed setting */
    struct real weight_kg;
    const char *pregnant;        /* yes, no, not_applicable */
    const char *unwell;          /* yes, no */
    struct count check_minutes;  /* from the same-day check to the start */
    struct count same_day_hours; /* signed setting */
    const char *ordered;         /* specification in the plan */
    const char *specification;   /* of the lot */
    const char *lot_status;
    const char *holds; /* none, or what is held */
    struct date expires_on;
    const char *vial_state; /* of all, or of the first that is not usable */
    const char *vial_site;
    const char *given_to;           /* none, or who received one of them */
    const char *opened_for;         /* none, or another patient that one was thawed for */
    struct count life_minutes;      /* out of range, of the vial that has most */
    struct count life_minutes_most; /* signed setting transport_minutes_most */
    const char *routes;             /* that the lot's specification allows */
    const char *route;              /* that the plan orders */
    struct count thaw_minutes;      /* from the end of the thaw to the start */
    struct count thaw_minutes_most; /* signed setting */
    const char *nearest_on;         /* none, or the nearest day of another dose by this route */
    struct count nearest_days;
    struct count minimum_days;
    struct count session;        /* of the plan */
    struct date planned_on;      /* unknown where no day was planned */
    struct count deviation_days; /* the same */
    bool deviation_told;
    struct count doses_given;
    struct count doses_ordered;
    struct count vials;
    struct count vials_ordered;
    struct count content_ul;   /* of the vials */
    struct count accounted_ul; /* given, left in the bag and wasted */
    bool made_to_specification;
    struct real eu_per_kg_hour;
    struct real eu_per_kg_hour_most; /* signed setting */
    bool emergency_ready;
    struct date adrenaline_until; /* last usable day */
    const char *emergency_doctor;
    const char *emergency_hospital;
};

/* What somebody asks, or says that was done. */
struct dose_question {
    bool before;
    const char *plan;
    const char *lot;
    int64_t first;
    int64_t last;
    const char *same_day; /* NULL: none */
    const char *thaw;     /* NULL: none */
    struct instant started_at;
    struct count volume_ul;
    struct count waste_ul;
    struct count residue_ul;
    struct count diluent_ul;
    struct real diluent_eu_per_ml;
    struct count duration_minutes; /* planned, of a drip */
    bool made_to_specification;
    bool deviation_told;
    bool emergency_ready;
    struct date adrenaline_until;
    const char *emergency_doctor;
    const char *emergency_hospital;
};

/* What reaches the patient, computed (AD-07). Unknown where the lot was not measured. */
struct dose_amounts {
    struct real particles;
    struct real particles_uncertainty;
    struct real endotoxin_eu;
    struct real eu_per_kg_hour;  /* in the hour that has most */
    struct real limit_eu_per_ml; /* K/M */
};

extern const struct table dose_table;
extern const struct schema dose_facts_schema;
extern const struct rule dose_rules[];
extern const struct operation dose_operations[];
enum { DOSE_OPERATIONS = 4, DOSE_RULES = 21 };

/* Pure: one finding per rule, every one asked whatever the others say. */
void dose_judge(struct arena *arena, const struct dose_facts *facts, struct rows *findings);

/* The facts as they are recorded now, and the entries that they rest on; plan is the question's. */
MUST_USE bool dose_gather(struct work *work, const struct dose_question *question,
                          const struct plan *plan, struct dose_facts *facts, struct rows *used);

/* From the standing results of the lot; most_eu_per_kg_hour is the signed setting. */
MUST_USE bool dose_amounts(struct work *work, const struct dose_question *question,
                           struct real weight_kg, struct dose_amounts *amounts);

/* Pure: endotoxin of product and diluent in the hour that has most, and K/M. */
struct endotoxin_question {
    struct real product_eu_per_ml;
    struct count product_ul;
    struct real diluent_eu_per_ml;
    struct count diluent_ul; /* unknown: none is used */
    struct count minutes;    /* unknown: all within one hour */
    struct real weight_kg;
    struct real most; /* K, in EU/kg/h */
};
void dose_endotoxin(struct arena *arena, const struct endotoxin_question *question,
                    struct dose_amounts *amounts);

#endif
