/* test_links.c: does a picture of links hold each thing once, and every tie between two of them? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "production.h"

#include <string.h>

static const struct json *links_of(struct demo *demo, const char *name)
{
    struct demo_answer answer = production_do(demo, "QA1", "trace.links",
                                              arena_print(demo->arena, "{\"name\": \"%s\"}", name));
    return json_member(answer.json, "row");
}

static const struct json *thing(const struct json *links, const char *name)
{
    const struct json *found = NULL;
    const struct json *things = json_member(links, "things");
    for (size_t i = 0; i < json_count(things); i++) {
        const struct json *each = json_element(things, i);
        if (!text_equals(json_as_text(json_member(each, "name")), name))
            continue;
        assert_null(found);
        found = each;
    }
    return found;
}

static const struct json *tie(const struct json *links, const char *parent, const char *child)
{
    const struct json *ties = json_member(links, "ties");
    for (size_t i = 0; i < json_count(ties); i++) {
        const struct json *each = json_element(ties, i);
        if (text_equals(json_as_text(json_member(each, "parent")), parent) &&
            text_equals(json_as_text(json_member(each, "child")), child))
            return each;
    }
    return NULL;
}

static int64_t amount(const struct json *links, const char *parent, const char *child)
{
    const struct json *found = tie(links, parent, child);
    assert_non_null(found);
    return json_as_integer(json_member(found, "amount"));
}

static void a_pool_shows_each_harvest_with_its_amount(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_LOT);
    const struct json *links = links_of(demo, "lot:L-1");
    assert_int_equal(amount(links, "harvest:HV-1", "pool:PL-1"), 640000);
    assert_int_equal(amount(links, "harvest:HV-2", "pool:PL-1"), 610500);
    assert_non_null(thing(links, "donor:D-1"));
    assert_null(thing(links, "donor:D-2"));
    assert_int_equal(json_as_integer(json_member(thing(links, "lot:L-1"), "depth")), 0);
    assert_true(json_as_integer(json_member(thing(links, "donor:D-1"), "depth")) < 0);
    assert_string_equal(json_as_text(json_member(thing(links, "lot:L-1"), "status")), "quarantine");
}

static void vials_that_never_left_are_tied_to_their_site(void **state)
{
    struct demo *demo = *state;
    int64_t sum = 0;
    production_make(demo, STAGE_LOT);
    const struct json *ties = json_member(links_of(demo, "lot:L-1"), "ties");
    for (size_t i = 0; i < json_count(ties); i++) {
        const struct json *each = json_element(ties, i);
        if (text_equals(json_as_text(json_member(each, "child")), "site:M"))
            sum += json_as_integer(json_member(each, "amount"));
    }
    assert_int_equal(sum, 96);
}

static void a_hold_upstream_marks_what_came_of_it_and_nothing_else(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_LOT);
    production_do(demo, "QM1", "hold.place",
                  "{\"subject\": \"harvest:HV-1\", \"why\": \"deviation\"}");
    const struct json *links = links_of(demo, "lot:L-1");
    assert_true(json_as_flag(json_member(thing(links, "lot:L-1"), "held")));
    assert_true(json_as_flag(json_member(thing(links, "pool:PL-1"), "held")));
    assert_false(json_as_flag(json_member(thing(links, "harvest:HV-2"), "held")));
    assert_false(json_as_flag(json_member(thing(links, "donor:D-1"), "held")));
}

/* The medium went into a harvest of another donor too; from the lot that is told by a number. */
static void what_is_left_out_is_counted(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_LOT);
    const struct json *links = links_of(demo, "lot:L-1");
    assert_null(thing(links, "harvest:HV-3"));
    assert_true(json_as_integer(json_member(thing(links, "material:MD-1"), "more_results")) > 0);
    assert_int_equal(json_as_integer(json_member(thing(links, "pool:PL-1"), "more_sources")), 0);
    links = links_of(demo, "harvest:HV-1");
    assert_int_equal(json_as_integer(json_member(thing(links, "pool:PL-1"), "more_sources")), 1);
}

static void a_code_that_nothing_is_recorded_about_is_refused(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_BANKS);
    production_refused(
        demo, "QA1",
        &(struct demo_request){.operation = "trace.links", .input = "{\"name\": \"lot:L-77\"}"},
        FAULT_MISSING, "");
}

#define TEST_ON(name, engine) cmocka_unit_test_setup_teardown(name, demo_open_##engine, demo_close)
#define TESTS(engine)                                                                              \
    {                                                                                              \
        TEST_ON(a_pool_shows_each_harvest_with_its_amount, engine),                                \
            TEST_ON(vials_that_never_left_are_tied_to_their_site, engine),                         \
            TEST_ON(a_hold_upstream_marks_what_came_of_it_and_nothing_else, engine),               \
            TEST_ON(what_is_left_out_is_counted, engine),                                          \
            TEST_ON(a_code_that_nothing_is_recorded_about_is_refused, engine),                     \
    }

int main(void)
{
    const struct CMUnitTest on_sqlite[] = TESTS(sqlite);
    const struct CMUnitTest on_postgres[] = TESTS(postgres);
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (demo_server())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
