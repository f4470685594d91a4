/* receipt.h: in which condition did a shipment arrive, and may it go into stock? */
#ifndef SUPPLY_RECEIPT_H
#define SUPPLY_RECEIPT_H

#include "contract/operation.h"

extern const struct schema receipt_schema, receipt_body_schema;

/* shipment.receive, a row of shipment.c */
MUST_USE bool receipt_judge(struct work *work, const void *input, void *body);
MUST_USE bool receipt_again(struct work *work, const void *body, struct rows *findings);
MUST_USE bool receipt_apply(struct work *work, const struct entry *entry, const void *body);

#endif
