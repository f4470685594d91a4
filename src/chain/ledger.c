/* ledger.c: what is committed was read back first, and its head lies signed beside it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/ledger.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

static const struct field line_fields[] = {
    FIELD(struct ledger_line, seq, .help = "Counts from 1 without gaps"),
    FIELD(struct ledger_line, hash, .help = "SHA-256 of the bytes"),
    FIELD(struct ledger_line, bytes, .help = "Canonical JSON"),
};
static const struct schema line_schema = SCHEMA("entry", struct ledger_line, line_fields);
const struct table entry_table = {"entry", &line_schema, "seq", "", TABLE_LEDGER};

/* Bytes of files are base64 text, so that both engines keep them in the same kind of column. */
struct kept_file {
    const char *sha256;
    const char *name;
    int64_t size;
    const char *base64;
};
static const struct field kept_fields[] = {
    FIELD(struct kept_file, sha256, .help = "SHA-256 of the bytes"),
    FIELD(struct kept_file, name, .help = "Name when it came"),
    FIELD(struct kept_file, size, .help = "Bytes"),
    FIELD(struct kept_file, base64, .help = "The bytes, RFC 4648"),
};
static const struct schema kept_schema = SCHEMA("file", struct kept_file, kept_fields);
const struct table file_table = {"file", &kept_schema, "sha256", "", TABLE_LEDGER};

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

static const struct field head_fields[] = {
    FIELD(struct ledger_head, id, .help = "Always 1"),
    FIELD(struct ledger_head, size, .help = "Entries"),
    FIELD(struct ledger_head, at_usec, .help = "Time of the newest entry"),
    FIELD(struct ledger_head, last, .help = "Hash of the newest entry"),
    FIELD(struct ledger_head, peaks, .help = "Complete subtrees, largest first"),
};
static const struct schema head_schema = SCHEMA("head", struct ledger_head, head_fields);
const struct table head_table = {"head", &head_schema, "id", "", TABLE_LOCAL};

/* The head and the entries that are there, in one statement: another process may be writing. */
struct standing {
    int64_t size;
    int64_t at_usec;
    const char *last;
    const char *peaks;
    int64_t entries;
};
static const struct field standing_fields[] = {
    FIELD(struct standing, size, .help = "Entries that the head knows"),
    FIELD(struct standing, at_usec, .help = "Time of the newest entry"),
    FIELD(struct standing, last, .help = "Hash of the newest entry"),
    FIELD(struct standing, peaks, .help = "Complete subtrees, largest first"),
    FIELD(struct standing, entries, .help = "Number of the newest entry"),
};
static const struct schema standing_schema = SCHEMA("standing", struct standing, standing_fields);

enum { LEDGER_FROM, LEDGER_PAGE, LEDGER_SIZE, LEDGER_FILES, LEDGER_STANDING };
struct ledger_count {
    int64_t size;
};
static const struct field count_fields[] = {
    FIELD(struct ledger_count, size, .help = "Entries"),
};
static const struct schema count_schema = SCHEMA("size", struct ledger_count, count_fields);
static const struct field file_name_fields[] = {
    FIELD(struct file_name, sha256, .help = "SHA-256 of the bytes"),
};
static const struct schema file_name_schema =
    SCHEMA("file_name", struct file_name, file_name_fields);
const struct statement ledger_statements[LEDGER_STATEMENTS] = {
    [LEDGER_FROM] = {"i", &line_schema,
                     "SELECT seq, hash, bytes FROM entry WHERE seq >= $1 ORDER BY seq"},
    [LEDGER_PAGE] = {"ii", &line_schema,
                     "SELECT seq, hash, bytes FROM entry WHERE seq >= $1 ORDER BY seq LIMIT $2"},
    [LEDGER_SIZE] = {"", &count_schema, "SELECT COALESCE(MAX(seq), 0) AS size FROM entry"},
    [LEDGER_FILES] = {"", &file_name_schema, "SELECT sha256 FROM file ORDER BY sha256"},
    [LEDGER_STANDING] = {"", &standing_schema,
                         "SELECT size, at_usec, last, peaks, (SELECT COALESCE(MAX(seq), 0) FROM "
                         "entry) AS entries FROM head WHERE id = 1"},
};

