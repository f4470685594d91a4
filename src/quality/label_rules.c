/* label_rules.c: may these labels be printed? Facts in, verdicts out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/claim.h"
#include "quality/label.h"

const struct rule label_rules[LABEL_RULES] = {
    {"PR-09.minimum/1", "Is everything known that a vial label must say?",
     "バイアルラベルの必須記載事項がすべて確定しているか。", "requirement PR-09"},
    {"PR-09.vials/1", "Was the lot inspected, and is none of these vials rejected or gone?",
     "検査済みで、対象バイアルに不良・廃棄品がないか。", "requirement PR-09"},
    {"PR-09.released/1", "Is the lot released and unheld where the label does not say otherwise?",
     "出荷判定済みで保留がないロットか(工程内ラベルを除く)。", "requirement PR-09"},
    {"PR-02.printed/1", "Does no printed line name an origin that is not shown?",
     "印字内容に証拠のない由来の表示がないか。", "MISEV2018, MISEV2023"},
};

static void add_claims(struct findings *list, const struct rows *claims)
{
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &ROWS(*claims, const struct claim)[i];
        const bool known = !text_equals(claim->verdict, "unknown");
        findings_add(list, claim->rule, verdict_of(known, text_equals(claim->verdict, "supported")),
                     claim->may_print_ja ? claim->may_print_ja : "no such claim", "%s: %s",
                     claim->found ? claim->found : claim->kind, claim->why);
    }
}

static enum verdict judge_released(const struct label_facts *facts)
{
    const bool release = text_equals(facts->kind, "release");
    if (!release)
        return verdict_of(facts->status != NULL, !text_equals(facts->status, "rejected"));
    return verdict_of(facts->status && facts->holds.known,
                      text_equals(facts->status, "released") && facts->holds.value == 0);
}

void label_judge(struct arena *arena, const struct label_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const bool release = text_equals(facts->kind, "release");
    const bool inspected = text_equals(facts->inspected, "inspected");
    add_claims(&list, &facts->claims);
    findings_add(&list, "PR-09.minimum/1",
                 verdict_of(facts->missing != NULL, text_equals(facts->missing, "none")),
                 "nothing missing", "missing: %s", facts->missing ? facts->missing : "not known");
    findings_add(&list, "PR-09.vials/1",
                 verdict_of((inspected || !release) && facts->unfit.known, facts->unfit.value == 0),
                 "inspected, none rejected or gone", "%s, %lld rejected or gone",
                 inspected ? "inspected" : "not inspected", (long long)facts->unfit.value);
    findings_add(&list, "PR-09.released/1", judge_released(facts),
                 release ? "released, no hold" : "not rejected", "%s, %lld holds",
                 facts->status ? facts->status : "not known", (long long)facts->holds.value);
    findings_add(&list, "PR-02.printed/1",
                 verdict_of(facts->says_origin != NULL, text_equals(facts->says_origin, "no")),
                 "no", "origin named: %s", facts->says_origin ? facts->says_origin : "not known");
    *findings = list.rows;
}

const char *label_missing(struct arena *arena, const struct label_content *content,
                          const char *kind)
{
    const struct {
        const char *name;
        const char *value;
        bool in_process;
    } minimum[] = {
        {"product", content->product, true},
        {"class", content->class_name, true},
        {"lot", content->lot, true},
        {"maker", content->maker, true},
        {"volume", content->volume, false},
        {"particles_per_vial", content->particles, false},
        {"storage", content->storage, false},
        {"expiry", content->expiry, false},
        {"after_thaw", content->after_thaw, false},
        {"routes", content->routes, false},
        {"tissue", content->tissue, false},
    };
    struct text text = text_open(arena);
    for (size_t i = 0; i < sizeof minimum / sizeof *minimum; i++)
        if (text_is_empty(minimum[i].value) &&
            (minimum[i].in_process || !text_equals(kind, "in_process")))
            text_print(&text, "%s%s", text.length ? " " : "", minimum[i].name);
    return text.length ? text.bytes : "none";
}
