/* ledger.c: what is committed was read back first, and its head lies signed beside it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/ledger.h"

#include "base/time.h"

#include <sodium.h>
#include <string.h>

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

bool ledger_read_head(struct work *work, struct ledger_head *head, struct merkle *merkle)
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
    if (!instant_is_known(work->now_usec))
        return fail(&work->fault, FAULT_STORAGE, "clock",
                    "The clock of this machine is wrong by centuries; set it right first.");
    return database_step(work, STEP_BEGIN_WRITE) && ledger_read_head(work, head, merkle) &&
           ledger_goes_on(work, head, merkle);
}

void ledger_abandon(struct work *work)
{
    struct fault kept = work->fault;
    if (!database_step(work, STEP_ROLLBACK) && kept.kind == FAULT_NONE)
        return;
    work->fault = kept;
}

bool ledger_commit(struct work *work, const struct ledger_head *head, const struct merkle *merkle)
{
    struct ledger_head stored = *head;
    stored.id = 1;
    stored.peaks = peaks_print(work->arena, merkle);
    if (!view_put(work, &head_table, &stored) || !database_step(work, STEP_COMMIT))
        return false;
    ledger_know(work, &stored, merkle);
    return ledger_publish_head(work, &stored, merkle);
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

bool ledger_find(struct work *work, int64_t seq, struct ledger_line *line, bool *found)
{
    if (!view_find(work, &entry_table, VALUES(value_integer(seq)), line, found) || !*found)
        return work->fault.kind == FAULT_NONE;
    if (!line->bytes || !line->hash)
        return fail(&work->fault, FAULT_STORAGE, "record",
                    "Entry %lld is empty; run exoledger verify.", (long long)seq);
    struct hash hash = hasher_hash(work->database->hasher, line->bytes, strlen(line->bytes));
    return text_equals(hex_print(work->arena, hash.bytes, HASH_BYTES), line->hash) ||
           fail(&work->fault, FAULT_STORAGE, "record",
                "Entry %lld is not what was recorded: its bytes do not have their hash; run "
                "exoledger verify.",
                (long long)seq);
}

bool ledger_read(struct work *work, int64_t seq, struct entry *entry, const char **hash,
                 bool *found)
{
    struct ledger_line line = {0};
    if (!ledger_find(work, seq, &line, found))
        return false;
    *hash = line.hash;
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
