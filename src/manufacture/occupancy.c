/* occupancy.c: what was open where is recorded, and asked by room and day. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/occupancy.h"

#include "base/time.h"
#include "chain/link.h"
#include "manufacture/equipment.h"
#include "manufacture/step.h"

#include <string.h>

enum { LONGEST_DAYS = 92 };

/* One row per thing and day, so that a day is found at once. */
struct occupancy {
    const char *place; /* room/day */
    const char *thing;
    struct instant from_at;
    struct instant until_at;
    const char *room;
    const char *donors;
    const char *note;
    int64_t entry;
};
static const struct field occupancy_fields[] = {
    FIELD(struct occupancy, place, .help = "Room or cabinet, and day"),
    FIELD(struct occupancy, thing, .help = "What was open there, as kind:code"),
    FIELD(struct occupancy, from_at, .help = "From"),
    FIELD(struct occupancy, until_at, .help = "Until"),
    FIELD(struct occupancy, room, .help = "Room or cabinet"),
    FIELD(struct occupancy, donors, .help = "Donors that it came from"),
    FIELD(struct occupancy, note, .prose = true, .help = "What was done, and against mix-up"),
    FIELD(struct occupancy, entry, .help = "Entry that says so"),
};
static const struct schema occupancy_schema =
    SCHEMA("occupancy", struct occupancy, occupancy_fields);
const struct table occupancy_table = {"occupancy", &occupancy_schema, "place from_at thing", "",
                                      TABLE_VIEW};

static const struct field named_fields[] = {
    FIELD(struct presence, thing, .required = true, .code = true, .longest = 64,
          .help = "What was open, as kind:code"),
};
static const struct schema named_schema = SCHEMA("occupancy_thing", struct presence, named_fields);
static const struct field presence_fields[] = {
    FIELD(struct presence, thing, .help = "What was open, as kind:code"),
    FIELD(struct presence, donors, .help = "Donors that it came from"),
    FIELD(struct presence, from, .help = "From"),
    FIELD(struct presence, until, .help = "Until"),
};
static const struct schema presence_schema =
    SCHEMA("occupancy_presence", struct presence, presence_fields);

struct stay {
    const char *room;
    struct instant from;
    struct instant until;
    const char *note;
    struct rows things;
    struct rows others;
    struct rows findings;
};
static const struct field stay_fields[] = {
    FIELD(struct stay, room, .required = true, .code = true, .longest = 40,
          .help = "Room, cabinet or incubator"),
    FIELD(struct stay, from, .required = true, .help = "From"),
    FIELD(struct stay, until, .required = true, .help = "Until it was gone and the place cleaned"),
    FIELD(struct stay, things, .required = true, .of = &named_schema, .longest = 50,
          .help = "What was open there"),
    FIELD(struct stay, note, .longest = 400, .prose = true,
          .help = "What was done, and what was done against mix-up"),
};
static const struct schema stay_schema = SCHEMA("occupancy_given", struct stay, stay_fields);
static const struct field stayed_fields[] = {
    FIELD(struct stay, room, .help = "Room, cabinet or incubator"),
    FIELD(struct stay, from, .help = "From"),
    FIELD(struct stay, until, .help = "Until"),
    FIELD(struct stay, note, .prose = true, .help = "What was done, and against mix-up"),
    FIELD(struct stay, things, .of = &presence_schema, .help = "What was open there"),
    FIELD(struct stay, others, .of = &presence_schema, .help = "What was open there meanwhile"),
    FIELD(struct stay, findings, .of = &finding_schema, .help = "One per thing"),
};
static const struct schema stayed_schema = SCHEMA("occupancy_recorded", struct stay, stayed_fields);

static const char *place_of(struct arena *arena, const char *room, int64_t day)
{
    return arena_print(arena, "%s/%s", room, date_print(arena, day));
}

/* A mistyped room would hide what met there. */
static bool check_room(struct work *work, const char *room)
{
    struct equipment equipment = {0};
    struct rows standing;
    bool found = false;
    if (!view_find(work, &equipment_table, VALUES(value_text(room)), &equipment, &found))
        return false;
    if (found)
        return operation_at_site(work, "room", equipment.site, "equipment");
    if (!view_list(work, &equipment_table, "room", value_text(room), &standing))
        return false;
    return standing.count
               ? operation_at_site(work, "room", ROWS(standing, const struct equipment)[0].site,
                                   "room")
               : fail(&work->fault, FAULT_MISSING, "room",
                      "There is no equipment %s and no room of that name; check the "
                      "code.",
                      room);
}

static bool check_times(struct work *work, const struct stay *given)
{
    if (given->until.usec <= given->from.usec)
        return fail(&work->fault, FAULT_INPUT, "until",
                    "The field until lies before from; correct the times.");
    if (given->from.usec > work->now_usec || given->until.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "until",
                    "The field until lies in the future; record it when the place is clean again.");
    return given->until.usec - given->from.usec <= LONGEST_DAYS * USEC_PER_DAY ||
           fail(&work->fault, FAULT_INPUT, "until",
                "More than %d days in one place are recorded in parts.", (int)LONGEST_DAYS);
}

/* Media are of no donor, and a lot may be made without one; everything else came from somebody. */
static bool may_lack_donors(const char *thing)
{
    return text_starts(thing, "material:") || text_starts(thing, "lot:");
}

static bool find_donors(struct work *work, struct presence *thing)
{
    struct text donors = text_open(work->arena);
    struct rows known = {0};
    const char *colon = strchr(thing->thing, ':');
    if (!step_donors(work, thing->thing, &donors))
        return false;
    thing->donors = donors.length ? donors.bytes : NULL;
    if (thing->donors)
        return true;
    if (may_lack_donors(thing->thing) &&
        !view_list(work, &journal_table, "subject", value_text(colon + 1), &known))
        return false;
    thing->donors = known.count ? "none" : NULL;
    return thing->donors ||
           fail(&work->fault, FAULT_MISSING, "things",
                "Nothing is recorded that %s came from; check kind and code.", thing->thing);
}

