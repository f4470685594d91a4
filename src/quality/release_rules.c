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
    {"RL-03.oos/1", "Is every investigation of a result of the lot closed?",
     "規格外試験結果の調査はすべて完了しているか。", "ASRM Rule Art. 101; GMP Art. 11"},
    {"RL-03.deviation/1", "Is every critical deviation of the lot closed?",
     "重大な逸脱はすべて完了しているか。", "ASRM Rule Art. 101"},
    {"RL-03.environment/1", "Was the environment of every open step read, and within its limits?",
     "環境モニタリングの結果が確認され、基準内か。", "ASRM Rule Art. 101"},
    {"RL-03.inspection/1", "Was every vial of the lot looked at?",
     "全バイアルの外観検査が済んでいるか。", "ASRM Rule Art. 101"},
    {"RL-03.labels/1", "Are the labels of the lot all accounted for?",
     "ラベルの照合が済んでいるか。", "ASRM Rule Art. 101; GMP Art. 10"},
    {"RL-01.state/1", "Is the lot in quarantine?", "ロットは出荷判定待ちか。", "GMP Art. 12"},
};

static bool is_met(const struct release_test *test)
{
    return text_equals(test->verdict, "met") || text_equals(test->verdict, "not_applicable");
}

static bool is_vehicle(const struct release_facts *facts)
{
    return text_equals(facts->kind, "vehicle");
}

static enum verdict judge_tests(const struct rows *tests)
{
    size_t met = 0;
    for (size_t i = 0; i < tests->count; i++) {
        const struct release_test *test = &ROWS(*tests, const struct release_test)[i];
        if (text_equals(test->verdict, "not_met"))
            return VERDICT_NOT_MET;
        met += is_met(test);
    }
    return verdict_of(tests->count > 0 && met == tests->count, true);
}

/* A vehicle comes from nobody; a product whose donors are not known is not released. */
static enum verdict judge_donors(const struct release_facts *facts)
{
    const struct rows *donors = &facts->donors;
    size_t eligible = 0;
    if (is_vehicle(facts) && donors->count == 0)
        return VERDICT_MET;
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

static const char *tell_test(struct arena *arena, const struct release_test *test)
{
    if (test->demand)
        return arena_print(arena, "%s: %s is asked for, and %s", test->attribute, test->demand,
                           test->interim ? arena_print(arena, "%s is interim", test->interim)
                                         : "there is no result");
    if (test->interim)
        return arena_print(arena, "%s: final reading missing, %s is interim", test->attribute,
                           test->interim);
    return arena_print(arena, "%s %s", test->attribute,
                       test->verdict ? test->verdict : "without a result");
}

static const char *tell_tests(struct arena *arena, const struct rows *tests)
{
    struct text text = text_open(arena);
    size_t met = 0;
    for (size_t i = 0; i < tests->count; i++)
        met += is_met(&ROWS(*tests, const struct release_test)[i]);
    text_print(&text, "%zu of %zu met", met, tests->count);
    for (size_t i = 0; i < tests->count; i++) {
        const struct release_test *test = &ROWS(*tests, const struct release_test)[i];
        if (!is_met(test))
            text_print(&text, ", %s", tell_test(arena, test));
    }
    return text.bytes;
}

static const char *tell_donor(struct arena *arena, const struct release_donor *donor)
{
    return arena_print(arena, "%s %s", donor->donor,
                       donor->decision ? donor->decision : "not decided, window open");
}

static const char *tell_donors(struct arena *arena, const struct rows *donors)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < donors->count; i++) {
        text_print(&text, "%s%s", i ? ", " : "",
                   tell_donor(arena, &ROWS(*donors, const struct release_donor)[i]));
    }
    return donors->count ? text.bytes : "no donor known";
}

static const char *word(const char *text)
{
    return text_is_empty(text) ? "not known" : text;
}

/* Codes of what is open: none is good, no answer is unknown. */
static void add_open(struct findings *list, const char *rule, const char *what, const char *codes)
{
    findings_add(list, rule, verdict_of(codes != NULL, text_equals(codes, "none")), "none",
                 "%s: %s", what, codes ? codes : "not known");
}

static void add_environment(struct findings *list, const struct release_facts *facts)
{
    static const char rule[] = "RL-03.environment/1";
    const char *failed = facts->environment_failed;
    if (failed && !text_equals(failed, "none"))
        add_open(list, rule, "environment beyond its limits", failed);
    else
        add_open(list, rule, "environment not read", failed ? facts->environment : NULL);
}

static void add_done(struct findings *list, const char *rule, const char *done, const char *word,
                     const char *what)
{
    const bool is_done = text_equals(done, word);
    findings_add(list, rule, verdict_of(is_done, true), word, "%s %s%s", what,
                 is_done ? "" : "not ", word);
}

