/* test_record.c: a record that this program cannot read is refused and left as it is. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "catalogue.h"
#include "demo.h"

#include <stdio.h>
#include <unistd.h>

enum { FILE_BYTES = 1 << 24 };

static const char *const kept[] = {"record.json", "record.db", "persons", "checkpoint.key"};
enum { KEPT = sizeof kept / sizeof *kept };

static const char *inside(struct arena *arena, const char *folder, const char *name)
{
    return arena_print(arena, "%s/%s", folder, name);
}

static struct hash hash_of(struct arena *arena, const char *path)
{
    struct fault fault = {0};
    char *bytes = NULL;
    size_t size = 0;
    if (!folder_read(arena, &fault, path, FILE_BYTES, &bytes, &size))
        fail_msg("%s", fault.text);
    return hasher_hash(hasher_open(arena), bytes, size);
}

static void make_record(const char *folder)
{
    struct work work = {.arena = arena_open(WORK_ARENA_BYTES)};
    const struct record_settings settings = {NULL, true};
    if (!record_create(&work, folder, &settings, catalogue_tables) || !record_finish(&work))
        fail_msg("%s", work.fault.text);
    arena_close(work.arena);
}

static void write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static struct fault open_refused(const char *folder)
{
    struct work work = {.arena = arena_open(WORK_ARENA_BYTES)};
    assert_false(record_open(&work, folder, catalogue_tables, ACCESS_WRITE));
    struct fault fault = work.fault;
    arena_close(work.arena);
    return fault;
}

static void a_record_of_a_newer_program_is_refused_and_untouched(void **state)
{
    (void)state;
    struct arena *arena = arena_open((size_t)1 << 26);
    const char *outer = demo_folder(arena);
    const char *folder = inside(arena, outer, "record");
    struct hash before[KEPT];
    make_record(folder);
    write_text(inside(arena, folder, "record.json"),
               "{\"format\":3,\"identifier\":\"00\",\"something\":\"new\"}\n");
    for (size_t i = 0; i < KEPT; i++)
        before[i] = hash_of(arena, inside(arena, folder, kept[i]));
    struct fault fault = open_refused(folder);
    assert_int_equal(fault.kind, FAULT_CONFLICT);
    assert_non_null(strstr(fault.text, "format 3"));
    for (size_t i = 0; i < KEPT; i++) {
        struct hash after = hash_of(arena, inside(arena, folder, kept[i]));
        assert_true(hash_equals(&before[i], &after));
    }
    demo_remove_folder(folder);
    demo_remove_folder(outer);
    arena_close(arena);
}

static void a_folder_without_a_record_says_how_to_make_one(void **state)
{
    (void)state;
    struct arena *arena = arena_open((size_t)1 << 20);
    const char *folder = demo_folder(arena);
    struct fault fault = open_refused(folder);
    assert_int_equal(fault.kind, FAULT_MISSING);
    assert_non_null(strstr(fault.text, "exoledger init"));
    demo_remove_folder(folder);
    arena_close(arena);
}

static void a_second_record_is_not_made_over_the_first(void **state)
{
    (void)state;
    struct arena *arena = arena_open((size_t)1 << 26);
    const char *outer = demo_folder(arena);
    const char *folder = inside(arena, outer, "record");
    struct work work = {.arena = arena_open(WORK_ARENA_BYTES)};
    const struct record_settings settings = {NULL, true};
    make_record(folder);
    struct hash before = hash_of(arena, inside(arena, folder, "checkpoint.key"));
    assert_false(record_create(&work, folder, &settings, catalogue_tables));
    assert_int_equal(work.fault.kind, FAULT_CONFLICT);
    struct hash after = hash_of(arena, inside(arena, folder, "checkpoint.key"));
    assert_true(hash_equals(&before, &after));
    arena_close(work.arena);
    demo_remove_folder(folder);
    demo_remove_folder(outer);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_of_a_newer_program_is_refused_and_untouched),
        cmocka_unit_test(a_folder_without_a_record_says_how_to_make_one),
        cmocka_unit_test(a_second_record_is_not_made_over_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
