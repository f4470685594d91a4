/* envelope.h: what came from outside, as a request of one operation. Knows nothing of HTTP. */
#ifndef WEB_ENVELOPE_H
#define WEB_ENVELOPE_H

#include "web/route.h"

/* As it came. Reads take the query, everything else the body. */
struct envelope {
    const char *method;
    const char *query; /* behind the question mark, or NULL */
    const char *body;
    size_t size;
    const char *idempotency_key; /* or NULL */
    const struct json *object;   /* the body where it was parsed already, or NULL */
};

/* Members of a body that belong to the recording and not to the operation's input. */
struct envelope_members {
    const char *reason;
    struct instant occurred_at;
    struct credential signature;
    struct credential witness;
};
extern const struct schema envelope_schema;

/* A body as one JSON object; an empty body is none. */
MUST_USE bool envelope_parse(struct work *work, const char *body, size_t size,
                             const struct json **object);

/* Fills the request of route->operation. What is wrong is kept in request->fault and told only
 * to who may ask at all. */
void envelope_read(struct work *work, const struct route *route, const struct envelope *envelope,
                   struct request *request);

/* A refusal as it goes out. number is that of the request, as the log has it. */
void envelope_fault(struct text *out, const struct fault *fault, bool demo, int64_t number);

/* No operation may call a member of its input as the envelope calls its own. */
MUST_USE bool envelope_check(struct fault *fault, const struct catalogue *catalogue);

#endif
