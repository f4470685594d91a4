/* book.c: entries are shown as they are, and amended by further entries. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/book.h"

#include "chain/proof.h"
#include "contract/hold.h"
#include "contract/listing.h"

#include <string.h>

const struct rule book_rules[BOOK_RULES] = {
    {"AU-04.amend/1",
     "Can the effect of the entry be taken back, and was the entry not amended before?",
     "その記録の効果は取り消せるか、まだ訂正されていないか。", "ASRM Rule Art. 34"},
    {"AU-05.change/1", "Is what is asked for an addition, and not a change of what is recorded?",
     "求められたのは追記であり、記録の変更ではないか。", "21 CFR 11.10(e), as quoted"},
};

static const struct field opening_fields[] = {
    FIELD(struct opening, record, .help = "Identifier of the record"),
    FIELD(struct opening, demo, .help = "A demonstration: nothing in it is real"),
    FIELD(struct opening, format, .help = "Format of the record"),
};
static const struct schema opening_schema = SCHEMA("opening", struct opening, opening_fields);
const struct table opening_table = {"opening", &opening_schema, "record", "", TABLE_VIEW};

static bool open_judge(struct work *work, const void *input, void *body)
{
    (void)work;
    *(struct opening *)body = *(const struct opening *)input;
    return true;
}

static bool open_apply(struct work *work, const struct entry *entry, const void *body)
{
    (void)entry;
    return view_put(work, &opening_table, body);
}

struct entry_key {
    int64_t seq;
};
static const struct field key_fields[] = {
    FIELD(struct entry_key, seq, .required = true, .low = 1, .high = 9e15,
          .help = "Number of the entry"),
};
static const struct schema key_schema = SCHEMA("entry_key", struct entry_key, key_fields);

struct shown {
    int64_t seq;
    const char *hash;
    const char *bytes;
    int64_t corrected_by;
    int64_t annulled_by;
};
static const struct field shown_fields[] = {
    FIELD(struct shown, seq, .help = "Number of the entry"),
    FIELD(struct shown, hash, .help = "SHA-256 of its bytes"),
    FIELD(struct shown, bytes, .help = "The entry itself, canonical JSON"),
    FIELD(struct shown, corrected_by, .help = "Entry that corrected it, or 0"),
    FIELD(struct shown, annulled_by, .help = "Entry that annulled it, or 0"),
};
static const struct schema shown_schema = SCHEMA("entry", struct shown, shown_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct entry_key *key = input;
    struct shown *shown = row;
    struct ledger_line line = {0};
    struct journal journal = {0};
    bool found = false;
    if (!journal_read(work, key->seq, &journal) || !ledger_find(work, key->seq, &line, &found))
        return false;
    *shown =
        (struct shown){line.seq, line.hash, line.bytes, journal.corrected_by, journal.annulled_by};
    return found;
}

struct proven {
    int64_t seq;
    const char *hash;
    const char *bytes;
    const char *key;
    const char *proof;
};
static const struct field proven_fields[] = {
    FIELD(struct proven, seq, .help = "Number of the entry"),
    FIELD(struct proven, hash, .help = "SHA-256 of its bytes"),
    FIELD(struct proven, bytes, .help = "The entry itself, canonical JSON"),
    FIELD(struct proven, key, .help = "Public key of the record; compare it by another way"),
    FIELD(struct proven, proof,
          .help = "JSON to keep as a file: path to the root, and the signed head"),
};
static const struct schema proven_schema = SCHEMA("entry_proof", struct proven, proven_fields);

static bool prove_read(struct work *work, const void *input, void *row)
{
    const struct entry_key *key = input;
    struct ledger_line line = {0};
    struct text proof = text_open(work->arena);
    if (!proof_find(work, key->seq, &line) || !proof_of_entry(work, &line, &proof))
        return false;
    *(struct proven *)row = (struct proven){
        line.seq, line.hash, line.bytes,
        hex_print(work->arena, work->record->public_key, KEY_PUBLIC_BYTES), proof.bytes};
    return true;
}

bool book_check_opening(struct work *work)
{
    struct entry entry = {0};
    struct opening opening = {0};
    const struct json *object = NULL;
    const char *hash = NULL;
    bool found = false;
    if (!ledger_read(work, 1, &entry, &hash, &found) || !found)
        return work->fault.kind == FAULT_NONE;
    return json_parse(work->arena, &work->fault, entry.body, strlen(entry.body), &object) &&
           schema_read(work->arena, &work->fault, &opening_schema, object, &opening) &&
           ((text_equals(opening.record, work->record->identifier) &&
             opening.demo == work->record->demo) ||
            fail(&work->fault, FAULT_STORAGE, "record",
                 "The first entry opens another record than record.json says; restore record.json "
                 "from the newest backup."));
}

struct correction {
    int64_t seq;
    const char *input; /* the whole input again, as JSON text */
    const char *why;
};
static const struct field correction_fields[] = {
    FIELD(struct correction, seq, .required = true, .low = 1, .high = 9e15,
          .help = "Entry that is corrected"),
    FIELD(struct correction, input, .required = true, .longest = 65536, .prose = true,
          .help = "What should have been said: the whole input again, as JSON"),
    FIELD(struct correction, why, .required = true, .longest = 400, .help = "Why"),
};
static const struct schema correction_schema =
    SCHEMA("correction", struct correction, correction_fields);
