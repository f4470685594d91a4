/* agreement_rules.c: the rules of donors' agreements: facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/agreement.h"

const struct rule agreement_rules[AGREEMENT_RULES] = {
    {"DN-15.items/1", "Does the agreement answer every item of the signed list?",
     "同意は署名済みの一覧の全項目に答えているか。", "ASRM Rule Art. 7"},
    {"DN-16.proxy/1",
     "Did the donor sign, or a proxy whose relation is recorded, with a child's own understanding?",
     "本人が署名したか。代諾なら続柄が、年少者なら本人の理解も記録されているか。",
     "ASRM Rule Art. 7, 33"},
    {"DN-14.free/1", "Was nothing paid for the tissue beyond actual costs?",
     "実費を除き、無償で提供されたか。", "ASRM Rule Art. 7"},
    {"DN-15.withdrawal/1", "Has no processing of the donor's tissue begun?",
     "提供された組織の培養その他の加工がまだ始まっていないか。", "ASRM Rule Art. 7"},
};

static enum verdict judge_items(const struct agreement_facts *facts)
{
    return verdict_of(facts->missing != NULL, text_equals(facts->missing, "none"));
}

static enum verdict judge_proxy(const struct agreement_facts *facts)
{
    if (!facts->signer || !facts->age_years.known || !facts->proxy_below_years.known)
        return VERDICT_UNKNOWN;
    bool child = facts->age_years.value < facts->proxy_below_years.value;
    if (text_equals(facts->signer, "donor"))
        return verdict_of(true, !child);
    if (!text_equals(facts->signer, "proxy") || !facts->proxy_relation)
        return VERDICT_UNKNOWN;
    return verdict_of(!child || facts->own_understanding,
                      !child || !text_equals(facts->own_understanding, "refused"));
}

enum verdict agreement_judge_free(struct count payment_yen)
{
    return verdict_of(payment_yen.known, payment_yen.value == 0);
}

enum verdict agreement_judge_withdrawal(const char *processed)
{
    return verdict_of(processed != NULL, text_equals(processed, "none"));
}

static const char *word(const char *text)
{
    return text ? text : "not recorded";
}

void agreement_judge(struct arena *arena, const struct agreement_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    const char *years =
        facts->proxy_below_years.known
            ? arena_print(arena, "the donor from %lld years on, or a proxy with relation",
                          (long long)facts->proxy_below_years.value)
            : "a signed age";
    findings_add(&list, "DN-15.items/1", judge_items(facts), "every item answered",
                 "without an answer: %s", facts->missing ? facts->missing : "no list is signed");
    findings_add(&list, "DN-16.proxy/1", judge_proxy(facts), years,
                 "signed by %s, relation %s, age %lld, own understanding %s", word(facts->signer),
                 word(facts->proxy_relation), (long long)facts->age_years.value,
                 word(facts->own_understanding));
    findings_add(&list, "DN-14.free/1", agreement_judge_free(facts->payment_yen), "0 yen",
                 "%lld yen paid", (long long)facts->payment_yen.value);
    *findings = list.rows;
}
