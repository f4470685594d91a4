/* test_faults.c: is every operation all or nothing, whichever call of the database fails? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "demo.h"

#include "exchange.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STORY_BYTES = 1 << 20, MOST_KINDS = 512, MOST_CALLS = 4000, LOOK_EVERY = 32 };

/* One case of a story, as a story of its own. */
struct scene {
    const char *at; /* lines that hold until they are said again */
    const char *as;
    const char *lines; /* the others, up to the status */
    const char *kind;  /* method and path without its codes, and the status */
    int64_t status;
    bool records;
    bool has_key;
};

struct stage {
    struct demo *demo;
    const char *folder; /* where the scenes lie, beside links to the story's files */
    const char *kinds[MOST_KINDS];
    size_t kind_count;
    uint64_t draws;
    size_t scenes;
    size_t failures;
};

/* ---- cutting a story into scenes ---- */

static bool begins(const char *line, const char *word)
{
    size_t length = strlen(word);
    return strncmp(line, word, length) == 0 && (line[length] == ' ' || line[length] == '\t');
}

static bool is_request(const char *line)
{
    return begins(line, "GET") || begins(line, "POST") || begins(line, "PUT") ||
           begins(line, "PATCH") || begins(line, "DELETE");
}

/* POST /donors/D-0001/examination and a status: words with a digit in them are codes. */
static const char *kind_of(struct arena *arena, const char *line, int64_t status)
{
    size_t count = 0;
    struct text kind = text_open(arena);
    const char *request = arena_text(arena, line, strcspn(line, "{?"));
    const char **words = text_split(arena, request, '/', &count);
    for (size_t i = 0; i < count; i++)
        if (!strpbrk(words[i], "0123456789@"))
            text_print(&kind, "/%.*s", (int)strcspn(words[i], " \t\n"), words[i]);
    text_print(&kind, " %lld", (long long)status);
    return kind.bytes;
}

/* Takes the next case off the story; false at its end. */
static bool next_scene(struct arena *arena, const char **rest, struct scene *scene)
{
    struct text lines = text_open(arena);
    const char *request = "";
    scene->has_key = false;
    scene->records = false;
    while (**rest) {
        size_t length = strcspn(*rest, "\n");
        const char *line = arena_text(arena, *rest, length);
        *rest += length + ((*rest)[length] == '\n');
        if (*line == '#' || !*line)
            continue;
        if (begins(line, "at"))
            scene->at = line;
        else if (begins(line, "as"))
            scene->as = line;
        else
            text_print(&lines, "%s\n", line);
        scene->has_key = scene->has_key || begins(line, "key");
        if (is_request(line)) {
            request = line;
            scene->records = !begins(line, "GET");
        }
        if (*line >= '1' && *line <= '9') {
            scene->status = strtoll(line, NULL, 10);
            scene->lines = lines.bytes;
            scene->kind = kind_of(arena, request, scene->status);
            return true;
        }
    }
    return false;
}

