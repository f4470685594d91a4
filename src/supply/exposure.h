/* exposure.h: how long were these vials out of range, over their whole life? */
#ifndef SUPPLY_EXPOSURE_H
#define SUPPLY_EXPOSURE_H

#include "contract/operation.h"

/* What one transport did to serials first..last of a lot. */
struct exposure {
    const char *lot;
    int64_t first;
    int64_t last;
    const char *shipment;
    struct count minutes; /* out of range on that way; unknown until its logger was read */
    int64_t entry;
};

extern const struct table exposure_table;

/* Most minutes out of range over the life of any of first..last, all transports together: 0 for
 * vials that never travelled, unknown where the logger of one transport was not read. */
MUST_USE bool exposure_minutes(struct work *work, const char *lot, int64_t first, int64_t last,
                               struct count *minutes);

/* The same from the rows of one lot. Pure. */
struct count exposure_most(const struct rows *exposures, int64_t first, int64_t last);

#endif
