/* assay_rules.c: what a result must show beside its value before it may count. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/assay.h"

const struct rule assay_rules[ASSAY_RULES] = {
    {"QC-03.days/1", "Were the days between start and last reading of a sterility test enough?",
     "無菌試験の開始から最終判定までの日数は足りているか。", "JP 4.06, as described"},
    {"QC-09.days/1", "Were the days between start and last reading of a mycoplasma culture enough?",
     "マイコプラズマ培養の開始から最終判定までの日数は足りているか。",
     "broth culture with subcultures, as described"},
    {"QC-04.controls/1", "Did the controls of the method pass?", "試験の対照は成立したか。",
     "draft microbiology guideline, run controls"},
    {"QC-04.run/1", "Did the positive control of the run grow, and the negative not?",
     "その回の陽性対照は発育し、陰性対照は発育しなかったか。",
     "draft microbiology guideline, run controls"},
    {"QC-08.spike/1", "Does the recovery of the added endotoxin lie within the signed limits?",
     "エンドトキシン添加回収率は定められた範囲内か。", "USP <85>, as described"},
    {"QC-21.loq/1", "Can a value below the limit of quantification be held against its limit?",
     "定量下限未満の値は規格と比較できるか。",
     "MISEV2023 commentary: below the limit is never zero"},
    {"QC-22.first_value/1", "Is this the first result of the attribute that stands?",
     "その項目で有効な最初の結果か。", "GMP Art. 11"},
    {"QC-02.upstream/1", "Did the lot come from what was sampled, and was every one of it sampled?",
     "採取した対象はロットの由来であり、同種のすべてを採取したか。", "ASRM Rule Art. 100"},
    {"QC-19.not_applicable/1",
     "Does the specification allow that the test does not apply, and is a reason given?",
     "規格が「該当なし」を認め、その理由が記されているか。", "ICH Q6B practice"},
    {"QC-13.measured_by/1", "Was the result measured in the way that its limit demands?",
     "結果は規格値が求める方法で測定されたか。", "MISEV, NTA practice; as signed"},
    {"QC-24.pulled/1", "Were the vials taken at the stability pull that the test names?",
     "試験に用いたバイアルは、その安定性試験の時点で払い出されたものか。", "GMP Art. 11-2"},
};

static const struct field facts_fields[] = {
    FIELD(struct assay_facts, attribute, .help = "What was measured"),
    FIELD(struct assay_facts, outcome, .help = "Outcome"),
    FIELD(struct assay_facts, days, .unit = "days", .help = "Days between start and reading"),
    FIELD(struct assay_facts, days_least, .unit = "days", .help = "Least days, as signed"),
    FIELD(struct assay_facts, controls, .help = "Controls of the method"),
    FIELD(struct assay_facts, positive_control, .help = "Positive control of the run"),
    FIELD(struct assay_facts, negative_control, .help = "Negative control of the run"),
    FIELD(struct assay_facts, spike_recovery_percent, .unit = "%", .help = "Spike recovery"),
    FIELD(struct assay_facts, spike_least_percent, .unit = "%", .help = "Least, as signed"),
    FIELD(struct assay_facts, spike_most_percent, .unit = "%", .help = "Most, as signed"),
    FIELD(struct assay_facts, value, .help = "Value"),
    FIELD(struct assay_facts, loq, .help = "Limit of quantification"),
    FIELD(struct assay_facts, limit_low, .help = "Lower limit of the specification"),
    FIELD(struct assay_facts, limit_high, .help = "Upper limit of the specification"),
};
const struct schema assay_facts_schema = SCHEMA("assay_facts", struct assay_facts, facts_fields);

static bool is_sterility(const struct assay_facts *facts)
{
    return text_starts(facts->attribute, "sterility");
}

const char *assay_days_key(const char *attribute)
{
    if (text_starts(attribute, "sterility"))
        return "sterility_days_least";
    return text_equals(attribute, "mycoplasma") ? "mycoplasma_days_least" : NULL;
}

static const char *tell(struct arena *arena, const struct count *count)
{
    return count->known ? arena_print(arena, "%lld days", (long long)count->value) : "not known";
}

static void judge_days(struct findings *list, const struct assay_facts *facts)
{
    bool known = facts->days.known && facts->days_least.known;
    if (assay_days_key(facts->attribute))
        findings_add(list, is_sterility(facts) ? "QC-03.days/1" : "QC-09.days/1",
                     verdict_of(known, facts->days.value >= facts->days_least.value),
                     tell(list->arena, &facts->days_least), "%s", tell(list->arena, &facts->days));
}

static const char *word(const char *text)
{
    return text ? text : "not said";
}

/* Sterility always shows its controls; other tests only where somebody said something. */
static void judge_controls(struct findings *list, const struct assay_facts *facts)
{
    bool said = facts->controls && !text_equals(facts->controls, "not_done");
    bool run = facts->positive_control || facts->negative_control;
    if (is_sterility(facts) || said)
        findings_add(list, "QC-04.controls/1",
                     verdict_of(said, text_equals(facts->controls, "passed")), "passed", "%s",
                     word(facts->controls));
    if (is_sterility(facts) || run)
        findings_add(list, "QC-04.run/1",
                     verdict_of(facts->positive_control && facts->negative_control,
                                text_equals(facts->positive_control, "grew") &&
                                    text_equals(facts->negative_control, "did_not_grow")),
                     "positive grew, negative did not", "positive %s, negative %s",
                     word(facts->positive_control), word(facts->negative_control));
}

