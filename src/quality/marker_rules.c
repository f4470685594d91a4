/* marker_rules.c: three tetraspanins are one category, however many they are. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/marker.h"

enum { POSITIVES_LEAST = 3 };

const struct rule marker_rules[MARKER_RULES] = {
    {"QC-14.categories/1",
     "Are at least three markers positive, with one of the membrane and one of the cytosol?",
     "陽性マーカーは三つ以上で、膜貫通型と細胞質型をそれぞれ含むか。",
     "MISEV2018, as tabulated in two reviews"},
    {"QC-15.contaminant/1", "Was at least one contaminant looked for?",
     "少なくとも一つの夾雑物を調べたか。", "MISEV2018, as tabulated in two reviews"},
};

/* Each word once, however often it is said. */
static size_t count_among(struct arena *arena, const char *words, const char *list)
{
    size_t count = 0;
    size_t among = 0;
    struct text counted = text_open(arena);
    const char **word = text_split(arena, words ? words : "", ' ', &count);
    for (size_t i = 0; i < count; i++) {
        among += text_has_word(list, word[i]) && !text_has_word(counted.bytes, word[i]);
        text_print(&counted, " %s", word[i]);
    }
    return among;
}

void marker_judge(struct arena *arena, const struct marker_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    size_t membrane = count_among(arena, facts->positives, facts->transmembrane);
    size_t cytosol = count_among(arena, facts->positives, facts->cytosolic);
    size_t asked = count_among(arena, facts->contaminant, facts->contaminants) +
                   count_among(arena, facts->negatives, facts->contaminants) +
                   count_among(arena, facts->negatives, facts->cellular);
    findings_add(&list, "QC-14.categories/1",
                 verdict_of(facts->transmembrane && facts->cytosolic,
                            membrane + cytosol >= POSITIVES_LEAST && membrane && cytosol),
                 "three, with one of each category", "%zu of the membrane, %zu of the cytosol",
                 membrane, cytosol);
    findings_add(&list, "QC-15.contaminant/1",
                 verdict_of(facts->contaminants && facts->cellular, asked > 0), "one at least",
                 "%zu looked for", asked);
    *findings = list.rows;
}

const char *marker_outcome(const struct rows *findings)
{
    return findings_all_met(findings) ? "complete" : "not_complete";
}
