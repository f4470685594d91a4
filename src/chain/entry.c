/* entry.c: an entry and its canonical bytes. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/entry.h"

#include <string.h>

static const struct field signature_fields[] = {
    FIELD(struct signature, account, .help = "Account that signed"),
    FIELD(struct signature, name, .help = "Printed name"),
    FIELD(struct signature, meaning, .help = "What the signature means"),
    FIELD(struct signature, at, .help = "When the secret was given again"),
};
const struct schema signature_schema = SCHEMA("signature", struct signature, signature_fields);

/* All but the body, which is JSON of the operation's own and is put in between by hand. */
static const struct field entry_fields[] = {
    FIELD(struct entry, actor, .help = "Account, or exoledger for the program itself"),
    FIELD(struct entry, at, .help = "Server time"),
    FIELD(struct entry, cause, .help = "seq of the entry that this follows from, or 0"),
    FIELD(struct entry, format, .help = "Version of this format"),
    FIELD(struct entry, idempotency_key, .help = "Key by which a retry finds this entry"),
    FIELD(struct entry, occurred_at, .help = "When it happened, as told"),
    FIELD(struct entry, operation, .help = "Operation and version of its body"),
    FIELD(struct entry, previous, .help = "Hash of the entry before"),
    FIELD(struct entry, program, .help = "Version of the program"),
    FIELD(struct entry, reason, .help = "Why"),
    FIELD(struct entry, rule_set, .help = "Rule set in force"),
    FIELD(struct entry, seq, .help = "Counts from 1 without gaps"),
    FIELD(struct entry, signatures, .help = "Who signed", .of = &signature_schema),
    FIELD(struct entry, site, .help = "Site of the actor"),
    FIELD(struct entry, subject, .help = "Code of what it is about"),
    FIELD(struct entry, zone, .help = "Zone in which times were entered"),
};
static const struct schema entry_schema = SCHEMA("entry", struct entry, entry_fields);

/* "body" sorts between "at" and "cause"; both are always written. */
const char *entry_bytes(struct arena *arena, const struct entry *entry)
{
    struct text plain = text_open(arena);
    struct text bytes = text_open(arena);
    schema_write(&plain, &entry_schema, entry, ORDER_CANONICAL);
    const char *cause = strstr(plain.bytes, ",\"cause\":");
    text_add_bytes(&bytes, plain.bytes, (size_t)(cause - plain.bytes));
    text_print(&bytes, ",\"body\":");
    text_add(&bytes, entry->body);
    text_add(&bytes, cause);
    return bytes.bytes;
}

static bool broken(struct fault *fault, const char *why)
{
    return fail(fault, FAULT_STORAGE, "entry", "An entry is not as the record writes it: %s.", why);
}

/* Everything but the body, as an object of its own, through the same schema that wrote it. */
static bool read_members(struct arena *arena, struct fault *fault, const struct json *object,
                         struct entry *entry)
{
    size_t count = json_count(object);
    const char **names = json_names(arena, object);
    struct text text = text_open(arena);
    const struct json *members = NULL;
    const char *between = "";
    text_add(&text, "{");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], "body") == 0)
            continue;
        text_add(&text, between);
        json_add_text(&text, names[i]);
        text_add(&text, ":");
        if (!json_add_canonical(fault, &text, json_member(object, names[i])))
            return false;
        between = ",";
    }
    text_add(&text, "}");
    return json_parse(arena, fault, text.bytes, text.length, &members) &&
           schema_read(arena, fault, &entry_schema, members, entry);
}

bool entry_parse(struct arena *arena, struct fault *fault, const char *bytes, struct entry *entry)
{
    const struct json *object = NULL;
    struct text body = text_open(arena);
    memset(entry, 0, sizeof *entry);
    if (!bytes)
        return broken(fault, "it has no bytes");
    if (!json_parse(arena, fault, bytes, strlen(bytes), &object))
        return false;
    const struct json *inside = json_member(object, "body");
    if (json_kind(object) != JSON_IS_OBJECT || json_kind(inside) != JSON_IS_OBJECT)
        return broken(fault, "it is no object with a body");
    if (!json_add_canonical(fault, &body, inside) || !read_members(arena, fault, object, entry))
        return false;
    entry->body = body.bytes;
    if (entry->format != ENTRY_FORMAT || !entry->at.usec || !entry->operation || !entry->previous)
        return broken(fault, "a required member is missing or of another format");
    if (strcmp(entry_bytes(arena, entry), bytes) != 0)
        return broken(fault, "its bytes are not canonical");
    return true;
}
