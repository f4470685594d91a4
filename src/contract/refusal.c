/* refusal.c: refused attempts are entries too; the same one within a minute counts into one. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/refusal.h"

static const struct field refusal_fields[] = {
    FIELD(struct refusal, operation, .help = "What was asked for"),
    FIELD(struct refusal, subject, .help = "What it was about, if that was understood"),
    FIELD(struct refusal, kind, .help = "forbidden, rule or conflict"),
    FIELD(struct refusal, field, .help = "Field at fault"),
    FIELD(struct refusal, rules, .help = "Rules that refused"),
    FIELD(struct refusal, repeated, .help = "The same refusals before that share this entry"),
};
static const struct schema refusal_schema = SCHEMA("refusal", struct refusal, refusal_fields);

struct refusal_row {
    int64_t entry;
    struct instant at;
    const char *actor;
    const char *site;
    const char *operation;
    const char *subject;
    const char *kind;
    const char *field;
    const char *rules;
    int64_t repeated;
};
static const struct field refusal_row_fields[] = {
    FIELD(struct refusal_row, entry, .help = "Number of the entry"),
    FIELD(struct refusal_row, at, .help = "When"),
    FIELD(struct refusal_row, actor, .help = "Who asked"),
    FIELD(struct refusal_row, site, .help = "Where"),
    FIELD(struct refusal_row, operation, .help = "What was asked for"),
    FIELD(struct refusal_row, subject, .help = "What it was about"),
    FIELD(struct refusal_row, kind, .help = "forbidden, rule or conflict"),
    FIELD(struct refusal_row, field, .help = "Field at fault"),
    FIELD(struct refusal_row, rules, .help = "Rules that refused"),
    FIELD(struct refusal_row, repeated, .help = "The same refusals before, within a minute"),
};
static const struct schema refusal_row_schema =
    SCHEMA("refusal", struct refusal_row, refusal_row_fields);
const struct table refusal_table = {"refusal", &refusal_row_schema, "entry", "", TABLE_VIEW};

bool refusal_due(struct work *work, struct refusal *refusal, bool *due)
{
    struct refusal_count count = {0};
    bool found = false;
    const char *key =
        arena_print(work->arena, "%s %s %s %s %s %s", work->actor->account, refusal->operation,
                    refusal->subject ? refusal->subject : "", refusal->kind,
                    refusal->field ? refusal->field : "", refusal->rules ? refusal->rules : "");
    if (!view_find(work, &refusal_count_table, VALUES(value_text(key)), &count, &found))
        return false;
    *due = !found || work->now_usec - count.at_usec >= USEC_PER_MINUTE ||
           work->now_usec < count.at_usec; /* of a clock that was ahead */
    refusal->repeated = *due ? count.times : 0;
    count.refusal = key;
    count.times = *due ? 0 : count.times + 1;
    count.at_usec = *due ? work->now_usec : count.at_usec;
    return view_put(work, &refusal_count_table, &count);
}

static bool refusal_judge(struct work *work, const void *input, void *body)
{
    (void)work;
    *(struct refusal *)body = *(const struct refusal *)input;
    return true;
}

static bool refusal_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct refusal *refusal = body;
    const struct refusal_row row = {
        .entry = entry->seq,
        .at = entry->at,
        .actor = entry->actor,
        .site = entry->site,
        .operation = refusal->operation,
        .subject = refusal->subject,
        .kind = refusal->kind,
        .field = refusal->field,
        .rules = refusal->rules,
        .repeated = refusal->repeated,
    };
    return view_put(work, &refusal_table, &row);
}

static bool refusal_list_stream(struct work *work, const void *input, struct stream *stream)
{
    (void)input;
    return stream_table(work, stream, &refusal_table);
}

const struct operation refusal_operations[REFUSAL_OPERATIONS] = {
    {.name = "refusal.note",
     .summary = "Keep a refused attempt; the program does this by itself.",
     .effect = RECORDS,
     .input = &refusal_schema,
     .output = &refusal_schema,
     .subject = "subject",
     .judge = refusal_judge,
     .apply = refusal_apply},
    {.name = "refusal.list",
     .method = "GET",
     .path = "/refusals",
     .summary = "List what was asked for and refused.",
     .permission = PERMIT_RECORD_READ,
     .effect = READS,
     .scope = SCOPE_RECORD,
     .shape = SHAPE_STREAM,
     .input = &nothing_schema,
     .output = &refusal_row_schema,
     .stream = refusal_list_stream},
};
