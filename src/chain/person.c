/* person.c: XChaCha20-Poly1305 under a key for each person; keys wrapped by one that changes
 * whenever somebody is erased, so that old copies of the store open nothing. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/person_store.h"

#include "chain/folder.h"
#include "chain/record.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char store_start[] = "exoledger persons 1 ";

static void store_close(void *thing)
{
    struct person_store *store = thing;
    pthread_mutex_destroy(&store->lock);
}

static const char *store_path(const struct opened *opened)
{
    return arena_print(opened->arena, "%s/persons", opened->store->folder);
}

static const char *key_path(const struct opened *opened, const char *generation)
{
    return arena_print(opened->arena, "%s/persons-%s.key", opened->store->folder, generation);
}

bool person_store_broken(const struct opened *opened)
{
    return fail(opened->fault, FAULT_STORAGE, "record",
                "The store of personal keys in the record "
                "cannot be read; restore its newest copy.");
}

static bool read_store(struct opened *opened)
{
    char *key = NULL;
    size_t key_size = 0;
    size_t start = sizeof store_start - 1;
    unsigned char drawn[GENERATION_BYTES];
    if (!folder_read(opened->arena, opened->fault, store_path(opened), STORE_BYTES, &opened->text,
                     &opened->size))
        return false;
    if (opened->size < start + (size_t)GENERATION_TEXT + 1 ||
        memcmp(opened->text, store_start, start) != 0)
        return person_store_broken(opened);
    memcpy(opened->generation, opened->text + start, GENERATION_TEXT);
    if (!hex_parse(opened->generation, drawn, sizeof drawn))
        return person_store_broken(opened); /* it becomes the name of a file */
    return (folder_read(opened->arena, opened->fault, key_path(opened, opened->generation), 4096,
                        &key, &key_size) &&
            hex_parse(key, opened->wrapping, KEY_BYTES)) ||
           person_store_broken(opened);
}

static void unlock_store(struct opened *opened)
{
    if (opened->lock_file >= 0)
        close(opened->lock_file);
    opened->lock_file = -1;
    if (opened->is_locked)
        pthread_mutex_unlock(&opened->store->lock);
    opened->is_locked = false;
}

void person_store_leave(struct opened *opened)
{
    sodium_memzero(opened->wrapping, sizeof opened->wrapping);
    unlock_store(opened);
    arena_close(opened->arena);
}

static bool lock_store(struct opened *opened)
{
    const char *path = arena_print(opened->arena, "%s/persons.lock", opened->store->folder);
    pthread_mutex_lock(&opened->store->lock);
    opened->is_locked = true;
    opened->lock_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (opened->lock_file >= 0 && flock(opened->lock_file, LOCK_EX) == 0)
        return true;
    person_store_leave(opened);
    return fail(opened->fault, FAULT_STORAGE, "record",
                "The store of personal keys cannot be "
                "locked; check the folder's rights.");
}

bool person_store_enter(struct work *work, struct opened *opened)
{
    *opened = (struct opened){.arena = arena_open(OPENED_BYTES),
                              .fault = &work->fault,
                              .store = work->record->persons,
                              .lock_file = -1};
    if (!lock_store(opened))
        return false;
    if (read_store(opened))
        return true;
    person_store_leave(opened);
    return false;
}

static const char *wrap(const struct opened *opened, const char *person,
                        const unsigned char wrapping[KEY_BYTES], const unsigned char key[KEY_BYTES])
{
    unsigned char wrapped[WRAPPED_BYTES];
    randombytes_buf(wrapped, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped + NONCE_BYTES, NULL, key, KEY_BYTES,
                                               (const unsigned char *)person, strlen(person), NULL,
                                               wrapped, wrapping);
    return hex_print(opened->arena, wrapped, WRAPPED_BYTES);
}

