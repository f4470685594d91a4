/* study_rules.c: the rules of a study with two sides: facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/study.h"

const struct rule study_rules[STUDY_RULES] = {
    {"OU-01.blinded/1", "Does the rater give no dose?", "評価者は投与を行わないか。",
     "good clinical practice; requirements OU-01"},
    {"OU-01.vehicle/1", "Does a lot made as a vehicle stand in for the product on the other side?",
     "対照側に用いるのはプラセボ(溶媒)として製造されたロットか。", "requirements OU-01, PR-01"},
    {"OU-01.balanced/1", "Does the sealed list name as many left as right sides, or one more?",
     "割付表の左右の人数は同じか、差が1以内か。", "good clinical practice"},
    {"OU-01.listed/1", "Is the subject on the list that was sealed when the study was opened?",
     "被験者は試験開始時に封印された割付表に載っているか。", "good clinical practice"},
    {"CN-01.study/1", "Did the subject sign the form of the study, and does that consent hold?",
     "被験者は試験の同意書に署名し、その同意は有効か。", "ASRM Rule Art. 13, as followed"},
};

static const char *word(const char *text)
{
    return text ? text : "unknown";
}

static void judge_rater(struct findings *list, const char *gives)
{
    findings_add(list, "OU-01.blinded/1", verdict_of(gives != NULL, text_equals(gives, "no")), "no",
                 "the rater may give doses: %s", word(gives));
}

void study_judge(struct arena *arena, const struct study_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    int64_t difference = facts->left - facts->right;
    judge_rater(&list, facts->rater_gives);
    findings_add(&list, "OU-01.vehicle/1",
                 verdict_of(facts->vehicle != NULL, text_equals(facts->vehicle, "vehicle")),
                 "vehicle", "%s", word(facts->vehicle));
    findings_add(&list, "OU-01.balanced/1",
                 verdict_of(facts->left + facts->right > 0, difference >= -1 && difference <= 1),
                 "equal numbers", "%lld left, %lld right", (long long)facts->left,
                 (long long)facts->right);
    *findings = list.rows;
}

void enrolment_judge(struct arena *arena, const struct enrolment_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_rater(&list, facts->rater_gives);
    findings_add(&list, "OU-01.listed/1",
                 verdict_of(facts->listed != NULL, text_equals(facts->listed, "yes")), "yes",
                 "on the list: %s", word(facts->listed));
    findings_add(&list, "CN-01.study/1",
                 verdict_of(facts->consent != NULL, text_equals(facts->consent, "valid")), "valid",
                 "consent %s", word(facts->consent));
    *findings = list.rows;
}
