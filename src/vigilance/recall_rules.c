/* recall_rules.c: a recall is closed when every vial and everybody is accounted for. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/recall.h"

const struct rule recall_rules[RECALL_RULES] = {
    {"RC-03.balance/1",
     "Is every vial that was made tested, retained, given, destroyed or lost, and none anywhere "
     "else?",
     "製造した全バイアルが試験・保存・投与・廃棄・紛失のいずれかで、それ以外にないか。",
     "requirement RC-03"},
    {"RC-01.notices/1", "Has every site and patient that is reached a notice that is answered?",
     "対象の全施設・全患者への通知に回答があるか。", "GCTP Art. 19; GMP Art. 17"},
};

static int64_t open_vials(const struct recall_balance *balance)
{
    return balance->in_stock + balance->in_transit + balance->arrived + balance->rejected;
}

static bool is_closed(const struct recall_balance *balance)
{
    return balance->in_stock == 0 && balance->in_transit == 0 && balance->arrived == 0 &&
           balance->rejected == 0 && balance->difference == 0;
}

static void judge_balances(struct findings *list, const struct rows *balances)
{
    struct text text = text_open(list->arena);
    for (size_t i = 0; i < balances->count; i++) {
        const struct recall_balance *balance = &ROWS(*balances, const struct recall_balance)[i];
        if (!is_closed(balance))
            text_print(&text, "%s%s: %lld open, difference %lld", text.length ? "; " : "",
                       balance->lot, (long long)open_vials(balance),
                       (long long)balance->difference);
    }
    findings_add(list, "RC-03.balance/1", verdict_of(balances->count > 0, !text.length),
                 "no open vial and no difference", "%s",
                 text.length       ? text.bytes
                 : balances->count ? "nothing open"
                                   : "no lot in scope");
}

void recall_judge(struct arena *arena, const struct recall_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_balances(&list, &facts->balances);
    findings_add(&list, "RC-01.notices/1",
                 verdict_of(facts->unanswered != NULL, text_equals(facts->unanswered, "none")),
                 "an answer from everybody", "%lld sites, %lld patients; without an answer: %s",
                 (long long)facts->sites, (long long)facts->patients,
                 facts->unanswered ? facts->unanswered : "not asked");
    *findings = list.rows;
}