static bool unwrap(const struct opened *opened, const char *person, const char *hex,
                   unsigned char key[KEY_BYTES])
{
    unsigned char wrapped[WRAPPED_BYTES];
    return (hex_parse(hex, wrapped, WRAPPED_BYTES) &&
            crypto_aead_xchacha20poly1305_ietf_decrypt(
                key, NULL, NULL, wrapped + NONCE_BYTES, KEY_BYTES + TAG_BYTES,
                (const unsigned char *)person, strlen(person), wrapped, opened->wrapping) == 0) ||
           person_store_broken(opened);
}

/* By code alone: lines are compared as far as their first blank. */
static int compare_lines(const void *one, const void *other)
{
    const char *left = *(const char *const *)one;
    const char *right = *(const char *const *)other;
    for (; *left == *right && *left && *left != ' '; left++)
        right++;
    int before = *left == ' ' ? 0 : (unsigned char)*left;
    int behind = *right == ' ' ? 0 : (unsigned char)*right;
    return before - behind;
}

void person_store_step_back(struct opened *opened)
{
    size_t room = 0;
    for (const char *at = opened->text; (at = strchr(at, '\n')); at++)
        room++;
    opened->lines = arena_take(opened->arena, (room + 1) * sizeof *opened->lines);
    for (const char *at = strchr(opened->text, '\n'); at && at[1]; at = strchr(at + 1, '\n'))
        opened->lines[opened->count++] = at + 1;
    qsort(opened->lines, opened->count, sizeof *opened->lines, compare_lines);
    unlock_store(opened);
}

static const char *sorted_line(const struct opened *opened, const char *person)
{
    const char **found =
        bsearch(&person, opened->lines, opened->count, sizeof *opened->lines, compare_lines);
    const char *at = found ? *found + strlen(person) : "";
    return *at == ' ' ? arena_text(opened->arena, at + 1, strcspn(at + 1, "\n")) : NULL;
}

/* The line's second word, or NULL when the person has no line. */
static const char *line_of(const struct opened *opened, const char *person)
{
    if (opened->lines)
        return sorted_line(opened, person);
    const char *wanted = arena_print(opened->arena, "\n%s ", person);
    const char *at = strstr(opened->text, wanted);
    if (!at)
        return NULL;
    at += strlen(wanted);
    return arena_text(opened->arena, at, strcspn(at, "\n"));
}

static bool write_store(const struct opened *opened, const char *text, size_t size)
{
    return folder_write(opened->arena, opened->fault, store_path(opened), text, size, true);
}

static void know_durable(const struct opened *opened, size_t size)
{
    memcpy(opened->store->durable_generation, opened->generation, sizeof opened->generation);
    opened->store->durable_size = size;
}

/* Whoever wrote the store may have met trouble behind its renaming: then the key can be read, and
 * is gone with the power. */
bool person_store_make_durable(const struct opened *opened)
{
    const struct person_store *store = opened->store;
    if (text_equals(store->durable_generation, opened->generation) &&
        store->durable_size == opened->size)
        return true;
    if (!folder_sync(opened->fault, store_path(opened)))
        return false;
    know_durable(opened, opened->size);
    return true;
}

bool person_store_add(struct opened *opened, const char *person, unsigned char key[KEY_BYTES])
{
    struct text text = text_open(opened->arena);
    randombytes_buf(key, KEY_BYTES);
    text_add_bytes(&text, opened->text, opened->size);
    text_print(&text, "%s %s\n", person, wrap(opened, person, opened->wrapping, key));
    if (!write_store(opened, text.bytes, text.length))
        return false;
    know_durable(opened, text.length);
    return true;
}

/* Finds the person's key: *known stays false when there is none, or it was destroyed. */
bool person_store_key(struct opened *opened, const char *person, unsigned char key[KEY_BYTES],
                      bool *known, bool *erased)
{
    const char *line = line_of(opened, person);
    *erased = text_equals(line, "-");
    *known = line && !*erased;
    return !*known || unwrap(opened, person, line, key);
}

