/* bundle.h: what a device or a site that was offline sends: many requests in one body. */
#ifndef WEB_BUNDLE_H
#define WEB_BUNDLE_H

#include "web/envelope.h"

enum { BUNDLE_MOST = 1000 };

/* One of the requests and its own answer. */
struct bundled {
    const char *path; /* as in an address */
    const char *idempotency_key;
    const struct json *body; /* or NULL */
    struct route route;
    struct request request;
    struct fault fault;   /* why it was not understood */
    struct fault refused; /* why it was not recorded */
    struct reply reply;
};

struct bundle {
    struct bundled *items;
    size_t count;
};

/* Takes the body apart and prepares each request for work->actor. False when the body itself is
 * wrong; what is wrong with one request is in its fault. */
MUST_USE bool bundle_read(struct work *work, const char *body, size_t size, struct bundle *bundle);

/* Whether anything of it belongs into the record; the rest is only wrong input. */
bool bundle_concerns_record(const struct work *work, const struct bundle *bundle);

/* Each request in its own savepoint of one batch, in order. False when the database itself
 * failed, in work->fault: then nothing of the batch may be committed. */
MUST_USE bool bundle_record(struct work *work, struct batch *batch, struct bundle *bundle);

/* Why a request was not recorded; FAULT_NONE when it was. */
const struct fault *bundled_fault(const struct bundled *item);

/* The answers, once the batch is committed. number is that of the request that carried them. */
void bundle_write(const struct work *work, const struct bundle *bundle, int64_t number,
                  struct text *out);

#endif
