/* checkpoint.c: what was signed about the record, and does the record still contain it? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/ledger.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const struct field checkpoint_fields[] = {
    FIELD(struct checkpoint, at, .help = "When it was signed"),
    FIELD(struct checkpoint, key, .help = "Public key that signed, Ed25519"),
    FIELD(struct checkpoint, record, .help = "Identifier of the record"),
    FIELD(struct checkpoint, root, .help = "Root of the tree, RFC 6962"),
    FIELD(struct checkpoint, signature, .help = "Over the canonical JSON of the other members"),
    FIELD(struct checkpoint, size, .help = "Entries in the tree"),
};
const struct schema checkpoint_schema = SCHEMA("checkpoint", struct checkpoint, checkpoint_fields);
const struct table checkpoint_table = {"checkpoint", &checkpoint_schema, "size at", "",
                                       TABLE_LEDGER};

static const char *checkpoint_bytes(struct arena *arena, const struct checkpoint *checkpoint)
{
    struct text text = text_open(arena);
    struct checkpoint unsigned_one = *checkpoint;
    unsigned_one.signature = NULL;
    schema_write(&text, &checkpoint_schema, &unsigned_one, ORDER_CANONICAL);
    return text.bytes;
}

bool ledger_sign(struct work *work, const struct ledger_head *head, const struct merkle *merkle,
                 struct checkpoint *checkpoint)
{
    const struct record *record = work->record;
    unsigned char signature[crypto_sign_BYTES];
    struct hash root = merkle_root(work->database->hasher, merkle);
    *checkpoint = (struct checkpoint){
        .size = head->size,
        .root = hex_print(work->arena, root.bytes, HASH_BYTES),
        .at = {head->at_usec > work->now_usec ? head->at_usec : work->now_usec},
        .record = record->identifier,
        .key = hex_print(work->arena, record->public_key, KEY_PUBLIC_BYTES),
    };
    const char *bytes = checkpoint_bytes(work->arena, checkpoint);
    crypto_sign_detached(signature, NULL, (const unsigned char *)bytes, strlen(bytes),
                         record->secret_key);
    checkpoint->signature = hex_print(work->arena, signature, sizeof signature);
    return true;
}

bool checkpoint_is_signed(struct arena *arena, const struct checkpoint *checkpoint)
{
    unsigned char key[KEY_PUBLIC_BYTES];
    unsigned char signature[crypto_sign_BYTES];
    const char *bytes = checkpoint_bytes(arena, checkpoint);
    return hex_parse(checkpoint->key, key, sizeof key) &&
           hex_parse(checkpoint->signature, signature, sizeof signature) &&
           crypto_sign_verify_detached(signature, (const unsigned char *)bytes, strlen(bytes),
                                       key) == 0;
}

bool checkpoint_is_ours(struct work *work, const struct checkpoint *checkpoint)
{
    const char *key = hex_print(work->arena, work->record->public_key, KEY_PUBLIC_BYTES);
    return text_equals(checkpoint->key, key) &&
           text_equals(checkpoint->record, work->record->identifier) &&
           checkpoint_is_signed(work->arena, checkpoint);
}

static const char *head_path(struct work *work)
{
    return arena_print(work->arena, "%s/head.json", work->record->folder);
}

bool checkpoint_read(struct work *work, const char *path, struct checkpoint *checkpoint)
{
    char *bytes = NULL;
    size_t size = 0;
    const struct json *object = NULL;
    return folder_read(work->arena, &work->fault, path, 4096, &bytes, &size) &&
           json_parse(work->arena, &work->fault, bytes, size, &object) &&
           schema_read(work->arena, &work->fault, &checkpoint_schema, object, checkpoint);
}

/* Another process may have published a later head meanwhile: the file never goes back. A larger
 * number that nobody signed is damage, behind which every later head would stay unwritten. */
