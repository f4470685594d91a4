/* test_gate.c: does nobody work who is not qualified and fit today, nor with overdue equipment? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/gate.h"
#include "production.h"

struct example {
    struct arena *arena;
    struct gate_item skills[2];
    struct gate_item equipment[2];
    struct gate_facts facts;
};

static int example_make(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 24);
    struct example *example = arena_take(arena, sizeof *example);
    *example = (struct example){
        .arena = arena,
        .skills = {{"health", {"2025-01-01"}, {"2025-12-31"}},
                   {"training", {"2025-01-01"}, {"2025-12-31"}}},
        .equipment = {{"BSC-01 calibration", {"2025-01-01"}, {"2025-12-31"}},
                      {"BSC-01 maintenance", {"2025-01-01"}, {"2025-12-31"}}},
        .facts = {.account = "OP1",
                  .today = {"2025-06-04"},
                  .kinds = "health training",
                  .declaration = "fit",
                  .checks = "calibration maintenance",
                  .named = "BSC-01"},
    };
    example->facts.skills = (struct rows){2, example->skills};
    example->facts.equipment = (struct rows){2, example->equipment};
    *state = example;
    return 0;
}

static int example_leave(void **state)
{
    struct example *example = *state;
    arena_close(example->arena);
    return 0;
}

static void expect(struct example *example, const char *unmet)
{
    struct rows findings;
    gate_judge(example->arena, &example->facts, &findings);
    const char *found = findings_unmet(example->arena, &findings);
    assert_string_equal(found ? found : "", unmet);
    assert_int_equal(findings_all_met(&findings), *unmet == '\0');
}

static void first_and_last_day_count(void **state)
{
    struct example *example = *state;
    static const struct {
        const char *today;
        bool good;
    } rows[] = {{"2025-05-31", false},
                {"2025-06-01", true},
                {"2025-06-04", true},
                {"2025-06-05", true},
                {"2025-06-06", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        example->facts.today.text = rows[i].today;
        example->skills[1] = (struct gate_item){"training", {"2025-06-01"}, {"2025-06-05"}};
        expect(example, rows[i].good ? "" : "MF-16.operator/1");
        example->skills[1] = example->skills[0];
        example->equipment[1] = (struct gate_item){"BSC-01 x", {"2025-06-01"}, {"2025-06-05"}};
        expect(example, rows[i].good ? "" : "MF-17.equipment/1");
        example->equipment[1] = example->equipment[0];
    }
}

static void what_is_not_recorded_blocks(void **state)
{
    struct example *example = *state;
    expect(example, "");
    example->skills[0].from.text = NULL;
    expect(example, "MF-16.operator/1");
    example->skills[0].from.text = "2025-01-01";
    example->skills[0].until.text = NULL;
    expect(example, "MF-16.operator/1");
    example->skills[0].until.text = "2025-12-31";
    example->equipment[0].until.text = NULL;
    expect(example, "MF-17.equipment/1");
    example->equipment[0].until.text = "2025-12-31";
    example->facts.equipment.count = 0;
    expect(example, "MF-17.equipment/1");
    example->facts.equipment.count = 2;
    example->facts.checks = NULL;
    expect(example, "MF-17.equipment/1");
    example->facts.checks = "calibration";
    example->facts.kinds = NULL;
    expect(example, "MF-16.operator/1");
    example->facts.kinds = "health";
    example->facts.today.text = NULL;
    expect(example, "MF-16.operator/1 MF-17.equipment/1");
}

static void only_a_declaration_of_today_that_says_fit_passes(void **state)
{
    struct example *example = *state;
    example->facts.declaration = NULL;
    expect(example, "MF-16.today/1");
    example->facts.declaration = "not_fit";
    expect(example, "MF-16.today/1");
    example->facts.declaration = "fit";
    expect(example, "");
}

#define QUALIFY(kind, from, until)                                                                 \
    "{\"account\": \"OP1\", \"kind\": \"" kind "\", \"valid_from\": \"" from                       \
    "\", \"valid_until\": \"" until "\"}"
#define DECLARE(fever, gowned)                                                                     \
    "{\"account\": \"OP1\", \"infection\": false, \"wound\": false, \"diarrhoea\": false,"         \
    " \"fever\": " fever ", \"handled_contaminants\": false, \"gowned\": " gowned "}"

static void ready(struct demo *demo)
{
    static const char *const kinds[] = {"health", "training", "media_fill", "gowning"};
    const struct demo_request asked = {
        .operation = "ruleset.approve",
        .witness = "QM1",
        .input = "{\"code\": \"RS-1\", \"settings\": ["
                 "{\"key\": \"operator_gate\", \"value\": \"health training media_fill gowning\","
                 " \"basis\": \"example\"}, {\"key\": \"equipment_gate\","
                 " \"value\": \"calibration maintenance\", \"basis\": \"example\"}]}"};
    demo_sign_in(demo, "MD1", NULL);
    assert_true(demo_ask(demo, &asked).worked);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        production_do(demo, "OP2", "operator.qualify",
                      arena_print(demo->work.arena,
                                  "{\"account\": \"OP1\", \"kind\": \"%s\", \"valid_from\": "
                                  "\"2024-06-01\", \"valid_until\": \"2025-01-14\"}",
                                  kinds[i]));
    production_do(demo, "OP2", "equipment.register",
                  "{\"code\": \"BSC-01\", \"kind\": \"cabinet\","
                  " \"calibrated_on\": \"2024-12-01\", \"calibrated_until\": \"2025-11-30\","
                  " \"maintained_on\": \"2024-12-01\", \"maintained_until\": \"2025-05-31\"}");
    production_do(demo, "OP1", "operator.declare", DECLARE("false", "true"));
}

static void opens(struct demo *demo, const char *equipment, const char *rules)
{
    struct work *work = &demo->work;
    demo_sign_in(demo, "OP1", NULL);
    bool open = gate_open(work, "equipment", equipment);
    if (strcmp(work->fault.rules, rules) != 0 || open != (work->fault.kind == FAULT_NONE))
        fail_msg("%s: %s", work->fault.rules, work->fault.text);
    if (!open)
        demo_check_fault(demo, &work->fault);
    work->fault = (struct fault){0};
}

static void a_step_is_open_to_who_is_ready(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    opens(demo, "BSC-01", "");
    production_do(demo, "OP1", "operator.declare", DECLARE("true", "true"));
    opens(demo, "BSC-01", "MF-16.today/1");
    production_do(demo, "OP1", "operator.declare", DECLARE("false", "false"));
    opens(demo, "BSC-01", "MF-16.today/1");
    production_do(demo, "OP1", "operator.declare", DECLARE("false", "true"));
    opens(demo, "BSC-01", "");
    demo_sign_in(demo, "OP1", NULL);
    assert_false(gate_open(&demo->work, "equipment", "BSC-01 BSC-09"));
    assert_int_equal(demo->work.fault.kind, FAULT_MISSING);
    demo->work.fault = (struct fault){0};
}

static void the_day_after_everything_is_asked_again(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    demo->work.now_usec += INT64_C(86400) * 1000000;
    opens(demo, "BSC-01", "MF-16.operator/1 MF-16.today/1");
    production_do(demo, "OP1", "operator.declare", DECLARE("false", "true"));
    opens(demo, "BSC-01", "MF-16.operator/1");
}

static void a_check_that_is_not_passed_closes_the_equipment(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    struct demo_answer failed =
        production_do(demo, "OP2", "equipment.check",
                      "{\"equipment\": \"BSC-01\", \"kind\": \"calibration\","
                      " \"done_on\": \"2025-01-14\", \"note\": \"air speed too low\"}");
    opens(demo, "BSC-01", "MF-17.equipment/1");
    const struct demo_request annul = {
        .operation = "entry.annul",
        .input = arena_print(demo->work.arena, "{\"seq\": %lld, \"why\": \"wrong cabinet\"}",
                             (long long)production_seq(&failed))};
    demo_sign_in(demo, "QR1", NULL);
    assert_true(demo_ask(demo, &annul).worked);
    opens(demo, "BSC-01", "");
    demo_verify(demo);
}

static void nobody_qualifies_oneself_or_speaks_for_another(void **state)
{
    struct demo *demo = *state;
    ready(demo);
    const struct demo_request own = {
        .operation = "operator.qualify",
        .input = "{\"account\": \"OP2\", \"kind\": \"health\", \"valid_from\": \"2025-01-01\","
                 " \"valid_until\": \"2025-12-31\"}"};
    const struct demo_request other = {.operation = "operator.declare",
                                       .input = DECLARE("false", "true")};
    production_refused(demo, "OP2", &own, FAULT_FORBIDDEN, "MF-16.independent/1");
    production_refused(demo, "OP2", &other, FAULT_FORBIDDEN, "MF-16.own/1");
    const struct demo_request twice = {.operation = "operator.qualify",
                                       .input = QUALIFY("health", "2024-06-01", "2025-06-01")};
    production_refused(demo, "OP2", &twice, FAULT_CONFLICT, "");
    const struct demo_request reversed = {.operation = "operator.qualify",
                                          .input = QUALIFY("health", "2025-06-02", "2025-06-01")};
    production_refused(demo, "OP2", &reversed, FAULT_INPUT, "");
}

#define PURE(test) cmocka_unit_test_setup_teardown(test, example_make, example_leave)
#define DEMO(test) cmocka_unit_test_setup_teardown(test, demo_open_sqlite, demo_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PURE(first_and_last_day_count),
        PURE(what_is_not_recorded_blocks),
        PURE(only_a_declaration_of_today_that_says_fit_passes),
        DEMO(a_step_is_open_to_who_is_ready),
        DEMO(the_day_after_everything_is_asked_again),
        DEMO(a_check_that_is_not_passed_closes_the_equipment),
        DEMO(nobody_qualifies_oneself_or_speaks_for_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
