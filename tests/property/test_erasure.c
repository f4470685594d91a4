/* test_erasure.c: once a person is erased, does nothing that lies anywhere bring the person back?
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "small.h"

#include "base/time.h"
#include "crew/erasure.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

enum { FILE_BYTES = 16 << 20 };

static void set_clock(struct demo *demo, const char *at)
{
    int zone_minutes = 0;
    assert_true(instant_parse(at, &demo->work.now_usec, &zone_minutes));
}

static struct demo_answer ask_erasure(struct demo *demo, const char *person)
{
    const struct demo_request asked = {
        .operation = "person.erase",
        .input =
            arena_print(demo->work.arena, "{\"person\":\"%s\",\"why\":\"retention_over\"}", person),
        .witness = "C2",
    };
    demo_sign_in(demo, "C1", "M");
    return demo_ask(demo, &asked);
}

static void refuse_erasure(struct demo *demo, const char *person, const char *at)
{
    set_clock(demo, at);
    struct demo_answer answer = ask_erasure(demo, person);
    if (answer.fault.kind != FAULT_RULE || !text_equals(answer.fault.rules, "AU-15.retention/1"))
        fail_msg("Erased at %s or refused otherwise: kind %d %s", at, (int)answer.fault.kind,
                 answer.fault.text);
}

static void erase(struct demo *demo, const char *person, const char *at)
{
    set_clock(demo, at);
    struct demo_answer answer = ask_erasure(demo, person);
    if (!answer.worked)
        fail_msg("%s at %s: %s", person, at, answer.fault.text);
}

/* The name of a donor as a worker sees it on the screen. */
static const char *shown_name(struct demo *demo, const char *code)
{
    demo_sign_in(demo, "W1", "M");
    struct demo_answer answer =
        demo_do(demo, "donor.show", arena_print(demo->work.arena, "{\"code\":\"%s\"}", code));
    return arena_copy(demo->arena,
                      json_as_text(json_member(json_member(answer.json, "row"), "name")));
}

static const char *stored_name(struct demo *demo, const char *code)
{
    static const struct field fields[] = {
        {.name = "name", .kind = FIELD_TEXT, .offset = 0, .help = "Name"}};
    static const struct schema schema = {
        .name = "name", .size = sizeof(const char *), .fields = fields, .count = 1};
    static const struct statement statement = {"t", &schema,
                                               "SELECT name FROM donor WHERE code = $1"};
    const char *name = NULL;
    bool found = false;
    if (!database_find(&demo->work, &statement, VALUES(value_text(code)), &name, &found))
        fail_msg("%s", demo->work.fault.text);
    assert_true(found && text_starts(name, "sealed:"));
    return arena_copy(demo->arena, name);
}

/* What the program can make of a sealed text: the plain text, or NULL. */
static const char *try_open(struct demo *demo, const char *sealed)
{
    const char *plain = NULL;
    bool erased = false;
    if (!person_open(&demo->work, "name", sealed, &plain, &erased)) {
        demo_check_fault(demo, &demo->work.fault);
        demo->work.fault = (struct fault){0};
        return NULL;
    }
    return erased ? NULL : plain;
}

/* ---- when ---- */

static void retention_ends_on_its_day_and_not_before(void **state)
{
    struct demo *demo = *state;
    int64_t before = demo_entries(demo);
    refuse_erasure(demo, "donor:D-0001", "2025-01-15T00:00:00+09:00");
    refuse_erasure(demo, "donor:D-0001", "2055-01-13T23:59:59+09:00");
    assert_string_equal(shown_name(demo, "D-0001"), small_name);
    assert_int_equal(demo_entries(demo), before + 2); /* both refusals are entries */
    erase(demo, "donor:D-0001", "2055-01-14T00:00:00+09:00");
    assert_string_equal(shown_name(demo, "D-0001"), "[erased]");
    demo_verify(demo);
}

