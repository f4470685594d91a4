/* postgres_connection.c: which server is good enough, and what do its errors mean? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/postgres.h"

#include <stdlib.h>
#include <string.h>

enum { OLDEST_SERVER = 150000 };

/* What the server must be set to, so that an acknowledged commit is on disk and a text comes back
 * as it was written. */
struct demand {
    const char *setting;
    const char *value;
    bool differs; /* the setting must not have the value */
    bool pinned;  /* kept as found, whatever the server's files say later */
    bool writing; /* asked only where the connection may write */
    const char *sentence;
};

static const struct demand demands[] = {
    {"server_encoding", "UTF8", false, false, false,
     "The database is not encoded in UTF8; create it again with ENCODING 'UTF8'."},
    {"standard_conforming_strings", "on", false, true, false,
     "The database has standard_conforming_strings off; set it to on."},
    {"statement_timeout", "0", false, true, false,
     "The database has a statement_timeout, which would cut off long exports; set it to 0."},
    {"fsync", "on", false, false, true,
     "The database server runs with fsync off and can lose what it acknowledged; set it to on."},
    {"synchronous_commit", "off", true, true, true,
     "The database has synchronous_commit off and can lose what it acknowledged; set it to on."},
    {"in_hot_standby", "off", false, false, true,
     "The database server is a standby that only reads; name the primary server instead."},
};

/* As long as the engine inside waits for the write lock, unless the place says otherwise. */
static const char wait_sql[] =
    "SELECT set_config('lock_timeout', CASE current_setting('lock_timeout') WHEN '0' THEN '30s' "
    "ELSE current_setting('lock_timeout') END, false)";

struct meaning {
    const char *state; /* SQLSTATE, appendix A of the PostgreSQL manual */
    enum fault_kind kind;
    const char *sentence;
};

static const struct meaning meanings[] = {
    {"23505", FAULT_CONFLICT, "This exists already; use another code."},
    {"XL001", FAULT_STORAGE, "The record is append-only: nothing in it is changed or removed."},
    {"25006", FAULT_STORAGE, "The database allows reading only."},
    {"25P02", FAULT_STORAGE, "A statement of this transaction failed; it can only be undone."},
    {"40001", FAULT_STORAGE, "The record is busy with other work; try again."},
    {"40P01", FAULT_STORAGE, "The record is busy with other work; try again."},
    {"55P03", FAULT_STORAGE, "The record is busy with other work; try again."},
    {"57014", FAULT_STORAGE, "The database server was told to cancel this; try again."},
    {"42501", FAULT_STORAGE, "The role of this connection has no right to do this."},
    {"53100", FAULT_STORAGE, "The disk of the database server is full; make room first."},
    {"53200", FAULT_STORAGE, "The database server has too little memory for this."},
};

bool postgres_is_certain(const struct postgres *postgres, const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity && strcmp(severity, "ERROR") == 0 &&
           PQstatus(postgres->connection) == CONNECTION_OK;
}

bool postgres_refuse(const struct postgres *postgres, struct fault *fault, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!postgres_is_certain(postgres, result) && postgres->alone)
        return fail(fault, FAULT_UNKNOWN, "",
                    "It is not known whether this was stored (the connection to the database "
                    "server was lost); ask again with the same idempotency key.");
    if (PQstatus(postgres->connection) != CONNECTION_OK)
        return fail(fault, FAULT_STORAGE, "",
                    "The connection to the database server was lost; try again.");
    for (size_t i = 0; state && i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(state, meanings[i].state) == 0)
            return fail(fault, meanings[i].kind, "", "%s", meanings[i].sentence);
    return fail(fault, FAULT_STORAGE, "", "The database refused (SQLSTATE %s).",
                state ? state : "unknown");
}

bool postgres_is_ready(struct postgres *postgres, struct fault *fault)
{
    if (postgres->receiving)
        return fail(fault, FAULT_STORAGE, "",
                    "A receiver of rows asked the database while its answer was on its way.");
    if (postgres->unusable || PQstatus(postgres->connection) != CONNECTION_OK)
        return fail(fault, FAULT_STORAGE, "",
                    "The connection to the database server was lost; try again.");
    return true;
}

