/* rater.h: may the blinded rater of a study give its doses? */
#ifndef TREATMENT_RATER_H
#define TREATMENT_RATER_H

#include "contract/operation.h"

/* Whether the account may give doses at the actor's site, or check them: yes or no. Refuses an
 * account that is unknown, closed or without a role there. */
MUST_USE bool rater_gives(struct work *work, const char *rater, const char **gives);

/* The same about the rater of the patient's study; none for who is in no study. An account that
 * was closed meanwhile, or lost its roles, gives nothing. */
MUST_USE bool rater_gives_to(struct work *work, const char *patient, const char **gives);

#endif
