/* recall_closure.c: a recall as a recursive closure over vials in SQL. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */

/* recall_closure PLACE LOTS SEED
 *
 * PLACE is what recall_plain filled. Reads lines from its input:
 *   forward NODE FILE     every vial below the node with all that is known of it, every place and
 *                         every patient, as JSON lines into the file
 *   backward NODE FILE    every node above, by kind and code, as JSON lines into the file
 * and answers each with seconds and the number of rows. SQLite has 256 MiB of pages in memory. */
#include "recall_model.h"

#include <endian.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

struct closure {
    sqlite3 *sqlite;
    PGconn *server;
    struct model_nodes nodes;
    bool forward;
    FILE *out;
    int64_t rows;
};

/* CROSS JOIN makes SQLite begin with what was reached; the server needs no such word. */
static const char forward_sqlite[] =
    "WITH RECURSIVE reached (id) AS (SELECT $1 UNION SELECT edge.child FROM reached CROSS JOIN edge"
    " ON edge.parent = reached.id) SELECT reached.id, state, site, shipment, patient, dose"
    " FROM reached LEFT JOIN vial ON vial.id = reached.id";
static const char forward_server[] =
    "WITH RECURSIVE reached (id) AS (SELECT $1::bigint UNION SELECT edge.child FROM reached JOIN"
    " plain.edge ON edge.parent = reached.id) SELECT reached.id, state, site, shipment, patient,"
    " dose FROM reached LEFT JOIN plain.vial ON vial.id = reached.id";
static const char backward_sqlite[] =
    "WITH RECURSIVE reached (id) AS (SELECT $1 UNION SELECT edge.parent FROM reached CROSS JOIN"
    " edge ON edge.child = reached.id) SELECT id FROM reached";
static const char backward_server[] =
    "WITH RECURSIVE reached (id) AS (SELECT $1::bigint UNION SELECT edge.parent FROM reached JOIN"
    " plain.edge ON edge.child = reached.id) SELECT id FROM reached";

struct row {
    int64_t id;
    const char *state;
    int64_t known[4]; /* site, shipment, patient, dose; -1 for none */
};

enum { LONGEST = 256 };

/* Digits by hand, because printing through a format would be most of the time of the answer. */
static char *put_number(char *at, int64_t number, int digits)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        at[i] = (char)('0' + number % 10);
    return at + digits;
}

static char *put(char *at, const char *text)
{
    while (*text)
        *at++ = *text++;
    return at;
}

static char *put_serial(char *at, int64_t serial)
{
    return put_number(at, serial, serial < 10 ? 1 : serial < 100 ? 2 : serial < 1000 ? 3 : 4);
}

static void write_vial(struct closure *to, const struct row *row)
{
    char line[LONGEST];
    int64_t vial = row->id - to->nodes.vial;
    int64_t serial = vial % MODEL_VIALS + 1;
    char *at = put_number(put(line, "{\"lot\":\"L-"), vial / MODEL_VIALS, 5);
    at = put_serial(put(at, "\",\"first\":"), serial);
    at = put_serial(put(at, ",\"last\":"), serial);
    at = put(put(at, ",\"vials\":1,\"state\":\""), row->state);
    at = put(at, "\",\"site\":\"");
    at = row->known[0] < 0 ? put(at, "M")
                           : put_number(put(at, "K"), row->known[0] - to->nodes.clinic + 100, 3);
    if (row->known[1] >= 0)
        at = put_number(put(at, "\",\"shipment\":\"SH-"), row->known[1] - to->nodes.shipment, 6);
    if (row->known[2] >= 0)
        at = put_number(put(at, "\",\"patient\":\"P-"), row->known[2] - to->nodes.patient, 7);
    if (row->known[3] >= 0)
        at = put_number(put(at, "\",\"dose\":\"DO-"), row->known[3], 8);
    at = put(at, "\"}\n");
    fwrite(line, 1, (size_t)(at - line), to->out);
}

static void write_code(struct closure *to, const char *before, int64_t number, int digits)
{
    char line[LONGEST];
    char *at = put(put_number(put(line, before), number, digits), "\"}\n");
    fwrite(line, 1, (size_t)(at - line), to->out);
}

/* Of what lies above: things, and vials by lot and serial. */
static void write_node(struct closure *to, int64_t id)
{
    const struct model_nodes *nodes = &to->nodes;
    if (id >= nodes->patient)
        write_code(to, "{\"kind\":\"patient\",\"code\":\"P-", id - nodes->patient, 7);
    else if (id >= nodes->vial)
        fprintf(to->out, "{\"kind\":\"vials\",\"code\":\"L-%05lld/%lld-%lld\"}\n",
                (long long)((id - nodes->vial) / MODEL_VIALS),
                (long long)((id - nodes->vial) % MODEL_VIALS + 1),
                (long long)((id - nodes->vial) % MODEL_VIALS + 1));
    else if (id >= nodes->lot)
        write_code(to, "{\"kind\":\"lot\",\"code\":\"L-", id - nodes->lot, 5);
    else if (id >= nodes->harvest)
        write_code(to, "{\"kind\":\"harvest\",\"code\":\"H-", id - nodes->harvest, 5);
    else if (id >= nodes->culture)
        write_code(to, "{\"kind\":\"culture\",\"code\":\"C-", id - nodes->culture, 5);
    else if (id >= nodes->bank)
        write_code(to, "{\"kind\":\"bank\",\"code\":\"B-", id - nodes->bank, 5);
    else
        write_code(to, "{\"kind\":\"donor\",\"code\":\"D-", id - nodes->donor, 4);
}

