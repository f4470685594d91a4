/* test_quality_rules.c: do the rules of quality control answer rightly at their limits? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/reserve.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_open((size_t)1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

/* none where the rule was not asked. */
static const char *verdict(const struct rows *findings, const char *rule)
{
    for (size_t i = 0; i < findings->count; i++)
        if (text_equals(ROWS(*findings, const struct finding)[i].rule, rule))
            return ROWS(*findings, const struct finding)[i].verdict;
    return "none";
}

static const char *reserved(int64_t reserve, int64_t needed, const char *least)
{
    struct rows findings;
    const struct reserve_facts facts = {{true, reserve}, {true, needed}, {least, 2}};
    reserve_judge(arena, &facts, &findings);
    return verdict(&findings, "RS-03.reserve/1");
}

static void a_reserve_is_at_least_the_signed_multiple(void **state)
{
    (void)state;
    assert_string_equal(reserved(79, 40, "2"), "not_met");
    assert_string_equal(reserved(80, 40, "2"), "met");
    assert_string_equal(reserved(81, 40, "2"), "met");
    assert_string_equal(reserved(80, 0, "2"), "unknown");
    assert_string_equal(reserved(80, 40, NULL), "unknown");
    const struct reserve_facts facts = {{true, 70}, {true, 40}, {"2", 2}};
    assert_string_equal(reserve_factor(arena, &facts).text, "1.75");
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(a_reserve_is_at_least_the_signed_multiple),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