static bool peaks_read(const char *text, struct merkle *merkle)
{
    size_t at = 0;
    for (int level = MERKLE_LEVELS - 1; level >= 0; level--) {
        char one[HASH_TEXT + 1] = {0};
        if (!(merkle->size >> level & 1))
            continue;
        if (strlen(text) < at + HASH_TEXT)
            return false;
        memcpy(one, text + at, HASH_TEXT);
        if (!hex_parse(one, merkle->peaks[level].bytes, HASH_BYTES))
            return false;
        at += HASH_TEXT;
    }
    return !text[at];
}

static const char *peaks_print(struct arena *arena, const struct merkle *merkle)
{
    struct text text = text_open(arena);
    for (int level = MERKLE_LEVELS - 1; level >= 0; level--)
        if (merkle->size >> level & 1)
            text_add(&text, hex_print(arena, merkle->peaks[level].bytes, HASH_BYTES));
    return text.bytes;
}

bool ledger_size(struct work *work, int64_t *size)
{
    struct ledger_count count = {0};
    bool found = false;
    bool worked = database_find(work, &ledger_statements[LEDGER_SIZE], NO_VALUES, &count, &found);
    *size = count.size;
    return worked;
}

static bool read_head(struct work *work, struct ledger_head *head, struct merkle *merkle)
{
    bool found = false;
    struct standing now = {.last = NO_HASH, .peaks = ""};
    if (!database_find(work, &ledger_statements[LEDGER_STANDING], NO_VALUES, &now, &found) ||
        (!found && !ledger_size(work, &now.entries)))
        return false;
    *head = (struct ledger_head){1, now.size, now.at_usec, now.last, now.peaks};
    *merkle = (struct merkle){.size = now.size};
    if (now.size != now.entries || !now.last || !now.peaks || !peaks_read(now.peaks, merkle))
        return fail(&work->fault, FAULT_STORAGE, "record",
                    "The record holds %lld entries and its "
                    "head says %lld; run exoledger verify and write nothing before.",
                    (long long)now.entries, (long long)now.size);
    return true;
}

bool ledger_begin(struct work *work, struct ledger_head *head, struct merkle *merkle)
{
    if (!work->record->can_sign)
        return fail(&work->fault, FAULT_STORAGE, "record",
                    "The checkpoint key is not here; this "
                    "record can only be read.");
    return database_step(work, STEP_BEGIN_WRITE) && read_head(work, head, merkle);
}

void ledger_abandon(struct work *work)
{
    struct fault kept = work->fault;
    if (!database_step(work, STEP_ROLLBACK) && kept.kind == FAULT_NONE)
        return;
    work->fault = kept;
}

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

static const char *head_path(struct work *work)
{
    return arena_print(work->arena, "%s/head.json", work->record->folder);
}

static bool read_outside(struct work *work, struct checkpoint *outside)
{
    char *bytes = NULL;
    size_t size = 0;
    const struct json *object = NULL;
    return folder_read(work->arena, &work->fault, head_path(work), 4096, &bytes, &size) &&
           json_parse(work->arena, &work->fault, bytes, size, &object) &&
           schema_read(work->arena, &work->fault, &checkpoint_schema, object, outside);
}

/* Another process may have published a later head meanwhile: the file never goes back. */
static bool replace_head(struct work *work, const struct checkpoint *checkpoint)
{
    struct text text = text_open(work->arena);
    struct checkpoint outside = {0};
    if (access(head_path(work), F_OK) == 0 && read_outside(work, &outside) &&
        outside.size > checkpoint->size)
        return true;
    schema_write(&text, &checkpoint_schema, checkpoint, ORDER_CANONICAL);
    text_add(&text, "\n");
    return work->fault.kind == FAULT_NONE &&
           folder_write(work->arena, &work->fault, head_path(work), text.bytes, text.length, false);
}

