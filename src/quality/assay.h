/* assay.h: what was found in a lot, and does each result meet its limit? */
#ifndef QUALITY_ASSAY_H
#define QUALITY_ASSAY_H

#include "manufacture/lot.h"
#include "manufacture/product.h"

/* One result of one attribute. The first one stands until its entry is amended. */
struct assay_result {
    const char *lot;
    const char *attribute;
    int64_t entry;
    const char *code; /* of the assay */
    struct real value;
    struct real uncertainty;
    const char *outcome;
    const char *unit;
    struct specification_limit limit; /* as it was applied; in bodies only */
    const char *asked;                /* the limit in words; NULL where none is set */
    const char *verdict;              /* met, not_met, unknown; NULL where no limit is set */
    const char *method;
    const char *controls;
    bool annulled;
};

struct assay {
    const char *code;
    const char *site;
    const char *lot;
    const char *method;
    const char *sha256; /* of the instrument's file, or NULL */
    bool annulled;
    int64_t entry;
};

extern const struct table assay_table, assay_result_table;
extern const struct schema assay_result_body_schema; /* a result inside of a body */
extern const struct operation assay_operations[];
extern const struct rule assay_rules[];
enum { ASSAY_OPERATIONS = 2, ASSAY_RULES = 2 };

/* For judges: the lot, if the actor may test it and the code is free. */
MUST_USE bool assay_begin(struct work *work, const char *code, const char *lot_code,
                          struct lot *lot);

/* For judges: finds the limit of the lot's specification and fills limit, asked and verdict. A
 * second result while one stands is refused (QC-22). */
MUST_USE bool assay_result_judge(struct work *work, const struct lot *lot,
                                 struct assay_result *result);

/* For apply: the assay and its results, all of one entry. */
MUST_USE bool assay_put(struct work *work, const struct assay *assay, const struct rows *results);

#endif