bool person_store_open(struct arena *arena, struct fault *fault, const char *folder, bool create,
                       struct person_store **store)
{
    struct opened opened = {.arena = arena, .fault = fault, .lock_file = -1};
    unsigned char drawn[GENERATION_BYTES];
    *store = arena_take(arena, sizeof **store);
    (*store)->folder = arena_copy(arena, folder);
    pthread_mutex_init(&(*store)->lock, NULL);
    arena_defer(arena, store_close, *store);
    if (!create)
        return true;
    opened.store = *store;
    randombytes_buf(drawn, sizeof drawn);
    randombytes_buf(opened.wrapping, KEY_BYTES);
    const char *generation = hex_print(arena, drawn, sizeof drawn);
    const char *first = arena_print(arena, "%s%s\n", store_start, generation);
    const char *key = hex_print(arena, opened.wrapping, KEY_BYTES);
    return folder_write(arena, fault, key_path(&opened, generation), key, strlen(key), true) &&
           write_store(&opened, first, strlen(first));
}

bool person_is_known(struct work *work, const char *person)
{
    struct opened opened;
    if (!person_store_enter(work, &opened))
        return false;
    const char *line = line_of(&opened, person);
    bool known = line && !text_equals(line, "-");
    person_store_leave(&opened);
    return known;
}

/* Wraps every key but one anew; the erased person keeps a line without a key. */
static bool rewrap(struct opened *opened, const char *person,
                   const unsigned char wrapping[KEY_BYTES], struct text *text)
{
    unsigned char key[KEY_BYTES];
    const char *at = strchr(opened->text, '\n');
    bool worked = true;
    for (at = at ? at + 1 : ""; worked && *at; at += strcspn(at, "\n") + 1) {
        size_t length = strcspn(at, " ");
        const char *code = arena_text(opened->arena, at, length);
        const char *line = line_of(opened, code);
        bool gone = strcmp(code, person) == 0 || text_equals(line, "-");
        worked = gone || (line && unwrap(opened, code, line, key));
        if (worked)
            text_print(text, "%s %s\n", code, gone ? "-" : wrap(opened, code, wrapping, key));
    }
    sodium_memzero(key, sizeof key);
    return worked;
}

/* An old key that stays would still open old copies of the store. */
static bool remove_old_keys(const struct opened *opened, const char *folder)
{
    DIR *listing = opendir(folder);
    const char *kept = arena_print(opened->arena, "persons-%s.key", opened->generation);
    bool worked = listing != NULL;
    for (struct dirent *at = listing ? readdir(listing) : NULL; at; at = readdir(listing))
        if (text_starts(at->d_name, "persons-") && !text_equals(at->d_name, kept))
            worked = unlinkat(dirfd(listing), at->d_name, 0) == 0 && worked;
    worked = listing && fsync(dirfd(listing)) == 0 && worked; /* a removal can be lost as well */
    if (listing)
        closedir(listing);
    return worked || fail(opened->fault, FAULT_STORAGE, "record",
                          "An old wrapping key could not be removed; delete all persons-*.key in "
                          "%s but %s by hand.",
                          folder, kept);
}

static bool forget(struct opened *opened, const char *person)
{
    unsigned char wrapping[KEY_BYTES];
    unsigned char drawn[GENERATION_BYTES];
    struct text text = text_open(opened->arena);
    randombytes_buf(wrapping, sizeof wrapping);
    randombytes_buf(drawn, sizeof drawn);
    const char *generation = hex_print(opened->arena, drawn, sizeof drawn);
    const char *key = hex_print(opened->arena, wrapping, KEY_BYTES);
    text_print(&text, "%s%s\n", store_start, generation);
    bool worked = rewrap(opened, person, wrapping, &text) &&
                  folder_write(opened->arena, opened->fault, key_path(opened, generation), key,
                               strlen(key), true) &&
                  write_store(opened, text.bytes, text.length);
    if (worked) {
        memcpy(opened->generation, generation, GENERATION_TEXT);
        worked = remove_old_keys(opened, opened->store->folder);
    }
    sodium_memzero(wrapping, sizeof wrapping);
    return worked;
}

