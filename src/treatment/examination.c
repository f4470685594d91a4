/* examination.c: the signed list is asked, the physician decides and signs, the days are counted.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/examination.h"

#include "base/time.h"
#include "contract/setting.h"
#include "treatment/intake.h"
#include "treatment/patient.h"

static const char *const decisions[] = {"eligible", "not_eligible", NULL};

struct examining {
    const char *code;
    const char *patient;
    bool realtime;
    const char *route;
    struct rows answers;
    struct rows allergies;
    struct rows medicines;
    struct rows products;
    struct cancer_screening screening;
    const char *decision;
    const char *standing;
    struct date examined_on;
    struct count eligibility_days;
    struct date eligible_until;
    struct intake_facts facts;
    struct rows findings;
    struct rows used;
};

#define SAID_FIELDS                                                                                \
    FIELD(struct examining, code, .required = true, .code = true, .longest = 24,                   \
          .help = "Code of the examination"),                                                      \
        FIELD(struct examining, patient, .required = true, .code = true, .longest = 24,            \
              .help = "Patient"),                                                                  \
        FIELD(struct examining, realtime, .required = true,                                        \
              .help = "Examined in person or by a live call, not by chat or mail"),                \
        FIELD(struct examining, route, .code = true, .longest = 24,                                \
              .help = "Route examined for; every one when left out"),                              \
        FIELD(struct examining, answers, .required = true, .of = &intake_answer_schema,            \
              .help = "One answer per rule of the signed list"),                                   \
        FIELD(struct examining, allergies, .of = &allergy_schema,                                  \
              .help = "Allergies with agent, reaction and grade"),                                 \
        FIELD(struct examining, medicines, .of = &medicine_schema, .help = "Medicines"),           \
        FIELD(struct examining, products, .of = &earlier_product_schema,                           \
              .help = "Earlier products of human origin"),                                         \
        FIELD(struct examining, screening, .of = &cancer_screening_schema,                         \
              .help = "Last cancer screening, or why there was none"),                             \
        FIELD(struct examining, decision, .required = true, .choices = decisions,                  \
              .help = "The decision that is signed")

static const struct field input_fields[] = {SAID_FIELDS};
static const struct schema input_schema = SCHEMA("examining", struct examining, input_fields);
static const struct field body_fields[] = {
    SAID_FIELDS,
    FIELD(struct examining, standing, .help = "Rules that stand in the way, or none"),
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
    FIELD(struct examination, second_physician, .help = "Account of the second physician, if any"),
    FIELD(struct examination, realtime, .help = "Examined in real time"),
    FIELD(struct examination, route, .help = "Route examined for; every one if left out"),
    FIELD(struct examination, decision, .help = "eligible or not_eligible"),
    FIELD(struct examination, standing, .help = "Rules that stand in the way, or none"),
    FIELD(struct examination, examined_on, .help = "Day"),
    FIELD(struct examination, eligible_until, .help = "Last day of the eligibility"),
    FIELD(struct examination, answers, .of = &intake_answer_schema, .help = "What was answered"),
    FIELD(struct examination, allergies, .of = &allergy_schema, .help = "Allergies"),
    FIELD(struct examination, medicines, .of = &medicine_schema, .help = "Medicines"),
    FIELD(struct examination, products, .of = &earlier_product_schema,
          .help = "Earlier products of human origin"),
    FIELD(struct examination, entry, .help = "Entry that signed it"),
};
static const struct schema row_schema = SCHEMA("examination", struct examination, row_fields);
const struct table examination_table = {"examination", &row_schema, "code", "patient", TABLE_VIEW};

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
                      "How long an eligibility lasts is not signed; sign eligibility_days first.");
    body->eligible_until.text = date_print(work->arena, today + body->eligibility_days.value);
    return true;
}

static bool fill_facts(struct work *work, struct examining *examining, bool by_two)
{
    const struct intake intake = {.answers = &examining->answers,
                                  .allergies = &examining->allergies,
                                  .medicines = &examining->medicines,
                                  .products = &examining->products,
                                  .screening = &examining->screening};
    examining->facts = (struct intake_facts){.realtime = examining->realtime,
                                             .route = examining->route,
                                             .asked_on = examining->examined_on,
                                             .second_physician = by_two};
    if (!intake_fill(work, &intake, &examining->facts))
        return false;
    examining->standing = contraindication_standing(work->arena, &examining->facts);
    contraindication_judge(work->arena, &examining->facts, &examining->findings);
    return true;
}

static bool judge(struct work *work, const void *input, void *body, bool by_two)
{
    struct examining *examining = body;
    struct patient patient = {0};
    struct use *uses = arena_take(work->arena, sizeof *uses);
    *examining = *(const struct examining *)input;
    if (!view_need(work, &patient_table, "patient", examining->patient, &patient) ||
        !operation_at_site(work, "patient", patient.site, "patient") ||
        !view_free(work, &examination_table, "code", examining->code) ||
        !count_days(work, examining) || !fill_facts(work, examining, by_two))
        return false;
    uses->entry = patient.entry;
    examining->used = (struct rows){1, uses};
    return text_equals(examining->decision, "not_eligible") ||
           findings_allow(work->arena, &work->fault, "decision", &examining->findings,
                          "The patient cannot be signed as eligible");
}

static bool examine_judge(struct work *work, const void *input, void *body)
{
    return judge(work, input, body, false);
}

static bool examine_two_judge(struct work *work, const void *input, void *body)
{
    return judge(work, input, body, true);
}

static bool examine_again(struct work *work, const void *body, struct rows *findings)
{
    const struct examining *examining = body;
    contraindication_judge(work->arena, &examining->facts, findings);
    return true;
}

static const char *second_signer(const struct entry *entry)
{
    for (size_t i = 0; i < entry->signatures.count; i++) {
        const struct signature *signature = &ROWS(entry->signatures, const struct signature)[i];
        if (!text_equals(signature->account, entry->actor))
            return signature->account;
    }
    return NULL;
}

static bool put_patient(struct work *work, const struct entry *entry,
                        const struct examining *examining)
{
    struct patient patient = {0};
    if (!view_need(work, &patient_table, "patient", examining->patient, &patient))
        return false;
    patient.examination = examining->code;
    patient.decision = examining->decision;
    patient.standing = examining->standing;
    patient.examined_route = examining->route;
    patient.examined_on = examining->examined_on;
    patient.eligible_until = examining->eligible_until;
    patient.ended_by = NULL;
    patient.examined_entry = entry->seq;
    return view_put(work, &patient_table, &patient);
}

static bool examine_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct examining *examining = body;
    const struct examination row = {
        .code = examining->code,
        .patient = examining->patient,
        .site = entry->site,
        .physician = entry->actor,
        .second_physician = second_signer(entry),
        .realtime = examining->realtime,
        .route = examining->route,
        .decision = examining->decision,
        .standing = examining->standing,
        .examined_on = examining->examined_on,
        .eligible_until = examining->eligible_until,
        .answers = examining->answers,
        .allergies = examining->allergies,
        .medicines = examining->medicines,
        .products = examining->products,
        .entry = entry->seq,
    };
    return view_put(work, &examination_table, &row) && put_patient(work, entry, examining);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &examination_table, "patient", value_text(key->code), rows);
}

const struct operation examination_operations[EXAMINATION_OPERATIONS] = {
    {.name = "patient.examine",
     .method = "POST",
     .path = "/patients/{patient}/examinations",
     .summary = "Ask the signed list of contraindications and sign whether a patient is eligible.",
     .permission = PERMIT_PATIENT_EXAMINE,
     .forbidden_by = "PT-10.physician/1",
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
    {.name = "patient.examine_by_two",
     .method = "POST",
     .path = "/patients/{patient}/examinations/by_two",
     .summary = "The same, signed by a second physician where the signed list asks for two.",
     .permission = PERMIT_PATIENT_EXAMINE,
     .forbidden_by = "PT-10.physician/1",
     .effect = RECORDS,
     .signature = "responsible",
     .witness = PERMIT_PATIENT_COUNTERSIGN,
     .input = &input_schema,
     .output = &body_schema,
     .subject = "code",
     .person = "patient",
     .person_kind = "patient",
     .judge = examine_two_judge,
     .apply = examine_apply,
     .judge_again = examine_again},
    {.name = "patient.examinations",
     .method = "GET",
     .path = "/patients/{code}/examinations",
     .summary = "List the examinations of a patient: answers, acceptances, decisions.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
