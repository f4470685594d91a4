/* specimen.c: samples of the person tested; their results come later, from a laboratory. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/specimen.h"

#include "base/time.h"
#include "donation/collection.h"
#include "donation/donor.h"
#include "donation/window.h"

struct drawing {
    const char *code;
    const char *donor;
    struct date drawn_on;
    struct instant drawn_at;
    int64_t tubes;
    struct date recovered_on;
    struct count after_days;
    const char *open_agents;
};
static const struct field asked_fields[] = {
    FIELD(struct drawing, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the specimen"),
    FIELD(struct drawing, donor, .required = true, .code = true, .longest = 24, .help = "Donor"),
    FIELD(struct drawing, drawn_on, .required = true, .help = "Day on which it was drawn"),
    FIELD(struct drawing, drawn_at, .help = "Time, where it was noted"),
    FIELD(struct drawing, tubes, .required = true, .low = 1, .high = 100, .help = "Tubes"),
};
static const struct schema asked_schema = SCHEMA("specimen_draw", struct drawing, asked_fields);
static const struct field drawn_fields[] = {
    FIELD(struct drawing, code, .help = "Code of the specimen"),
    FIELD(struct drawing, donor, .help = "Donor"),
    FIELD(struct drawing, drawn_on, .help = "Day on which it was drawn"),
    FIELD(struct drawing, drawn_at, .help = "Time, where it was noted"),
    FIELD(struct drawing, tubes, .help = "Tubes"),
    FIELD(struct drawing, recovered_on, .help = "Day of the newest recovery, if there was one"),
    FIELD(struct drawing, after_days, .unit = "days", .help = "From that recovery to the drawing"),
    FIELD(struct drawing, open_agents,
          .help = "Agents whose signed interval had not passed yet, or none"),
};
static const struct schema drawn_schema = SCHEMA("specimen_drawn", struct drawing, drawn_fields);

static const struct field row_fields[] = {
    FIELD(struct specimen, code, .help = "Code of the specimen"),
    FIELD(struct specimen, donor, .help = "Donor"),
    FIELD(struct specimen, site, .help = "Site"),
    FIELD(struct specimen, drawn_on, .help = "Day on which it was drawn"),
    FIELD(struct specimen, drawn_at, .help = "Time, where it was noted"),
    FIELD(struct specimen, tubes, .help = "Tubes"),
    FIELD(struct specimen, annulled, .help = "The entry was annulled"),
    FIELD(struct specimen, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("specimen", struct specimen, row_fields);
const struct table specimen_table = {"specimen", &row_schema, "code", "donor", TABLE_VIEW};

bool specimen_need(struct work *work, const char *field, const char *code, const char *donor,
                   struct specimen *specimen)
{
    if (!view_need(work, &specimen_table, field, code, specimen))
        return false;
    if (specimen->annulled)
        return fail(&work->fault, FAULT_MISSING, field,
                    "The specimen %s was annulled; name the one that was drawn.", code);
    return text_equals(specimen->donor, donor) ||
           fail(&work->fault, FAULT_INPUT, field, "The specimen %s is of donor %s, not of %s.",
                code, specimen->donor, donor);
}

static bool find_window(struct work *work, struct drawing *drawn)
{
    struct collection newest = {0};
    struct rows windows;
    int64_t recovered = 0;
    int64_t day = 0;
    bool found = false;
    if (!collection_newest(work, drawn->donor, &newest, &found))
        return false;
    if (!found || !date_parse(newest.collected_on.text, &recovered) ||
        !date_parse(drawn->drawn_on.text, &day))
        return true;
    drawn->recovered_on = newest.collected_on;
    drawn->after_days = (struct count){true, day - recovered};
    if (!window_gather(work, newest.collected_on, &windows))
        return false;
    if (windows.count)
        drawn->open_agents = window_open_agents(work->arena, &windows, day - recovered);
    return true;
}

static bool draw_judge(struct work *work, const void *input, void *body)
{
    const struct drawing *given = input;
    struct donor donor = {0};
    *(struct drawing *)body = *given;
    if (!donor_need(work, given->donor, &donor) ||
        !donor_check_day(work, "drawn_on", given->drawn_on) ||
        !view_free(work, &specimen_table, "code", given->code))
        return false;
    if (given->drawn_at.usec &&
        !text_equals(
            date_print(work->arena, day_of_instant(given->drawn_at.usec, work->zone_minutes)),
            given->drawn_on.text))
        return fail(&work->fault, FAULT_INPUT, "drawn_at",
                    "The time in drawn_at is not on the day in drawn_on; correct one of them.");
    return find_window(work, body);
}

static bool put(struct work *work, const struct entry *entry, const void *body, bool annulled)
{
    const struct drawing *drawn = body;
    const struct specimen row = {
        .code = drawn->code,
        .donor = drawn->donor,
        .site = entry->site,
        .drawn_on = drawn->drawn_on,
        .drawn_at = drawn->drawn_at,
        .tubes = drawn->tubes,
        .annulled = annulled,
        .entry = entry->seq,
    };
    return view_put(work, &specimen_table, &row);
}

static bool draw_apply(struct work *work, const struct entry *entry, const void *body)
{
    return put(work, entry, body, false);
}

static bool draw_retract(struct work *work, const struct entry *entry, const void *body)
{
    return put(work, entry, body, true);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &specimen_table, "donor", value_text(key->code), rows);
}

const struct operation specimen_operations[SPECIMEN_OPERATIONS] = {
    {.name = "specimen.draw",
     .method = "POST",
     .path = "/donors/{donor}/specimens",
     .summary = "Record that a specimen was drawn from the person tested.",
     .permission = PERMIT_DONOR_WRITE,
     .effect = RECORDS,
     .input = &asked_schema,
     .output = &drawn_schema,
     .subject = "code",
     .judge = draw_judge,
     .apply = draw_apply,
     .retract = draw_retract},
    {.name = "specimen.list",
     .method = "GET",
     .path = "/donors/{code}/specimens",
     .summary = "List the specimens of a donor.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
