/* consent.c: signed on one version of a form, for one product and route; withdrawn at any time. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/consent.h"

#include "base/time.h"
#include "treatment/consent_template.h"
#include "treatment/patient.h"

static bool absent(const struct consent_question *question)
{
    return !question->consent || !question->consent->signed_at.usec || !question->at.usec;
}

static bool withdrawn(const struct consent_question *question)
{
    const struct instant when = question->consent->withdrawn_at;
    return when.usec && question->at.usec >= when.usec;
}

static bool not_yet(const struct consent_question *question)
{
    return question->at.usec < question->consent->signed_at.usec;
}

static bool expired(const struct consent_question *question)
{
    const struct instant when = question->consent->expires_at;
    return when.usec && question->at.usec >= when.usec;
}

static bool is_same(const char *one, const char *other)
{
    return one && other && text_equals(one, other);
}

static bool other_purpose(const struct consent_question *question)
{
    const struct consent *consent = question->consent;
    return !is_same(consent->specification, question->specification) ||
           !is_same(consent->route, question->route) || !is_same(consent->tissue, question->tissue);
}

static bool old_form(const struct consent_question *question)
{
    return question->oldest_version < 1 || question->consent->version < question->oldest_version;
}

/* Ordered: a withdrawal outranks every later reason, whatever else is true. */
static const struct {
    bool (*applies)(const struct consent_question *question);
    enum consent_state state;
} reasons[] = {
    {absent, CONSENT_ABSENT},
    {withdrawn, CONSENT_WITHDRAWN},
    {not_yet, CONSENT_NOT_YET},
    {expired, CONSENT_EXPIRED},
    {other_purpose, CONSENT_OTHER_PURPOSE},
    {old_form, CONSENT_OLD_FORM},
};

enum consent_state consent_state(const struct consent_question *question)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].applies(question))
            return reasons[i].state;
    return CONSENT_VALID;
}

const char *consent_word(enum consent_state state)
{
    switch (state) {
    case CONSENT_WITHDRAWN:
        return "withdrawn";
    case CONSENT_NOT_YET:
        return "not_yet";
    case CONSENT_EXPIRED:
        return "expired";
    case CONSENT_OTHER_PURPOSE:
        return "other_purpose";
    case CONSENT_OLD_FORM:
        return "old_form";
    case CONSENT_VALID:
        return "valid";
    case CONSENT_ABSENT:
        break;
    }
    return "absent";
}

/* What a consent for another product says does not matter while one for this product exists. */
static int rank(enum consent_state state, const struct consent_question *question)
{
    if (state == CONSENT_VALID)
        return 2;
    return question->consent && !other_purpose(question) ? 1 : 0;
}