static void a_shorter_retention_that_was_signed_ends_earlier(void **state)
{
    struct demo *demo = *state;
    set_clock(demo, "2025-02-01T10:00:00+09:00");
    small_approve(demo, "RS-2", 2);
    refuse_erasure(demo, "donor:D-0001", "2027-01-13T23:59:59+09:00");
    erase(demo, "donor:D-0001", "2027-01-14T00:00:00+09:00");
    assert_string_equal(shown_name(demo, "D-0001"), "[erased]");
}

static void a_leap_day_ends_on_the_first_of_march(void **state)
{
    struct demo *demo = *state;
    set_clock(demo, "2028-02-29T10:00:00+09:00");
    small_approve(demo, "RS-2", 1);
    demo_sign_in(demo, "W1", "M");
    demo_do(demo, "donor.register",
            "{\"code\":\"D-LEAP\",\"tissue\":\"adipose\",\"sex\":\"male\",\"name\":\"Leap\","
            "\"birth_date\":\"1996-02-29\",\"identity_checked\":true,\"treatment_first\":true,"
            "\"tested_person\":\"donor\",\"payment_yen\":0,\"travel_yen\":0,"
            "\"chosen_because\":\"planned operation\"}");
    refuse_erasure(demo, "donor:D-LEAP", "2029-02-28T23:59:59+09:00");
    erase(demo, "donor:D-LEAP", "2029-03-01T00:00:00+09:00");
}

static void somebody_without_personal_data_cannot_be_erased(void **state)
{
    struct demo *demo = *state;
    int64_t before = demo_entries(demo);
    set_clock(demo, "2099-01-01T00:00:00+09:00");
    assert_int_equal(ask_erasure(demo, "donor:D-9999").fault.kind, FAULT_MISSING);
    assert_int_equal(ask_erasure(demo, "patient:D-0001").fault.kind, FAULT_MISSING);
    assert_int_equal(demo_entries(demo), before);
}

static void one_person_alone_cannot_erase(void **state)
{
    struct demo *demo = *state;
    static const char input[] = "{\"person\":\"donor:D-0001\",\"why\":\"request\"}";
    const struct demo_request alone = {.operation = "person.erase", .input = input};
    const struct demo_request twice = {
        .operation = "person.erase", .input = input, .witness = "C1"};
    const struct demo_request not_allowed = {
        .operation = "person.erase", .input = input, .witness = "W1"};
    const struct demo_request not_signed = {
        .operation = "person.erase", .input = input, .witness = "C2", .is_unsigned = true};
    set_clock(demo, "2099-01-01T00:00:00+09:00");
    demo_sign_in(demo, "C1", "M");
    assert_int_equal(demo_ask(demo, &alone).fault.kind, FAULT_SIGN_IN);
    assert_int_equal(demo_ask(demo, &twice).fault.kind, FAULT_FORBIDDEN);
    assert_int_equal(demo_ask(demo, &not_allowed).fault.kind, FAULT_FORBIDDEN);
    assert_int_equal(demo_ask(demo, &not_signed).fault.kind, FAULT_SIGN_IN);
    assert_string_equal(shown_name(demo, "D-0001"), small_name);
}

/* ---- what is left ---- */

static void the_others_stay_readable_and_the_record_whole(void **state)
{
    struct demo *demo = *state;
    const char *sealed = stored_name(demo, "D-0001");
    const char *other = shown_name(demo, "D-0002");
    assert_string_equal(try_open(demo, sealed), small_name);
    erase(demo, "donor:D-0001", "2055-01-14T00:00:00+09:00");
    assert_null(try_open(demo, sealed));
    assert_string_equal(stored_name(demo, "D-0001"), sealed);
    assert_string_equal(shown_name(demo, "D-0001"), "[erased]");
    assert_string_equal(shown_name(demo, "D-0002"), other);
    demo_verify(demo);
    const char *before = demo_fingerprint(demo);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    demo_reopen(demo);
    demo_verify(demo);
    assert_string_equal(shown_name(demo, "D-0001"), "[erased]");
    assert_string_equal(shown_name(demo, "D-0015"), other);
}

