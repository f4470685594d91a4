/* specimen.h: what was drawn from the person tested, when, and how long after recovery? */
#ifndef DONATION_SPECIMEN_H
#define DONATION_SPECIMEN_H

#include "contract/operation.h"

struct specimen {
    const char *code; /* SP-0001 */
    const char *donor;
    const char *site;
    struct date drawn_on;
    struct instant drawn_at; /* unknown where only the day is */
    int64_t tubes;
    bool annulled;
    int64_t entry;
};

extern const struct table specimen_table;
extern const struct operation specimen_operations[];
enum { SPECIMEN_OPERATIONS = 2 };

/* For judges: the specimen, if it is of this donor and was not annulled. */
MUST_USE bool specimen_need(struct work *work, const char *field, const char *code,
                            const char *donor, struct specimen *specimen);

#endif
