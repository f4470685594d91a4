/* material_bottle.c: a bottle that was opened for the cells of one donor never meets another's. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/material_bottle.h"

#include "chain/link.h"
#include "manufacture/material.h"
#include "manufacture/step.h"

#include <string.h>

const struct rule material_bottle_rules[MATERIAL_BOTTLE_RULES] = {
    {"MF-06.shared/1", "Was the bottle not opened for the cells of another donor?",
     "容器は他のドナーの細胞のために開封されていないか。",
     "MHLW draft microbiology guideline, annex"},
    {"MF-04.drawn/1", "Is no more taken from a bottle than is left in it?",
     "容器の残量を超えて使用していないか。", "ASRM Rule Art. 99"},
    {"MF-04.expiry/1", "Is the material in date on the day of use?", "材料は使用日に有効期限内か。",
     "GMP practice"},
};

static const struct field bottle_fields[] = {
    FIELD(struct material_bottle, material, .help = "Lot of the material"),
    FIELD(struct material_bottle, number, .help = "Number of the bottle"),
    FIELD(struct material_bottle, volume_ul, .help = "Volume that came", .unit = "uL"),
    FIELD(struct material_bottle, used_ul, .help = "Volume used", .unit = "uL"),
    FIELD(struct material_bottle, discarded_ul, .help = "Volume discarded", .unit = "uL"),
    FIELD(struct material_bottle, donors, .help = "Donors whose cells it was opened for"),
    FIELD(struct material_bottle, why, .help = "Why the rest was discarded"),
    FIELD(struct material_bottle, entry, .help = "Entry that says so"),
};
static const struct schema bottle_schema =
    SCHEMA("material_bottle", struct material_bottle, bottle_fields);
const struct table material_bottle_table = {"material_bottle", &bottle_schema, "material number",
                                            "", TABLE_VIEW};

static const struct field use_fields[] = {
    FIELD(struct material_use, material, .required = true, .code = true, .longest = 24,
          .help = "Lot of the material"),
    FIELD(struct material_use, bottle, .required = true, .low = 1, .high = 1e6,
          .help = "Number of the bottle"),
    FIELD(struct material_use, volume_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Volume taken"),
};
const struct schema material_use_schema = SCHEMA("material_use", struct material_use, use_fields);

void bottle_judge(struct arena *arena, const struct bottle_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const bool dated = facts->expires_on && facts->used_on;
    findings_add(&list, "MF-06.shared/1",
                 verdict_of(facts->donors != NULL,
                            !facts->opened_for || text_equals(facts->opened_for, facts->donors)),
                 facts->donors ? facts->donors : "a known donor", "opened for %s",
                 facts->opened_for ? facts->opened_for : "nobody yet");
    findings_add(&list, "MF-04.drawn/1",
                 verdict_of(facts->wanted_ul > 0, facts->wanted_ul <= facts->left_ul),
                 arena_print(arena, "%lld uL left", (long long)facts->left_ul), "%lld uL",
                 (long long)facts->wanted_ul);
    findings_add(&list, "MF-04.expiry/1",
                 verdict_of(dated, dated && strcmp(facts->used_on, facts->expires_on) <= 0),
                 facts->expires_on ? facts->expires_on : "a known last day", "used on %s",
                 facts->used_on ? facts->used_on : "an unknown day");
    *findings = list.rows;
}

static bool need_bottle(struct work *work, const char *field, const struct material_use *use,
                        struct material_bottle *bottle)
{
    bool found = false;
    return view_find(work, &material_bottle_table,
                     VALUES(value_text(use->material), value_integer(use->bottle)), bottle,
                     &found) &&
           (found || fail(&work->fault, FAULT_MISSING, field,
                          "The lot %s has no bottle %lld; check the number.", use->material,
                          (long long)use->bottle));
}

static int64_t left_of(const struct material_bottle *bottle)
{
    return bottle->volume_ul - bottle->used_ul - bottle->discarded_ul;
}

/* Steps without donors, such as a vehicle, are a product of their own. */
static const char *whose(const char *donors)
{
    return donors ? donors : "none";
}

