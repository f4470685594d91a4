/* collection.h: what was taken from a donor, when, and how it arrived. */
#ifndef DONATION_COLLECTION_H
#define DONATION_COLLECTION_H

#include "contract/operation.h"

struct collection {
    const char *code; /* T-0001 */
    const char *donor;
    const char *site;
    const char *tissue;
    struct date collected_on;
    int64_t volume_ul;
    int64_t pieces;
    struct count age_years;          /* of the donor on that day; unknown once erased */
    const char *tested_person_asked; /* donor, birth_mother; NULL: the signed facts do not say */
    const char *microbes;            /* not_detected, detected, not_done; NULL: not recorded */
    int64_t entry;
    int64_t microbes_entry;
    const char *status; /* computed when shown; no column */
};

extern const struct table collection_table;
extern const struct operation collection_operations[];
enum { COLLECTION_OPERATIONS = 2 };

/* The newest tissue of a donor, by its day. */
MUST_USE bool collection_newest(struct work *work, const char *donor, struct collection *collection,
                                bool *found);

#endif
