/* pool_rules.c: one tissue, one production period, and no particles from nowhere. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/pool.h"

#include "base/time.h"

#include <math.h>

const struct rule pool_rules[POOL_RULES] = {
    {"MF-03.balance/1", "Is the sum of the inputs the volume of the pool and the loss, exactly?",
     "投入量の合計はプール量と損失の和に一致するか。", "ASRM Rule Art. 1"},
    {"MF-03.drawn/1", "Is no more drawn from a harvest than it holds?",
     "収穫液の量を超えて使用していないか。", "ASRM Rule Art. 1"},
    {"MF-03.homogeneous/1",
     "Are all inputs of the specified source tissue and of one production period?",
     "投入するものはすべて規格の由来組織のもので、一製造期間内のものか。", "ASRM Rule Art. 1"},
    {"MF-03.closure/1",
     "Do the particles of the pool agree with the sum of the inputs within the signed percent?",
     "プールの粒子数は投入量の粒子数の合計と署名済みの許容差以内で一致するか。",
     "requirement MF-03, as signed"},
};

static const struct field joining_fields[] = {
    FIELD(struct joining_facts, tissue, .help = "Source tissue that is specified"),
    FIELD(struct joining_facts, tissues, .help = "Source tissues of the inputs"),
    FIELD(struct joining_facts, first_harvest, .help = "Earliest day of harvest"),
    FIELD(struct joining_facts, last_harvest, .help = "Latest day of harvest"),
    FIELD(struct joining_facts, production_period_days, .unit = "days",
          .help = "Signed length of a production period"),
};
const struct schema joining_facts_schema =
    SCHEMA("joining_facts", struct joining_facts, joining_fields);

static const struct field closure_fields[] = {
    FIELD(struct closure_facts, particles_in, .help = "Sum over the inputs, computed"),
    FIELD(struct closure_facts, particles, .help = "Of the pool, computed"),
    FIELD(struct closure_facts, closure_most_percent, .unit = "%",
          .help = "Signed limit of the difference"),
};
const struct schema closure_facts_schema =
    SCHEMA("closure_facts", struct closure_facts, closure_fields);

void joining_judge(struct arena *arena, const struct joining_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const struct count *period = &facts->production_period_days;
    int64_t first = 0;
    int64_t last = 0;
    bool dated = facts->first_harvest.text && facts->last_harvest.text &&
                 date_parse(facts->first_harvest.text, &first) &&
                 date_parse(facts->last_harvest.text, &last);
    bool specified = text_equals(facts->tissues, facts->tissue);
    findings_add(&list, "PR-01.tissue/1", verdict_of(facts->tissues && facts->tissue, specified),
                 facts->tissue, "%s", facts->tissues ? facts->tissues : "unknown");
    /* Of another tissue is never of this lot, whatever else is known. */
    findings_add(&list, "MF-03.homogeneous/1",
                 verdict_of(!specified || (dated && period->known),
                            specified && last - first < period->value),
                 period->known ? arena_print(arena, "%s, harvested within %lld days", facts->tissue,
                                             (long long)period->value)
                               : "no signed production period",
                 "%s, harvested %s to %s", facts->tissues ? facts->tissues : "unknown",
                 dated ? facts->first_harvest.text : "unknown",
                 dated ? facts->last_harvest.text : "unknown");
    *findings = list.rows;
}

void closure_judge(struct arena *arena, const struct closure_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const struct real *in = &facts->particles_in;
    const struct real *out = &facts->particles;
    const struct real *most = &facts->closure_most_percent;
    /* Multiplied out, so that a difference of exactly the limit is not lost in a division. */
    findings_add(&list, "MF-03.closure/1",
                 verdict_of(in->text && out->text && most->text && in->value > 0,
                            100 * fabs(in->value - out->value) <= most->value * in->value),
                 most->text ? arena_print(arena, "<= %s %%", most->text) : "no signed limit",
                 "%s of %s particles", out->text ? out->text : "unknown",
                 in->text ? in->text : "unknown");
    *findings = list.rows;
}