static bool publish_head(struct work *work, const struct ledger_head *head,
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

bool ledger_commit(struct work *work, const struct ledger_head *head, const struct merkle *merkle)
{
    struct ledger_head stored = *head;
    stored.id = 1;
    stored.peaks = peaks_print(work->arena, merkle);
    return view_put(work, &head_table, &stored) && database_step(work, STEP_COMMIT) &&
           publish_head(work, &stored, merkle);
}

static bool read_back(struct work *work, const struct ledger_line *line)
{
    struct ledger_line again = {0};
    bool found = false;
    if (!view_find(work, &entry_table, VALUES(value_integer(line->seq)), &again, &found))
        return false;
    struct hash hash = found ? hasher_hash(work->database->hasher, again.bytes, strlen(again.bytes))
                             : (struct hash){{0}};
    return (found && text_equals(hex_print(work->arena, hash.bytes, HASH_BYTES), line->hash)) ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "The database gave back something else than "
                "was written; nothing was stored.");
}

bool ledger_append(struct work *work, struct ledger_head *head, struct merkle *merkle,
                   struct entry *entry, const char **hash)
{
    entry->format = ENTRY_FORMAT;
    entry->seq = head->size + 1;
    entry->at.usec = work->now_usec > head->at_usec ? work->now_usec : head->at_usec;
    entry->previous = head->last;
    struct ledger_line line = {.seq = entry->seq, .bytes = entry_bytes(work->arena, entry)};
    struct hash leaf = hasher_hash(work->database->hasher, line.bytes, strlen(line.bytes));
    line.hash = hex_print(work->arena, leaf.bytes, HASH_BYTES);
    if (!view_add(work, &entry_table, &line) || !read_back(work, &line))
        return false;
    merkle_append(work->database->hasher, merkle, &leaf);
    head->size = entry->seq;
    head->last = line.hash;
    head->at_usec = entry->at.usec;
    *hash = line.hash;
    return true;
}

bool ledger_read(struct work *work, int64_t seq, struct entry *entry, const char **hash,
                 bool *found)
{
    struct ledger_line line = {0};
    if (!view_find(work, &entry_table, VALUES(value_integer(seq)), &line, found))
        return false;
    *hash = line.hash;
    if (*found && (!line.bytes || !line.hash))
        return fail(&work->fault, FAULT_STORAGE, "record",
                    "Entry %lld is empty; run exoledger verify.", (long long)seq);
    return !*found || entry_parse(work->arena, &work->fault, line.bytes, entry);
}

bool ledger_each(struct work *work, int64_t first, const struct visitor *visitor)
{
    return database_each(work, &ledger_statements[LEDGER_FROM], VALUES(value_integer(first)),
                         visitor);
}

bool ledger_lines(struct work *work, int64_t first, int64_t limit, struct rows *lines)
{
    return database_list(work, &ledger_statements[LEDGER_PAGE],
                         VALUES(value_integer(first), value_integer(limit)), lines);
}

