/* same_day.h: how is the patient today? */
#ifndef TREATMENT_SAME_DAY_H
#define TREATMENT_SAME_DAY_H

#include "contract/operation.h"

struct same_day {
    const char *code;
    const char *patient;
    const char *site;
    struct instant measured_at;
    struct real temperature_c;
    struct real weight_kg;
    struct count pulse;
    struct count systolic;
    struct count diastolic;
    struct count spo2;
    const char *pregnant; /* yes, no, not_applicable */
    bool unwell;
    const char *symptoms; /* personal */
    const char *measured_by;
    int64_t entry;
};

extern const char *const same_day_pregnancy[];
extern const struct table same_day_table;
extern const struct operation same_day_operations[];
enum { SAME_DAY_OPERATIONS = 2 };

#endif
