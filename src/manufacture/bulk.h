/* bulk.h: what is ready to be filled, and what was sampled of it? */
#ifndef MANUFACTURE_BULK_H
#define MANUFACTURE_BULK_H

#include "contract/operation.h"

struct bulk {
    const char *code;
    const char *site;
    const char *filter;
    const char *specification;
    const char *tissue;
    bool pool_of_donors;
    int64_t volume_ul;  /* taken of the filtrate */
    int64_t sampled_ul; /* of it; the rest may be filled */
    int64_t entry;
};

extern const struct table bulk_table;
extern const struct operation bulk_operations[];
enum { BULK_OPERATIONS = 2 };

#endif
