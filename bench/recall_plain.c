/* recall_plain.c: writes the family of recall_model.h as a plain graph, vial by vial. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */

/* recall_plain PLACE LOTS SEED
 *
 * PLACE is a file for SQLite, or a connection string for PostgreSQL. Makes
 *   edge (parent, child)   clustered by parent, with an index the other way round
 *   vial (id, state, site, shipment, patient, dose)   what is known of each vial
 * Nodes are integers, the smallest and fastest form that either database has. */
#include "recall_model.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

struct plain {
    sqlite3 *sqlite;
    sqlite3_stmt *insert;
    PGconn *server;
    char *copy;
    size_t length;
};

enum { COPY_BYTES = 1 << 16, LONGEST_ROW = 1 << 8 };

static void command(struct plain *plain, const char *sql)
{
    if (plain->server) {
        PGresult *result = PQexec(plain->server, sql);
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_COPY_IN)
            stop(PQerrorMessage(plain->server));
        PQclear(result);
    } else if (sqlite3_exec(plain->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK) {
        stop(sqlite3_errmsg(plain->sqlite));
    }
}

static void prepare(struct plain *plain, const char *sql)
{
    if (sqlite3_prepare_v2(plain->sqlite, sql, -1, &plain->insert, NULL) != SQLITE_OK)
        stop(sqlite3_errmsg(plain->sqlite));
}

static void insert(struct plain *plain)
{
    if (sqlite3_step(plain->insert) != SQLITE_DONE || sqlite3_reset(plain->insert) != SQLITE_OK)
        stop(sqlite3_errmsg(plain->sqlite));
}

static void copy(struct plain *plain, bool all)
{
    if ((all || plain->length > COPY_BYTES) && plain->length) {
        if (PQputCopyData(plain->server, plain->copy, (int)plain->length) != 1)
            stop(PQerrorMessage(plain->server));
        plain->length = 0;
    }
    if (!all)
        return;
    if (PQputCopyEnd(plain->server, NULL) != 1)
        stop(PQerrorMessage(plain->server));
    for (PGresult *result = NULL; (result = PQgetResult(plain->server)); PQclear(result))
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            stop(PQerrorMessage(plain->server));
}

static void add_edge(void *context, int64_t parent, int64_t child)
{
    struct plain *plain = context;
    if (plain->server) {
        plain->length += (size_t)snprintf(plain->copy + plain->length, LONGEST_ROW, "%lld\t%lld\n",
                                          (long long)parent, (long long)child);
        copy(plain, false);
        return;
    }
    sqlite3_bind_int64(plain->insert, 1, parent);
    sqlite3_bind_int64(plain->insert, 2, child);
    insert(plain);
}

struct vial {
    int64_t id;
    const char *state;
    int64_t known[4]; /* site, shipment, patient, dose; -1 where there is none */
};

static void add_vial(struct plain *plain, const struct vial *vial)
{
    if (!plain->server) {
        sqlite3_bind_int64(plain->insert, 1, vial->id);
        sqlite3_bind_text(plain->insert, 2, vial->state, -1, SQLITE_STATIC);
        for (int i = 0; i < 4; i++)
            if (vial->known[i] < 0)
                sqlite3_bind_null(plain->insert, 3 + i);
            else
                sqlite3_bind_int64(plain->insert, 3 + i, vial->known[i]);
        insert(plain);
        return;
    }
    char *at = plain->copy + plain->length;
    at += snprintf(at, LONGEST_ROW, "%lld\t%s", (long long)vial->id, vial->state);
    for (int i = 0; i < 4; i++)
        at += vial->known[i] < 0 ? snprintf(at, 32, "\t\\N")
                                 : snprintf(at, 32, "\t%lld", (long long)vial->known[i]);
    *at++ = '\n';
    plain->length = (size_t)(at - plain->copy);
    copy(plain, false);
}

