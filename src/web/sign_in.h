/* sign_in.h: the address /api/session: signing in, who am I, signing out. */
#ifndef WEB_SIGN_IN_H
#define WEB_SIGN_IN_H

#include "web/service.h"

#define SIGN_IN_COOKIE "exoledger_session"

extern const struct schema sign_in_schema; /* body of a log-in */

/* The value of the session cookie, or NULL; the same cookie twice is FAULT_INPUT. */
MUST_USE bool sign_in_cookie(struct arena *arena, struct fault *fault, const char *header,
                             const char **token);

/* GET, POST and DELETE; a log-in goes on in sign_in_check. */
void sign_in_handle(struct job *job);
/* Checks a log-in's secret, on the slow thread. */
void sign_in_check(struct job *job);

/* In the writer's transaction. */
MUST_USE bool sign_in_write(struct job *job);

/* Secrets given with an operation are limited and counted like log-ins. */
MUST_USE bool sign_in_may_try(struct job *job, const char *account);
void sign_in_tried(struct job *job, const char *account, bool right);

#endif
