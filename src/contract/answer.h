/* answer.h: what is somebody told whose request became an entry? */
#ifndef CONTRACT_ANSWER_H
#define CONTRACT_ANSWER_H

#include "contract/operation.h"

struct answer {
    const struct operation *operation;
    const struct entry *entry;
    const char *hash;
    void *body;    /* as the entry's bytes have it; what is personal is taken out of it */
    bool followed; /* by consequences, which are asked from the journal */
};

/* Made from the entry alone, so that a retry gets the same answer as the first request. */
MUST_USE bool answer_write(struct work *work, const struct answer *answer, struct reply *reply);
MUST_USE bool answer_again(struct work *work, int64_t seq, struct reply *reply);

#endif
