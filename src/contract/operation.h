/* operation.h: each thing the program can do is one row; one runner is the only way in. */
#ifndef CONTRACT_OPERATION_H
#define CONTRACT_OPERATION_H

#include "chain/ledger.h"
#include "chain/person.h"
#include "contract/excerpt.h"
#include "contract/journal.h"
#include "contract/permission.h"
#include "contract/rule.h"

#include <stdio.h>

enum effect { EFFECT_UNSET, READS, RECORDS };
enum scope {
    SCOPE_UNSET,  /* zero: a read that forgets its scope is refused */
    SCOPE_SITE,   /* rows of the actor's site, unless the actor may read beyond it */
    SCOPE_CODES,  /* every site, persons by code only */
    SCOPE_RECORD, /* the record itself: entries, proofs, accounts */
};
enum shape { SHAPE_RECORD, SHAPE_LIST, SHAPE_STREAM };

struct stream; /* rows on their way out, one after the other */

struct operation {
    const char *name; /* noun.verb */
    int64_t version;  /* of the body; 0 counts as 1 */
    const char *method;
    const char *path; /* {member} comes from the path */
    const char *summary;
    enum permission permission;
    const char *forbidden_by; /* ids of the rules that keep others out, for the refusal, or NULL */
    const char *kept_by;      /* ids of the rules why nothing at path is overwritten, or NULL */
    enum effect effect;
    const char *signature;   /* meaning of the signature that is asked for, or NULL */
    enum permission witness; /* permission of the second person, or unset for none */
    enum scope scope;        /* of READS */
    enum shape shape;        /* of READS */
    const struct schema *input;
    const struct schema *output; /* READS: a row; RECORDS: the body of the entry */
    const char *subject;         /* RECORDS: the body's member that names what it is about */
    const char *person;          /* the body's member with the person's code, if personal */
    const char *person_kind;     /* donor or patient */

    /* RECORDS: facts to body and verdicts, may refuse. Views are not changed here. */
    bool (*judge)(struct work *work, const void *input, void *body);
    /* RECORDS: body to views, no decisions. Also what rebuild runs. */
    bool (*apply)(struct work *work, const struct entry *entry, const void *body);
    /* Decisions: the same verdicts again from the facts in the body alone. */
    bool (*judge_again)(struct work *work, const void *body, struct rows *findings);
    /* Decisions: would today's facts still carry it? Asked when something it used changes. */
    bool (*reconsider)(struct work *work, const void *body, bool *stands);
    const char *kind; /* of the subject: kind:code is held when the decision no longer stands */
    /* Entries that may be corrected or annulled: takes back what apply wrote. */
    bool (*retract)(struct work *work, const struct entry *entry, const void *body);
    /* RECORDS: what must happen outside of the database once the entry is durable; done again at
     * the next start if it was interrupted, so doing it twice must be harmless. */
    bool (*finish)(struct work *work, const void *body);
    /* READS, by shape. */
    bool (*read)(struct work *work, const void *input, void *row);
    bool (*list)(struct work *work, const void *input, struct rows *rows);
    bool (*stream)(struct work *work, const void *input, struct stream *stream);
};

/* The input of operations that ask nothing, and of lists that come in pages. */
struct page {
    const char *after; /* code behind which the page begins, or NULL */
    int64_t limit;     /* most rows; 0 means 100 */
};
/* The input of reads of one thing. */
struct code_key {
    const char *code;
};
extern const struct schema nothing_schema, page_schema, code_key_schema;
int64_t page_limit(const struct page *page);

/* What must follow in the same transaction. follow fills inputs of the effect's own input type;
 * none is a good answer. */
struct consequence {
    const char *cause;
    const char *effect;
    bool (*follow)(struct work *work, const struct entry *entry, const void *body,
                   struct rows *inputs);
};

/* Everything that is declared, put together at the root. Lists end with NULL. */
struct catalogue {
    const struct operation *const *operations; /* every row, in story order */
    const struct consequence *consequences;    /* ends with a NULL cause */
    const struct rule *const *rules;           /* every rule, in story order */
    const char *program;                       /* version */
};

const struct operation *catalogue_find(const struct catalogue *catalogue, const char *name);
const char *operation_versioned(struct arena *arena, const struct operation *operation);
/* The row whose name/version an entry carries; NULL if this program does not know it. */
const struct operation *catalogue_of_entry(const struct catalogue *catalogue, const char *name);

/* The second secret that a signature or a witness gives. */
struct credential {
    const char *account;
    const char *secret;
};