static const struct field annulment_fields[] = {
    FIELD(struct correction, seq, .required = true, .low = 1, .high = 9e15,
          .help = "Entry that is annulled"),
    FIELD(struct correction, why, .required = true, .longest = 400, .help = "Why"),
};
static const struct schema annulment_schema =
    SCHEMA("annulment", struct correction, annulment_fields);

static const struct field amendment_fields[] = {
    FIELD(struct amendment, seq, .help = "Entry that is corrected or annulled"),
    FIELD(struct amendment, operation, .help = "What that entry recorded"),
    FIELD(struct amendment, subject, .help = "What that entry is about"),
    FIELD(struct amendment, body, .help = "The new body; left out when annulled"),
    FIELD(struct amendment, why, .help = "Why"),
};
static const struct schema amendment_schema =
    SCHEMA("amendment", struct amendment, amendment_fields);

struct amended {
    struct entry entry;
    const struct operation *operation;
    struct amendment *amendment;
};

/* Only entries whose effect can be taken back may be amended, and each one once. */
static bool find_amended(struct work *work, const struct correction *given, struct amended *to)
{
    struct journal journal = {0};
    const char *hash = NULL;
    bool found = false;
    if (!journal_read(work, given->seq, &journal) ||
        !ledger_read(work, given->seq, &to->entry, &hash, &found) || !found)
        return false;
    if (journal.corrected_by || journal.annulled_by)
        return refuse(
            &work->fault, FAULT_CONFLICT, "seq", "AU-04.amend/1",
            "Entry %lld was amended "
            "by entry %lld already; amend that one.",
            (long long)given->seq,
            (long long)(journal.corrected_by ? journal.corrected_by : journal.annulled_by));
    to->operation = catalogue_of_entry(work->record->catalogue, to->entry.operation);
    if (!to->operation || !to->operation->retract)
        return refuse(&work->fault, FAULT_CONFLICT, "seq", "AU-04.amend/1",
                      "An entry of %s cannot "
                      "be corrected or annulled; record what is true now by its own operation.",
                      to->entry.operation);
    *to->amendment = (struct amendment){.seq = given->seq,
                                        .operation = to->entry.operation,
                                        .subject = to->entry.subject,
                                        .why = given->why};
    return operation_at_site(work, "seq", to->entry.site, "entry");
}

static bool annul_judge(struct work *work, const void *input, void *body)
{
    struct amended to = {.amendment = body};
    return find_amended(work, input, &to);
}

/* The new input goes through the same judge as the first, which computes the new body. */
static bool correct_judge(struct work *work, const void *input, void *body)
{
    const struct correction *given = input;
    struct amended to = {.amendment = body};
    const struct json *object = NULL;
    struct text text = text_open(work->arena);
    if (!find_amended(work, given, &to))
        return false;
    void *new_input = arena_take(work->arena, to.operation->input->size);
    void *new_body = arena_take(work->arena, to.operation->output->size);
    if (!json_parse(work->arena, &work->fault, given->input, strlen(given->input), &object) ||
        !schema_decode_json(work->arena, &work->fault, to.operation->input, object, new_input))
        return false;
    work->amends = given->seq;
    bool judged = to.operation->judge(work, new_input, new_body);
    work->amends = 0;
    if (!judged)
        return false;
    const struct field *subject = schema_field(to.operation->output, to.operation->subject);
    if (!text_equals(field_print(work->arena, subject, new_body), to.entry.subject))
        return fail(&work->fault, FAULT_INPUT, "input",
                    "A correction must be about the same %s; "
                    "annul the entry and record a new one instead.",
                    to.operation->subject);
    if (!operation_seal(work, to.operation, new_body))
        return false;
    schema_write(&text, to.operation->output, new_body, ORDER_CANONICAL);
    to.amendment->body = text.bytes;
    return true;
}

static bool amend_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct amendment *amendment = body;
    struct journal journal = {0};
    struct entry original;
    const char *hash = NULL;
    bool found = false;
    const struct operation *operation =
        catalogue_of_entry(work->record->catalogue, amendment->operation);
    if (!journal_read(work, amendment->seq, &journal) ||
        !ledger_read(work, amendment->seq, &original, &hash, &found))
        return false;
    if (!found || !operation || !operation->retract ||
        !text_equals(original.operation, amendment->operation))
        return fail(&work->fault, FAULT_STORAGE, "entry",
                    "It amends entry %lld, which is none that can be amended so.",
                    (long long)amendment->seq);
    void *old_body = arena_take(work->arena, operation->output->size);
    void *new_body = arena_take(work->arena, operation->output->size);
    if (!operation_read_body(work, operation, original.body, old_body) ||
        !operation->retract(work, &original, old_body))
        return false;
    journal.corrected_by = amendment->body ? entry->seq : 0;
    journal.annulled_by = amendment->body ? 0 : entry->seq;
    return view_put(work, &journal_table, &journal) &&
           (!amendment->body || (operation_read_body(work, operation, amendment->body, new_body) &&
                                 operation->apply(work, entry, new_body)));
}