bool consent_find(struct work *work, const char *patient, struct consent_question *question,
                  enum consent_state *state)
{
    struct rows rows;
    struct consent_question best = *question;
    best.consent = NULL;
    *state = CONSENT_ABSENT;
    if (!view_list(work, &consent_table, "patient", value_text(patient), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct consent_question one = *question;
        one.consent = &ROWS(rows, const struct consent)[i];
        if (!consent_template_oldest(work, one.consent->form, &one.oldest_version))
            return false;
        enum consent_state found = consent_state(&one);
        int better = rank(found, &one) - rank(*state, &best);
        if (!best.consent || better > 0 ||
            (better == 0 && one.consent->entry > best.consent->entry)) {
            best = one;
            *state = found;
        }
    }
    *question = best;
    return true;
}

static const struct field row_fields[] = {
    FIELD(struct consent, code, .help = "Code of the consent"),
    FIELD(struct consent, patient, .help = "Patient"),
    FIELD(struct consent, site, .help = "Where it was signed"),
    FIELD(struct consent, template, .help = "Form, code/version"),
    FIELD(struct consent, form, .help = "Code of the form"),
    FIELD(struct consent, version, .help = "Version of the form"),
    FIELD(struct consent, specification, .help = "Product specification"),
    FIELD(struct consent, route, .help = "Route"),
    FIELD(struct consent, tissue, .help = "Source tissue"),
    FIELD(struct consent, signed_at, .help = "When it was signed"),
    FIELD(struct consent, expires_at, .help = "When it ends"),
    FIELD(struct consent, withdrawn_at, .help = "When it was withdrawn"),
    FIELD(struct consent, explained_by, .help = "Who explained"),
    FIELD(struct consent, copy_given, .help = "The patient has a copy"),
    FIELD(struct consent, entry, .help = "Entry of the signing"),
    FIELD(struct consent, withdrawn_entry, .help = "Entry of the withdrawal, or 0"),
};
static const struct schema row_schema = SCHEMA("consent", struct consent, row_fields);
const struct table consent_table = {"consent", &row_schema, "code", "patient", TABLE_VIEW};

struct signing {
    const char *code;
    const char *patient;
    const char *template;
    struct instant signed_at;
    const char *explained_by;
    bool copy_given;
    struct instant expires_at;
};
static const struct field sign_fields[] = {
    FIELD(struct signing, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the consent"),
    FIELD(struct signing, patient, .required = true, .code = true, .longest = 24,
          .help = "Patient"),
    FIELD(struct signing, template, .required = true, .code = true, .longest = 40,
          .help = "Form, code/version"),
    FIELD(struct signing, signed_at, .required = true, .help = "When it was signed"),
    FIELD(struct signing, explained_by, .required = true, .code = true, .longest = 40,
          .help = "Account of who explained"),
    FIELD(struct signing, copy_given, .required = true, .help = "The patient has a copy"),
};
static const struct schema sign_schema = SCHEMA("consent_sign", struct signing, sign_fields);
static const struct field signed_fields[] = {
    FIELD(struct signing, code, .help = "Code of the consent"),
    FIELD(struct signing, patient, .help = "Patient"),
    FIELD(struct signing, template, .help = "Form, code/version"),
    FIELD(struct signing, signed_at, .help = "When it was signed"),
    FIELD(struct signing, explained_by, .help = "Account of who explained"),
    FIELD(struct signing, copy_given, .help = "The patient has a copy"),
    FIELD(struct signing, expires_at, .help = "When it ends; left out when the form names no end"),
};
static const struct schema signed_schema = SCHEMA("consent_signed", struct signing, signed_fields);

static bool check_patient(struct work *work, const char *code)
{
    struct patient patient = {0};
    return view_need(work, &patient_table, "patient", code, &patient) &&
           operation_at_site(work, "patient", patient.site, "patient");
}

static bool sign_judge(struct work *work, const void *input, void *body)
{
    struct signing *signing = body;
    struct consent_template template = {0};
    struct account account = {0};
    *signing = *(const struct signing *)input;
    if (!check_patient(work, signing->patient) ||
        !view_free(work, &consent_table, "code", signing->code) ||
        !view_need(work, &consent_template_table, "template", signing->template, &template) ||
        !view_need(work, &account_table, "explained_by", signing->explained_by, &account))
        return false;
    if (template.valid_days.known)
        signing->expires_at.usec =
            signing->signed_at.usec + template.valid_days.value * USEC_PER_DAY;
    return signing->signed_at.usec <= work->now_usec ||
           fail(&work->fault, FAULT_INPUT, "signed_at",
                "The field signed_at lies in the future; "
                "correct it.");
}

static bool sign_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct signing *signing = body;
    struct consent_template template = {0};
    if (!view_need(work, &consent_template_table, "template", signing->template, &template))
        return false;
    const struct consent row = {
        .code = signing->code,
        .patient = signing->patient,
        .site = entry->site,
        .template = signing->template,
        .form = template.code,
        .version = template.version,
        .specification = template.specification,
        .route = template.route,
        .tissue = template.tissue,
        .signed_at = signing->signed_at,
        .expires_at = signing->expires_at,
        .explained_by = signing->explained_by,
        .copy_given = signing->copy_given,
        .entry = entry->seq,
    };
    return view_put(work, &consent_table, &row);
}

struct withdrawal {
    const char *consent;
    const char *patient;
    struct instant withdrawn_at;
};
static const struct field withdraw_fields[] = {
    FIELD(struct withdrawal, consent, .required = true, .code = true, .longest = 24,
          .help = "Consent"),
};
static const struct schema withdraw_schema =
    SCHEMA("consent_withdraw", struct withdrawal, withdraw_fields);
static const struct field withdrawn_fields[] = {
    FIELD(struct withdrawal, consent, .help = "Consent"),
    FIELD(struct withdrawal, patient, .help = "Patient"),
    FIELD(struct withdrawal, withdrawn_at, .help = "From when it no longer holds"),
};
static const struct schema withdrawn_schema =
    SCHEMA("consent_withdrawn", struct withdrawal, withdrawn_fields);

static bool withdraw_judge(struct work *work, const void *input, void *body)
{
    struct withdrawal *withdrawal = body;
    struct consent consent = {0};
    *withdrawal = *(const struct withdrawal *)input;
    withdrawal->withdrawn_at.usec = work->now_usec;
    if (!view_need(work, &consent_table, "consent", withdrawal->consent, &consent) ||
        !operation_at_site(work, "consent", consent.site, "consent"))
        return false;
    withdrawal->patient = consent.patient;
    return !consent.withdrawn_entry || fail(&work->fault, FAULT_CONFLICT, "consent",
                                            "Consent %s was withdrawn already.", consent.code);
}

static bool withdraw_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct withdrawal *withdrawal = body;
    struct consent row = {0};
    if (!view_need(work, &consent_table, "consent", withdrawal->consent, &row))
        return false;
    row.withdrawn_at = withdrawal->withdrawn_at;
    row.withdrawn_entry = entry->seq;
    return view_put(work, &consent_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &consent_table, "patient", value_text(key->code), rows);
}

const struct operation consent_operations[CONSENT_OPERATIONS] = {
    {.name = "consent.sign",
     .method = "POST",
     .path = "/patients/{patient}/consents",
     .summary = "Record that a patient signed a form, who explained it and that a copy was given.",
     .permission = PERMIT_CONSENT_WRITE,
     .effect = RECORDS,
     .input = &sign_schema,
     .output = &signed_schema,
     .subject = "code",
     .person = "patient",
     .person_kind = "patient",
     .judge = sign_judge,
     .apply = sign_apply},
    {.name = "consent.withdraw",
     .method = "POST",
     .path = "/consents/{consent}/withdrawal",
     .summary = "Record that a patient withdrew a consent; no reason is asked.",
     .permission = PERMIT_CONSENT_WRITE,
     .effect = RECORDS,
     .input = &withdraw_schema,
     .output = &withdrawn_schema,
     .subject = "consent",
     .person = "patient",
     .person_kind = "patient",
     .judge = withdraw_judge,
     .apply = withdraw_apply},
    {.name = "consent.list",
     .method = "GET",
     .path = "/patients/{code}/consents",
     .summary = "List the consents of a patient.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
