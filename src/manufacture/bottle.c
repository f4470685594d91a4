/* bottle.c: what is left of a harvest is frozen in bottles of one volume, and the rest is named. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/bottle.h"

#include "chain/link.h"
#include "manufacture/harvest.h"
#include "manufacture/step.h"

const struct rule bottle_rules[BOTTLE_RULES] = {
    {"MF-08.bottles/1", "Is what was left of the harvest the volume of the bottles and the loss?",
     "収穫液の残量はボトルの合計量と損失の和に一致するか。", "MISEV2018, practice"},
};

static const char *const states[] = {"frozen", "used", "destroyed", NULL};

static const struct field bottle_fields[] = {
    FIELD(struct bottle, harvest, .help = "Harvest"),
    FIELD(struct bottle, number, .help = "Number of the bottle"),
    FIELD(struct bottle, state, .help = "What became of it", .choices = states),
    FIELD(struct bottle, volume_ul, .help = "Volume in it", .unit = "uL"),
    FIELD(struct bottle, position, .help = "Freezer, row and box; bottles are numbered within"),
    FIELD(struct bottle, why, .help = "Why it is in this state"),
    FIELD(struct bottle, entry, .help = "Entry that says so"),
};
static const struct schema bottle_schema = SCHEMA("bottle", struct bottle, bottle_fields);
const struct table bottle_table = {"bottle", &bottle_schema, "harvest number", "", TABLE_VIEW};

struct bottling {
    const char *harvest;
    int64_t bottles;
    int64_t volume_per_bottle_ul;
    int64_t loss_ul;
    const char *position;
    int64_t frozen_ul;
};
static const struct field bottling_fields[] = {
    FIELD(struct bottling, harvest, .required = true, .code = true, .longest = 24,
          .help = "Harvest"),
    FIELD(struct bottling, bottles, .required = true, .low = 1, .high = 1000,
          .help = "Bottles frozen"),
    FIELD(struct bottling, volume_per_bottle_ul, .required = true, .low = 1, .high = 1e9,
          .unit = "uL", .help = "Volume in each"),
    FIELD(struct bottling, loss_ul, .required = true, .low = 0, .high = 1e10, .unit = "uL",
          .help = "Volume lost in filling them"),
    FIELD(struct bottling, position, .required = true, .code = true, .longest = 40,
          .help = "Freezer, row and box, such as F2-R1-B1; the bottles are numbered within"),
};
static const struct schema bottling_input =
    SCHEMA("harvest_bottling", struct bottling, bottling_fields);
static const struct field bottled_fields[] = {
    FIELD(struct bottling, harvest, .help = "Harvest"),
    FIELD(struct bottling, bottles, .help = "Bottles frozen"),
    FIELD(struct bottling, volume_per_bottle_ul, .help = "Volume in each", .unit = "uL"),
    FIELD(struct bottling, loss_ul, .help = "Volume lost in filling them", .unit = "uL"),
    FIELD(struct bottling, position, .help = "Freezer, row and box"),
    FIELD(struct bottling, frozen_ul, .help = "Volume frozen altogether", .unit = "uL"),
};
static const struct schema bottled_schema =
    SCHEMA("harvest_bottled", struct bottling, bottled_fields);

static bool freeze_judge(struct work *work, const void *input, void *body)
{
    const struct bottling *given = input;
    struct bottling *bottled = body;
    struct harvest harvest = {0};
    int64_t drawn_ul = 0;
    *bottled = *given;
    bottled->frozen_ul = given->bottles * given->volume_per_bottle_ul;
    if (!view_need(work, &harvest_table, "harvest", given->harvest, &harvest) ||
        !operation_at_site(work, "harvest", harvest.site, "harvest") ||
        !step_unheld(work, "harvest", "harvest", given->harvest) ||
        !step_drawn(work, link_name(work->arena, "harvest", given->harvest), &drawn_ul))
        return false;
    if (harvest.bottles)
        return fail(&work->fault, FAULT_CONFLICT, "harvest",
                    "The harvest %s was frozen in %lld bottles already; thaw those.", harvest.code,
                    (long long)harvest.bottles);
    const int64_t left_ul = harvest.volume_ul - drawn_ul;
    return bottled->frozen_ul + given->loss_ul == left_ul ||
           refuse(&work->fault, FAULT_RULE, "volume_per_bottle_ul", "MF-08.bottles/1",
                  "There were %lld uL left of %s, and bottles and loss are %lld uL; name the "
                  "difference.",
                  (long long)left_ul, harvest.code,
                  (long long)(bottled->frozen_ul + given->loss_ul));
}

static bool freeze_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct bottling *given = body;
    struct harvest harvest = {0};
    if (!view_need(work, &harvest_table, "harvest", given->harvest, &harvest))
        return false;
    harvest.bottles = given->bottles;
    harvest.volume_ul -= given->loss_ul;
    for (int64_t number = 1; number <= given->bottles; number++) {
        const struct bottle bottle = {.harvest = given->harvest,
                                      .number = number,
                                      .state = "frozen",
                                      .volume_ul = given->volume_per_bottle_ul,
                                      .position = given->position,
                                      .entry = entry->seq};
        if (!view_put(work, &bottle_table, &bottle))
            return false;
    }
    return view_put(work, &harvest_table, &harvest);
}

static bool find(struct work *work, const char *harvest, int64_t number, struct bottle *bottle,
                 bool *found)
{
    return view_find(work, &bottle_table, VALUES(value_text(harvest), value_integer(number)),
                     bottle, found);
}

bool bottle_check(struct work *work, const char *harvest, int64_t first, int64_t last,
                  int64_t *volume_ul)
{
    *volume_ul = 0;
    if (last < first)
        return fail(&work->fault, FAULT_INPUT, "last",
                    "The field last lies before first; correct the numbers.");
    for (int64_t number = first; number <= last; number++) {
        struct bottle bottle = {0};
        bool found = false;
        if (!find(work, harvest, number, &bottle, &found))
            return false;
        if (!found)
            return fail(&work->fault, FAULT_MISSING, "last",
                        "The harvest %s has no bottle %lld; check the number.", harvest,
                        (long long)number);
        if (!text_equals(bottle.state, "frozen"))
            return fail(&work->fault, FAULT_CONFLICT, "first",
                        "Bottle %lld of %s is %s; check the number.", (long long)number, harvest,
                        bottle.state);
        *volume_ul += bottle.volume_ul;
    }
    return true;
}

bool bottle_frozen(struct work *work, const char *harvest, int64_t *volume_ul)
{
    struct rows bottles;
    *volume_ul = 0;
    if (!view_list(work, &bottle_table, "harvest", value_text(harvest), &bottles))
        return false;
    for (size_t i = 0; i < bottles.count; i++) {
        const struct bottle *bottle = &ROWS(bottles, const struct bottle)[i];
        if (text_equals(bottle->state, "frozen"))
            *volume_ul += bottle->volume_ul;
    }
    return true;
}

bool bottle_change(struct work *work, const struct bottle *to, int64_t first, int64_t last)
{
    for (int64_t number = first; number <= last; number++) {
        struct bottle bottle = {0};
        bool found = false;
        if (!find(work, to->harvest, number, &bottle, &found))
            return false;
        bottle.state = to->state;
        bottle.why = to->why;
        bottle.entry = to->entry;
        if (found && !view_put(work, &bottle_table, &bottle))
            return false;
    }
    return true;
}

struct thawing {
    const char *harvest;
    int64_t first;
    int64_t last;
    const char *why;
    int64_t volume_ul;
};
static const struct field thawing_fields[] = {
    FIELD(struct thawing, harvest, .required = true, .code = true, .longest = 24,
          .help = "Harvest"),
    FIELD(struct thawing, first, .required = true, .low = 1, .high = 1000, .help = "First bottle"),
    FIELD(struct thawing, last, .required = true, .low = 1, .high = 1000, .help = "Last bottle"),
    FIELD(struct thawing, why, .required = true, .longest = 400, .help = "What they are used for"),
};
static const struct schema thawing_input =
    SCHEMA("harvest_thawing", struct thawing, thawing_fields);
static const struct field thawed_fields[] = {
    FIELD(struct thawing, harvest, .help = "Harvest"),
    FIELD(struct thawing, first, .help = "First bottle"),
    FIELD(struct thawing, last, .help = "Last bottle"),
    FIELD(struct thawing, why, .help = "What they are used for"),
    FIELD(struct thawing, volume_ul, .help = "Volume in them", .unit = "uL"),
};
static const struct schema thawed_schema = SCHEMA("harvest_thawed", struct thawing, thawed_fields);

static bool thaw_judge_bottles(struct work *work, const void *input, void *body)
{
    const struct thawing *given = input;
    struct thawing *thawed = body;
    struct harvest harvest = {0};
    *thawed = *given;
    return view_need(work, &harvest_table, "harvest", given->harvest, &harvest) &&
           operation_at_site(work, "harvest", harvest.site, "harvest") &&
           step_unheld(work, "harvest", "harvest", given->harvest) &&
           bottle_check(work, given->harvest, given->first, given->last, &thawed->volume_ul);
}

static bool thaw_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct thawing *given = body;
    const struct bottle to = {
        .harvest = given->harvest, .state = "used", .why = given->why, .entry = entry->seq};
    return bottle_change(work, &to, given->first, given->last);
}

struct harvest_key {
    const char *harvest;
};
static const struct field key_fields[] = {
    FIELD(struct harvest_key, harvest, .required = true, .code = true, .longest = 24,
          .help = "Harvest"),
};
static const struct schema key_schema = SCHEMA("harvest_key", struct harvest_key, key_fields);

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct harvest_key *key = input;
    struct harvest harvest = {0};
    return view_need(work, &harvest_table, "harvest", key->harvest, &harvest) &&
           view_list(work, &bottle_table, "harvest", value_text(key->harvest), rows);
}

const struct operation bottle_operations[BOTTLE_OPERATIONS] = {
    {.name = "harvest.freeze",
     .method = "POST",
     .path = "/harvests/{harvest}/bottles",
     .summary = "Freeze what is left of a harvest in bottles; volume and loss close.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &bottling_input,
     .output = &bottled_schema,
     .subject = "harvest",
     .judge = freeze_judge,
     .apply = freeze_apply},
    {.name = "harvest.thaw",
     .method = "POST",
     .path = "/harvests/{harvest}/bottles/thaw",
     .summary = "Thaw frozen bottles of a harvest for the next step.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &thawing_input,
     .output = &thawed_schema,
     .subject = "harvest",
     .judge = thaw_judge_bottles,
     .apply = thaw_apply},
    {.name = "harvest.bottles",
     .method = "GET",
     .path = "/harvests/{harvest}/bottles",
     .summary = "Show the bottles of a harvest.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &key_schema,
     .output = &bottle_schema,
     .list = list_read},
};