static bool check_use(struct work *work, const struct material_draw *draw,
                      const struct material_use *use)
{
    struct material material = {0};
    struct material_bottle bottle = {0};
    struct rows findings;
    if (!material_need(work, draw->field, use->material, &material) ||
        !need_bottle(work, draw->field, use, &bottle))
        return false;
    const struct bottle_facts facts = {.opened_for = bottle.donors,
                                       .donors = whose(draw->donors),
                                       .left_ul = left_of(&bottle),
                                       .wanted_ul = use->volume_ul,
                                       .expires_on = material.expires_on.text,
                                       .used_on = draw->used_on.text};
    bottle_judge(work->arena, &facts, &findings);
    return findings_allow(work->arena, &work->fault, draw->field, &findings,
                          arena_print(work->arena, "Bottle %lld of %s cannot be used",
                                      (long long)use->bottle, use->material));
}

bool material_check(struct work *work, const struct material_draw *draw, int64_t *sum_ul)
{
    const struct material_use *uses = draw->uses->items;
    *sum_ul = 0;
    for (size_t i = 0; i < draw->uses->count; i++) {
        for (size_t j = 0; j < i; j++)
            if (uses[i].bottle == uses[j].bottle && text_equals(uses[i].material, uses[j].material))
                return fail(&work->fault, FAULT_INPUT, draw->field,
                            "Bottle %lld of %s stands twice; give it once with the whole volume.",
                            (long long)uses[i].bottle, uses[i].material);
        if (!check_use(work, draw, &uses[i]))
            return false;
        *sum_ul += uses[i].volume_ul;
    }
    return true;
}

/* One tie per material, with what all of its bottles gave. */
static bool tie_material(struct work *work, const struct material_draw *draw, size_t at,
                         const struct link *tie)
{
    const struct material_use *uses = draw->uses->items;
    struct link link = *tie;
    for (size_t i = 0; i < draw->uses->count; i++)
        if (text_equals(uses[i].material, uses[at].material))
            link.amount += uses[i].volume_ul;
    return link_tie(work, &link);
}

bool material_take(struct work *work, const struct material_draw *draw, const char *made,
                   int64_t entry)
{
    for (size_t i = 0; i < draw->uses->count; i++) {
        const struct material_use *use = &ROWS(*draw->uses, const struct material_use)[i];
        const struct link tie = {.child = made,
                                 .parent = link_name(work->arena, "material", use->material),
                                 .unit = "uL",
                                 .entry = entry};
        struct material_bottle bottle = {0};
        if (!need_bottle(work, draw->field, use, &bottle))
            return false;
        bottle.used_ul += use->volume_ul;
        bottle.donors = whose(draw->donors);
        bottle.entry = entry;
        if (!view_put(work, &material_bottle_table, &bottle) || !tie_material(work, draw, i, &tie))
            return false;
    }
    return true;
}