bool postgres_command(struct postgres *postgres, struct fault *fault, const char *sql)
{
    if (!postgres_settle(postgres, fault))
        return false;
    PGresult *result = PQexec(postgres->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool worked = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
                  postgres_refuse(postgres, fault, result);
    PQclear(result);
    return worked;
}

/* Notices are not for the user; a warning during COMMIT may say that it is not yet durable. */
static void hear(void *context, const PGresult *notice)
{
    struct postgres *postgres = context;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    postgres->warned = postgres->warned || (severity && strcmp(severity, "WARNING") == 0);
}

static bool meets(struct postgres *postgres, struct fault *fault, const struct demand *demand)
{
    const char *sql = demand->pinned ? "SELECT set_config($1, current_setting($1), false)"
                                     : "SELECT current_setting($1)";
    const char *values[] = {demand->setting};
    PGresult *result = PQexecParams(postgres->connection, sql, 1, NULL, values, NULL, NULL, 0);
    bool met = false;
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        postgres_refuse(postgres, fault, result);
    else if ((strcmp(PQgetvalue(result, 0, 0), demand->value) == 0) == demand->differs)
        fail(fault, FAULT_STORAGE, "record", "%s", demand->sentence);
    else
        met = true;
    PQclear(result);
    return met;
}

static bool settle(struct postgres *postgres, struct fault *fault)
{
    bool writes = postgres->access != ACCESS_READ;
    if (PQserverVersion(postgres->connection) < OLDEST_SERVER)
        return fail(fault, FAULT_STORAGE, "record",
                    "The database server is older than PostgreSQL 15; update it.");
    for (size_t i = 0; i < sizeof demands / sizeof *demands; i++)
        if ((writes || !demands[i].writing) && !meets(postgres, fault, &demands[i]))
            return false;
    return postgres_command(postgres, fault, wait_sql) &&
           (writes || postgres_command(postgres, fault, "SET default_transaction_read_only = on"));
}

/* The parser of libpq quotes what it does not understand, which may be part of a password. */
static bool is_connection_string(const char *place)
{
    PQconninfoOption *options = PQconninfoParse(place, NULL);
    bool understood = options != NULL;
    PQconninfoFree(options);
    return understood;
}

static bool connect(struct arena *arena, struct fault *fault, const char *place,
                    struct postgres *postgres)
{
    const char *names[] = {"fallback_application_name", "dbname", "client_encoding", NULL};
    const char *values[] = {"exoledger", place, "UTF8", NULL};
    postgres->connection = PQconnectdbParams(names, values, 1);
    if (PQstatus(postgres->connection) != CONNECTION_OK) {
        const char *message = PQerrorMessage(postgres->connection);
        return fail(fault, FAULT_STORAGE, "record",
                    "The database server cannot be reached (%s); check that it runs, and the "
                    "connection string.",
                    arena_text(arena, message, strcspn(message, "\n")));
    }
    PQsetNoticeReceiver(postgres->connection, hear, postgres);
    return true;
}

bool postgres_open(struct arena *arena, struct fault *fault, const char *place,
                   enum engine_access access, void **handle)
{
    if (!is_connection_string(place))
        return fail(fault, FAULT_STORAGE, "record",
                    "The connection string is not in the form host=... dbname=... or "
                    "postgresql://...; correct it.");
    struct postgres *postgres = calloc(1, sizeof *postgres);
    if (!postgres)
        return fail(fault, FAULT_STORAGE, "", "There is not enough memory to open the database.");
    postgres->access = access;
    if (!connect(arena, fault, place, postgres) || !settle(postgres, fault)) {
        postgres_close(postgres);
        return false;
    }
    *handle = postgres;
    return true;
}

void postgres_close(void *handle)
{
    struct postgres *postgres = handle;
    for (size_t i = 0; i < POSTGRES_BUCKETS; i++)
        while (postgres->buckets[i]) {
            struct prepared *next = postgres->buckets[i]->next;
            free(postgres->buckets[i]->takes);
            free(postgres->buckets[i]->sql);
            free(postgres->buckets[i]);
            postgres->buckets[i] = next;
        }
    PQfinish(postgres->connection);
    free(postgres);
}
