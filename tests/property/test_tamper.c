/* test_tamper.c: is any change behind the program's back found, wherever it is made? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "demo.h"

#include "exchange.h"

#include <stdio.h>
#include <unistd.h>

static const char story[] = "data/story/short.txt";
enum { TEXT_BYTES = 1 << 20, EVERY = 7 };

/* ---- a small record, and the way around its triggers ---- */

static void write_table(const char *folder, const char *name, const char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const char first_roles[] = "code\tname\tname_ja\tpermissions\tapart\tbasis\n"
                                  "worker\tworker\t担当\tDONOR_READ DONOR_WRITE DONOR_EXAMINE "
                                  "PERSON_READ LOT_HOLD LOT_LIFT\t\ttest\n"
                                  "chief\tchief\t責任者\tRULES_APPROVE RULES_COUNTERSIGN "
                                  "PERSON_ERASE PERSON_COUNTERSIGN\t\ttest\n";
static const char first_sites[] = "code\tname\tkind\nM\tMaker\tmaker\n";
static const char first_accounts[] = "account\tname\tsite\troles\n"
                                     "W1\t早瀬 みのり\tM\tworker\n"
                                     "C1\t久遠 誠\tM\tchief\n"
                                     "C2\t榊 千歳\tM\tchief\n";

/* Nothing needs to be durable here, and the record's owner can always put triggers aside. */
static void put_guards_aside(struct demo *demo)
{
    static const char *const tables[] = {"entry", "file", "checkpoint"};
    struct arena *arena = demo->work.arena;
    if (demo->engine == &sqlite_engine)
        demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (demo->engine == &sqlite_engine) {
            demo_sql(demo, arena_print(arena, "DROP TRIGGER %s_no_UPDATE", tables[i]), NO_VALUES);
            demo_sql(demo, arena_print(arena, "DROP TRIGGER %s_no_DELETE", tables[i]), NO_VALUES);
        } else {
            demo_sql(demo, arena_print(arena, "GRANT ALL ON %s TO CURRENT_USER", tables[i]),
                     NO_VALUES);
            demo_sql(demo, arena_print(arena, "ALTER TABLE %s DISABLE TRIGGER USER", tables[i]),
                     NO_VALUES);
        }
}

static void approve(struct demo *demo, const char *code, int years)
{
    const struct demo_request asked = {
        .operation = "ruleset.approve",
        .input = arena_print(demo->work.arena,
                             "{\"code\":\"%s\",\"settings\":[{\"key\":\"retention_years\","
                             "\"value\":\"%d\",\"basis\":\"test\",\"sure\":\"G\"}]}",
                             code, years),
        .witness = "C2",
    };
    demo_sign_in(demo, "C1", "M");
    struct demo_answer answer = demo_ask(demo, &asked);
    if (!answer.worked)
        fail_msg("%s", answer.fault.text);
}

static void register_donor(struct demo *demo, const char *code, const char *name)
{
    demo_do(demo, "donor.register",
            arena_print(demo->work.arena,
                        "{\"code\":\"%s\",\"tissue\":\"adipose\",\"sex\":\"female\",\"name\":"
                        "\"%s\",\"birth_date\":\"1998-03-09\",\"identity_checked\":true,"
                        "\"treatment_first\":true,\"chosen_because\":\"planned operation\"}",
                        code, name));
}

static const char erased_name[] = "Hasumi Sakura";

static void live(struct demo *demo)
{
    struct arena *arena = demo->work.arena;
    approve(demo, "RS-1", 30);
    demo_sign_in(demo, "W1", "M");
    register_donor(demo, "D-0001", erased_name);
    for (int i = 2; i < 16; i++) {
        demo->work.now_usec += USEC_PER_MINUTE;
        register_donor(demo, arena_print(arena, "D-%04d", i), "蓮見 さくら");
    }
    for (int i = 1; i < 7; i++)
        demo_do(demo, "hold.place",
                arena_print(arena, "{\"subject\":\"donor:D-%04d\",\"why\":\"deviation\"}", i));
    demo_do(demo, "donor.examine",
            "{\"donor\":\"D-0001\",\"history\":\"clear\",\"examination\":"
            "\"clear\",\"examined_on\":\"2025-01-14\"}");
}

static struct demo *small_record(const struct engine *engine)
{
    struct arena *arena = arena_open(TEXT_BYTES);
    const char *tables = demo_folder(arena);
    write_table(tables, "roles.tsv", first_roles);
    write_table(tables, "demo_sites.tsv", first_sites);
    write_table(tables, "demo_accounts.tsv", first_accounts);
    struct demo *demo = demo_make(engine, tables);
    demo_remove_folder(tables);
    arena_close(arena);
    live(demo);
    demo_verify(demo);
    return demo;
}

static int open_sqlite(void **state)
{
    *state = small_record(&sqlite_engine);
    return 0;
}

static int open_postgres(void **state)
{
    *state = small_record(&postgres_engine);
    return 0;
}

/* A copy to damage; on the server there is none, and the test has the record for itself. */
static struct demo *damaged_copy(struct demo *demo)
{
    struct demo *copy = demo->engine == &sqlite_engine ? demo_copy(demo) : demo;
    put_guards_aside(copy);
    return copy;
}

static void drop_copy(const struct demo *demo, struct demo *copy)
{
    demo_verify(copy);
    if (copy != demo)
        demo_remove(copy);
}

/* ---- one byte ---- */

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

static void expect_damage(struct demo *demo, const char *what, int64_t seq, size_t at)
{
    struct fault fault = demo_damage(demo);
    if (fault.kind == FAULT_NONE)
        fail_msg("%s of entry %lld, byte %zu: changed and not found.", what, (long long)seq, at);
    demo_check_fault(demo, &fault);
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
            expect_damage(demo, column, line->seq, at);
            tried++;
        }
        arena_rewind(arena, mark);
    }
    demo_sql(demo, sql, VALUES(value_text(text), value_integer(line->seq)));
    return tried;
}

