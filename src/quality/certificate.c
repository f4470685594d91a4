/* certificate.c: a release issues its certificate in the same transaction; its bytes are kept. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/certificate.h"

#include "quality/certificate_page.h"
#include "quality/certificate_tests.h"
#include "quality/claim.h"
#include "quality/kept.h"

const struct rule certificate_rules[CERTIFICATE_RULES] = {
    {"PR-02.certificate/1", "Does no line of the certificate name an origin that is not shown?",
     "成績書に証拠のない由来の表示がないか。", "MISEV2018, MISEV2023"},
};

static const struct field test_fields[] = {
    FIELD(struct certificate_test, attribute, .help = "What was measured"),
    FIELD(struct certificate_test, code, .help = "Assay or investigation"),
    FIELD(struct certificate_test, method, .help = "Method"),
    FIELD(struct certificate_test, result, .help = "Result as printed"),
    FIELD(struct certificate_test, unit, .help = "Unit"),
    FIELD(struct certificate_test, uncertainty, .help = "Expanded uncertainty"),
    FIELD(struct certificate_test, loq, .help = "Limit of quantification"),
    FIELD(struct certificate_test, beside, .help = "Numbers beside it without a limit"),
    FIELD(struct certificate_test, limit, .help = "Limit of the specification"),
    FIELD(struct certificate_test, decision_rule, .help = "How it is decided"),
    FIELD(struct certificate_test, verdict, .help = "Verdict; none where no limit is set"),
    FIELD(struct certificate_test, standing, .help = "standing, invalidated or amended"),
    FIELD(struct certificate_test, reason, .help = "Why it does not count or apply"),
    FIELD(struct certificate_test, read_on, .help = "Day of the result"),
};
static const struct schema test_schema =
    SCHEMA("certificate_test", struct certificate_test, test_fields);
static const struct field figure_fields[] = {
    FIELD(struct certificate_figure, name, .help = "Figure"),
    FIELD(struct certificate_figure, value, .help = "Value as printed"),
    FIELD(struct certificate_figure, uncertainty, .help = "Its uncertainty, k = 1"),
};
static const struct schema figure_schema =
    SCHEMA("certificate_figure", struct certificate_figure, figure_fields);
static const struct field data_fields[] = {
    FIELD(struct certificate_data, code, .help = "Code of the certificate"),
    FIELD(struct certificate_data, record, .help = "Identifier of the record"),
    FIELD(struct certificate_data, release_entry, .help = "Entry of the release"),
    FIELD(struct certificate_data, release_hash, .help = "Hash of that entry"),
    FIELD(struct certificate_data, lot, .help = "Lot"),
    FIELD(struct certificate_data, kind, .help = "product or vehicle"),
    FIELD(struct certificate_data, product, .help = "Product"),
    FIELD(struct certificate_data, product_class, .help = "Class of the product"),
    FIELD(struct certificate_data, specification, .help = "Specification, code/version"),
    FIELD(struct certificate_data, tissue, .help = "Source tissue"),
    FIELD(struct certificate_data, maker, .help = "Maker"),
    FIELD(struct certificate_data, filled_on, .help = "Day of filling"),
    FIELD(struct certificate_data, expires_on, .help = "Last usable day"),
    FIELD(struct certificate_data, vials_made, .help = "Vials made", .unit = "vials"),
    FIELD(struct certificate_data, vials_released, .help = "Vials in stock at release",
          .unit = "vials"),
    FIELD(struct certificate_data, volume_per_vial_ul, .help = "Volume in a vial", .unit = "uL"),
    FIELD(struct certificate_data, tests, .of = &test_schema, .help = "Results, as printed"),
    FIELD(struct certificate_data, figures, .of = &figure_schema, .help = "Of the process"),
    FIELD(struct certificate_data, potency, .help = "Potency assay that was met, or none"),
    FIELD(struct certificate_data, released_by, .help = "Account that released"),
    FIELD(struct certificate_data, released_by_name, .help = "Name beside the signature"),
    FIELD(struct certificate_data, released_at, .help = "When it was signed"),
};
const struct schema certificate_data_schema =
    SCHEMA("certificate_data", struct certificate_data, data_fields);

static const struct field order_fields[] = {
    FIELD(struct certificate_order, code, .required = true, .code = true, .longest = 32,
          .help = "Code of the certificate"),
    FIELD(struct certificate_order, lot, .required = true, .code = true, .longest = 24,
          .help = "Lot"),
    FIELD(struct certificate_order, release, .required = true, .help = "Entry of the release"),
};
const struct schema certificate_order_schema =
    SCHEMA("certificate_order", struct certificate_order, order_fields);

struct certificate {
    const char *code;
    const char *lot;
    int64_t release;
    struct certificate_data data;
    const char *data_sha256;
    struct file file;
};
static const struct field issued_fields[] = {
    FIELD(struct certificate, code, .help = "Code of the certificate"),
    FIELD(struct certificate, lot, .help = "Lot"),
    FIELD(struct certificate, release, .help = "Entry of the release"),
    FIELD(struct certificate, data, .of = &certificate_data_schema, .help = "What it says"),
    FIELD(struct certificate, data_sha256, .help = "SHA-256 of the canonical data"),
    FIELD(struct certificate, file, .help = "The pages as they were issued"),
};
static const struct schema issued_schema =
    SCHEMA("certificate_issued", struct certificate, issued_fields);

struct certificate_row {
    const char *code;
    const char *lot;
    int64_t release;
    const char *data_sha256;
    const char *sha256;
    int64_t entry;
};
static const struct field row_fields[] = {
    FIELD(struct certificate_row, code, .help = "Code of the certificate"),
    FIELD(struct certificate_row, lot, .help = "Lot"),
    FIELD(struct certificate_row, release, .help = "Entry of the release"),
    FIELD(struct certificate_row, data_sha256, .help = "SHA-256 of the canonical data"),
    FIELD(struct certificate_row, sha256, .help = "SHA-256 of the pages"),
    FIELD(struct certificate_row, entry, .help = "Entry that issued it"),
};
static const struct schema row_schema = SCHEMA("certificate", struct certificate_row, row_fields);
const struct table certificate_table = {"certificate", &row_schema, "code", "lot", TABLE_VIEW};

/* The data and the words around them: what is printed and could name an origin. */
static bool check_words(struct work *work, const char *canonical, const char *lot)
{
    struct claim_facts claims;
    if (!claim_gather(work, lot, &claims))
        return false;
    return !text_equals(claims.origin, "none") ||
           !claim_has_kind(work->arena, &claims.words, "origin", canonical) ||
           refuse(&work->fault, FAULT_RULE, "lot", "PR-02.certificate/1",
                  "The certificate of %s would name an origin that no assay shows, or the words "
                  "claim_words.origin are not signed; correct the method or product that says so.",
                  lot);
}

