/* reported.h: what the program's own report of a measurement says, as it is kept with an entry. */
#ifndef QUALITY_REPORTED_H
#define QUALITY_REPORTED_H

#include "contract/operation.h"
#include "measure/report_reading.h"

/* A number with its interval of 95 %, as far as the report knows it. */
struct reported_value {
    const char *name; /* as an attribute of a specification */
    struct real value;
    struct real low;
    struct real high;
    struct real uncertainty; /* expanded, in the unit of the value */
    const char *unit;
};

/* Settings and results of one report. Nothing in it was typed. */
struct measured_sample {
    const char *assay;
    const char *lot;
    const char *program;
    struct real frame_ms;
    struct real exposure_ms;
    bool exposure_assumed;
    struct real temperature_c;
    bool temperature_assumed;
    struct real viscosity_mpa_s;
    bool viscosity_of_water;
    const char *medium;
    struct real pixel_nm;
    struct real depth_um;
    struct real dilution;
    int64_t min_positions;
    int64_t bootstraps;
    int64_t seed;
    int64_t tracks;
    const char *worst_flag; /* fine, warn or fail */
    struct rows figures;    /* struct reported_value */
    struct rows flags;
};

extern const struct schema measured_sample_schema, measured_sample_value_schema;
extern const struct table measured_sample_table;

/* For judges: reads the report; refuses what is none of this program or contradicts itself. */
MUST_USE bool reported_read(struct work *work, const struct file *report,
                            struct report_reading *reading);

void measured_sample_fill(struct arena *arena, const struct report_reading *reading,
                          struct measured_sample *measured);

/* The value of that name, or NULL where the report does not know it. */
const struct reported_value *measured_sample_value(const struct measured_sample *measured,
                                                   const char *name);

/* Names of the flags that failed, separated by blanks, or "none". */
const char *measured_sample_failed(struct arena *arena, const struct measured_sample *measured);

#endif
