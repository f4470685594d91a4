/* eligibility_rules.c: the rules of eligibility: facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/agreement.h"
#include "donation/eligibility.h"
#include "donation/window.h"

const struct rule eligibility_rules[ELIGIBILITY_RULES] = {
    {"DN-02.basis/1", "Are history and examination of the donor recorded, and clear?",
     "既往歴と診察が別々に記録され、問題がないか。", "ASRM Rule Art. 7"},
    {"DN-05.interview/1", "Was every item of the signed interview asked?",
     "署名済みの問診項目はすべて尋ねられたか。", "human somatic stem cell guidance, as signed"},
    {"DN-10.person/1", "Was the person tested who has to be: donor, or birth mother?",
     "検査を受けたのは、受けるべき人(ドナー本人または出産した母)か。", "21 CFR 1271.80(a)"},
    {"DN-17.treatment/1", "Came treatment first, unchanged by the wish to obtain tissue?",
     "組織を得るために治療が変更されず、治療が優先されたか。", "ASRM Rule Art. 7"},
    {"DN-15.agreement/1", "Does an agreement stand that was signed no later than the recovery?",
     "採取日までに署名された同意が有効に存在するか。", "ASRM Rule Art. 7"},
    {"DN-04.panel/1", "Does the sample nearest to recovery answer every marker of the panel?",
     "採取に最も近い検体は署名済みパネルの全項目に答えているか。", "site's signed panel"},
    {"DN-11.specimen/1", "Was that sample drawn within the signed days of the recovery?",
     "その検体は採取日から署名済みの日数以内に採られたか。", "21 CFR 1271.80(b), as signed"},
    {"DN-08.reactive/1", "Is no result of any sample reactive?",
     "どの検体のどの結果も陽性でないか。", "ASRM Rule Art. 15"},
    {"DN-06.window/1",
     "Was every agent tested in full in a sample drawn after its signed interval?",
     "病原体ごとに、署名済みの間隔を過ぎて採った検体がその全項目に答えているか。",
     "ASRM Rule Art. 7"},
    {"DN-13.microbes/1",
     "Is the microbial test of every tissue recorded, not detected or left out with a reason?",
     "受け入れた組織の微生物試験は記録され、検出されていないか、省いた理由があるか。",
     "ASRM Rule Art. 7"},
    {"DN-12.serum/1", "Is serum or plasma of the donor kept, or the reason why not?",
     "ドナーの血清または血漿が保存されているか、できない理由が記録されているか。",
     "ASRM Rule Art. 16"},
    {"DN-08.final/1", "Was the donor not signed as ineligible before, on facts that still stand?",
     "訂正されていない事実に基づき、すでに不適格と判定されていないか。", "ASRM Rule Art. 15"},
};

static enum verdict judge_basis(const struct eligibility_facts *facts)
{
    return verdict_of(facts->history && facts->examination,
                      text_equals(facts->history, "clear") &&
                          text_equals(facts->examination, "clear"));
}

static enum verdict judge_person(const struct eligibility_facts *facts)
{
    return verdict_of(facts->tested_person && facts->tested_person_asked,
                      text_equals(facts->tested_person, facts->tested_person_asked));
}

/* A withdrawn agreement is known not to stand; a missing one is not known at all. */
static enum verdict judge_agreement(const struct eligibility_facts *facts)
{
    if (facts->withdrawn)
        return VERDICT_NOT_MET;
    return verdict_of(facts->agreement && facts->agreement_before_days.known,
                      facts->agreement_before_days.value >= 0);
}

static enum verdict judge_none(const char *missing)
{
    return verdict_of(missing != NULL, text_equals(missing, "none"));
}

/* Without a sample nothing is known to be non-reactive. */
static enum verdict judge_reactive(const struct eligibility_facts *facts)
{
    return verdict_of(facts->reactive || facts->first_missing != NULL, !facts->reactive);
}

