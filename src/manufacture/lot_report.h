/* lot_report.h: does the production unit say in writing that the lot was made as it should be? */
#ifndef MANUFACTURE_LOT_REPORT_H
#define MANUFACTURE_LOT_REPORT_H

#include "contract/operation.h"

/* What the report speaks about, as the record has it. */
struct report_facts {
    bool inspected; /* every vial */
    bool labels_reconciled;
    int64_t steps;          /* rows of the balance sheet */
    const char *open_steps; /* whose volumes, vials or labels do not close; "none" */
};

extern const struct schema report_facts_schema;
extern const struct operation lot_report_operations[];
extern const struct rule lot_report_rules[];
enum { LOT_REPORT_OPERATIONS = 1, LOT_REPORT_RULES = 3 };

void report_judge(struct arena *arena, const struct report_facts *facts, struct rows *findings);

#endif