static void nothing_personal_is_added_about_the_erased(void **state)
{
    struct demo *demo = *state;
    const char *sealed = NULL;
    erase(demo, "donor:D-0001", "2055-01-14T00:00:00+09:00");
    assert_false(person_is_known(&demo->work, "donor:D-0001"));
    assert_true(person_is_known(&demo->work, "donor:D-0002"));
    assert_false(person_seal(&demo->work, "donor:D-0001", "name", small_name, &sealed));
    assert_int_equal(demo->work.fault.kind, FAULT_RULE);
    assert_null(sealed);
    demo_check_fault(demo, &demo->work.fault);
    demo->work.fault = (struct fault){0};
}

/* ---- who has old copies ---- */

struct bytes {
    char *bytes;
    size_t size;
};

static struct bytes read_bytes(struct demo *demo, const char *path)
{
    struct bytes file = {0};
    if (!folder_read(demo->arena, &demo->work.fault, path, FILE_BYTES, &file.bytes, &file.size))
        fail_msg("%s", demo->work.fault.text);
    return file;
}

static void write_bytes(const char *path, struct bytes file)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(file.bytes, 1, file.size, out), file.size);
    assert_int_equal(fclose(out), 0);
}

/* The one file with the wrapping key in a record's folder. */
static const char *key_name(struct demo *demo)
{
    const char *name = NULL;
    DIR *listing = opendir(demo->folder);
    assert_non_null(listing);
    for (struct dirent *at = readdir(listing); at; at = readdir(listing))
        if (text_starts(at->d_name, "persons-")) {
            assert_null(name);
            name = arena_copy(demo->arena, at->d_name);
        }
    closedir(listing);
    assert_non_null(name);
    return name;
}

/* A store of keys as a thief would put it together from an old store and the key of today. */
static void use_store(struct demo *demo, const char *folder, struct bytes store, const char *key,
                      struct bytes key_bytes)
{
    write_bytes(arena_print(demo->arena, "%s/persons", folder), store);
    write_bytes(arena_print(demo->arena, "%s/%s", folder, key), key_bytes);
    if (!person_store_open(demo->work.arena, &demo->work.fault, folder, false,
                           &demo->work.record->persons))
        fail_msg("%s", demo->work.fault.text);
}

static void old_wrapped_keys_and_the_new_key_open_nothing(void **state)
{
    struct demo *demo = *state;
    struct arena *arena = arena_open(1 << 20);
    const char *folder = demo_folder(arena);
    const char *sealed = stored_name(demo, "D-0001");
    const char *other = stored_name(demo, "D-0002");
    const char *old_key = key_name(demo);
    struct bytes old_store = read_bytes(demo, demo_path(demo, "persons"));
    assert_string_equal(try_open(demo, sealed), small_name);
    erase(demo, "donor:D-0001", "2055-01-14T00:00:00+09:00");
    const char *new_key = key_name(demo);
    struct bytes key_bytes = read_bytes(demo, demo_path(demo, new_key));
    struct bytes new_store = read_bytes(demo, demo_path(demo, "persons"));
    assert_string_not_equal(old_key, new_key);

    use_store(demo, folder, old_store, new_key, key_bytes); /* asks for the old key */
    assert_null(try_open(demo, sealed));
    use_store(demo, folder, old_store, old_key, key_bytes); /* the new key under the old name */
    assert_null(try_open(demo, sealed));
    struct bytes mixed = {arena_text(arena, old_store.bytes, old_store.size), old_store.size};
    size_t first = strcspn(mixed.bytes, "\n");
    memcpy(mixed.bytes, new_store.bytes, first); /* the old keys, said to be of today */
    use_store(demo, folder, mixed, new_key, key_bytes);
    assert_null(try_open(demo, sealed));
    assert_null(try_open(demo, other));
    use_store(demo, folder, new_store, new_key, key_bytes); /* what is right */
    assert_null(try_open(demo, sealed));
    assert_non_null(try_open(demo, other));
    demo_reopen(demo);
    demo_remove_folder(folder);
    arena_close(arena);
}

