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
    int64_t entry;
};

extern const struct table collection_table;
extern const struct operation collection_operations[];
enum { COLLECTION_OPERATIONS = 2 };

#endif
