/* test_forged.c: is an entry found that somebody with the key has chained and signed? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "exchange.h"
#include "small.h"

#include <stdio.h>

/* Appends it as the program would, with a signed head, but past every rule. */
static void append(struct demo *demo, struct entry *entry)
{
    struct work *work = &demo->work;
    struct ledger_head head;
    struct merkle merkle;
    const char *hash = NULL;
    bool worked = ledger_begin(work, &head, &merkle) &&
                  ledger_append(work, &head, &merkle, entry, &hash) &&
                  ledger_commit(work, &head, &merkle);
    if (!worked)
        fail_msg("%s", work->fault.text);
}

static struct entry read_entry(struct demo *demo, int64_t seq)
{
    struct entry entry;
    const char *hash = NULL;
    bool found = false;
    if (!ledger_read(&demo->work, seq, &entry, &hash, &found) || !found)
        fail_msg("Entry %lld: %s", (long long)seq, demo->work.fault.text);
    return entry;
}

/* The newest entry of an operation. */
static struct entry newest(struct demo *demo, const char *operation)
{
    for (int64_t seq = demo_entries(demo); seq > 0; seq--) {
        struct entry entry = read_entry(demo, seq);
        if (text_starts(entry.operation, operation))
            return entry;
    }
    fail_msg("There is no entry of %s.", operation);
    return (struct entry){0};
}

static const char *replaced(struct arena *arena, const char *text, const char *from, const char *to)
{
    const char *found = strstr(text, from);
    if (!found)
        fail_msg("%s is not in %s.", from, text);
    return arena_print(arena, "%.*s%s%s", (int)(found - text), text, to, found + strlen(from));
}

static void is_found(struct demo *demo, const char *words)
{
    struct fault fault = demo_damage(demo);
    if (!strstr(fault.text, words))
        fail_msg("verify says \"%s\" instead of \"%s\"", fault.text, words);
}

static void an_operation_that_nobody_knows_is_found(void **state)
{
    struct demo *demo = *state;
    struct entry entry = read_entry(demo, demo_entries(demo));
    int64_t entries = 0;
    demo_verify(demo);
    entry.operation = "donor.invent/1";
    append(demo, &entry);
    is_found(demo, "its operation is not known here");
    assert_false(verify_rebuild(&demo->work, &entries));
    assert_true(demo->work.fault.text[0]);
    demo->work.fault = (struct fault){0};
}

static void a_cause_that_lies_ahead_is_found(void **state)
{
    struct demo *demo = *state;
    struct entry entry = read_entry(demo, demo_entries(demo));
    entry.cause = demo_entries(demo) + 1;
    append(demo, &entry);
    is_found(demo, "its cause lies ahead of it");
}

static void a_cause_before_the_first_is_found(void **state)
{
    struct demo *demo = *state;
    struct entry entry = read_entry(demo, demo_entries(demo));
    entry.cause = -1;
    append(demo, &entry);
    is_found(demo, "its cause lies ahead of it");
}

static void what_happened_after_it_was_recorded_is_found(void **state)
{
    struct demo *demo = *state;
    struct entry entry = read_entry(demo, demo_entries(demo));
    entry.occurred_at.usec = demo->work.now_usec + USEC_PER_DAY;
    append(demo, &entry);
    is_found(demo, "its time runs backwards");
}

static void a_body_of_another_shape_is_found(void **state)
{
    struct demo *demo = *state;
    struct entry entry = newest(demo, "donor.register/");
    entry.body = "{\"nobody\":\"asked\"}";
    append(demo, &entry);
    assert_int_not_equal(demo_damage(demo).kind, FAULT_NONE);
}

static void a_line_that_is_there_twice_is_found(void **state)
{
    struct demo *demo = *state;
    struct entry entry = newest(demo, "donor.register/");
    append(demo, &entry);
    is_found(demo, "differs from what the entries say");
}

/* ---- of a story with decisions and files ---- */

