/* gate_rules.c: the rules of signing on to a step: facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "manufacture/gate.h"

#include <string.h>

const struct rule gate_rules[GATE_RULES] = {
    {"MF-16.operator/1",
     "Are health check, training, media fill and gowning of the operator in date, as signed?",
     "作業者の健康診断・教育訓練・培地充填試験・更衣認定は署名済みの一覧どおり有効期間内か。",
     "ASRM Rule Art. 99; draft guideline"},
    {"MF-16.today/1",
     "Did the operator declare today to be gowned and free of infection, wound, diarrhoea, fever "
     "and contaminating work?",
     "作業者は本日、感染・創傷・下痢・発熱・汚染作業がなく更衣済みと申告したか。",
     "ASRM Rule Art. 99; draft guideline"},
    {"MF-16.independent/1", "Did somebody else record the qualification of the operator?",
     "作業者の資格は本人以外が記録したか。", "good practice"},
    {"MF-16.own/1", "Did the operator declare the own health?", "健康申告は本人が行ったか。",
     "good practice"},
    {"MF-17.equipment/1", "Is each piece of equipment in date, for each check that is signed?",
     "各設備は署名済みの点検について有効期間内か。", "ASRM Rule Art. 99"},
};

/* An unreadable or missing day is unknown; first and last day both count. */
static enum verdict judge_item(const struct gate_item *item, struct date today)
{
    int64_t from = 0;
    int64_t until = 0;
    int64_t day = 0;
    bool known = date_parse(item->from.text ? item->from.text : "", &from) &&
                 date_parse(item->until.text ? item->until.text : "", &until) &&
                 date_parse(today.text ? today.text : "", &day);
    return verdict_of(known, day >= from && day <= until);
}

static const char *span(struct arena *arena, const struct gate_item *item)
{
    if (!item->from.text)
        return "nothing recorded";
    if (!item->until.text)
        return arena_print(arena, "not passed on %s", item->from.text);
    return arena_print(arena, "valid %s to %s", item->from.text, item->until.text);
}

static void judge_items(struct findings *findings, const struct gate_facts *facts,
                        const struct rows *items, const char *rule)
{
    const char *today = facts->today.text ? facts->today.text : "unknown";
    for (size_t i = 0; i < items->count; i++) {
        const struct gate_item *item = &ROWS(*items, const struct gate_item)[i];
        findings_add(findings, rule, judge_item(item, facts->today),
                     arena_print(findings->arena, "in date on %s", today), "%s %s", item->what,
                     span(findings->arena, item));
    }
}

static void judge_equipment(struct findings *list, const struct gate_facts *facts)
{
    if (!facts->checks || !facts->equipment.count)
        findings_add(list, "MF-17.equipment/1", VERDICT_UNKNOWN, "a signed list", "%s",
                     facts->checks ? "no equipment is named" : "no checks are asked for");
    judge_items(list, facts, &facts->equipment, "MF-17.equipment/1");
}

void gate_judge(struct arena *arena, const struct gate_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const char *declared = facts->declaration;
    if (!facts->kinds || !facts->skills.count)
        findings_add(&list, "MF-16.operator/1", VERDICT_UNKNOWN, "a signed list",
                     "no qualifications are asked for");
    judge_items(&list, facts, &facts->skills, "MF-16.operator/1");
    findings_add(&list, "MF-16.today/1", verdict_of(declared != NULL, text_equals(declared, "fit")),
                 "fit", "%s", declared ? declared : "no declaration today");
    judge_equipment(&list, facts);
    *findings = list.rows;
}

void gate_judge_equipment(struct arena *arena, const struct gate_facts *facts,
                          struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_equipment(&list, facts);
    *findings = list.rows;
}