bool book_body(struct work *work, int64_t seq, const char *operation, void **body)
{
    struct entry entry;
    struct amendment amendment = {0};
    const char *hash = NULL;
    bool found = false;
    const struct operation *correct = catalogue_find(work->record->catalogue, "entry.correct");
    if (!ledger_read(work, seq, &entry, &hash, &found))
        return false;
    const struct operation *of =
        found ? catalogue_of_entry(work->record->catalogue, entry.operation) : NULL;
    const char *text = entry.body;
    if (of && of == correct) {
        if (!operation_read_body(work, of, text, &amendment))
            return false;
        of = catalogue_of_entry(work->record->catalogue, amendment.operation);
        text = amendment.body;
    }
    if (!of || !text_equals(of->name, operation))
        return fail(&work->fault, FAULT_STORAGE, "entry",
                    "Entry %lld is none of %s; run exoledger verify.", (long long)seq, operation);
    *body = arena_take(work->arena, of->output->size);
    return operation_read_body(work, of, text, *body);
}

bool book_follow(struct work *work, const struct entry *entry, const void *body,
                 struct rows *inputs)
{
    const struct amendment *amendment = body;
    struct rows decisions;
    (void)entry;
    if (!view_list(work, &used_table, "used", value_integer(amendment->seq), &decisions))
        return false;
    struct hold_order *orders = arena_take(work->arena, (decisions.count + 1) * sizeof *orders);
    *inputs = (struct rows){0, orders};
    for (size_t i = 0; i < decisions.count; i++) {
        struct entry decision;
        const char *hash = NULL;
        bool found = false;
        bool stands = false;
        int64_t seq = ROWS(decisions, const struct used)[i].decision;
        if (!ledger_read(work, seq, &decision, &hash, &found) || !found)
            return false;
        const struct operation *operation =
            catalogue_of_entry(work->record->catalogue, decision.operation);
        if (!operation || !operation->reconsider)
            continue;
        void *decided = arena_take(work->arena, operation->output->size);
        if (!operation_read_body(work, operation, decision.body, decided) ||
            !operation->reconsider(work, decided, &stands))
            return false;
        if (!stands)
            orders[inputs->count++] = (struct hold_order){
                link_name(work->arena, operation->kind, decision.subject), "correction"};
    }
    return true;
}

const struct operation book_operations[BOOK_OPERATIONS] = {
    {.name = "record.open",
     .summary = "Open the record; the program does this once, at init.",
     .effect = RECORDS,
     .input = &opening_schema,
     .output = &opening_schema,
     .subject = "record",
     .judge = open_judge,
     .apply = open_apply},
    {.name = "entry.show",
     .method = "GET",
     .path = "/entries/{seq}",
     .summary = "Show one entry as it is stored, and what amended it.",
     .permission = PERMIT_RECORD_READ,
     .effect = READS,
     .scope = SCOPE_RECORD,
     .input = &key_schema,
     .output = &shown_schema,
     .read = show_read},
    {.name = "entry.proof",
     .method = "GET",
     .path = "/entries/{seq}/proof",
     .summary = "Prove to somebody without the record that an entry is in it.",
     .permission = PERMIT_RECORD_READ,
     .effect = READS,
     .scope = SCOPE_RECORD,
     .input = &key_schema,
     .output = &proven_schema,
     .read = prove_read},
    {.name = "entry.list",
     .method = "GET",
     .path = "/entries",
     .summary = "List entries, all or some, forwards or newest first.",
     .permission = PERMIT_RECORD_READ,
     .effect = READS,
     .scope = SCOPE_RECORD,
     .shape = SHAPE_LIST,
     .input = &entry_listing_schema,
     .output = &journal_schema,
     .list = entry_listing_read},
    {.name = "entry.correct",
     .method = "POST",
     .path = "/entries/{seq}/correction",
     .summary = "Correct an entry by another; both stay visible, decisions are judged again.",
     .permission = PERMIT_RECORD_CORRECT,
     .effect = RECORDS,
     .signature = "responsible",
     .input = &correction_schema,
     .output = &amendment_schema,
     .subject = "subject",
     .judge = correct_judge,
     .apply = amend_apply},
    {.name = "entry.annul",
     .method = "POST",
     .path = "/entries/{seq}/annulment",
     .summary = "Annul an entry; it stays visible, decisions are judged again.",
     .permission = PERMIT_RECORD_CORRECT,
     .effect = RECORDS,
     .signature = "responsible",
     .input = &annulment_schema,
     .output = &amendment_schema,
     .subject = "subject",
     .judge = annul_judge,
     .apply = amend_apply},
};
