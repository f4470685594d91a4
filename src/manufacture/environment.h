/* environment.h: was the air around an open lot clean, and is the answer there yet? */
#ifndef MANUFACTURE_ENVIRONMENT_H
#define MANUFACTURE_ENVIRONMENT_H

#include "contract/operation.h"

/* What was counted on the plates of one grade and kind. */
struct environment_result {
    const char *grade;
    const char *kind;
    int64_t found;     /* colonies, or particles where the kind is particles */
    struct count most; /* signed limit; unknown when none is signed */
};

struct environment_facts {
    struct count days;       /* from the session to the reading */
    struct count days_least; /* signed */
    struct rows results;     /* struct environment_result */
};

extern const struct table environment_table, environment_lot_table;
extern const struct operation environment_operations[];
enum { ENVIRONMENT_OPERATIONS = 3 };
extern const struct rule environment_rules[];
enum { ENVIRONMENT_RULES = 2 };

/* Pure: the incubation first, then one finding per result. */
void environment_judge(struct arena *arena, const struct environment_facts *facts,
                       struct rows *findings);

/* Sessions of a lot that nobody has read yet, separated by blanks, or "none"; NULL when no
 * session names the lot. */
MUST_USE bool environment_pending(struct work *work, const char *lot, const char **codes);
/* The same for sessions that were read and are not within every limit. */
MUST_USE bool environment_failed(struct work *work, const char *lot, const char **codes);

#endif