static bool add_others(struct work *work, const struct stay *stay, const char *place,
                       struct rows *others)
{
    struct rows rows;
    if (!view_list(work, &occupancy_table, "place", value_text(place), &rows))
        return false;
    struct presence *grown =
        arena_take(work->arena, (others->count + rows.count + 1) * sizeof *grown);
    if (others->count)
        memcpy(grown, others->items, others->count * sizeof *grown);
    others->items = grown;
    for (size_t i = 0; i < rows.count; i++) {
        const struct occupancy *row = &ROWS(rows, const struct occupancy)[i];
        bool meanwhile =
            row->from_at.usec < stay->until.usec && stay->from.usec < row->until_at.usec;
        bool seen = row->entry == work->amends;
        for (size_t j = 0; j < others->count; j++)
            seen = seen || (text_equals(grown[j].thing, row->thing) &&
                            grown[j].from.usec == row->from_at.usec);
        if (meanwhile && !seen)
            grown[others->count++] =
                (struct presence){row->thing, row->donors, row->from_at, row->until_at};
    }
    return true;
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct stay *given = input;
    struct stay *stay = body;
    *stay = *given;
    if (!check_room(work, given->room) || !check_times(work, given))
        return false;
    struct presence *things = arena_take(work->arena, given->things.count * sizeof *things);
    stay->things.items = things;
    for (size_t i = 0; i < given->things.count; i++) {
        const char *thing = ROWS(given->things, const struct presence)[i].thing;
        things[i] = (struct presence){thing, NULL, given->from, given->until};
        if (!find_donors(work, &things[i]))
            return false;
    }
    int64_t last = day_of_instant(given->until.usec - 1, work->zone_minutes);
    for (int64_t day = day_of_instant(given->from.usec, work->zone_minutes); day <= last; day++)
        if (!add_others(work, stay, place_of(work->arena, given->room, day), &stay->others))
            return false;
    const struct occupancy_facts facts = {stay->things, stay->others};
    occupancy_judge(work->arena, &facts, &stay->findings);
    return findings_allow(work->arena, &work->fault, "things", &stay->findings,
                          "Material of different donors must not meet");
}

static bool record_again(struct work *work, const void *body, struct rows *findings)
{
    const struct stay *stay = body;
    const struct occupancy_facts facts = {stay->things, stay->others};
    occupancy_judge(work->arena, &facts, findings);
    return true;
}

static int zone_of(const struct work *work, const struct entry *entry)
{
    int minutes = 0;
    return zone_parse(entry->zone, &minutes) ? minutes : work->zone_minutes;
}

/* Calls change for each row that the stay has, by thing and day. */
static bool each_row(struct work *work, const struct entry *entry, const struct stay *stay,
                     bool (*change)(struct work *work, const struct occupancy *row))
{
    int zone = zone_of(work, entry);
    int64_t last = day_of_instant(stay->until.usec - 1, zone);
    for (size_t i = 0; i < stay->things.count; i++) {
        const struct presence *thing = &ROWS(stay->things, const struct presence)[i];
        for (int64_t day = day_of_instant(stay->from.usec, zone); day <= last; day++) {
            const struct occupancy row = {place_of(work->arena, stay->room, day),
                                          thing->thing,
                                          stay->from,
                                          stay->until,
                                          stay->room,
                                          thing->donors,
                                          stay->note,
                                          entry->seq};
            if (!change(work, &row))
                return false;
        }
    }
    return true;
}

static bool put_row(struct work *work, const struct occupancy *row)
{
    return view_put(work, &occupancy_table, row);
}

static bool remove_row(struct work *work, const struct occupancy *row)
{
    return view_remove(work, &occupancy_table,
                       VALUES(value_text(row->place),
                              field_value(work->arena, &occupancy_fields[2], row),
                              value_text(row->thing)));
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    return each_row(work, entry, body, put_row);
}

static bool record_retract(struct work *work, const struct entry *entry, const void *body)
{
    return each_row(work, entry, body, remove_row);
}

struct asked {
    const char *room;
    struct date day;
};
static const struct field asked_fields[] = {
    FIELD(struct asked, room, .required = true, .code = true, .longest = 40,
          .help = "Room, cabinet or incubator"),
    FIELD(struct asked, day, .required = true, .help = "Day"),
};
static const struct schema asked_schema = SCHEMA("occupancy_asked", struct asked, asked_fields);

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct asked *asked = input;
    int64_t day = 0;
    return date_parse(asked->day.text, &day) &&
           view_list(work, &occupancy_table, "place",
                     value_text(place_of(work->arena, asked->room, day)), rows);
}

const struct operation occupancy_operations[OCCUPANCY_OPERATIONS] = {
    {.name = "occupancy.record",
     .method = "POST",
     .path = "/rooms/{room}/occupancies",
     .summary = "Record what was open in a room or cabinet, and when.",
     .permission = PERMIT_ROOM_WRITE,
     .effect = RECORDS,
     .input = &stay_schema,
     .output = &stayed_schema,
     .subject = "room",
     .judge = record_judge,
     .apply = record_apply,
     .judge_again = record_again,
     .retract = record_retract},
    {.name = "occupancy.list",
     .method = "GET",
     .path = "/rooms/{room}/occupancies",
     .summary = "List what else was open in a room or cabinet on a day.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &asked_schema,
     .output = &occupancy_schema,
     .list = list_read},
};
