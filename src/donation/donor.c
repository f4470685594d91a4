/* donor.c: registration, and how a donor is shown. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/donor.h"

#include "base/time.h"
#include "donation/eligibility.h"
#include "donation/tested_person.h"

#include <string.h>

static const char *const sexes[] = {"female", "male", "other", NULL};
static const char *const tissues[] = {"adipose",
                                      "dental_pulp_deciduous",
                                      "dental_pulp_permanent",
                                      "umbilical_cord",
                                      "bone_marrow",
                                      "placenta",
                                      "other",
                                      NULL};
static const char *const tested_persons[] = {"donor", "birth_mother", NULL};

static const struct field registration_fields[] = {
    FIELD(struct donor_registration, code, .required = true, .code = true, .longest = 24,
          .help = "Pseudonymous donor code"),
    FIELD(struct donor_registration, tissue, .required = true, .choices = tissues,
          .help = "Source tissue"),
    FIELD(struct donor_registration, sex, .required = true, .choices = sexes, .help = "Sex"),
    FIELD(struct donor_registration, name, .required = true, .personal = true, .help = "Name"),
    FIELD(struct donor_registration, birth_date, .required = true, .personal = true, .longest = 10,
          .help = "Date of birth"),
    FIELD(struct donor_registration, tested_person, .required = true, .choices = tested_persons,
          .help = "Who is tested: the donor, or the birth mother of a cord or of a newborn"),
    FIELD(struct donor_registration, mother_name, .personal = true,
          .help = "Name of the birth mother, when she is tested"),
    FIELD(struct donor_registration, mother_birth_date, .personal = true, .longest = 10,
          .help = "Date of birth of the birth mother, when she is tested"),
    FIELD(struct donor_registration, identity_checked, .required = true,
          .help = "An identity document was seen"),
    FIELD(struct donor_registration, treatment_first, .required = true,
          .help = "Treatment was not changed in order to obtain tissue"),
    FIELD(struct donor_registration, chosen_because, .required = true, .longest = 400,
          .personal = true, .help = "Reason for selection"),
    FIELD(struct donor_registration, payment_yen, .required = true, .low = 0, .high = 1e9,
          .unit = "yen", .help = "Paid for the tissue itself; a donation is free of charge"),
    FIELD(struct donor_registration, travel_yen, .required = true, .low = 0, .high = 1e9,
          .unit = "yen", .help = "Travel and other actual costs that were refunded"),
    FIELD(struct donor_registration, travel_purpose, .help = "What the actual costs were"),
    FIELD(struct donor_registration, insurance_policy,
          .help = "Policy of the donor's compensation insurance"),
    FIELD(struct donor_registration, insured_until, .help = "Last day of that insurance"),
};
static const struct schema registration_schema =
    SCHEMA("donor_registration", struct donor_registration, registration_fields);

#define DONOR_COLUMNS                                                                              \
    FIELD(struct donor, code, .help = "Pseudonymous donor code"),                                  \
        FIELD(struct donor, site, .help = "Site that registered"),                                 \
        FIELD(struct donor, tissue, .help = "Source tissue"),                                      \
        FIELD(struct donor, sex, .help = "Sex"),                                                   \
        FIELD(struct donor, name, .help = "Name", .personal = true),                               \
        FIELD(struct donor, birth_date, .help = "Date of birth", .personal = true),                \
        FIELD(struct donor, tested_person, .help = "Who is tested: donor or birth_mother"),        \
        FIELD(struct donor, mother_name, .help = "Name of the birth mother", .personal = true),    \
        FIELD(struct donor, mother_birth_date, .help = "Her date of birth", .personal = true),     \
        FIELD(struct donor, age_years, .help = "Age at registration", .unit = "years"),            \
        FIELD(struct donor, identity_checked, .help = "An identity document was seen"),            \
        FIELD(struct donor, treatment_first, .help = "Treatment was not changed for the tissue"),  \
        FIELD(struct donor, payment_yen, .help = "Paid for the tissue itself", .unit = "yen"),     \
        FIELD(struct donor, travel_yen, .help = "Actual costs refunded", .unit = "yen"),           \
        FIELD(struct donor, insurance_policy, .help = "Policy of the compensation insurance"),     \
        FIELD(struct donor, insured_until, .help = "Last day of that insurance"),                  \
        FIELD(struct donor, history, .help = "History: clear, finding or incomplete"),             \
        FIELD(struct donor, examination, .help = "Examination: clear or finding"),                 \
        FIELD(struct donor, unasked, .help = "Items of the signed interview without an answer"),   \
        FIELD(struct donor, decision, .help = "eligible or ineligible, once signed"),              \
        FIELD(struct donor, entry, .help = "Entry of the registration"),                           \
        FIELD(struct donor, examined_entry, .help = "Entry of history and examination"),           \
        FIELD(struct donor, decided_entry, .help = "Entry of the decision")

static const struct field donor_fields[] = {DONOR_COLUMNS};
static const struct schema donor_schema = SCHEMA("donor", struct donor, donor_fields);
const struct table donor_table = {"donor", &donor_schema, "code", "decided_entry", TABLE_VIEW};

static const struct field shown_fields[] = {
    DONOR_COLUMNS,
    FIELD(struct donor, status,
          .help = "registered, screening_1_passed_window_open, window_can_close, eligible, "
                  "ineligible, reactive or withdrawn"),
    FIELD(struct donor, retest_from,
          .help = "First day on which a sample can close the window of every agent"),
};
static const struct schema shown_schema = SCHEMA("donor_shown", struct donor, shown_fields);

struct registered { /* the body: what was said, and the age, which rules may see */
    const char *code;
    const char *tissue;
    const char *sex;
    const char *name;
    const char *birth_date;
    const char *tested_person;
    const char *mother_name;
    const char *mother_birth_date;
    int64_t age_years;
    bool identity_checked;
    bool treatment_first;
    const char *chosen_because;
    int64_t payment_yen;
    int64_t travel_yen;
    const char *travel_purpose;
    const char *insurance_policy;
    struct date insured_until;
};
static const struct field registered_fields[] = {
    FIELD(struct registered, code, .help = "Pseudonymous donor code"),
    FIELD(struct registered, tissue, .help = "Source tissue"),
    FIELD(struct registered, sex, .help = "Sex"),
    FIELD(struct registered, name, .help = "Name", .personal = true),
    FIELD(struct registered, birth_date, .help = "Date of birth", .personal = true),
    FIELD(struct registered, tested_person, .help = "Who is tested: donor or birth_mother"),
    FIELD(struct registered, mother_name, .help = "Name of the birth mother", .personal = true),
    FIELD(struct registered, mother_birth_date, .help = "Her date of birth", .personal = true),
    FIELD(struct registered, age_years, .help = "Age at registration", .unit = "years"),
    FIELD(struct registered, identity_checked, .help = "An identity document was seen"),
    FIELD(struct registered, treatment_first, .help = "Treatment was not changed for the tissue"),
    FIELD(struct registered, chosen_because, .help = "Reason for selection", .personal = true),
    FIELD(struct registered, payment_yen, .help = "Paid for the tissue itself", .unit = "yen"),
    FIELD(struct registered, travel_yen, .help = "Actual costs refunded", .unit = "yen"),
    FIELD(struct registered, travel_purpose, .help = "What the actual costs were"),
    FIELD(struct registered, insurance_policy, .help = "Policy of the compensation insurance"),
    FIELD(struct registered, insured_until, .help = "Last day of that insurance"),
};
static const struct schema registered_schema =
    SCHEMA("donor_registered", struct registered, registered_fields);

