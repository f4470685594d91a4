/* filter_rules.c: did enough come through, and was the filter whole afterwards? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/filter.h"

const struct rule filter_rules[FILTER_RULES] = {
    {"MF-10.balance/1", "Is what went in the sum of what came out and the hold-up, exactly?",
     "投入量は回収量と残留量の和に一致するか。", "ASRM Rule Art. 99"},
    {"MF-10.drawn/1", "Is no more sampled, filtered or taken than is left of the step before?",
     "前工程の残量を超えて採取・ろ過・使用していないか。", "ASRM Rule Art. 99"},
    {"MF-10.recovery/1", "Do at least the signed percent of the particles pass the filter?",
     "フィルターを通過した粒子の割合は署名済みの下限以上か。", "requirement MF-10, as signed"},
    {"MF-10.integrity/1", "Did the filter pass its integrity test after use?",
     "使用後のフィルター完全性試験に合格したか。", "requirement MF-10"},
};

static const struct field facts_fields[] = {
    FIELD(struct filter_facts, particles_in, .help = "Particles before the filter, computed"),
    FIELD(struct filter_facts, particles_out, .help = "Particles after the filter, computed"),
    FIELD(struct filter_facts, recovery_least_percent, .unit = "%",
          .help = "Signed limit of the recovery"),
    FIELD(struct filter_facts, integrity_after, .help = "Integrity test after use"),
};
const struct schema filter_facts_schema = SCHEMA("filter_facts", struct filter_facts, facts_fields);

void filter_judge(struct arena *arena, const struct filter_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const struct real *before = &facts->particles_in;
    const struct real *after = &facts->particles_out;
    const struct real *least = &facts->recovery_least_percent;
    const char *integrity = facts->integrity_after;
    /* Multiplied out, so that a recovery of exactly the limit is not lost in a division. */
    findings_add(&list, "MF-10.recovery/1",
                 verdict_of(before->text && after->text && least->text && before->value > 0,
                            100 * after->value >= least->value * before->value),
                 least->text ? arena_print(arena, ">= %s %%", least->text) : "no signed limit",
                 "%s of %s particles", after->text ? after->text : "unknown",
                 before->text ? before->text : "unknown");
    findings_add(&list, "MF-10.integrity/1",
                 verdict_of(text_equals(integrity, "passed") || text_equals(integrity, "failed"),
                            text_equals(integrity, "passed")),
                 "passed", "%s", integrity ? integrity : "unknown");
    *findings = list.rows;
}