static void a_flipped_bit_of_an_entry_or_its_hash_is_found(void **state)
{
    struct demo *demo = damaged_copy(*state);
    struct rows lines = lines_of(demo);
    size_t tried = 0;
    size_t step = stride(demo);
    for (size_t i = 0; i < lines.count; i++) {
        const struct ledger_line *line = &ROWS(lines, const struct ledger_line)[i];
        tried += flip_each(demo, line, "bytes", line->bytes, step);
        tried += flip_each(demo, line, "hash", line->hash, step);
    }
    print_message("%zu bits flipped in %zu entries\n", tried, lines.count);
    assert_true(tried > 20);
    drop_copy(*state, demo);
}

static char *read_file(struct demo *demo, const char *path, size_t *size)
{
    char *bytes = NULL;
    if (!record_read_file(demo->work.arena, &demo->work.fault, path, TEXT_BYTES, &bytes, size))
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
    size_t step = demo->engine == &sqlite_engine ? 1 : EVERY;
    for (size_t at = 0; at < size; at += step) {
        char *changed = arena_text(demo->arena, bytes, size);
        changed[at] = (char)((unsigned char)changed[at] ^ (unsigned char)(1u << at % 8));
        write_file(path, changed, size);
        expect_damage(demo, "head.json", 0, at);
    }
    write_file(path, bytes, size / 2);
    expect_damage(demo, "half of head.json", 0, 0);
    remove(path);
    expect_damage(demo, "the missing head.json", 0, 0);
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
    struct demo *demo = damaged_copy(*state);
    struct checkpoint signed_now;
    if (!ledger_checkpoint(&demo->work, &signed_now))
        fail_msg("%s", demo->work.fault.text);
    demo_verify(demo);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        demo_sql(demo, changes[i], NO_VALUES);
        expect_damage(demo, changes[i], 0, 0);
        demo_sql(demo, "DELETE FROM checkpoint", NO_VALUES);
        assert_true(view_put(&demo->work, &checkpoint_table, &signed_now));
        demo_verify(demo);
    }
    drop_copy(*state, demo);
}

