/* postgres.c: the engine on a PostgreSQL server: statements, rows and transactions. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/postgres.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One lock per database: "exoledgr" as eight bytes, so that nobody else's lock is met. */
#define WRITE_LOCK "7311716506384230258"

static size_t bucket_of(const char *sql)
{
    size_t sum = 5381;
    for (; *sql; sql++)
        sum = sum * 33 + (unsigned char)*sql;
    return sum % POSTGRES_BUCKETS;
}

static bool send_prepare(struct postgres *postgres, struct fault *fault, const char *name,
                         const char *sql, const Oid *types, size_t count)
{
    PGresult *result = PQprepare(postgres->connection, name, sql, (int)count, types);
    bool worked =
        PQresultStatus(result) == PGRES_COMMAND_OK || postgres_refuse(postgres, fault, result);
    PQclear(result);
    return worked;
}

static struct prepared *prepared_keep(struct postgres *postgres, const char *letters,
                                      const char *sql)
{
    struct prepared *prepared = arena_heap(sizeof *prepared);
    char *takes = arena_heap_copy(letters);
    char *text = arena_heap_copy(sql);
    *prepared = (struct prepared){.takes = takes, .sql = text};
    snprintf(prepared->name, sizeof prepared->name, "s%" PRId64, ++postgres->prepared);
    return prepared;
}

/* Texts are compared, not pointers: an arena may hand out the same address again. A statement
 * outlives the rollback of the transaction in which it was prepared. */
static bool prepare(struct postgres *postgres, struct fault *fault,
                    const struct statement *statement, const Oid *types, const char **name)
{
    const char *letters = postgres_letters(statement);
    struct prepared **bucket = &postgres->buckets[bucket_of(statement->sql)];
    for (struct prepared *at = *bucket; at; at = at->next)
        if (strcmp(at->sql, statement->sql) == 0 && strcmp(at->takes, letters) == 0) {
            *name = at->name;
            return true;
        }
    struct prepared *prepared = prepared_keep(postgres, letters, statement->sql);
    if (!postgres_settle(postgres, fault) ||
        !send_prepare(postgres, fault, prepared->name, statement->sql, types, strlen(letters))) {
        free(prepared->takes);
        free(prepared->sql);
        free(prepared);
        return false;
    }
    prepared->next = *bucket;
    *bucket = prepared;
    *name = prepared->name;
    return true;
}

static bool row_hand_over(struct postgres *postgres, struct fault *fault, const PGresult *result,
                          int row, const struct receiver *receiver)
{
    int count = PQnfields(result);
    if (count > POSTGRES_VALUES)
        return fail(fault, FAULT_STORAGE, "", "A statement gives too many columns.");
    for (int i = 0; i < count; i++)
        if (!postgres_read(result, row, i, &postgres->columns[i]))
            return fail(fault, FAULT_STORAGE, "",
                        "A statement gives something else than text, bytes or an integer in %s.",
                        PQfname(result, i));
    return receiver->row(receiver->context, postgres->columns, (size_t)count);
}

static bool result_receive(struct postgres *postgres, struct fault *fault, const PGresult *result,
                           const struct receiver *receiver)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_SINGLE_TUPLE && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return postgres_refuse(postgres, fault, result);
    for (int row = 0; receiver && row < PQntuples(result); row++)
        if (!row_hand_over(postgres, fault, result, row, receiver))
            return false;
    return true;
}

