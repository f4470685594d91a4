/* person_text.c: texts sealed under the key of a person, and opened again. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/person_store.h"

#include "chain/record.h"

#include <string.h>

static const char sealed_start[] = "sealed:1:";

static const char *encrypt(struct arena *arena, const char *person, const char *field,
                           const char *plain, const unsigned char key[KEY_BYTES])
{
    size_t size = strlen(plain);
    size_t sealed_size = NONCE_BYTES + size + TAG_BYTES;
    unsigned char *sealed = arena_take(arena, sealed_size);
    size_t room = sodium_base64_encoded_len(sealed_size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *base64 = arena_take(arena, room);
    randombytes_buf(sealed, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed + NONCE_BYTES, NULL, (const unsigned char *)plain, size,
        (const unsigned char *)field, strlen(field), NULL, sealed, key);
    sodium_bin2base64(base64, room, sealed, sealed_size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return arena_print(arena, "%s%s:%s", sealed_start, person, base64);
}

bool person_seal(struct work *work, const char *person, const char *field, const char *plain,
                 const char **sealed)
{
    struct opened opened;
    unsigned char key[KEY_BYTES];
    bool known = false;
    bool erased = false;
    *sealed = NULL;
    if (!plain)
        return true;
    if (!person_store_enter(work, &opened))
        return false;
    bool worked = person_store_key(&opened, person, key, &known, &erased);
    if (worked && erased)
        worked = fail(&work->fault, FAULT_RULE, field,
                      "The data of %s were erased; nothing more "
                      "is recorded about this person.",
                      person);
    worked = worked &&
             (known ? person_store_make_durable(&opened) : person_store_add(&opened, person, key));
    person_store_leave(&opened);
    if (worked)
        *sealed = encrypt(work->arena, person, field, plain, key);
    sodium_memzero(key, sizeof key);
    return worked;
}

static bool decrypt(struct work *work, const char *field, const char *base64,
                    const unsigned char key[KEY_BYTES], const char **plain)
{
    size_t room = strlen(base64);
    unsigned char *sealed = arena_take(work->arena, room + 1);
    size_t size = 0;
    bool whole = sodium_base642bin(sealed, room, base64, room, NULL, &size, NULL,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                 size >= NONCE_BYTES + TAG_BYTES;
    unsigned char *text = arena_take(work->arena, room + 1);
    *plain = (const char *)text;
    return (whole && crypto_aead_xchacha20poly1305_ietf_decrypt(
                         text, NULL, NULL, sealed + NONCE_BYTES, size - NONCE_BYTES,
                         (const unsigned char *)field, strlen(field), sealed, key) == 0) ||
           fail(&work->fault, FAULT_STORAGE, field,
                "A personal text in %s was altered; run "
                "exoledger verify.",
                field);
}

struct person_reader {
    struct opened opened;
    bool is_open;
};

static void close_reader(void *thing)
{
    struct person_reader *reader = thing;
    if (reader->is_open)
        person_store_leave(&reader->opened);
}

struct person_reader *person_reader_open(struct arena *arena)
{
    struct person_reader *reader = arena_take(arena, sizeof *reader);
    arena_defer(arena, close_reader, reader);
    return reader;
}

/* The person and what was sealed, of a sealed text. */
struct sealed {
    const char *person;
    const char *base64;
};

static bool split(struct work *work, const char *field, const char *text, struct sealed *sealed)
{
    const char *person = text + sizeof sealed_start - 1;
    const char *colon = strrchr(person, ':');
    if (!colon)
        return fail(&work->fault, FAULT_STORAGE, field,
                    "A personal text in %s was altered; run "
                    "exoledger verify.",
                    field);
    sealed->person = arena_text(work->arena, person, (size_t)(colon - person));
    sealed->base64 = colon + 1;
    return true;
}

static bool read_key(struct opened *opened, const char *person, unsigned char key[KEY_BYTES],
                     bool *known, bool *erased)
{
    struct arena_mark mark = arena_mark(opened->arena);
    bool worked = person_store_key(opened, person, key, known, erased) &&
                  (*known || *erased || person_store_broken(opened));
    arena_rewind(opened->arena, mark);
    return worked;
}

bool person_read(struct work *work, struct person_reader *reader, const char *field,
                 const char *sealed, const char **plain, bool *erased)
{
    struct sealed parts;
    unsigned char key[KEY_BYTES];
    bool known = false;
    *plain = sealed;
    *erased = false;
    if (!text_starts(sealed, sealed_start))
        return true;
    if (!split(work, field, sealed, &parts))
        return false;
    if (!reader->is_open) {
        if (!person_store_enter(work, &reader->opened))
            return false;
        person_store_step_back(&reader->opened);
        reader->is_open = true;
    }
    bool worked = read_key(&reader->opened, parts.person, key, &known, erased);
    *plain = NULL;
    worked = worked && (!known || decrypt(work, field, parts.base64, key, plain));
    sodium_memzero(key, sizeof key);
    return worked;
}

bool person_open(struct work *work, const char *field, const char *sealed, const char **plain,
                 bool *erased)
{
    struct sealed parts;
    struct opened opened;
    unsigned char key[KEY_BYTES];
    bool known = false;
    *plain = sealed;
    *erased = false;
    if (!text_starts(sealed, sealed_start))
        return true;
    if (!split(work, field, sealed, &parts) || !person_store_enter(work, &opened))
        return false;
    bool worked = read_key(&opened, parts.person, key, &known, erased);
    person_store_leave(&opened);
    *plain = NULL;
    worked = worked && (!known || decrypt(work, field, parts.base64, key, plain));
    sodium_memzero(key, sizeof key);
    return worked;
}