/* ---- history written anew by somebody who knows the format and lacks the key ---- */

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
    struct demo *demo = damaged_copy(*state);
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
    drop_copy(*state, demo);
}

static void a_missing_or_added_entry_is_found(void **state)
{
    static const char *const changes[] = {
        "DELETE FROM entry WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 10",
        "DELETE FROM entry WHERE seq = (SELECT MAX(seq) FROM entry)",
        "DELETE FROM entry",
        "INSERT INTO entry (seq, hash, bytes) SELECT MAX(seq) + 1, MAX(hash), MAX(bytes) FROM "
        "entry",
        "INSERT INTO entry (seq, hash, bytes) SELECT 0, MAX(hash), MAX(bytes) FROM entry",
        "UPDATE entry SET seq = 1000 WHERE seq = 10",
        "UPDATE entry SET seq = seq + 1000",
        "DELETE FROM head",
        "UPDATE head SET size = size - 1",
        "UPDATE head SET peaks = ''",
    };
    struct demo *whole = *state;
    struct rows lines = lines_of(whole);
    if (whole->engine == &postgres_engine)
        return; /* the same rows in the same tables; a server's folder cannot be copied */
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct demo *demo = damaged_copy(whole);
        demo_sql(demo, changes[i], NO_VALUES);
        expect_damage(demo, changes[i], 0, 0);
        demo_remove(demo);
    }
    assert_true(lines.count > 30);
}

/* ---- tables that follow from the entries ---- */

/* What the program reads as something else; a number far enough that no key is met twice. */
static const char *change_of(struct arena *arena, const struct field *field)
{
    const char *name = field->name;
    switch (field->kind) {
    case FIELD_FLAG:
        return arena_print(arena, "1 - COALESCE(%s, 0)", name);
    case FIELD_INTEGER:
    case FIELD_COUNT:
    case FIELD_INSTANT:
        return arena_print(arena, "COALESCE(%s, 0) + 1000000", name);
    case FIELD_REAL:
        return arena_print(arena, "'1' || COALESCE(%s, '')", name);
    case FIELD_TEXT:
    case FIELD_DATE:
    case FIELD_FILE:
        return arena_print(arena, "COALESCE(%s, '') || 'x'", name);
    case FIELD_LIST:
    case FIELD_RECORD:
        return arena_print(arena, "REPLACE(%s, '\":\"', '\":\"x')", name);
    case FIELD_UNSET:
        break;
    }
    fail_msg("The column %s has no kind.", name);
    return NULL;
}

static int64_t count_rows(struct demo *demo, const char *condition)
{
    struct ledger_head counted = {0};
    bool found = false;
    const struct schema *schema = ledger_statements[LEDGER_STATEMENTS - 2].gives;
    const struct statement statement = {
        "", schema, arena_print(demo->work.arena, "SELECT COUNT(*) AS size FROM %s", condition)};
    if (!database_find(&demo->work, &statement, NO_VALUES, &counted, &found))
        fail_msg("%s", demo->work.fault.text);
    return counted.id; /* the one member that the statement fills lies first */
}

static void expect_table_named(struct demo *demo, const struct table *table, const char *what)
{
    struct fault fault = demo_damage(demo);
    if (fault.kind == FAULT_NONE)
        fail_msg("Table %s, %s: changed and not found.", table->name, what);
    demo_check_fault(demo, &fault);
    if (!text_equals(fault.field, table->name))
        fail_msg("Table %s, %s: verify names %s instead: %s", table->name, what, fault.field,
                 fault.text);
}

static void keep(struct demo *demo, const struct table *table)
{
    struct arena *arena = demo->work.arena;
    demo_sql(demo, arena_print(arena, "CREATE TABLE kept AS SELECT * FROM %s", table->name),
             NO_VALUES);
}

