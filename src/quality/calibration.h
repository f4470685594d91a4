/* calibration.h: does the particle counter still find the size and the number of counted beads? */
#ifndef QUALITY_CALIBRATION_H
#define QUALITY_CALIBRATION_H

#include "contract/operation.h"

/* What a calibration shows. Uncertainties are expanded (k = 2). */
struct calibration_facts {
    struct date done_on;
    struct date beads_expire_on;
    struct real nominal_nm;
    struct real nominal_uncertainty_nm;
    struct real measured_nm;
    struct real measured_uncertainty_nm;
    struct real size_most_percent; /* signed */
    struct real certified_per_ml;
    struct real certified_uncertainty_per_ml;
    struct real measured_per_ml;
    struct real measured_uncertainty_per_ml;
    struct real number_most_percent; /* signed */
};

/* One calibration of an instrument. */
struct calibration {
    const char *code;
    const char *site;
    const char *equipment;
    const char *material;
    const char *bead_lot;
    struct date done_on;
    struct date valid_until; /* last valid day */
    bool passed;
    int64_t entry;
};

extern const struct table calibration_table;
extern const struct schema calibration_facts_schema;
extern const struct operation calibration_operations[];
extern const struct rule calibration_rules[];
enum { CALIBRATION_OPERATIONS = 2, CALIBRATION_RULES = 4 };

/* Pure: one finding for the beads, the size and the number. */
void calibration_judge(struct arena *arena, const struct calibration_facts *facts,
                       struct rows *findings);

/* How far a number was off, in percent of what the certificate says; uncertainty is expanded. */
struct calibration_bias {
    bool known;
    double percent;
    double uncertainty_percent;
};
/* Pure. */
struct calibration_bias calibration_size_bias(const struct calibration_facts *facts);
struct calibration_bias calibration_number_bias(const struct calibration_facts *facts);

/* What the calibration of an entry showed. */
MUST_USE bool calibration_facts_read(struct work *work, int64_t entry,
                                     struct calibration_facts *facts);

/* Pure: the newest that was done by the day, and on one day the last recorded; NULL for none. */
const struct calibration *calibration_newest(const struct rows *calibrations, struct date day);

/* For judges: refuses unless the instrument is a particle counter of the site that passed its
 * newest calibration by that day, is still within it and is in date otherwise (MF-17). code is that
 * of the calibration. */
MUST_USE bool calibration_need(struct work *work, const char *field, const char *equipment,
                               struct date day, const char **code);

#endif
