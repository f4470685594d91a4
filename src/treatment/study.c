/* study.c: sides come from a list that was sealed before the first subject. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/study.h"

#include "base/time.h"
#include "contract/fact.h"
#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "treatment/consent.h"
#include "treatment/patient.h"
#include "treatment/rater.h"

static const char *const designs[] = {"split_face", "side_to_side", NULL};

struct study {
    const char *code;
    const char *site;
    const char *approval;
    const char *design;
    const char *specification;
    const char *vehicle_lot;
    const char *route;
    const char *form; /* of the consent, code/version */
    const char *rater;
    int64_t sessions;
    const char *allocation; /* SHA-256 of the sealed list */
    int64_t listed;
    int64_t entry;
};
static const struct field study_fields[] = {
    FIELD(struct study, code, .help = "Code of the study"),
    FIELD(struct study, site, .help = "Site"),
    FIELD(struct study, approval, .help = "Approval of the committee"),
    FIELD(struct study, design, .help = "Design"),
    FIELD(struct study, specification, .help = "Specification of the product"),
    FIELD(struct study, vehicle_lot, .help = "Lot of the vehicle"),
    FIELD(struct study, route, .help = "Route"),
    FIELD(struct study, form, .help = "Form of the consent, code/version"),
    FIELD(struct study, rater, .help = "Account of the blinded rater"),
    FIELD(struct study, sessions, .help = "Sessions planned for each subject"),
    FIELD(struct study, allocation, .help = "SHA-256 of the sealed list of sides"),
    FIELD(struct study, listed, .help = "Subjects on the list"),
    FIELD(struct study, entry, .help = "Entry of the opening"),
};
static const struct schema study_schema = SCHEMA("study", struct study, study_fields);
const struct table study_table = {"study", &study_schema, "code", "", TABLE_VIEW};

struct study_subject {
    const char *subject; /* patient code */
    const char *study;
    const char *site;
    const char *side; /* that gets the product */
    struct date enrolled_on;
    const char *consent;
    int64_t entry;
};
static const struct field subject_fields[] = {
    FIELD(struct study_subject, subject, .help = "Patient code"),
    FIELD(struct study_subject, study, .help = "Study"),
    FIELD(struct study_subject, site, .help = "Site"),
    FIELD(struct study_subject, side, .help = "Side that gets the product: left or right"),
    FIELD(struct study_subject, enrolled_on, .help = "Day of enrolment"),
    FIELD(struct study_subject, consent, .help = "Consent that it rests on"),
    FIELD(struct study_subject, entry, .help = "Entry of the enrolment"),
};
static const struct schema subject_schema =
    SCHEMA("study_subject", struct study_subject, subject_fields);
const struct table study_subject_table = {"study_subject", &subject_schema, "subject", "study",
                                          TABLE_VIEW};

static const struct field facts_fields[] = {
    FIELD(struct study_facts, rater_gives, .help = "Whether the rater may give doses"),
    FIELD(struct study_facts, vehicle, .help = "Kind of the vehicle lot"),
    FIELD(struct study_facts, left, .help = "Left sides on the list"),
    FIELD(struct study_facts, right, .help = "Right sides on the list"),
};
static const struct schema facts_schema = SCHEMA("study_facts", struct study_facts, facts_fields);

struct opening {
    const char *code;
    const char *approval;
    const char *design;
    const char *specification;
    const char *vehicle_lot;
    const char *route;
    const char *form;
    const char *rater;
    int64_t sessions;
    struct file allocation;
    struct study_facts facts;
    struct rows findings;
};
#define OPENING_FIELDS                                                                             \
    FIELD(struct opening, code, .required = true, .code = true, .longest = 24,                     \
          .help = "Code of the study"),                                                            \
        FIELD(struct opening, approval, .required = true, .code = true, .longest = 40,             \
              .help = "Approval of the committee"),                                                \
        FIELD(struct opening, design, .required = true, .choices = designs, .help = "Design"),     \
        FIELD(struct opening, specification, .required = true, .code = true, .longest = 40,        \
              .help = "Specification of the product, code/version"),                               \
        FIELD(struct opening, vehicle_lot, .required = true, .code = true, .longest = 24,          \
              .help = "Lot of the vehicle, for the other side"),                                   \
        FIELD(struct opening, route, .required = true, .code = true, .longest = 40,                \
              .help = "Route"),                                                                    \
        FIELD(struct opening, form, .required = true, .code = true, .longest = 40,                 \
              .help = "Form of the consent, code/version"),                                        \
        FIELD(struct opening, rater, .required = true, .code = true, .longest = 24,                \
              .help = "Account of the blinded rater"),                                             \
        FIELD(struct opening, sessions, .required = true, .low = 1, .high = 100,                   \
              .help = "Sessions planned for each subject"),                                        \
        FIELD(struct opening, allocation, .required = true,                                        \
              .help = "Sealed list: tab-separated, columns subject and side (left or right)")
