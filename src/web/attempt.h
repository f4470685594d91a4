/* attempt.h: who failed so often lately that the next try must wait? Kept in memory only. */
#ifndef WEB_ATTEMPT_H
#define WEB_ATTEMPT_H

#include "base/fault.h"

#include <stdint.h>

enum attempt_kind {
    ATTEMPT_PAIR,    /* wrong secrets for one account from one address */
    ATTEMPT_ACCOUNT, /* wrong secrets for one account from anywhere */
    ATTEMPT_ADDRESS, /* wrong secrets from one address for any account */
    ATTEMPT_REFUSED, /* refusals that one account caused */
    ATTEMPT_KINDS,
};

/* A fixed number of counters, shared by threads. */
struct attempts;

struct attempts *attempts_open(struct arena *arena);

/* FAULT_TOO_OFTEN while the limit of the kind is reached. now_usec is of a clock that only runs
 * forward. */
MUST_USE bool attempt_allowed(struct attempts *attempts, struct fault *fault,
                              enum attempt_kind kind, const char *who, int64_t now_usec);
void attempt_failed(struct attempts *attempts, enum attempt_kind kind, const char *who,
                    int64_t now_usec);
void attempt_forgive(struct attempts *attempts, enum attempt_kind kind, const char *who);

#endif
