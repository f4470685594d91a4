/* pool.h: which harvests were joined for which product, and how much of each? */
#ifndef MANUFACTURE_POOL_H
#define MANUFACTURE_POOL_H

#include "contract/operation.h"

struct pool {
    const char *code;
    const char *site;
    const char *specification; /* code/version */
    const char *tissue;
    const char *donors; /* codes separated by blanks */
    bool pool_of_donors;
    int64_t volume_ul;
    int64_t entry;
};

extern const struct table pool_table;
extern const struct operation pool_operations[];
extern const struct rule pool_rules[];
enum { POOL_OPERATIONS = 2, POOL_RULES = 2 };

#endif
