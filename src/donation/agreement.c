/* agreement.c: item by item, signed by the donor or a proxy; taken back until processing begins. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/agreement.h"

#include "contract/hold.h"
#include "contract/setting.h"
#include "donation/collection.h"
#include "donation/donor.h"

static const char *const answers[] = {"yes", "not_applicable", NULL};
static const char *const signers[] = {"donor", "proxy", NULL};
static const char *const understandings[] = {"understood", "not_able", "refused", NULL};

struct item {
    const char *code;
    const char *answer;
    const char *why;
};
static const struct field item_fields[] = {
    FIELD(struct item, code, .required = true, .code = true, .longest = 24,
          .help = "Item of the signed list, as DA-01"),
    FIELD(struct item, answer, .required = true, .choices = answers,
          .help = "Explained and agreed, or not applicable"),
    FIELD(struct item, why, .personal = true, .help = "Why an item does not apply"),
};
static const struct schema item_schema = SCHEMA("agreement_item", struct item, item_fields);

struct agreeing {
    const char *code;
    const char *donor;
    const char *version;
    struct date signed_on;
    const char *explained_by;
    const char *signer;
    const char *proxy_name;
    const char *proxy_relation;
    const char *own_understanding;
    struct rows items;
    struct agreement_facts facts;
    struct rows findings;
};
static const struct field asked_fields[] = {
    FIELD(struct agreeing, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the agreement"),
    FIELD(struct agreeing, donor, .required = true, .code = true, .longest = 24, .help = "Donor"),
    FIELD(struct agreeing, version, .required = true, .code = true, .longest = 24,
          .help = "Version of the form"),
    FIELD(struct agreeing, signed_on, .required = true, .help = "Day of the signature"),
    FIELD(struct agreeing, explained_by, .required = true, .code = true, .longest = 24,
          .help = "Account that explained it"),
    FIELD(struct agreeing, signer, .required = true, .choices = signers, .help = "Who signed"),
    FIELD(struct agreeing, proxy_name, .personal = true, .help = "Name of the proxy"),
    FIELD(struct agreeing, proxy_relation, .longest = 60, .help = "Relation of the proxy"),
    FIELD(struct agreeing, own_understanding, .choices = understandings,
          .help = "What a child understood, where able"),
    FIELD(struct agreeing, items, .required = true, .of = &item_schema,
          .help = "One row per item of the signed list"),
};
static const struct schema asked_schema = SCHEMA("agreement_record", struct agreeing, asked_fields);
static const struct field facts_fields[] = {
    FIELD(struct agreement_facts, missing, .help = "Items without an answer, or none"),
    FIELD(struct agreement_facts, signer, .help = "Who signed"),
    FIELD(struct agreement_facts, proxy_relation, .help = "Relation of the proxy"),
    FIELD(struct agreement_facts, own_understanding, .help = "What a child understood"),
    FIELD(struct agreement_facts, age_years, .unit = "years", .help = "Age of the donor"),
    FIELD(struct agreement_facts, proxy_below_years, .unit = "years", .help = "Signed age"),
    FIELD(struct agreement_facts, payment_yen, .unit = "yen", .help = "Paid for the tissue"),
};
static const struct schema facts_schema =
    SCHEMA("agreement_facts", struct agreement_facts, facts_fields);
static const struct field body_fields[] = {
    FIELD(struct agreeing, code, .help = "Code of the agreement"),
    FIELD(struct agreeing, donor, .help = "Donor"),
    FIELD(struct agreeing, version, .help = "Version of the form"),
    FIELD(struct agreeing, signed_on, .help = "Day of the signature"),
    FIELD(struct agreeing, explained_by, .help = "Account that explained it"),
    FIELD(struct agreeing, signer, .help = "Who signed"),
    FIELD(struct agreeing, proxy_name, .personal = true, .help = "Name of the proxy"),
    FIELD(struct agreeing, proxy_relation, .help = "Relation of the proxy"),
    FIELD(struct agreeing, own_understanding, .help = "What a child understood"),
    FIELD(struct agreeing, items, .of = &item_schema, .help = "One row per item"),
    FIELD(struct agreeing, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct agreeing, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema body_schema = SCHEMA("agreement_recorded", struct agreeing, body_fields);

static const struct field row_fields[] = {
    FIELD(struct agreement, code, .help = "Code of the agreement"),
    FIELD(struct agreement, donor, .help = "Donor"),
    FIELD(struct agreement, site, .help = "Site"),
    FIELD(struct agreement, version, .help = "Version of the form"),
    FIELD(struct agreement, signed_on, .help = "Day of the signature"),
    FIELD(struct agreement, explained_by, .help = "Account that explained it"),
    FIELD(struct agreement, signer, .help = "Who signed"),
    FIELD(struct agreement, proxy_relation, .help = "Relation of the proxy"),
    FIELD(struct agreement, own_understanding, .help = "What a child understood"),
    FIELD(struct agreement, withdrawn_on, .help = "Day of the withdrawal"),
    FIELD(struct agreement, entry, .help = "Entry that says so"),
    FIELD(struct agreement, withdrawn_entry, .help = "Entry of the withdrawal, or 0"),
};
static const struct schema row_schema = SCHEMA("agreement", struct agreement, row_fields);
const struct table agreement_table = {"agreement", &row_schema, "code", "donor", TABLE_VIEW};

static bool check_items(struct work *work, const struct rows *items, const char *list)
{
    const struct item *rows = ROWS(*items, const struct item);
    for (size_t i = 0; i < items->count; i++) {
        if (list && !text_has_word(list, rows[i].code))
            return fail(&work->fault, FAULT_INPUT, "items.code",
                        "The item %s is not in the signed list; correct its code.", rows[i].code);
        if (text_equals(rows[i].answer, "not_applicable") && !rows[i].why)
            return fail(&work->fault, FAULT_INPUT, "items.why",
                        "Say in why what makes the item %s not applicable.", rows[i].code);
        for (size_t j = 0; j < i; j++)
            if (text_equals(rows[i].code, rows[j].code))
                return fail(&work->fault, FAULT_INPUT, "items.code",
                            "The item %s stands twice; give it once.", rows[i].code);
    }
    return true;
}

static const char *find_missing(struct arena *arena, const struct rows *items, const char *list)
{
    size_t count = 0;
    struct text text = text_open(arena);
    const char **codes = text_split(arena, list ? list : "", ' ', &count);
    for (size_t i = 0; i < count; i++) {
        bool answered = false;
        for (size_t j = 0; j < items->count; j++)
            answered = answered || text_equals(ROWS(*items, const struct item)[j].code, codes[i]);
        if (!answered)
            text_print(&text, "%s%s", text.length ? " " : "", codes[i]);
    }
    if (!count)
        return NULL;
    return text.length ? text.bytes : "none";
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct agreeing *given = input;
    struct agreeing *made = body;
    struct donor donor = {0};
    struct account explainer = {0};
    const char *list = NULL;
    *made = *given;
    if (!donor_need(work, given->donor, &donor) ||
        !view_need(work, &account_table, "explained_by", given->explained_by, &explainer) ||
        !donor_check_day(work, "signed_on", given->signed_on) ||
        !view_free(work, &agreement_table, "code", given->code) ||
        !setting_text(work, "donor_agreement_items", &list) ||
        !setting_count(work, "donor_proxy_below_years", &made->facts.proxy_below_years) ||
        !check_items(work, &given->items, list))
        return false;
    if (text_equals(given->signer, "proxy") && !given->proxy_name)
        return fail(&work->fault, FAULT_INPUT, "proxy_name",
                    "A proxy signed: give the name in proxy_name.");
    made->facts.missing = find_missing(work->arena, &given->items, list);
    made->facts.signer = given->signer;
    made->facts.proxy_relation = given->proxy_relation;
    made->facts.own_understanding = given->own_understanding;
    made->facts.age_years = (struct count){true, donor.age_years};
    made->facts.payment_yen = (struct count){true, donor.payment_yen};
    agreement_judge(work->arena, &made->facts, &made->findings);
    return findings_allow(work->arena, &work->fault, "items", &made->findings,
                          "The agreement cannot be recorded");
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct agreeing *made = body;
    const struct agreement row = {
        .code = made->code,
        .donor = made->donor,
        .site = entry->site,
        .version = made->version,
        .signed_on = made->signed_on,
        .explained_by = made->explained_by,
        .signer = made->signer,
        .proxy_relation = made->proxy_relation,
        .own_understanding = made->own_understanding,
        .entry = entry->seq,
    };
    return view_put(work, &agreement_table, &row);
}

static bool record_again(struct work *work, const void *body, struct rows *findings)
{
    const struct agreeing *made = body;
    agreement_judge(work->arena, &made->facts, findings);
    return true;
}

struct withdrawal {
    const char *code;
    const char *donor;
    const char *withdrawn_by;
    struct date withdrawn_on;
    const char *processed;
};
static const struct field withdraw_fields[] = {
    FIELD(struct withdrawal, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the agreement"),
    FIELD(struct withdrawal, donor, .required = true, .code = true, .longest = 24, .help = "Donor"),
    FIELD(struct withdrawal, withdrawn_by, .required = true, .choices = signers,
          .help = "Who took it back"),
    FIELD(struct withdrawal, withdrawn_on, .required = true, .help = "Day"),
};
static const struct schema withdraw_schema =
    SCHEMA("agreement_withdrawal", struct withdrawal, withdraw_fields);
static const struct field withdrawn_fields[] = {
    FIELD(struct withdrawal, code, .help = "Code of the agreement"),
    FIELD(struct withdrawal, donor, .help = "Donor"),
    FIELD(struct withdrawal, withdrawn_by, .help = "Who took it back"),
    FIELD(struct withdrawal, withdrawn_on, .help = "Day"),
    FIELD(struct withdrawal, processed, .help = "What was made from the tissue, or none"),
};
static const struct schema withdrawn_schema =
    SCHEMA("agreement_withdrawn", struct withdrawal, withdrawn_fields);

/* What was made from any tissue of the donor: words, or "none". */
static bool find_processed(struct work *work, const char *donor, const char **processed)
{
    struct rows tissues;
    struct text text = text_open(work->arena);
    if (!view_list(work, &collection_table, "donor", value_text(donor), &tissues))
        return false;
    for (size_t i = 0; i < tissues.count; i++) {
        struct rows ties;
        const char *code = ROWS(tissues, const struct collection)[i].code;
        if (!link_ties(work, link_name(work->arena, "tissue", code), LINK_FORWARD, &ties))
            return false;
        for (size_t j = 0; j < ties.count; j++)
            text_print(&text, "%s%s", text.length ? " " : "",
                       ROWS(ties, const struct link)[j].child);
    }
    *processed = text.length ? text.bytes : "none";
    return true;
}

