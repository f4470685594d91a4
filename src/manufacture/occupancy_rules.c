/* occupancy_rules.c: does material of one donor stay apart from that of every other? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/occupancy.h"

const struct rule occupancy_rules[OCCUPANCY_RULES] = {
    {"MF-13.apart/1", "Is nothing of another donor in the same room or cabinet meanwhile?",
     "同じ部屋・キャビネットに同時に別のドナーの材料がないか。", "ASRM Rule Art. 99"},
};

/* Until is the first moment at which it is gone, so that one may follow the other at once. */
static bool overlap(const struct presence *one, const struct presence *other)
{
    return one->from.usec < other->until.usec && other->from.usec < one->until.usec;
}

static bool holds_all(struct arena *arena, const char *donors, const char *others)
{
    size_t count = 0;
    const char **words = text_split(arena, others, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (!text_has_word(donors, words[i]))
            return false;
    return true;
}

/* Media and buffers are of no donor and may stand beside anything. */
static enum verdict judge_pair(struct arena *arena, const struct presence *one,
                               const struct presence *other)
{
    bool known = one->donors && other->donors;
    if (!overlap(one, other))
        return VERDICT_MET;
    return verdict_of(known, known && (text_equals(one->donors, "none") ||
                                       text_equals(other->donors, "none") ||
                                       (holds_all(arena, one->donors, other->donors) &&
                                        holds_all(arena, other->donors, one->donors))));
}

static const struct presence *worst(struct arena *arena, const struct presence *thing,
                                    const struct rows *others, enum verdict *verdict)
{
    const struct presence *found = NULL;
    for (size_t i = 0; i < others->count; i++) {
        const struct presence *other = &ROWS(*others, const struct presence)[i];
        enum verdict judged = judge_pair(arena, thing, other);
        bool worse = judged == VERDICT_NOT_MET || *verdict == VERDICT_MET;
        if (other != thing && judged != VERDICT_MET && worse) {
            *verdict = judged;
            found = other;
        }
    }
    return found;
}

void occupancy_judge(struct arena *arena, const struct occupancy_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    for (size_t i = 0; i < facts->things.count; i++) {
        const struct presence *thing = &ROWS(facts->things, const struct presence)[i];
        enum verdict verdict = thing->donors ? VERDICT_MET : VERDICT_UNKNOWN;
        const struct presence *beside = worst(arena, thing, &facts->things, &verdict);
        const struct presence *there = worst(arena, thing, &facts->others, &verdict);
        const struct presence *met = there ? there : beside;
        const char *of = thing->donors ? thing->donors : "unknown";
        if (met)
            findings_add(&list, "MF-13.apart/1", verdict, "material of one donor at a time",
                         "%s (donors: %s) meets %s (donors: %s)", thing->thing, of, met->thing,
                         met->donors ? met->donors : "unknown");
        else
            findings_add(&list, "MF-13.apart/1", verdict, "material of one donor at a time",
                         "%s (donors: %s)", thing->thing, of);
    }
    *findings = list.rows;
}
