/* harvest_rules.c: does every microlitre of a harvest have a name? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/harvest.h"

const struct rule harvest_rules[HARVEST_RULES] = {
    {"MF-04.balance/1", "Is the medium that went in what the named bottles gave, exactly?",
     "投入した培地の量は、記録された容器から取った量の和に一致するか。", "ASRM Rule Art. 99"},
    {"MF-04.serum/1", "Was the medium of the harvest free of serum?",
     "収穫に用いた培地は無血清か。", "MISEV2018; ASRM Rule Art. 99"},
    {"MF-08.balance/1",
     "Is the collected volume the sum of loss, sample and clarified volume, and "
     "no more than the medium that went in?",
     "回収量は損失・検体・清澄化後量の和に一致し、投入培地量を超えないか。", "MISEV2018, practice"},
};

void harvest_balance(struct arena *arena, const struct harvest_volumes *volumes,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    const struct count *tested = &volumes->sample_tested_ul;
    const struct count *retained = &volumes->sample_retained_ul;
    const int64_t sum = volumes->clarification_loss_ul + volumes->sample_ul + volumes->clarified_ul;
    findings_add(&list, "MF-04.balance/1",
                 verdict_of(true, volumes->medium_used_ul == volumes->medium_in_ul),
                 arena_print(arena, "%lld uL went in", (long long)volumes->medium_in_ul),
                 "the bottles gave %lld uL", (long long)volumes->medium_used_ul);
    findings_add(&list, "MF-08.balance/1", verdict_of(true, sum == volumes->collected_ul),
                 arena_print(arena, "%lld uL collected", (long long)volumes->collected_ul),
                 "loss, sample and clarified volume are %lld uL", (long long)sum);
    findings_add(&list, "MF-08.balance/1",
                 verdict_of(true, volumes->collected_ul <= volumes->medium_in_ul),
                 arena_print(arena, "%lld uL went in", (long long)volumes->medium_in_ul),
                 "%lld uL collected", (long long)volumes->collected_ul);
    if (tested->known || retained->known)
        findings_add(&list, "MF-08.balance/1",
                     verdict_of(tested->known && retained->known,
                                tested->value + retained->value == volumes->sample_ul),
                     arena_print(arena, "%lld uL sampled", (long long)volumes->sample_ul),
                     "%lld uL tested and %lld uL retained", (long long)tested->value,
                     (long long)retained->value);
    *findings = list.rows;
}

struct real harvest_rate(struct arena *arena, double particles, double cells, double hours)
{
    if (!(cells > 0) || !(hours > 0))
        return (struct real){0};
    return real_of(arena, particles / cells / (hours / 24));
}
