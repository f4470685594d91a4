/* bank_test.c: tests of a bank are closed once, by who reviews them, with every value kept. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/bank_test.h"

#include "contract/hold.h"
#include "contract/setting.h"
#include "manufacture/bank.h"
#include "manufacture/step.h"

static const struct field result_fields[] = {
    FIELD(struct bank_test, test, .required = true, .code = true, .longest = 40,
          .help = "Test, as the signed limits name it"),
    FIELD(struct bank_test, done, .required = true, .help = "Whether it was done"),
    FIELD(struct bank_test, value, .help = "Measured value"),
    FIELD(struct bank_test, outcome, .code = true, .longest = 40,
          .help = "Outcome, such as match, positive, negative or normal"),
    FIELD(struct bank_test, why, .longest = 400, .help = "Why it was not done"),
};
static const struct schema result_schema =
    SCHEMA("bank_test_result", struct bank_test, result_fields);

struct closing {
    const char *bank;
    struct date tested_on;
    struct rows results;
    const char *tests; /* passed, failed */
    struct bank_test_facts facts;
    struct rows findings;
};
static const struct field closing_fields[] = {
    FIELD(struct closing, bank, .required = true, .code = true, .longest = 24, .help = "Bank"),
    FIELD(struct closing, tested_on, .required = true, .help = "Day of the last result"),
    FIELD(struct closing, results, .required = true, .of = &result_schema, .longest = 100,
          .help = "Every test, done or not done with the reason"),
};
static const struct schema closing_input = SCHEMA("bank_tests", struct closing, closing_fields);

static const struct field facts_fields[] = {
    FIELD(struct bank_test_facts, identity_limits, .help = "Signed limits of identity"),
    FIELD(struct bank_test_facts, test_limits, .help = "Signed limits of the other tests"),
    FIELD(struct bank_test_facts, results, .of = &result_schema, .help = "Every test"),
};
static const struct schema facts_schema =
    SCHEMA("bank_test_facts", struct bank_test_facts, facts_fields);
static const struct field closed_fields[] = {
    FIELD(struct closing, bank, .help = "Bank"),
    FIELD(struct closing, tested_on, .help = "Day of the last result"),
    FIELD(struct closing, tests, .help = "passed, or failed"),
    FIELD(struct closing, facts, .of = &facts_schema, .help = "What was tested, and the limits"),
    FIELD(struct closing, findings, .of = &finding_schema, .help = "One per limit"),
};
static const struct schema closed_schema =
    SCHEMA("bank_tests_closed", struct closing, closed_fields);

static bool check_results(struct work *work, const struct bank_test_facts *facts)
{
    const struct bank_test *results = facts->results.items;
    for (size_t i = 0; i < facts->results.count; i++) {
        for (size_t j = 0; j < i; j++)
            if (text_equals(results[i].test, results[j].test))
                return fail(&work->fault, FAULT_INPUT, "results.test",
                            "The test %s stands twice; give it once.", results[i].test);
        if (!bank_test_is_limited(work->arena, facts, results[i].test))
            return fail(&work->fault, FAULT_INPUT, "results.test",
                        "There is no signed limit for the test %s; sign one or leave it out.",
                        results[i].test);
    }
    return true;
}

/* A bank that fails is closed as failed; one with an open question is not closed. */
static bool check_known(struct work *work, const struct rows *findings)
{
    struct rows open = {0, arena_take(work->arena, (findings->count + 1) * sizeof(struct finding))};
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &ROWS(*findings, const struct finding)[i];
        if (text_equals(finding->verdict, "unknown"))
            ROWS(open, struct finding)[open.count++] = *finding;
    }
    return !open.count || findings_allow(work->arena, &work->fault, "results", &open,
                                         "The tests of the bank cannot be closed");
}

