/* culture.h: one thawed bank vial, one culture: which donor, how old, in which medium? */
#ifndef MANUFACTURE_CULTURE_H
#define MANUFACTURE_CULTURE_H

#include "contract/operation.h"

struct culture {
    const char *code;
    const char *site;
    const char *bank;
    int64_t bank_vial;
    const char *source_tissue;
    int64_t passage;       /* of the bank vial */
    struct real doublings; /* cumulative, of the bank vial */
    struct instant thawed_at;
    int64_t viable_cells;
    const char *medium_lot;
    int64_t entry;
};

extern const struct table culture_table;
extern const struct operation culture_operations[];
enum { CULTURE_OPERATIONS = 2 };

#endif