static const struct field opening_fields[] = {OPENING_FIELDS};
static const struct schema opening_input = SCHEMA("study_opening", struct opening, opening_fields);
static const struct field opened_fields[] = {
    OPENING_FIELDS,
    FIELD(struct opening, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct opening, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema opened_schema = SCHEMA("study_opened", struct opening, opened_fields);

/* The side of a line of the list: left, right or NULL. */
static const char *side_of(struct work *work, const struct fact_sheet *sheet, size_t line)
{
    const struct fact_line *found = &ROWS(sheet->lines, const struct fact_line)[line];
    const struct fact fact = {.cells = found->cells, .columns = sheet->columns};
    const char *side = fact_cell(work->arena, &fact, "side");
    return text_equals(side, "left") || text_equals(side, "right") ? side : NULL;
}

static bool count_sides(struct work *work, const struct file *file, struct study_facts *facts)
{
    struct fact_sheet sheet = {.name = "allocation", .file = *file};
    if (!fact_parse(work->arena, &work->fault, &sheet))
        return false;
    for (size_t i = 0; i < sheet.lines.count; i++) {
        const char *side = side_of(work, &sheet, i);
        if (!side)
            return fail(&work->fault, FAULT_INPUT, "allocation",
                        "Line %zu of the list of sides says neither left nor right; correct it.",
                        i + 2);
        facts->left += text_equals(side, "left");
        facts->right += text_equals(side, "right");
    }
    return true;
}

static bool open_judge(struct work *work, const void *input, void *body)
{
    const struct opening *given = input;
    struct opening *opened = body;
    struct specification specification = {0};
    struct lot vehicle = {0};
    *opened = *given;
    if (!view_free(work, &study_table, "code", given->code) ||
        !specification_need(work, "specification", given->specification, &specification) ||
        !view_need(work, &lot_table, "vehicle_lot", given->vehicle_lot, &vehicle) ||
        !rater_gives(work, given->rater, &opened->facts.rater_gives) ||
        !count_sides(work, &given->allocation, &opened->facts))
        return false;
    opened->facts.vehicle = vehicle.kind;
    study_judge(work->arena, &opened->facts, &opened->findings);
    return findings_allow(work->arena, &work->fault, "code", &opened->findings,
                          "The study cannot be opened so");
}

static bool open_again(struct work *work, const void *body, struct rows *findings)
{
    const struct opening *opened = body;
    study_judge(work->arena, &opened->facts, findings);
    return true;
}

static bool open_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct opening *opened = body;
    const struct study row = {.code = opened->code,
                              .site = entry->site,
                              .approval = opened->approval,
                              .design = opened->design,
                              .specification = opened->specification,
                              .vehicle_lot = opened->vehicle_lot,
                              .route = opened->route,
                              .form = opened->form,
                              .rater = opened->rater,
                              .sessions = opened->sessions,
                              .allocation = opened->allocation.sha256,
                              .listed = opened->facts.left + opened->facts.right,
                              .entry = entry->seq};
    return view_put(work, &study_table, &row);
}

static const struct field enrolment_facts_fields[] = {
    FIELD(struct enrolment_facts, rater_gives, .help = "Whether the rater may give doses"),
    FIELD(struct enrolment_facts, listed, .help = "Whether the subject is on the sealed list"),
    FIELD(struct enrolment_facts, consent, .help = "State of the consent"),
};
static const struct schema enrolment_facts_schema =
    SCHEMA("enrolment_facts", struct enrolment_facts, enrolment_facts_fields);

struct enrolment {
    const char *study;
    const char *subject;
    const char *side;
    const char *consent;
    int64_t number;
    struct date enrolled_on;
    struct enrolment_facts facts;
    struct rows findings;
};
static const struct field enrolment_fields[] = {
    FIELD(struct enrolment, study, .required = true, .code = true, .longest = 24, .help = "Study"),
    FIELD(struct enrolment, subject, .required = true, .code = true, .longest = 24,
          .help = "Patient code"),
};
static const struct schema enrolment_input =
    SCHEMA("study_enrolment", struct enrolment, enrolment_fields);
static const struct field enrolled_fields[] = {
    FIELD(struct enrolment, study, .help = "Study"),
    FIELD(struct enrolment, subject, .help = "Patient code"),
    FIELD(struct enrolment, number, .help = "Counts the subjects of the study"),
    FIELD(struct enrolment, side, .help = "Side that gets the product: left or right"),
    FIELD(struct enrolment, consent, .help = "Consent that it rests on"),
    FIELD(struct enrolment, enrolled_on, .help = "Day"),
    FIELD(struct enrolment, facts, .of = &enrolment_facts_schema, .help = "What was known"),
    FIELD(struct enrolment, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema enrolled_schema =
    SCHEMA("study_enrolled", struct enrolment, enrolled_fields);

/* From the list as it was sealed; the file is checked against its hash when it is read. */
static bool draw_side(struct work *work, const struct study *study, struct enrolment *enrolled)
{
    bool found = false;
    struct fact_sheet sheet = {.name = "allocation"};
    if (!ledger_load_file(work, study->allocation, &sheet.file, &found))
        return false;
    if (!found)
        return fail(&work->fault, FAULT_STORAGE, "study",
                    "The sealed list of %s is missing; run exoledger verify.", study->code);
    if (!fact_parse(work->arena, &work->fault, &sheet))
        return false;
    enrolled->facts.listed = "no";
    for (size_t i = 0; i < sheet.lines.count; i++)
        if (text_equals(ROWS(sheet.lines, const struct fact_line)[i].code, enrolled->subject)) {
            enrolled->side = side_of(work, &sheet, i);
            enrolled->facts.listed = enrolled->side ? "yes" : "no";
        }
    return true;
}

/* The newest consent on the form of the study; of the product it says itself what it is for. */
static bool find_consent(struct work *work, const struct study *study, struct enrolment *enrolled)
{
    struct rows rows;
    int64_t newest = 0;
    enrolled->facts.consent = consent_word(CONSENT_ABSENT);
    if (!view_list(work, &consent_table, "patient", value_text(enrolled->subject), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct consent *consent = &ROWS(rows, const struct consent)[i];
        const struct consent_question question = {.consent = consent,
                                                  .at = {work->now_usec},
                                                  .specification = study->specification,
                                                  .route = study->route,
                                                  .tissue = consent->tissue,
                                                  .maker = consent->maker,
                                                  .protocol = consent->protocol,
                                                  .price_list = consent->price_list,
                                                  .oldest_version = consent->version};
        if (!text_equals(consent->template, study->form) || consent->entry < newest)
            continue;
        newest = consent->entry;
        enrolled->consent = consent->code;
        enrolled->facts.consent = consent_word(consent_state(&question));
    }
    return true;
}

static bool enrol_judge(struct work *work, const void *input, void *body)
{
    struct enrolment *enrolled = body;
    struct study study = {0};
    struct patient patient = {0};
    struct rows before;
    int64_t today = day_of_instant(work->now_usec, work->zone_minutes);
    *enrolled = *(const struct enrolment *)input;
    enrolled->enrolled_on.text = date_print(work->arena, today);
    if (!view_need(work, &study_table, "study", enrolled->study, &study) ||
        !operation_at_site(work, "study", study.site, "study") ||
        !view_need(work, &patient_table, "subject", enrolled->subject, &patient) ||
        !operation_at_site(work, "subject", patient.site, "patient") ||
        !view_free(work, &study_subject_table, "subject", enrolled->subject) ||
        !view_list(work, &study_subject_table, "study", value_text(enrolled->study), &before) ||
        !rater_gives(work, study.rater, &enrolled->facts.rater_gives) ||
        !draw_side(work, &study, enrolled) || !find_consent(work, &study, enrolled))
        return false;
    enrolled->number = (int64_t)before.count + 1;
    enrolment_judge(work->arena, &enrolled->facts, &enrolled->findings);
    return findings_allow(work->arena, &work->fault, "subject", &enrolled->findings,
                          "This subject cannot be enrolled");
}

static bool enrol_again(struct work *work, const void *body, struct rows *findings)
{
    const struct enrolment *enrolled = body;
    enrolment_judge(work->arena, &enrolled->facts, findings);
    return true;
}

static bool enrol_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct enrolment *enrolled = body;
    const struct study_subject row = {enrolled->subject, enrolled->study,       entry->site,
                                      enrolled->side,    enrolled->enrolled_on, enrolled->consent,
                                      entry->seq};
    return view_put(work, &study_subject_table, &row);
}

bool study_side(struct work *work, const char *subject, const char **study, const char **side)
{
    struct study_subject row = {0};
    bool found = false;
    bool worked = view_find(work, &study_subject_table, VALUES(value_text(subject)), &row, &found);
    *study = found ? row.study : NULL;
    *side = found ? row.side : NULL;
    return worked;
}

bool study_rater(struct work *work, const char *study, const char **rater)
{
    struct study row = {0};
    bool worked = view_need(work, &study_table, "study", study, &row);
    *rater = row.rater;
    return worked;
}

/* Counts alone: whoever rates may see them. */
struct study_shown {
    const char *code;
    const char *approval;
    const char *design;
    const char *specification;
    const char *vehicle_lot;
    const char *form;
    const char *rater;
    int64_t sessions;
    int64_t listed;
    int64_t enrolled;
    int64_t left;
    int64_t right;
    const char *allocation;
};
static const struct field shown_fields[] = {
    FIELD(struct study_shown, code, .help = "Code of the study"),
    FIELD(struct study_shown, approval, .help = "Approval of the committee"),
    FIELD(struct study_shown, design, .help = "Design"),
    FIELD(struct study_shown, specification, .help = "Specification of the product"),
    FIELD(struct study_shown, vehicle_lot, .help = "Lot of the vehicle"),
    FIELD(struct study_shown, form, .help = "Form of the consent, code/version"),
    FIELD(struct study_shown, rater, .help = "Account of the blinded rater"),
    FIELD(struct study_shown, sessions, .help = "Sessions planned for each subject"),
    FIELD(struct study_shown, listed, .help = "Subjects on the sealed list"),
    FIELD(struct study_shown, enrolled, .help = "Subjects enrolled"),
    FIELD(struct study_shown, left, .help = "Enrolled, product on the left"),
    FIELD(struct study_shown, right, .help = "Enrolled, product on the right"),
    FIELD(struct study_shown, allocation, .help = "SHA-256 of the sealed list"),
};
static const struct schema shown_schema = SCHEMA("study_shown", struct study_shown, shown_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct study_shown *shown = row;
    struct study study = {0};
    struct rows rows;
    if (!view_need(work, &study_table, "code", key->code, &study) ||
        !view_list(work, &study_subject_table, "study", value_text(key->code), &rows))
        return false;
    *shown = (struct study_shown){.code = study.code,
                                  .approval = study.approval,
                                  .design = study.design,
                                  .specification = study.specification,
                                  .vehicle_lot = study.vehicle_lot,
                                  .form = study.form,
                                  .rater = study.rater,
                                  .sessions = study.sessions,
                                  .listed = study.listed,
                                  .enrolled = (int64_t)rows.count,
                                  .allocation = study.allocation};
    for (size_t i = 0; i < rows.count; i++) {
        const char *side = ROWS(rows, const struct study_subject)[i].side;
        shown->left += text_equals(side, "left");
        shown->right += text_equals(side, "right");
    }
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &study_table, page->after, page_limit(page), rows);
}

static bool subjects_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct study study = {0};
    return view_need(work, &study_table, "code", key->code, &study) &&
           view_list(work, &study_subject_table, "study", value_text(key->code), rows);
}

const struct operation study_operations[STUDY_OPERATIONS] = {
    {.name = "study.open",
     .method = "POST",
     .path = "/studies",
     .summary = "Open a study of two sides, with the list of sides sealed.",
     .permission = PERMIT_STUDY_WRITE,
     .effect = RECORDS,
     .signature = "responsible",
     .input = &opening_input,
     .output = &opened_schema,
     .subject = "code",
     .judge = open_judge,
     .apply = open_apply,
     .judge_again = open_again},
    {.name = "study.enrol",
     .method = "POST",
     .path = "/studies/{study}/subjects",
     .summary = "Enrol a patient; the side comes from the sealed list.",
     .permission = PERMIT_STUDY_WRITE,
     .effect = RECORDS,
     .input = &enrolment_input,
     .output = &enrolled_schema,
     .subject = "subject",
     .judge = enrol_judge,
     .apply = enrol_apply,
     .judge_again = enrol_again},
    {.name = "study.show",
     .method = "GET",
     .path = "/studies/{code}",
     .summary = "Show a study with its counts, and nobody's side.",
     .permission = PERMIT_STUDY_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .input = &code_key_schema,
     .output = &shown_schema,
     .read = show_read},
    {.name = "study.list",
     .method = "GET",
     .path = "/studies",
     .summary = "List the studies.",
     .permission = PERMIT_STUDY_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &study_schema,
     .list = list_read},
    {.name = "study.subjects",
     .method = "GET",
     .path = "/studies/{code}/subjects",
     .summary = "List the subjects with their sides; closed to raters, who give no dose.",
     .permission = PERMIT_STUDY_WRITE,
     .forbidden_by = "OU-01.blinded/1",
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &subject_schema,
     .list = subjects_read},
};
