/* gate.c: gathers what is asked before somebody signs on to a step. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/gate.h"

#include "base/time.h"
#include "contract/setting.h"
#include "manufacture/equipment.h"
#include "manufacture/operator.h"

static bool gather_skills(struct work *work, struct gate_facts *facts)
{
    size_t count = 0;
    const char **kinds = text_split(work->arena, facts->kinds ? facts->kinds : "", ' ', &count);
    struct gate_item *items = arena_take(work->arena, (count + 1) * sizeof *items);
    facts->skills = (struct rows){count, items};
    for (size_t i = 0; i < count; i++)
        if (!operator_item(work, facts->account, kinds[i], facts->today, &items[i]))
            return false;
    return true;
}

static bool gather_equipment(struct work *work, const char *field, struct gate_facts *facts)
{
    size_t pieces = 0;
    size_t checks = 0;
    const char **named = text_split(work->arena, facts->named ? facts->named : "", ' ', &pieces);
    const char **kinds = text_split(work->arena, facts->checks ? facts->checks : "", ' ', &checks);
    struct gate_item *items = arena_take(work->arena, (pieces * checks + 1) * sizeof *items);
    facts->equipment = (struct rows){0, items};
    for (size_t i = 0; i < pieces; i++) {
        struct equipment equipment = {0};
        if (!view_need(work, &equipment_table, field, named[i], &equipment) ||
            !operation_at_site(work, field, equipment.site, "equipment"))
            return false;
        for (size_t j = 0; j < checks; j++)
            if (!equipment_item(work, named[i], kinds[j], facts->today,
                                &items[facts->equipment.count++]))
                return false;
    }
    return true;
}

bool gate_open(struct work *work, const char *field, const char *equipment)
{
    struct rows findings;
    if (work->amends) /* whoever corrects a record does not sign on to the step */
        return true;
    struct gate_facts facts = {
        .account = work->actor ? work->actor->account : NULL,
        .today = {date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes))},
        .named = equipment,
    };
    if (!setting_text(work, "operator_gate", &facts.kinds) ||
        !setting_text(work, "equipment_gate", &facts.checks) || !gather_skills(work, &facts) ||
        !operator_declaration(work, facts.account, facts.today, &facts.declaration) ||
        !gather_equipment(work, field, &facts))
        return false;
    gate_judge(work->arena, &facts, &findings);
    return findings_allow(work->arena, &work->fault, field, &findings,
                          "You cannot sign on to this step");
}

bool gate_equipment(struct work *work, const char *field, const char *equipment, struct date day)
{
    struct rows findings;
    struct gate_facts facts = {.today = day, .named = equipment};
    if (!setting_text(work, "equipment_gate", &facts.checks) ||
        !gather_equipment(work, field, &facts))
        return false;
    gate_judge_equipment(work->arena, &facts, &findings);
    return findings_allow(work->arena, &work->fault, field, &findings,
                          "This equipment cannot be used");
}
