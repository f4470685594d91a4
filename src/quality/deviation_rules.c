/* deviation_rules.c: when may a deviation be closed? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/deviation.h"

const struct rule deviation_rules[DEVIATION_RULES] = {
    {"DV-01.assessment/1", "Was the effect assessed, and the action named, before closing?",
     "閉鎖前に影響が評価され、処置が記されているか。", "ASRM Rule Art. 105; GMP Art. 15"},
    {"DV-01.notice/1", "Was every clinic that received the product told of a critical deviation?",
     "重大な逸脱は、製品を受領した全医療機関に通知されたか。", "ASRM Rule Art. 105"},
    {"DV-01.report/1", "Has the site manager the written report of a critical deviation?",
     "重大な逸脱について施設管理者へ文書で報告したか。", "ASRM Rule Art. 105"},
};

/* A class that is not known counts as critical. */
static bool is_critical(const struct deviation_facts *facts)
{
    return !text_equals(facts->class, "minor") && !text_equals(facts->class, "major");
}

void deviation_judge(struct arena *arena, const struct deviation_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "DV-01.assessment/1", verdict_of(true, facts->assessed), "assessed", "%s",
                 facts->assessed ? "assessed" : "not assessed");
    if (is_critical(facts)) {
        findings_add(&list, "DV-01.notice/1",
                     verdict_of(facts->untold.known, facts->untold.value == 0),
                     "a notice to each clinic that received vials", "%s",
                     facts->untold.known ? arena_print(arena, "%lld clinics not told",
                                                       (long long)facts->untold.value)
                                         : "not known who received vials");
        findings_add(&list, "DV-01.report/1", verdict_of(true, facts->report_on.text != NULL),
                     "a written report to the site manager", "%s",
                     facts->report_on.text ? facts->report_on.text : "no report");
    }
    *findings = list.rows;
}
