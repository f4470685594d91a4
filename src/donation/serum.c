/* serum.c: tubes of serum or plasma, numbered, each thawed once. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/serum.h"

#include "donation/donor.h"
#include "donation/specimen.h"

const struct rule serum_rules[SERUM_RULES] = {
    {"DN-12.tube/1", "Was this tube of stored serum not used before?",
     "この保存血清のチューブはまだ使われていないか。", "ASRM Rule Art. 16; a tube is thawed once"},
};

static const char *const kinds[] = {"serum", "plasma", NULL};

struct storing {
    const char *code;
    const char *donor;
    const char *specimen;
    const char *kind;
    int64_t tubes;
    int64_t volume_per_tube_ul;
    const char *position;
    const char *keep_until_rule;
    const char *why_none;
};
static const struct field storing_fields[] = {
    FIELD(struct storing, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the stored serum"),
    FIELD(struct storing, donor, .required = true, .code = true, .longest = 24, .help = "Donor"),
    FIELD(struct storing, specimen, .required = true, .code = true, .longest = 24,
          .help = "Specimen that it was taken from"),
    FIELD(struct storing, kind, .required = true, .choices = kinds, .help = "Serum or plasma"),
    FIELD(struct storing, tubes, .required = true, .low = 0, .high = 100,
          .help = "Tubes; 0 only with a reason"),
    FIELD(struct storing, volume_per_tube_ul, .required = true, .low = 0, .high = 1e6, .unit = "uL",
          .help = "Volume of each tube"),
    FIELD(struct storing, position, .help = "Freezer and position"),
    FIELD(struct storing, keep_until_rule, .required = true, .longest = 400,
          .help = "How long it is kept and what happens afterwards, fixed before storing"),
    FIELD(struct storing, why_none, .longest = 400, .help = "Why no tube could be kept"),
};
static const struct schema storing_schema = SCHEMA("serum_store", struct storing, storing_fields);

static const struct field row_fields[] = {
    FIELD(struct serum, code, .help = "Code of the stored serum"),
    FIELD(struct serum, donor, .help = "Donor"),
    FIELD(struct serum, site, .help = "Site"),
    FIELD(struct serum, specimen, .help = "Specimen that it was taken from"),
    FIELD(struct serum, kind, .help = "Serum or plasma"),
    FIELD(struct serum, tubes, .help = "Tubes that were stored"),
    FIELD(struct serum, volume_per_tube_ul, .unit = "uL", .help = "Volume of each tube"),
    FIELD(struct serum, position, .help = "Freezer and position"),
    FIELD(struct serum, keep_until_rule, .help = "How long it is kept, and what happens then"),
    FIELD(struct serum, why_none, .help = "Why no tube could be kept"),
    FIELD(struct serum, used, .help = "Tubes that were used"),
    FIELD(struct serum, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("serum", struct serum, row_fields);
const struct table serum_table = {"serum", &row_schema, "code", "donor", TABLE_VIEW};

static const struct field use_row_fields[] = {
    FIELD(struct serum_use, serum, .help = "Code of the stored serum"),
    FIELD(struct serum_use, tube, .help = "Number of the tube"),
    FIELD(struct serum_use, purpose, .help = "What it was used for"),
    FIELD(struct serum_use, entry, .help = "Entry that says so"),
};
static const struct schema use_row_schema = SCHEMA("serum_use", struct serum_use, use_row_fields);
const struct table serum_use_table = {"serum_use", &use_row_schema, "serum tube", "", TABLE_VIEW};

static bool store_judge(struct work *work, const void *input, void *body)
{
    const struct storing *given = input;
    struct donor donor = {0};
    struct specimen specimen = {0};
    *(struct storing *)body = *given;
    if (!donor_need(work, given->donor, &donor) ||
        !specimen_need(work, "specimen", given->specimen, given->donor, &specimen) ||
        !view_free(work, &serum_table, "code", given->code))
        return false;
    if (!given->tubes && !given->why_none)
        return fail(&work->fault, FAULT_INPUT, "why_none",
                    "No tube is kept: say in why_none what made it impossible.");
    if (given->tubes && (!given->volume_per_tube_ul || !given->position))
        return fail(&work->fault, FAULT_INPUT, "position",
                    "Say in volume_per_tube_ul and position what is stored where.");
    return true;
}

static bool store_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct storing *given = body;
    const struct serum row = {
        .code = given->code,
        .donor = given->donor,
        .site = entry->site,
        .specimen = given->specimen,
        .kind = given->kind,
        .tubes = given->tubes,
        .volume_per_tube_ul = given->volume_per_tube_ul,
        .position = given->position,
        .keep_until_rule = given->keep_until_rule,
        .why_none = given->why_none,
        .entry = entry->seq,
    };
    return view_put(work, &serum_table, &row);
}

struct using
{
    const char *code;
    int64_t tube;
    const char *purpose;
    const char *donor;
    int64_t tubes_left;
};
static const struct field asked_fields[] = {
    FIELD(struct using, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the stored serum"),
    FIELD(struct using, tube, .required = true, .low = 1, .high = 100,
          .help = "Number of the tube"),
    FIELD(struct using, purpose, .required = true, .help = "What it is used for"),
};
static const struct schema asked_schema = SCHEMA("serum_use", struct using, asked_fields);
static const struct field used_fields[] = {
    FIELD(struct using, code, .help = "Code of the stored serum"),
    FIELD(struct using, tube, .help = "Number of the tube"),
    FIELD(struct using, purpose, .help = "What it is used for"),
    FIELD(struct using, donor, .help = "Donor"),
    FIELD(struct using, tubes_left, .help = "Tubes that are left"),
};
static const struct schema used_schema = SCHEMA("serum_used", struct using, used_fields);

static bool use_judge(struct work *work, const void *input, void *body)
{
    const struct using *given = input;
    struct using *made = body;
    struct serum serum = {0};
    struct serum_use before = {0};
    bool found = false;
    *made = *given;
    if (!view_need(work, &serum_table, "code", given->code, &serum) ||
        !operation_at_site(work, "code", serum.site, "serum"))
        return false;
    if (given->tube > serum.tubes)
        return fail(&work->fault, FAULT_MISSING, "tube", "%s has %lld tubes; check the number.",
                    given->code, (long long)serum.tubes);
    if (!view_find(work, &serum_use_table,
                   VALUES(value_text(given->code), value_integer(given->tube)), &before, &found))
        return false;
    made->donor = serum.donor;
    made->tubes_left = serum.tubes - serum.used - 1;
    return !found || refuse(&work->fault, FAULT_CONFLICT, "tube", "DN-12.tube/1",
                            "Tube %lld of %s was used for %s; take another one.",
                            (long long)given->tube, given->code, before.purpose);
}

static bool use_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct using *made = body;
    const struct serum_use row = {made->code, made->tube, made->purpose, entry->seq};
    struct serum serum = {0};
    if (!view_need(work, &serum_table, "code", made->code, &serum))
        return false;
    serum.used++;
    return view_put(work, &serum_table, &serum) && view_put(work, &serum_use_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &serum_table, "donor", value_text(key->code), rows);
}

const struct operation serum_operations[SERUM_OPERATIONS] = {
    {.name = "serum.store",
     .method = "POST",
     .path = "/donors/{donor}/sera",
     .summary = "Record serum or plasma of a donor that is kept for later tests.",
     .permission = PERMIT_DONOR_WRITE,
     .effect = RECORDS,
     .input = &storing_schema,
     .output = &storing_schema,
     .subject = "code",
     .judge = store_judge,
     .apply = store_apply},
    {.name = "serum.use",
     .method = "POST",
     .path = "/sera/{code}/tubes/{tube}/use",
     .summary = "Record that a tube of stored serum was thawed and used.",
     .permission = PERMIT_SCREENING_WRITE,
     .effect = RECORDS,
     .input = &asked_schema,
     .output = &used_schema,
     .subject = "code",
     .judge = use_judge,
     .apply = use_apply},
    {.name = "serum.list",
     .method = "GET",
     .path = "/donors/{code}/sera",
     .summary = "List what is kept of a donor's blood.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