static bool replace_head(struct work *work, const struct checkpoint *checkpoint)
{
    struct text text = text_open(work->arena);
    struct checkpoint outside = {0};
    if (access(head_path(work), F_OK) == 0 && checkpoint_read(work, head_path(work), &outside) &&
        outside.size > checkpoint->size)
        return checkpoint_is_ours(work, &outside);
    schema_write(&text, &checkpoint_schema, checkpoint, ORDER_CANONICAL);
    text_add(&text, "\n");
    return work->fault.kind == FAULT_NONE &&
           folder_write(work->arena, &work->fault, head_path(work), text.bytes, text.length, false);
}

bool ledger_publish_head(struct work *work, const struct ledger_head *head,
                         const struct merkle *merkle)
{
    struct checkpoint checkpoint;
    const char *path = arena_print(work->arena, "%s/head.lock", work->record->folder);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool worked = lock >= 0 && flock(lock, LOCK_EX) == 0 &&
                  ledger_sign(work, head, merkle, &checkpoint) && replace_head(work, &checkpoint);
    if (lock >= 0)
        close(lock);
    if (!worked)
        work->fault = (struct fault){0};
    return worked || fail(&work->fault, FAULT_UNKNOWN, "record",
                          "The entries were stored, but "
                          "their signed head could not be written; check the folder and its "
                          "rights.");
}

/* The same state at the same instant is signed once: a checkpoint is never written again. */
static bool keep_checkpoint(struct work *work, const struct checkpoint *checkpoint)
{
    struct checkpoint before = {0};
    bool found = false;
    return view_find(work, &checkpoint_table,
                     VALUES(value_integer(checkpoint->size), value_integer(checkpoint->at.usec)),
                     &before, &found) &&
           (found || view_add(work, &checkpoint_table, checkpoint));
}

bool ledger_checkpoint(struct work *work, struct checkpoint *checkpoint)
{
    struct ledger_head head;
    struct merkle merkle;
    if (ledger_begin(work, &head, &merkle) && ledger_sign(work, &head, &merkle, checkpoint) &&
        keep_checkpoint(work, checkpoint) && ledger_commit(work, &head, &merkle))
        return true;
    ledger_abandon(work);
    return false;
}

static bool is_another(struct work *work)
{
    return fail(&work->fault, FAULT_STORAGE, "record",
                "The database is not the record that this program last knew: entries were changed "
                "or taken away behind its back; write nothing and run exoledger verify.");
}

void ledger_know(struct work *work, const struct ledger_head *head, const struct merkle *merkle)
{
    struct known *known = &work->database->known;
    *known = (struct known){.compared = true, .at_usec = head->at_usec, .merkle = *merkle};
    memcpy(known->last, head->last, HASH_TEXT);
}

/* What the next entry is chained to and may not lie before. */
static bool newest_fits(struct work *work, const struct ledger_head *head)
{
    struct entry newest = {0};
    const char *hash = NULL;
    bool found = false;
    if (head->size == 0)
        return true;
    if (!ledger_read(work, head->size, &newest, &hash, &found))
        return false;
    return (found && text_equals(hash, head->last) && newest.at.usec == head->at_usec) ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "The head in the database does not say what the newest entry says; run exoledger "
                "verify and write nothing before.");
}

struct growing {
    struct merkle merkle;
    struct merkle then; /* what it was when it had signed_size leaves, or at first */
    int64_t signed_size;
};

static bool add_line(struct work *work, void *context, const void *row)
{
    struct growing *growing = context;
    const struct ledger_line *line = row;
    struct hash leaf;
    if (line->seq != growing->merkle.size + 1 || !line->hash ||
        !hex_parse(line->hash, leaf.bytes, HASH_BYTES))
        return is_another(work);
    merkle_append(work->database->hasher, &growing->merkle, &leaf);
    if (growing->merkle.size == growing->signed_size)
        growing->then = growing->merkle;
    return true;
}

static bool is_grown(struct work *work, const struct growing *growing, const struct merkle *stored)
{
    struct hash grown = merkle_root(work->database->hasher, &growing->merkle);
    struct hash root = merkle_root(work->database->hasher, stored);
    return (growing->merkle.size == stored->size && hash_equals(&grown, &root)) || is_another(work);
}

