/* appointment.h: when does a patient come next, and is that late enough? */
#ifndef TREATMENT_APPOINTMENT_H
#define TREATMENT_APPOINTMENT_H

#include "treatment/patient.h"

struct appointment {
    const char *plan;
    struct date day;
    const char *patient;
    const char *site;
    int64_t session; /* of the plan, counting from 1 */
    struct date planned_on;
    struct count deviation_days; /* from the planned day */
    const char *why;             /* personal: it may tell of a disease */
    const char *holiday;         /* yes, no, not_signed */
    const char *booked_by;
    int64_t entry;
};

struct appointment_facts {
    const char *stopped_by; /* none, or what stopped the plan */
    struct eligibility eligibility;
    const char *nearest_on; /* none, or the nearest day of a dose by this route */
    struct count nearest_days;
    struct count minimum_days;
    struct count doses_given;
    struct count doses_ordered;
    struct count deviation_days; /* unknown where no day was planned */
    bool told;                   /* a reason is given */
};

extern const struct table appointment_table;
extern const struct operation appointment_operations[];
enum { APPOINTMENT_OPERATIONS = 2 };

/* Pure. */
void appointment_judge(struct arena *arena, const struct appointment_facts *facts,
                       struct rows *findings);

#endif