static void write_row(struct closure *to, const struct row *row)
{
    to->rows++;
    if (!to->forward)
        write_node(to, row->id);
    else if (row->state)
        write_vial(to, row);
    else if (row->id >= to->nodes.patient)
        write_code(to, "{\"patient\":\"P-", row->id - to->nodes.patient, 7);
    else if (row->id >= to->nodes.clinic)
        write_code(to, "{\"site\":\"K", row->id - to->nodes.clinic + 100, 3);
}

static void ask_sqlite(struct closure *to, const char *sql, int64_t start)
{
    sqlite3_stmt *ask = NULL;
    int code = sqlite3_prepare_v2(to->sqlite, sql, -1, &ask, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(ask, 1, start);
    while (code == SQLITE_OK && (code = sqlite3_step(ask)) == SQLITE_ROW) {
        struct row row = {.id = sqlite3_column_int64(ask, 0)};
        bool known = sqlite3_column_count(ask) > 1;
        row.state = known ? (const char *)sqlite3_column_text(ask, 1) : NULL;
        for (int i = 0; known && row.state && i < 4; i++)
            row.known[i] = sqlite3_column_type(ask, 2 + i) == SQLITE_NULL
                               ? -1
                               : sqlite3_column_int64(ask, 2 + i);
        write_row(to, &row);
        code = SQLITE_OK;
    }
    if (code != SQLITE_DONE)
        stop(sqlite3_errmsg(to->sqlite));
    sqlite3_finalize(ask);
}

static int64_t read_integer(const PGresult *result, int column)
{
    uint64_t bytes = 0;
    if (PQgetisnull(result, 0, column))
        return -1;
    memcpy(&bytes, PQgetvalue(result, 0, column), sizeof bytes);
    return (int64_t)be64toh(bytes);
}

static void take_row(struct closure *to, const PGresult *result)
{
    struct row row = {.id = read_integer(result, 0)};
    bool known = PQnfields(result) > 1 && !PQgetisnull(result, 0, 1);
    row.state = known ? PQgetvalue(result, 0, 1) : NULL;
    for (int i = 0; known && i < 4; i++)
        row.known[i] = read_integer(result, 2 + i);
    write_row(to, &row);
}

static void ask_server(struct closure *to, const char *sql, int64_t start)
{
    const uint64_t bytes = htobe64((uint64_t)start);
    const char *values[] = {(const char *)&bytes};
    const int sizes[] = {sizeof bytes};
    const int formats[] = {1};
    if (!PQsendQueryParams(to->server, sql, 1, NULL, values, sizes, formats, 1) ||
        !PQsetSingleRowMode(to->server))
        stop(PQerrorMessage(to->server));
    for (PGresult *result = NULL; (result = PQgetResult(to->server)); PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_SINGLE_TUPLE)
            take_row(to, result);
        else if (status != PGRES_TUPLES_OK)
            stop(PQerrorMessage(to->server));
    }
}

static void answer(struct closure *to, int64_t start, const char *path)
{
    double began = now_s();
    to->rows = 0;
    to->out = fopen(path, "w");
    if (!to->out)
        stop("The answer's file cannot be written.");
    if (to->server)
        ask_server(to, to->forward ? forward_server : backward_server, start);
    else
        ask_sqlite(to, to->forward ? forward_sqlite : backward_sqlite, start);
    if (fclose(to->out))
        stop("The answer could not be written.");
    printf("%.9f %lld\n", now_s() - began, (long long)to->rows);
    fflush(stdout);
}

int main(int count, char **words)
{
    struct closure closure = {0};
    char line[LONGEST];
    if (count != 4)
        stop("Use: recall_closure PLACE LOTS SEED");
    struct model model = model_open(strtoll(words[2], NULL, 10), strtoull(words[3], NULL, 10));
    closure.nodes = model_nodes(&model);
    if (strncmp(words[1], "host=", 5) == 0) {
        closure.server = PQconnectdb(words[1]);
        if (PQstatus(closure.server) != CONNECTION_OK)
            stop("The server does not answer.");
    } else if (sqlite3_open(words[1], &closure.sqlite) != SQLITE_OK) {
        stop("The database cannot be opened.");
    } else {
        sqlite3_exec(closure.sqlite, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -262144",
                     NULL, NULL, NULL);
    }
    while (fgets(line, sizeof line, stdin)) {
        char *node = strchr(line, ' ');
        char *path = node ? strchr(node + 1, ' ') : NULL;
        if (!path)
            stop("A line reads: forward NODE FILE");
        path[strcspn(path, "\n")] = '\0';
        closure.forward = strncmp(line, "forward ", 8) == 0;
        answer(&closure, strtoll(node, NULL, 10), path + 1);
    }
    PQfinish(closure.server);
    sqlite3_close(closure.sqlite);
    model_close(&model);
    return 0;
}
