/* marker.h: are the markers of a lot complete: both categories, and a contaminant looked for? */
#ifndef QUALITY_MARKER_H
#define QUALITY_MARKER_H

#include "contract/operation.h"

/* Words separated by blanks; the lists are signed settings, NULL where none is signed. */
struct marker_facts {
    const char *positives;
    const char *negatives;
    const char *contaminant; /* what was looked for by a value, or NULL */
    const char *transmembrane;
    const char *cytosolic;
    const char *contaminants;
    const char *cellular;
};

extern const struct schema marker_facts_schema;
extern const struct operation marker_operations[];
extern const struct rule marker_rules[];
enum { MARKER_OPERATIONS = 2, MARKER_RULES = 2 };

void marker_judge(struct arena *arena, const struct marker_facts *facts, struct rows *findings);
const char *marker_outcome(const struct rows *findings); /* complete or not_complete */

#endif
