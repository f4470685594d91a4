/* harvest.h: what was taken off a culture, from cells of which age? */
#ifndef MANUFACTURE_HARVEST_H
#define MANUFACTURE_HARVEST_H

#include "contract/operation.h"

struct harvest {
    const char *code;
    const char *site;
    const char *culture;
    const char *source_tissue;
    struct date harvested_on;
    int64_t volume_ul;
    int64_t passage;
    struct real doublings; /* cumulative */
    int64_t viable_cells;
    struct real viability_percent;
    int64_t entry;
};

extern const struct table harvest_table;
extern const struct operation harvest_operations[];
enum { HARVEST_OPERATIONS = 2 };

#endif