static const char *write_scene(struct stage *stage, const struct scene *scene)
{
    struct arena *arena = stage->demo->work.arena;
    const char *path = arena_print(arena, "%s/scene.txt", stage->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "# A scene.\n%s\n%s\n", scene->at, scene->as);
    if (scene->records && !scene->has_key)
        fprintf(file, "key scene-%zu\n", stage->scenes);
    fputs(scene->lines, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* ---- playing one scene while the database fails ---- */

struct played {
    bool reached; /* the failing call was made */
    bool as_told; /* the answer was the one that the story tells */
};

/* fail_in: how many calls from here the database fails; 0 for never. */
static struct played play(struct stage *stage, const char *path, int64_t fail_in, FILE *out)
{
    struct work *work = &stage->demo->work;
    struct exchange_result result = {0};
    struct arena_mark mark = arena_mark(work->arena);
    int64_t fail_at = fail_in ? work->database->calls + fail_in : 0;
    work->database->fail_at = fail_at;
    bool worked = exchange_play(work, path, NULL, out, &result);
    work->database->fail_at = 0;
    struct played played = {fail_at && work->database->calls >= fail_at,
                            worked && result.passed == 1};
    if (!worked && work->fault.kind != FAULT_NONE)
        demo_check_fault(stage->demo, &work->fault);
    work->fault = (struct fault){0};
    work->actor = NULL;
    assert_null(work->scope_site);
    assert_int_equal(work->amends, 0);
    arena_rewind(work->arena, mark);
    return played;
}

static void expect_unchanged(struct stage *stage, const struct scene *scene, int64_t entries,
                             const char *fingerprint, int64_t call)
{
    struct arena_mark mark = arena_mark(stage->demo->work.arena);
    if (demo_entries(stage->demo) != entries)
        fail_msg("%s: call %lld failed and %lld entries stayed.", scene->kind, (long long)call,
                 (long long)(demo_entries(stage->demo) - entries));
    bool looks = demo_is_long() || call % LOOK_EVERY == 0;
    if (looks && !text_equals(demo_fingerprint(stage->demo), fingerprint))
        fail_msg("%s: call %lld failed and a table was changed.", scene->kind, (long long)call);
    arena_rewind(stage->demo->work.arena, mark);
}

static bool is_first_of_kind(struct stage *stage, const char *kind)
{
    for (size_t i = 0; i < stage->kind_count; i++)
        if (text_equals(stage->kinds[i], kind))
            return false;
    assert_true(stage->kind_count < MOST_KINDS);
    stage->kinds[stage->kind_count++] = arena_copy(stage->demo->arena, kind);
    return true;
}

/* Fails one call after the other until none is left to fail, which plays the scene itself. Of a
 * kind that was seen before, a few calls only. */
static bool play_through_faults(struct stage *stage, const struct scene *scene, const char *path,
                                FILE *out)
{
    int64_t entries = demo_entries(stage->demo);
    const char *fingerprint = demo_fingerprint(stage->demo);
    bool every = demo_is_long() || is_first_of_kind(stage, scene->kind);
    int64_t call = 1;
    for (; call < MOST_CALLS; call += every ? 1 : 1 + (int64_t)demo_below(&stage->draws, 60)) {
        struct played played = play(stage, path, call, out);
        if (!played.reached)
            return played.as_told;
        if (played.as_told)
            fail_msg("%s: call %lld failed and nobody noticed.", scene->kind, (long long)call);
        expect_unchanged(stage, scene, entries, fingerprint, call);
        stage->failures++;
    }
    fail_msg("%s never ends.", scene->kind);
    return false;
}

/* What was answered is answered again, and only once is it done. */
static void ask_again(struct stage *stage, const struct scene *scene, const char *path)
{
    int64_t entries = demo_entries(stage->demo);
    FILE *out = fopen("/dev/null", "w");
    assert_non_null(out);
    struct played played = play(stage, path, 0, out);
    fclose(out);
    if (!played.as_told || demo_entries(stage->demo) != entries)
        fail_msg("%s: the same key was answered otherwise, or %lld entries were added.",
                 scene->kind, (long long)(demo_entries(stage->demo) - entries));
}

static void play_scene(struct stage *stage, const struct scene *scene)
{
    struct arena_mark mark = arena_mark(stage->demo->work.arena);
    const char *path = write_scene(stage, scene);
    FILE *out = fopen("/dev/null", "w");
    assert_non_null(out);
    bool as_told = play_through_faults(stage, scene, path, out);
    fclose(out);
    if (!as_told)
        fail_msg("%s is not answered as told after the failures before it: %s", scene->kind,
                 scene->lines);
    if (scene->status == 201)
        ask_again(stage, scene, path);
    stage->scenes++;
    arena_rewind(stage->demo->work.arena, mark);
}

static const char *read_story(struct arena *arena, const char *path)
{
    char *bytes = NULL;
    size_t size = 0;
    struct fault fault = {0};
    if (!folder_read(arena, &fault, path, STORY_BYTES, &bytes, &size))
        fail_msg("%s", fault.text);
    return bytes;
}

static void link_files(const char *to, const char *from)
{
    char path[4096];
    char target[4096];
    DIR *listing = opendir(from);
    assert_non_null(listing);
    for (struct dirent *at = readdir(listing); at; at = readdir(listing)) {
        snprintf(path, sizeof path, "%s/%s", from, at->d_name);
        char *whole = at->d_name[0] == '.' ? NULL : realpath(path, NULL);
        snprintf(target, sizeof target, "%s/%s", to, at->d_name);
        if (whole)
            assert_int_equal(symlink(whole, target), 0);
        free(whole);
    }
    closedir(listing);
}

static void play_story(struct stage *stage, const char *path, size_t most)
{
    struct arena *arena = arena_open((size_t)16 << 20);
    struct scene scene = {0};
    const char *rest = read_story(arena, path);
    while (most-- && next_scene(arena, &rest, &scene))
        play_scene(stage, &scene);
    arena_close(arena);
}

/* ---- the stories ---- */

static struct stage open_stage(struct demo *demo)
{
    struct stage stage = {.demo = demo, .draws = UINT64_C(20250114)};
    stage.folder = demo_folder(demo->arena);
    if (demo->engine == &sqlite_engine)
        demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    return stage;
}

struct cited {
    const char *rules;
};

/* Every rule that refused something in the story is one that the rule book declares. */
static void check_rules(struct demo *demo)
{
    static const struct field fields[] = {FIELD(struct cited, rules, .help = "Rules")};
    static const struct schema schema = SCHEMA("cited", struct cited, fields);
    static const struct statement statement = {
        "", &schema, "SELECT DISTINCT rules FROM refusal WHERE rules IS NOT NULL"};
    struct rows rows;
    if (!database_list(&demo->work, &statement, NO_VALUES, &rows))
        fail_msg("%s", demo->work.fault.text);
    for (size_t i = 0; i < rows.count; i++) {
        struct fault fault = {.kind = FAULT_RULE, .text = "As it was refused."};
        snprintf(fault.rules, sizeof fault.rules, "%s", ROWS(rows, const struct cited)[i].rules);
        demo_check_fault(demo, &fault);
    }
}

static void close_stage(struct stage *stage)
{
    print_message("%zu scenes of %zu kinds, %zu failures of the database\n", stage->scenes,
                  stage->kind_count, stage->failures);
    demo_verify(stage->demo);
    check_rules(stage->demo);
    const char *before = demo_fingerprint(stage->demo);
    demo_rebuild(stage->demo);
    assert_string_equal(demo_fingerprint(stage->demo), before);
    demo_remove_folder(stage->folder);
}

static void every_scene_of_the_story_is_all_or_nothing(void **state)
{
    struct stage stage = open_stage(*state);
    bool is_short = stage.demo->engine == &postgres_engine && !demo_is_long();
    play_story(&stage, "tests/story/short.txt", is_short ? 10 : SIZE_MAX);
    assert_true(stage.scenes > 5 && stage.failures > 100);
    close_stage(&stage);
}

/* The exchanges at the door begin in the middle of the story, which is played without failures. */
static void play_base(struct demo *demo)
{
    struct arena *arena = arena_open((size_t)16 << 20);
    struct exchange_result result = {0};
    const char *folder = demo_folder(arena);
    const char *path = arena_print(arena, "%s/base.txt", folder);
    char *story = arena_copy(arena, read_story(arena, "tests/story/short.txt"));
    char *end = strstr(story, "\n# A fever");
    FILE *file = fopen(path, "w");
    FILE *out = tmpfile();
    assert_true(end && file && out);
    fwrite(story, 1, (size_t)(end - story) + 1, file);
    assert_int_equal(fclose(file), 0);
    bool played = exchange_play(&demo->work, path, NULL, out, &result);
    if (!played || result.failed)
        fail_msg("The base of the exchanges is not as told: %s", demo->work.fault.text);
    fclose(out);
    demo_remove_folder(folder);
    arena_close(arena);
}

static void play_exchanges(struct demo *demo, const char *path)
{
    struct stage stage = open_stage(demo);
    play_base(demo);
    link_files(stage.folder, "tests/exchanges");
    play_story(&stage, path, SIZE_MAX);
    close_stage(&stage);
}

static void every_stop_at_the_bedside_is_all_or_nothing(void **state)
{
    play_exchanges(*state, "tests/exchanges/bedside.txt");
}

static void every_correction_is_all_or_nothing(void **state)
{
    play_exchanges(*state, "tests/exchanges/corrections.txt");
}

static void every_limit_is_all_or_nothing(void **state)
{
    play_exchanges(*state, "tests/exchanges/limits.txt");
}

static void every_entry_about_a_donor_is_all_or_nothing(void **state)
{
    play_exchanges(*state, "tests/exchanges/donors.txt");
}

/* A fault while a batch is open must leave neither a lock nor an open transaction behind. */
static void a_failed_batch_leaves_the_record_free(void **state)
{
    struct demo *demo = *state;
    struct work *work = &demo->work;
    struct batch batch;
    for (int64_t call = 1; call < 4; call++) {
        work->database->fail_at = work->database->calls + call;
        bool begun = batch_begin(work, &batch);
        if (begun)
            assert_false(batch_commit(work, &batch));
        work->database->fail_at = 0;
        assert_int_equal(work->fault.kind, FAULT_STORAGE);
        work->fault = (struct fault){0};
        assert_true(batch_begin(work, &batch) && batch_commit(work, &batch));
    }
    demo_verify(demo);
}

static bool refuse_to_follow(struct work *work, const struct entry *entry, const void *body,
                             struct rows *inputs)
{
    (void)entry;
    (void)body;
    (void)inputs;
    return refuse(&work->fault, FAULT_RULE, "", "", "The test refuses what follows.");
}

/* Refused behind its own entry and tables, a request leaves the note of its refusal alone. */
static void what_was_written_before_a_refusal_is_gone(void **state)
{
    struct demo *demo = *state;
    struct record *record = demo->work.record;
    const struct catalogue *whole = record->catalogue;
    const struct consequence consequences[] = {{"donor.register", "refusal.note", refuse_to_follow},
                                               {0}};
    struct catalogue refusing = *whole;
    refusing.consequences = consequences;
    const struct demo_request asked = {
        .operation = "donor.register",
        .input = "{\"code\":\"D-0001\",\"tissue\":\"adipose\",\"sex\":\"female\","
                 "\"name\":\"Nagi Aoi\",\"birth_date\":\"1998-03-09\","
                 "\"identity_checked\":true,\"treatment_first\":true,"
                 "\"tested_person\":\"donor\",\"payment_yen\":0,\"travel_yen\":0,"
                 "\"chosen_because\":\"planned operation\"}"};
    demo_sign_in(demo, "DC1", NULL);
    int64_t before = demo_entries(demo);
    record->catalogue = &refusing;
    struct demo_answer answer = demo_ask(demo, &asked);
    record->catalogue = whole;
    assert_int_equal(answer.fault.kind, FAULT_RULE);
    assert_int_equal(demo_entries(demo), before + 1);
    demo_verify(demo);
    assert_true(demo_ask(demo, &asked).worked);
    demo_verify(demo);
}

#define ON(engine, test) cmocka_unit_test_setup_teardown(test, demo_open_##engine, demo_close)

/* The name of a test as an argument plays that one alone. */
int main(int count, char **words)
{
    const struct CMUnitTest on_sqlite[] = {
        ON(sqlite, a_failed_batch_leaves_the_record_free),
        ON(sqlite, what_was_written_before_a_refusal_is_gone),
        ON(sqlite, every_scene_of_the_story_is_all_or_nothing),
        ON(sqlite, every_correction_is_all_or_nothing),
        ON(sqlite, every_stop_at_the_bedside_is_all_or_nothing),
        ON(sqlite, every_limit_is_all_or_nothing),
        ON(sqlite, every_entry_about_a_donor_is_all_or_nothing),
    };
    const struct CMUnitTest on_postgres[] = {
        ON(postgres, a_failed_batch_leaves_the_record_free),
        ON(postgres, what_was_written_before_a_refusal_is_gone),
        ON(postgres, every_scene_of_the_story_is_all_or_nothing),
    };
    if (count > 1)
        cmocka_set_test_filter(words[1]);
    int failed = cmocka_run_group_tests_name("failing calls, on SQLite", on_sqlite, NULL, NULL);
    if (demo_server())
        failed +=
            cmocka_run_group_tests_name("failing calls, on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