static void bring_back(struct demo *demo, const struct table *table)
{
    struct arena *arena = demo->work.arena;
    demo_sql(demo, arena_print(arena, "DELETE FROM %s", table->name), NO_VALUES);
    demo_sql(demo, arena_print(arena, "INSERT INTO %s SELECT * FROM kept", table->name), NO_VALUES);
}

static void change_column(struct demo *demo, const struct table *table, const struct field *field)
{
    struct arena *arena = demo->work.arena;
    bool nests = field->kind == FIELD_LIST || field->kind == FIELD_RECORD;
    const char *some = arena_print(arena, "%s WHERE %s LIKE '%%\":\"%%'", table->name, field->name);
    if (nests && count_rows(demo, some) == 0)
        return;
    demo_sql(demo,
             arena_print(arena, "UPDATE %s SET %s = %s", table->name, field->name,
                         change_of(arena, field)),
             NO_VALUES);
    expect_table_named(demo, table, field->name);
    bring_back(demo, table);
}

static void change_rows(struct demo *demo, const struct table *table)
{
    struct arena *arena = demo->work.arena;
    const char *key = table->row->fields[0].name;
    demo_sql(demo,
             arena_print(arena, "DELETE FROM %s WHERE %s = (SELECT MAX(%s) FROM %s)", table->name,
                         key, key, table->name),
             NO_VALUES);
    expect_table_named(demo, table, "a row removed");
    bring_back(demo, table);
}

/* Every column of every table that has rows; or the last column alone. */
static size_t change_tables(struct demo *demo, bool every_column)
{
    size_t changed = 0;
    for (size_t i = 0; catalogue_tables[i]; i++) {
        const struct table *table = catalogue_tables[i];
        struct arena_mark mark = arena_mark(demo->work.arena);
        if (table->kind != TABLE_VIEW || count_rows(demo, table->name) == 0)
            continue;
        keep(demo, table);
        for (size_t j = every_column ? 0 : table->row->count - 1; j < table->row->count; j++)
            change_column(demo, table, &table->row->fields[j]);
        change_rows(demo, table);
        demo_sql(demo, "DROP TABLE kept", NO_VALUES);
        arena_rewind(demo->work.arena, mark);
        changed++;
    }
    demo_verify(demo);
    return changed;
}

static void a_changed_cell_is_found_and_its_table_named(void **state)
{
    struct demo *demo = *state;
    if (demo->engine == &sqlite_engine)
        demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    assert_true(change_tables(demo, demo->engine == &sqlite_engine) > 8);
}

static void rebuild_mends_every_table_and_changes_nothing_else(void **state)
{
    struct demo *demo = *state;
    const char *before = demo_fingerprint(demo);
    int64_t entries = demo_entries(demo);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    demo_sql(demo, "DELETE FROM journal", NO_VALUES);
    demo_sql(demo, "UPDATE donor SET name = 'somebody'", NO_VALUES);
    demo_sql(demo, "UPDATE assignment SET role = 'chief'", NO_VALUES);
    assert_string_not_equal(demo_fingerprint(demo), before);
    assert_int_not_equal(demo_damage(demo).kind, FAULT_NONE);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    assert_int_equal(demo_entries(demo), entries);
    demo_verify(demo);
}

static void the_database_itself_refuses_to_change_the_ledger(void **state)
{
    static const char *const changes[] = {"UPDATE entry SET hash = hash", "DELETE FROM entry",
                                          "UPDATE file SET name = name", "DELETE FROM file",
                                          "DELETE FROM checkpoint"};
    struct demo *demo = *state;
    struct checkpoint now;
    assert_true(ledger_checkpoint(&demo->work, &now));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const struct statement statement = {.takes = "", .sql = changes[i]};
        bool changed = database_run(&demo->work, &statement, NO_VALUES);
        bool is_empty_file = strstr(changes[i], "file") && demo->engine == &sqlite_engine;
        if (changed != is_empty_file) /* SQLite asks its triggers row by row, and there is none */
            fail_msg("%s: %s", changes[i], changed ? "done" : demo->work.fault.text);
        demo->work.fault = (struct fault){0};
    }
    demo_verify(demo);
}

