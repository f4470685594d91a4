/* dose_body.h: what is said about a dose, and what the entry keeps of it. */
#ifndef TREATMENT_DOSE_BODY_H
#define TREATMENT_DOSE_BODY_H

#include "treatment/dose.h"

struct giving {
    const char *code;
    const char *plan;
    const char *lot;
    int64_t first;
    int64_t last;
    const char *same_day;
    const char *thaw;
    struct instant started_at;
    int64_t volume_ul;
    int64_t waste_ul;
    struct count residue_ul;
    const char *diluent; /* lot */
    struct count diluent_ul;
    struct real diluent_eu_per_ml;
    struct count duration_minutes;
    bool made_to_specification;
    const char *deviation_why;
    bool emergency_ready;
    struct date adrenaline_until;
    const char *emergency_doctor;
    const char *emergency_hospital;
    const char *device; /* serial */
    const char *tip_lot;
    struct real depth_mm;
    struct count passes;
    const char *area;
    const char *patient;
    const char *route;
    struct date given_on;
    int64_t session;
    struct dose_amounts amounts;
    struct dose_facts facts;
    struct rows findings;
    struct rows used;
    struct rows parts;
};

/* Of a question before the dose. */
struct checking {
    struct giving said; /* of one vial */
    int64_t serial;
    struct count volume_ul; /* of the whole dose; as ordered where it is not told */
};

extern const struct schema dose_give_schema, dose_given_schema, dose_check_schema;

struct dose_question dose_question_of(const struct giving *giving);

#endif
