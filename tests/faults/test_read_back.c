/* test_read_back.c: is an entry refused that the database did not keep as it was given? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "small.h"

static const char donor[] =
    "{\"code\":\"D-9001\",\"tissue\":\"adipose\",\"sex\":\"female\",\"name\":\"Nagi Aoi\","
    "\"birth_date\":\"1998-03-09\",\"identity_checked\":true,\"treatment_first\":true,"
    "\"tested_person\":\"donor\",\"payment_yen\":0,\"travel_yen\":0,"
    "\"chosen_because\":\"planned operation\"}";

/* A database that does something else with an entry than it was told. */
static void expect_refusal(struct demo *demo, const char *trigger)
{
    const struct demo_request asked = {
        .operation = "donor.register", .input = donor, .key = "read-back"};
    int64_t entries = demo_entries(demo);
    demo_sql(demo, trigger, NO_VALUES);
    struct demo_answer answer = demo_ask(demo, &asked);
    assert_false(answer.worked);
    assert_int_equal(answer.fault.kind, FAULT_STORAGE);
    assert_non_null(strstr(answer.fault.text, "gave back something else"));
    demo_sql(demo, "DROP TRIGGER mischief", NO_VALUES);
    assert_int_equal(demo_entries(demo), entries);
    answer = demo_ask(demo, &asked);
    if (!answer.worked)
        fail_msg("%s", answer.fault.text);
    demo_verify(demo);
}

static void an_entry_that_was_not_kept_is_refused(void **state)
{
    expect_refusal(*state, "CREATE TRIGGER mischief BEFORE INSERT ON entry BEGIN "
                           "SELECT RAISE(IGNORE); END");
}

static void an_entry_that_was_changed_on_the_way_is_refused(void **state)
{
    struct demo *demo = *state;
    demo_sql(demo, "DROP TRIGGER entry_no_UPDATE", NO_VALUES);
    expect_refusal(demo, "CREATE TRIGGER mischief AFTER INSERT ON entry BEGIN "
                         "UPDATE entry SET bytes = replace(bytes, 'W1', 'W2') "
                         "WHERE seq = NEW.seq; END");
}

#define ON_SMALL(test) cmocka_unit_test_setup_teardown(test, small_open_sqlite, demo_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SMALL(an_entry_that_was_not_kept_is_refused),
        ON_SMALL(an_entry_that_was_changed_on_the_way_is_refused),
    };
    return cmocka_run_group_tests_name("entries read back", tests, NULL, NULL);
}