/* ---- the story: more tables, and files ---- */

static int open_story(void **state)
{
    struct demo *demo = demo_make(&sqlite_engine, NULL);
    struct exchange_result result = {0};
    FILE *out = tmpfile();
    *state = demo;
    if (access(story, R_OK) != 0)
        return 0;
    demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    bool played = exchange_play(&demo->work, story, NULL, out, &result);
    print_message("%lld cases of %s played, %lld as told\n",
                  (long long)(result.passed + result.failed), story, (long long)result.passed);
    fclose(out);
    if (!played)
        print_message("The story stops: %s\n", demo->work.fault.text);
    demo_reopen(demo);
    return 0;
}

static void a_played_story_rebuilds_to_the_same_tables(void **state)
{
    struct demo *demo = *state;
    const char *before = demo_fingerprint(demo);
    demo_verify(demo);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    demo_verify(demo);
}

static void a_changed_cell_of_the_story_is_found(void **state)
{
    struct demo *demo = *state;
    demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    print_message("%zu tables changed\n", change_tables(demo, demo_is_long()));
}

static void a_changed_file_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE file SET base64 = 'AAAA' || SUBSTR(base64, 5)",
        "UPDATE file SET base64 = SUBSTR(base64, 1, LENGTH(base64) - 4)",
        "UPDATE file SET base64 = ''",
        "UPDATE file SET size = size + 1",
        "UPDATE file SET sha256 = 'x' || sha256",
        "DELETE FROM file"};
    struct demo *demo = *state;
    if (count_rows(demo, "file") == 0) {
        print_message("SKIPPED: the story kept no file.\n");
        return;
    }
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct demo *copy = damaged_copy(demo);
        demo_sql(copy, changes[i], NO_VALUES);
        expect_damage(copy, changes[i], 0, 0);
        demo_remove(copy);
    }
}

/* ---- */

#define ON(engine, test) cmocka_unit_test_setup_teardown(test, open_##engine, demo_close)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        ON(sqlite, a_flipped_bit_of_an_entry_or_its_hash_is_found),
        ON(sqlite, a_flipped_bit_of_the_signed_head_is_found),
        ON(sqlite, a_changed_checkpoint_is_found),
        ON(sqlite, history_written_anew_is_found_by_the_signed_head),
        ON(sqlite, a_missing_or_added_entry_is_found),
        ON(sqlite, a_changed_cell_is_found_and_its_table_named),
        ON(sqlite, rebuild_mends_every_table_and_changes_nothing_else),
        ON(sqlite, the_database_itself_refuses_to_change_the_ledger),
    };
    const struct CMUnitTest on_postgres[] = {
        ON(postgres, a_flipped_bit_of_an_entry_or_its_hash_is_found),
        ON(postgres, a_flipped_bit_of_the_signed_head_is_found),
        ON(postgres, a_changed_checkpoint_is_found),
        ON(postgres, history_written_anew_is_found_by_the_signed_head),
        ON(postgres, a_changed_cell_is_found_and_its_table_named),
        ON(postgres, rebuild_mends_every_table_and_changes_nothing_else),
        ON(postgres, the_database_itself_refuses_to_change_the_ledger),
    };
    const struct CMUnitTest on_story[] = {
        cmocka_unit_test(a_played_story_rebuilds_to_the_same_tables),
        cmocka_unit_test(a_changed_cell_of_the_story_is_found),
        cmocka_unit_test(a_changed_file_is_found),
    };
    int failed = cmocka_run_group_tests_name("tampering, on SQLite", on_sqlite, NULL, NULL);
    failed +=
        cmocka_run_group_tests_name("tampering with the story", on_story, open_story, demo_close);
    if (demo_server())
        failed += cmocka_run_group_tests_name("tampering, on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
