/* consent.c: signed on one version of a form, for one product and route; withdrawn at any time. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/consent.h"

#include "base/time.h"
#include "chain/link.h"
#include "treatment/consent_template.h"
#include "treatment/patient.h"
#include "treatment/plan.h"

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

/* A form that names no protocol or price list covers whoever names none either. */
static bool is_same_or_neither(const char *one, const char *other)
{
    return (!one && !other) || is_same(one, other);
}

const char *consent_changes(struct arena *arena, const struct consent_question *question)
{
    const struct consent *consent = question->consent;
    struct text text = text_open(arena);
    if (!consent)
        return NULL;
    const struct {
        const char *what;
        bool same;
    } members[] = {
        {"specification", is_same(consent->specification, question->specification)},
        {"tissue", is_same(consent->tissue, question->tissue)},
        {"maker", is_same(consent->maker, question->maker)},
        {"route", is_same(consent->route, question->route)},
        {"protocol", is_same_or_neither(consent->protocol, question->protocol)},
        {"price_list", is_same_or_neither(consent->price_list, question->price_list)},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!members[i].same)
            text_print(&text, "%s%s", text.length ? " " : "", members[i].what);
    return text.length ? text.bytes : "none";
}

static bool other_purpose(const struct consent_question *question)
{
    const struct consent *consent = question->consent;
    return !is_same(consent->specification, question->specification) ||
           !is_same(consent->route, question->route) ||
           !is_same(consent->tissue, question->tissue) ||
           !is_same(consent->maker, question->maker) ||
           !is_same_or_neither(consent->protocol, question->protocol) ||
           !is_same_or_neither(consent->price_list, question->price_list);
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

/* What was signed before a withdrawal for the same product and route was withdrawn with it, on
 * whichever form. */
static void take_back(const struct rows *consents, struct consent_question *best,
                      enum consent_state *state)
{
    for (size_t i = 0; i < consents->count; i++) {
        struct consent_question other = *best;
        other.consent = &ROWS(*consents, const struct consent)[i];
        if (*state == CONSENT_VALID && withdrawn(&other) &&
            text_equals(other.consent->specification, best->specification) &&
            text_equals(other.consent->route, best->route) &&
            best->consent->signed_at.usec <= other.consent->withdrawn_at.usec) {
            *best = other;
            *state = CONSENT_WITHDRAWN;
        }
    }
}

bool consent_find(struct work *work, const char *patient, struct consent_question *question,
                  enum consent_state *state)
{
    struct rows rows;
    struct consent_question best = *question;
    best.consent = NULL;
    *state = CONSENT_ABSENT;
    if (!view_list_brief(work, &consent_table, "patient", value_text(patient), &rows))
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
    take_back(&rows, &best, state);
    *question = best;
    return true;
}

static const char *const languages[] = {"ja", "en", "zh", "ko", NULL};
static const char *const relations[] = {"parent",  "guardian", "spouse", "child",
                                        "sibling", "other",    NULL};

static const struct field answer_fields[] = {
    FIELD(struct consent_answer, question, .required = true, .personal = true, .prose = true,
          .longest = 2000, .help = "What the patient asked"),
    FIELD(struct consent_answer, answer, .required = true, .personal = true, .prose = true,
          .longest = 2000, .help = "What was answered"),
};
static const struct schema answer_schema =
    SCHEMA("consent_answer", struct consent_answer, answer_fields);

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
    FIELD(struct consent, maker, .help = "Site of the maker"),
    FIELD(struct consent, protocol, .help = "Protocol, if the form names one"),
    FIELD(struct consent, price_list, .help = "Price list, if the form names one"),
    FIELD(struct consent, signed_at, .help = "When it was signed"),
    FIELD(struct consent, expires_at, .help = "When it ends"),
    FIELD(struct consent, withdrawn_at, .help = "When it was withdrawn"),
    FIELD(struct consent, explained_by, .help = "Who explained"),
    FIELD(struct consent, explained_at, .help = "When it was explained"),
    FIELD(struct consent, minutes, .unit = "min", .help = "How long it was explained"),
    FIELD(struct consent, copy_given, .help = "The patient has a copy"),
    FIELD(struct consent, language, .help = "Language of the explanation"),
    FIELD(struct consent, proxy, .personal = true, .help = "Who signed for the patient"),
    FIELD(struct consent, relation, .help = "How the proxy is related"),
    FIELD(struct consent, own_understanding, .help = "The patient understood and agrees"),
    FIELD(struct consent, card_printed, .help = "The card about blood donation was printed"),
    FIELD(struct consent, questions, .of = &answer_schema, .help = "Questions and answers"),
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
    struct instant explained_at;
    struct count minutes;
    bool copy_given;
    const char *language;
    const char *proxy;
    const char *relation;
    bool own_understanding;
    bool card_printed;
    struct rows questions;
    struct instant expires_at;
};
#define SIGN_FIELDS                                                                                \
    FIELD(struct signing, code, .required = true, .code = true, .longest = 24,                     \
          .help = "Code of the consent"),                                                          \
        FIELD(struct signing, patient, .required = true, .code = true, .longest = 24,              \
              .help = "Patient"),                                                                  \
        FIELD(struct signing, template, .required = true, .code = true, .longest = 40,             \
              .help = "Form, code/version"),                                                       \
        FIELD(struct signing, signed_at, .required = true, .help = "When it was signed"),          \
        FIELD(struct signing, explained_by, .required = true, .code = true, .longest = 40,         \
              .help = "Account of who explained"),                                                 \
        FIELD(struct signing, explained_at, .help = "When it was explained"),                      \
        FIELD(struct signing, minutes, .low = 0, .high = 1440, .unit = "min",                      \
              .help = "How long it was explained"),                                                \
        FIELD(struct signing, copy_given, .required = true, .help = "The patient has a copy"),     \
        FIELD(struct signing, language, .choices = languages,                                      \
              .help = "Language of the explanation"),                                              \
        FIELD(struct signing, proxy, .personal = true, .help = "Who signs for the patient"),       \
        FIELD(struct signing, relation, .choices = relations, .help = "How the proxy is related"), \
        FIELD(struct signing, own_understanding,                                                   \
              .help = "Beside a proxy: the patient understood and agrees"),                        \
        FIELD(struct signing, card_printed, .help = "The card about blood donation was printed"),  \
        FIELD(struct signing, questions, .of = &answer_schema, .help = "Questions and answers")
