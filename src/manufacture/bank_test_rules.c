/* bank_test_rules.c: does each test of a bank meet its signed limit? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/bank_test.h"

#include <string.h>

const struct rule bank_test_rules[BANK_TEST_RULES] = {
    {"CB-03.identity/1", "Do surface markers and differentiation meet the signed limits, by value?",
     "表面マーカーと分化能は署名済みの限度を満たすか(値を保存)。",
     "ISCT 2006, as tabulated; site's limits"},
    {"CB-04.tests/1", "Was every bank test done with a passing result, or left out with a reason?",
     "バンクの各試験は適合したか、または実施しない理由が記録されたか。",
     "ICH Q5A(R2), Q5D, as summarised"},
};

/* One word of the limits, taken apart. */
struct bank_limit {
    const char *test;
    const char *relation; /* ">=", "<=", "=" */
    const char *asked;
    bool or_reason;
};

static bool read_limit(struct arena *arena, const char *word, struct bank_limit *limit)
{
    static const char or_reason[] = "/or_reason";
    const size_t name = strcspn(word, "<>=");
    const size_t sign = strspn(word + name, "<>=");
    const char *end = strstr(word, or_reason);
    const size_t asked = end ? (size_t)(end - word) : strlen(word);
    *limit = (struct bank_limit){0};
    if (!name || !sign || sign > 2 || asked <= name + sign)
        return false;
    limit->test = arena_text(arena, word, name);
    limit->relation = arena_text(arena, word + name, sign);
    limit->asked = arena_text(arena, word + name + sign, asked - name - sign);
    limit->or_reason = end != NULL;
    return true;
}

static const struct bank_test *find_result(const struct rows *results, const char *test)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct bank_test *result = &ROWS(*results, const struct bank_test)[i];
        if (text_equals(result->test, test))
            return result;
    }
    return NULL;
}

static enum verdict compare(const struct bank_limit *limit, const struct bank_test *result)
{
    double asked = 0;
    if (text_equals(limit->relation, "="))
        return verdict_of(result->outcome != NULL, text_equals(result->outcome, limit->asked));
    if (!result->value.text || !real_parse(limit->asked, &asked))
        return VERDICT_UNKNOWN;
    if (text_equals(limit->relation, ">="))
        return verdict_of(true, result->value.value >= asked);
    return verdict_of(text_equals(limit->relation, "<="), result->value.value <= asked);
}

static void judge_limit(struct findings *list, const char *rule, const struct bank_limit *limit,
                        const struct bank_test *result)
{
    const char *asked = arena_print(list->arena, "%s%s%s", limit->relation, limit->asked,
                                    limit->or_reason ? ", or a reason why it was not done" : "");
    if (!result)
        findings_add(list, rule, VERDICT_UNKNOWN, asked, "%s not given", limit->test);
    else if (!result->done)
        findings_add(list, rule, verdict_of(limit->or_reason && result->why, true), asked,
                     "%s not done: %s", limit->test, result->why ? result->why : "no reason");
    else
        findings_add(list, rule, compare(limit, result), asked, "%s %s", limit->test,
                     result->value.text ? result->value.text
                     : result->outcome  ? result->outcome
                                        : "without a result");
}

static void judge_limits(struct findings *list, const char *rule, const char *limits,
                         const struct rows *results)
{
    size_t count = 0;
    const char **words = limits ? text_split(list->arena, limits, ' ', &count) : NULL;
    if (!count)
        findings_add(list, rule, VERDICT_UNKNOWN, "signed limits", "no signed limits");
    for (size_t i = 0; i < count; i++) {
        struct bank_limit limit;
        if (read_limit(list->arena, words[i], &limit))
            judge_limit(list, rule, &limit, find_result(results, limit.test));
        else
            findings_add(list, rule, VERDICT_UNKNOWN, words[i], "a limit that cannot be read");
    }
}

void bank_test_judge(struct arena *arena, const struct bank_test_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_limits(&list, "CB-03.identity/1", facts->identity_limits, &facts->results);
    judge_limits(&list, "CB-04.tests/1", facts->test_limits, &facts->results);
    *findings = list.rows;
}

static bool names_test(struct arena *arena, const char *limits, const char *test)
{
    size_t count = 0;
    const char **words = limits ? text_split(arena, limits, ' ', &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        struct bank_limit limit;
        if (read_limit(arena, words[i], &limit) && text_equals(limit.test, test))
            return true;
    }
    return false;
}

bool bank_test_is_limited(struct arena *arena, const struct bank_test_facts *facts,
                          const char *test)
{
    return names_test(arena, facts->identity_limits, test) ||
           names_test(arena, facts->test_limits, test);
}
