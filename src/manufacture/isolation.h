/* isolation.h: how was a pool concentrated over a membrane, and where did each part go? */
#ifndef MANUFACTURE_ISOLATION_H
#define MANUFACTURE_ISOLATION_H

#include "contract/operation.h"

struct isolation {
    const char *code;
    const char *site;
    const char *pool;
    const char *specification; /* of the pool */
    const char *tissue;
    bool pool_of_donors;
    int64_t fed_ul;
    int64_t retentate_ul;
    struct real volume_factor; /* fed over retentate */
    int64_t entry;
};

extern const struct table isolation_table;
extern const struct operation isolation_operations[];
extern const struct rule isolation_rules[];
enum { ISOLATION_OPERATIONS = 2, ISOLATION_RULES = 2 };

#endif