/* A vial that is on the road or was kept is at the maker, who is no node: no site. */
static void make_vials(struct plain *plain, const struct model *model)
{
    const struct model_nodes nodes = model_nodes(model);
    for (int64_t i = 0; i < model->lots * MODEL_VIALS; i++) {
        enum model_state state = model_vial(model, i);
        int64_t shipment = i / MODEL_SHIPPED;
        bool arrived = state == MODEL_GIVEN || state == MODEL_IN_STOCK;
        const struct vial vial = {
            nodes.vial + i,
            model_word(state),
            {arrived ? nodes.clinic + model_clinic(model, shipment) : -1,
             state == MODEL_RETAINED ? -1 : nodes.shipment + shipment,
             state == MODEL_GIVEN ? nodes.patient + model_patient(model, i) : -1,
             state == MODEL_GIVEN ? model_dose(i) : -1},
        };
        add_vial(plain, &vial);
    }
}

static void fill_sqlite(struct plain *plain, const struct model *model)
{
    const struct model_visitor visitor = {add_edge, plain};
    command(plain, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                   "PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY; BEGIN;"
                   "CREATE TABLE edge (parent INTEGER, child INTEGER, PRIMARY KEY (parent, child))"
                   " WITHOUT ROWID;"
                   "CREATE TABLE vial (id INTEGER PRIMARY KEY, state TEXT, site INTEGER,"
                   " shipment INTEGER, patient INTEGER, dose INTEGER)");
    prepare(plain, "INSERT INTO edge VALUES (?, ?)");
    model_edges_above(model, &visitor);
    model_edges_below(model, &visitor);
    sqlite3_finalize(plain->insert);
    prepare(plain, "INSERT INTO vial VALUES (?, ?, ?, ?, ?, ?)");
    make_vials(plain, model);
    sqlite3_finalize(plain->insert);
    command(plain, "CREATE UNIQUE INDEX edge_back ON edge (child, parent); COMMIT; ANALYZE;"
                   "PRAGMA journal_mode = WAL");
}

static void fill_server(struct plain *plain, const struct model *model)
{
    const struct model_visitor visitor = {add_edge, plain};
    command(plain, "SET client_min_messages = warning");
    command(plain, "CREATE SCHEMA plain");
    command(plain, "CREATE TABLE plain.edge (parent BIGINT NOT NULL, child BIGINT NOT NULL)");
    command(plain, "CREATE TABLE plain.vial (id BIGINT NOT NULL, state TEXT NOT NULL, site BIGINT,"
                   " shipment BIGINT, patient BIGINT, dose BIGINT)");
    command(plain, "COPY plain.edge FROM STDIN");
    model_edges_above(model, &visitor);
    model_edges_below(model, &visitor);
    copy(plain, true);
    command(plain, "COPY plain.vial FROM STDIN");
    make_vials(plain, model);
    copy(plain, true);
    command(plain, "ALTER TABLE plain.edge ADD PRIMARY KEY (parent, child)");
    command(plain, "CREATE UNIQUE INDEX edge_back ON plain.edge (child, parent)");
    command(plain, "ALTER TABLE plain.vial ADD PRIMARY KEY (id)");
    command(plain, "VACUUM ANALYZE plain.edge");
    command(plain, "VACUUM ANALYZE plain.vial");
}

int main(int count, char **words)
{
    struct plain plain = {.copy = malloc(COPY_BYTES + LONGEST_ROW)};
    if (count != 4 || !plain.copy)
        stop("Use: recall_plain PLACE LOTS SEED");
    struct model model = model_open(strtoll(words[2], NULL, 10), strtoull(words[3], NULL, 10));
    if (strncmp(words[1], "host=", 5) == 0) {
        plain.server = PQconnectdb(words[1]);
        if (PQstatus(plain.server) != CONNECTION_OK)
            stop("The server does not answer.");
        fill_server(&plain, &model);
    } else {
        if (sqlite3_open(words[1], &plain.sqlite) != SQLITE_OK)
            stop("The database cannot be made.");
        fill_sqlite(&plain, &model);
    }
    PQfinish(plain.server);
    sqlite3_close(plain.sqlite);
    free(plain.copy);
    model_close(&model);
    return 0;
}
