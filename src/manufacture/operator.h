/* operator.h: who is qualified to work, until when, and fit today? */
#ifndef MANUFACTURE_OPERATOR_H
#define MANUFACTURE_OPERATOR_H

#include "manufacture/gate.h"

extern const struct table qualification_table, declaration_table;
extern const struct operation operator_operations[];
enum { OPERATOR_OPERATIONS = 3 };

/* The qualification of a kind that holds on the day, or else the newest one. */
MUST_USE bool operator_item(struct work *work, const char *account, const char *kind,
                            struct date today, struct gate_item *item);
/* What the account declared on the day: fit, not_fit or NULL. */
MUST_USE bool operator_declaration(struct work *work, const char *account, struct date today,
                                   const char **declaration);

#endif
