/* equipment.c: calibration, maintenance and cleaning, each with its last valid day. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/equipment.h"

#include "base/time.h"
#include "manufacture/step.h"

#include <string.h>

static const char *const kinds[] = {"cabinet", "incubator", "tff_system", "filler",
                                    "nta",     "freezer",   NULL};
static const char *const check_kinds[] = {"calibration", "maintenance", "cleaning", NULL};

static const struct field equipment_fields[] = {
    FIELD(struct equipment, code, .help = "Code of the equipment"),
    FIELD(struct equipment, site, .help = "Site"),
    FIELD(struct equipment, kind, .help = "What it is"),
    FIELD(struct equipment, room, .help = "Room in which it stands"),
    FIELD(struct equipment, entry, .help = "Entry that says so"),
};
static const struct schema equipment_schema =
    SCHEMA("equipment", struct equipment, equipment_fields);
const struct table equipment_table = {"equipment", &equipment_schema, "code", "room", TABLE_VIEW};

struct equipment_check {
    const char *equipment;
    const char *kind;
    struct date done_on;
    struct date valid_until; /* unknown: not passed */
    const char *note;
    int64_t entry;
};
static const struct field row_fields[] = {
    FIELD(struct equipment_check, equipment, .help = "Code of the equipment"),
    FIELD(struct equipment_check, kind, .help = "What was done"),
    FIELD(struct equipment_check, done_on, .help = "Day on which it was done"),
    FIELD(struct equipment_check, valid_until, .help = "Last valid day; none: not passed"),
    FIELD(struct equipment_check, note, .prose = true, .help = "Certificate, or what was wrong"),
    FIELD(struct equipment_check, entry, .help = "Entry that says so"),
};
static const struct schema row_schema =
    SCHEMA("equipment_check", struct equipment_check, row_fields);
const struct table equipment_check_table = {"equipment_check", &row_schema,
                                            "equipment kind done_on", "", TABLE_VIEW};

struct registration {
    const char *code;
    const char *kind;
    const char *room;
    struct date calibrated_on;
    struct date calibrated_until;
    struct date maintained_on;
    struct date maintained_until;
};
static const struct field registration_fields[] = {
    FIELD(struct registration, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the equipment, such as BSC-01"),
    FIELD(struct registration, kind, .required = true, .choices = kinds, .help = "What it is"),
    FIELD(struct registration, room, .code = true, .longest = 40,
          .help = "Room in which it stands"),
    FIELD(struct registration, calibrated_on, .required = true, .help = "Day of calibration"),
    FIELD(struct registration, calibrated_until, .required = true,
          .help = "Last valid day of the calibration"),
    FIELD(struct registration, maintained_on, .required = true, .help = "Day of maintenance"),
    FIELD(struct registration, maintained_until, .required = true,
          .help = "Last valid day of the maintenance"),
};
static const struct schema registration_schema =
    SCHEMA("equipment_registration", struct registration, registration_fields);

static bool check_days(struct work *work, const char *field, const struct date *done_on,
                       const struct date *valid_until)
{
    return step_day(work, field, done_on) &&
           (!valid_until->text || strcmp(valid_until->text, done_on->text) >= 0 ||
            fail(&work->fault, FAULT_INPUT, field,
                 "The last valid day %s lies before %s, the day on which it was done; correct "
                 "them.",
                 valid_until->text, done_on->text));
}

static bool register_judge(struct work *work, const void *input, void *body)
{
    const struct registration *given = input;
    *(struct registration *)body = *given;
    return view_free(work, &equipment_table, "code", given->code) &&
           check_days(work, "calibrated_on", &given->calibrated_on, &given->calibrated_until) &&
           check_days(work, "maintained_on", &given->maintained_on, &given->maintained_until);
}

static bool register_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct registration *given = body;
    const struct equipment row = {given->code, entry->site, given->kind, given->room, entry->seq};
    const struct equipment_check checks[] = {
        {given->code, "calibration", given->calibrated_on, given->calibrated_until, NULL,
         entry->seq},
        {given->code, "maintenance", given->maintained_on, given->maintained_until, NULL,
         entry->seq},
    };
    return view_put(work, &equipment_table, &row) &&
           view_put(work, &equipment_check_table, &checks[0]) &&
           view_put(work, &equipment_check_table, &checks[1]);
}

