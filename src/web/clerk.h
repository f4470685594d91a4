/* clerk.h: what a worker does with a job: who asks, what is asked, and the answer if it reads. */
#ifndef WEB_CLERK_H
#define WEB_CLERK_H

#include "web/service.h"

/* Takes a job as far as it goes at this desk: to its answer, or into the next queue. */
void clerk_handle(struct desk *desk, struct job *job);

/* Who asks, by session cookie or token; false in words. */
MUST_USE bool clerk_identify(struct job *job);

/* Hands a job to the writer, or answers that there is too much to write. */
void clerk_submit(struct job *job, enum change change);

#endif
