/* postgres.h: one connection to a PostgreSQL server; for the files of that engine alone. */
#ifndef CHAIN_POSTGRES_H
#define CHAIN_POSTGRES_H

#include "chain/database.h"

#include <libpq-fe.h>

enum { POSTGRES_BUCKETS = 256, POSTGRES_VALUES = 128 };

/* A statement that the server holds for this connection, found again by its text. Their number
 * is that of the program's own statements. */
struct prepared {
    struct prepared *next;
    char *takes;
    char *sql;
    char name[24];
};

/* Values as libpq wants them: all in binary, integers with the highest byte first. */
struct bound {
    const char *name; /* of the prepared statement */
    int count;
    const char *bytes[POSTGRES_VALUES];
    int sizes[POSTGRES_VALUES];
    int formats[POSTGRES_VALUES];
    uint64_t integers[POSTGRES_VALUES];
    Oid types[POSTGRES_VALUES];
};

/* One thread works with it. A lost connection stays lost: whoever opens the record again also
 * compares its head with the one kept outside, which a silent return to the server would skip. */
struct postgres {
    PGconn *connection;
    enum engine_access access;
    bool receiving; /* rows are on their way: nothing else may be asked */
    bool alone;     /* the statement under way is a transaction of its own, and may change rows */
    bool warned;    /* the server warned since this was last cleared */
    bool unusable;  /* the conversation can no longer be followed */
    bool writing;   /* in a write transaction */
    int depth;      /* of savepoints */
    int waiting;    /* statements that were sent and whose answers are not read yet */
    int64_t prepared;
    struct prepared *buckets[POSTGRES_BUCKETS];
    struct value columns[POSTGRES_VALUES]; /* of the row that is handed over */
};

MUST_USE bool postgres_open(struct arena *arena, struct fault *fault, const char *place,
                            enum engine_access access, void **handle);
void postgres_close(void *handle);

/* May the server be asked now? */
MUST_USE bool postgres_is_ready(struct postgres *postgres, struct fault *fault);

/* Sent without waiting for the answer, in a write transaction only. */
MUST_USE bool postgres_send_later(struct postgres *postgres, struct fault *fault,
                                  const struct bound *bound);
MUST_USE bool postgres_command_later(struct postgres *postgres, struct fault *fault,
                                     const char *sql);
/* Reads the answers that wait; false when one of the statements failed. */
MUST_USE bool postgres_settle(struct postgres *postgres, struct fault *fault);
/* Sent behind what waits, and all answers read together. */
MUST_USE bool postgres_ask_behind(struct postgres *postgres, struct fault *fault,
                                  const struct bound *bound, const struct receiver *receiver,
                                  bool single);
/* The results of one statement, to their end. */
MUST_USE bool postgres_receive(struct postgres *postgres, struct fault *fault,
                               const struct receiver *receiver);

/* SQL without values and rows; several commands, separated by semicolons, are allowed. */
MUST_USE bool postgres_command(struct postgres *postgres, struct fault *fault, const char *sql);

/* Says in words why result (NULL when none came) is not what was asked for. Returns false. The
 * server's own message may quote values, and so names of people: only its code is passed on. */
bool postgres_refuse(const struct postgres *postgres, struct fault *fault, const PGresult *result);

/* The error of the server itself, so that what was asked has certainly not happened. */
bool postgres_is_certain(const struct postgres *postgres, const PGresult *result);

/* The letters of what a statement takes; "" for nothing. */
const char *postgres_letters(const struct statement *statement);
/* The server's types for the letters, in types[POSTGRES_VALUES]. */
MUST_USE bool postgres_types(struct fault *fault, const char *letters, Oid *types);
/* Points into values; bound->types are those of the letters. */
MUST_USE bool postgres_bind(struct fault *fault, const char *letters, const struct value *values,
                            struct bound *bound);
/* A column of a row of result, for as long as result lives. False when it is neither text nor bytes
 * nor a whole number of 64 bits. */
MUST_USE bool postgres_read(const PGresult *result, int row, int column, struct value *value);

#endif
