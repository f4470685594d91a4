/* write_scan.c: how fast can the bytes of all entries be read and hashed, and nothing else? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "event.h"

#include <sqlite3.h>

/* Usage: write_scan DATABASE. Prints entries per second and the last byte of all hashes together,
 * so that no hash is left out. */
int main(int count, char **words)
{
    sqlite3 *connection = NULL;
    sqlite3_stmt *scan = NULL;
    unsigned char hash[HASH_SIZE];
    unsigned together = 0;
    long entries = 0;
    struct chain chain;
    must(count == 2, "Use: write_scan DATABASE");
    chain_begin(&chain, 0);
    double began_s = now_s();
    must(sqlite3_open_v2(words[1], &connection, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK,
         "the database cannot be opened");
    must(sqlite3_prepare_v2(connection, "SELECT bytes FROM entry ORDER BY seq", -1, &scan, NULL) ==
             SQLITE_OK,
         "there is no table entry");
    while (sqlite3_step(scan) == SQLITE_ROW) {
        const void *bytes = sqlite3_column_text(scan, 0);
        size_t size = (size_t)sqlite3_column_bytes(scan, 0);
        chain_hash(&chain, bytes, size, hash);
        together ^= hash[31];
        entries++;
    }
    printf("%.1f %ld %u\n", (double)entries / (now_s() - began_s), entries, together);
    sqlite3_finalize(scan);
    sqlite3_close(connection);
    chain_end(&chain);
    return 0;
}
