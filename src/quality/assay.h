/* assay.h: what was found in a lot, and does each result meet its limit? */
#ifndef QUALITY_ASSAY_H
#define QUALITY_ASSAY_H

#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "quality/limit.h"

/* One result of one attribute. The first value is kept for ever; standing says what it counts:
 *   standing     the result of the lot
 *   interim      read before its days were over; the final reading is awaited
 *   stability    of a stability pull, not of the release
 *   invalidated  an investigation closed with an assigned cause; the retest stands instead */
struct assay_result {
    const char *lot;
    const char *attribute;
    int64_t entry;
    const char *code; /* of the assay, or of the investigation whose retest it is */
    struct real value;
    struct real uncertainty;
    const char *outcome;
    const char *unit;
    struct specification_limit limit; /* as it was applied; in bodies only */
    const char *asked;                /* the limit in words; NULL where none is set */
    const char *verdict;              /* met, not_met, unknown; NULL where no limit is set */
    const char *method;
    const char *controls;
    const char *standing;
    const char *reported; /* as "<0.05"; NULL where the value says it */
    struct real loq;
    const char *sample_of;   /* kind:code words; NULL: vials of the lot */
    const char *measured_by; /* video, calibrated_instrument; NULL: nothing is shown about that */
    const char *worst_flag;  /* of a measurement by video: fine, warn or fail */
    const char *reason;      /* why it is not applicable, or why it no longer counts */
    struct date read_on;
    int64_t pull; /* number of the stability pull, or 0 */
    bool annulled;
};

struct assay {
    const char *code;
    const char *site;
    const char *lot;
    const char *method;
    const char *sha256;      /* of the instrument's file, or NULL */
    const char *equipment;   /* particle counter that it was made with, or NULL */
    const char *calibration; /* of it, on the day of the measurement; NULL where none was asked */
    int64_t first_vial;
    int64_t last_vial;
    bool annulled;
    int64_t entry;
};

/* A number beside the result that no limit asks for, such as the mode beside a size share. */
struct assay_companion {
    const char *code; /* of the assay */
    const char *name;
    const char *lot;
    struct real value;
    const char *unit;
};

extern const struct table assay_table, assay_result_table, assay_companion_table;
extern const struct schema assay_schema, assay_companion_schema;
extern const struct schema assay_result_schema;      /* a row */
extern const struct schema assay_result_body_schema; /* a result inside of a body */
extern const struct operation assay_operations[];
extern const struct rule assay_rules[];
enum { ASSAY_OPERATIONS = 2, ASSAY_RULES = 11 };

/* Whether a result is the one of its lot that counts. */
bool assay_stands(const struct assay_result *result);

/* The result of the lot that stands, if there is one. */
MUST_USE bool assay_standing(struct work *work, const char *lot, const char *attribute,
                             struct assay_result *result, bool *found);

/* For judges: the lot, if the actor may test it and the code is free. */
MUST_USE bool assay_begin(struct work *work, const char *code, const char *lot_code,
                          struct lot *lot);

/* For judges: refuses a day that lies ahead, or before what was tested was there: the lot, or where
 * sample_of names something, that. An unset day passes. */
MUST_USE bool assay_day(struct work *work, const char *field, const struct date *day,
                        const struct lot *lot, const char *sample_of);

/* For judges: finds the limit of the lot's specification and fills limit, asked, verdict and
 * standing. A second result while one stands is refused (QC-22). One that meets its limit and was
 * not measured as the limit demands is interim (QC-13.measured_by/1). */
MUST_USE bool assay_result_judge(struct work *work, const struct lot *lot,
                                 struct assay_result *result);

/* For apply: the assay and its results, all of one entry. */
MUST_USE bool assay_put(struct work *work, const struct assay *assay, const struct rows *results);

/* For retract: the results count no more, and vials that no other test opened go back. Refused
 * where an investigation rests on one of them. */
MUST_USE bool assay_take_back(struct work *work, const struct assay *assay,
                              const struct rows *results, const struct rows *parts);

/* What a result must show beside its value. */
struct assay_facts {
    const char *attribute;
    const char *outcome;
    struct count days; /* between start and reading */
    struct count days_least;
    const char *controls;
    const char *positive_control;
    const char *negative_control;
    struct real spike_recovery_percent;
    struct real spike_least_percent;
    struct real spike_most_percent;
    struct real value;
    struct real loq;
    struct real limit_low;
    struct real limit_high;
};
extern const struct schema assay_facts_schema;

/* FAULT_MISSING where the code names no assay, or one of another lot. */
MUST_USE bool assay_of_lot(struct work *work, const char *lot, const char *code,
                           struct assay *assay);

/* Which days a test needs: the setting's key, or NULL. */
const char *assay_days_key(const char *attribute);
void assay_judge(struct arena *arena, const struct assay_facts *facts, struct rows *findings);
/* The verdict of the value, which nothing may carry that is not met beside it. */
const char *assay_verdict(const char *verdict, const struct rows *findings);
/* Whether the reading is good so far and only too early to be the last one. */
bool assay_is_interim(const char *verdict, const struct rows *findings);

#endif
