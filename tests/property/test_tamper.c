/* test_tamper.c: is any change of the entries behind the program's back found? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "small.h"

#include <stdio.h>

enum { TEXT_BYTES = 1 << 20, EVERY = 23 };

/* How far apart the bytes are that are tried. Verifying takes longer over a connection. */
static size_t stride(const struct demo *demo)
{
    if (demo_is_long())
        return 1;
    return demo->engine == &sqlite_engine ? EVERY : (size_t)EVERY * 97;
}

static struct rows lines_of(struct demo *demo)
{
    struct rows lines;
    if (!ledger_lines(&demo->work, 1, 1000, &lines))
        fail_msg("%s", demo->work.fault.text);
    assert_true(lines.count > 30);
    return lines;
}

/* The bit differs from byte to byte. A text cannot hold NUL, and the server takes UTF-8 only. */
static bool flip(const struct demo *demo, char *text, size_t at)
{
    unsigned char changed = (unsigned char)text[at] ^ (unsigned char)(1u << at % 8);
    if (!changed)
        changed = 1;
    text[at] = (char)changed;
    return demo->engine == &sqlite_engine || text_is_utf8(text, strlen(text));
}

/* Flipping is about the entries: tables that none of them writes are left out, which makes each of
 * the thousands of verifications several times faster. */
static void narrow(struct demo *demo)
{
    struct record *record = demo->work.record;
    size_t count = 0;
    const struct table **tables = arena_take(demo->work.arena, 64 * sizeof *tables);
    for (size_t i = 0; record->tables[i]; i++) {
        struct rows rows;
        if (!view_list(&demo->work, record->tables[i], NULL, value_text(NULL), &rows))
            fail_msg("%s", demo->work.fault.text);
        if (rows.count && count < 63)
            tables[count++] = record->tables[i];
    }
    record->tables = tables;
    demo_verify(demo);
}

static size_t flip_each(struct demo *demo, const struct ledger_line *line, const char *column,
                        const char *text, size_t step)
{
    size_t tried = 0;
    struct arena *arena = demo->work.arena;
    const char *sql = arena_print(arena, "UPDATE entry SET %s = $1 WHERE seq = $2", column);
    for (size_t at = (size_t)line->seq % step; at < strlen(text); at += step) {
        struct arena_mark mark = arena_mark(arena);
        char *changed = arena_copy(arena, text);
        if (flip(demo, changed, at)) {
            demo_sql(demo, sql, VALUES(value_text(changed), value_integer(line->seq)));
            small_expect_ledger_damage(demo, column, line->seq, at);
            tried++;
        }
        arena_rewind(arena, mark);
    }
    demo_sql(demo, sql, VALUES(value_text(text), value_integer(line->seq)));
    return tried;
}

static void a_flipped_bit_of_an_entry_or_its_hash_is_found(void **state)
{
    struct demo *demo = small_damaged_copy(*state);
    struct rows lines = lines_of(demo);
    size_t tried = 0;
    size_t step = stride(demo);
    narrow(demo);
    for (size_t i = 0; i < lines.count; i++) {
        const struct ledger_line *line = &ROWS(lines, const struct ledger_line)[i];
        tried += flip_each(demo, line, "bytes", line->bytes, step);
        tried += flip_each(demo, line, "hash", line->hash, step);
    }
    print_message("%zu bits flipped in %zu entries\n", tried, lines.count);
    assert_true(tried > 20);
    small_drop_copy(*state, demo);
}

static char *read_file(struct demo *demo, const char *path, size_t *size)
{
    char *bytes = NULL;
    if (!folder_read(demo->work.arena, &demo->work.fault, path, TEXT_BYTES, &bytes, size))
        fail_msg("%s", demo->work.fault.text);
    return bytes;
}

static void write_file(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void a_flipped_bit_of_the_signed_head_is_found(void **state)
{
    struct demo *demo = *state;
    size_t size = 0;
    const char *path = demo_path(demo, "head.json");
    char *bytes = read_file(demo, path, &size);
    size_t step = demo_is_long() ? 1 : EVERY / 4;
    narrow(demo);
    for (size_t at = 0; at < size; at += step) {
        char *changed = arena_text(demo->arena, bytes, size);
        changed[at] = (char)((unsigned char)changed[at] ^ (unsigned char)(1u << at % 8));
        write_file(path, changed, size);
        small_expect_ledger_damage(demo, "head.json", 0, at);
    }
    write_file(path, bytes, size / 2);
    small_expect_ledger_damage(demo, "half of head.json", 0, 0);
    remove(path);
    small_expect_ledger_damage(demo, "the missing head.json", 0, 0);
    write_file(path, bytes, size);
    demo_verify(demo);
}

static void a_changed_checkpoint_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE checkpoint SET at = at + 1",
        "UPDATE checkpoint SET size = size - 1",
        "UPDATE checkpoint SET size = size + 1",
        "UPDATE checkpoint SET root = hash FROM entry WHERE seq = 1",
        "UPDATE checkpoint SET record = 'another'",
        "UPDATE checkpoint SET key = record",
        "UPDATE checkpoint SET key = hash FROM entry WHERE seq = 1",
        "UPDATE checkpoint SET signature = root",
        "UPDATE checkpoint SET signature = NULL",
        "UPDATE checkpoint SET root = NULL",
    };
    struct demo *demo = small_damaged_copy(*state);
    struct checkpoint signed_now;
    if (!ledger_checkpoint(&demo->work, &signed_now))
        fail_msg("%s", demo->work.fault.text);
    demo_verify(demo);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        demo_sql(demo, changes[i], NO_VALUES);
        small_expect_ledger_damage(demo, changes[i], 0, 0);
        demo_sql(demo, "DELETE FROM checkpoint", NO_VALUES);
        assert_true(view_put(&demo->work, &checkpoint_table, &signed_now));
        demo_verify(demo);
    }
    small_drop_copy(*state, demo);
}

