/* step.c: held, of another tissue, dated ahead, used up or too old: no step begins with it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/step.h"

#include "base/time.h"
#include "contract/hold.h"
#include "contract/setting.h"

#include <string.h>

static const char *const sample_purposes[] = {"virus_nat", "bioburden", "mycoplasma", "endotoxin",
                                              "release",   "retain",    "other",      NULL};

const struct rule step_rules[STEP_RULES] = {
    {"DN-08.hold/1", "Is nothing that goes in on hold, nor anything that it came from?",
     "投入するものとその由来に保留がないか。", "ASRM Rule Art. 15, 93"},
    {"PR-01.tissue/1", "Is everything that goes in of the source tissue that is specified?",
     "投入するものは規格の由来組織のものか。", "ASRM Rule Art. 99; product specification"},
    {"CB-02.passage/1", "Is the passage within the signed limit?", "継代数は署名済みの限度以内か。",
     "ICH Q5A, Q5D practice"},
    {"CB-02.doublings/1", "Are the cumulative population doublings within the signed limit?",
     "累積集団倍加数は署名済みの限度以内か。", "ICH Q5A, Q5D practice"},
};

static const struct field age_fields[] = {
    FIELD(struct age_facts, passage, .help = "Passage"),
    FIELD(struct age_facts, doublings, .help = "Cumulative population doublings"),
    FIELD(struct age_facts, passage_limit, .help = "Signed limit of the passage"),
    FIELD(struct age_facts, doubling_limit, .help = "Signed limit of the doublings"),
};
const struct schema age_facts_schema = SCHEMA("age_facts", struct age_facts, age_fields);

static const struct field sample_fields[] = {
    FIELD(struct step_sample, purpose, .required = true, .choices = sample_purposes,
          .help = "What the sample is for"),
    FIELD(struct step_sample, volume_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Volume of the sample"),
};
const struct schema step_sample_schema = SCHEMA("step_sample", struct step_sample, sample_fields);

int64_t step_sampled(const struct rows *samples)
{
    int64_t sum_ul = 0;
    for (size_t i = 0; i < samples->count; i++)
        sum_ul += ROWS(*samples, const struct step_sample)[i].volume_ul;
    return sum_ul;
}

bool step_judged(struct work *work, const char *field, const struct rows *findings,
                 const char **unmet)
{
    for (size_t i = 0; i < findings->count; i++)
        if (text_equals(ROWS(*findings, const struct finding)[i].verdict, "unknown"))
            return findings_allow(work->arena, &work->fault, field, findings,
                                  "The step cannot be judged");
    *unmet = findings_all_met(findings) ? NULL : findings_unmet(work->arena, findings);
    return true;
}

bool step_conforms(struct work *work, const char *field, const char *what, const char *unmet)
{
    return !unmet ||
           refuse(&work->fault, FAULT_RULE, field, unmet,
                  "%s is outside of a signed limit (%s); nothing is made from it.", what, unmet);
}

bool step_unheld(struct work *work, const char *field, const char *kind, const char *code)
{
    struct rows holds;
    if (!hold_stopping(work, link_name(work->arena, kind, code), &holds))
        return false;
    if (!holds.count)
        return true;
    const struct hold *hold = holds.items;
    return refuse(&work->fault, FAULT_RULE, field, "DN-08.hold/1",
                  "The %s %s is stopped by a hold on %s (%s); it has to be lifted first.", kind,
                  code, hold->subject, hold->why);
}

bool step_same_tissue(struct work *work, const char *field, const char *tissue, const char *asked,
                      const char *what)
{
    return text_equals(tissue, asked) ||
           refuse(&work->fault, FAULT_RULE, field, "PR-01.tissue/1",
                  "%s comes from %s and the specification asks for %s; leave it out.", what,
                  tissue ? tissue : "an unknown tissue", asked);
}

bool step_donors(struct work *work, const char *name, struct text *donors)
{
    struct rows nodes;
    if (!link_reach(work, name, LINK_BACKWARD, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count; i++) {
        const char *node = ROWS(nodes, const struct link_node)[i].name;
        if (text_starts(node, "donor:") && !text_has_word(donors->bytes, node + strlen("donor:")))
            text_print(donors, "%s%s", donors->length ? " " : "", node + strlen("donor:"));
    }
    return true;
}

bool step_left(struct work *work, const char *field, const struct draw *draw)
{
    int64_t drawn = 0;
    if (!step_drawn(work, link_name(work->arena, draw->kind, draw->code), &drawn))
        return false;
    return draw->taken_ul <= draw->made_ul - drawn ||
           refuse(&work->fault, FAULT_RULE, field, draw->rule,
                  "The %s %s has %lld uL left and not %lld uL; correct the volume.", draw->kind,
                  draw->code, (long long)(draw->made_ul - drawn), (long long)draw->taken_ul);
}

bool step_day(struct work *work, const char *field, const struct date *date)
{
    int64_t day = 0;
    return (date_parse(date->text, &day) &&
            day <= day_of_instant(work->now_usec, work->zone_minutes)) ||
           fail(&work->fault, FAULT_INPUT, field,
                "The field %s lies in the future; give the day on which it was done.", field);
}

bool step_drawn(struct work *work, const char *name, int64_t *drawn)
{
    struct rows ties;
    *drawn = 0;
    if (!link_ties(work, name, LINK_FORWARD, &ties))
        return false;
    for (size_t i = 0; i < ties.count; i++)
        *drawn += ROWS(ties, const struct link)[i].amount;
    return true;
}

bool age_gather(struct work *work, struct age_facts *facts)
{
    return setting_count(work, "passage_limit", &facts->passage_limit) &&
           setting_real(work, "doubling_limit", &facts->doubling_limit);
}

void age_judge(struct arena *arena, const struct age_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const struct count *passages = &facts->passage_limit;
    const struct real *doublings = &facts->doubling_limit;
    findings_add(&list, "CB-02.passage/1",
                 verdict_of(passages->known, facts->passage <= passages->value),
                 passages->known ? arena_print(arena, "P%lld", (long long)passages->value)
                                 : "no signed limit",
                 "P%lld", (long long)facts->passage);
    findings_add(&list, "CB-02.doublings/1",
                 verdict_of(doublings->text && facts->doublings.text,
                            facts->doublings.value <= doublings->value),
                 doublings->text ? doublings->text : "no signed limit", "%s doublings",
                 facts->doublings.text ? facts->doublings.text : "unknown");
    *findings = list.rows;
}
