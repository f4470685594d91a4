/* exposed.h: who received vials that had been out of their temperature range, however short? */
#ifndef VIGILANCE_EXPOSED_H
#define VIGILANCE_EXPOSED_H

#include "contract/operation.h"

struct exposed {
    const char *dose;
    const char *patient;
    const char *site;
    const char *lot;
    int64_t first;
    int64_t last;
    struct count minutes; /* of the worst of these vials, over its life; unknown is shown too */
};

extern const struct operation exposed_operations[];
enum { EXPOSED_OPERATIONS = 1 };

#endif