struct discard {
    const char *material;
    int64_t bottle;
    int64_t volume_ul;
    const char *why;
    int64_t left_ul;
};
static const struct field discard_fields[] = {
    FIELD(struct discard, material, .required = true, .code = true, .longest = 24,
          .help = "Lot of the material"),
    FIELD(struct discard, bottle, .required = true, .low = 1, .high = 1e6,
          .help = "Number of the bottle"),
    FIELD(struct discard, volume_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Volume discarded"),
    FIELD(struct discard, why, .required = true, .longest = 400, .help = "Why"),
};
static const struct schema discard_input =
    SCHEMA("material_discard", struct discard, discard_fields);
static const struct field discarded_fields[] = {
    FIELD(struct discard, material, .help = "Lot of the material"),
    FIELD(struct discard, bottle, .help = "Number of the bottle"),
    FIELD(struct discard, volume_ul, .help = "Volume discarded", .unit = "uL"),
    FIELD(struct discard, why, .help = "Why"),
    FIELD(struct discard, left_ul, .help = "Volume left in the bottle", .unit = "uL"),
};
static const struct schema discarded_schema =
    SCHEMA("material_discarded", struct discard, discarded_fields);

static bool discard_judge(struct work *work, const void *input, void *body)
{
    const struct discard *given = input;
    struct discard *discarded = body;
    struct material material = {0};
    struct material_bottle bottle = {0};
    const struct material_use use = {given->material, given->bottle, given->volume_ul};
    *discarded = *given;
    if (!view_need(work, &material_table, "material", given->material, &material) ||
        !operation_at_site(work, "material", material.site, "material") ||
        !need_bottle(work, "bottle", &use, &bottle))
        return false;
    discarded->left_ul = left_of(&bottle) - given->volume_ul;
    return discarded->left_ul >= 0 ||
           refuse(&work->fault, FAULT_RULE, "volume_ul", "MF-04.drawn/1",
                  "Bottle %lld of %s has %lld uL left; correct the volume.",
                  (long long)given->bottle, given->material, (long long)left_of(&bottle));
}

static bool discard_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct discard *given = body;
    const struct material_use use = {given->material, given->bottle, given->volume_ul};
    struct material_bottle bottle = {0};
    if (!need_bottle(work, "bottle", &use, &bottle))
        return false;
    bottle.discarded_ul += given->volume_ul;
    bottle.why = given->why;
    bottle.entry = entry->seq;
    return view_put(work, &material_bottle_table, &bottle);
}

struct bottle_shown {
    int64_t number;
    int64_t volume_ul;
    int64_t used_ul;
    int64_t discarded_ul;
    int64_t left_ul;
    const char *donors;
    const char *why;
};
static const struct field shown_fields[] = {
    FIELD(struct bottle_shown, number, .help = "Number of the bottle"),
    FIELD(struct bottle_shown, volume_ul, .help = "Volume that came", .unit = "uL"),
    FIELD(struct bottle_shown, used_ul, .help = "Volume used", .unit = "uL"),
    FIELD(struct bottle_shown, discarded_ul, .help = "Volume discarded", .unit = "uL"),
    FIELD(struct bottle_shown, left_ul, .help = "Volume left", .unit = "uL"),
    FIELD(struct bottle_shown, donors, .help = "Donors whose cells it was opened for"),
    FIELD(struct bottle_shown, why, .help = "Why the rest was discarded"),
};
static const struct schema shown_schema =
    SCHEMA("material_bottle_shown", struct bottle_shown, shown_fields);

static bool bottles_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct material material = {0};
    struct rows bottles;
    if (!view_need(work, &material_table, "code", key->code, &material) ||
        !view_list(work, &material_bottle_table, "material", value_text(key->code), &bottles))
        return false;
    struct bottle_shown *shown = arena_take(work->arena, (bottles.count + 1) * sizeof *shown);
    for (size_t i = 0; i < bottles.count; i++) {
        const struct material_bottle *one = &ROWS(bottles, const struct material_bottle)[i];
        shown[i] = (struct bottle_shown){.number = one->number,
                                         .volume_ul = one->volume_ul,
                                         .used_ul = one->used_ul,
                                         .discarded_ul = one->discarded_ul,
                                         .left_ul = left_of(one),
                                         .donors = one->donors,
                                         .why = one->why};
    }
    *rows = (struct rows){bottles.count, shown};
    return true;
}

const struct operation material_bottle_operations[MATERIAL_BOTTLE_OPERATIONS] = {
    {.name = "material.discard",
     .method = "POST",
     .path = "/materials/{material}/bottles/{bottle}/discard",
     .summary = "Discard what is left in a bottle of a material, or a part of it.",
     .permission = PERMIT_MATERIAL_WRITE,
     .effect = RECORDS,
     .input = &discard_input,
     .output = &discarded_schema,
     .subject = "material",
     .judge = discard_judge,
     .apply = discard_apply},
    {.name = "material.bottles",
     .method = "GET",
     .path = "/materials/{code}/bottles",
     .summary = "Show the bottles of a material: used, discarded and left.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &shown_schema,
     .list = bottles_list},
};
