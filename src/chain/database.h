/* database.h: the contract that both engines keep, and the only way to them. */
#ifndef CHAIN_DATABASE_H
#define CHAIN_DATABASE_H

#include "base/schema.h"
#include "chain/merkle.h"

struct work;

enum value_kind { VALUE_NULL, VALUE_TEXT, VALUE_INTEGER, VALUE_BLOB };

struct value {
    enum value_kind kind;
    int64_t integer;
    const char *text; /* NUL-terminated, UTF-8 */
    const void *bytes;
    size_t size;
};

struct value value_text(const char *text); /* NULL becomes VALUE_NULL */
struct value value_integer(int64_t integer);
struct value value_blob(const void *bytes, size_t size);

#define VALUES(...)                                                                                \
    (const struct value[]){__VA_ARGS__},                                                           \
        sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value)
#define NO_VALUES NULL, 0

/* SQL is constant: in tables of these, or made by chain/view.c from a field table. */
struct statement {
    const char *takes;          /* one letter per $n: t text, i integer, b blob */
    const struct schema *gives; /* the struct that a row fills, column by member, or NULL */
    const char *sql;            /* written with $1, $2, ...; the same on both engines */
};

/* Called for each row; columns live until it returns. False stops and keeps the fault. */
struct receiver {
    bool (*row)(void *context, const struct value *columns, size_t count);
    void *context;
};

enum transaction_step {
    STEP_BEGIN_READ,
    STEP_BEGIN_WRITE, /* takes the write lock first; waits for other processes */
    STEP_COMMIT,
    STEP_ROLLBACK,
    STEP_SAVEPOINT,
    STEP_RELEASE,
    STEP_ROLLBACK_TO, /* back to the savepoint, which is then released */
};

enum engine_access { ACCESS_READ, ACCESS_WRITE, ACCESS_CREATE };

struct engine {
    const char *name;
    const char *integer_type; /* column types as the engine spells them */
    const char *text_type;
    const char *blob_type;
    const char *table_end; /* behind the closing bracket of CREATE TABLE */
    const char *list_end;  /* the same for tables whose rows lie in the order of their key */
    /* place: a file's path or a connection string. */
    bool (*open)(struct arena *arena, struct fault *fault, const char *place,
                 enum engine_access access, void **handle);
    void (*close)(void *handle);
    bool (*run)(void *handle, struct fault *fault, const struct statement *statement,
                const struct value *values, const struct receiver *receiver);
    /* As run, for many rows of one key in the order of that key: what remains of the key stands in
     * ORDER BY. The rows of one key fit into memory. */
    bool (*scan)(void *handle, struct fault *fault, const struct statement *statement,
                 const struct value *values, const struct receiver *receiver);
    /* As run, for a row that is written: in a write transaction what is wrong with it may be told
     * only when the next question or step is answered, and at the latest by the step that ends the
     * savepoint or the transaction. A server need not be waited for after every row. */
    bool (*put)(void *handle, struct fault *fault, const struct statement *statement,
                const struct value *values, const struct receiver *receiver);
    bool (*step)(void *handle, struct fault *fault, enum transaction_step step);
    /* Makes UPDATE and DELETE (and TRUNCATE) on a table an error at the database itself. */
    bool (*forbid_change)(void *handle, struct fault *fault, struct arena *arena,
                          const char *table);
    /* Names of a statement's columns, for the tests that hold them against the schema. */
    bool (*columns)(void *handle, struct fault *fault, struct arena *arena,
                    const struct statement *statement, const char ***names, size_t *count);
    /* Whether the stored bytes are sound in themselves: pages, trees, indexes against tables. NULL
     * where the engine offers no such check to its users. */
    bool (*check)(void *handle, struct fault *fault);
    /* The record was compared with its head and is whole. Before, what lies on the disk may be
     * evidence, and closing leaves it as it is. NULL where closing changes nothing.
     * What a process that died left in the log may never have reached the disk, although it can be
     * read: after a sync that failed the system counts those pages as clean. Who writes makes it
     * durable first; then it can be acknowledged. */
    bool (*trust)(void *handle, struct fault *fault);
    /* How the engine would find the rows, as text: "SCAN" or "Seq Scan" betrays a full read. */
    bool (*explain)(void *handle, struct fault *fault, struct arena *arena,
                    const struct statement *statement, const char **plan);
};

extern const struct engine sqlite_engine;
extern const struct engine postgres_engine;

struct statements; /* of chain/view.c */

/* Where the record stood when this connection last wrote or compared it; what is found later must
 * go on from here, or somebody changed the database behind the program's back. */
struct known {
    bool compared;
    int64_t at_usec;
    char last[HASH_TEXT + 1];
    struct merkle merkle;
};

struct database {
    const struct engine *engine;
    void *handle;
    struct hasher *hasher;         /* one thread works with one database */
    struct arena *kept;            /* memory that lives as long as the connection */
    struct statements *statements; /* made once for each table, in kept */
    int64_t calls;                 /* calls made so far */
    int64_t fail_at;               /* the call that fails, for fault injection; 0 for none */
    bool visiting;                 /* a visitor is at work: it may not ask the database anything */
    struct known known;
};

/* Closed with the arena. */
MUST_USE bool database_open(struct arena *arena, struct fault *fault, const struct engine *engine,
                            const char *place, enum engine_access access,
                            struct database **database);

/* Changes, or anything whose rows are not wanted. */
MUST_USE bool database_run(struct work *work, const struct statement *statement,
                           const struct value *values, size_t count);
/* A row that is written; its fault may come with the next answer of the database: see put. */
MUST_USE bool database_put(struct work *work, const struct statement *statement,
                           const struct value *values, size_t count);
/* The first row into a struct of the schema that the statement gives. */
MUST_USE bool database_find(struct work *work, const struct statement *statement,
                            const struct value *values, size_t count, void *row, bool *found);
/* All rows, into the arena. */
MUST_USE bool database_list(struct work *work, const struct statement *statement,
                            const struct value *values, size_t count, struct rows *rows);
/* One row after the other, without keeping them: the arena is wound back after each, and texts are
 * gone with their row. The visitor may not ask the database: on PostgreSQL the answer is still on
 * its way. */
struct visitor {
    bool (*visit)(struct work *work, void *context, const void *row);
    void *context;
};
MUST_USE bool database_each(struct work *work, const struct statement *statement,
                            const struct value *values, size_t count,
                            const struct visitor *visitor);
/* The same for the rows of one key in the order of the key, where there are many: see scan. */
MUST_USE bool database_scan(struct work *work, const struct statement *statement,
                            const struct value *values, size_t count,
                            const struct visitor *visitor);
MUST_USE bool database_step(struct work *work, enum transaction_step step);
/* Ends what STEP_BEGIN_READ began. False when it or the work before it failed; the first cause
 * stays. */
MUST_USE bool database_end_read(struct work *work, bool worked);

/* How a member is stored: text, integer or blob column. */
char field_letter(const struct field *field);
struct value field_value(struct arena *arena, const struct field *field, const void *row);

#endif