static bool holds(struct bytes file, const char *wanted)
{
    return memmem(file.bytes, file.size, wanted, strlen(wanted)) != NULL;
}

static void no_file_holds(struct demo *demo, const char *wanted)
{
    DIR *listing = opendir(demo->folder);
    assert_non_null(listing);
    for (struct dirent *at = readdir(listing); at; at = readdir(listing))
        if (at->d_name[0] != '.' && holds(read_bytes(demo, demo_path(demo, at->d_name)), wanted))
            fail_msg("%s holds \"%s\".", at->d_name, wanted);
    closedir(listing);
}

static void a_whole_old_folder_opens_nothing_without_its_old_key(void **state)
{
    struct demo *demo = *state;
    struct demo *old = demo_copy(demo);
    no_file_holds(old, small_name);
    no_file_holds(old, "1998-03-09");
    assert_string_equal(shown_name(old, "D-0001"), small_name);
    const char *old_key = key_name(old);
    erase(demo, "donor:D-0001", "2055-01-14T00:00:00+09:00");
    no_file_holds(demo, small_name);
    assert_int_equal(access(demo_path(demo, old_key), F_OK), -1);

    /* The old copy, whose key file was replaced as the manual asks of every copy of it. */
    const char *new_key = key_name(demo);
    unlink(demo_path(old, old_key));
    write_bytes(demo_path(old, new_key), read_bytes(demo, demo_path(demo, new_key)));
    demo_reopen(old);
    assert_null(try_open(old, stored_name(old, "D-0001")));
    demo_verify(old);
    write_bytes(demo_path(old, "persons"), read_bytes(demo, demo_path(demo, "persons")));
    assert_null(try_open(old, stored_name(old, "D-0001")));
    assert_string_equal(shown_name(old, "D-0001"), "[erased]");
    assert_string_equal(shown_name(old, "D-0002"), shown_name(demo, "D-0002"));
    demo_remove(old);
}

/* The entry is durable and the program was killed before the key went: the next start goes on. */
static void an_interrupted_erasure_is_finished_at_the_next_start(void **state)
{
    struct demo *demo = *state;
    const char *old_key = key_name(demo);
    struct bytes key_bytes = read_bytes(demo, demo_path(demo, old_key));
    struct bytes store = read_bytes(demo, demo_path(demo, "persons"));
    const char *sealed = stored_name(demo, "D-0001");
    erase(demo, "donor:D-0001", "2055-01-14T00:00:00+09:00");
    const char *unused = key_name(demo);
    write_bytes(demo_path(demo, "persons"), store);
    write_bytes(demo_path(demo, old_key), key_bytes);
    unlink(demo_path(demo, unused));
    demo_reopen(demo);
    assert_string_equal(try_open(demo, sealed), small_name);
    assert_true(erasure_finish_all(&demo->work));
    assert_null(try_open(demo, sealed));
    assert_true(erasure_finish_all(&demo->work));
    assert_string_not_equal(key_name(demo), old_key);
    assert_non_null(try_open(demo, stored_name(demo, "D-0002")));
    demo_verify(demo);
}

/* Interrupted after the store was replaced and before the old wrapping key was removed. */
static void an_old_key_that_stayed_is_removed_at_the_next_start(void **state)
{
    struct demo *demo = *state;
    const char *old_key = key_name(demo);
    struct bytes key_bytes = read_bytes(demo, demo_path(demo, old_key));
    erase(demo, "donor:D-0001", "2055-01-14T00:00:00+09:00");
    write_bytes(demo_path(demo, old_key), key_bytes);
    assert_true(erasure_finish_all(&demo->work));
    assert_string_not_equal(key_name(demo), old_key);
    assert_non_null(try_open(demo, stored_name(demo, "D-0002")));
}

