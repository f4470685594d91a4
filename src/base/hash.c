/* hash.c: OpenSSL's SHA-256, which uses the processor's own instructions. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/hash.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hasher {
    EVP_MD *digest;
    EVP_MD_CTX *context;
};

static void hasher_close(void *thing)
{
    struct hasher *hasher = thing;
    EVP_MD_CTX_free(hasher->context);
    EVP_MD_free(hasher->digest);
}

static void must(int worked)
{
    if (worked != 1) {
        fprintf(stderr, "exoledger: the cryptographic library does not offer SHA-256\n");
        abort();
    }
}

struct hasher *hasher_open(struct arena *arena)
{
    struct hasher *hasher = arena_take(arena, sizeof *hasher);
    hasher->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    hasher->context = EVP_MD_CTX_new();
    must(hasher->digest && hasher->context);
    arena_defer(arena, hasher_close, hasher);
    return hasher;
}

struct hash hasher_hash(struct hasher *hasher, const void *bytes, size_t size)
{
    struct hash hash;
    must(EVP_DigestInit_ex2(hasher->context, hasher->digest, NULL));
    must(EVP_DigestUpdate(hasher->context, bytes, size));
    must(EVP_DigestFinal_ex(hasher->context, hash.bytes, NULL));
    return hash;
}

bool hasher_file(struct hasher *hasher, int file, struct hash *hash)
{
    unsigned char bytes[65536];
    ssize_t got = 0;
    off_t at = 0;
    must(EVP_DigestInit_ex2(hasher->context, hasher->digest, NULL));
    while ((got = pread(file, bytes, sizeof bytes, at)) > 0) {
        must(EVP_DigestUpdate(hasher->context, bytes, (size_t)got));
        at += got;
    }
    must(EVP_DigestFinal_ex(hasher->context, hash->bytes, NULL));
    return got == 0;
}

struct hash hasher_leaf(struct hasher *hasher, const void *bytes, size_t size)
{
    struct hash hash;
    must(EVP_DigestInit_ex2(hasher->context, hasher->digest, NULL));
    must(EVP_DigestUpdate(hasher->context, "\0", 1));
    must(EVP_DigestUpdate(hasher->context, bytes, size));
    must(EVP_DigestFinal_ex(hasher->context, hash.bytes, NULL));
    return hash;
}

struct hash hasher_node(struct hasher *hasher, const struct hash *left, const struct hash *right)
{
    unsigned char node[1 + 2 * HASH_BYTES] = {1};
    memcpy(node + 1, left->bytes, HASH_BYTES);
    memcpy(node + 1 + HASH_BYTES, right->bytes, HASH_BYTES);
    return hasher_hash(hasher, node, sizeof node);
}

char *hex_print(struct arena *arena, const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes;
    char *text = arena_take(arena, 2 * size + 1);
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[from[i] >> 4];
        text[2 * i + 1] = digits[from[i] & 15];
    }
    return text;
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

bool hex_parse(const char *text, void *bytes, size_t size)
{
    unsigned char *to = bytes;
    if (!text || strlen(text) != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = digit_value(text[2 * i]);
        int low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        to[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

bool hash_equals(const struct hash *one, const struct hash *other)
{
    return memcmp(one->bytes, other->bytes, HASH_BYTES) == 0;
}