static const struct field check_fields[] = {
    FIELD(struct equipment_check, equipment, .required = true, .code = true, .longest = 24,
          .help = "Code of the equipment"),
    FIELD(struct equipment_check, kind, .required = true, .choices = check_kinds,
          .help = "What was done"),
    FIELD(struct equipment_check, done_on, .required = true, .help = "Day on which it was done"),
    FIELD(struct equipment_check, valid_until,
          .help = "Last valid day; left out when it was not passed"),
    FIELD(struct equipment_check, note, .longest = 400, .prose = true,
          .help = "Certificate, or what was wrong"),
};
static const struct schema check_schema =
    SCHEMA("equipment_check_given", struct equipment_check, check_fields);

static bool check_judge(struct work *work, const void *input, void *body)
{
    const struct equipment_check *given = input;
    struct equipment equipment = {0};
    struct equipment_check before = {0};
    bool found = false;
    *(struct equipment_check *)body = *given;
    if (!view_need(work, &equipment_table, "equipment", given->equipment, &equipment) ||
        !operation_at_site(work, "equipment", equipment.site, "equipment") ||
        !check_days(work, "done_on", &given->done_on, &given->valid_until) ||
        !view_find(work, &equipment_check_table,
                   VALUES(value_text(given->equipment), value_text(given->kind),
                          value_text(given->done_on.text)),
                   &before, &found))
        return false;
    return !found || before.entry == work->amends ||
           fail(&work->fault, FAULT_CONFLICT, "done_on",
                "The %s of %s on %s is recorded already; correct that entry.", given->kind,
                given->equipment, given->done_on.text);
}

static bool check_apply(struct work *work, const struct entry *entry, const void *body)
{
    struct equipment_check row = *(const struct equipment_check *)body;
    row.entry = entry->seq;
    return view_put(work, &equipment_check_table, &row);
}

static bool check_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct equipment_check *given = body;
    (void)entry;
    return view_remove(work, &equipment_check_table,
                       VALUES(value_text(given->equipment), value_text(given->kind),
                              value_text(given->done_on.text)));
}

bool equipment_item(struct work *work, const char *code, const char *kind, struct date today,
                    struct gate_item *item)
{
    struct rows rows;
    *item = (struct gate_item){.what = arena_print(work->arena, "%s %s", code, kind)};
    if (!view_list(work, &equipment_check_table, "equipment", value_text(code), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct equipment_check *row = &ROWS(rows, const struct equipment_check)[i];
        if (text_equals(row->kind, kind) && strcmp(row->done_on.text, today.text) <= 0) {
            item->from = row->done_on;
            item->until = row->valid_until;
        }
    }
    return true;
}

struct shown {
    const char *code;
    const char *site;
    const char *kind;
    const char *room;
    struct rows checks;
};
static const struct field shown_fields[] = {
    FIELD(struct shown, code, .help = "Code of the equipment"),
    FIELD(struct shown, site, .help = "Site"),
    FIELD(struct shown, kind, .help = "What it is"),
    FIELD(struct shown, room, .help = "Room in which it stands"),
    FIELD(struct shown, checks, .of = &row_schema, .help = "All that was done"),
};
static const struct schema shown_schema = SCHEMA("equipment_shown", struct shown, shown_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct shown *shown = row;
    struct equipment equipment = {0};
    if (!view_need(work, &equipment_table, "code", key->code, &equipment))
        return false;
    *shown =
        (struct shown){equipment.code, equipment.site, equipment.kind, equipment.room, {0, NULL}};
    return view_list(work, &equipment_check_table, "equipment", value_text(key->code),
                     &shown->checks);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &equipment_table, page->after, page_limit(page), rows);
}

const struct operation equipment_operations[EQUIPMENT_OPERATIONS] = {
    {.name = "equipment.register",
     .method = "POST",
     .path = "/equipment",
     .summary = "Register a piece of equipment with its calibration and maintenance.",
     .permission = PERMIT_EQUIPMENT_WRITE,
     .effect = RECORDS,
     .input = &registration_schema,
     .output = &registration_schema,
     .subject = "code",
     .judge = register_judge,
     .apply = register_apply},
    {.name = "equipment.check",
     .method = "POST",
     .path = "/equipment/{equipment}/checks",
     .summary = "Record a calibration, maintenance or cleaning of a piece of equipment.",
     .permission = PERMIT_EQUIPMENT_WRITE,
     .effect = RECORDS,
     .input = &check_schema,
     .output = &row_schema,
     .subject = "equipment",
     .judge = check_judge,
     .apply = check_apply,
     .retract = check_retract},
    {.name = "equipment.show",
     .method = "GET",
     .path = "/equipment/{code}",
     .summary = "Show a piece of equipment and what was done to it.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &shown_schema,
     .read = show_read},
    {.name = "equipment.list",
     .method = "GET",
     .path = "/equipment",
     .summary = "List the equipment.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &equipment_schema,
     .list = list_read},
};
