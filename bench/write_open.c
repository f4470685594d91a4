/* write_open.c: how long does SQLite alone take from its start to the first row? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <sqlite3.h>
#include <stdio.h>

/* Usage: write_open DATABASE. Recovers what a killed writer left, as every opening does. */
int main(int count, char **words)
{
    sqlite3 *connection = NULL;
    sqlite3_stmt *size = NULL;
    if (count != 2 ||
        sqlite3_open_v2(words[1], &connection, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(connection, "SELECT max(seq) FROM entry", -1, &size, NULL) !=
            SQLITE_OK ||
        sqlite3_step(size) != SQLITE_ROW)
        return 1;
    printf("%lld\n", (long long)sqlite3_column_int64(size, 0));
    fflush(stdout);
    sqlite3_finalize(size);
    sqlite3_close(connection);
    return 0;
}
