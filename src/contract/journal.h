/* journal.h: what can be found about entries without reading them: views over the record. */
#ifndef CONTRACT_JOURNAL_H
#define CONTRACT_JOURNAL_H

#include "base/time.h"
#include "chain/entry.h"
#include "chain/view.h"

struct journal {
    int64_t seq;
    struct instant at;
    struct instant occurred_at;
    const char *operation;
    const char *subject;
    const char *actor;
    const char *site;
    int64_t cause;
    int64_t corrected_by; /* seq of the entry that corrected it, or 0 */
    int64_t annulled_by;
    const char *hash;
};

/* A decision used an entry: when the entry changes, the decision is judged again. */
struct used {
    int64_t used;
    int64_t decision;
};

/* The newest entry with personal data of somebody: retention counts from it. */
struct person_last {
    const char *person; /* kind:code */
    struct instant at;
    int64_t entry;
};

/* Local to the place. */
struct retry { /* one answered request, so that the same one is not done twice */
    const char *idempotency_key;
    const char *actor;
    const char *operation;
    const char *fingerprint;
    int64_t seq;
};
struct refusal_count { /* the same refusal again within a minute counts into one */
    const char *refusal;
    int64_t at_usec;
    int64_t times;
};

extern const struct table journal_table, used_table, person_last_table;
extern const struct table retry_table, refusal_count_table;
extern const struct schema journal_schema;

/* Bodies that rest on entries hold a list of these in a member named used. */
struct use {
    int64_t entry;
};
extern const struct schema use_schema;

MUST_USE bool journal_apply(struct work *work, const struct entry *entry, const char *hash);
MUST_USE bool journal_read(struct work *work, int64_t seq, struct journal *journal);

#endif