/* A sealed text belongs to one person and one field; moved anywhere else it opens nothing. */
static void a_sealed_text_opens_only_where_it_was_sealed(void **state)
{
    struct demo *demo = *state;
    struct arena *arena = demo->work.arena;
    const char *sealed = stored_name(demo, "D-0001");
    const char *plain = NULL;
    bool erased = false;
    assert_string_equal(try_open(demo, sealed), small_name);
    assert_false(person_open(&demo->work, "birth_date", sealed, &plain, &erased));
    assert_int_equal(demo->work.fault.kind, FAULT_STORAGE);
    demo->work.fault = (struct fault){0};
    char *moved = arena_copy(arena, sealed);
    strstr(moved, "D-0001")[5] = '2';
    assert_null(try_open(demo, moved));
    for (size_t at = strlen("sealed:1:donor:D-0001:"); at < strlen(sealed); at++) {
        char *changed = arena_copy(arena, sealed);
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        const char *opened = try_open(demo, changed);
        if (opened)
            fail_msg("Byte %zu of a sealed text was changed, and it opens as %s.", at, opened);
    }
}

/* One answer may open hundreds of texts, and the store of a large record is megabytes. */
static void opening_a_text_costs_an_answer_no_more_memory_with_many_persons(void **state)
{
    struct demo *demo = *state;
    const char *sealed = stored_name(demo, "D-0001");
    FILE *store = fopen(demo_path(demo, "persons"), "a");
    assert_non_null(store);
    for (int i = 0; i < 100000; i++)
        fprintf(store, "donor:GONE-%d -\n", i);
    assert_int_equal(fclose(store), 0);
    size_t before = arena_mark(demo->work.arena).taken;
    assert_string_equal(try_open(demo, sealed), small_name);
    assert_true(person_is_known(&demo->work, "donor:D-0001"));
    assert_false(person_is_known(&demo->work, "donor:GONE-7"));
    assert_in_range(arena_mark(demo->work.arena).taken - before, 1, 16 << 10);
}

#define ON(engine, test) cmocka_unit_test_setup_teardown(test, small_open_##engine, demo_close)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        ON(sqlite, retention_ends_on_its_day_and_not_before),
        ON(sqlite, a_shorter_retention_that_was_signed_ends_earlier),
        ON(sqlite, a_leap_day_ends_on_the_first_of_march),
        ON(sqlite, somebody_without_personal_data_cannot_be_erased),
        ON(sqlite, one_person_alone_cannot_erase),
        ON(sqlite, the_others_stay_readable_and_the_record_whole),
        ON(sqlite, nothing_personal_is_added_about_the_erased),
        ON(sqlite, old_wrapped_keys_and_the_new_key_open_nothing),
        ON(sqlite, a_whole_old_folder_opens_nothing_without_its_old_key),
        ON(sqlite, an_interrupted_erasure_is_finished_at_the_next_start),
        ON(sqlite, an_old_key_that_stayed_is_removed_at_the_next_start),
        ON(sqlite, a_sealed_text_opens_only_where_it_was_sealed),
        ON(sqlite, opening_a_text_costs_an_answer_no_more_memory_with_many_persons),
    };
    const struct CMUnitTest on_postgres[] = {
        ON(postgres, retention_ends_on_its_day_and_not_before),
        ON(postgres, the_others_stay_readable_and_the_record_whole),
        ON(postgres, old_wrapped_keys_and_the_new_key_open_nothing),
        ON(postgres, an_interrupted_erasure_is_finished_at_the_next_start),
    };
    int failed = cmocka_run_group_tests_name("erasure, on SQLite", on_sqlite, NULL, NULL);
    if (demo_server())
        failed += cmocka_run_group_tests_name("erasure, on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
