/* examination.c: the signed list is asked, the physician decides and signs, the days are counted.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/examination.h"

#include "base/time.h"
#include "contract/setting.h"
#include "treatment/contraindication.h"
#include "treatment/patient.h"

#include <string.h>

static const char *const answers[] = {"yes", "no", "unknown", NULL};
static const char *const decisions[] = {"eligible", "not_eligible", NULL};

struct intake_answer {
    const char *rule;
    const char *answer;
    bool accepted;
    const char *accepted_why; /* personal: it tells of a disease */
};
static const struct field answer_fields[] = {
    FIELD(struct intake_answer, rule, .required = true, .code = true, .longest = 24,
          .help = "Rule of the signed list, such as CI-07"),
    FIELD(struct intake_answer, answer, .required = true, .choices = answers,
          .help = "yes, no or unknown"),
    FIELD(struct intake_answer, accepted, .help = "The examining physician accepts a relative yes"),
    FIELD(struct intake_answer, accepted_why, .personal = true, .longest = 400,
          .help = "Why it is accepted"),
};
static const struct schema answer_schema =
    SCHEMA("intake_answer", struct intake_answer, answer_fields);

struct examining {
    const char *code;
    const char *patient;
    bool realtime;
    struct rows answers;
    const char *decision;
    struct date examined_on;
    struct count eligibility_days;
    struct date eligible_until;
    struct intake_facts facts;
    struct rows findings;
    struct rows used;
};
static const struct field input_fields[] = {
    FIELD(struct examining, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the examination"),
    FIELD(struct examining, patient, .required = true, .code = true, .longest = 24,
          .help = "Patient"),
    FIELD(struct examining, realtime, .required = true,
          .help = "Examined in person or by a live call, not by chat or mail"),
    FIELD(struct examining, answers, .required = true, .of = &answer_schema,
          .help = "One answer per rule of the signed list"),
    FIELD(struct examining, decision, .required = true, .choices = decisions,
          .help = "The decision that is signed"),
};
static const struct schema input_schema = SCHEMA("examining", struct examining, input_fields);
static const struct field body_fields[] = {
    FIELD(struct examining, code, .help = "Code of the examination"),
    FIELD(struct examining, patient, .help = "Patient"),
    FIELD(struct examining, realtime, .help = "Examined in real time"),
    FIELD(struct examining, answers, .of = &answer_schema, .help = "What was answered"),
    FIELD(struct examining, decision, .help = "The decision that is signed"),
    FIELD(struct examining, examined_on, .help = "Day of the examination"),
    FIELD(struct examining, eligibility_days, .unit = "days", .help = "Signed validity"),
    FIELD(struct examining, eligible_until, .help = "Last day of the eligibility"),
    FIELD(struct examining, facts, .of = &intake_facts_schema, .help = "What was known"),
    FIELD(struct examining, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct examining, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema body_schema = SCHEMA("examined", struct examining, body_fields);

static const struct field row_fields[] = {
    FIELD(struct examination, code, .help = "Code of the examination"),
    FIELD(struct examination, patient, .help = "Patient"),
    FIELD(struct examination, site, .help = "Where"),
    FIELD(struct examination, physician, .help = "Account of the physician"),
    FIELD(struct examination, decision, .help = "eligible or not_eligible"),
    FIELD(struct examination, examined_on, .help = "Day of the examination"),
    FIELD(struct examination, eligible_until, .help = "Last day of the eligibility"),
    FIELD(struct examination, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("examination", struct examination, row_fields);
const struct table examination_table = {"examination", &row_schema, "code", "patient", TABLE_VIEW};

/* The signed list as rule:weight words; empty when none is signed. */
static bool signed_list(struct work *work, struct rows *asked)
{
    const char *list = NULL;
    size_t count = 0;
    *asked = (struct rows){0};
    if (!setting_text(work, "contraindications", &list) || !list)
        return work->fault.kind == FAULT_NONE;
    const char **words = text_split(work->arena, list, ' ', &count);
    struct contraindication *rows = arena_take(work->arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        const char *colon = strrchr(words[i], ':');
        size_t length = colon ? (size_t)(colon - words[i]) : strlen(words[i]);
        rows[i].rule = arena_text(work->arena, words[i], length);
        rows[i].weight = colon ? colon + 1 : NULL;
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

static bool fill_answers(struct work *work, const struct rows *given, struct rows *asked)
{
    for (size_t i = 0; i < given->count; i++) {
        const struct intake_answer *answer = &ROWS(*given, const struct intake_answer)[i];
        struct contraindication *row = find_asked(asked, answer->rule);
        if (!row)
            return fail(&work->fault, FAULT_INPUT, "answers.rule",
                        "The rule %s is not in the signed "
                        "list; leave it out, or sign a list with it.",
                        answer->rule);
        if (row->answer)
            return fail(&work->fault, FAULT_INPUT, "answers.rule",
                        "The rule %s is answered twice; "
                        "answer it once.",
                        answer->rule);
        if (answer->accepted && !answer->accepted_why)
            return fail(&work->fault, FAULT_INPUT, "answers.accepted_why",
                        "Whoever accepts %s must "
                        "say why in accepted_why.",
                        answer->rule);
        row->answer = answer->answer;
        row->accepted = answer->accepted;
    }
    return true;
}

/* The N-th day after the examination is the last. */
static bool count_days(struct work *work, struct examining *body)
{
    int64_t today = day_of_instant(work->now_usec, work->zone_minutes);
    body->examined_on.text = date_print(work->arena, today);
    if (!setting_count(work, "eligibility_days", &body->eligibility_days))
        return false;
    if (!text_equals(body->decision, "eligible"))
        return true;
    if (!body->eligibility_days.known)
        return refuse(&work->fault, FAULT_RULE, "decision", "PT-08.eligible/1",
                      "How long an "
                      "eligibility lasts is not signed; sign eligibility_days first.");
    body->eligible_until.text = date_print(work->arena, today + body->eligibility_days.value);
    return true;
}

static bool examine_judge(struct work *work, const void *input, void *body)
{
    struct examining *examining = body;
    struct patient patient = {0};
    struct use *uses = arena_take(work->arena, sizeof *uses);
    *examining = *(const struct examining *)input;
    examining->facts.realtime = examining->realtime;
    if (!view_need(work, &patient_table, "patient", examining->patient, &patient) ||
        !operation_at_site(work, "patient", patient.site, "patient") ||
        !view_free(work, &examination_table, "code", examining->code) ||
        !signed_list(work, &examining->facts.asked) ||
        !fill_answers(work, &examining->answers, &examining->facts.asked) ||
        !count_days(work, examining))
        return false;
    uses->entry = patient.entry;
    examining->used = (struct rows){1, uses};
    contraindication_judge(work->arena, &examining->facts, &examining->findings);
    return text_equals(examining->decision, "not_eligible") ||
           findings_allow(work->arena, &work->fault, "decision", &examining->findings,
                          "The patient cannot be signed as eligible");
}

static bool examine_again(struct work *work, const void *body, struct rows *findings)
{
    const struct examining *examining = body;
    contraindication_judge(work->arena, &examining->facts, findings);
    return true;
}

static bool examine_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct examining *examining = body;
    struct patient patient = {0};
    const struct examination row = {
        .code = examining->code,
        .patient = examining->patient,
        .site = entry->site,
        .physician = entry->actor,
        .decision = examining->decision,
        .examined_on = examining->examined_on,
        .eligible_until = examining->eligible_until,
        .entry = entry->seq,
    };
    if (!view_need(work, &patient_table, "patient", examining->patient, &patient))
        return false;
    patient.examination = examining->code;
    patient.decision = examining->decision;
    patient.examined_on = examining->examined_on;
    patient.eligible_until = examining->eligible_until;
    patient.ended_by = NULL;
    patient.examined_entry = entry->seq;
    return view_put(work, &examination_table, &row) && view_put(work, &patient_table, &patient);
}

const struct operation examination_operations[EXAMINATION_OPERATIONS] = {
    {.name = "patient.examine",
     .method = "POST",
     .path = "/patients/{patient}/examinations",
     .summary = "Ask the signed list of contraindications and sign whether a patient is eligible.",
     .permission = PERMIT_PATIENT_EXAMINE,
     .effect = RECORDS,
     .signature = "responsible",
     .input = &input_schema,
     .output = &body_schema,
     .subject = "code",
     .person = "patient",
     .person_kind = "patient",
     .judge = examine_judge,
     .apply = examine_apply,
     .judge_again = examine_again},
};
