/* same_day.c: temperature, weight, pregnancy and symptoms, asked before every dose. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/same_day.h"

#include "treatment/patient.h"

const char *const same_day_pregnancy[] = {"yes", "no", "not_applicable", NULL};

#define SAID_FIELDS                                                                                \
    FIELD(struct same_day, code, .required = true, .code = true, .longest = 24,                    \
          .help = "Code of the check"),                                                            \
        FIELD(struct same_day, patient, .required = true, .code = true, .longest = 24,             \
              .help = "Patient"),                                                                  \
        FIELD(struct same_day, measured_at, .help = "When; now if left out"),                      \
        FIELD(struct same_day, temperature_c, .required = true, .low = 30, .high = 45,             \
              .unit = "C", .help = "Body temperature"),                                            \
        FIELD(struct same_day, weight_kg, .required = true, .low = 0.1, .high = 500, .unit = "kg", \
              .help = "Body weight"),                                                              \
        FIELD(struct same_day, pulse, .low = 0, .high = 300, .unit = "1/min", .help = "Pulse"),    \
        FIELD(struct same_day, systolic, .low = 0, .high = 300, .unit = "mmHg",                    \
              .help = "Systolic blood pressure"),                                                  \
        FIELD(struct same_day, diastolic, .low = 0, .high = 300, .unit = "mmHg",                   \
              .help = "Diastolic blood pressure"),                                                 \
        FIELD(struct same_day, spo2, .low = 0, .high = 100, .unit = "%",                           \
              .help = "Oxygen saturation"),                                                        \
        FIELD(struct same_day, pregnant, .required = true, .choices = same_day_pregnancy,          \
              .help = "Answer to the pregnancy question"),                                         \
        FIELD(struct same_day, unwell, .required = true,                                           \
              .help = "Acutely unwell: cough, diarrhoea, infection or the like"),                  \
        FIELD(struct same_day, symptoms, .personal = true, .longest = 1000, .prose = true,         \
              .help = "Which symptoms")

static const struct field input_fields[] = {SAID_FIELDS};
static const struct schema input_schema = SCHEMA("same_day_check", struct same_day, input_fields);
static const struct field row_fields[] = {
    SAID_FIELDS,
    FIELD(struct same_day, site, .help = "Where"),
    FIELD(struct same_day, measured_by, .help = "Account of who measured and asked"),
    FIELD(struct same_day, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("same_day", struct same_day, row_fields);
const struct table same_day_table = {"same_day", &row_schema, "code", "patient", TABLE_VIEW};

static bool check_judge(struct work *work, const void *input, void *body)
{
    struct same_day *check = body;
    struct patient patient = {0};
    *check = *(const struct same_day *)input;
    if (!check->measured_at.usec)
        check->measured_at.usec = work->now_usec;
    if (check->measured_at.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "measured_at",
                    "The field measured_at lies in the future; correct it.");
    return view_need(work, &patient_table, "patient", check->patient, &patient) &&
           operation_at_site(work, "patient", patient.site, "patient") &&
           view_free(work, &same_day_table, "code", check->code);
}

static bool check_apply(struct work *work, const struct entry *entry, const void *body)
{
    struct same_day row = *(const struct same_day *)body;
    row.site = entry->site;
    row.measured_by = entry->actor;
    row.entry = entry->seq;
    return view_put(work, &same_day_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &same_day_table, "patient", value_text(key->code), rows);
}

const struct operation same_day_operations[SAME_DAY_OPERATIONS] = {
    {.name = "patient.check",
     .method = "POST",
     .path = "/patients/{patient}/checks",
     .summary = "Record how a patient is today, before a dose.",
     .permission = PERMIT_DOSE_GIVE,
     .effect = RECORDS,
     .input = &input_schema,
     .output = &input_schema,
     .subject = "code",
     .person = "patient",
     .person_kind = "patient",
     .judge = check_judge,
     .apply = check_apply},
    {.name = "patient.checks",
     .method = "GET",
     .path = "/patients/{code}/checks",
     .summary = "List the same-day checks of a patient.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
