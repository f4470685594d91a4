/* postgres_pipeline.c: what is sent without waiting, and how its answers are read later. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/postgres.h"

/* So many small answers fit into the buffers of a socket: neither side waits for the other. */
enum { WAITING_MOST = 64 };

static bool enter(struct postgres *postgres, struct fault *fault)
{
    return postgres->waiting || PQenterPipelineMode(postgres->connection) == 1 ||
           postgres_refuse(postgres, fault, NULL);
}

static bool send(struct postgres *postgres, struct fault *fault, const struct bound *bound)
{
    if (!enter(postgres, fault))
        return false;
    if (PQsendQueryPrepared(postgres->connection, bound->name, bound->count, bound->bytes,
                            bound->sizes, bound->formats, 1) != 1)
        return postgres_refuse(postgres, fault, NULL);
    postgres->waiting++;
    return true;
}

bool postgres_send_later(struct postgres *postgres, struct fault *fault, const struct bound *bound)
{
    return send(postgres, fault, bound) &&
           (postgres->waiting < WAITING_MOST || postgres_settle(postgres, fault));
}

bool postgres_command_later(struct postgres *postgres, struct fault *fault, const char *sql)
{
    if (!enter(postgres, fault))
        return false;
    if (PQsendQueryParams(postgres->connection, sql, 0, NULL, NULL, NULL, NULL, 0) != 1)
        return postgres_refuse(postgres, fault, NULL);
    postgres->waiting++;
    return true;
}

/* Behind the last answer stands the mark of the end; without it the connection is of no use. */
static bool read_end(struct postgres *postgres, struct fault *fault)
{
    PGresult *result = PQgetResult(postgres->connection);
    bool ended = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    PQclear(result);
    postgres->unusable =
        postgres->unusable || !ended || PQexitPipelineMode(postgres->connection) != 1;
    return !postgres->unusable || fail(fault, FAULT_STORAGE, "",
                                       "The connection to the database server was lost; try "
                                       "again.");
}

/* After the first that failed the server passes over the others and says so. The rows of the last
 * go to receiver. */
static bool settle(struct postgres *postgres, struct fault *fault, const struct receiver *receiver,
                   bool single)
{
    int waiting = postgres->waiting;
    if (!waiting)
        return true;
    postgres->waiting = 0;
    bool worked =
        PQpipelineSync(postgres->connection) == 1 || postgres_refuse(postgres, fault, NULL);
    for (int i = 1; i <= waiting; i++) {
        bool last = receiver && i == waiting;
        if (last && single)
            PQsetSingleRowMode(postgres->connection);
        worked = postgres_receive(postgres, fault, last ? receiver : NULL) && worked;
    }
    return read_end(postgres, fault) && worked;
}

bool postgres_settle(struct postgres *postgres, struct fault *fault)
{
    return settle(postgres, fault, NULL, false);
}

bool postgres_ask_behind(struct postgres *postgres, struct fault *fault, const struct bound *bound,
                         const struct receiver *receiver, bool single)
{
    return send(postgres, fault, bound) && settle(postgres, fault, receiver, single);
}
