/* fuzz_field.c: any text is a value of a field, kept as it was given, or refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/schema.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

struct pair {
    const char *name;
    int64_t number;
};
static const struct field pair_fields[] = {
    FIELD(struct pair, name, .required = true, .help = "Name"),
    FIELD(struct pair, number, .low = -5, .high = 5, .help = "Number"),
};
static const struct schema pair_schema = SCHEMA("pair", struct pair, pair_fields);

/* One of every kind and of every rule that a field can have. */
struct all {
    const char *text;
    const char *code;
    const char *choice;
    const char *prose;
    const char *secret;
    int64_t integer;
    int64_t bounded;
    bool flag;
    struct real real;
    struct real positive;
    struct count count;
    struct instant instant;
    struct date date;
    struct file file;
    struct rows rows;
    struct pair record;
};
static const char *const choices[] = {"yes", "no", "not_known", NULL};
static const struct field all_fields[] = {
    FIELD(struct all, text, .help = "Text"),
    FIELD(struct all, code, .code = true, .longest = 24, .help = "Code"),
    FIELD(struct all, choice, .choices = choices, .help = "Choice"),
    FIELD(struct all, prose, .prose = true, .longest = 4000, .help = "Prose"),
    FIELD(struct all, secret, .secret = true, .help = "Secret"),
    FIELD(struct all, integer, .help = "Integer"),
    FIELD(struct all, bounded, .low = 1, .high = 9e15, .help = "Bounded"),
    FIELD(struct all, flag, .help = "Flag"),
    FIELD(struct all, real, .help = "Real"),
    FIELD(struct all, positive, .high = 1e12, .help = "Positive"),
    FIELD(struct all, count, .help = "Count"),
    FIELD(struct all, instant, .help = "Instant"),
    FIELD(struct all, date, .help = "Date"),
    FIELD(struct all, file, .help = "File"),
    FIELD(struct all, rows, .of = &pair_schema, .longest = 5, .help = "Rows"),
    FIELD(struct all, record, .of = &pair_schema, .help = "Record"),
};
static const struct schema all_schema = SCHEMA("all", struct all, all_fields);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* What was accepted is written, read and written again without a change. */
static void demand_kept(struct arena *arena, const struct all *row)
{
    struct fault fault = {.kind = FAULT_NONE};
    const struct json *object = NULL;
    struct text first = text_open(arena);
    struct text second = text_open(arena);
    struct all again = {0};
    schema_write(&first, &all_schema, row, ORDER_CANONICAL);
    demand(json_parse(arena, &fault, first.bytes, first.length, &object));
    demand(schema_read(arena, &fault, &all_schema, object, &again));
    schema_write(&second, &all_schema, &again, ORDER_CANONICAL);
    demand(strcmp(first.bytes, second.bytes) == 0);
}

/* The first byte chooses the field, as a letter from a on. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    struct fault fault = {.kind = FAULT_NONE};
    struct all row = {0};
    if (size > 0) {
        const struct field *field = &all_schema.fields[(bytes[0] + 15u) % all_schema.count];
        const char *text = arena_text(arena, (const char *)bytes + 1, size - 1);
        if (field_set(arena, &fault, field, field->name, text, &row)) {
            demand(fault.kind == FAULT_NONE);
            demand_kept(arena, &row);
        } else {
            size_t length = strlen(fault.text);
            demand(fault.kind == FAULT_INPUT || fault.kind == FAULT_TOO_LARGE);
            demand(strncmp(fault.field, field->name, strlen(field->name)) == 0);
            demand(length > 0 && text_is_utf8(fault.text, length));
        }
    }
    arena_close(arena);
    return 0;
}
