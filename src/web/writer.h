/* writer.h: the one thread that changes the record: what arrives together shares one commit. */
#ifndef WEB_WRITER_H
#define WEB_WRITER_H

#include "web/service.h"

enum {
    WRITER_BATCH = 256,     /* jobs taken at one time */
    WRITER_REQUESTS = 2000, /* requests in one commit, unless one job brings more */
};

/* Does the jobs and answers each, never before what it did is on disk. */
void writer_do(struct desk *desk, struct job **jobs, size_t count);

#endif
