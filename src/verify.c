/* verify.c: everything is computed again from the entries and held against what is there. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "verify.h"

#include "contract/book.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 200, SHOWN_BYTES = 150 };

struct checking {
    struct work *scratch; /* a fresh view, on SQLite in a temporary file; NULL: entries alone */
    struct verified *verified;
    int64_t seen; /* number of the line before */
    struct merkle merkle;
    struct rows checkpoints;
    const struct checkpoint *kept; /* elsewhere, by somebody else; or NULL */
    struct checkpoint outside;     /* the head beside the database, read before it */
    char last[HASH_TEXT + 1];      /* hash of the line before */
    int64_t at_usec;
};

static bool wrong(struct work *work, int64_t seq, const char *what)
{
    return fail(&work->fault, FAULT_STORAGE, "entry", "Entry %lld: %s.", (long long)seq, what);
}

static bool check_entry(struct work *work, const struct checking *checking, int64_t seq,
                        const struct entry *entry)
{
    if (entry->seq != seq)
        return wrong(work, seq, "it carries another number inside");
    if (!text_equals(entry->previous, checking->last))
        return wrong(work, seq, "it does not follow the entry before it");
    if (entry->at.usec < checking->at_usec || entry->occurred_at.usec > entry->at.usec)
        return wrong(work, seq, "its time runs backwards");
    return (entry->cause >= 0 && entry->cause < entry->seq) ||
           wrong(work, seq, "its cause lies ahead of it");
}

static bool check_line(struct work *work, struct checking *checking, const struct ledger_line *line,
                       struct entry *entry)
{
    int64_t expected = checking->seen + 1;
    if (line->seq != expected)
        return wrong(work, line->seq < expected ? line->seq : expected,
                     line->seq < expected ? "it does not belong to the record" : "it is missing");
    if (!line->bytes || !line->hash)
        return wrong(work, line->seq, "its bytes or its hash are empty");
    struct hash leaf = hasher_hash(work->database->hasher, line->bytes, strlen(line->bytes));
    if (!text_equals(hex_print(work->arena, leaf.bytes, HASH_BYTES), line->hash))
        return wrong(work, line->seq, "its bytes do not have the hash that stands beside them");
    if (!entry_parse(work->arena, &work->fault, line->bytes, entry) ||
        !check_entry(work, checking, line->seq, entry))
        return false;
    if (checking->scratch)
        merkle_append(work->database->hasher, &checking->merkle, &leaf);
    checking->at_usec = entry->at.usec;
    checking->seen = line->seq;
    return true;
}

static bool judge_again(struct work *work, struct checking *checking, const struct entry *entry)
{
    const struct operation *operation =
        catalogue_of_entry(work->record->catalogue, entry->operation);
    struct rows findings;
    if (!operation || !operation->judge_again)
        return operation != NULL || wrong(work, entry->seq, "its operation is not known here");
    void *body = arena_take(work->arena, operation->output->size);
    const struct field *field = schema_field(operation->output, "findings");
    if (!operation_read_body(work, operation, entry->body, body) ||
        !operation->judge_again(work, body, &findings))
        return false;
    const struct rows *recorded = (const void *)((const char *)body + field->offset);
    checking->verified->decisions++;
    return findings_equal(recorded, &findings) ||
           wrong(work, entry->seq, "its facts, judged again, give another verdict");
}

struct file_check {
    struct work *work;
    struct checking *checking;
    int64_t seq;
};

static bool check_file(void *context, const struct file *named)
{
    const struct file_check *check = context;
    struct file file = {0};
    bool found = false;
    if (!ledger_load_file(check->work, named->sha256, &file, &found))
        return false;
    check->checking->verified->files++;
    return found || wrong(check->work, check->seq, "a file that it names is missing");
}

static bool check_files(struct work *work, struct checking *checking, const struct entry *entry)
{
    const struct operation *operation =
        catalogue_of_entry(work->record->catalogue, entry->operation);
    struct file_check check = {work, checking, entry->seq};
    const struct file_visitor visitor = {check_file, &check};
    if (!operation)
        return wrong(work, entry->seq, "its operation is not known here");
    void *body = arena_take(work->arena, operation->output->size);
    return operation_read_body(work, operation, entry->body, body) &&
           schema_each_file(operation->output, body, &visitor);
}

