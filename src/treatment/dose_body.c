/* dose_body.c: the members of a dose, on the way in and as they are kept. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/dose_body.h"

#include "manufacture/vial.h"

/* Asked before and told after, in the same words. */
#define PREPARED(type, member)                                                                     \
    {.name = "same_day",                                                                           \
     .kind = FIELD_TEXT,                                                                           \
     .offset = offsetof(type, member same_day),                                                    \
     .code = true,                                                                                 \
     .longest = 24,                                                                                \
     .help = "Same-day check"},                                                                    \
        {.name = "thaw",                                                                           \
         .kind = FIELD_TEXT,                                                                       \
         .offset = offsetof(type, member thaw),                                                    \
         .code = true,                                                                             \
         .longest = 24,                                                                            \
         .help = "Thaw"},                                                                          \
        {.name = "diluent_ul",                                                                     \
         .kind = FIELD_COUNT,                                                                      \
         .offset = offsetof(type, member diluent_ul),                                              \
         .high = 1e9,                                                                              \
         .unit = "uL",                                                                             \
         .help = "Diluent of a drip"},                                                             \
        {.name = "diluent_eu_per_ml",                                                              \
         .kind = FIELD_REAL,                                                                       \
         .offset = offsetof(type, member diluent_eu_per_ml),                                       \
         .high = 1e6,                                                                              \
         .unit = "EU/ml",                                                                          \
         .help = "Endotoxin of the diluent, or the limit on its certificate"},                     \
        {.name = "duration_minutes",                                                               \
         .kind = FIELD_COUNT,                                                                      \
         .offset = offsetof(type, member duration_minutes),                                        \
         .low = 1,                                                                                 \
         .high = 1440,                                                                             \
         .unit = "min",                                                                            \
         .help = "Planned minutes of a drip; all within one hour if left out"},                    \
        {.name = "made_to_specification",                                                          \
         .kind = FIELD_FLAG,                                                                       \
         .offset = offsetof(type, member made_to_specification),                                   \
         .help = "The clinic confirms that the product was made to its specification"},            \
        {.name = "emergency_ready",                                                                \
         .kind = FIELD_FLAG,                                                                       \
         .offset = offsetof(type, member emergency_ready),                                         \
         .help = "Adrenaline, oxygen, airway and fluid are at hand"},                              \
        {.name = "adrenaline_until",                                                               \
         .kind = FIELD_DATE,                                                                       \
         .offset = offsetof(type, member adrenaline_until),                                        \
         .help = "Last usable day of the adrenaline"},                                             \
        {.name = "emergency_doctor",                                                               \
         .kind = FIELD_TEXT,                                                                       \
         .offset = offsetof(type, member emergency_doctor),                                        \
         .code = true,                                                                             \
         .longest = 40,                                                                            \
         .help = "Account of the doctor on site"},                                                 \
    {                                                                                              \
        .name = "emergency_hospital", .kind = FIELD_TEXT,                                          \
        .offset = offsetof(type, member emergency_hospital), .help = "Hospital for a transfer"     \
    }

#define TOLD                                                                                       \
    FIELD(struct giving, code, .required = true, .code = true, .longest = 24,                      \
          .help = "Code of the dose"),                                                             \
        FIELD(struct giving, plan, .required = true, .code = true, .longest = 24, .help = "Plan"), \
        FIELD(struct giving, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),   \
        FIELD(struct giving, first, .required = true, .low = 1, .high = 1e9,                       \
              .help = "First serial"),                                                             \
        FIELD(struct giving, last, .required = true, .low = 1, .high = 1e9,                        \
              .help = "Last serial"),                                                              \
        PREPARED(struct giving, ),                                                                 \
        FIELD(struct giving, started_at, .required = true, .help = "When it began"),               \
        FIELD(struct giving, volume_ul, .required = true, .low = 0, .high = 1e9, .unit = "uL",     \
              .help = "Product given, without diluent"),                                           \
        FIELD(struct giving, waste_ul, .required = true, .low = 0, .high = 1e9, .unit = "uL",      \
              .help = "Product left in vials and syringe"),                                        \
        FIELD(struct giving, residue_ul, .low = 0, .high = 1e9, .unit = "uL",                      \
              .help = "Product left in the bag when a drip was stopped"),                          \
        FIELD(struct giving, diluent, .code = true, .longest = 40, .help = "Lot of the diluent"),  \
        FIELD(struct giving, deviation_why, .longest = 400, .personal = true,                      \
              .help = "Why it is not given on the planned day"),                                   \
        FIELD(struct giving, device, .code = true, .longest = 40,                                  \
              .help = "Serial of the microneedle device"),                                         \
        FIELD(struct giving, tip_lot, .code = true, .longest = 40,                                 \
              .help = "Lot of the single-use tip or needle"),                                      \
        FIELD(struct giving, depth_mm, .low = 0, .high = 50, .unit = "mm", .help = "Depth"),       \
        FIELD(struct giving, passes, .low = 0, .high = 1000, .help = "Passes, or points"),         \
        FIELD(struct giving, area, .longest = 400, .personal = true, .help = "Where on the body")

