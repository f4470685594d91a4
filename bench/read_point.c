/* read_point.c: how long does one row by its key take, asked of the database and nothing else? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "plain.h"

#include <sqlite3.h>

static int compare(const void *one, const void *other)
{
    double left = *(const double *)one;
    double right = *(const double *)other;
    return (left > right) - (left < right);
}

/* Usage: read_point DATABASE TABLE CODE COUNT. Prints p50 and p99 in microseconds, and the bytes of
 * all columns read, so that no read is left out. */
int main(int count, char **words)
{
    sqlite3 *connection = NULL;
    sqlite3_stmt *query = NULL;
    char sql[200];
    long bytes = 0;
    must(count == 5, "Use: read_point DATABASE TABLE CODE COUNT");
    size_t times = strtoul(words[4], NULL, 10);
    double *took_s = calloc(times, sizeof *took_s);
    must(took_s && times >= 100, "COUNT must be 100 or more");
    must(sqlite3_open_v2(words[1], &connection, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK,
         "the database cannot be opened");
    snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE code = $1", words[2]);
    must(sqlite3_prepare_v2(connection, sql, -1, &query, NULL) == SQLITE_OK,
         "there is no such table");
    for (size_t i = 0; i < times; i++) {
        double began_s = now_s();
        sqlite3_bind_text(query, 1, words[3], -1, SQLITE_STATIC);
        must(sqlite3_step(query) == SQLITE_ROW, "there is no such row");
        for (int column = 0; column < sqlite3_column_count(query); column++)
            bytes += sqlite3_column_text(query, column) ? sqlite3_column_bytes(query, column) : 0;
        sqlite3_reset(query);
        took_s[i] = now_s() - began_s;
    }
    qsort(took_s, times, sizeof *took_s, compare);
    printf("%.2f %.2f %ld\n", took_s[times / 2] * 1e6, took_s[times * 99 / 100] * 1e6, bytes);
    sqlite3_finalize(query);
    sqlite3_close(connection);
    free(took_s);
    return 0;
}
