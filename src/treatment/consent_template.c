/* consent_template.c: a form is published only with every item and all unapproved statements. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/consent_template.h"

#include "contract/setting.h"
#include "manufacture/product.h"
#include "treatment/plan.h"

static const struct field statement_fields[] = {
    FIELD(struct consent_statement, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the item, such as CS-01 or UA-5"),
    FIELD(struct consent_statement, text, .required = true, .longest = 4000, .prose = true,
          .help = "What the form says; why, where an item does not apply"),
    FIELD(struct consent_statement, text_en, .longest = 4000, .prose = true,
          .help = "The same in English"),
    FIELD(struct consent_statement, not_applicable,
          .help = "The item does not apply, and text says why"),
};
static const struct schema statement_schema =
    SCHEMA("consent_statement", struct consent_statement, statement_fields);

static const struct field row_fields[] = {
    FIELD(struct consent_template, template, .help = "Form, code/version"),
    FIELD(struct consent_template, code, .help = "Code of the form"),
    FIELD(struct consent_template, version, .help = "Version"),
    FIELD(struct consent_template, title, .help = "Title"),
    FIELD(struct consent_template, specification, .help = "Product specification"),
    FIELD(struct consent_template, route, .help = "Route"),
    FIELD(struct consent_template, tissue, .help = "Source tissue"),
    FIELD(struct consent_template, maker, .help = "Site of the maker"),
    FIELD(struct consent_template, protocol, .help = "Protocol, if it names one"),
    FIELD(struct consent_template, price_list, .help = "Price list, if it names one"),
    FIELD(struct consent_template, oldest_accepted, .help = "Oldest version that still suffices"),
    FIELD(struct consent_template, valid_days, .unit = "days", .help = "How long a consent lasts"),
    FIELD(struct consent_template, statements, .of = &statement_schema, .help = "What it says"),
    FIELD(struct consent_template, entry, .help = "Entry that published it"),
};
static const struct schema row_schema =
    SCHEMA("consent_template", struct consent_template, row_fields);
const struct table consent_template_table = {"consent_template", &row_schema, "template", "code",
                                             TABLE_VIEW};

static const struct field facts_fields[] = {
    FIELD(struct template_facts, required, .help = "Signed list of codes"),
    FIELD(struct template_facts, items_missing, .help = "Items without a text, or none"),
    FIELD(struct template_facts, statements_missing, .help = "Statements without a text, or none"),
    FIELD(struct template_facts, promises, .help = "Words that promise a benefit, or none"),
    FIELD(struct template_facts, names, .help = "Names that nothing was shown for, or none"),
};
const struct schema template_facts_schema =
    SCHEMA("template_facts", struct template_facts, facts_fields);

struct publishing {
    const char *template;
    const char *code;
    int64_t version;
    const char *title;
    const char *specification;
    const char *route;
    const char *tissue;
    const char *maker;
    const char *protocol;
    const char *price_list;
    int64_t oldest_accepted;
    struct count valid_days;
    struct rows statements;
    struct template_facts facts;
    struct rows findings;
    struct rows used;
};
static const struct field input_fields[] = {
    FIELD(struct publishing, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the form, such as CT-IV"),
    FIELD(struct publishing, version, .required = true, .low = 1, .high = 1e6,
          .help = "Version, counting up"),
    FIELD(struct publishing, title, .help = "Title"),
    FIELD(struct publishing, specification, .required = true, .code = true, .longest = 64,
          .help = "Product specification, code/version"),
    FIELD(struct publishing, route, .required = true, .code = true, .longest = 24, .help = "Route"),
    FIELD(struct publishing, tissue, .required = true, .code = true, .longest = 40,
          .help = "Source tissue"),
    FIELD(struct publishing, maker, .required = true, .code = true, .longest = 24,
          .help = "Site of the maker"),
    FIELD(struct publishing, protocol, .code = true, .longest = 40,
          .help = "Protocol that it describes, if any"),
    FIELD(struct publishing, price_list, .code = true, .longest = 40,
          .help = "Price list that it names, if any"),
    FIELD(struct publishing, oldest_accepted, .low = 1, .high = 1e6,
          .help = "Oldest version that still suffices; this one when left out"),
    FIELD(struct publishing, valid_days, .low = 1, .high = 36500, .unit = "days",
          .help = "How long a consent lasts; without end when left out"),
    FIELD(struct publishing, statements, .required = true, .of = &statement_schema,
          .help = "Every item with its text"),
};
static const struct schema input_schema =
    SCHEMA("consent_publish", struct publishing, input_fields);
static const struct field body_fields[] = {
    FIELD(struct publishing, template, .help = "Form, code/version"),
    FIELD(struct publishing, code, .help = "Code of the form"),
    FIELD(struct publishing, version, .help = "Version"),
    FIELD(struct publishing, title, .help = "Title"),
    FIELD(struct publishing, specification, .help = "Product specification"),
    FIELD(struct publishing, route, .help = "Route"),
    FIELD(struct publishing, tissue, .help = "Source tissue"),
    FIELD(struct publishing, maker, .help = "Site of the maker"),
    FIELD(struct publishing, protocol, .help = "Protocol, if it names one"),
    FIELD(struct publishing, price_list, .help = "Price list, if it names one"),
    FIELD(struct publishing, oldest_accepted, .help = "Oldest version that still suffices"),
    FIELD(struct publishing, valid_days, .unit = "days", .help = "How long a consent lasts"),
    FIELD(struct publishing, statements, .of = &statement_schema, .help = "What it says"),
    FIELD(struct publishing, facts, .of = &template_facts_schema, .help = "What was known"),
    FIELD(struct publishing, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct publishing, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema body_schema =
    SCHEMA("consent_published", struct publishing, body_fields);

bool consent_template_oldest(struct work *work, const char *code, int64_t *version)
{
    struct consent_template newest = {0};
    bool found = false;
    bool worked = view_newest(work, &consent_template_table, code, &newest, &found);
    *version = newest.version > 0 ? newest.oldest_accepted : 0;
    return worked;
}

/* Versions count up, so that the newest form is also the one published last. */
static bool check_version(struct work *work, const struct publishing *publishing)
{
    struct rows rows;
    if (publishing->oldest_accepted > publishing->version)
        return fail(&work->fault, FAULT_INPUT, "oldest_accepted",
                    "The field oldest_accepted lies "
                    "behind the version itself; correct it.");
    if (!view_list(work, &consent_template_table, "code", value_text(publishing->code), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (ROWS(rows, const struct consent_template)[i].version >= publishing->version)
            return fail(&work->fault, FAULT_CONFLICT, "version",
                        "Form %s is published already; "
                        "take a version above it.",
                        ROWS(rows, const struct consent_template)[i].template);
    return true;
}

static bool check_product(struct work *work, const struct publishing *publishing,
                          struct specification *specification)
{
    if (!specification_need(work, "specification", publishing->specification, specification))
        return false;
    if (plan_route_allowed(work->arena, specification->routes, publishing->route) != VERDICT_MET)
        return refuse(&work->fault, FAULT_RULE, "route", "PR-05.route/1",
                      "The specification %s "
                      "allows only: %s.",
                      specification->specification, specification->routes);
    return text_equals(specification->tissue, publishing->tissue) ||
           fail(&work->fault, FAULT_INPUT, "tissue", "The specification %s is made from %s.",
                specification->specification, specification->tissue);
}

static bool publish_judge(struct work *work, const void *input, void *body)
{
    struct publishing *publishing = body;
    struct specification specification = {0};
    struct template_lists lists = {0};
    struct site maker = {0};
    struct use *uses = arena_take(work->arena, sizeof *uses);
    *publishing = *(const struct publishing *)input;
    publishing->template =
        arena_print(work->arena, "%s/%lld", publishing->code, (long long)publishing->version);
    if (!publishing->oldest_accepted)
        publishing->oldest_accepted = publishing->version;
    if (!check_version(work, publishing) || !check_product(work, publishing, &specification) ||
        !view_need(work, &site_table, "maker", publishing->maker, &maker) ||
        !setting_text(work, "consent_required", &lists.required) ||
        !setting_text(work, "promises", &lists.promises) ||
        !setting_text(work, "unproven_names", &lists.names))
        return false;
    uses->entry = specification.entry;
    publishing->used = (struct rows){1, uses};
    publishing->facts = consent_template_lacks(work->arena, &lists, &publishing->statements);
    consent_template_judge(work->arena, &publishing->facts, &publishing->findings);
    return findings_allow(work->arena, &work->fault, "statements", &publishing->findings,
                          "The form cannot be published");
}

static bool publish_again(struct work *work, const void *body, struct rows *findings)
{
    const struct publishing *publishing = body;
    consent_template_judge(work->arena, &publishing->facts, findings);
    return true;
}

static bool publish_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct publishing *publishing = body;
    const struct consent_template row = {
        .template = publishing->template,
        .code = publishing->code,
        .version = publishing->version,
        .title = publishing->title,
        .specification = publishing->specification,
        .route = publishing->route,
        .tissue = publishing->tissue,
        .maker = publishing->maker,
        .protocol = publishing->protocol,
        .price_list = publishing->price_list,
        .oldest_accepted = publishing->oldest_accepted,
        .valid_days = publishing->valid_days,
        .statements = publishing->statements,
        .entry = entry->seq,
    };
    return view_put(work, &consent_template_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &consent_template_table, page->after, page_limit(page), rows);
}

const struct operation consent_template_operations[CONSENT_TEMPLATE_OPERATIONS] = {
    {.name = "consent.publish",
     .method = "POST",
     .path = "/consents/templates",
     .summary = "Publish a consent form with every item and all unapproved statements.",
     .permission = PERMIT_CONSENT_PUBLISH,
     .effect = RECORDS,
     .signature = "approved",
     .input = &input_schema,
     .output = &body_schema,
     .subject = "template",
     .judge = publish_judge,
     .apply = publish_apply,
     .judge_again = publish_again},
    {.name = "consent.templates",
     .method = "GET",
     .path = "/consents/templates",
     .summary = "List the consent forms that were published, with what they say.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &row_schema,
     .list = list_read},
};