static bool withdraw_judge(struct work *work, const void *input, void *body)
{
    const struct withdrawal *given = input;
    struct withdrawal *made = body;
    struct agreement agreement = {0};
    *made = *given;
    if (!view_need(work, &agreement_table, "code", given->code, &agreement) ||
        !operation_at_site(work, "code", agreement.site, "agreement") ||
        !donor_check_day(work, "withdrawn_on", given->withdrawn_on) ||
        !find_processed(work, given->donor, &made->processed))
        return false;
    if (!text_equals(agreement.donor, given->donor))
        return fail(&work->fault, FAULT_INPUT, "donor", "The agreement %s is of donor %s.",
                    given->code, agreement.donor);
    if (agreement.withdrawn_entry)
        return fail(&work->fault, FAULT_CONFLICT, "code",
                    "The agreement %s was withdrawn on %s already.", given->code,
                    agreement.withdrawn_on.text);
    return agreement_judge_withdrawal(made->processed) == VERDICT_MET ||
           refuse(&work->fault, FAULT_RULE, "code", "DN-15.withdrawal/1",
                  "The agreement %s can no longer be withdrawn: it could be until processing "
                  "began, and the tissue has become %s; tell the donor so, and ask the quality "
                  "unit whether what is left shall be held.",
                  given->code, made->processed);
}

