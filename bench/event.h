/* event.h: the event of the benchmark, as a plain program makes it: bytes, hash, chain, tree. */
#ifndef BENCH_EVENT_H
#define BENCH_EVENT_H

#include "plain.h"

#include <openssl/evp.h>
#include <string.h>

enum { HASH_SIZE = 32, HASH_LETTERS = 64, LEVELS = 63, EVENT_ROOM = 768 };

struct event {
    long long seq;
    int number;
    char code[40];
    char hash[HASH_LETTERS + 1];
    char bytes[EVENT_ROOM];
};

struct chain {
    EVP_MD *digest;
    EVP_MD_CTX *context;
    long long size;
    char last[HASH_LETTERS + 1];
    unsigned char peaks[LEVELS][HASH_SIZE];
};

static inline void print_hex(const unsigned char *bytes, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < HASH_SIZE; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[HASH_LETTERS] = '\0';
}

static inline void chain_hash(const struct chain *chain, const void *bytes, size_t size,
                              unsigned char *hash)
{
    must(EVP_DigestInit_ex2(chain->context, chain->digest, NULL) &&
             EVP_DigestUpdate(chain->context, bytes, size) &&
             EVP_DigestFinal_ex(chain->context, hash, NULL),
         "hashing failed");
}

static inline void chain_begin(struct chain *chain, long long size)
{
    memset(chain, 0, sizeof *chain);
    memset(chain->last, '0', HASH_LETTERS);
    chain->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    chain->context = EVP_MD_CTX_new();
    chain->size = size;
    must(chain->digest && chain->context, "there is no SHA-256");
}

static inline void chain_end(struct chain *chain)
{
    EVP_MD_CTX_free(chain->context);
    EVP_MD_free(chain->digest);
}

/* RFC 6962, section 2.1: what is carried joins the peak of its level. */
static inline void chain_append(struct chain *chain, const unsigned char *leaf)
{
    unsigned char node[1 + 2 * HASH_SIZE] = {0};
    unsigned char carried[HASH_SIZE];
    int level = 0;
    memcpy(node + 1, leaf, HASH_SIZE);
    chain_hash(chain, node, 1 + HASH_SIZE, carried);
    for (node[0] = 1; chain->size >> level & 1; level++) {
        memcpy(node + 1, chain->peaks[level], HASH_SIZE);
        memcpy(node + 1 + HASH_SIZE, carried, HASH_SIZE);
        chain_hash(chain, node, sizeof node, carried);
    }
    memcpy(chain->peaks[level], carried, HASH_SIZE);
    chain->size++;
}

/* The next entry of the chain, with the members and the length that the program gives it. */
static inline void event_make(struct chain *chain, int number, struct event *event)
{
    unsigned char hash[HASH_SIZE];
    event->number = number;
    event->seq = chain->size + 1;
    snprintf(event->code, sizeof event->code, "R-%d", number);
    int size = snprintf(
        event->bytes, sizeof event->bytes,
        "{\"actor\":\"DC1\",\"at\":\"2025-02-03T00:00:00.000000Z\",\"body\":{\"code\":\"%s\","
        "\"donor\":\"D-BENCH\",\"drawn_on\":\"2025-02-03\",\"tubes\":3},\"cause\":0,\"format\":1,"
        "\"idempotency_key\":\"key-%s\",\"occurred_at\":\"2025-02-03T00:00:00.000000Z\","
        "\"operation\":\"specimen.draw/1\",\"previous\":\"%s\",\"program\":\"reference\","
        "\"rule_set\":\"\",\"seq\":%lld,\"signatures\":[],\"site\":\"M\",\"subject\":\"%s\","
        "\"zone\":\"+09:00\"}",
        event->code, event->code, chain->last, event->seq, event->code);
    must(size > 0 && size < EVENT_ROOM, "an event is too long");
    chain_hash(chain, event->bytes, (size_t)size, hash);
    print_hex(hash, event->hash);
    memcpy(chain->last, event->hash, sizeof chain->last);
    chain_append(chain, hash);
}

/* What the row head keeps of the tree; text has room for LEVELS hashes. */
static inline void chain_peaks(const struct chain *chain, char *text)
{
    *text = '\0';
    for (int level = LEVELS - 1; level >= 0; level--)
        if (chain->size >> level & 1) {
            print_hex(chain->peaks[level], text);
            text += HASH_LETTERS;
        }
}

#endif