struct request {
    const struct operation *operation;
    const struct given *given;
    size_t count;
    const char *idempotency_key; /* or NULL */
    const char *reason;          /* or NULL */
    struct instant occurred_at;  /* unset: at the time of recording */
    struct credential signature; /* the actor's own account */
    struct credential witness;

    /* Filled by operation_prepare. */
    void *input;
    const struct excerpt *excerpt; /* the part of a list that is asked for, or NULL */
    struct fault fault;            /* what preparing found; told only once permission was asked */
    const char *fingerprint;       /* of the input, to tell a retry from a second request */
    struct actor *witnessing;      /* with permissions at the actor's site */
    bool signed_here;              /* the actor's own secret was given again and is right */
};

/* The answer: a text, or rows that went to out. */
struct reply {
    struct text text;
    FILE *out;         /* where streams go; the caller's */
    const char *table; /* file name of an answer that is no JSON but a table, or NULL */
};

/* Decodes and checks secrets, outside of the writer because Argon2id takes long. Never fails by
 * itself: what it found is in request->fault. */
void operation_prepare(struct work *work, struct request *request);

/* READS, in a read transaction of its own. */
MUST_USE bool operation_read(struct work *work, struct request *request, struct reply *reply);
/* The same inside of the caller's read transaction. */
MUST_USE bool operation_answer(struct work *work, struct request *request, struct reply *reply);

/* A group of requests that share one durable commit. */
struct batch {
    struct ledger_head head;
    struct merkle merkle;
    size_t unfinished; /* entries of this batch with something to finish */
    struct {
        const struct operation *operation;
        const void *body;
    } finishing[16];
};
MUST_USE bool batch_begin(struct work *work, struct batch *batch);
/* Nobody may be answered before batch_commit has returned true. */
MUST_USE bool batch_commit(struct work *work, struct batch *batch);
/* Where the operation has something to finish, it is done behind the commit ... */
MUST_USE bool batch_finish_later(struct work *work, struct batch *batch,
                                 const struct operation *operation, const void *body);
/* ... and once more for an entry of before: the process may have ended between the two. */
MUST_USE bool batch_finish_again(struct work *work, struct batch *batch,
                                 const struct operation *operation, int64_t seq);
/* One request in its own savepoint. False: refused, in work->fault; where the record wants it,
 * the refusal is an entry of the batch. */
MUST_USE bool operation_record(struct work *work, struct batch *batch, struct request *request,
                               struct reply *reply);

/* A change that no operation offers, on something known: never done, always kept. work->fault
 * says so. */
struct unoffered {
    const char *name;    /* method and path as the rows write it */
    const char *subject; /* or NULL */
    const char *kept_by; /* further rules, or NULL */
};
void operation_refuse_change(struct work *work, struct batch *batch,
                             const struct unoffered *unoffered);

/* Prepare, then read or record in a batch of one. */
MUST_USE bool operation_perform(struct work *work, struct request *request, struct reply *reply);

/* Performed by the program itself, without permission, signature or refusal: init, story. */
MUST_USE bool operation_found(struct work *work, struct batch *batch, const char *name,
                              const void *input);

/* Applies an entry to the views: what recording, rebuild and verify share. */
MUST_USE bool operation_apply(struct work *work, const struct entry *entry, const char *hash);
MUST_USE bool operation_read_body(struct work *work, const struct operation *operation,
                                  const char *text, void *body);

/* Personal members of a row become readable, or NULL where the actor may not or the person was
 * erased. */
MUST_USE bool operation_unseal(struct work *work, const struct schema *schema, void *row);
/* The same for many rows of one answer. */
MUST_USE bool operation_unseal_by(struct work *work, struct person_reader *reader,
                                  const struct schema *schema, void *row);

/* Seals the personal members of a body before it is written. */
MUST_USE bool operation_seal(struct work *work, const struct operation *operation, void *body);

/* Whether the actor may do this at all; also asked by whatever only offers it. */
bool operation_permits(const struct actor *actor, const struct operation *operation);
/* The refusal where it does not; always false. */
MUST_USE bool operation_forbidden(struct work *work, const struct operation *operation);

/* In a stream operation: sends one row. */
MUST_USE bool stream_row(struct work *work, struct stream *stream, const void *row);

/* Sends every row of a table, in the order of its key. */
MUST_USE bool stream_table(struct work *work, struct stream *stream, const struct table *table);

/* For judges: whole years at the actor's today; a date that is none or lies ahead is refused. */
MUST_USE bool age_at(struct work *work, const char *field, const char *birth_date, int64_t *years);

/* For judges: an actor may act for one site only. */
MUST_USE bool operation_at_site(struct work *work, const char *field, const char *site,
                                const char *what);

#endif