bool donor_need(struct work *work, const char *code, struct donor *donor)
{
    return view_need(work, &donor_table, "donor", code, donor) &&
           operation_at_site(work, "donor", donor->site, "donor");
}

bool donor_check_day(struct work *work, const char *field, struct date day)
{
    const char *today = date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes));
    return !day.text || strcmp(day.text, today) <= 0 ||
           fail(&work->fault, FAULT_INPUT, field,
                "The day %s in %s lies ahead; give the day on which it was done.", day.text, field);
}

/* Her data are asked for exactly when it is she who is tested. */
static bool check_mother(struct work *work, const struct donor_registration *donor)
{
    bool tested = text_equals(donor->tested_person, "birth_mother");
    int64_t age_years = 0;
    if (!tested)
        return (!donor->mother_name && !donor->mother_birth_date) ||
               fail(&work->fault, FAULT_INPUT, "mother_name",
                    "The birth mother's data are kept only when she is the person tested; leave "
                    "them out.");
    if (!donor->mother_name || !donor->mother_birth_date)
        return fail(&work->fault, FAULT_INPUT, "mother_name",
                    "The birth mother is the person tested: give her name and date of birth.");
    return age_at(work, "mother_birth_date", donor->mother_birth_date, &age_years);
}

static bool register_judge(struct work *work, const void *input, void *body)
{
    const struct donor_registration *donor = input;
    int64_t age_years = 0;
    if (!age_at(work, "birth_date", donor->birth_date, &age_years) || !check_mother(work, donor))
        return false;
    if (donor->travel_yen > 0 && !donor->travel_purpose)
        return fail(&work->fault, FAULT_INPUT, "travel_purpose",
                    "Say in travel_purpose what the %lld yen were for.",
                    (long long)donor->travel_yen);
    struct tested_person_question question = {.tissue = donor->tissue};
    if (!tested_person_gather(work, &question))
        return false;
    if (text_equals(tested_person_asked(&question), "birth_mother") &&
        !text_equals(donor->tested_person, "birth_mother"))
        return refuse(&work->fault, FAULT_RULE, "tested_person", "DN-10.person/1",
                      "For %s the birth mother is tested, not the child: name her as the person "
                      "tested.",
                      donor->tissue);
    *(struct registered *)body = (struct registered){
        .code = donor->code,
        .tissue = donor->tissue,
        .sex = donor->sex,
        .name = donor->name,
        .birth_date = donor->birth_date,
        .tested_person = donor->tested_person,
        .mother_name = donor->mother_name,
        .mother_birth_date = donor->mother_birth_date,
        .age_years = age_years,
        .identity_checked = donor->identity_checked,
        .treatment_first = donor->treatment_first,
        .chosen_because = donor->chosen_because,
        .payment_yen = donor->payment_yen,
        .travel_yen = donor->travel_yen,
        .travel_purpose = donor->travel_purpose,
        .insurance_policy = donor->insurance_policy,
        .insured_until = donor->insured_until,
    };
    return view_free(work, &donor_table, "code", donor->code);
}

