/* catalogue.h: everything that is declared, put together in story order. */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "contract/operation.h"

#define PROGRAM_VERSION "exoledger 0.2.0"

/* NULL-terminated: every table but the ledger's own. */
extern const struct table *const catalogue_tables[];
extern const struct consequence catalogue_consequences[];

/* Lists of pointers to every row; refuses two operations with one name or one route. */
MUST_USE bool catalogue_make(struct arena *arena, struct fault *fault,
                             const struct catalogue **catalogue);

#endif
