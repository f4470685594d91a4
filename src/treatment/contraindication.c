/* contraindication.c: not asked blocks, absolute blocks, relative blocks unless accepted. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/contraindication.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct rule contraindication_rules[CONTRAINDICATION_RULES] = {
    {"PT-01.asked/1", "Was every rule of the signed list answered with yes or no?",
     "署名済みリストの全項目に「はい」か「いいえ」で答えがあるか。", "site's signed list"},
    {"PT-01.absolute/1",
     "Does no absolute contraindication apply? A malignancy in remission no longer does from the "
     "day on which the signed years are full.",
     "該当する絶対禁忌はないか(悪性腫瘍は寛解から署名済みの年数が満ちた日から該当しない)。",
     "site's signed list"},
    {"PT-01.relative/1",
     "Is every relative contraindication absent, or accepted by the examining physician with a "
     "reason?",
     "相対禁忌はすべて「いいえ」か、診察医が理由を付けて許容したか。", "site's signed list"},
    {"PT-01.two_physicians/1",
     "Did a second physician sign wherever the signed list asks for two to accept?",
     "医師2名の許容を要する項目に、2人目の医師が署名したか。", "site's signed list"},
    {"PT-02.screening/1",
     "Is the last cancer screening known by date and kind, or the reason why there was none?",
     "直近のがん検診の日付と種類、または未受診の理由が分かるか。",
     "clinics differ on suspected malignancy; site's choice"},
    {"PT-03.named/1",
     "Is everything named that the signed list wants named: allergies, medicines, earlier products "
     "of human origin?",
     "リストが求めるアレルギー・薬剤・過去のヒト由来製品が具体的に記載されているか。",
     "practice; requirements PT-03, PT-05, PT-06"},
    {"PT-10.realtime/1", "Did a physician examine the patient in real time?",
     "医師がリアルタイムで診察したか。", "医政発0815第21号, as reported"},
};

static const struct field asked_fields[] = {
    FIELD(struct contraindication, rule, .help = "Rule of the signed list"),
    FIELD(struct contraindication, weight, .help = "absolute, relative or info, as signed"),
    FIELD(struct contraindication, answer, .help = "yes, no or unknown"),
    FIELD(struct contraindication, accepted, .help = "Accepted by the examining physician"),
    FIELD(struct contraindication, two_physicians, .help = "One physician may not accept it alone"),
    FIELD(struct contraindication, routes, .help = "Routes it is asked for; every one if left out"),
    FIELD(struct contraindication, dated, .help = "No longer applies years after remission"),
    FIELD(struct contraindication, remission_on, .help = "Date of remission, as answered"),
    FIELD(struct contraindication, years, .unit = "years", .help = "Signed years after remission"),
    FIELD(struct contraindication, names, .help = "List that a yes must name something in"),
    FIELD(struct contraindication, named, .help = "That list names something"),
};
static const struct schema asked_schema =
    SCHEMA("contraindication", struct contraindication, asked_fields);
static const struct field facts_fields[] = {
    FIELD(struct intake_facts, realtime, .help = "Examined in real time"),
    FIELD(struct intake_facts, asked, .of = &asked_schema, .help = "The signed list, answered"),
    FIELD(struct intake_facts, route, .help = "Route examined for; every one if left out"),
    FIELD(struct intake_facts, asked_on, .help = "Day of the examination"),
    FIELD(struct intake_facts, second_physician, .help = "A second physician signs too"),
    FIELD(struct intake_facts, screening, .help = "screened or reason_given"),
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

/* Without a named route every row concerns the patient. */
static bool concerns(const struct contraindication *row, const struct intake_facts *facts)
{
    return !row->routes || !facts->route || text_has_word(row->routes, facts->route);
}

/* On the day itself the years are full. A 29 February is reached on 1 March: YYYY-MM-DD texts
 * compare as dates do, and the 29th lies between. */
static enum verdict remission_lasts(const struct contraindication *row, struct date today)
{
    char until[16] = "";
    const char *from = row->remission_on.text;
    if (!from || !row->years.known || !today.text || strlen(from) != 10)
        return VERDICT_UNKNOWN;
    snprintf(until, sizeof until, "%04lld%.6s",
             (strtoll(from, NULL, 10) + (long long)row->years.value) % 10000, from + 4);
    return verdict_of(true, strcmp(today.text, until) >= 0);
}