static void add_reserve(struct findings *list, const struct release_facts *facts)
{
    struct rows findings;
    if (is_vehicle(facts)) {
        findings_add(list, "RS-03.reserve/1", VERDICT_MET, "none of a vehicle", "vehicle");
        return;
    }
    reserve_judge(list->arena, &facts->reserve, &findings);
    const struct finding *finding = findings.items;
    const bool known = !text_equals(finding->verdict, "unknown");
    findings_add(list, finding->rule, verdict_of(known, text_equals(finding->verdict, "met")),
                 finding->limit, "reserve: %s", finding->fact);
}

static void add_rest(struct findings *list, const struct release_facts *facts)
{
    add_open(list, "RL-03.oos/1", "open investigations of results", facts->oos);
    add_open(list, "RL-03.deviation/1", "open critical deviations", facts->deviations);
    add_environment(list, facts);
    add_done(list, "RL-03.inspection/1", facts->inspected, "inspected", "vials");
    add_done(list, "RL-03.labels/1", facts->labels, "reconciled", "labels");
    add_reserve(list, facts);
}

static void add_report(struct findings *list, const struct release_facts *facts)
{
    const bool reported = text_equals(facts->report, "received");
    findings_add(list, "RL-03.report/1", verdict_of(reported, true), "received",
                 "production report %s", reported ? "received" : "not received");
}

static void add_tests(struct findings *list, const struct release_facts *facts)
{
    findings_add(list, "RL-03.tests/1", judge_tests(&facts->tests), "every limit met", "%s",
                 tell_tests(list->arena, &facts->tests));
}

static void add_donors(struct findings *list, const struct release_facts *facts)
{
    findings_add(list, "DN-06.donor/1", judge_donors(facts), "every donor eligible", "%s",
                 is_vehicle(facts) ? "vehicle, no donor"
                                   : tell_donors(list->arena, &facts->donors));
}

static void add_state(struct findings *list, const struct release_facts *facts)
{
    const struct count *holds = &facts->holds;
    const char *open =
        holds->known ? arena_print(list->arena, "%lld open", (long long)holds->value) : "not known";
    findings_add(list, "RL-03.holds/1", verdict_of(holds->known, holds->value == 0), "no hold",
                 "holds: %s", open);
    findings_add(list, "RL-02.maker/1", judge_maker(facts), "nobody who made it",
                 "releaser %s, made by %s", word(facts->releaser), word(facts->makers));
    findings_add(list, "RL-03.expiry/1", judge_expiry(facts), word(facts->expires_on.text),
                 "today is %s", word(facts->today.text));
}

void release_judge(struct arena *arena, const struct release_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    add_report(&list, facts);
    add_tests(&list, facts);
    add_donors(&list, facts);
    add_state(&list, facts);
    add_rest(&list, facts);
    *findings = list.rows;
}

static void add_each_test(struct findings *list, const struct rows *tests)
{
    for (size_t i = 0; i < tests->count; i++) {
        const struct release_test *test = &ROWS(*tests, const struct release_test)[i];
        const bool known = test->verdict && !text_equals(test->verdict, "unknown");
        if (!is_met(test))
            findings_add(list, "RL-03.tests/1", verdict_of(known, false), "met", "%s",
                         tell_test(list->arena, test));
    }
}

static void add_each_donor(struct findings *list, const struct rows *donors)
{
    for (size_t i = 0; i < donors->count; i++) {
        const struct release_donor *donor = &ROWS(*donors, const struct release_donor)[i];
        if (!text_equals(donor->decision, "eligible"))
            findings_add(list, "DN-06.donor/1", verdict_of(donor->decision != NULL, false),
                         "eligible", "donor %s", tell_donor(list->arena, donor));
    }
}

void release_missing(struct arena *arena, const struct release_facts *facts, struct rows *missing)
{
    struct findings list = findings_open(arena);
    struct rows all;
    release_judge(arena, facts, &all);
    for (size_t i = 0; i < all.count; i++) {
        const struct finding *finding = &ROWS(all, const struct finding)[i];
        const size_t before = list.rows.count;
        if (text_equals(finding->verdict, "met"))
            continue;
        if (text_equals(finding->rule, "RL-03.tests/1"))
            add_each_test(&list, &facts->tests);
        if (text_equals(finding->rule, "DN-06.donor/1"))
            add_each_donor(&list, &facts->donors);
        if (list.rows.count == before)
            findings_add(&list, finding->rule,
                         verdict_of(!text_equals(finding->verdict, "unknown"), false),
                         finding->limit, "%s", finding->fact);
    }
    *missing = list.rows;
}