static int open_story(void **state)
{
    struct demo *demo = demo_make(&sqlite_engine, NULL);
    struct exchange_result result = {0};
    FILE *out = tmpfile();
    *state = demo;
    assert_non_null(out);
    demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    bool played = exchange_play(&demo->work, "tests/story/short.txt", NULL, out, &result);
    fclose(out);
    if (!played || result.failed)
        fail_msg("The story stops: %s", demo->work.fault.text);
    return 0;
}

/* A verdict must follow from the facts that stand beside it. */
static void a_verdict_that_does_not_follow_is_found(void **state)
{
    struct demo *demo = *state;
    struct entry entry = newest(demo, "lot.release/");
    entry.body =
        replaced(demo->work.arena, entry.body, "\"verdict\":\"met\"", "\"verdict\":\"not_met\"");
    append(demo, &entry);
    is_found(demo, "its facts, judged again, give another verdict");
}

static void a_file_that_is_not_there_is_found(void **state)
{
    struct demo *demo = *state;
    static const char sha[] = "\"sha256\":\"";
    struct entry entry = {0};
    for (int64_t seq = demo_entries(demo); seq > 0; seq--) {
        entry = read_entry(demo, seq);
        if (strstr(entry.body, sha))
            break;
    }
    const char *at = strstr(entry.body, sha);
    assert_non_null(at);
    char *body = arena_copy(demo->work.arena, entry.body);
    char *digit = body + (at - entry.body) + strlen(sha);
    *digit = *digit == '0' ? '1' : '0';
    entry.body = body;
    append(demo, &entry);
    is_found(demo, "a file that it names is missing");
}

/* ---- what the ledger itself refuses to begin with ---- */

static void begins_not(struct demo *demo, const char *words)
{
    struct ledger_head head;
    struct merkle merkle;
    struct work *work = &demo->work;
    assert_false(ledger_begin(work, &head, &merkle));
    if (!strstr(work->fault.text, words))
        fail_msg("It is refused, but so: %s", work->fault.text);
    ledger_abandon(work);
    work->fault = (struct fault){0};
}

static void a_head_that_cannot_be_read_takes_no_entry(void **state)
{
    static const char *const damages[] = {"UPDATE head SET peaks = 'no hash'",
                                          "UPDATE head SET peaks = ''",
                                          "UPDATE head SET size = size + 1", "DELETE FROM head"};
    struct demo *demo = *state;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct demo *copy = demo_copy(demo);
        demo_sql(copy, damages[i], NO_VALUES);
        begins_not(copy, "run exoledger verify and write nothing before");
        demo_remove(copy);
    }
}

static void without_the_key_or_the_time_nothing_is_begun(void **state)
{
    struct demo *demo = *state;
    struct record record = *demo->work.record;
    struct record *kept = demo->work.record;
    int64_t now_usec = demo->work.now_usec;
    record.can_sign = false;
    demo->work.record = &record;
    begins_not(demo, "can only be read");
    demo->work.record = kept;
    demo->work.now_usec = INT64_MAX / 2;
    begins_not(demo, "wrong by centuries");
    demo->work.now_usec = -demo->work.now_usec;
    begins_not(demo, "wrong by centuries");
    demo->work.now_usec = now_usec;
    demo_verify(demo);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, small_open_sqlite, demo_close)
#define STORY(name) cmocka_unit_test_setup_teardown(name, open_story, demo_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_operation_that_nobody_knows_is_found),
        TEST(a_cause_that_lies_ahead_is_found),
        TEST(a_cause_before_the_first_is_found),
        TEST(what_happened_after_it_was_recorded_is_found),
        TEST(a_body_of_another_shape_is_found),
        TEST(a_line_that_is_there_twice_is_found),
        STORY(a_verdict_that_does_not_follow_is_found),
        STORY(a_file_that_is_not_there_is_found),
        TEST(a_head_that_cannot_be_read_takes_no_entry),
        TEST(without_the_key_or_the_time_nothing_is_begun),
    };
    return cmocka_run_group_tests_name("forged entries", tests, NULL, NULL);
}