static bool register_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct registered *given = body;
    const struct donor donor = {
        .code = given->code,
        .site = entry->site,
        .tissue = given->tissue,
        .sex = given->sex,
        .name = given->name,
        .birth_date = given->birth_date,
        .tested_person = given->tested_person,
        .mother_name = given->mother_name,
        .mother_birth_date = given->mother_birth_date,
        .age_years = given->age_years,
        .identity_checked = given->identity_checked,
        .treatment_first = given->treatment_first,
        .payment_yen = given->payment_yen,
        .travel_yen = given->travel_yen,
        .insurance_policy = given->insurance_policy,
        .insured_until = given->insured_until,
        .entry = entry->seq,
    };
    return view_put(work, &donor_table, &donor);
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &donor_table, "code", key->code, row) && eligibility_show(work, row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    if (!view_page(work, &donor_table, page->after, page_limit(page), rows))
        return false;
    for (size_t i = 0; i < rows->count; i++)
        if (!eligibility_show(work, &ROWS(*rows, struct donor)[i]))
            return false;
    return true;
}

const struct operation donor_operations[DONOR_OPERATIONS] = {
    {.name = "donor.register",
     .method = "POST",
     .path = "/donors",
     .summary = "Register a donor under a pseudonymous code.",
     .permission = PERMIT_DONOR_WRITE,
     .effect = RECORDS,
     .input = &registration_schema,
     .output = &registered_schema,
     .subject = "code",
     .person = "code",
     .person_kind = "donor",
     .judge = register_judge,
     .apply = register_apply},
    {.name = "donor.show",
     .method = "GET",
     .path = "/donors/{code}",
     .summary = "Show one donor, and how far screening has come.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .input = &code_key_schema,
     .output = &shown_schema,
     .read = show_read},
    {.name = "donor.list",
     .method = "GET",
     .path = "/donors",
     .summary = "List the donors of the site, and how far the screening of each has come.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &shown_schema,
     .list = list_read},
};