/* Others may have written since: then what they added is added here, too. */
bool ledger_goes_on(struct work *work, const struct ledger_head *head, const struct merkle *merkle)
{
    const struct known *known = &work->database->known;
    struct growing growing = {.merkle = known->merkle};
    const struct visitor visitor = {add_line, &growing};
    struct checkpoint outside;
    if (!known->compared)
        return ledger_outside(work, &outside) && ledger_contains(work, &outside);
    if (head->size > known->merkle.size &&
        (!ledger_each(work, known->merkle.size + 1, &visitor) || !newest_fits(work, head)))
        return false;
    if (head->size == known->merkle.size &&
        (head->at_usec != known->at_usec || !text_equals(head->last, known->last)))
        return is_another(work);
    if (!is_grown(work, &growing, merkle))
        return false;
    ledger_know(work, head, merkle);
    return true;
}

/* Entries may have come since the signature: then the tree that was signed is found from what it
 * has in common with the present one, and followed from there to the present one. */
static bool compare_root(struct work *work, const struct checkpoint *outside)
{
    struct ledger_head head;
    struct merkle merkle;
    if (!ledger_read_head(work, &head, &merkle))
        return false;
    if (head.size < outside->size)
        return fail(&work->fault, FAULT_STORAGE, "record",
                    "The signed head beside the database "
                    "knows %lld entries and the database holds %lld: acknowledged entries are "
                    "lost. Write nothing; restore the newest backup.",
                    (long long)outside->size, (long long)head.size);
    struct growing growing = {.merkle = merkle_shared(&merkle, outside->size),
                              .signed_size = outside->size};
    const struct visitor visitor = {add_line, &growing};
    growing.then = growing.merkle;
    if (!newest_fits(work, &head) ||
        (head.size != outside->size && !ledger_each(work, growing.merkle.size + 1, &visitor)) ||
        !is_grown(work, &growing, &merkle))
        return false;
    struct hash root = merkle_root(work->database->hasher, &growing.then);
    ledger_know(work, &head, &merkle);
    work->database->known.compared =
        text_equals(hex_print(work->arena, root.bytes, HASH_BYTES), outside->root);
    return work->database->known.compared ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "The database does not contain what the "
                "signed head beside it says; run exoledger verify and write nothing before.");
}

bool ledger_outside(struct work *work, struct checkpoint *outside)
{
    *outside = (struct checkpoint){0};
    if (access(head_path(work), F_OK) != 0)
        return true;
    if (!checkpoint_read(work, head_path(work), outside))
        return false;
    return checkpoint_is_ours(work, outside) ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "head.json is not signed by this record's key.");
}

bool ledger_contains(struct work *work, const struct checkpoint *outside)
{
    struct ledger_head none;
    struct merkle merkle;
    if (outside->root)
        return compare_root(work, outside);
    if (!ledger_read_head(work, &none, &merkle))
        return false;
    ledger_know(work, &none, &merkle);
    return (none.size == 0 ||
            fail(&work->fault, FAULT_STORAGE, "record",
                 "The signed head head.json is missing beside the database; restore it from the "
                 "newest backup."));
}

bool ledger_compare_head(struct work *work)
{
    struct checkpoint outside;
    bool contained = ledger_outside(work, &outside) && database_step(work, STEP_BEGIN_READ) &&
                     ledger_contains(work, &outside);
    ledger_abandon(work);
    const struct database *database = work->database;
    return contained &&
           (!database->engine->trust || database->engine->trust(database->handle, &work->fault));
}

bool ledger_compare_tree(struct work *work, const struct merkle *merkle)
{
    struct ledger_head head;
    struct merkle stored;
    if (!ledger_read_head(work, &head, &stored))
        return false;
    struct hash kept = merkle_root(work->database->hasher, &stored);
    struct hash computed = merkle_root(work->database->hasher, merkle);
    return (head.size == merkle->size && hash_equals(&kept, &computed)) ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "The entries are not those that the signed head is about: they were written anew.");
}