bool ledger_keep_file(struct work *work, const struct file *file)
{
    struct kept_file kept = {
        .sha256 = file->sha256, .name = file->name, .size = (int64_t)file->size};
    struct kept_file before = {0};
    bool found = false;
    if (!view_find(work, &file_table, VALUES(value_text(file->sha256)), &before, &found) || found)
        return work->fault.kind == FAULT_NONE;
    size_t room = sodium_base64_encoded_len(file->size, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = arena_take(work->arena, room);
    sodium_bin2base64(base64, room, file->bytes, file->size, sodium_base64_VARIANT_ORIGINAL);
    kept.base64 = base64;
    return view_add(work, &file_table, &kept);
}

bool ledger_file_names(struct work *work, struct rows *names)
{
    return database_list(work, &ledger_statements[LEDGER_FILES], NO_VALUES, names);
}

bool ledger_load_file(struct work *work, const char *sha256, struct file *file, bool *found)
{
    struct kept_file kept = {0};
    if (!view_find(work, &file_table, VALUES(value_text(sha256)), &kept, found) || !*found)
        return work->fault.kind == FAULT_NONE;
    size_t length = kept.base64 ? strlen(kept.base64) : 0;
    size_t room = length / 4 * 3 + 3; /* the row's own size may be what was altered */
    unsigned char *bytes = arena_take(work->arena, room);
    size_t size = 0;
    bool read = length > 0 &&
                sodium_base642bin(bytes, room, kept.base64, length, NULL, &size, NULL,
                                  sodium_base64_VARIANT_ORIGINAL) == 0 &&
                size == (size_t)kept.size;
    struct hash hash = hasher_hash(work->database->hasher, bytes, size);
    *file = (struct file){kept.name, kept.sha256, bytes, size};
    return (read && text_equals(hex_print(work->arena, hash.bytes, HASH_BYTES), sha256)) ||
           fail(&work->fault, FAULT_STORAGE, "file",
                "The stored file %s is not what its hash "
                "says; run exoledger verify.",
                sha256);
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

struct treeing {
    int64_t size;
    struct merkle *merkle;
    struct hash *last;
};

static bool add_leaf(struct work *work, void *context, const void *row)
{
    struct treeing *to = context;
    const struct ledger_line *line = row;
    if (to->merkle->size == to->size)
        return true;
    if (!hex_parse(line->hash, to->last->bytes, HASH_BYTES))
        return fail(&work->fault, FAULT_STORAGE, "record", "The hash of entry %lld is no hash.",
                    (long long)line->seq);
    merkle_append(work->database->hasher, to->merkle, to->last);
    return true;
}

bool ledger_tree(struct work *work, int64_t size, struct merkle *merkle, struct hash *last)
{
    struct treeing to = {size, merkle, last};
    const struct visitor visitor = {add_leaf, &to};
    *merkle = (struct merkle){0};
    return ledger_each(work, 1, &visitor);
}

static bool compare_root(struct work *work, const struct checkpoint *outside)
{
    struct ledger_head head;
    struct merkle merkle;
    struct hash last;
    if (!read_head(work, &head, &merkle))
        return false;
    if (head.size < outside->size)
        return fail(&work->fault, FAULT_STORAGE, "record",
                    "The signed head beside the database "
                    "knows %lld entries and the database holds %lld: acknowledged entries are "
                    "lost. Write nothing; restore the newest backup.",
                    (long long)outside->size, (long long)head.size);
    if (head.size != outside->size && !ledger_tree(work, outside->size, &merkle, &last))
        return false;
    struct hash root = merkle_root(work->database->hasher, &merkle);
    return text_equals(hex_print(work->arena, root.bytes, HASH_BYTES), outside->root) ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "The database does not contain what the "
                "signed head beside it says; run exoledger verify and write nothing before.");
}

bool ledger_outside(struct work *work, struct checkpoint *outside)
{
    *outside = (struct checkpoint){0};
    if (access(head_path(work), F_OK) != 0)
        return true;
    if (!read_outside(work, outside))
        return false;
    const char *key = hex_print(work->arena, work->record->public_key, KEY_PUBLIC_BYTES);
    return (text_equals(outside->key, key) &&
            text_equals(outside->record, work->record->identifier) &&
            checkpoint_is_signed(work->arena, outside)) ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "head.json is not signed by this record's key.");
}

bool ledger_contains(struct work *work, const struct checkpoint *outside)
{
    int64_t entries = 0;
    if (outside->root)
        return compare_root(work, outside);
    return ledger_size(work, &entries) &&
           (entries == 0 ||
            fail(&work->fault, FAULT_STORAGE, "record",
                 "The signed head head.json is missing beside the database; restore it from the "
                 "newest backup."));
}

bool ledger_compare_head(struct work *work)
{
    struct checkpoint outside;
    if (!ledger_outside(work, &outside) || !database_step(work, STEP_BEGIN_READ))
        return false;
    bool contained = ledger_contains(work, &outside);
    ledger_abandon(work);
    return contained;
}

bool ledger_compare_tree(struct work *work, const struct merkle *merkle)
{
    struct ledger_head head;
    struct merkle stored;
    if (!read_head(work, &head, &stored))
        return false;
    struct hash kept = merkle_root(work->database->hasher, &stored);
    struct hash computed = merkle_root(work->database->hasher, merkle);
    return (head.size == merkle->size && hash_equals(&kept, &computed)) ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "The entries are not those that the signed head is about: they were written anew.");
}
