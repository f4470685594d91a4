/* patient.c: registration under a code; names are sealed, eligibility runs out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/patient.h"

#include <string.h>

static const char *const sexes[] = {"female", "male", "other", NULL};
static const char *const languages[] = {"ja", "en", "zh", "ko", NULL};

static const struct field registration_fields[] = {
    FIELD(struct patient_registration, code, .required = true, .code = true, .longest = 24,
          .help = "Pseudonymous patient code"),
    FIELD(struct patient_registration, name, .required = true, .personal = true, .help = "Name"),
    FIELD(struct patient_registration, reading, .personal = true, .help = "Reading of the name"),
    FIELD(struct patient_registration, birth_date, .required = true, .personal = true,
          .longest = 10, .help = "Date of birth"),
    FIELD(struct patient_registration, sex, .required = true, .choices = sexes, .help = "Sex"),
    FIELD(struct patient_registration, language, .required = true, .choices = languages,
          .help = "Language of letters"),
    FIELD(struct patient_registration, phone, .required = true, .personal = true, .longest = 40,
          .help = "Phone, to be reached later"),
    FIELD(struct patient_registration, address, .required = true, .personal = true, .longest = 400,
          .help = "Address, to be reached later"),
    FIELD(struct patient_registration, second_contact, .personal = true, .longest = 400,
          .help = "Whom else to ask, with phone"),
    FIELD(struct patient_registration, recontact_agreed,
          .help = "The patient agrees to be reached later"),
    FIELD(struct patient_registration, contact_confirmed_on,
          .help = "Day on which phone and address were confirmed last"),
};
static const struct schema registration_schema =
    SCHEMA("patient_registration", struct patient_registration, registration_fields);

struct registered {
    struct patient_registration said;
    int64_t age_years;
};
#define SAID(member, ...)                                                                          \
    {                                                                                              \
        .name = #member, .kind = FIELD_TEXT, .offset = offsetof(struct registered, said.member),   \
        __VA_ARGS__                                                                                \
    }
static const struct field registered_fields[] = {
    SAID(code, .help = "Pseudonymous patient code"),
    SAID(name, .help = "Name", .personal = true),
    SAID(reading, .help = "Reading of the name", .personal = true),
    SAID(birth_date, .help = "Date of birth", .personal = true),
    FIELD(struct registered, age_years, .unit = "years", .help = "Age at registration"),
    SAID(sex, .help = "Sex"),
    SAID(language, .help = "Language of letters"),
    SAID(phone, .help = "Phone", .personal = true),
    SAID(address, .help = "Address", .personal = true),
    SAID(second_contact, .help = "Whom else to ask", .personal = true),
    {.name = "recontact_agreed",
     .kind = FIELD_FLAG,
     .offset = offsetof(struct registered, said.recontact_agreed),
     .help = "The patient agrees to be reached later"},
    {.name = "contact_confirmed_on",
     .kind = FIELD_DATE,
     .offset = offsetof(struct registered, said.contact_confirmed_on),
     .help = "Day on which phone and address were confirmed last"},
};
static const struct schema registered_schema =
    SCHEMA("patient_registered", struct registered, registered_fields);

static const struct field row_fields[] = {
    FIELD(struct patient, code, .help = "Pseudonymous patient code"),
    FIELD(struct patient, site, .help = "Site that registered"),
    FIELD(struct patient, name, .help = "Name", .personal = true),
    FIELD(struct patient, reading, .help = "Reading of the name", .personal = true),
    FIELD(struct patient, birth_date, .help = "Date of birth", .personal = true),
    FIELD(struct patient, age_years, .unit = "years", .help = "Age at registration"),
    FIELD(struct patient, sex, .help = "Sex"),
    FIELD(struct patient, language, .help = "Language of letters"),
    FIELD(struct patient, phone, .help = "Phone", .personal = true),
    FIELD(struct patient, address, .help = "Address", .personal = true),
    FIELD(struct patient, second_contact, .help = "Whom else to ask", .personal = true),
    FIELD(struct patient, recontact_agreed, .help = "Agrees to be reached later"),
    FIELD(struct patient, contact_confirmed_on, .help = "Contact confirmed last"),
    FIELD(struct patient, examination, .help = "Newest examination"),
    FIELD(struct patient, decision, .help = "eligible or not_eligible, once examined"),
    FIELD(struct patient, standing, .help = "Rules that stood in the way then, or none"),
    FIELD(struct patient, examined_route, .help = "Route examined for; every one if left out"),
    FIELD(struct patient, examined_on, .help = "Day of the newest examination"),
    FIELD(struct patient, eligible_until, .help = "Last day of the eligibility"),
    FIELD(struct patient, ended_by,
          .help = "What ended the eligibility since, as kind:code or kind"),
    FIELD(struct patient, entry, .help = "Entry of the registration"),
    FIELD(struct patient, examined_entry, .help = "Entry of the newest examination, or 0"),
};
static const struct schema row_schema = SCHEMA("patient", struct patient, row_fields);
const struct table patient_table = {"patient", &row_schema, "code", "eligible_until", TABLE_VIEW};

static const struct field eligibility_fields[] = {
    FIELD(struct eligibility, decision, .help = "eligible or not_eligible"),
    FIELD(struct eligibility, examined_on, .help = "Day of the examination"),
    FIELD(struct eligibility, until, .help = "Last day"),
    FIELD(struct eligibility, ended_by, .help = "none, or what ended it since"),
    FIELD(struct eligibility, asked_on, .help = "Day that is asked about"),
};
const struct schema eligibility_facts_schema =
    SCHEMA("eligibility_facts", struct eligibility, eligibility_fields);

struct eligibility patient_eligibility(const struct patient *patient, struct date asked_on)
{
    const char *ended_by = patient->ended_by ? patient->ended_by : "none";
    return (struct eligibility){.decision = patient->decision,
                                .examined_on = patient->examined_on,
                                .until = patient->eligible_until,
                                .ended_by = patient->examination ? ended_by : NULL,
                                .asked_on = asked_on};
}

/* YYYY-MM-DD texts compare as dates do. */
enum verdict eligibility_lasts(const struct eligibility *eligibility)
{
    const char *day = eligibility->asked_on.text;
    const char *from = eligibility->examined_on.text;
    const char *until = eligibility->until.text;
    bool known = eligibility->decision && eligibility->ended_by && day && from && until;
    if (text_equals(eligibility->decision, "not_eligible"))
        return VERDICT_NOT_MET;
    return verdict_of(known, known && text_equals(eligibility->decision, "eligible") &&
                                 text_equals(eligibility->ended_by, "none") &&
                                 strcmp(from, day) <= 0 && strcmp(day, until) <= 0);
}

