/* contraindication.c: not asked blocks, absolute blocks, relative blocks unless accepted. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/contraindication.h"

#include <stddef.h>

const struct rule contraindication_rules[CONTRAINDICATION_RULES] = {
    {"PT-01.asked/1", "Was every rule of the signed list answered with yes or no?",
     "署名済みリストの全項目に「はい」か「いいえ」で答えがあるか。", "site's signed list"},
    {"PT-01.absolute/1", "Is every absolute contraindication answered with no?",
     "絶対禁忌はすべて「いいえ」か。", "site's signed list"},
    {"PT-01.relative/1",
     "Is every relative contraindication absent, or accepted by the examining physician with a "
     "reason?",
     "相対禁忌はすべて「いいえ」か、診察医が理由を付けて許容したか。", "site's signed list"},
    {"PT-10.realtime/1", "Did a physician examine the patient in real time?",
     "医師がリアルタイムで診察したか。", "医政発0815第21号, as reported"},
};

static const struct field asked_fields[] = {
    FIELD(struct contraindication, rule, .help = "Rule of the signed list"),
    FIELD(struct contraindication, weight, .help = "absolute, relative or info, as signed"),
    FIELD(struct contraindication, answer, .help = "yes, no or unknown"),
    FIELD(struct contraindication, accepted, .help = "Accepted by the examining physician"),
};
static const struct schema asked_schema =
    SCHEMA("contraindication", struct contraindication, asked_fields);
static const struct field facts_fields[] = {
    FIELD(struct intake_facts, realtime, .help = "Examined in real time"),
    FIELD(struct intake_facts, asked, .of = &asked_schema, .help = "The signed list, answered"),
};
const struct schema intake_facts_schema = SCHEMA("intake_facts", struct intake_facts, facts_fields);

static enum verdict is_answered(const struct contraindication *row)
{
    return verdict_of(text_equals(row->answer, "yes") || text_equals(row->answer, "no"), true);
}

static bool is_of(const struct contraindication *row, const char *weight)
{
    return text_equals(row->weight, weight);
}

static bool is_weighed(const struct contraindication *row)
{
    return is_of(row, "absolute") || is_of(row, "relative") || is_of(row, "info");
}

enum verdict contraindication_clears(const struct contraindication *row)
{
    if (!is_weighed(row) || is_answered(row) != VERDICT_MET)
        return VERDICT_UNKNOWN;
    if (text_equals(row->answer, "no") || is_of(row, "info"))
        return VERDICT_MET;
    return verdict_of(true, is_of(row, "relative") && row->accepted);
}

/* A row without a known weight could be of any; without a weight every row is asked about. */
static enum verdict judge_row(const struct contraindication *row, const char *weight)
{
    if (!weight)
        return is_answered(row);
    return is_of(row, weight) || !is_weighed(row) ? contraindication_clears(row) : VERDICT_MET;
}

/* What is known to be bad outranks what is not known. */
static enum verdict both(enum verdict one, enum verdict other)
{
    if (one == VERDICT_NOT_MET || other == VERDICT_NOT_MET)
        return VERDICT_NOT_MET;
    return one == VERDICT_MET ? other : one;
}

static void judge_rows(struct findings *list, const char *rule, const struct rows *asked,
                       const char *weight)
{
    enum verdict verdict = asked->count ? VERDICT_MET : VERDICT_UNKNOWN;
    struct text text = text_open(list->arena);
    for (size_t i = 0; i < asked->count; i++) {
        const struct contraindication *row = &ROWS(*asked, const struct contraindication)[i];
        enum verdict one = judge_row(row, weight);
        verdict = both(verdict, one);
        if (one != VERDICT_MET)
            text_print(&text, "%s%s %s", text.length ? ", " : "", row->rule,
                       row->answer ? row->answer : "not asked");
    }
    if (!text.length)
        text_add(&text, asked->count ? "nothing stands in the way" : "no list is signed");
    findings_add(list, rule, verdict, weight ? "no" : "an answer to each", "%s", text.bytes);
}

void contraindication_judge(struct arena *arena, const struct intake_facts *facts,
                            struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_rows(&list, "PT-01.asked/1", &facts->asked, NULL);
    judge_rows(&list, "PT-01.absolute/1", &facts->asked, "absolute");
    judge_rows(&list, "PT-01.relative/1", &facts->asked, "relative");
    findings_add(&list, "PT-10.realtime/1", verdict_of(true, facts->realtime), "in real time",
                 facts->realtime ? "examined in real time" : "not examined in real time");
    *findings = list.rows;
}