static bool withdraw_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct withdrawal *made = body;
    struct agreement agreement = {0};
    if (!view_need(work, &agreement_table, "code", made->code, &agreement))
        return false;
    agreement.withdrawn_on = made->withdrawn_on;
    agreement.withdrawn_entry = entry->seq;
    return view_put(work, &agreement_table, &agreement);
}

bool agreement_follow(struct work *work, const struct entry *entry, const void *body,
                      struct rows *inputs)
{
    const struct withdrawal *made = body;
    struct hold_order *order = arena_take(work->arena, sizeof *order);
    (void)entry;
    *order = (struct hold_order){link_name(work->arena, "donor", made->donor), "withdrawal"};
    *inputs = (struct rows){1, order};
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &agreement_table, "donor", value_text(key->code), rows);
}

const struct operation agreement_operations[AGREEMENT_OPERATIONS] = {
    {.name = "agreement.record",
     .method = "POST",
     .path = "/donors/{donor}/agreements",
     .summary = "Record what a donor, or a proxy, agreed to, item by item.",
     .permission = PERMIT_DONOR_WRITE,
     .effect = RECORDS,
     .input = &asked_schema,
     .output = &body_schema,
     .subject = "code",
     .person = "donor",
     .person_kind = "donor",
     .judge = record_judge,
     .apply = record_apply,
     .judge_again = record_again},
    {.name = "agreement.withdraw",
     .method = "POST",
     .path = "/donors/{donor}/agreements/{code}/withdrawal",
     .summary = "Record that an agreement was taken back; possible until processing begins.",
     .permission = PERMIT_DONOR_WRITE,
     .effect = RECORDS,
     .input = &withdraw_schema,
     .output = &withdrawn_schema,
     .subject = "code",
     .judge = withdraw_judge,
     .apply = withdraw_apply},
    {.name = "agreement.list",
     .method = "GET",
     .path = "/donors/{code}/agreements",
     .summary = "List the agreements of a donor.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
