/* reach.h: what does a recall reach as the record stands now? */
#ifndef VIGILANCE_REACH_H
#define VIGILANCE_REACH_H

#include "vigilance/recall.h"

extern const struct schema recall_facts_schema, recall_balance_schema;

/* The balance of each lot in scope, in order of code. */
MUST_USE bool reach_balances(struct work *work, const char *recall, struct rows *balances);

/* Balances, places and patients, whose notices are not answered, and the entries it rests on. */
MUST_USE bool reach_gather(struct work *work, const char *recall, struct recall_facts *facts,
                           struct rows *used);

#endif