const char *eligibility_tell(struct arena *arena, const struct eligibility *eligibility)
{
    if (!eligibility->decision)
        return "never examined";
    if (!text_equals(eligibility->decision, "eligible"))
        return arena_print(arena, "%s", eligibility->decision);
    return arena_print(arena, "examined on %s, eligible until %s, ended by %s, asked for %s",
                       eligibility->examined_on.text ? eligibility->examined_on.text
                                                     : "an unknown day",
                       eligibility->until.text ? eligibility->until.text : "an unknown day",
                       eligibility->ended_by ? eligibility->ended_by : "something unknown",
                       eligibility->asked_on.text ? eligibility->asked_on.text : "an unknown day");
}

static bool register_judge(struct work *work, const void *input, void *body)
{
    struct registered *registered = body;
    registered->said = *(const struct patient_registration *)input;
    return age_at(work, "birth_date", registered->said.birth_date, &registered->age_years) &&
           view_free(work, &patient_table, "code", registered->said.code);
}

static bool register_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct registered *registered = body;
    const struct patient_registration *said = &registered->said;
    const struct patient row = {
        .code = said->code,
        .site = entry->site,
        .name = said->name,
        .reading = said->reading,
        .birth_date = said->birth_date,
        .age_years = registered->age_years,
        .sex = said->sex,
        .language = said->language,
        .phone = said->phone,
        .address = said->address,
        .second_contact = said->second_contact,
        .recontact_agreed = said->recontact_agreed,
        .contact_confirmed_on = said->contact_confirmed_on,
        .entry = entry->seq,
    };
    return view_put(work, &patient_table, &row);
}

static const char *const changes[] = {"new_diagnosis", "new_drug", "pregnancy", "other", NULL};

struct change {
    const char *patient;
    const char *kind;
    const char *what; /* personal: it tells of a disease */
};
static const struct field change_fields[] = {
    FIELD(struct change, patient, .required = true, .code = true, .longest = 24, .help = "Patient"),
    FIELD(struct change, kind, .required = true, .choices = changes, .help = "What kind of news"),
    FIELD(struct change, what, .required = true, .personal = true, .longest = 1000, .prose = true,
          .help = "What became known"),
};
static const struct schema change_schema = SCHEMA("patient_change", struct change, change_fields);

static bool change_judge(struct work *work, const void *input, void *body)
{
    const struct change *change = input;
    struct patient patient = {0};
    *(struct change *)body = *change;
    return view_need(work, &patient_table, "patient", change->patient, &patient) &&
           operation_at_site(work, "patient", patient.site, "patient");
}

/* Until somebody examines again; what ended it first is kept (PT-08). */
static bool change_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct change *change = body;
    struct patient patient = {0};
    (void)entry;
    if (!view_need(work, &patient_table, "patient", change->patient, &patient))
        return false;
    if (!patient.ended_by)
        patient.ended_by = change->kind;
    return view_put(work, &patient_table, &patient);
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &patient_table, "code", key->code, row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &patient_table, page->after, page_limit(page), rows);
}

const struct operation patient_operations[PATIENT_OPERATIONS] = {
    {.name = "patient.register",
     .method = "POST",
     .path = "/patients",
     .summary = "Register a patient under a pseudonymous code.",
     .permission = PERMIT_PATIENT_WRITE,
     .effect = RECORDS,
     .input = &registration_schema,
     .output = &registered_schema,
     .subject = "code",
     .person = "code",
     .person_kind = "patient",
     .judge = register_judge,
     .apply = register_apply},
    {.name = "patient.change",
     .method = "POST",
     .path = "/patients/{patient}/changes",
     .summary = "Record a new diagnosis, a new drug or a pregnancy; it ends the eligibility.",
     .permission = PERMIT_PATIENT_WRITE,
     .effect = RECORDS,
     .input = &change_schema,
     .output = &change_schema,
     .subject = "patient",
     .person = "patient",
     .person_kind = "patient",
     .judge = change_judge,
     .apply = change_apply},
    {.name = "patient.show",
     .method = "GET",
     .path = "/patients/{code}",
     .summary = "Show one patient of the site.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .input = &code_key_schema,
     .output = &row_schema,
     .read = show_read},
    {.name = "patient.list",
     .method = "GET",
     .path = "/patients",
     .summary = "List the patients of the site.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &row_schema,
     .list = list_read},
};