enum verdict contraindication_clears(const struct contraindication *row,
                                     const struct intake_facts *facts)
{
    if (!is_weighed(row))
        return VERDICT_UNKNOWN;
    if (!concerns(row, facts))
        return VERDICT_MET;
    if (is_answered(row) != VERDICT_MET)
        return VERDICT_UNKNOWN;
    if (text_equals(row->answer, "no") || is_of(row, "info"))
        return VERDICT_MET;
    if (row->dated && row->remission_on.text)
        return remission_lasts(row, facts->asked_on);
    return verdict_of(true, is_of(row, "relative") && row->accepted);
}

/* A row without a known weight could be of any; without a weight every row is asked about. */
static enum verdict judge_row(const struct contraindication *row, const struct intake_facts *facts,
                              const char *weight)
{
    if (!weight)
        return concerns(row, facts) ? is_answered(row) : VERDICT_MET;
    return is_of(row, weight) || !is_weighed(row) ? contraindication_clears(row, facts)
                                                  : VERDICT_MET;
}

static bool lacks_second(const struct contraindication *row, const struct intake_facts *facts)
{
    return row->two_physicians && row->accepted && text_equals(row->answer, "yes") &&
           concerns(row, facts) && !facts->second_physician;
}

static bool lacks_name(const struct contraindication *row, const struct intake_facts *facts)
{
    return row->names && text_equals(row->answer, "yes") && concerns(row, facts) && !row->named;
}

static void tell_row(struct text *text, const struct contraindication *row)
{
    text_print(text, "%s%s: %s", text->length ? ", " : "", row->rule,
               row->answer ? row->answer : "not asked");
    if (row->remission_on.text)
        text_print(text, " (in remission since %s)", row->remission_on.text);
}

static void judge_rows(struct findings *list, const char *rule, const struct intake_facts *facts,
                       const char *weight)
{
    const struct rows *asked = &facts->asked;
    enum verdict verdict = asked->count ? VERDICT_MET : VERDICT_UNKNOWN;
    struct text text = text_open(list->arena);
    for (size_t i = 0; i < asked->count; i++) {
        const struct contraindication *row = &ROWS(*asked, const struct contraindication)[i];
        enum verdict one = judge_row(row, facts, weight);
        verdict = i ? verdict_both(verdict, one) : one;
        if (one != VERDICT_MET)
            tell_row(&text, row);
    }
    if (!text.length)
        text_add(&text, asked->count ? "nothing stands in the way" : "no list is signed");
    findings_add(list, rule, verdict, weight ? "no" : "an answer to each", "%s", text.bytes);
}

static void judge_lacks(struct findings *list, const char *rule, const struct intake_facts *facts,
                        bool (*lacks)(const struct contraindication *row,
                                      const struct intake_facts *facts))
{
    struct text text = text_open(list->arena);
    for (size_t i = 0; i < facts->asked.count; i++) {
        const struct contraindication *row = &ROWS(facts->asked, const struct contraindication)[i];
        if (lacks(row, facts))
            text_print(&text, "%s%s", text.length ? " " : "", row->rule);
    }
    findings_add(list, rule, verdict_of(true, !text.length), "none", "lacking: %s",
                 text.length ? text.bytes : "none");
}

void contraindication_judge(struct arena *arena, const struct intake_facts *facts,
                            struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_rows(&list, "PT-01.asked/1", facts, NULL);
    judge_rows(&list, "PT-01.absolute/1", facts, "absolute");
    judge_rows(&list, "PT-01.relative/1", facts, "relative");
    judge_lacks(&list, "PT-01.two_physicians/1", facts, lacks_second);
    findings_add(&list, "PT-02.screening/1", verdict_of(facts->screening != NULL, true),
                 "date and kind, or a reason", "%s",
                 facts->screening ? facts->screening : "not answered");
    judge_lacks(&list, "PT-03.named/1", facts, lacks_name);
    findings_add(&list, "PT-10.realtime/1", verdict_of(true, facts->realtime), "in real time",
                 facts->realtime ? "examined in real time" : "not examined in real time");
    *findings = list.rows;
}

const char *contraindication_standing(struct arena *arena, const struct intake_facts *facts)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < facts->asked.count; i++) {
        const struct contraindication *row = &ROWS(facts->asked, const struct contraindication)[i];
        if (contraindication_clears(row, facts) != VERDICT_MET || lacks_second(row, facts))
            text_print(&text, "%s%s", text.length ? " " : "", row->rule);
    }
    return text.length ? text.bytes : "none";
}
