/* plan_rules.c: may this be ordered for this patient? Facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/plan.h"

const struct rule plan_rules[PLAN_RULES] = {
    {"PT-08.eligible/1", "Is the patient examined, eligible, and is the eligibility still running?",
     "診察で適格と判定され、その有効期間内か。", "site's signed days"},
    {"PR-05.route/1", "Does the specification of the product allow the route?",
     "製品規格が認める投与経路か。", "signed specification"},
    {"PT-01.clear/1", "Does no contraindication of the newest examination stand in the way?",
     "直近の診察で、該当する禁忌が残っていないか。", "site's signed list"},
    {"PT-01.route/1", "Was the patient examined for this route?",
     "この投与経路について診察したか。", "site's signed list"},
    {"PT-10.physician/1", "Is whoever examines, orders or changes a plan a physician?",
     "診察し、計画を指示・変更するのは医師か。", "医政発0815第21号, as reported"},
    {"PT-10.examined/1", "Did a physician of this site examine the patient in real time?",
     "当施設の医師がリアルタイムで診察したか。", "医政発0815第21号, as reported"},
    {"CO-02.minimum/1", "Is the ordered interval at least the signed minimum of the route?",
     "指示された間隔は、経路ごとに署名済みの最短日数以上か。", "site, as signed"},
};

enum verdict plan_route_allowed(struct arena *arena, const char *routes, const char *route)
{
    (void)arena;
    return verdict_of(routes && route, route && text_has_word(routes, route));
}

static const char *days(struct arena *arena, struct count count)
{
    return count.known ? arena_print(arena, "%lld", (long long)count.value) : "not known";
}

static void judge_examination(struct findings *list, const struct plan_facts *facts)
{
    bool every = text_equals(facts->examined_route, "every");
    findings_add(list, "PT-01.clear/1",
                 verdict_of(facts->standing != NULL, text_equals(facts->standing, "none")), "none",
                 "standing in the way: %s", finding_word(facts->standing));
    findings_add(list, "PT-01.route/1",
                 verdict_of(facts->examined_route && facts->route,
                            every || text_equals(facts->examined_route, facts->route)),
                 finding_word(facts->route), "examined for %s route",
                 finding_word(facts->examined_route));
    findings_add(list, "PT-10.examined/1",
                 verdict_of(facts->examined_by && facts->examined_site && facts->site,
                            text_equals(facts->examined_site, facts->site)),
                 "in real time, at this site", "examined by %s at %s",
                 finding_word(facts->examined_by), finding_word(facts->examined_site));
}

/* A route that is refused anyway has no signed days to ask for. */
static void judge_minimum(struct findings *list, const struct plan_facts *facts)
{
    struct arena *arena = list->arena;
    bool refused = plan_route_allowed(arena, facts->routes, facts->route) == VERDICT_NOT_MET;
    enum verdict verdict = verdict_of(facts->minimum_days.known && facts->minimum_days_least.known,
                                      facts->minimum_days.value >= facts->minimum_days_least.value);
    findings_add(list, "CO-02.minimum/1", refused ? VERDICT_MET : verdict,
                 arena_print(arena, "at least %s days", days(arena, facts->minimum_days_least)),
                 "%s days ordered", days(arena, facts->minimum_days));
}

void plan_judge(struct arena *arena, const struct plan_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "PT-08.eligible/1", eligibility_lasts(&facts->eligibility), "eligible",
                 "%s", eligibility_tell(arena, &facts->eligibility));
    findings_add(&list, "PR-05.route/1", plan_route_allowed(arena, facts->routes, facts->route),
                 facts->routes, "route %s", finding_word(facts->route));
    judge_examination(&list, facts);
    judge_minimum(&list, facts);
    *findings = list.rows;
}