bool person_forget(struct work *work, const char *person)
{
    struct opened opened;
    if (!person_store_enter(work, &opened))
        return false;
    bool worked =
        line_of(&opened, person) != NULL || fail(&work->fault, FAULT_MISSING, "person",
                                                 "There is no key of %s; nothing "
                                                 "personal was recorded, or it was erased.",
                                                 person);
    worked = worked && forget(&opened, person);
    person_store_leave(&opened);
    return worked;
}

bool person_store_copy(struct work *work, const char *folder)
{
    struct opened opened;
    if (!person_store_enter(work, &opened))
        return false;
    const char *key = hex_print(work->arena, opened.wrapping, KEY_BYTES);
    const char *key_copy = arena_print(work->arena, "%s/persons-%s.key", folder, opened.generation);
    const char *store_copy = arena_print(work->arena, "%s/persons", folder);
    bool worked =
        folder_write(work->arena, &work->fault, key_copy, key, strlen(key), true) &&
        folder_write(work->arena, &work->fault, store_copy, opened.text, opened.size, true);
    worked = worked && remove_old_keys(&opened, folder);
    person_store_leave(&opened);
    return worked;
}

static bool check_lines(const struct opened *opened)
{
    unsigned char key[KEY_BYTES];
    const char *at = strchr(opened->text, '\n');
    bool worked = at && strlen(opened->text) == opened->size &&
                  opened->text[opened->size - 1] == '\n' &&
                  at == opened->text + sizeof store_start - 1 + GENERATION_TEXT;
    for (at = worked ? at + 1 : ""; worked && *at; at += strcspn(at, "\n") + 1) {
        struct arena_mark mark = arena_mark(opened->arena);
        const char *code = arena_text(opened->arena, at, strcspn(at, " \n"));
        const char *wrapped = at + strlen(code) + (at[strlen(code)] == ' ');
        const char *line = arena_text(opened->arena, wrapped, strcspn(wrapped, "\n"));
        worked = text_equals(line, "-") || unwrap(opened, code, line, key);
        arena_rewind(opened->arena, mark);
    }
    sodium_memzero(key, sizeof key);
    return worked || person_store_broken(opened);
}

/* The store is here and so is the key of its generation; where that was replaced after an erasure,
 * an old store is meant to stay closed. */
static bool keys_are_here(struct work *work, bool *here)
{
    struct opened opened = {
        .arena = work->arena, .fault = &work->fault, .store = work->record->persons};
    size_t start = sizeof store_start - 1;
    *here = access(store_path(&opened), F_OK) == 0;
    if (!*here)
        return true;
    if (!folder_read(work->arena, &work->fault, store_path(&opened), STORE_BYTES, &opened.text,
                     &opened.size))
        return false;
    if (opened.size < start + GENERATION_TEXT || memcmp(opened.text, store_start, start) != 0)
        return person_store_broken(&opened);
    memcpy(opened.generation, opened.text + start, GENERATION_TEXT);
    *here = access(key_path(&opened, opened.generation), F_OK) == 0;
    return true;
}

bool person_store_check(struct work *work)
{
    struct opened opened;
    bool here = false;
    if (!keys_are_here(work, &here) || !here)
        return work->fault.kind == FAULT_NONE;
    if (!person_store_enter(work, &opened))
        return false;
    bool worked = check_lines(&opened);
    person_store_leave(&opened);
    return worked;
}

bool person_store_tidy(struct work *work)
{
    struct opened opened;
    if (!person_store_enter(work, &opened))
        return false;
    bool worked = remove_old_keys(&opened, opened.store->folder);
    person_store_leave(&opened);
    return worked;
}
