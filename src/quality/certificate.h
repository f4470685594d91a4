/* certificate.h: what does the released lot's certificate say, and which bytes were issued? */
#ifndef QUALITY_CERTIFICATE_H
#define QUALITY_CERTIFICATE_H

#include "contract/operation.h"

/* One result, as it is printed. Members that are NULL are not printed. */
struct certificate_test {
    const char *attribute;
    const char *code; /* of the assay */
    const char *method;
    const char *result;
    const char *unit;
    const char *uncertainty; /* expanded, in the unit of the result */
    const char *loq;
    const char *beside; /* numbers beside the result that no limit asks for */
    const char *limit;
    const char *decision_rule;
    const char *verdict;
    const char *standing; /* standing, invalidated, amended */
    const char *reason;   /* why it does not count, or does not apply */
    const char *read_on;
};

/* One figure of the process. */
struct certificate_figure {
    const char *name;
    const char *value;
    const char *uncertainty; /* k = 1 */
};

/* Everything that stands on the paper; its canonical JSON is what data_sha256 is the hash of. */
struct certificate_data {
    const char *code;
    const char *record; /* identifier */
    int64_t release_entry;
    const char *release_hash; /* of that entry */
    const char *lot;
    const char *kind; /* product or vehicle */
    const char *product;
    const char *product_class;
    const char *specification; /* code/version */
    const char *tissue;
    const char *maker;
    const char *filled_on;
    const char *expires_on;
    int64_t vials_made;
    int64_t vials_released;
    int64_t volume_per_vial_ul;
    struct rows tests;   /* struct certificate_test, in printed order */
    struct rows figures; /* struct certificate_figure */
    const char *potency; /* assay that was met, or none */
    const char *released_by;
    const char *released_by_name;
    const char *released_at; /* RFC 3339 with zone */
};

/* What a release orders. */
struct certificate_order {
    const char *code;
    const char *lot;
    int64_t release;
};

extern const struct schema certificate_data_schema, certificate_order_schema;
extern const struct table certificate_table;
extern const struct rule certificate_rules[];
extern const struct operation certificate_operations[];
enum { CERTIFICATE_OPERATIONS = 4, CERTIFICATE_RULES = 1 };

#endif
