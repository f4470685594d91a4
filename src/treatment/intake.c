/* intake.c: the signed list is read, and each answer finds its row. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/intake.h"

#include "contract/setting.h"

#include <string.h>

static const char *const answers[] = {"yes", "no", "unknown", NULL};
static const char *const medicine_kinds[] = {
    "anticoagulant", "immunosuppressant", "cancer_drug", "photosensitiser", "other", NULL};
static const char *const product_kinds[] = {"placenta", "blood", "cells",
                                            "vesicles", "other", NULL};

static const struct field answer_fields[] = {
    FIELD(struct intake_answer, rule, .required = true, .code = true, .longest = 24,
          .help = "Rule of the signed list, such as CI-07"),
    FIELD(struct intake_answer, answer, .required = true, .choices = answers,
          .help = "yes, no or unknown"),
    FIELD(struct intake_answer, evidence, .personal = true, .longest = 1000, .prose = true,
          .help = "Diagnosis, activity, drugs, test, attending physician"),
    FIELD(struct intake_answer, since, .help = "When it began"),
    FIELD(struct intake_answer, until, .help = "When it ended, or the last dose of a drug"),
    FIELD(struct intake_answer, remission_on,
          .help = "Date of remission of a malignancy; the program counts the years"),
    FIELD(struct intake_answer, accepted, .help = "The examining physician accepts a relative yes"),
    FIELD(struct intake_answer, accepted_why, .personal = true, .longest = 400,
          .help = "Why it is accepted"),
};
const struct schema intake_answer_schema =
    SCHEMA("intake_answer", struct intake_answer, answer_fields);

static const struct field allergy_fields[] = {
    FIELD(struct allergy, agent, .required = true, .personal = true, .help = "What it is against"),
    FIELD(struct allergy, reaction, .required = true, .personal = true, .longest = 400,
          .help = "What happened"),
    FIELD(struct allergy, grade, .required = true, .low = 1, .high = 5, .help = "CTCAE grade"),
};
const struct schema allergy_schema = SCHEMA("allergy", struct allergy, allergy_fields);

static const struct field medicine_fields[] = {
    FIELD(struct medicine, name, .required = true, .personal = true, .help = "Medicine and dose"),
    FIELD(struct medicine, kind, .required = true, .choices = medicine_kinds,
          .help = "What kind of medicine"),
    FIELD(struct medicine, last_on, .help = "Last dose; still taken when left out"),
};
const struct schema medicine_schema = SCHEMA("medicine", struct medicine, medicine_fields);

static const struct field product_fields[] = {
    FIELD(struct earlier_product, kind, .required = true, .choices = product_kinds,
          .help = "What kind of product"),
    FIELD(struct earlier_product, name, .personal = true, .help = "Product and institution"),
    FIELD(struct earlier_product, lot, .code = true, .longest = 40, .help = "Lot, if known"),
    FIELD(struct earlier_product, used_on, .help = "When"),
};
const struct schema earlier_product_schema =
    SCHEMA("earlier_product", struct earlier_product, product_fields);

static const struct field screening_fields[] = {
    FIELD(struct cancer_screening, screened_on, .help = "Date of the last screening"),
    FIELD(struct cancer_screening, kind, .personal = true, .help = "Which screening"),
    FIELD(struct cancer_screening, markers, .personal = true, .help = "Tumour markers, if used"),
    FIELD(struct cancer_screening, family_history, .personal = true, .longest = 400,
          .help = "Cancer in the family"),
    FIELD(struct cancer_screening, reason, .personal = true, .longest = 400,
          .help = "Why there was no screening"),
};
const struct schema cancer_screening_schema =
    SCHEMA("cancer_screening", struct cancer_screening, screening_fields);

/* A word that this program does not know could weigh anything: the row then has no weight. */
static void read_option(struct work *work, const char *option, struct contraindication *row)
{
    if (text_equals(option, "two_physicians")) {
        row->two_physicians = true;
    } else if (text_equals(option, "remission")) {
        row->dated = true;
    } else if (text_starts(option, "name=")) {
        row->names = option + strlen("name=");
    } else if (text_starts(option, "routes=")) {
        row->routes = text_exchange(work->arena, option + strlen("routes="), '+', ' ');
    } else {
        row->weight = NULL;
    }
}

/* As CI-07:absolute, CI-10:relative:two_physicians or CI-17:relative:routes=laser+injection. */
static bool signed_list(struct work *work, struct rows *asked)
{
    const char *list = NULL;
    size_t count = 0;
    if (!setting_text(work, "contraindications", &list))
        return false;
    const char **words = list ? text_split(work->arena, list, ' ', &count) : NULL;
    struct contraindication *rows = arena_take(work->arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        size_t parts = 0;
        const char **part = text_split(work->arena, words[i], ':', &parts);
        rows[i].rule = parts ? part[0] : words[i];
        rows[i].weight = parts > 1 ? part[1] : NULL;
        for (size_t j = 2; j < parts; j++)
            read_option(work, part[j], &rows[i]);
        if (rows[i].dated && !setting_count(work, "malignancy_free_years", &rows[i].years))
            return false;
    }
    *asked = (struct rows){count, rows};
    return true;
}

static struct contraindication *find_asked(const struct rows *asked, const char *rule)
{
    for (size_t i = 0; i < asked->count; i++)
        if (text_equals(ROWS(*asked, struct contraindication)[i].rule, rule))
            return &ROWS(*asked, struct contraindication)[i];
    return NULL;
}

static bool fill_answer(struct work *work, const struct intake_answer *answer, struct rows *asked)
{
    struct contraindication *row = find_asked(asked, answer->rule);
    if (!row)
        return fail(&work->fault, FAULT_INPUT, "answers.rule",
                    "The rule %s is not in the signed list; leave it out, or sign a list with it.",
                    answer->rule);
    if (row->answer)
        return fail(&work->fault, FAULT_INPUT, "answers.rule",
                    "The rule %s is answered twice; answer it once.", answer->rule);
    if (answer->accepted && !answer->accepted_why)
        return fail(&work->fault, FAULT_INPUT, "answers.accepted_why",
                    "Whoever accepts %s must say why in accepted_why.", answer->rule);
    row->answer = answer->answer;
    row->accepted = answer->accepted;
    row->remission_on = answer->remission_on;
    return true;
}

static bool list_has_rows(const struct intake *intake, const char *list)
{
    if (text_equals(list, "allergies"))
        return intake->allergies->count > 0;
    if (text_equals(list, "medicines"))
        return intake->medicines->count > 0;
    return text_equals(list, "products") && intake->products->count > 0;
}

bool intake_fill(struct work *work, const struct intake *intake, struct intake_facts *facts)
{
    const struct cancer_screening *screening = intake->screening;
    struct contraindication *rows = NULL;
    if (!signed_list(work, &facts->asked))
        return false;
    rows = facts->asked.items;
    for (size_t i = 0; i < facts->asked.count; i++)
        rows[i].named = list_has_rows(intake, rows[i].names);
    for (size_t i = 0; i < intake->answers->count; i++)
        if (!fill_answer(work, &ROWS(*intake->answers, const struct intake_answer)[i],
                         &facts->asked))
            return false;
    if (screening->screened_on.text && screening->kind)
        facts->screening = "screened";
    else if (screening->reason)
        facts->screening = "reason_given";
    return true;
}