static bool close_judge(struct work *work, const void *input, void *body)
{
    const struct closing *given = input;
    struct closing *closed = body;
    struct bank bank = {0};
    *closed = (struct closing){.bank = given->bank, .tested_on = given->tested_on};
    closed->facts.results = given->results;
    if (!view_need(work, &bank_table, "bank", given->bank, &bank) ||
        !operation_at_site(work, "bank", bank.site, "bank") ||
        !step_day(work, "tested_on", &given->tested_on))
        return false;
    if (!text_equals(bank.tests, "open"))
        return fail(&work->fault, FAULT_CONFLICT, "bank",
                    "The tests of %s were closed as %s already.", bank.code, bank.tests);
    if (!setting_text(work, "bank_identity_limits", &closed->facts.identity_limits) ||
        !setting_text(work, "bank_limits", &closed->facts.test_limits))
        return false;
    bank_test_judge(work->arena, &closed->facts, &closed->findings);
    closed->tests = findings_all_met(&closed->findings) ? "passed" : "failed";
    return check_results(work, &closed->facts) && check_known(work, &closed->findings);
}

static bool close_again(struct work *work, const void *body, struct rows *findings)
{
    const struct closing *closed = body;
    bank_test_judge(work->arena, &closed->facts, findings);
    return true;
}

/* A test as the bank shows it. */
struct bank_test_row {
    const char *bank;
    const char *test;
    bool done;
    struct real value;
    const char *outcome;
    const char *why;
    int64_t entry;
};
static const struct field row_fields[] = {
    FIELD(struct bank_test_row, bank, .help = "Bank"),
    FIELD(struct bank_test_row, test, .help = "Test"),
    FIELD(struct bank_test_row, done, .help = "Whether it was done"),
    FIELD(struct bank_test_row, value, .help = "Measured value"),
    FIELD(struct bank_test_row, outcome, .help = "Outcome"),
    FIELD(struct bank_test_row, why, .help = "Why it was not done"),
    FIELD(struct bank_test_row, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("bank_test", struct bank_test_row, row_fields);
const struct table bank_test_table = {"bank_test", &row_schema, "bank test", "", TABLE_VIEW};

static bool close_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct closing *closed = body;
    struct bank bank = {0};
    if (!view_need(work, &bank_table, "bank", closed->bank, &bank))
        return false;
    bank.tests = closed->tests;
    bank.tests_entry = entry->seq;
    for (size_t i = 0; i < closed->facts.results.count; i++) {
        const struct bank_test *one = &ROWS(closed->facts.results, const struct bank_test)[i];
        const struct bank_test_row row = {closed->bank, one->test, one->done, one->value,
                                          one->outcome, one->why,  entry->seq};
        if (!view_put(work, &bank_test_table, &row))
            return false;
    }
    return view_put(work, &bank_table, &bank);
}

bool bank_test_follow(struct work *work, const struct entry *entry, const void *body,
                      struct rows *inputs)
{
    const struct closing *closed = body;
    (void)entry;
    struct hold_order *order = arena_take(work->arena, sizeof *order);
    *order = (struct hold_order){link_name(work->arena, "bank", closed->bank), "other"};
    *inputs = (struct rows){text_equals(closed->tests, "passed") ? 0 : 1, order};
    return true;
}

struct bank_key {
    const char *bank;
};
static const struct field key_fields[] = {
    FIELD(struct bank_key, bank, .required = true, .code = true, .longest = 24, .help = "Bank"),
};
static const struct schema key_schema = SCHEMA("bank_key", struct bank_key, key_fields);

static bool tests_list(struct work *work, const void *input, struct rows *rows)
{
    const struct bank_key *key = input;
    struct bank bank = {0};
    return view_need(work, &bank_table, "bank", key->bank, &bank) &&
           view_list(work, &bank_test_table, "bank", value_text(key->bank), rows);
}

const struct operation bank_test_operations[BANK_TEST_OPERATIONS] = {
    {.name = "bank.close_tests",
     .method = "POST",
     .path = "/banks/{bank}/tests",
     .summary = "Close the tests of a bank: every test with its value, or why it was not done.",
     .permission = PERMIT_BANK_JUDGE,
     .effect = RECORDS,
     .signature = "reviewed",
     .input = &closing_input,
     .output = &closed_schema,
     .subject = "bank",
     .judge = close_judge,
     .apply = close_apply,
     .judge_again = close_again},
    {.name = "bank.tests",
     .method = "GET",
     .path = "/banks/{bank}/tests",
     .summary = "Show the tests of a bank with their values.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &key_schema,
     .output = &row_schema,
     .list = tests_list},
};