static const struct field sign_fields[] = {SIGN_FIELDS};
static const struct schema sign_schema = SCHEMA("consent_sign", struct signing, sign_fields);
static const struct field signed_fields[] = {
    SIGN_FIELDS,
    FIELD(struct signing, expires_at, .help = "When it ends; left out when the form names no end"),
};
static const struct schema signed_schema = SCHEMA("consent_signed", struct signing, signed_fields);

static bool check_patient(struct work *work, const char *code)
{
    struct patient patient = {0};
    return view_need(work, &patient_table, "patient", code, &patient) &&
           operation_at_site(work, "patient", patient.site, "patient");
}

static bool check_explained(struct work *work, const struct signing *signing)
{
    if (!signing->copy_given)
        return refuse(&work->fault, FAULT_RULE, "copy_given", "CN-04.copy/1",
                      "A consent is recorded once the person has a copy of what was explained; "
                      "hand it over first.");
    if (signing->explained_at.usec > signing->signed_at.usec)
        return fail(&work->fault, FAULT_INPUT, "explained_at",
                    "The field explained_at lies behind signed_at; correct one of them.");
    if (!signing->proxy != !signing->relation)
        return fail(&work->fault, FAULT_INPUT, "relation",
                    "A proxy is recorded with the relation; give both or none.");
    return signing->signed_at.usec <= work->now_usec ||
           fail(&work->fault, FAULT_INPUT, "signed_at",
                "The field signed_at lies in the future; correct it.");
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
    return check_explained(work, signing);
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
        .maker = template.maker,
        .protocol = template.protocol,
        .price_list = template.price_list,
        .signed_at = signing->signed_at,
        .expires_at = signing->expires_at,
        .explained_by = signing->explained_by,
        .explained_at = signing->explained_at,
        .minutes = signing->minutes,
        .copy_given = signing->copy_given,
        .language = signing->language,
        .proxy = signing->proxy,
        .relation = signing->relation,
        .own_understanding = signing->own_understanding,
        .card_printed = signing->card_printed,
        .questions = signing->questions,
        .entry = entry->seq,
    };
    return view_put(work, &consent_table, &row);
}

struct withdrawal {
    const char *consent;
    const char *patient;
    struct instant withdrawn_at;
    const char *plans; /* that it stops, as words; NULL for none */
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
    FIELD(struct withdrawal, plans, .help = "Plans that it stops; left out where there are none"),
};
static const struct schema withdrawn_schema =
    SCHEMA("consent_withdrawn", struct withdrawal, withdrawn_fields);

/* Every plan of the product and route that was consented to and still runs (CN-06). */
static bool find_plans(struct work *work, const struct consent *consent, const char **plans)
{
    struct rows rows;
    struct text text = text_open(work->arena);
    if (!view_list(work, &plan_table, "patient", value_text(consent->patient), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct plan *plan = &ROWS(rows, const struct plan)[i];
        if (!plan->stopped_by && text_equals(plan->specification, consent->specification) &&
            text_equals(plan->route, consent->route))
            text_print(&text, "%s%s", text.length ? " " : "", plan->code);
    }
    *plans = text.length ? text.bytes : NULL;
    return true;
}

static bool withdraw_judge(struct work *work, const void *input, void *body)
{
    struct withdrawal *withdrawal = body;
    struct consent consent = {0};
    *withdrawal = *(const struct withdrawal *)input;
    withdrawal->withdrawn_at.usec = work->now_usec;
    if (!view_need(work, &consent_table, "consent", withdrawal->consent, &consent) ||
        !operation_at_site(work, "consent", consent.site, "consent") ||
        !find_plans(work, &consent, &withdrawal->plans))
        return false;
    withdrawal->patient = consent.patient;
    return !consent.withdrawn_entry || fail(&work->fault, FAULT_CONFLICT, "consent",
                                            "Consent %s was withdrawn already.", consent.code);
}

static bool stop_plans(struct work *work, const struct withdrawal *withdrawal)
{
    size_t count = 0;
    const char **codes =
        withdrawal->plans ? text_split(work->arena, withdrawal->plans, ' ', &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        struct plan plan = {0};
        if (!view_need(work, &plan_table, "plans", codes[i], &plan))
            return false;
        plan.stopped_by = link_name(work->arena, "consent", withdrawal->consent);
        if (!view_put(work, &plan_table, &plan))
            return false;
    }
    return true;
}

static bool withdraw_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct withdrawal *withdrawal = body;
    struct consent row = {0};
    if (!view_need(work, &consent_table, "consent", withdrawal->consent, &row))
        return false;
    row.withdrawn_at = withdrawal->withdrawn_at;
    row.withdrawn_entry = entry->seq;
    return view_put(work, &consent_table, &row) && stop_plans(work, withdrawal);
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
     .summary = "Record that a patient withdrew a consent; no reason is asked, and its plans stop.",
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
