/* listing.h: which entries are asked for, from which end of the record? */
#ifndef CONTRACT_LISTING_H
#define CONTRACT_LISTING_H

#include "chain/ledger.h"

extern const struct schema entry_listing_schema;
MUST_USE bool entry_listing_read(struct work *work, const void *input, struct rows *rows);

#endif
