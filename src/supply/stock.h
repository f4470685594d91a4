/* stock.h: what becomes of vials at a site, and what of every one of them? */
#ifndef SUPPLY_STOCK_H
#define SUPPLY_STOCK_H

#include "manufacture/vial.h"

extern const struct rule stock_rules[];
extern const struct operation stock_operations[];
enum { STOCK_OPERATIONS = 7, STOCK_RULES = 2 };

/* For judges: the parts of first..last as they are, cut at both ends. Each must be at asked->site
 * in one of the states in asked->state, words separated by blanks; otherwise FAULT_CONFLICT names
 * the first serial that is not. */
MUST_USE bool stock_take(struct work *work, const struct vial_range *asked, struct rows *parts);

/* For apply: each part gets the state, patient and dose of to; site, shipment and purpose too,
 * where to names them. */
MUST_USE bool stock_turn(struct work *work, const struct rows *parts, const struct vial_range *to);

int64_t stock_vials(const struct rows *parts);

/* The holds that stop a lot, as words: none, or subject and reason of each. */
MUST_USE bool stock_holds(struct work *work, const char *lot, const char **holds);

/* Where the actor stands; "" for the program itself. */
const char *stock_site(const struct work *work);

#endif