/* History is written anew by somebody who knows the format and lacks the key. */

struct forging {
    struct demo *demo;
    struct merkle merkle;
    const char *last;
};

static void forge_line(struct forging *forging, const struct ledger_line *line, bool changes)
{
    struct work *work = &forging->demo->work;
    struct entry entry;
    if (!entry_parse(work->arena, &work->fault, line->bytes, &entry))
        fail_msg("%s", work->fault.text);
    if (changes)
        entry.program = "exoledger 9.9.9";
    if (forging->last)
        entry.previous = forging->last;
    const char *bytes = entry_bytes(work->arena, &entry);
    struct hash hash = hasher_hash(work->database->hasher, bytes, strlen(bytes));
    merkle_append(work->database->hasher, &forging->merkle, &hash);
    forging->last = hex_print(work->arena, hash.bytes, HASH_BYTES);
    demo_sql(forging->demo, "UPDATE entry SET bytes = $1, hash = $2 WHERE seq = $3",
             VALUES(value_text(bytes), value_text(forging->last), value_integer(line->seq)));
}

/* Changes entry first and makes everything behind it fit again, views included. */
static void forge_from(struct demo *demo, struct rows lines, size_t first, bool with_head)
{
    struct forging forging = {.demo = demo};
    struct text peaks = text_open(demo->work.arena);
    for (size_t i = 0; i < lines.count; i++)
        forge_line(&forging, &ROWS(lines, const struct ledger_line)[i], i == first);
    for (int level = MERKLE_LEVELS - 1; level >= 0; level--)
        if (forging.merkle.size >> level & 1)
            text_add(&peaks,
                     hex_print(demo->work.arena, forging.merkle.peaks[level].bytes, HASH_BYTES));
    if (with_head)
        demo_sql(demo, "UPDATE head SET last = $1, peaks = $2",
                 VALUES(value_text(forging.last), value_text(peaks.bytes)));
    /* What rebuild does, without its commit, which would sign what it finds. */
    for (size_t i = 0; i < lines.count; i++)
        demo_sql(demo,
                 "UPDATE journal SET hash = (SELECT hash FROM entry WHERE entry.seq = "
                 "journal.seq)",
                 NO_VALUES);
}

static void restore(struct demo *demo, struct rows lines, const struct ledger_head *head)
{
    for (size_t i = 0; i < lines.count; i++) {
        const struct ledger_line *line = &ROWS(lines, const struct ledger_line)[i];
        demo_sql(demo, "UPDATE entry SET bytes = $1, hash = $2 WHERE seq = $3",
                 VALUES(value_text(line->bytes), value_text(line->hash), value_integer(line->seq)));
    }
    demo_sql(demo, "UPDATE head SET last = $1, peaks = $2",
             VALUES(value_text(head->last), value_text(head->peaks)));
    demo_sql(demo,
             "UPDATE journal SET hash = (SELECT hash FROM entry WHERE entry.seq = "
             "journal.seq)",
             NO_VALUES);
    demo_verify(demo);
}

static void history_written_anew_is_found_by_the_signed_head(void **state)
{
    struct demo *demo = small_damaged_copy(*state);
    struct rows lines = lines_of(demo);
    struct ledger_head head = {0};
    bool found = false;
    assert_true(view_find(&demo->work, &head_table, VALUES(value_integer(1)), &head, &found));
    const size_t firsts[] = {0, lines.count / 2, lines.count - 1};
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        for (int with_head = 0; with_head < 2; with_head++) {
            forge_from(demo, lines, firsts[i], with_head);
            struct fault fault = demo_damage(demo);
            if (fault.kind == FAULT_NONE)
                fail_msg("Everything from entry %zu on was written anew, %s its head, and verify "
                         "finds nothing.",
                         firsts[i] + 1, with_head ? "with" : "without");
            restore(demo, lines, &head);
        }
    small_drop_copy(*state, demo);
}