/* The scratch view has the entries too: amendments read the entry that they amend. */
static bool apply_line(struct work *work, const struct checking *checking,
                       const struct ledger_line *line, const struct entry *entry)
{
    struct work *scratch = checking->scratch;
    if (view_add(scratch, &entry_table, line) && operation_apply(scratch, entry, line->hash))
        return true;
    work->fault = (struct fault){0};
    return fail(&work->fault, FAULT_STORAGE, "entry", "Entry %lld cannot be applied again: %s",
                (long long)line->seq, scratch->fault.text);
}

static bool check_checkpoints(struct work *work, struct checking *checking)
{
    for (size_t i = 0; i < checking->checkpoints.count; i++) {
        const struct checkpoint *at = &ROWS(checking->checkpoints, const struct checkpoint)[i];
        if (at->size != checking->merkle.size)
            continue;
        struct hash root = merkle_root(work->database->hasher, &checking->merkle);
        if (!checkpoint_is_ours(work, at) || at->at.usec < checking->at_usec ||
            !text_equals(at->root, hex_print(work->arena, root.bytes, HASH_BYTES)))
            return wrong(work, at->size, "the checkpoint signed there does not fit the record");
        checking->verified->checkpoints++;
    }
    return true;
}

static bool check_meaning(struct work *work, struct checking *checking,
                          const struct ledger_line *line, const struct entry *entry)
{
    return judge_again(work, checking, entry) && check_files(work, checking, entry) &&
           (!checking->scratch ||
            (apply_line(work, checking, line, entry) && check_checkpoints(work, checking)));
}

static bool check_lines(struct work *work, struct checking *checking, int64_t most, size_t *count)
{
    struct rows lines;
    struct arena_mark mark = arena_mark(work->arena);
    /* The first page begins before the first number, so that a row slipped in there is seen. */
    int64_t from = checking->seen ? checking->seen + 1 : -JSON_LARGEST;
    bool worked = ledger_lines(work, from, most, &lines);
    *count = worked ? lines.count : 0;
    for (size_t i = 0; worked && i < lines.count; i++) {
        const struct ledger_line *line = &ROWS(lines, const struct ledger_line)[i];
        struct entry entry;
        worked =
            check_line(work, checking, line, &entry) && check_meaning(work, checking, line, &entry);
        if (worked)
            memcpy(checking->last, line->hash, HASH_TEXT);
    }
    arena_rewind(work->arena, mark);
    return worked;
}

static bool check_page(struct work *work, struct checking *checking, size_t *count)
{
    struct arena_mark mark = arena_mark(checking->scratch->arena);
    bool worked = check_lines(work, checking, PAGE, count);
    arena_rewind(checking->scratch->arena, mark);
    return worked;
}

static bool begin_behind(struct work *work, struct checking *checking, int64_t seq)
{
    struct entry before = {0};
    const char *hash = NULL;
    bool found = false;
    if (seq == 0)
        return true;
    if (!ledger_read(work, seq, &before, &hash, &found))
        return false;
    if (!found)
        return wrong(work, seq, "it is missing");
    memcpy(checking->last, hash, HASH_TEXT);
    checking->at_usec = before.at.usec;
    checking->seen = seq;
    return true;
}

bool verify_range(struct work *work, int64_t first, int64_t last, struct verified *verified)
{
    struct checking checking = {.verified = verified};
    size_t count = 0;
    memset(checking.last, '0', HASH_TEXT);
    *verified = (struct verified){0};
    if (!begin_behind(work, &checking, first - 1))
        return false;
    do {
        int64_t left = last - checking.seen;
        if (!check_lines(work, &checking, left < PAGE ? left : PAGE, &count))
            return false;
    } while (count > 0 && checking.seen < last);
    verified->entries = checking.seen - first + 1;
    return true;
}

struct dumping {
    const struct table *table;
    struct hash sum; /* of everything before and the row */
};

static bool add_row(struct work *work, void *context, const void *row)
{
    struct dumping *dumping = context;
    struct text text = text_open(work->arena);
    text_add_bytes(&text, (const char *)dumping->sum.bytes, HASH_BYTES);
    schema_write(&text, dumping->table->row, row, ORDER_CANONICAL);
    dumping->sum = hasher_hash(work->database->hasher, text.bytes, text.length);
    return true;
}

