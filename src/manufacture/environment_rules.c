/* environment_rules.c: were the plates incubated long enough, and is each count within limits? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/environment.h"

const struct rule environment_rules[ENVIRONMENT_RULES] = {
    {"MF-14.days/1", "Were the plates read after the signed days of incubation, or later?",
     "署名済みの培養日数を経てから判定したか。", "draft guideline annex; site"},
    {"MF-15.limit/1", "Is each count within the signed limit of its grade?",
     "各清浄度区分の測定値は署名済みの限度以内か。", "EU GMP Annex 1, as signed by the site"},
};

static const char *told(struct arena *arena, struct count count)
{
    return count.known ? arena_print(arena, "%lld", (long long)count.value) : "nothing signed";
}

void environment_judge(struct arena *arena, const struct environment_facts *facts,
                       struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "MF-14.days/1",
                 verdict_of(facts->days.known && facts->days_least.known,
                            facts->days.value >= facts->days_least.value),
                 arena_print(arena, "at least %s days", told(arena, facts->days_least)), "%s days",
                 facts->days.known ? told(arena, facts->days) : "unknown");
    if (!facts->results.count)
        findings_add(&list, "MF-15.limit/1", VERDICT_UNKNOWN, "a count of each plate", "no counts");
    for (size_t i = 0; i < facts->results.count; i++) {
        const struct environment_result *result =
            &ROWS(facts->results, const struct environment_result)[i];
        findings_add(&list, "MF-15.limit/1",
                     verdict_of(result->most.known && result->found >= 0,
                                result->found <= result->most.value),
                     arena_print(arena, "at most %s", told(arena, result->most)),
                     "grade %s %s: %lld", result->grade, result->kind, (long long)result->found);
    }
    *findings = list.rows;
}
