/* keeping.c: a copy is a record again, with the same root. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "keeping.h"

#include "chain/proof.h"
#include "verify.h"

#include <string.h>

enum { PAGE = 200 };

/* In one transaction, so that nobody writes between the signature and the path. */
bool keeping_prove_entry(struct work *work, int64_t seq, FILE *out)
{
    struct text proof = text_open(work->arena);
    struct ledger_line line = {0};
    bool worked = database_step(work, STEP_BEGIN_READ) && proof_find(work, seq, &line) &&
                  proof_of_entry(work, &line, &proof);
    ledger_abandon(work);
    if (worked)
        fprintf(out, "%s\n", proof.bytes);
    return worked;
}

bool keeping_prove_growth(struct work *work, int64_t older, FILE *out)
{
    struct text proof = text_open(work->arena);
    bool worked = database_step(work, STEP_BEGIN_READ) && proof_of_growth(work, older, &proof);
    ledger_abandon(work);
    if (worked)
        fprintf(out, "%s\n", proof.bytes);
    return worked;
}

/* A fault of the copy is told to whoever asked for it. */
static bool carry(struct work *from, const struct work *to)
{
    if (from->fault.kind == FAULT_NONE)
        from->fault = to->fault;
    return false;
}

static bool copy_lines(struct work *from, struct work *to, struct ledger_head *head,
                       struct merkle *merkle)
{
    size_t count = 0;
    do {
        struct rows lines;
        struct arena_mark mark = arena_mark(from->arena);
        if (!ledger_lines(from, head->size + 1, PAGE, &lines))
            return false;
        count = lines.count;
        for (size_t i = 0; i < count; i++) {
            const struct ledger_line *line = &ROWS(lines, const struct ledger_line)[i];
            struct entry entry;
            struct arena_mark to_mark = arena_mark(to->arena);
            if (!entry_parse(to->arena, &to->fault, line->bytes, &entry) ||
                !view_add(to, &entry_table, line) || !operation_apply(to, &entry, line->hash))
                return carry(from, to);
            struct hash leaf = hasher_hash(to->database->hasher, line->bytes, strlen(line->bytes));
            head->at_usec = entry.at.usec;
            arena_rewind(to->arena, to_mark);
            head->last = arena_copy(to->arena, line->hash);
            head->size = line->seq;
            merkle_append(to->database->hasher, merkle, &leaf);
        }
        arena_rewind(from->arena, mark);
    } while (count > 0);
    return true;
}

static bool copy_rows(struct work *from, struct work *to, const struct table *table)
{
    struct rows rows;
    if (!view_list(from, table, NULL, value_text(NULL), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const char *row = (const char *)rows.items + i * table->row->size;
        bool copied =
            table->kind == TABLE_LEDGER ? view_add(to, table, row) : view_put(to, table, row);
        if (!copied)
            return carry(from, to);
    }
    return true;
}

/* Files may be large: one after the other. */
static bool copy_files(struct work *from, struct work *to)
{
    struct rows names;
    if (!ledger_file_names(from, &names))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        struct file file = {0};
        bool found = false;
        struct arena_mark mark = arena_mark(from->arena);
        struct arena_mark to_mark = arena_mark(to->arena);
        if (!ledger_load_file(from, ROWS(names, const struct file_name)[i].sha256, &file, &found))
            return false;
        if (!ledger_keep_file(to, &file))
            return carry(from, to);
        arena_rewind(from->arena, mark);
        arena_rewind(to->arena, to_mark);
    }
    return true;
}

static bool copy_all(struct work *from, struct work *to, int64_t *entries)
{
    struct ledger_head head;
    struct merkle merkle;
    struct checkpoint before;
    struct checkpoint after;
    if (!proof_sign(from, &before))
        return false;
    if (!ledger_begin(to, &head, &merkle))
        return carry(from, to);
    if (!copy_lines(from, to, &head, &merkle) || !copy_files(from, to) ||
        !copy_rows(from, to, &checkpoint_table) || !copy_rows(from, to, &secret_table) ||
        !copy_rows(from, to, &retry_table)) {
        ledger_abandon(to);
        return false;
    }
    *entries = head.size;
    if (!ledger_sign(to, &head, &merkle, &after) || !text_equals(before.root, after.root)) {
        ledger_abandon(to);
        return fail(&from->fault, FAULT_STORAGE, "record",
                    "The copy has another root than the "
                    "record; nothing was kept.");
    }
    return ledger_commit(to, &head, &merkle) || carry(from, to);
}

/* Keys last: whoever was registered while the entries were copied has one as well. */
bool keeping_copy(struct work *from, const char *folder, const char *server, bool with_keys,
                  const char *keys, int64_t *entries)
{
    struct work to = {.arena = arena_open(WORK_ARENA_BYTES), .now_usec = from->now_usec};
    bool worked = database_step(from, STEP_BEGIN_READ) &&
                  (record_create_copy(&to, folder, server, from, with_keys) || carry(from, &to)) &&
                  copy_all(from, &to, entries) && (!keys || record_copy_keys(from, keys)) &&
                  (record_finish(&to) || carry(from, &to));
    ledger_abandon(from);
    arena_close(to.arena);
    return worked;
}
