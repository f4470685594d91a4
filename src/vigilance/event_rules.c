/* event_rules.c: which clock runs, and what an event stops at once. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/event.h"

const struct rule event_rules[EVENT_RULES] = {
    {"AE-02.clock/1", "Does a signed clock name the day by which a serious event is reported?",
     "重篤な事象の報告期限が、署名済みの日数から定まるか。", "ASRM Rule Art. 35, 36"},
    {"AE-05.hold/1",
     "Does nothing about the event, infection, seriousness or grade, ask to hold its lots?",
     "感染の疑い・重篤性・グレードのいずれも、ロットの保留を求めていないか。",
     "ASRM Rule Art. 15, 17, 107"},
};

static bool is_serious(const struct event_facts *facts)
{
    return !text_equals(facts->seriousness, "none");
}

struct count event_clock(const struct event_facts *facts)
{
    bool fatal = text_equals(facts->seriousness, "death") ||
                 text_equals(facts->seriousness, "life_threatening");
    if (!facts->seriousness || !is_serious(facts))
        return (struct count){0};
    return fatal ? facts->death_days : facts->serious_days;
}

static enum verdict judge_clock(const struct event_facts *facts)
{
    if (text_equals(facts->seriousness, "none"))
        return VERDICT_MET;
    return verdict_of(event_clock(facts).known, true);
}

static enum verdict is_below(const struct event_facts *facts, struct count grade)
{
    if (facts->suspected_infection || !facts->seriousness || is_serious(facts))
        return VERDICT_NOT_MET;
    return verdict_of(grade.known && facts->grade >= 1, facts->grade < grade.value);
}

enum verdict event_spares_lots(const struct event_facts *facts)
{
    return is_below(facts, facts->hold_grade);
}

enum verdict event_spares_plans(const struct event_facts *facts)
{
    return is_below(facts, facts->stop_grade);
}

static const char *from_grade(struct arena *arena, struct count grade)
{
    return grade.known ? arena_print(arena, "below grade %lld, not serious, no infection",
                                     (long long)grade.value)
                       : "a signed grade";
}

void event_judge(struct arena *arena, const struct event_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    struct count days = event_clock(facts);
    const char *what = facts->seriousness ? facts->seriousness : "not known";
    findings_add(&list, "AE-02.clock/1", judge_clock(facts),
                 days.known ? arena_print(arena, "%lld days", (long long)days.value)
                            : "a signed clock",
                 "seriousness %s", what);
    findings_add(&list, "AE-05.hold/1", event_spares_lots(facts),
                 from_grade(arena, facts->hold_grade), "grade %lld, seriousness %s, infection %s",
                 (long long)facts->grade, what,
                 facts->suspected_infection ? "suspected" : "not suspected");
    findings_add(&list, "CO-04.stop/1", event_spares_plans(facts),
                 from_grade(arena, facts->stop_grade), "grade %lld, seriousness %s",
                 (long long)facts->grade, what);
    *findings = list.rows;
}
