/* hash.h: SHA-256 (FIPS 180-4), and bytes as hexadecimal text. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/arena.h"

#include <stdbool.h>

enum { HASH_BYTES = 32, HASH_TEXT = 2 * HASH_BYTES };

struct hash {
    unsigned char bytes[HASH_BYTES];
};

/* A digest fetched once and a context used again and again: 0.5 us instead of 0.8 us a hash.
 * One thread at a time. Freed with the arena. */
struct hasher;

struct hasher *hasher_open(struct arena *arena);
struct hash hasher_hash(struct hasher *hasher, const void *bytes, size_t size);
/* Of a whole file that is open, from its beginning; leaves it there. False where it cannot be read.
 */
bool hasher_file(struct hasher *hasher, int file, struct hash *hash);

/* Hash of prefix byte, one and other: what RFC 6962 asks of leaves (0) and nodes (1). */
struct hash hasher_node(struct hasher *hasher, const struct hash *left, const struct hash *right);
struct hash hasher_leaf(struct hasher *hasher, const void *bytes, size_t size);

/* Lower-case hexadecimal. */
char *hex_print(struct arena *arena, const void *bytes, size_t size);
/* False unless text holds exactly size bytes in lower-case hexadecimal. */
bool hex_parse(const char *text, void *bytes, size_t size);

bool hash_equals(const struct hash *one, const struct hash *other);

#endif