static void judge_spike(struct findings *list, const struct assay_facts *facts)
{
    const struct real *spike = &facts->spike_recovery_percent;
    const struct real *least = &facts->spike_least_percent;
    const struct real *most = &facts->spike_most_percent;
    if (text_starts(facts->attribute, "endotoxin"))
        findings_add(list, "QC-08.spike/1",
                     verdict_of(spike->text && least->text && most->text,
                                spike->value >= least->value && spike->value <= most->value),
                     arena_print(list->arena, "%s to %s %%", word(least->text), word(most->text)),
                     "%s %%", word(spike->text));
}

static void judge_loq(struct findings *list, const struct assay_facts *facts)
{
    const struct specification_limit limit = {.attribute = facts->attribute,
                                              .low = facts->limit_low,
                                              .high = facts->limit_high,
                                              .decision_rule = "simple"};
    const struct reading reading = {.value = facts->value, .below = facts->loq};
    bool limited = facts->limit_low.text || facts->limit_high.text;
    if (!limited || !facts->loq.text || !facts->value.text ||
        facts->value.value >= facts->loq.value)
        return;
    findings_add(list, "QC-21.loq/1",
                 verdict_of(limit_judge(&limit, &reading) != VERDICT_UNKNOWN, true),
                 "a limit that lies outside of what is not known", "<%s (raw %s)", facts->loq.text,
                 facts->value.text);
}

void assay_judge(struct arena *arena, const struct assay_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    *findings = list.rows;
    if (text_equals(facts->outcome, "not_applicable"))
        return;
    judge_days(&list, facts);
    judge_controls(&list, facts);
    judge_spike(&list, facts);
    judge_loq(&list, facts);
    *findings = list.rows;
}

const char *assay_verdict(const char *verdict, const struct rows *findings)
{
    if (text_equals(verdict, "met") && findings->count && !findings_all_met(findings))
        return verdict_word(VERDICT_UNKNOWN);
    return verdict;
}

bool assay_is_interim(const char *verdict, const struct rows *findings)
{
    bool early = false;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &ROWS(*findings, const struct finding)[i];
        early = early || (text_equals(finding->verdict, "not_met") &&
                          (text_equals(finding->rule, "QC-03.days/1") ||
                           text_equals(finding->rule, "QC-09.days/1")));
    }
    return early && !text_equals(verdict, "not_met");
}
