/* trace.h: what came of it, and where did it come from? Complete, and persons by code only. */
#ifndef VIGILANCE_TRACE_H
#define VIGILANCE_TRACE_H

#include "chain/link.h"
#include "contract/operation.h"

struct trace_row {
    const char *kind; /* donor, lot, vials, shipment, site, dose, patient, event, count */
    const char *code;
    int64_t depth; /* steps from the start, which is 0 */
    struct count amount;
    const char *unit;
    const char *detail;
};

extern const struct operation trace_operations[];
enum { TRACE_OPERATIONS = 4 };

/* Codes (const char *) of the lots that came from a thing, itself included, in order of code. */
MUST_USE bool trace_lots(struct work *work, const char *name, struct rows *lots);
/* Codes (const char *) of the lots that share a donor with one, itself included. */
MUST_USE bool trace_siblings(struct work *work, const char *lot, struct rows *lots);

#endif