/* Puts a head beside the database that was signed when it held the first size lines. */
static void sign_then(struct demo *demo, struct rows lines, int64_t size)
{
    struct work *work = &demo->work;
    struct ledger_head head = {.size = size};
    struct merkle merkle = {0};
    struct checkpoint then;
    struct text text = text_open(work->arena);
    for (int64_t i = 0; i < size; i++) {
        struct hash leaf;
        assert_true(
            hex_parse(ROWS(lines, const struct ledger_line)[i].hash, leaf.bytes, HASH_BYTES));
        merkle_append(work->database->hasher, &merkle, &leaf);
    }
    assert_true(ledger_sign(work, &head, &merkle, &then));
    schema_write(&text, &checkpoint_schema, &then, ORDER_CANONICAL);
    write_file(demo_path(demo, "head.json"), text.bytes, text.length);
}

static bool is_trusted(struct demo *demo)
{
    bool trusted = ledger_compare_head(&demo->work);
    assert_int_equal(trusted, demo->work.fault.kind == FAULT_NONE);
    demo->work.fault = (struct fault){0};
    return trusted;
}

/* As after a kill between a commit and the head that tells of it. */
static void entries_behind_the_signed_head_are_followed_from_it(void **state)
{
    struct demo *demo = small_damaged_copy(*state);
    struct rows lines = lines_of(demo);
    int64_t count = (int64_t)lines.count;
    const char *wrong = ROWS(lines, const struct ledger_line)[0].hash;
    for (int64_t size = 1; size <= count; size++) {
        sign_then(demo, lines, size);
        assert_true(is_trusted(demo));
        for (int64_t seq = size + 1; seq <= count; seq++) {
            const char *right = ROWS(lines, const struct ledger_line)[seq - 1].hash;
            struct value number = value_integer(seq);
            demo_sql(demo, "UPDATE entry SET hash = $1 WHERE seq = $2",
                     VALUES(value_text(wrong), number));
            if (is_trusted(demo))
                fail_msg("Signed at %lld, entry %lld is another, and nobody sees it.",
                         (long long)size, (long long)seq);
            demo_sql(demo, "UPDATE entry SET hash = $1 WHERE seq = $2",
                     VALUES(value_text(right), number));
        }
    }
    small_drop_copy(*state, demo);
}

static void a_missing_or_added_entry_is_found(void **state)
{
    static const char *const changes[] = {
        "DELETE FROM entry WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 10",
        "DELETE FROM entry WHERE seq = (SELECT MAX(seq) FROM entry)",
        "DELETE FROM entry",
        "INSERT INTO entry SELECT MAX(seq) + 1, MAX(hash), MAX(bytes) FROM entry",
        "INSERT INTO entry (seq, hash, bytes) SELECT 0, MAX(hash), MAX(bytes) FROM entry",
        "UPDATE entry SET seq = 1000 WHERE seq = 10",
        "UPDATE entry SET seq = seq + 1000",
        "UPDATE entry SET bytes = NULL WHERE seq = 5",
        "UPDATE entry SET hash = NULL WHERE seq = 5",
        "UPDATE entry SET bytes = '' WHERE seq = 5",
        "DELETE FROM head",
        "UPDATE head SET peaks = NULL",
        "UPDATE head SET last = NULL",
        "UPDATE head SET size = size - 1",
        "UPDATE head SET peaks = ''",
    };
    struct demo *whole = *state;
    struct rows lines = lines_of(whole);
    if (whole->engine == &postgres_engine)
        return; /* the same rows in the same tables; a server's folder cannot be copied */
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct demo *demo = small_damaged_copy(whole);
        demo_sql(demo, changes[i], NO_VALUES);
        small_expect_ledger_damage(demo, changes[i], 0, 0);
        demo_remove(demo);
    }
    assert_true(lines.count > 30);
}

#define ON(engine, test) cmocka_unit_test_setup_teardown(test, small_open_##engine, demo_close)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        ON(sqlite, a_flipped_bit_of_an_entry_or_its_hash_is_found),
        ON(sqlite, a_flipped_bit_of_the_signed_head_is_found),
        ON(sqlite, a_changed_checkpoint_is_found),
        ON(sqlite, history_written_anew_is_found_by_the_signed_head),
        ON(sqlite, entries_behind_the_signed_head_are_followed_from_it),
        ON(sqlite, a_missing_or_added_entry_is_found),
    };
    const struct CMUnitTest on_postgres[] = {
        ON(postgres, a_flipped_bit_of_an_entry_or_its_hash_is_found),
        ON(postgres, a_flipped_bit_of_the_signed_head_is_found),
        ON(postgres, a_changed_checkpoint_is_found),
        ON(postgres, history_written_anew_is_found_by_the_signed_head),
        ON(postgres, entries_behind_the_signed_head_are_followed_from_it),
    };
    int failed = cmocka_run_group_tests_name("tampering, on SQLite", on_sqlite, NULL, NULL);
    if (demo_server())
        failed += cmocka_run_group_tests_name("tampering, on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
