/* material.c: media and reagents come in by lot, in numbered bottles, with an answer about serum.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/material.h"

#include "manufacture/material_bottle.h"
#include "manufacture/step.h"

#include <string.h>

static const char *const kinds[] = {"medium", "supplement", "serum", "reagent",
                                    "buffer", "consumable", NULL};
static const char *const serums[] = {
    "none", "fetal_bovine", "ev_depleted_fetal_bovine", "human_platelet_lysate", "other", NULL};

static const struct field material_fields[] = {
    FIELD(struct material, code, .help = "Lot of the material"),
    FIELD(struct material, site, .help = "Site that keeps it"),
    FIELD(struct material, kind, .help = "What it is", .choices = kinds),
    FIELD(struct material, supplier, .help = "Supplier"),
    FIELD(struct material, certificate, .help = "Certificate of the lot"),
    FIELD(struct material, expires_on, .help = "Last usable day"),
    FIELD(struct material, serum, .help = "Serum in it, or none", .choices = serums),
    FIELD(struct material, serum_origin, .help = "Country of origin and standard of the serum"),
    FIELD(struct material, antibiotics, .help = "Antibiotics in it, or none"),
    FIELD(struct material, entry, .help = "Entry that says so"),
};
static const struct schema material_schema = SCHEMA("material", struct material, material_fields);
const struct table material_table = {"material", &material_schema, "code", "", TABLE_VIEW};

bool material_need(struct work *work, const char *field, const char *code,
                   struct material *material)
{
    return view_need(work, &material_table, field, code, material) &&
           operation_at_site(work, field, material->site, "material") &&
           step_unheld(work, field, "material", code);
}

bool material_in_date(struct work *work, const char *field, const char *code,
                      const struct date *day)
{
    struct material material = {0};
    if (!material_need(work, field, code, &material))
        return false;
    return strcmp(day->text, material.expires_on.text) <= 0 ||
           refuse(&work->fault, FAULT_RULE, field, "MF-04.expiry/1",
                  "The lot %s was usable until %s and not on %s; take one that is in date.", code,
                  material.expires_on.text, day->text);
}

struct delivered {
    int64_t number;
    int64_t volume_ul;
};
static const struct field delivered_fields[] = {
    FIELD(struct delivered, number, .required = true, .low = 1, .high = 1e6,
          .help = "Number of the bottle"),
    FIELD(struct delivered, volume_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Volume in it"),
};
static const struct schema delivered_schema =
    SCHEMA("material_delivered", struct delivered, delivered_fields);

struct receipt {
    const char *code;
    const char *kind;
    const char *supplier;
    const char *certificate;
    struct date expires_on;
    const char *serum;
    const char *serum_origin;
    const char *antibiotics;
    struct rows bottles;
};
static const struct field receipt_fields[] = {
    FIELD(struct receipt, code, .required = true, .code = true, .longest = 24,
          .help = "Lot of the material"),
    FIELD(struct receipt, kind, .required = true, .choices = kinds, .help = "What it is"),
    FIELD(struct receipt, supplier, .required = true, .help = "Supplier"),
    FIELD(struct receipt, certificate, .required = true, .help = "Certificate of the lot"),
    FIELD(struct receipt, expires_on, .required = true, .help = "Last usable day"),
    FIELD(struct receipt, serum, .required = true, .choices = serums,
          .help = "Serum in it; none is an answer"),
    FIELD(struct receipt, serum_origin,
          .help = "With serum: country of origin, collection, standard met"),
    FIELD(struct receipt, antibiotics, .required = true,
          .help = "Antibiotics in it, whose residue is then tested, or none"),
    FIELD(struct receipt, bottles, .required = true, .of = &delivered_schema, .longest = 200,
          .help = "Bottles that came"),
};
static const struct schema receipt_schema =
    SCHEMA("material_receipt", struct receipt, receipt_fields);

static bool check_bottles(struct work *work, const struct rows *bottles)
{
    const struct delivered *all = bottles->items;
    for (size_t i = 0; i < bottles->count; i++)
        for (size_t j = 0; j < i; j++)
            if (all[i].number == all[j].number)
                return fail(&work->fault, FAULT_INPUT, "bottles.number",
                            "Bottle %lld stands twice; number each bottle once.",
                            (long long)all[i].number);
    return bottles->count > 0 || fail(&work->fault, FAULT_INPUT, "bottles",
                                      "The field bottles is empty; give each bottle that came.");
}

static bool receive_judge(struct work *work, const void *input, void *body)
{
    const struct receipt *given = input;
    *(struct receipt *)body = *given;
    if (!text_equals(given->serum, "none") && !given->serum_origin)
        return fail(&work->fault, FAULT_INPUT, "serum_origin",
                    "Say in serum_origin where the serum comes from and which standard it met.");
    return view_free(work, &material_table, "code", given->code) &&
           check_bottles(work, &given->bottles);
}

static bool receive_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct receipt *given = body;
    const struct material row = {.code = given->code,
                                 .site = entry->site,
                                 .kind = given->kind,
                                 .supplier = given->supplier,
                                 .certificate = given->certificate,
                                 .expires_on = given->expires_on,
                                 .serum = given->serum,
                                 .serum_origin = given->serum_origin,
                                 .antibiotics = given->antibiotics,
                                 .entry = entry->seq};
    for (size_t i = 0; i < given->bottles.count; i++) {
        const struct delivered *one = &ROWS(given->bottles, const struct delivered)[i];
        const struct material_bottle bottle = {.material = given->code,
                                               .number = one->number,
                                               .volume_ul = one->volume_ul,
                                               .entry = entry->seq};
        if (!view_put(work, &material_bottle_table, &bottle))
            return false;
    }
    return view_put(work, &material_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &material_table, page->after, page_limit(page), rows);
}

const struct operation material_operations[MATERIAL_OPERATIONS] = {
    {.name = "material.receive",
     .method = "POST",
     .path = "/materials",
     .summary = "Receive a lot of medium, reagent or other material in numbered bottles.",
     .permission = PERMIT_MATERIAL_WRITE,
     .effect = RECORDS,
     .input = &receipt_schema,
     .output = &receipt_schema,
     .subject = "code",
     .judge = receive_judge,
     .apply = receive_apply},
    {.name = "material.list",
     .method = "GET",
     .path = "/materials",
     .summary = "List the lots of media, reagents and other materials.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &material_schema,
     .list = list_read},
};
