/* screening_rules.c: the rules of eligibility: facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/screening.h"

const struct rule screening_rules[SCREENING_RULES] = {
    {"DN-02.basis/1", "Are history and examination of the donor recorded, and clear?",
     "既往歴と診察が別々に記録され、問題がないか。", "ASRM Rule Art. 7"},
    {"DN-04.panel/1", "Does the first sample answer every marker of the signed panel?",
     "初回検体は署名済みパネルの全項目に答えているか。", "site's signed panel"},
    {"DN-06.window/1",
     "Does a sample drawn after the signed interval answer every marker of the panel?",
     "署名済みの間隔を過ぎて採った検体が全項目に答えているか。", "ASRM Rule Art. 7"},
    {"DN-08.reactive/1", "Is no result of any sample reactive?",
     "どの検体のどの結果も陽性でないか。", "ASRM Rule Art. 15"},
    {"DN-11.specimen/1", "Was the first sample drawn within the signed days of the collection?",
     "初回検体は採取日から署名済みの日数以内に採られたか。", "21 CFR 1271.80(b), as signed"},
};

static enum verdict judge_basis(const struct screening_facts *facts)
{
    return verdict_of(facts->history && facts->examination,
                      text_equals(facts->history, "clear") &&
                          text_equals(facts->examination, "clear"));
}

static enum verdict judge_panel(const char *missing)
{
    return verdict_of(missing != NULL, text_equals(missing, "none"));
}

static enum verdict judge_window(const struct screening_facts *facts)
{
    if (!facts->retest_after_days.known || !facts->second_after_days.known)
        return VERDICT_UNKNOWN;
    if (facts->second_after_days.value < facts->retest_after_days.value)
        return VERDICT_NOT_MET;
    return judge_panel(facts->second_missing);
}

/* Without a sample nothing is known to be non-reactive. */
static enum verdict judge_reactive(const struct screening_facts *facts)
{
    return verdict_of(facts->reactive || facts->first_missing != NULL, !facts->reactive);
}

/* Before or after, the same number of days is allowed. */
static enum verdict judge_specimen(const struct screening_facts *facts)
{
    int64_t days = facts->specimen_days.value;
    int64_t most = facts->specimen_most_days.value;
    return verdict_of(facts->specimen_days.known && facts->specimen_most_days.known,
                      (days < 0 ? -days : days) <= most);
}

static const char *word(const char *text)
{
    return text ? text : "not recorded";
}

static const char *days(struct arena *arena, struct count count)
{
    return count.known ? arena_print(arena, "%lld days", (long long)count.value) : "not known";
}

void screening_judge(struct arena *arena, const struct screening_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "DN-02.basis/1", judge_basis(facts), "both clear",
                 "history %s, examination %s", word(facts->history), word(facts->examination));
    findings_add(&list, "DN-04.panel/1", judge_panel(facts->first_missing), "nothing missing",
                 "first sample lacks: %s", word(facts->first_missing));
    findings_add(&list, "DN-06.window/1", judge_window(facts),
                 days(arena, facts->retest_after_days),
                 "newest sample %s after collection, lacks: %s",
                 days(arena, facts->second_after_days), word(facts->second_missing));
    findings_add(&list, "DN-08.reactive/1", judge_reactive(facts), "non-reactive", "%s",
                 facts->reactive ? "a result is reactive" : "no result is reactive");
    findings_add(&list, "DN-11.specimen/1", judge_specimen(facts),
                 days(arena, facts->specimen_most_days), "first sample %s before collection",
                 days(arena, facts->specimen_days));
    *findings = list.rows;
}