static bool dump(struct work *work, const struct table *table, struct hash *sum)
{
    struct dumping dumping = {table, {{0}}};
    const struct visitor visitor = {add_row, &dumping};
    bool worked = view_each(work, table, NULL, value_text(NULL), &visitor);
    *sum = dumping.sum;
    return worked;
}

static const char *row_text(struct work *work, const struct table *table, const struct rows *rows,
                            size_t index)
{
    struct text text = text_open(work->arena);
    if (index >= rows->count)
        return "nothing";
    schema_write(&text, table->row, (const char *)rows->items + index * table->row->size,
                 ORDER_CANONICAL);
    return text.bytes;
}

static const char *shortened(struct work *work, const char *text)
{
    return arena_text(work->arena, text, text_whole(text, SHOWN_BYTES));
}

/* Only once it is known that a table differs: finds the first row that does. */
static bool name_difference(struct work *work, struct work *scratch, const struct table *table)
{
    struct rows stored;
    struct rows expected;
    if (!view_list(work, table, NULL, value_text(NULL), &stored) ||
        !view_list(scratch, table, NULL, value_text(NULL), &expected))
        return false;
    size_t index = 0;
    while (
        index < stored.count && index < expected.count &&
        text_equals(row_text(work, table, &stored, index), row_text(work, table, &expected, index)))
        index++;
    return fail(&work->fault, FAULT_STORAGE, table->name,
                "Table %s, row %zu differs from what the entries say: it holds %s instead of %s; "
                "exoledger rebuild makes it anew.",
                table->name, index + 1, shortened(work, row_text(work, table, &stored, index)),
                shortened(work, row_text(work, table, &expected, index)));
}

static bool compare_views(struct work *work, struct checking *checking)
{
    for (size_t i = 0; work->record->tables[i]; i++) {
        const struct table *table = work->record->tables[i];
        struct hash stored;
        struct hash expected;
        if (table->kind != TABLE_VIEW)
            continue;
        if (!dump(work, table, &stored) || !dump(checking->scratch, table, &expected))
            return false;
        if (!hash_equals(&stored, &expected))
            return name_difference(work, checking->scratch, table);
        checking->verified->tables++;
    }
    return true;
}

static bool create_views(struct work *work, const struct table *const *tables)
{
    if (!view_create(work, &entry_table))
        return false;
    for (size_t i = 0; tables[i]; i++)
        if (!view_create(work, tables[i]))
            return false;
    return true;
}

/* Writing a scratch view needs no durability; one transaction that is never committed. */
static bool open_scratch(struct work *work, struct work *scratch)
{
    const char *place =
        arena_print(work->arena, "%s/verify.%d.draft", work->record->folder, (int)gettid());
    scratch->record = work->record;
    scratch->now_usec = work->now_usec;
    bool worked = database_open(scratch->arena, &scratch->fault, &sqlite_engine, place,
                                ACCESS_CREATE, &scratch->database);
    const char *endings[] = {"", "-wal", "-shm"};
    worked = worked && database_step(scratch, STEP_BEGIN_WRITE) &&
             create_views(scratch, work->record->tables);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        unlink(arena_print(work->arena, "%s%s", place, endings[i]));
    if (!worked)
        work->fault = scratch->fault;
    return worked;
}

/* What the comparisons above do not read: indexes, and the keys of persons. */
static bool check_stored(struct work *work)
{
    const struct database *database = work->database;
    return (!database->engine->check || database->engine->check(database->handle, &work->fault)) &&
           person_store_check(work);
}

/* The stored checkpoints, and behind them the one that was kept elsewhere. */
static bool list_checkpoints(struct work *work, struct checking *checking)
{
    struct rows stored;
    if (!view_list(work, &checkpoint_table, NULL, value_text(NULL), &stored))
        return false;
    struct checkpoint *all = arena_take(work->arena, (stored.count + 1) * sizeof *all);
    if (stored.count)
        memcpy(all, stored.items, stored.count * sizeof *all);
    checking->checkpoints = (struct rows){stored.count, all};
    if (checking->kept)
        all[checking->checkpoints.count++] = *checking->kept;
    return !checking->kept || checkpoint_is_ours(work, checking->kept) ||
           fail(&work->fault, FAULT_STORAGE, "checkpoint",
                "The checkpoint that was kept elsewhere is not signed by the key of this record, "
                "or is about another one.");
}

