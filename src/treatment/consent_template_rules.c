/* consent_template_rules.c: what a form lacks, and what it must not say. Pure. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/consent_template.h"

#include <string.h>

const struct rule consent_template_rules[CONSENT_TEMPLATE_RULES] = {
    {"CN-01.items/1",
     "Does the form hold every item of the signed list, or a reason where one may not apply?",
     "署名済みリストの全項目が説明文書にあるか(該当なしが認められる項目は理由があるか)。",
     "ASRM Rule Art. 13"},
    {"CN-03.statements/1", "Does the form hold all signed statements on unapproved medicines?",
     "未承認医薬品等に関する明示事項がすべてあるか。",
     "医療広告ガイドライン 2024-03-22, as reported"},
    {"CN-09.promise/1", "Does the form promise no benefit, by none of the signed words?",
     "効果を保証する、署名済みの禁止語を含まないか。", "advertising rules, as reported"},
    {"PR-02.consent/1", "Does the form use no name whose evidence was not shown?",
     "裏付けの示されていない名称(署名済みリスト)を用いていないか。",
     "MISEV2018 and MISEV2023 nomenclature"},
    {"CN-04.copy/1", "Did the person who signed receive a copy of what was explained?",
     "署名した人に説明文書の写しを渡したか。", "ASRM Rule Art. 13, as described"},
};

static const char may_not_apply[] = ":may_not_apply";

static bool is_told(const struct rows *statements, const char *code, bool reason_suffices)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct consent_statement *row = &ROWS(*statements, const struct consent_statement)[i];
        if (text_equals(row->code, code) && !text_is_empty(row->text) &&
            (reason_suffices || !row->not_applicable))
            return true;
    }
    return false;
}

static void add_word(struct text *text, const char *word)
{
    text_print(text, "%s%s", text->length ? " " : "", word);
}

/* Letters count whatever their case; a Japanese word has none. */
static bool says(const struct consent_statement *row, const char *word)
{
    return (row->text && strcasestr(row->text, word)) ||
           (row->text_en && strcasestr(row->text_en, word));
}

static const char *find_words(struct arena *arena, const char *words, const struct rows *statements)
{
    struct text found = text_open(arena);
    size_t count = 0;
    const char **list = words ? text_split(arena, words, ' ', &count) : NULL;
    if (!count)
        return NULL;
    for (size_t i = 0; i < statements->count; i++)
        for (size_t j = 0; j < count; j++) {
            const struct consent_statement *row =
                &ROWS(*statements, const struct consent_statement)[i];
            if (says(row, list[j]))
                add_word(&found, arena_print(arena, "%s:%s", row->code, list[j]));
        }
    return found.length ? found.bytes : "none";
}

struct template_facts consent_template_lacks(struct arena *arena,
                                             const struct template_lists *lists,
                                             const struct rows *statements)
{
    struct template_facts facts = {.required = lists->required,
                                   .promises = find_words(arena, lists->promises, statements),
                                   .names = find_words(arena, lists->names, statements)};
    struct text items = text_open(arena);
    struct text unapproved = text_open(arena);
    size_t count = 0;
    size_t asked_items = 0;
    const char **codes = lists->required ? text_split(arena, lists->required, ' ', &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        const char *colon = strchr(codes[i], ':');
        size_t length = colon ? (size_t)(colon - codes[i]) : strlen(codes[i]);
        const char *code = arena_text(arena, codes[i], length);
        bool item = !text_starts(code, "UA-");
        asked_items += item;
        if (!is_told(statements, code, text_equals(colon, may_not_apply)))
            add_word(item ? &items : &unapproved, code);
    }
    if (asked_items)
        facts.items_missing = items.length ? items.bytes : "none";
    if (count > asked_items)
        facts.statements_missing = unapproved.length ? unapproved.bytes : "none";
    return facts;
}

static void judge_none(struct findings *list, const char *rule, const char *what, const char *found)
{
    findings_add(list, rule, verdict_of(found != NULL, text_equals(found, "none")), "none",
                 "%s: %s", what, found ? found : "no signed list to ask");
}

void consent_template_judge(struct arena *arena, const struct template_facts *facts,
                            struct rows *findings)
{
    struct findings list = findings_open(arena);
    judge_none(&list, "CN-01.items/1", "missing", facts->items_missing);
    judge_none(&list, "CN-03.statements/1", "missing", facts->statements_missing);
    judge_none(&list, "CN-09.promise/1", "promises", facts->promises);
    judge_none(&list, "PR-02.consent/1", "names", facts->names);
    *findings = list.rows;
}
