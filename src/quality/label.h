/* label.h: which labels were printed for which vials, and may they be? The rules are pure. */
#ifndef QUALITY_LABEL_H
#define QUALITY_LABEL_H

#include "contract/operation.h"

/* What a label says; members that are NULL are not known. */
struct label_content {
    const char *product;
    const char *class_name;
    const char *lot;
    const char *volume;
    const char *particles; /* per vial, with the method and the assay */
    const char *storage;
    const char *expiry;
    const char *after_thaw;
    const char *routes;
    const char *tissue;
    const char *maker;
    const char *text; /* free text, or NULL */
};

/* What is known when labels are asked for. */
struct label_facts {
    const char *kind;        /* in_process, release */
    const char *status;      /* of the lot */
    const char *inspected;   /* inspected; NULL: not known */
    struct count unfit;      /* vials of the range that were rejected, destroyed or lost */
    struct count holds;      /* on the lot and all that it came from */
    const char *missing;     /* members of the label minimum that are not known, or "none" */
    const char *says_origin; /* yes where the printed lines name an origin not shown, or no */
    struct rows claims;      /* struct claim, of the free text */
};

extern const struct schema label_content_schema;
extern const struct table label_table;
extern const struct rule label_rules[];
extern const struct operation label_operations[];
enum { LABEL_OPERATIONS = 3, LABEL_RULES = 4 };

/* Findings on claims of the free text first, then one for each rule. */
void label_judge(struct arena *arena, const struct label_facts *facts, struct rows *findings);

/* Names of the members of the minimum that are NULL, separated by blanks, or "none" (PR-09). */
const char *label_missing(struct arena *arena, const struct label_content *content,
                          const char *kind);

#endif