static bool check_all(struct work *work, struct checking *checking)
{
    size_t count = 0;
    if (!book_check_opening(work) || !list_checkpoints(work, checking) ||
        !ledger_contains(work, &checking->outside))
        return false;
    do {
        if (!check_page(work, checking, &count))
            return false;
    } while (count > 0);
    if (!ledger_compare_tree(work, &checking->merkle))
        return false;
    struct hash root = merkle_root(work->database->hasher, &checking->merkle);
    checking->verified->entries = checking->merkle.size;
    checking->verified->unsigned_entries = checking->merkle.size - checking->outside.size;
    checking->verified->root = hex_print(work->arena, root.bytes, HASH_BYTES);
    if (checking->verified->checkpoints != (int64_t)checking->checkpoints.count)
        return fail(&work->fault, FAULT_STORAGE, "checkpoint",
                    "A checkpoint is about more entries "
                    "than the record holds.");
    return compare_views(work, checking) && check_stored(work);
}

/* A running server publishes its head a moment behind the commit; what still lies behind it then
 * was committed by somebody who stopped in between, or was never signed. */
static bool look_again(struct work *work, struct verified *verified)
{
    const struct timespec moment = {.tv_nsec = 200000000};
    struct checkpoint outside;
    if (verified->unsigned_entries == 0)
        return true;
    nanosleep(&moment, NULL);
    if (!ledger_outside(work, &outside))
        return false;
    verified->unsigned_entries =
        outside.size < verified->entries ? verified->entries - outside.size : 0;
    return true;
}

bool verify_record(struct work *work, const struct checkpoint *kept, struct verified *verified)
{
    struct work scratch = {.arena = arena_open(WORK_ARENA_BYTES)};
    struct checking checking = {.scratch = &scratch, .verified = verified, .kept = kept};
    memset(checking.last, '0', HASH_TEXT);
    *verified = (struct verified){0};
    bool worked = open_scratch(work, &scratch) && ledger_outside(work, &checking.outside) &&
                  database_step(work, STEP_BEGIN_READ) && check_all(work, &checking);
    if (scratch.database)
        worked = database_step(&scratch, STEP_ROLLBACK) && worked;
    if (!worked && work->fault.kind == FAULT_NONE)
        work->fault = scratch.fault;
    ledger_abandon(work);
    arena_close(scratch.arena);
    return worked && look_again(work, verified);
}

static bool apply_page(struct work *work, int64_t *seq, size_t *count)
{
    struct rows lines;
    struct arena_mark mark = arena_mark(work->arena);
    bool worked = ledger_lines(work, *seq, PAGE, &lines);
    *count = worked ? lines.count : 0;
    for (size_t i = 0; worked && i < lines.count; i++) {
        const struct ledger_line *line = &ROWS(lines, const struct ledger_line)[i];
        struct entry entry;
        worked = entry_parse(work->arena, &work->fault, line->bytes, &entry) &&
                 operation_apply(work, &entry, line->hash);
        *seq = line->seq + 1;
    }
    arena_rewind(work->arena, mark);
    return worked;
}

static bool rebuild(struct work *work, int64_t *entries)
{
    size_t count = 0;
    int64_t seq = 1;
    for (size_t i = 0; work->record->tables[i]; i++) {
        const struct table *table = work->record->tables[i];
        if (table->kind == TABLE_VIEW && (!view_drop(work, table) || !view_create(work, table)))
            return false;
    }
    do {
        if (!apply_page(work, &seq, &count))
            return false;
    } while (count > 0);
    *entries = seq - 1;
    return true;
}

bool verify_rebuild(struct work *work, int64_t *entries)
{
    struct ledger_head head;
    struct merkle merkle;
    if (ledger_begin(work, &head, &merkle) && rebuild(work, entries) &&
        ledger_commit(work, &head, &merkle))
        return true;
    ledger_abandon(work);
    return false;
}

bool verify_fingerprint(struct work *work, const char **fingerprint)
{
    struct text sums = text_open(work->arena);
    for (size_t i = 0; work->record->tables[i]; i++) {
        struct hash sum;
        if (work->record->tables[i]->kind != TABLE_VIEW)
            continue;
        if (!dump(work, work->record->tables[i], &sum))
            return false;
        text_add_bytes(&sums, (const char *)sum.bytes, HASH_BYTES);
    }
    struct hash hash = hasher_hash(work->database->hasher, sums.bytes, sums.length);
    *fingerprint = hex_print(work->arena, hash.bytes, HASH_BYTES);
    return true;
}
