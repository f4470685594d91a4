/* product.c: a specification is signed by two, version by version, and never changed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/product.h"

#include "contract/fact.h"

#include <string.h>

static const char *const classes[] = {"conditioned_medium",
                                      "concentrated_conditioned_medium",
                                      "ev_enriched",
                                      "purified_ev",
                                      "lyophilised_cm",
                                      "lyophilised_ev",
                                      "topical_serum",
                                      "placebo_vehicle",
                                      NULL};
static const char *const tissues[] = {"adipose",
                                      "dental_pulp_deciduous",
                                      "dental_pulp_permanent",
                                      "umbilical_cord",
                                      "bone_marrow",
                                      "placenta",
                                      "other",
                                      "none",
                                      NULL};
static const char *const decision_rules[] = {"simple", "guarded", "interval", NULL};
static const char *const demands[] = {"video", "calibrated_instrument", NULL};
static const char *const flag_demands[] = {"fine", "warn", NULL};

/* Attributes that the program computes itself come in one unit. */
static const struct {
    const char *attribute;
    const char *unit;
} computed[] = {{"particles_per_ml", "1/ml"},
                {"median_nm", "nm"},
                {"particles_per_ug", "1/ug"},
                {"visual_rejects_percent", "%"},
                {"filter_recovery_percent", "%"},
                {"membrane_yield_percent", "%"},
                {"mean_nm", "nm"},
                {"mode_nm", "nm"},
                {"d10_nm", "nm"},
                {"d50_nm", "nm"},
                {"d90_nm", "nm"},
                {"particles_at_or_above_d95_per_ml", "1/ml"}};

const struct rule product_rules[PRODUCT_RULES] = {
    {"PR-05.decision_rule/1",
     "Does every limit say how a value with its uncertainty is held against it?",
     "すべての限度値に、不確かさを含む値の判定方法が定められているか。", "JCGM 106, as signed"},
    {"PR-05.measured_by/1", "Is a measurement demanded only of a range that can be measured so?",
     "測定方法の指定は、その方法で測定できる数値範囲に限られているか。", "as signed"},
    {"PR-05.scope/1", "Is every limit asked for routes that the specification allows?",
     "すべての限度値の対象経路は、規格で許可された経路か。", "requirement PR-05"},
    {"PR-01.class/1", "Is the class of the product one of the signed list of product classes?",
     "製品の区分は署名済みの製品区分の一覧にあるか。", "requirement PR-01"},
    {"PR-01.vehicle/1", "Has a vehicle no source tissue, and everything else one?",
     "溶媒には由来組織がなく、それ以外にはあるか。", "requirement PR-01"},
};

static const struct field limit_input_fields[] = {
    FIELD(struct specification_limit, attribute, .required = true, .code = true, .longest = 64,
          .help = "What is measured, such as particles_per_ml"),
    FIELD(struct specification_limit, low, .help = "Lower limit"),
    FIELD(struct specification_limit, high, .help = "Upper limit"),
    FIELD(struct specification_limit, strict, .help = "The limits themselves lie outside"),
    FIELD(struct specification_limit, outcome, .code = true, .longest = 64,
          .help = "For tests without a value, such as no_growth"),
    FIELD(struct specification_limit, unit, .longest = 24, .help = "Unit of the limits"),
    FIELD(struct specification_limit, decision_rule, .choices = decision_rules,
          .help = "How uncertainty is decided on; a limit without one cannot be signed"),
    FIELD(struct specification_limit, measured_by, .choices = demands,
          .help = "What alone can meet it; any result where it is left out"),
    FIELD(struct specification_limit, flags_worst, .choices = flag_demands,
          .help = "Of a demanded video, the worst flag that may be raised; warn if left out"),
    FIELD(struct specification_limit, basis, .required = true, .longest = 400,
          .help = "Where the limit comes from"),
    FIELD(struct specification_limit, route_scope,
          .help = "Routes that it is asked for, separated by blanks; all where it is left out"),
};
static const struct schema limit_input =
    SCHEMA("specification_limit_given", struct specification_limit, limit_input_fields);

static const struct field limit_fields[] = {
    FIELD(struct specification_limit, specification, .help = "Specification, code/version"),
    FIELD(struct specification_limit, attribute, .help = "What is measured"),
    FIELD(struct specification_limit, low, .help = "Lower limit"),
    FIELD(struct specification_limit, high, .help = "Upper limit"),
    FIELD(struct specification_limit, strict, .help = "The limits themselves lie outside"),
    FIELD(struct specification_limit, outcome, .help = "For tests without a value"),
    FIELD(struct specification_limit, unit, .help = "Unit of the limits"),
    FIELD(struct specification_limit, decision_rule, .help = "How uncertainty is decided on"),
    FIELD(struct specification_limit, measured_by, .help = "What alone can meet it"),
    FIELD(struct specification_limit, flags_worst, .help = "Worst flag of a demanded video"),
    FIELD(struct specification_limit, basis, .help = "Where the limit comes from"),
    FIELD(struct specification_limit, route_scope, .help = "Routes that it is asked for"),
};
const struct schema specification_limit_schema =
    SCHEMA("specification_limit", struct specification_limit, limit_fields);
