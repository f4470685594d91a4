/* claim.c: the record's answer to what a text says about a lot. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/claim.h"

#include "chain/link.h"
#include "contract/setting.h"
#include "donation/collection.h"
#include "donation/donor.h"
#include "manufacture/balance.h"
#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "quality/assay.h"
#include "quality/wording.h"

#include <string.h>

static const char *const kinds[] = {"origin", "purity", "concentration", "donor", "potency"};
static const char *const languages[] = {"ja", "en", "ko", "zh"};
enum { KINDS = sizeof kinds / sizeof *kinds, LANGUAGES = sizeof languages / sizeof *languages };

static const struct field claim_fields[] = {
    FIELD(struct claim, kind, .help = "origin, purity, concentration, donor or potency"),
    FIELD(struct claim, found, .help = "The signed word that was found"),
    FIELD(struct claim, verdict, .help = "supported, in_part, unsupported or unknown"),
    FIELD(struct claim, rule, .help = "Rule that asks"),
    FIELD(struct claim, why, .help = "What the record holds"),
    FIELD(struct claim, may_print_ja, .help = "What may be printed instead, in Japanese"),
    FIELD(struct claim, may_print_en, .help = "What may be printed instead, in English"),
};
const struct schema claim_schema = SCHEMA("claim", struct claim, claim_fields);

bool claim_words_gather(struct work *work, struct rows *words)
{
    struct claim_words *items = arena_take(work->arena, KINDS * sizeof *items);
    *words = (struct rows){KINDS, items};
    for (size_t i = 0; i < KINDS; i++) {
        struct text text = text_open(work->arena);
        for (size_t j = 0; j < LANGUAGES; j++) {
            const char *signed_words = NULL;
            const char *key = arena_print(work->arena, "claim_words.%s.%s", kinds[i], languages[j]);
            if (!setting_text(work, key, &signed_words))
                return false;
            if (signed_words)
                text_print(&text, "%s ", signed_words);
        }
        items[i] = (struct claim_words){kinds[i], text.length ? text.bytes : NULL};
    }
    return true;
}

static const struct assay_result *standing_of(const struct rows *results, const char *attribute)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct assay_result *result = &ROWS(*results, const struct assay_result)[i];
        if (assay_stands(result) && text_equals(result->attribute, attribute))
            return result;
    }
    return NULL;
}

static struct real value_of(const struct rows *results, const char *attribute)
{
    const struct assay_result *result = standing_of(results, attribute);
    return result ? result->value : (struct real){0};
}

/* The code of the assay that says so, or none. */
static const char *shown_by(const struct rows *results, const char *attribute, const char *outcome)
{
    const struct assay_result *result = standing_of(results, attribute);
    bool shown = result && (outcome ? text_equals(result->outcome, outcome)
                                    : text_equals(result->verdict, "met"));
    return shown ? result->code : "none";
}

static bool gather_results(struct work *work, const struct lot *lot, struct claim_facts *facts)
{
    struct rows results;
    struct specification_limit purity = {0};
    bool defined = false;
    if (!view_list(work, &assay_result_table, "lot", value_text(lot->code), &results) ||
        !specification_limit_find(work, lot->specification, "purity_percent", &purity, &defined))
        return false;
    facts->origin = shown_by(&results, "endosomal_origin", "shown");
    facts->potency = shown_by(&results, "potency", NULL);
    facts->purity_definition = defined ? purity.basis : "none";
    facts->purity_percent = value_of(&results, "purity_percent");
    facts->particles_per_ug = value_of(&results, "particles_per_ug");
    facts->share_percent = value_of(&results, "size_share_50_400_percent");
    return true;
}

static bool add_donor(struct work *work, const char *tissue, struct claim_donor *items,
                      size_t *count)
{
    struct collection collection = {0};
    struct donor donor = {0};
    if (!view_need(work, &collection_table, "tissue", tissue, &collection) ||
        !view_need(work, &donor_table, "donor", collection.donor, &donor))
        return false;
    items[(*count)++] =
        (struct claim_donor){donor.code, collection.age_years, donor.identity_checked};
    return true;
}

/* One row for each tissue that the lot came from: the age is that of its collection. */
static bool gather_donors(struct work *work, const char *lot, struct rows *donors)
{
    static const char kind[] = "tissue:";
    struct rows nodes;
    if (!link_reach(work, link_name(work->arena, "lot", lot), LINK_BACKWARD, &nodes))
        return false;
    *donors = (struct rows){0, arena_take(work->arena, nodes.count * sizeof(struct claim_donor))};
    for (size_t i = 0; i < nodes.count; i++) {
        const char *name = ROWS(nodes, const struct link_node)[i].name;
        if (text_starts(name, kind) &&
            !add_donor(work, name + strlen(kind), donors->items, &donors->count))
            return false;
    }
    return true;
}

static bool gather_factors(struct work *work, const char *lot, struct claim_facts *facts)
{
    struct lot_figures figures = {0};
    if (!balance_figures(work, lot, &figures))
        return false;
    facts->volume_factor = figures.volume_factor;
    facts->particle_factor = figures.particle_factor;
    facts->particle_factor_uncertainty = figures.particle_factor_uncertainty;
    return true;
}

bool claim_gather(struct work *work, const char *code, struct claim_facts *facts)
{
    struct lot lot = {0};
    struct specification specification = {0};
    *facts = (struct claim_facts){0};
    if (!view_need(work, &lot_table, "lot", code, &lot) ||
        !specification_need(work, "lot", lot.specification, &specification))
        return false;
    facts->class_ja = wording_of(work->arena, specification.product_class, WORDING_JA);
    facts->class_en = wording_of(work->arena, specification.product_class, WORDING_EN);
    return claim_words_gather(work, &facts->words) && gather_results(work, &lot, facts) &&
           gather_donors(work, code, &facts->donors) && gather_factors(work, code, facts);
}

struct claim_check {
    const char *lot;
    const char *text;
};
static const struct field check_fields[] = {
    FIELD(struct claim_check, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct claim_check, text, .required = true, .prose = true, .longest = 2000,
          .help = "What somebody wants to print or say about it"),
};
static const struct schema check_schema = SCHEMA("claim_check", struct claim_check, check_fields);

static bool check_list(struct work *work, const void *input, struct rows *claims)
{
    const struct claim_check *asked = input;
    struct claim_facts facts;
    if (!claim_gather(work, asked->lot, &facts))
        return false;
    facts.text = asked->text;
    claim_judge(work->arena, &facts, claims);
    return true;
}

const struct operation claim_operations[CLAIM_OPERATIONS] = {
    {.name = "claim.check",
     .method = "GET",
     .path = "/lots/{lot}/claims/check",
     .summary =
         "Hold a text against the record: each claim in it, and what may be printed instead.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &check_schema,
     .output = &claim_schema,
     .list = check_list},
};
