/* entry.h: one line of the record: what it holds, and its bytes (docs/record.md). */
#ifndef CHAIN_ENTRY_H
#define CHAIN_ENTRY_H

#include "chain/work.h"

enum { ENTRY_FORMAT = 1 };

struct signature {
    const char *account;
    const char *name;
    const char *meaning;
    struct instant at;
};

struct entry {
    int64_t format;
    int64_t seq; /* counts from 1 without gaps */
    struct instant at;
    struct instant occurred_at;
    const char *zone; /* as +09:00 */
    const char *site;
    const char *actor;      /* account, or "exoledger" for the program itself */
    const char *operation;  /* name/version, as donor.register/1 */
    const char *subject;    /* the code of the thing it is about */
    const char *body;       /* canonical JSON object */
    const char *reason;     /* sealed when the operation is about a person */
    struct rows signatures; /* struct signature */
    const char *idempotency_key;
    const char *rule_set;
    const char *program;
    int64_t cause;        /* seq of the entry that this one follows from; 0 for none */
    const char *previous; /* hash of the entry before, in hexadecimal; 64 zeros for the first */
};

extern const struct schema signature_schema;

/* The canonical bytes (RFC 8785), exactly what is hashed and stored. */
const char *entry_bytes(struct arena *arena, const struct entry *entry);

/* Strict: bytes that are not canonical, or hold a name too many or too few, are refused. */
MUST_USE bool entry_parse(struct arena *arena, struct fault *fault, const char *bytes,
                          struct entry *entry);

#endif
