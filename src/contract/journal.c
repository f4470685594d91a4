/* journal.c: the tables over the entries themselves. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/journal.h"

static const struct field journal_fields[] = {
    FIELD(struct journal, seq, .help = "Number of the entry"),
    FIELD(struct journal, at, .help = "Server time"),
    FIELD(struct journal, occurred_at, .help = "When it happened; earlier than at in a late entry"),
    FIELD(struct journal, operation, .help = "What was done"),
    FIELD(struct journal, subject, .help = "What it is about"),
    FIELD(struct journal, actor, .help = "Who did it"),
    FIELD(struct journal, site, .help = "Where"),
    FIELD(struct journal, cause, .help = "Entry that it followed from, or 0"),
    FIELD(struct journal, corrected_by, .help = "Entry that corrected it, or 0"),
    FIELD(struct journal, annulled_by, .help = "Entry that annulled it, or 0"),
    FIELD(struct journal, hash, .help = "SHA-256 of its bytes"),
};
const struct schema journal_schema = SCHEMA("journal", struct journal, journal_fields);
const struct table journal_table = {"journal", &journal_schema, "seq", "subject cause", TABLE_VIEW};

static const struct field used_fields[] = {
    FIELD(struct used, used, .help = "Entry that was used"),
    FIELD(struct used, decision, .help = "Decision that rests on it"),
};
static const struct schema used_schema = SCHEMA("used", struct used, used_fields);
const struct table used_table = {"used", &used_schema, "used decision", "", TABLE_VIEW};

static const struct field use_fields[] = {
    FIELD(struct use, entry, .help = "Entry that the decision rests on"),
};
const struct schema use_schema = SCHEMA("use", struct use, use_fields);

static const struct field person_last_fields[] = {
    FIELD(struct person_last, person, .help = "Person, as kind:code"),
    FIELD(struct person_last, at, .help = "When personal data was last recorded"),
    FIELD(struct person_last, entry, .help = "In which entry"),
};
static const struct schema person_last_schema =
    SCHEMA("person_last", struct person_last, person_last_fields);
const struct table person_last_table = {"person_last", &person_last_schema, "person", "",
                                        TABLE_VIEW};

static const struct field retry_fields[] = {
    FIELD(struct retry, idempotency_key, .help = "Key that the caller chose"),
    FIELD(struct retry, actor, .help = "Account"),
    FIELD(struct retry, operation, .help = "Operation"),
    FIELD(struct retry, fingerprint, .help = "Keyed hash of the input"),
    FIELD(struct retry, seq, .help = "Entry that answered it"),
};
static const struct schema retry_schema = SCHEMA("retry", struct retry, retry_fields);
const struct table retry_table = {"retry", &retry_schema, "idempotency_key", "", TABLE_LOCAL};

static const struct field refusal_count_fields[] = {
    FIELD(struct refusal_count, refusal, .help = "Actor, operation, subject, kind, field, rules"),
    FIELD(struct refusal_count, at_usec, .help = "When it was last written as an entry"),
    FIELD(struct refusal_count, times, .help = "How often since, without an entry"),
};
static const struct schema refusal_count_schema =
    SCHEMA("refusal_count", struct refusal_count, refusal_count_fields);
const struct table refusal_count_table = {"refusal_count", &refusal_count_schema, "refusal", "",
                                          TABLE_LOCAL};

bool journal_apply(struct work *work, const struct entry *entry, const char *hash)
{
    const struct journal row = {
        .seq = entry->seq,
        .at = entry->at,
        .occurred_at = entry->occurred_at,
        .operation = entry->operation,
        .subject = entry->subject,
        .actor = entry->actor,
        .site = entry->site,
        .cause = entry->cause,
        .hash = hash,
    };
    return view_put(work, &journal_table, &row);
}

bool journal_read(struct work *work, int64_t seq, struct journal *journal)
{
    bool found = false;
    if (!view_find(work, &journal_table, VALUES(value_integer(seq)), journal, &found))
        return false;
    return found || fail(&work->fault, FAULT_MISSING, "seq",
                         "There is no entry %lld; check the "
                         "number.",
                         (long long)seq);
}