/* COPY would wait for a conversation that the contract does not have. */
static bool is_copy(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/* One row is in memory at a time, and the rest still on its way: a receiver must not run other
 * statements on this connection, and is refused when it tries. After a refusal the rest is read
 * and dropped instead of cancelled, because a cancelled statement ends its transaction. */
bool postgres_receive(struct postgres *postgres, struct fault *fault,
                      const struct receiver *receiver)
{
    PGresult *result = NULL;
    bool worked = true;
    bool answered = false;
    postgres->receiving = true;
    while (!postgres->unusable && (result = PQgetResult(postgres->connection))) {
        answered = true;
        postgres->unusable = is_copy(result);
        worked = worked && result_receive(postgres, fault, result, receiver);
        PQclear(result);
    }
    postgres->receiving = false;
    return answered ? worked : postgres_refuse(postgres, fault, NULL);
}

/* With nothing waiting before it. */
static bool ask_alone(struct postgres *postgres, struct fault *fault, const struct bound *bound,
                      const struct receiver *receiver, bool single)
{
    postgres->alone = postgres->access != ACCESS_READ &&
                      PQtransactionStatus(postgres->connection) == PQTRANS_IDLE;
    bool worked = PQsendQueryPrepared(postgres->connection, bound->name, bound->count, bound->bytes,
                                      bound->sizes, bound->formats, 1) &&
                  (!single || PQsetSingleRowMode(postgres->connection));
    worked = worked ? postgres_receive(postgres, fault, receiver)
                    : postgres_refuse(postgres, fault, NULL);
    postgres->alone = false;
    return worked;
}

static bool make_ready(struct postgres *postgres, struct fault *fault,
                       const struct statement *statement, const struct value *values,
                       struct bound *bound)
{
    const char *letters = postgres_letters(statement);
    bound->count = (int)strlen(letters);
    return postgres_is_ready(postgres, fault) && postgres_types(fault, letters, bound->types) &&
           postgres_bind(fault, letters, values, bound) &&
           prepare(postgres, fault, statement, bound->types, &bound->name);
}

static bool ask(struct postgres *postgres, struct fault *fault, const struct statement *statement,
                const struct value *values, const struct receiver *receiver, bool single)
{
    struct bound bound;
    if (!make_ready(postgres, fault, statement, values, &bound))
        return false;
    return postgres->waiting ? postgres_ask_behind(postgres, fault, &bound, receiver, single)
                             : ask_alone(postgres, fault, &bound, receiver, single);
}

static bool postgres_run(void *handle, struct fault *fault, const struct statement *statement,
                         const struct value *values, const struct receiver *receiver)
{
    return ask(handle, fault, statement, values, receiver, true);
}

/* Rows that come in one piece cost a fraction of rows that come one by one. */
static bool postgres_scan(void *handle, struct fault *fault, const struct statement *statement,
                          const struct value *values, const struct receiver *receiver)
{
    return ask(handle, fault, statement, values, receiver, false);
}

/* Outside of a write transaction the row is a change of its own, whose outcome is waited for. */
static bool postgres_put(void *handle, struct fault *fault, const struct statement *statement,
                         const struct value *values, const struct receiver *receiver)
{
    struct postgres *postgres = handle;
    struct bound bound;
    if (!postgres->writing)
        return ask(postgres, fault, statement, values, receiver, true);
    return make_ready(postgres, fault, statement, values, &bound) &&
           postgres_send_later(postgres, fault, &bound);
}

static bool begin(struct postgres *postgres, struct fault *fault, const char *sql)
{
    struct fault ignored = {0};
    if (PQtransactionStatus(postgres->connection) != PQTRANS_IDLE)
        return fail(fault, FAULT_STORAGE, "", "A transaction is open already.");
    postgres->depth = 0;
    if (postgres_command(postgres, fault, sql))
        return true;
    if (PQtransactionStatus(postgres->connection) == PQTRANS_INERROR &&
        !postgres_command(postgres, &ignored, "ROLLBACK"))
        postgres->unusable = true;
    return false;
}

/* Whoever has the lock is alone in writing until the commit, in this and any other process; what
 * it reads after that is the newest, which READ COMMITTED gives and a snapshot would not. */
static bool begin_write(struct postgres *postgres, struct fault *fault)
{
    if (postgres->access == ACCESS_READ)
        return fail(fault, FAULT_STORAGE, "", "This connection was opened for reading only.");
    postgres->writing =
        begin(postgres, fault,
              "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(" WRITE_LOCK ")");
    return postgres->writing;
}

/* Only the server's own ERROR says that nothing was stored. COMMIT after a failed statement is
 * answered with ROLLBACK and no error; a warning says that a standby has not confirmed. */
static bool commit(struct postgres *postgres, struct fault *fault)
{
    if (!postgres_settle(postgres, fault))
        return false;
    if (PQtransactionStatus(postgres->connection) == PQTRANS_IDLE)
        return fail(fault, FAULT_STORAGE, "", "There is no transaction to commit.");
    postgres->warned = false;
    postgres->writing = false;
    postgres->depth = 0;
    PGresult *result = PQexec(postgres->connection, "COMMIT");
    bool answered = PQresultStatus(result) == PGRES_COMMAND_OK;
    bool worked = answered && !postgres->warned && strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (answered && strcmp(PQcmdStatus(result), "ROLLBACK") == 0)
        fail(fault, FAULT_STORAGE, "",
             "A statement of this transaction failed, so nothing of it was stored.");
    else if (!answered && postgres_is_certain(postgres, result))
        postgres_refuse(postgres, fault, result);
    else if (!worked)
        fail(fault, FAULT_UNKNOWN, "",
             "It is not known whether this was stored (the database server did not confirm it); "
             "ask again with the same idempotency key.");
    PQclear(result);
    return worked;
}

/* What waits is undone anyway; only its answers are read. */
static void drop_waiting(struct postgres *postgres)
{
    struct fault ignored = {0};
    bool settled = postgres_settle(postgres, &ignored);
    (void)settled;
}

static bool roll_back(struct postgres *postgres, struct fault *fault)
{
    drop_waiting(postgres);
    postgres->depth = 0;
    postgres->writing = false;
    return PQtransactionStatus(postgres->connection) == PQTRANS_IDLE ||
           postgres_command(postgres, fault, "ROLLBACK");
}

/* What waits belongs to the outer savepoint: nothing of it may fail inside of this one, whose
 * rollback would then reach the outer one. */
static bool savepoint_set(struct postgres *postgres, struct fault *fault)
{
    const char *sql = "SAVEPOINT step"; /* the same name again hides the older one */
    if (!postgres_settle(postgres, fault))
        return false;
    bool worked = postgres->writing ? postgres_command_later(postgres, fault, sql)
                                    : postgres_command(postgres, fault, sql);
    postgres->depth += worked;
    return worked;
}

static bool savepoint_leave(struct postgres *postgres, struct fault *fault, const char *sql)
{
    if (postgres->depth <= 0)
        return fail(fault, FAULT_STORAGE, "", "There is no savepoint to leave.");
    bool worked = postgres->waiting ? postgres_command_later(postgres, fault, sql) &&
                                          postgres_settle(postgres, fault)
                                    : postgres_command(postgres, fault, sql);
    postgres->depth -= worked;
    return worked;
}

static bool postgres_step(void *handle, struct fault *fault, enum transaction_step step)
{
    struct postgres *postgres = handle;
    if (!postgres_is_ready(postgres, fault))
        return false;
    switch (step) {
    case STEP_BEGIN_READ:
        return begin(postgres, fault, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    case STEP_BEGIN_WRITE:
        return begin_write(postgres, fault);
    case STEP_COMMIT:
        return commit(postgres, fault);
    case STEP_ROLLBACK:
        return roll_back(postgres, fault);
    case STEP_SAVEPOINT:
        return savepoint_set(postgres, fault);
    case STEP_RELEASE:
        return savepoint_leave(postgres, fault, "RELEASE SAVEPOINT step");
    case STEP_ROLLBACK_TO:
        drop_waiting(postgres);
        return savepoint_leave(postgres, fault,
                               "ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step");
    }
    return false;
}

/* The right is taken from the role that owns the table, too; the triggers refuse a superuser and
 * whoever gives the right back, and fire on a replica as well. */
static bool postgres_forbid_change(void *handle, struct fault *fault, struct arena *arena,
                                   const char *table)
{
    const char *sql = arena_print(
        arena,
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'XL001'; END $$; "
        "CREATE OR REPLACE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %s "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change(); "
        "CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change(); "
        "ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_change, "
        "ENABLE ALWAYS TRIGGER refuse_truncate; "
        "REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM PUBLIC, CURRENT_USER",
        table, table, table, table);
    return postgres_is_ready(handle, fault) && postgres_command(handle, fault, sql);
}

static bool postgres_columns(void *handle, struct fault *fault, struct arena *arena,
                             const struct statement *statement, const char ***names, size_t *count)
{
    struct postgres *postgres = handle;
    Oid types[POSTGRES_VALUES];
    const char *name = NULL;
    if (!postgres_is_ready(postgres, fault) || !postgres_settle(postgres, fault) ||
        !postgres_types(fault, postgres_letters(statement), types) ||
        !prepare(postgres, fault, statement, types, &name))
        return false;
    PGresult *result = PQdescribePrepared(postgres->connection, name);
    bool worked =
        PQresultStatus(result) == PGRES_COMMAND_OK || postgres_refuse(postgres, fault, result);
    *count = worked ? (size_t)PQnfields(result) : 0;
    *names = arena_take(arena, (*count + 1) * sizeof **names);
    for (size_t i = 0; i < *count; i++)
        (*names)[i] = arena_copy(arena, PQfname(result, (int)i));
    PQclear(result);
    return worked;
}

static const char *explain_sql(struct arena *arena, const char *name, size_t count)
{
    struct text sql = text_open(arena);
    text_print(&sql, "EXPLAIN (COSTS OFF) EXECUTE %s", name);
    for (size_t i = 0; i < count; i++)
        text_add(&sql, i ? ", NULL" : "(NULL");
    text_add(&sql, count ? ")" : "");
    return sql.bytes;
}

static bool plan_ask(struct postgres *postgres, struct fault *fault, struct arena *arena,
                     const char *sql, const char **plan)
{
    struct text text = text_open(arena);
    PGresult *result = PQexec(postgres->connection, sql);
    bool worked =
        PQresultStatus(result) == PGRES_TUPLES_OK || postgres_refuse(postgres, fault, result);
    text_add(&text, "");
    for (int i = 0; worked && i < PQntuples(result); i++)
        text_print(&text, "%s\n", PQgetvalue(result, i, 0));
    *plan = text.bytes;
    PQclear(result);
    return worked;
}

/* Small tables are read whole whatever indexes they have, so that way is made the last choice:
 * a "Seq Scan" remains where there is no other. A plan of its own, because the server keeps the
 * one it made before. */
static bool postgres_explain(void *handle, struct fault *fault, struct arena *arena,
                             const struct statement *statement, const char **plan)
{
    struct postgres *postgres = handle;
    Oid types[POSTGRES_VALUES];
    const char *letters = postgres_letters(statement);
    const char *name = arena_print(arena, "e%" PRId64, ++postgres->prepared);
    if (!postgres_is_ready(postgres, fault) || !postgres_types(fault, letters, types) ||
        !send_prepare(postgres, fault, name, statement->sql, types, strlen(letters)))
        return false;
    bool planned =
        postgres_command(postgres, fault,
                         "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off") &&
        plan_ask(postgres, fault, arena, explain_sql(arena, name, strlen(letters)), plan);
    const char *reset =
        arena_print(arena, "RESET plan_cache_mode; RESET enable_seqscan; DEALLOCATE %s", name);
    return postgres_command(postgres, fault, reset) && planned;
}

const struct engine postgres_engine = {
    .name = "postgres",
    .integer_type = "BIGINT",
    .text_type = "TEXT COLLATE \"C\"",
    .blob_type = "BYTEA",
    .table_end = "",
    .list_end = "",
    .open = postgres_open,
    .close = postgres_close,
    .run = postgres_run,
    .put = postgres_put,
    .scan = postgres_scan,
    .step = postgres_step,
    .forbid_change = postgres_forbid_change,
    .columns = postgres_columns,
    .explain = postgres_explain,
};
