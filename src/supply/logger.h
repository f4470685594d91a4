/* logger.h: what the logger of a shipment says about each of its boxes. */
#ifndef SUPPLY_LOGGER_H
#define SUPPLY_LOGGER_H

#include "contract/operation.h"

extern const struct table logger_probe_table;
extern const struct operation logger_operations[];
enum { LOGGER_OPERATIONS = 2 };

/* A time out of range beyond the signed minutes opens a deviation about the shipment. */
MUST_USE bool logger_follow(struct work *work, const struct entry *entry, const void *body,
                            struct rows *inputs);

#endif
