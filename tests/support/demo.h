/* demo.h: a demonstration record of its own for a test, and how the test asks it for things. */
#ifndef SUPPORT_DEMO_H
#define SUPPORT_DEMO_H

#include "catalogue.h"
#include "chain/ledger.h"
#include "verify.h"

/* Behind our own headers, because cmocka makes a macro of the word fail. */
#include "test.h"

/* 2025-01-14T10:00:00+09:00: the clock stands still until a test sets it. */
#define DEMO_USEC INT64_C(1736816400000000)

struct demo {
    struct arena *arena; /* of this struct and its texts; the record is in work.arena */
    const struct engine *engine;
    const char *folder;
    const char *schema; /* on the server; NULL on SQLite */
    struct work work;   /* open for writing */
    struct actor actor; /* who asks, once demo_sign_in has said so */
};

/* For cmocka: *state becomes a struct demo with the example accounts of data/. */
int demo_open_sqlite(void **state);
/* On the server that EXOLEDGER_TEST_SERVER names, in a schema that is dropped again. */
int demo_open_postgres(void **state);
int demo_close(void **state);
/* The connection string of that server, or NULL, which is said loudly. */
const char *demo_server(void);

/* The same for tests that need several. tables: folder with the first tables, or NULL for data/. */
struct demo *demo_make(const struct engine *engine, const char *tables);
void demo_remove(struct demo *demo);
/* Closes the record and opens it again, as the next process would. */
void demo_reopen(struct demo *demo);
/* A record in a copy of the folder, with its own bytes of everything (SQLite). */
struct demo *demo_copy(struct demo *demo);

/* A path in the folder of a record, and a fresh folder below TMPDIR. */
const char *demo_path(const struct demo *demo, const char *name);
const char *demo_folder(struct arena *arena);
void demo_remove_folder(const char *folder);

/* From here on the account asks; a NULL site is its first. */
void demo_sign_in(struct demo *demo, const char *account, const char *site);

struct demo_request {
    const char *operation;
    const char *input;   /* a JSON object; NULL for none */
    const char *key;     /* idempotency key, or NULL */
    const char *reason;  /* or NULL */
    const char *witness; /* account of the second person, or NULL */
    bool is_unsigned;    /* where a signature is asked for, none is given */
};

struct demo_answer {
    bool worked;
    struct fault fault;
    const char *text;        /* the answer as JSON; of a stream, what was written */
    const struct json *json; /* the same, or NULL */
};

/* Everything that an operation answers with a fault is held against demo_check_fault. */
struct demo_answer demo_ask(struct demo *demo, const struct demo_request *asked);
/* The same; the test fails where the operation does. */
struct demo_answer demo_do(struct demo *demo, const char *operation, const char *input);

/* Prepares a request as demo_ask does, for tests that record it in a batch of their own. */
void demo_request_fill(struct demo *demo, const struct demo_request *asked,
                       struct request *request);
void demo_give(struct arena *arena, const char *json, struct request *request);

/* A sentence with a full stop, and every rule that is named is declared. */
void demo_check_fault(const struct demo *demo, const struct fault *fault);

int64_t demo_entries(struct demo *demo);
const char *demo_fingerprint(struct demo *demo);
/* Fails with the sentence unless the whole record is as it says. */
void demo_verify(struct demo *demo);
/* The fault that verify finds; FAULT_NONE when it finds none. */
struct fault demo_damage(struct demo *demo);
void demo_rebuild(struct demo *demo);

/* SQL behind the back of the program; fails the test where the database refuses. */
void demo_sql(struct demo *demo, const char *sql, const struct value *values, size_t count);

/* Whether EXOLEDGER_LONG is set: everything instead of a sample. */
bool demo_is_long(void);

/* xorshift64*: seeded, the same everywhere. */
uint64_t demo_draw(uint64_t *state);
size_t demo_below(uint64_t *state, size_t limit);

#endif