static bool issue_judge(struct work *work, const void *input, void *body)
{
    const struct certificate_order *order = input;
    struct certificate *certificate = body;
    struct text canonical = text_open(work->arena);
    const unsigned char *bytes = NULL;
    size_t size = 0;
    *certificate =
        (struct certificate){.code = order->code, .lot = order->lot, .release = order->release};
    if (!view_free(work, &certificate_table, "certificate", order->code) ||
        !certificate_gather(work, order, &certificate->data))
        return false;
    schema_write(&canonical, &certificate_data_schema, &certificate->data, ORDER_CANONICAL);
    const struct hash hash = hasher_hash(work->database->hasher, canonical.bytes, canonical.length);
    certificate->data_sha256 = hex_print(work->arena, hash.bytes, HASH_BYTES);
    if (!check_words(work, canonical.bytes, order->lot) ||
        !certificate_draw(work->arena, &work->fault, &certificate->data, certificate->data_sha256,
                          &bytes, &size))
        return false;
    certificate->file =
        kept_file(work, arena_print(work->arena, "%s.pdf", order->code), bytes, size);
    return true;
}

static bool issue_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct certificate *certificate = body;
    const struct certificate_row row = {certificate->code,        certificate->lot,
                                        certificate->release,     certificate->data_sha256,
                                        certificate->file.sha256, entry->seq};
    return view_put(work, &certificate_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct lot_key *key = input;
    return view_list(work, &certificate_table, "lot", value_text(key->lot), rows);
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &certificate_table, "code", key->code, row);
}

static bool file_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct certificate_row certificate = {0};
    return view_need(work, &certificate_table, "code", key->code, &certificate) &&
           kept_read(work, certificate.sha256, row);
}

const struct operation certificate_operations[CERTIFICATE_OPERATIONS] = {
    {.name = "certificate.issue",
     .summary = "Issue the certificate of a release; the program does this by itself.",
     .effect = RECORDS,
     .input = &certificate_order_schema,
     .output = &issued_schema,
     .subject = "code",
     .judge = issue_judge,
     .apply = issue_apply},
    {.name = "certificate.show",
     .method = "GET",
     .path = "/certificates/{code}",
     .summary = "Show which certificate was issued, and the hashes of its data and pages.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &row_schema,
     .read = show_read},
    {.name = "certificate.file",
     .method = "GET",
     .path = "/certificates/{code}/file",
     .summary = "Fetch a certificate exactly as it was issued.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &kept_schema,
     .read = file_read},
    {.name = "certificate.list",
     .method = "GET",
     .path = "/lots/{lot}/certificates",
     .summary = "List the certificates of a lot.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &lot_key_schema,
     .output = &row_schema,
     .list = list_read},
};