static const struct field give_fields[] = {TOLD};
const struct schema dose_give_schema = SCHEMA("dose_give", struct giving, give_fields);

static const struct field amount_fields[] = {
    FIELD(struct dose_amounts, particles, .help = "Particles given, by the standing count"),
    FIELD(struct dose_amounts, particles_uncertainty, .help = "Standard uncertainty of that"),
    FIELD(struct dose_amounts, endotoxin_eu, .unit = "EU", .help = "Product and diluent together"),
    FIELD(struct dose_amounts, eu_per_kg_hour, .unit = "EU/kg/h",
          .help = "In the hour that has most"),
    FIELD(struct dose_amounts, limit_eu_per_ml, .unit = "EU/ml",
          .help = "Most endotoxin that the product alone might have: K/M"),
};
static const struct schema amounts_schema =
    SCHEMA("dose_amounts", struct dose_amounts, amount_fields);

static const struct field given_fields[] = {
    TOLD,
    FIELD(struct giving, patient, .help = "Patient"),
    FIELD(struct giving, route, .help = "Route"),
    FIELD(struct giving, given_on, .help = "Day"),
    FIELD(struct giving, session, .help = "Session of the plan"),
    FIELD(struct giving, amounts, .of = &amounts_schema, .help = "What reached the patient"),
    FIELD(struct giving, facts, .of = &dose_facts_schema, .help = "What was known"),
    FIELD(struct giving, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct giving, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct giving, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
const struct schema dose_given_schema = SCHEMA("dose_given", struct giving, given_fields);

static const struct field check_fields[] = {
    {.name = "plan",
     .kind = FIELD_TEXT,
     .offset = offsetof(struct checking, said.plan),
     .required = true,
     .code = true,
     .longest = 24,
     .help = "Plan"},
    {.name = "lot",
     .kind = FIELD_TEXT,
     .offset = offsetof(struct checking, said.lot),
     .required = true,
     .code = true,
     .longest = 24,
     .help = "Lot"},
    FIELD(struct checking, serial, .required = true, .low = 1, .high = 1e9,
          .help = "Serial of the vial"),
    FIELD(struct checking, volume_ul, .high = 1e9, .unit = "uL",
          .help = "Product of the whole dose; as ordered if left out"),
    PREPARED(struct checking, said.),
};
const struct schema dose_check_schema = SCHEMA("dose_check", struct checking, check_fields);

struct dose_question dose_question_of(const struct giving *giving)
{
    return (struct dose_question){
        .plan = giving->plan,
        .lot = giving->lot,
        .first = giving->first,
        .last = giving->last,
        .same_day = giving->same_day,
        .thaw = giving->thaw,
        .started_at = giving->started_at,
        .volume_ul = {true, giving->volume_ul},
        .waste_ul = {true, giving->waste_ul},
        .residue_ul = giving->residue_ul,
        .diluent_ul = giving->diluent_ul,
        .diluent_eu_per_ml = giving->diluent_eu_per_ml,
        .duration_minutes = giving->duration_minutes,
        .made_to_specification = giving->made_to_specification,
        .deviation_told = !text_is_empty(giving->deviation_why),
        .emergency_ready = giving->emergency_ready,
        .adrenaline_until = giving->adrenaline_until,
        .emergency_doctor = giving->emergency_doctor,
        .emergency_hospital = giving->emergency_hospital,
    };
}
