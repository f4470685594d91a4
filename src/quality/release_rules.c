/* release_rules.c: the rules of release: facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/release.h"

#include "base/time.h"
#include "manufacture/step.h"

const struct rule release_rules[RELEASE_RULES] = {
    {"RL-03.report/1", "Did the quality unit receive the production report of the lot?",
     "品質部門は製造報告を受け取ったか。", "ASRM Rule Art. 99, 100"},
    {"RL-03.tests/1", "Does every limit of the specification have a result that meets it?",
     "規格のすべての項目に適合する結果があるか。", "ASRM Rule Art. 101"},
    {"DN-06.donor/1", "Is every donor of the lot signed as eligible?",
     "ロットのすべてのドナーが適格と署名されているか。", "ASRM Rule Art. 7"},
    {"RL-03.holds/1", "Is neither the lot on hold nor anything that it came from?",
     "ロットとその由来に保留がないか。", "ASRM Rule Art. 101"},
    {"RL-02.maker/1", "Did the releaser record or sign no production step of the lot?",
     "出荷判定者は製造工程の記録・署名をしていないか。", "ASRM Rule Art. 93; GMP Art. 4"},
    {"RL-03.expiry/1", "Is the lot still usable today?", "本日が使用期限内か。", "GMP Art. 11-2"},
    {"RL-01.state/1", "Is the lot in quarantine?", "ロットは出荷判定待ちか。", "GMP Art. 12"},
};

static enum verdict judge_tests(const struct rows *tests)
{
    size_t met = 0;
    for (size_t i = 0; i < tests->count; i++) {
        const char *verdict = ROWS(*tests, const struct release_test)[i].verdict;
        if (text_equals(verdict, "not_met"))
            return VERDICT_NOT_MET;
        met += text_equals(verdict, "met");
    }
    return verdict_of(tests->count > 0 && met == tests->count, true);
}

static enum verdict judge_donors(const struct rows *donors)
{
    size_t eligible = 0;
    for (size_t i = 0; i < donors->count; i++) {
        const char *decision = ROWS(*donors, const struct release_donor)[i].decision;
        if (text_equals(decision, "ineligible"))
            return VERDICT_NOT_MET;
        eligible += text_equals(decision, "eligible");
    }
    return verdict_of(donors->count > 0 && eligible == donors->count, true);
}

bool release_is_own(const struct release_facts *facts)
{
    return facts->makers && facts->releaser && text_has_word(facts->makers, facts->releaser);
}

static enum verdict judge_maker(const struct release_facts *facts)
{
    return verdict_of(!text_is_empty(facts->makers) && !text_is_empty(facts->releaser),
                      !release_is_own(facts));
}

static enum verdict judge_expiry(const struct release_facts *facts)
{
    int64_t today = 0;
    int64_t last = 0;
    bool known = date_parse(facts->today.text, &today) && date_parse(facts->expires_on.text, &last);
    return verdict_of(known, today <= last);
}

static const char *tell_tests(struct arena *arena, const struct rows *tests)
{
    struct text text = text_open(arena);
    size_t met = 0;
    for (size_t i = 0; i < tests->count; i++)
        met += text_equals(ROWS(*tests, const struct release_test)[i].verdict, "met");
    text_print(&text, "%zu of %zu met", met, tests->count);
    for (size_t i = 0; i < tests->count; i++) {
        const struct release_test *test = &ROWS(*tests, const struct release_test)[i];
        if (!text_equals(test->verdict, "met"))
            text_print(&text, ", %s %s", test->attribute,
                       test->verdict ? test->verdict : "without a result");
    }
    return text.bytes;
}

static const char *tell_donors(struct arena *arena, const struct rows *donors)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < donors->count; i++) {
        const struct release_donor *donor = &ROWS(*donors, const struct release_donor)[i];
        text_print(&text, "%s%s %s", i ? ", " : "", donor->donor,
                   donor->decision ? donor->decision : "not decided");
    }
    return donors->count ? text.bytes : "no donor known";
}

static const char *word(const char *text)
{
    return text_is_empty(text) ? "not known" : text;
}

void release_judge(struct arena *arena, const struct release_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const struct count *holds = &facts->holds;
    bool reported = text_equals(facts->report, "received");
    findings_add(&list, "RL-03.report/1", verdict_of(reported, true), "received", "report %s",
                 reported ? "received" : "not received");
    findings_add(&list, "RL-03.tests/1", judge_tests(&facts->tests), "every limit met", "%s",
                 tell_tests(arena, &facts->tests));
    findings_add(&list, "DN-06.donor/1", judge_donors(&facts->donors), "every donor eligible", "%s",
                 tell_donors(arena, &facts->donors));
    findings_add(
        &list, "RL-03.holds/1", verdict_of(holds->known, holds->value == 0), "no hold", "%s",
        holds->known ? arena_print(arena, "%lld open", (long long)holds->value) : "not known");
    findings_add(&list, "RL-02.maker/1", judge_maker(facts), "nobody who made it",
                 "releaser %s, made by %s", word(facts->releaser), word(facts->makers));
    findings_add(&list, "RL-03.expiry/1", judge_expiry(facts), word(facts->expires_on.text),
                 "today is %s", word(facts->today.text));
    *findings = list.rows;
}