/* Before or after, the same number of days is allowed. */
static enum verdict judge_specimen(const struct eligibility_facts *facts)
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

static void judge_person_and_paper(struct findings *list, const struct eligibility_facts *facts)
{
    findings_add(list, "DN-02.basis/1", judge_basis(facts), "both clear",
                 "history %s, examination %s", word(facts->history), word(facts->examination));
    findings_add(list, "DN-05.interview/1", judge_none(facts->unasked), "every item asked",
                 "not asked: %s", word(facts->unasked));
    findings_add(list, "DN-10.person/1", judge_person(facts),
                 facts->tested_person_asked ? facts->tested_person_asked : "as signed", "%s tested",
                 word(facts->tested_person));
    findings_add(list, "DN-17.treatment/1", verdict_of(true, facts->treatment_first),
                 "treatment first", "%s",
                 facts->treatment_first ? "treatment was not changed" : "treatment was changed");
    findings_add(list, "DN-14.free/1", agreement_judge_free(facts->payment_yen), "0 yen",
                 "%lld yen paid", (long long)facts->payment_yen.value);
    findings_add(list, "DN-15.agreement/1", judge_agreement(facts), "signed by the recovery",
                 "agreement %s%s, signed %s before recovery", word(facts->agreement),
                 facts->withdrawn ? " (withdrawn)" : "",
                 days(list->arena, facts->agreement_before_days));
}

static void judge_tests(struct findings *list, const struct eligibility_facts *facts)
{
    struct arena *arena = list->arena;
    findings_add(list, "DN-04.panel/1", judge_none(facts->first_missing), "nothing missing",
                 "first sample lacks: %s", word(facts->first_missing));
    findings_add(list, "DN-11.specimen/1", judge_specimen(facts),
                 days(arena, facts->specimen_most_days), "first sample %s from recovery",
                 days(arena, facts->specimen_days));
    findings_add(list, "DN-08.reactive/1", judge_reactive(facts), "non-reactive", "%s%s",
                 facts->reactive ? "reactive: " : "no result is reactive",
                 !facts->reactive         ? ""
                 : facts->reactive_agents ? facts->reactive_agents
                                          : "outside of the panel");
    findings_add(list, "DN-06.window/1", window_judge(&facts->windows),
                 window_tell_limit(arena, &facts->windows), "%s",
                 window_tell(arena, &facts->windows));
}

static void judge_kept(struct findings *list, const struct eligibility_facts *facts)
{
    findings_add(list, "DN-13.microbes/1",
                 verdict_of(facts->microbes != NULL, !text_equals(facts->microbes, "detected")),
                 "not detected, or left out with a reason", "%s", word(facts->microbes));
    findings_add(list, "DN-12.serum/1", verdict_of(facts->serum != NULL, true),
                 "stored, or the reason why not", "%s", word(facts->serum));
    findings_add(list, "DN-08.final/1",
                 verdict_of(true, !facts->ineligible || facts->amended_since),
                 "not ineligible, or amended since", "%s",
                 !facts->ineligible     ? "not signed as ineligible"
                 : facts->amended_since ? "signed as ineligible on what was amended since"
                                        : "signed as ineligible");
}

void eligibility_judge(struct arena *arena, const struct eligibility_facts *facts,
                       struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_person_and_paper(&list, facts);
    judge_tests(&list, facts);
    judge_kept(&list, facts);
    *findings = list.rows;
}

const char *eligibility_status(const struct eligibility_facts *facts, const char *decision)
{
    if (text_equals(decision, "ineligible"))
        return "ineligible";
    if (facts->reactive)
        return "reactive";
    if (facts->withdrawn)
        return "withdrawn";
    if (text_equals(decision, "eligible"))
        return "eligible";
    if (!text_equals(facts->first_missing, "none"))
        return "registered";
    return window_judge(&facts->windows) == VERDICT_MET ? "window_can_close"
                                                        : "screening_1_passed_window_open";
}
