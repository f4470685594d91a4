/* write_copy.c: how fast does PostgreSQL take the rows of an event through COPY? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "event.h"

#include <libpq-fe.h>

/* Usage: write_copy CONNECTION EVENTS BATCH
 *
 * The database holds a record: the same tables and indexes. For each batch one transaction, in it
 * one COPY for each table and the row head. Chain and tree as in write_loop. Prints events per
 * second. */

enum { ENTRY, JOURNAL, SPECIMEN, RETRY, TABLES, LINE_ROOM = 2 * EVENT_ROOM };

static const char *const copies[TABLES] = {
    [ENTRY] = "COPY entry (seq, hash, bytes) FROM STDIN",
    [JOURNAL] = "COPY journal (seq, at, occurred_at, operation, subject, actor, site, cause, "
                "corrected_by, annulled_by, hash) FROM STDIN",
    [SPECIMEN] = "COPY specimen (code, donor, site, drawn_on, tubes, annulled, entry) FROM STDIN",
    [RETRY] = "COPY retry (idempotency_key, actor, operation, fingerprint, seq) FROM STDIN",
};

static void command(PGconn *connection, const char *sql, ExecStatusType expected)
{
    PGresult *result = PQexec(connection, sql);
    must(PQresultStatus(result) == expected, PQerrorMessage(connection));
    PQclear(result);
}

/* Bytes hold no tab, line break or backslash, so that they need no escape. */
static int print_line(int table, const struct event *event, char *line)
{
    switch (table) {
    case ENTRY:
        return snprintf(line, LINE_ROOM, "%lld\t%s\t%s\n", event->seq, event->hash, event->bytes);
    case JOURNAL:
        return snprintf(line, LINE_ROOM,
                        "%lld\t1738540800000000\t1738540800000000\tspecimen.draw/1\t%s\tDC1\tM\t0"
                        "\t0\t0\t%s\n",
                        event->seq, event->code, event->hash);
    case SPECIMEN:
        return snprintf(line, LINE_ROOM, "%s\tD-BENCH\tM\t2025-02-03\t3\t0\t%lld\n", event->code,
                        event->seq);
    default:
        return snprintf(line, LINE_ROOM, "key-%s\tDC1\tspecimen.draw\t%s\t%lld\n", event->code,
                        event->hash, event->seq);
    }
}

static void copy_table(PGconn *connection, int table, const struct event *events, int count)
{
    char line[LINE_ROOM];
    command(connection, copies[table], PGRES_COPY_IN);
    for (int i = 0; i < count; i++)
        must(PQputCopyData(connection, line, print_line(table, &events[i], line)) == 1,
             PQerrorMessage(connection));
    must(PQputCopyEnd(connection, NULL) == 1, PQerrorMessage(connection));
    PGresult *result = PQgetResult(connection);
    must(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(connection));
    PQclear(result);
    must(PQgetResult(connection) == NULL, "COPY goes on");
}

static void write_head(PGconn *connection, const struct chain *chain)
{
    char size[24];
    char peaks[LEVELS * HASH_LETTERS + 1];
    const char *values[] = {size, chain->last, peaks};
    snprintf(size, sizeof size, "%lld", chain->size);
    chain_peaks(chain, peaks);
    PGresult *result =
        PQexecParams(connection, "UPDATE head SET size = $1, last = $2, peaks = $3 WHERE id = 1", 3,
                     NULL, values, NULL, NULL, 0);
    must(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(connection));
    PQclear(result);
}

static long long count_entries(PGconn *connection)
{
    PGresult *result = PQexec(connection, "SELECT max(seq) FROM entry");
    must(PQresultStatus(result) == PGRES_TUPLES_OK, PQerrorMessage(connection));
    long long entries = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return entries;
}

int main(int count, char **words)
{
    struct chain chain;
    must(count == 4, "Use: write_copy CONNECTION EVENTS BATCH");
    int events = (int)strtol(words[2], NULL, 10);
    int batch = (int)strtol(words[3], NULL, 10);
    struct event *made = calloc((size_t)(batch > 0 ? batch : 1), sizeof *made);
    PGconn *connection = PQconnectdb(words[1]);
    must(batch > 0 && made && PQstatus(connection) == CONNECTION_OK, PQerrorMessage(connection));
    chain_begin(&chain, count_entries(connection));
    double began_s = now_s();
    for (int done = 0; done < events; done += batch) {
        for (int i = 0; i < batch; i++)
            event_make(&chain, done + i, &made[i]);
        command(connection, "BEGIN", PGRES_COMMAND_OK);
        for (int table = 0; table < TABLES; table++)
            copy_table(connection, table, made, batch);
        write_head(connection, &chain);
        command(connection, "COMMIT", PGRES_COMMAND_OK);
    }
    printf("%.1f\n", events / (now_s() - began_s));
    PQfinish(connection);
    chain_end(&chain);
    free(made);
    return 0;
}