const struct table specification_limit_table = {"specification_limit", &specification_limit_schema,
                                                "specification attribute", "", TABLE_VIEW};

static const struct field specification_fields[] = {
    FIELD(struct specification, specification, .help = "Specification, code/version"),
    FIELD(struct specification, code, .help = "Code of the product"),
    FIELD(struct specification, version, .help = "Version"),
    FIELD(struct specification, product_class, .help = "Class of the product"),
    FIELD(struct specification, tissue, .help = "Source tissue that alone may go in"),
    FIELD(struct specification, routes, .help = "Allowed routes, separated by blanks"),
    FIELD(struct specification, shelf_life_months, .help = "Shelf life", .unit = "months"),
    FIELD(struct specification, storage_c, .help = "Warmest storage", .unit = "C"),
    FIELD(struct specification, freeze_thaw_most, .help = "Most thaws before use"),
    FIELD(struct specification, entry, .help = "Entry that signed it"),
};
static const struct schema specification_schema =
    SCHEMA("specification", struct specification, specification_fields);
const struct table specification_table = {"specification", &specification_schema, "specification",
                                          "", TABLE_VIEW};

struct approval {
    const char *specification; /* computed: code/version */
    const char *code;
    const char *version;
    const char *product_class;
    const char *tissue;
    const char *routes;
    struct count shelf_life_months;
    struct real storage_c;
    struct count freeze_thaw_most;
    struct rows limits;
};
static const struct field approval_fields[] = {
    FIELD(struct approval, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the product, without a slash"),
    FIELD(struct approval, version, .required = true, .code = true, .longest = 12,
          .help = "Version, without a slash"),
    FIELD(struct approval, product_class, .required = true, .choices = classes,
          .help = "Class of the product"),
    FIELD(struct approval, tissue, .required = true, .choices = tissues,
          .help = "Source tissue that alone may go in"),
    FIELD(struct approval, routes, .required = true, .help = "Allowed routes, separated by blanks"),
    FIELD(struct approval, shelf_life_months, .low = 1, .high = 240, .unit = "months",
          .help = "Shelf life; the signed setting holds where it is left out"),
    FIELD(struct approval, storage_c, .low = -273, .high = 40, .unit = "C",
          .help = "Warmest temperature of storage"),
    FIELD(struct approval, freeze_thaw_most, .low = 0, .high = 20, .help = "Most thaws before use"),
    FIELD(struct approval, limits, .required = true, .of = &limit_input,
          .help = "What each lot must meet"),
};
static const struct schema approval_input = SCHEMA("approval", struct approval, approval_fields);
static const struct field approved_fields[] = {
    FIELD(struct approval, specification, .help = "Specification, code/version"),
    FIELD(struct approval, code, .help = "Code of the product"),
    FIELD(struct approval, version, .help = "Version"),
    FIELD(struct approval, product_class, .help = "Class of the product"),
    FIELD(struct approval, tissue, .help = "Source tissue that alone may go in"),
    FIELD(struct approval, routes, .help = "Allowed routes, separated by blanks"),
    FIELD(struct approval, shelf_life_months, .help = "Shelf life", .unit = "months"),
    FIELD(struct approval, storage_c, .help = "Warmest storage", .unit = "C"),
    FIELD(struct approval, freeze_thaw_most, .help = "Most thaws before use"),
    FIELD(struct approval, limits, .of = &specification_limit_schema,
          .help = "What each lot must meet"),
};
static const struct schema approved_schema =
    SCHEMA("specification_approved", struct approval, approved_fields);

bool specification_need(struct work *work, const char *field, const char *name,
                        struct specification *specification)
{
    return view_need(work, &specification_table, field, name, specification);
}

bool specification_limit_find(struct work *work, const char *specification, const char *attribute,
                              struct specification_limit *limit, bool *found)
{
    return view_find(work, &specification_limit_table,
                     VALUES(value_text(specification), value_text(attribute)), limit, found);
}

const char *specification_limit_print(struct arena *arena, const struct specification_limit *limit)
{
    const char *unit = limit->unit ? limit->unit : "";
    const char *between = limit->unit ? " " : "";
    if (limit->outcome)
        return limit->outcome;
    if (limit->low.text && limit->high.text)
        return arena_print(arena, "%s%s to %s%s%s", limit->strict ? "between " : "",
                           limit->low.text, limit->high.text, between, unit);
    if (limit->low.text)
        return arena_print(arena, "%s %s%s%s", limit->strict ? ">" : ">=", limit->low.text, between,
                           unit);
    return arena_print(arena, "%s %s%s%s",
                       limit->strict ? "<" : "<=", limit->high.text ? limit->high.text : "",
                       between, unit);
}

const char *specification_limit_demand(struct arena *arena, const struct specification_limit *limit)
{
    if (!limit->measured_by)
        return NULL;
    if (text_equals(limit->measured_by, "video"))
        return arena_print(arena, "video, no flag worse than %s",
                           limit->flags_worst ? limit->flags_worst : "fine");
    return "a calibrated instrument";
}

/* What the measurement of a video computes, and what is derived from the record. An instrument may
 * measure anything else. */
static const char of_video[] = "particles_per_ml median_nm mean_nm mode_nm d10_nm d50_nm d90_nm "
                               "span particles_at_or_above_d95_per_ml";
static const char of_record[] = "particles_per_ug visual_rejects_percent filter_recovery_percent "
                                "membrane_yield_percent";

static bool can_be_demanded(const struct specification_limit *limit)
{
    if (limit->outcome)
        return false;
    return text_equals(limit->measured_by, "video") ? text_has_word(of_video, limit->attribute)
                                                    : !text_has_word(of_record, limit->attribute);
}

static bool check_demand(struct work *work, const struct specification_limit *limit)
{
    const bool video = text_equals(limit->measured_by, "video");
    if (limit->flags_worst && !video)
        return fail(&work->fault, FAULT_INPUT, "limits.flags_worst",
                    "The limit of %s speaks of flags and demands no video; give measured_by video "
                    "or leave flags_worst out.",
                    limit->attribute);
    return !limit->measured_by || can_be_demanded(limit) ||
           refuse(&work->fault, FAULT_RULE, "limits.measured_by", "PR-05.measured_by/1",
                  "%s is not measured by %s; leave measured_by out or correct the attribute.",
                  limit->attribute, video ? "video" : "an instrument");
}

static bool check_unit(struct work *work, const struct specification_limit *limit)
{
    for (size_t i = 0; i < sizeof computed / sizeof *computed; i++)
        if (text_equals(limit->attribute, computed[i].attribute) &&
            !text_equals(limit->unit, computed[i].unit))
            return fail(&work->fault, FAULT_INPUT, "limits.unit",
                        "The program computes %s in %s; give its limits in that unit.",
                        limit->attribute, computed[i].unit);
    return true;
}

static bool check_limit(struct work *work, const struct specification_limit *limit)
{
    bool ranged = limit->low.text || limit->high.text;
    if (ranged == (limit->outcome != NULL))
        return fail(&work->fault, FAULT_INPUT, "limits",
                    "The limit of %s must be either a range or an outcome; give one of them.",
                    limit->attribute);
    if (limit->low.text && limit->high.text && limit->low.value > limit->high.value)
        return fail(&work->fault, FAULT_INPUT, "limits.low",
                    "The lower limit of %s lies above the upper one; correct them.",
                    limit->attribute);
    if (!limit->decision_rule)
        return refuse(&work->fault, FAULT_RULE, "limits.decision_rule", "PR-05.decision_rule/1",
                      "The limit of %s does not say how it is decided; give its decision_rule.",
                      limit->attribute);
    return check_demand(work, limit) && check_unit(work, limit);
}

/* A limit for a route that is not allowed would never be asked. */
static bool check_scope(struct work *work, const struct specification_limit *limit,
                        const char *routes)
{
    size_t count = 0;
    const char *words = limit->route_scope ? limit->route_scope : "";
    const char **scope = text_split(work->arena, words, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (!text_has_word(routes, scope[i]))
            return refuse(&work->fault, FAULT_RULE, "limits.route_scope", "PR-05.scope/1",
                          "The limit of %s names the route %s, which is not allowed; correct one "
                          "of them.",
                          limit->attribute, scope[i]);
    return true;
}

static bool check_limits(struct work *work, const struct approval *given)
{
    const struct specification_limit *limits = given->limits.items;
    for (size_t i = 0; i < given->limits.count; i++) {
        for (size_t j = 0; j < i; j++)
            if (text_equals(limits[i].attribute, limits[j].attribute))
                return fail(&work->fault, FAULT_INPUT, "limits.attribute",
                            "The attribute %s stands twice; give it once.", limits[i].attribute);
        if (!check_limit(work, &limits[i]) || !check_scope(work, &limits[i], given->routes))
            return false;
    }
    return true;
}

/* The signed list also says what is no product that can be specified: reagents, cosmetics. */
static bool check_class(struct work *work, const struct approval *given)
{
    struct fact fact = {0};
    bool found = false;
    struct rows signed_rows;
    if (!fact_find(work, "product_classes", given->product_class, &fact, &found) ||
        !view_list(work, &fact_row_table, "name", value_text("product_classes"), &signed_rows))
        return false;
    return found || !signed_rows.count ||
           refuse(&work->fault, FAULT_RULE, "product_class", "PR-01.class/1",
                  "The class %s is not in the signed list of product classes; sign the list or "
                  "choose another class.",
                  given->product_class);
}

static bool check_tissue(struct work *work, const struct approval *given)
{
    bool vehicle = text_equals(given->product_class, "placebo_vehicle");
    return vehicle == text_equals(given->tissue, "none") ||
           refuse(&work->fault, FAULT_RULE, "tissue", "PR-01.vehicle/1",
                  "A vehicle has the tissue none, and every other class names its tissue; correct "
                  "one of them.");
}

static bool approve_judge(struct work *work, const void *input, void *body)
{
    const struct approval *given = input;
    struct approval *approved = body;
    struct specification_limit *limits = given->limits.items;
    *approved = *given;
    approved->specification = arena_print(work->arena, "%s/%s", given->code, given->version);
    if (strchr(given->code, '/') || strchr(given->version, '/'))
        return fail(&work->fault, FAULT_INPUT, "code",
                    "Code and version are joined by a slash; leave slashes out of both.");
    for (size_t i = 0; i < given->limits.count; i++) {
        limits[i].specification = approved->specification;
        if (text_equals(limits[i].measured_by, "video") && !limits[i].flags_worst)
            limits[i].flags_worst = "warn";
    }
    return check_class(work, given) && check_tissue(work, given) && check_limits(work, given) &&
           view_free(work, &specification_table, "version", approved->specification);
}

static bool approve_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct approval *given = body;
    const struct specification row = {.specification = given->specification,
                                      .code = given->code,
                                      .version = given->version,
                                      .product_class = given->product_class,
                                      .tissue = given->tissue,
                                      .routes = given->routes,
                                      .shelf_life_months = given->shelf_life_months,
                                      .storage_c = given->storage_c,
                                      .freeze_thaw_most = given->freeze_thaw_most,
                                      .entry = entry->seq};
    for (size_t i = 0; i < given->limits.count; i++)
        if (!view_put(work, &specification_limit_table,
                      &ROWS(given->limits, const struct specification_limit)[i]))
            return false;
    return view_put(work, &specification_table, &row);
}

struct specification_key {
    const char *code;
    const char *version;
};
static const struct field key_fields[] = {
    FIELD(struct specification_key, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the product"),
    FIELD(struct specification_key, version, .required = true, .code = true, .longest = 12,
          .help = "Version"),
};
static const struct schema key_schema =
    SCHEMA("specification_key", struct specification_key, key_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct specification_key *key = input;
    struct approval *shown = row;
    struct specification found = {0};
    const char *name = arena_print(work->arena, "%s/%s", key->code, key->version);
    if (!specification_need(work, "version", name, &found) ||
        !view_list(work, &specification_limit_table, "specification", value_text(name),
                   &shown->limits))
        return false;
    shown->specification = found.specification;
    shown->code = found.code;
    shown->version = found.version;
    shown->product_class = found.product_class;
    shown->tissue = found.tissue;
    shown->routes = found.routes;
    shown->shelf_life_months = found.shelf_life_months;
    shown->storage_c = found.storage_c;
    shown->freeze_thaw_most = found.freeze_thaw_most;
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &specification_table, page->after, page_limit(page), rows);
}

const struct operation product_operations[PRODUCT_OPERATIONS] = {
    {.name = "specification.approve",
     .method = "POST",
     .path = "/specifications",
     .summary = "Sign what a product must be: source tissue, routes and the limits of each test.",
     .permission = PERMIT_SPECIFICATION_APPROVE,
     .effect = RECORDS,
     .signature = "approved",
     .witness = PERMIT_SPECIFICATION_COUNTERSIGN,
     .input = &approval_input,
     .output = &approved_schema,
     .subject = "specification",
     .judge = approve_judge,
     .apply = approve_apply},
    {.name = "specification.show",
     .method = "GET",
     .path = "/specifications/{code}/versions/{version}",
     .summary = "Show one version of a specification with its limits.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &key_schema,
     .output = &approved_schema,
     .read = show_read},
    {.name = "specification.list",
     .method = "GET",
     .path = "/specifications",
     .summary = "List the specifications that were signed.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &specification_schema,
     .list = list_read},
};
