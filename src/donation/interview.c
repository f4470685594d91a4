/* interview.c: history question by question, and the examination apart from it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/interview.h"

#include "contract/setting.h"
#include "donation/donor.h"

static const char *const answers[] = {"no", "yes", "unknown", NULL};
static const char *const findings[] = {"normal", "abnormal", NULL};

static const struct field answer_fields[] = {
    FIELD(struct interview_answer, item, .required = true, .code = true, .longest = 24,
          .help = "Item of the signed interview, as DT-20"),
    FIELD(struct interview_answer, answer, .required = true, .choices = answers, .help = "Answer"),
    FIELD(struct interview_answer, note, .personal = true, .longest = 400, .help = "Note"),
    FIELD(struct interview_answer, assessed_why, .personal = true, .longest = 400,
          .help = "Why an answer other than no does not speak against the donor"),
};
static const struct schema answer_schema =
    SCHEMA("interview_answer", struct interview_answer, answer_fields);
static const struct field finding_fields[] = {
    FIELD(struct examination_finding, item, .required = true, .code = true, .longest = 24,
          .help = "What was examined, as DT-31"),
    FIELD(struct examination_finding, finding, .required = true, .choices = findings,
          .help = "Finding of the physician or dentist"),
    FIELD(struct examination_finding, note, .personal = true, .longest = 400, .help = "Note"),
    FIELD(struct examination_finding, assessed_why, .personal = true, .longest = 400,
          .help = "Why an abnormal finding does not speak against the donor"),
};
static const struct schema examination_schema =
    SCHEMA("examination_finding", struct examination_finding, finding_fields);

struct examined {
    const char *donor;
    struct date examined_on;
    struct rows interview;
    struct examination_finding examination;
    const char *unasked;
    const char *history_verdict;
    const char *examination_verdict;
};
static const struct field asked_fields[] = {
    FIELD(struct examined, donor, .required = true, .code = true, .longest = 24, .help = "Donor"),
    FIELD(struct examined, examined_on, .required = true, .help = "Day"),
    FIELD(struct examined, interview, .required = true, .of = &answer_schema,
          .help = "One row per item of the signed interview"),
    FIELD(struct examined, examination, .required = true, .of = &examination_schema,
          .help = "Examination by a physician or dentist"),
};
static const struct schema asked_schema = SCHEMA("donor_examine", struct examined, asked_fields);
static const struct field examined_fields[] = {
    FIELD(struct examined, donor, .help = "Donor"),
    FIELD(struct examined, examined_on, .help = "Day"),
    FIELD(struct examined, interview, .of = &answer_schema, .help = "One row per item"),
    FIELD(struct examined, examination, .of = &examination_schema, .help = "Examination"),
    FIELD(struct examined, unasked, .help = "Items of the signed interview not asked, or none"),
    FIELD(struct examined, history_verdict, .help = "clear, finding or incomplete, computed"),
    FIELD(struct examined, examination_verdict, .help = "clear or finding, computed"),
};
static const struct schema examined_schema =
    SCHEMA("donor_examined", struct examined, examined_fields);

static const struct interview_answer *find_answer(const struct rows *rows, const char *item)
{
    for (size_t i = 0; i < rows->count; i++)
        if (text_equals(ROWS(*rows, const struct interview_answer)[i].item, item))
            return &ROWS(*rows, const struct interview_answer)[i];
    return NULL;
}

const char *interview_unasked(struct arena *arena, const struct rows *rows, const char *list)
{
    size_t count = 0;
    struct text text = text_open(arena);
    const char **items = text_split(arena, list ? list : "", ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (!find_answer(rows, items[i]))
            text_print(&text, "%s%s", text.length ? " " : "", items[i]);
    if (!count)
        return NULL;
    return text.length ? text.bytes : "none";
}

const char *interview_history(const struct rows *rows, const char *unasked)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct interview_answer *answer = &ROWS(*rows, const struct interview_answer)[i];
        if (!text_equals(answer->answer, "no") && !answer->assessed_why)
            return "finding";
    }
    if (!unasked)
        return NULL;
    return text_equals(unasked, "none") ? "clear" : "incomplete";
}

const char *interview_examination(const struct examination_finding *examination)
{
    return text_equals(examination->finding, "normal") || examination->assessed_why ? "clear"
                                                                                    : "finding";
}

static bool check_items(struct work *work, const struct rows *rows, const char *list)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct interview_answer *answer = &ROWS(*rows, const struct interview_answer)[i];
        if (list && !text_has_word(list, answer->item))
            return fail(&work->fault, FAULT_INPUT, "interview.item",
                        "The item %s is not in the signed interview; correct its code.",
                        answer->item);
        if (find_answer(rows, answer->item) != answer)
            return fail(&work->fault, FAULT_INPUT, "interview.item",
                        "The item %s stands twice; give it once.", answer->item);
    }
    return true;
}

static bool examine_judge(struct work *work, const void *input, void *body)
{
    const struct examined *given = input;
    struct examined *made = body;
    struct donor donor = {0};
    const char *list = NULL;
    *made = *given;
    if (!donor_need(work, given->donor, &donor) ||
        !donor_check_day(work, "examined_on", given->examined_on) ||
        !setting_text(work, "donor_interview", &list) ||
        !check_items(work, &given->interview, list))
        return false;
    made->unasked = interview_unasked(work->arena, &given->interview, list);
    made->history_verdict = interview_history(&given->interview, made->unasked);
    made->examination_verdict = interview_examination(&given->examination);
    return true;
}

static bool examine_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct examined *made = body;
    struct donor donor = {0};
    if (!view_need(work, &donor_table, "donor", made->donor, &donor))
        return false;
    donor.history = made->history_verdict;
    donor.examination = made->examination_verdict;
    donor.unasked = made->unasked;
    donor.examined_entry = entry->seq;
    return view_put(work, &donor_table, &donor);
}

const struct operation interview_operations[INTERVIEW_OPERATIONS] = {
    {.name = "donor.examine",
     .method = "POST",
     .path = "/donors/{donor}/examination",
     .summary = "Record interview item by item and examination of a donor, apart from the tests.",
     .permission = PERMIT_DONOR_EXAMINE,
     .effect = RECORDS,
     .input = &asked_schema,
     .output = &examined_schema,
     .subject = "donor",
     .person = "donor",
     .person_kind = "donor",
     .judge = examine_judge,
     .apply = examine_apply},
};
