/* place.h: a fresh database with two connections, on either engine, for tests. */
#ifndef SUPPORT_PLACE_H
#define SUPPORT_PLACE_H

#include "chain/work.h"

/* Behind our own headers, because cmocka makes a macro of the word fail. */
#include "test.h"

struct place {
    const struct engine *engine;
    struct arena *arena;
    char name[64];      /* the folder, or the schema on the server */
    const char *string; /* what the engine opens */
    struct work one;
    struct work other;
};

/* For cmocka: *state becomes a struct place. */
int place_open_sqlite(void **state);
int place_close_sqlite(void **state);
/* On the server that EXOLEDGER_TEST_SERVER names, in a schema that is dropped again. */
int place_open_postgres(void **state);
int place_close_postgres(void **state);
/* The connection string of that server, or NULL, which is said loudly. */
const char *place_server(void);

/* A further connection; .database is NULL and .fault filled where it is refused. */
struct work place_connect(struct place *place, const char *string, enum engine_access access);

/* All fail the test with the sentence of the fault. */
void place_run(struct work *work, const char *takes, const char *sql, const struct value *values,
               size_t count);
void place_step(struct work *work, enum transaction_step step);
/* Expects what worked to be false and the fault to be of the kind; clears it, gives its text. */
const char *place_refused(struct work *work, enum fault_kind kind, bool worked);

bool place_try(struct work *work, const char *takes, const char *sql, const struct value *values,
               size_t count);

enum { PLACE_COLUMNS = 12 };
struct caught {
    struct arena *arena;
    size_t rows;
    size_t count;
    struct value columns[PLACE_COLUMNS]; /* of the last row */
};
/* For struct receiver: the context is a struct caught with its arena set. */
bool place_catch(void *context, const struct value *columns, size_t count);
/* Rows as the engine hands them over, before they become structs. */
struct caught place_ask(struct work *work, const char *takes, const char *sql,
                        const struct value *values, size_t count);
int64_t place_number(struct work *work, const char *sql);

/* A table thing(code, number, bytes), keyed by code. */
void place_make_things(struct place *place);
void place_add_thing(struct work *work, const char *code);
int64_t place_things(struct work *work);

#endif
