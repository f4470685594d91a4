/* donor.c: registration, history and examination, and how a donor is shown. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/donor.h"

static const char *const sexes[] = {"female", "male", "other", NULL};
static const char *const tissues[] = {"adipose",
                                      "dental_pulp_deciduous",
                                      "dental_pulp_permanent",
                                      "umbilical_cord",
                                      "bone_marrow",
                                      "placenta",
                                      "other",
                                      NULL};
static const char *const answers[] = {"clear", "finding", NULL};

static const struct field registration_fields[] = {
    FIELD(struct donor_registration, code, .required = true, .code = true, .longest = 24,
          .help = "Pseudonymous donor code"),
    FIELD(struct donor_registration, tissue, .required = true, .choices = tissues,
          .help = "Source tissue"),
    FIELD(struct donor_registration, sex, .required = true, .choices = sexes, .help = "Sex"),
    FIELD(struct donor_registration, name, .required = true, .personal = true, .help = "Name"),
    FIELD(struct donor_registration, birth_date, .required = true, .personal = true, .longest = 10,
          .help = "Date of birth"),
    FIELD(struct donor_registration, identity_checked, .required = true,
          .help = "An identity document was seen"),
    FIELD(struct donor_registration, treatment_first, .required = true,
          .help = "Treatment was not changed in order to obtain tissue"),
    FIELD(struct donor_registration, chosen_because, .required = true, .longest = 400,
          .personal = true, .help = "Reason for selection"),
};
static const struct schema registration_schema =
    SCHEMA("donor_registration", struct donor_registration, registration_fields);

static const struct field donor_fields[] = {
    FIELD(struct donor, code, .help = "Pseudonymous donor code"),
    FIELD(struct donor, site, .help = "Site that registered"),
    FIELD(struct donor, tissue, .help = "Source tissue"),
    FIELD(struct donor, sex, .help = "Sex"),
    FIELD(struct donor, name, .help = "Name", .personal = true),
    FIELD(struct donor, birth_date, .help = "Date of birth", .personal = true),
    FIELD(struct donor, age_years, .help = "Age at registration", .unit = "years"),
    FIELD(struct donor, identity_checked, .help = "An identity document was seen"),
    FIELD(struct donor, treatment_first, .help = "Treatment was not changed for the tissue"),
    FIELD(struct donor, history, .help = "History: clear or finding"),
    FIELD(struct donor, examination, .help = "Examination: clear or finding"),
    FIELD(struct donor, decision, .help = "eligible or ineligible, once signed"),
    FIELD(struct donor, entry, .help = "Entry of the registration"),
    FIELD(struct donor, examined_entry, .help = "Entry of history and examination"),
    FIELD(struct donor, decided_entry, .help = "Entry of the decision"),
};
static const struct schema donor_schema = SCHEMA("donor", struct donor, donor_fields);
const struct table donor_table = {"donor", &donor_schema, "code", "", TABLE_VIEW};

struct registered { /* the body: what was said, and the age, which rules may see */
    const char *code;
    const char *tissue;
    const char *sex;
    const char *name;
    const char *birth_date;
    int64_t age_years;
    bool identity_checked;
    bool treatment_first;
    const char *chosen_because;
};
static const struct field registered_fields[] = {
    FIELD(struct registered, code, .help = "Pseudonymous donor code"),
    FIELD(struct registered, tissue, .help = "Source tissue"),
    FIELD(struct registered, sex, .help = "Sex"),
    FIELD(struct registered, name, .help = "Name", .personal = true),
    FIELD(struct registered, birth_date, .help = "Date of birth", .personal = true),
    FIELD(struct registered, age_years, .help = "Age at registration", .unit = "years"),
    FIELD(struct registered, identity_checked, .help = "An identity document was seen"),
    FIELD(struct registered, treatment_first, .help = "Treatment was not changed for the tissue"),
    FIELD(struct registered, chosen_because, .help = "Reason for selection", .personal = true),
};
static const struct schema registered_schema =
    SCHEMA("donor_registered", struct registered, registered_fields);

static bool register_judge(struct work *work, const void *input, void *body)
{
    const struct donor_registration *donor = input;
    int64_t age_years = 0;
    if (!age_at(work, "birth_date", donor->birth_date, &age_years))
        return false;
    *(struct registered *)body = (struct registered){
        .code = donor->code,
        .tissue = donor->tissue,
        .sex = donor->sex,
        .name = donor->name,
        .birth_date = donor->birth_date,
        .age_years = age_years,
        .identity_checked = donor->identity_checked,
        .treatment_first = donor->treatment_first,
        .chosen_because = donor->chosen_because,
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
        .age_years = given->age_years,
        .identity_checked = given->identity_checked,
        .treatment_first = given->treatment_first,
        .entry = entry->seq,
    };
    return view_put(work, &donor_table, &donor);
}

struct donor_examination {
    const char *donor;
    const char *history;
    const char *examination;
    struct date examined_on;
};
static const struct field examination_fields[] = {
    FIELD(struct donor_examination, donor, .required = true, .code = true, .longest = 24,
          .help = "Donor"),
    FIELD(struct donor_examination, history, .required = true, .choices = answers,
          .help = "History, asked question by question"),
    FIELD(struct donor_examination, examination, .required = true, .choices = answers,
          .help = "Examination by a physician or dentist"),
    FIELD(struct donor_examination, examined_on, .required = true, .help = "Day"),
};
static const struct schema examination_schema =
    SCHEMA("donor_examination", struct donor_examination, examination_fields);

static bool examine_judge(struct work *work, const void *input, void *body)
{
    const struct donor_examination *given = input;
    struct donor donor = {0};
    *(struct donor_examination *)body = *given;
    return view_need(work, &donor_table, "donor", given->donor, &donor) &&
           operation_at_site(work, "donor", donor.site, "donor");
}

static bool examine_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct donor_examination *given = body;
    struct donor donor = {0};
    if (!view_need(work, &donor_table, "donor", given->donor, &donor))
        return false;
    donor.history = given->history;
    donor.examination = given->examination;
    donor.examined_entry = entry->seq;
    return view_put(work, &donor_table, &donor);
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &donor_table, "code", key->code, row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &donor_table, page->after, page_limit(page), rows);
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
    {.name = "donor.examine",
     .method = "POST",
     .path = "/donors/{donor}/examination",
     .summary = "Record history and examination of a donor, apart from the tests.",
     .permission = PERMIT_DONOR_EXAMINE,
     .effect = RECORDS,
     .input = &examination_schema,
     .output = &examination_schema,
     .subject = "donor",
     .person = "donor",
     .person_kind = "donor",
     .judge = examine_judge,
     .apply = examine_apply},
    {.name = "donor.show",
     .method = "GET",
     .path = "/donors/{code}",
     .summary = "Show one donor.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .input = &code_key_schema,
     .output = &donor_schema,
     .read = show_read},
    {.name = "donor.list",
     .method = "GET",
     .path = "/donors",
     .summary = "List the donors of the site.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &donor_schema,
     .list = list_read},
};
