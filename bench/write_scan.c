/* write_scan.c: how fast can the bytes of all entries be read and hashed, and nothing else? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "write_scan: %s\n", what);
    exit(1);
}

/* Usage: write_scan DATABASE. Prints entries per second and the last byte of all hashes together,
 * so that no hash is left out. */
int main(int count, char **words)
{
    sqlite3 *connection = NULL;
    sqlite3_stmt *scan = NULL;
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned together = 0;
    long entries = 0;
    EVP_MD *digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    must(count == 2 && digest && context, "usage: write_scan DATABASE");
    double began_s = now_s();
    must(sqlite3_open_v2(words[1], &connection, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK,
         "the database cannot be opened");
    must(sqlite3_prepare_v2(connection, "SELECT bytes FROM entry ORDER BY seq", -1, &scan, NULL) ==
             SQLITE_OK,
         "there is no table entry");
    while (sqlite3_step(scan) == SQLITE_ROW) {
        const void *bytes = sqlite3_column_text(scan, 0);
        size_t size = (size_t)sqlite3_column_bytes(scan, 0);
        must(EVP_DigestInit_ex2(context, digest, NULL) && EVP_DigestUpdate(context, bytes, size) &&
                 EVP_DigestFinal_ex(context, hash, NULL),
             "hashing failed");
        together ^= hash[31];
        entries++;
    }
    printf("%.1f %ld %u\n", (double)entries / (now_s() - began_s), entries, together);
    sqlite3_finalize(scan);
    sqlite3_close(connection);
    EVP_MD_CTX_free(context);
    EVP_MD_free(digest);
    return 0;
}
