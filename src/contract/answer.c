/* answer.c: the entry, its body without names, and what followed from it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/answer.h"

/* Names and birthdays do not travel back in a receipt. */
static void drop_personal(const struct schema *schema, void *body)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        void *member = (char *)body + field->offset;
        if (field->kind == FIELD_TEXT && (field->personal || field->secret))
            *(const char **)member = NULL;
        if (field->kind == FIELD_RECORD)
            drop_personal(field->of, member);
        const struct rows *rows = member;
        for (size_t j = 0; field->kind == FIELD_LIST && j < rows->count; j++)
            drop_personal(field->of, (char *)rows->items + j * field->of->size);
    }
}

/* The body of an entry as a receipt shows it. */
static bool read_shown(struct work *work, const struct entry *entry,
                       const struct operation **operation, void **body)
{
    *operation = catalogue_of_entry(work->record->catalogue, entry->operation);
    if (!*operation)
        return fail(&work->fault, FAULT_STORAGE, "", "The operation %s is not known here.",
                    entry->operation);
    *body = arena_take(work->arena, (*operation)->output->size);
    return operation_read_body(work, *operation, entry->body, *body);
}

static void add_body(const struct operation *operation, void *body, struct text *out)
{
    drop_personal(operation->output, body);
    schema_write(out, operation->output, body, ORDER_DECLARED);
}

static bool add_entry(struct work *work, int64_t seq, struct text *out)
{
    struct entry entry;
    const struct operation *operation = NULL;
    const char *hash = NULL;
    void *body = NULL;
    bool found = false;
    if (!ledger_read(work, seq, &entry, &hash, &found) || !found ||
        !read_shown(work, &entry, &operation, &body))
        return false;
    text_add(out, ",\"body\":");
    add_body(operation, body, out);
    return true;
}

static bool add_followed(struct work *work, int64_t cause, struct text *out, bool *first)
{
    struct rows rows;
    if (!view_list(work, &journal_table, "cause", value_integer(cause), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct journal *row = &ROWS(rows, const struct journal)[i];
        text_print(out, "%s{\"seq\":%lld,\"operation\":", *first ? "" : ",", (long long)row->seq);
        json_add_text(out, row->operation);
        text_add(out, ",\"subject\":");
        json_add_text(out, row->subject ? row->subject : "");
        if (!add_entry(work, row->seq, out))
            return false;
        text_add(out, "}");
        *first = false;
        if (!add_followed(work, row->seq, out, first))
            return false;
    }
    return true;
}

bool answer_write(struct work *work, const struct answer *answer, struct reply *reply)
{
    const struct entry *entry = answer->entry;
    bool first = true;
    reply->text = text_open(work->arena);
    struct text *out = &reply->text;
    text_print(out, "{%s\"entry\":{\"seq\":%lld,\"hash\":\"%s\",\"at\":\"%s\",\"operation\":",
               work->record->demo ? "\"demo\":true," : "", (long long)entry->seq, answer->hash,
               instant_print(work->arena, entry->at.usec));
    json_add_text(out, entry->operation);
    text_add(out, ",\"subject\":");
    json_add_text(out, entry->subject ? entry->subject : "");
    text_add(out, "},\"body\":");
    add_body(answer->operation, answer->body, out);
    text_add(out, ",\"followed\":[");
    if (answer->followed && !add_followed(work, entry->seq, out, &first))
        return false;
    text_add(out, "]}");
    return true;
}

bool answer_again(struct work *work, int64_t seq, struct reply *reply)
{
    struct entry entry;
    struct answer answer = {.entry = &entry, .followed = true};
    bool found = false;
    return ledger_read(work, seq, &entry, &answer.hash, &found) && found &&
           read_shown(work, &entry, &answer.operation, &answer.body) &&
           answer_write(work, &answer, reply);
}
