/* test_generic.c: what holds for every operation, field, table and rule, whichever there are. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "demo.h"

#include "crew/account.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { TABLE_BYTES = 1 << 16, MOST_ROLES = 64 };
static const char *const sites[] = {"M", "K1", "K2"};
enum { SITES = sizeof sites / sizeof *sites };

static const struct operation *const *all_operations(const struct demo *demo)
{
    return demo->work.record->catalogue->operations;
}

/* ---- every operation, every role, every site ---- */

struct role_line {
    const char *code;
    const char *permissions;
};

static size_t read_roles(struct demo *demo, struct role_line *lines)
{
    char *bytes = NULL;
    size_t size = 0;
    size_t rows = 0;
    size_t count = 0;
    struct arena *arena = demo->work.arena;
    if (!record_read_file(arena, &demo->work.fault, "data/roles.tsv", TABLE_BYTES, &bytes, &size))
        fail_msg("%s", demo->work.fault.text);
    const char **text = text_split(arena, bytes, '\n', &rows);
    for (size_t i = 1; i < rows; i++) {
        char *name = strchr(arena_copy(arena, text[i]), '\t');
        char *permissions = strchr(strchr(name + 1, '\t') + 1, '\t') + 1;
        permissions[strcspn(permissions, "\t")] = '\0';
        assert_true(count < MOST_ROLES);
        lines[count++] =
            (struct role_line){arena_text(arena, text[i], strcspn(text[i], "\t")), permissions};
    }
    assert_true(count > 20);
    return count;
}

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; length && (at = strstr(at, word)); at += length)
        if ((at == words || at[-1] == ' ') && (!at[length] || at[length] == ' '))
            return true;
    return false;
}

static const char *account_of(struct demo *demo, size_t role)
{
    return arena_print(demo->arena, "ROLE-%zu", role);
}

/* One account for each role, which holds it at every site and holds nothing else. */
static void found_roles(struct demo *demo, const struct role_line *roles, size_t count)
{
    struct work *work = &demo->work;
    struct batch batch;
    bool worked = batch_begin(work, &batch);
    work->actor = NULL;
    for (size_t i = 0; worked && i < count; i++) {
        const struct account_creation account = {account_of(demo, i), "Test", "no secret"};
        worked = operation_found(work, &batch, "account.create", &account);
        for (size_t j = 0; worked && j < SITES; j++) {
            const struct account_role held = {account.code, sites[j], roles[i].code};
            worked = operation_found(work, &batch, "account.assign", &held);
        }
    }
    if (!worked || !batch_commit(work, &batch))
        fail_msg("%s", work->fault.text);
}

/* Asks with nothing given; records are written into a batch that is abandoned. */
static struct fault ask_nothing(struct demo *demo, struct batch *batch,
                                const struct operation *operation)
{
    struct work *work = &demo->work;
    struct request request = {.operation = operation};
    FILE *out = fopen("/dev/null", "w");
    struct reply reply = {.out = out};
    assert_non_null(out);
    work->fault = (struct fault){0};
    batch->unfinished = 0;
    operation_prepare(work, &request);
    bool worked = operation->effect == READS ? operation_read(work, &request, &reply)
                                             : operation_record(work, batch, &request, &reply);
    struct fault fault = work->fault;
    work->fault = (struct fault){0};
    fclose(out);
    assert_int_equal(worked, fault.kind == FAULT_NONE);
    if (!worked)
        demo_check_fault(demo, &fault);
    return fault;
}

static void ask_as_role(struct demo *demo, struct batch *batch, const struct role_line *role,
                        enum effect effect)
{
    const struct operation *const *operations = all_operations(demo);
    for (size_t i = 0; operations[i]; i++) {
        const struct operation *operation = operations[i];
        struct arena_mark mark = arena_mark(demo->work.arena);
        if ((operation->effect == READS) != (effect == READS))
            continue;
        struct fault fault = ask_nothing(demo, batch, operation);
        bool may = has_word(role->permissions, permission_word(operation->permission));
        if (may == (fault.kind == FAULT_FORBIDDEN))
            fail_msg("%s as %s at %s should %sbe allowed: kind %d \"%s\"", operation->name,
                     role->code, demo->actor.site, may ? "" : "not ", (int)fault.kind, fault.text);
        arena_rewind(demo->work.arena, mark);
    }
}

static void ask_as_every_role(struct demo *demo, enum effect effect)
{
    struct role_line roles[MOST_ROLES];
    struct batch batch = {0};
    size_t count = read_roles(demo, roles);
    if (effect == RECORDS && !batch_begin(&demo->work, &batch))
        fail_msg("%s", demo->work.fault.text);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < SITES; j++) {
            demo_sign_in(demo, account_of(demo, i), sites[j]);
            ask_as_role(demo, &batch, &roles[i], effect);
        }
    if (effect == RECORDS)
        ledger_abandon(&demo->work);
}

static void a_role_is_refused_exactly_what_its_permissions_leave_out(void **state)
{
    struct demo *demo = *state;
    struct role_line roles[MOST_ROLES];
    found_roles(demo, roles, read_roles(demo, roles));
    int64_t before = demo_entries(demo);
    ask_as_every_role(demo, READS);
    ask_as_every_role(demo, RECORDS);
    assert_int_equal(demo_entries(demo), before);
}

static void sign_in_with_everything(struct demo *demo)
{
    demo_sign_in(demo, "DC1", "M");
    for (int i = PERMISSION_UNSET + 1; i < PERMISSION_COUNT; i++)
        demo->actor.permitted[i] = true;
}

static void an_operation_that_forgets_something_is_refused_for_everybody(void **state)
{
    struct demo *demo = *state;
    struct batch batch;
    size_t asked = 0;
    sign_in_with_everything(demo);
    demo->actor.permitted[PERMISSION_UNSET] = true;
    assert_true(batch_begin(&demo->work, &batch));
    for (size_t i = 0; all_operations(demo)[i]; i++) {
        struct operation forgot = *all_operations(demo)[i];
        if (forgot.effect != RECORDS)
            continue;
        forgot.permission = PERMISSION_UNSET;
        assert_int_equal(ask_nothing(demo, &batch, &forgot).kind, FAULT_FORBIDDEN);
        forgot.permission = PERMIT_DONOR_READ;
        forgot.effect = EFFECT_UNSET;
        assert_int_equal(ask_nothing(demo, &batch, &forgot).kind, FAULT_FORBIDDEN);
        asked++;
    }
    ledger_abandon(&demo->work);
    for (size_t i = 0; all_operations(demo)[i]; i++) {
        struct operation forgot = *all_operations(demo)[i];
        if (forgot.effect != READS)
            continue;
        forgot.scope = SCOPE_UNSET;
        assert_int_equal(ask_nothing(demo, &batch, &forgot).kind, FAULT_FORBIDDEN);
        forgot.scope = SCOPE_RECORD;
        forgot.permission = PERMISSION_UNSET;
        assert_int_equal(ask_nothing(demo, &batch, &forgot).kind, FAULT_FORBIDDEN);
        asked++;
    }
    assert_true(asked > 10);
}

/* ---- every field, given wrongly ---- */

/* What is changed in an input that is right otherwise. */
struct change {
    const char *path;  /* of the field, or of one that is not known */
    const char *value; /* as JSON; NULL leaves the field out */
};

static void add_object(struct text *out, const struct schema *schema, const char *outer,
                       const struct change *change);

static double lowest(const struct field *field)
{
    return field->low < 0 || field->low > 0 || field->high < 0 || field->high > 0 ? field->low : 1;
}

static bool is_bounded(const struct field *field)
{
    return field->low < 0 || field->low > 0 || field->high < 0 || field->high > 0;
}

static void add_plain_text(struct text *out, const struct field *field)
{
    size_t longest = field->longest ? field->longest : 200;
    if (field->choices)
        json_add_text(out, field->choices[0]);
    else
        text_print(out, "\"%.*s\"", longest < 12 ? (int)longest : 12, "X-1234567890");
}

static void add_value(struct text *out, const struct field *field, const char *path,
                      const struct change *change)
{
    switch (field->kind) {
    case FIELD_TEXT:
        add_plain_text(out, field);
        break;
    case FIELD_INTEGER:
    case FIELD_COUNT:
        text_print(out, "%.0f", lowest(field));
        break;
    case FIELD_FLAG:
        text_add(out, "true");
        break;
    case FIELD_REAL:
        text_print(out, "\"%.10g\"", lowest(field));
        break;
    case FIELD_INSTANT:
        text_add(out, "\"2025-01-14T09:00:00+09:00\"");
        break;
    case FIELD_DATE:
        text_add(out, "\"2025-01-14\"");
        break;
    case FIELD_FILE:
        text_add(out, "{\"name\":\"x.txt\",\"base64\":\"eA==\"}");
        break;
    case FIELD_LIST:
        text_add(out, "[");
        add_object(out, field->of, arena_print(out->arena, "%s[0]", path), change);
        text_add(out, "]");
        break;
    case FIELD_RECORD:
        add_object(out, field->of, path, change);
        break;
    case FIELD_UNSET:
        fail_msg("The field %s has no kind.", path);
    }
}

static const char *inner_path(struct arena *arena, const char *outer, const char *name)
{
    return *outer ? arena_print(arena, "%s.%s", outer, name) : name;
}

static void add_object(struct text *out, const struct schema *schema, const char *outer,
                       const struct change *change)
{
    const char *between = "";
    text_add(out, "{");
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        const char *path = inner_path(out->arena, outer, field->name);
        bool changes = change && text_equals(change->path, path);
        if (changes && !change->value)
            continue;
        text_print(out, "%s\"%s\":", between, field->name);
        if (changes)
            text_add(out, change->value);
        else
            add_value(out, field, path, change);
        between = ",";
    }
    if (change && text_equals(change->path, inner_path(out->arena, outer, "no_such_field")))
        text_print(out, "%s\"no_such_field\":%s", between, change->value);
    text_add(out, "}");
}

/* One operation whose input is asked wrongly. */
struct asking {
    struct demo *demo;
    struct batch *batch;
    const struct operation *operation;
    size_t count;
};

static void expect_refusal(struct asking *asking, struct request *request, const char *path,
                           const char *shown)
{
    struct demo *demo = asking->demo;
    struct work *work = &demo->work;
    const struct operation *operation = asking->operation;
    const struct ledger_head before = asking->batch->head;
    FILE *out = fopen("/dev/null", "w");
    struct reply reply = {.out = out};
    request->operation = operation;
    operation_prepare(work, request);
    bool worked = operation->effect == READS
                      ? operation_read(work, request, &reply)
                      : operation_record(work, asking->batch, request, &reply);
    struct fault fault = work->fault;
    work->fault = (struct fault){0};
    fclose(out);
    if (worked)
        fail_msg("%s accepts %s: %.400s", operation->name, path, shown);
    demo_check_fault(demo, &fault);
    if (fault.kind != FAULT_INPUT && fault.kind != FAULT_TOO_LARGE)
        fail_msg("%s, %s: kind %d instead of input: %s (%.400s)", operation->name, path,
                 (int)fault.kind, fault.text, shown);
    if (strncmp(fault.field, path, strnlen(path, sizeof fault.field - 1)) != 0)
        fail_msg("%s names %s instead of %s: %s (%.400s)", operation->name, fault.field, path,
                 fault.text, shown);
    assert_int_equal(asking->batch->head.size, before.size);
    asking->count++;
}

static void refuse_value(struct asking *asking, const char *path, const char *value)
{
    struct arena *arena = asking->demo->work.arena;
    struct arena_mark mark = arena_mark(arena);
    const struct change change = {path, value};
    struct request request = {0};
    struct text json = text_open(arena);
    add_object(&json, asking->operation->input, "", &change);
    demo_give(arena, json.bytes, &request);
    expect_refusal(asking, &request, path, json.bytes);
    arena_rewind(arena, mark);
}

static const char *const wrong_values[][12] = {
    [FIELD_TEXT] = {"7", "true", "[\"x\"]", "{}", "null", "1.5", "\"\"", "\"a\\u0007b\"",
                    "\"a\\u202eb\"", "\"\\u0085\""},
    [FIELD_INTEGER] = {"\"7\"", "1.5", "true", "null", "[]", "{}", "9007199254740992",
                       "-9007199254740992", "9223372036854775807", "1e3"},
    [FIELD_FLAG] = {"\"true\"", "1", "null", "{}", "[]"},
    [FIELD_REAL] = {"true", "\"a lot\"", "1.5", "null", "\"0x10\"", "\"nan\"", "\"1e999\"", "\"\"",
                    "\"inf\"", "\"1.\"", "\"1e19\""},
    [FIELD_COUNT] = {"\"7\"", "1.5", "true", "null", "[]", "{}", "9007199254740992",
                     "-9007199254740992", "9223372036854775807", "1e3"},
    [FIELD_INSTANT] = {"7", "\"2025-01-14T10:00:00\"", "\"2025-02-30T10:00:00Z\"", "\"\"", "null",
                       "\"today\"", "\"2025-01-14T24:00:00Z\""},
    [FIELD_DATE] = {"7", "\"2025-02-30\"", "\"14.01.2025\"", "\"\"", "null", "\"2025-1-4\"",
                    "\"1899-12-31\""},
    [FIELD_FILE] = {"\"x\"", "{}", "[]", "null", "{\"name\":\"x\"}",
                    "{\"name\":\"x\",\"base64\":\"!\"}", "{\"name\":\"\",\"base64\":\"eA==\"}",
                    "{\"name\":\"x\",\"base64\":\"\"}",
                    "{\"name\":\"x\",\"base64\":\"eA==\",\"more\":1}"},
    [FIELD_LIST] = {"{}", "\"x\"", "7", "null", "[7]", "[[]]", "[null]"},
    [FIELD_RECORD] = {"[]", "\"x\"", "7", "null", "true"},
};

static void refuse_too_long(struct asking *asking, const struct field *field, const char *path)
{
    struct arena *arena = asking->demo->work.arena;
    struct arena_mark mark = arena_mark(arena);
    size_t longest = field->longest ? field->longest : 200;
    struct text value = text_open(arena);
    text_add(&value, field->kind == FIELD_TEXT ? "\"" : "[");
    for (size_t i = 0; i <= longest; i++) {
        if (field->kind == FIELD_LIST && i)
            text_add(&value, ",");
        if (field->kind == FIELD_LIST)
            add_object(&value, field->of, "", NULL);
        else
            text_add(&value, "x");
    }
    text_add(&value, field->kind == FIELD_TEXT ? "\"" : "]");
    refuse_value(asking, path, value.bytes);
    arena_rewind(arena, mark);
}

static void refuse_out_of_range(struct asking *asking, const struct field *field, const char *path)
{
    struct arena *arena = asking->demo->work.arena;
    const char *quote = field->kind == FIELD_REAL ? "\"" : "";
    if (!is_bounded(field))
        return;
    refuse_value(asking, path, arena_print(arena, "%s%.0f%s", quote, field->low - 1, quote));
    refuse_value(asking, path, arena_print(arena, "%s%.0f%s", quote, field->high + 1, quote));
}

static void refuse_fields(struct asking *asking, const struct schema *schema, const char *outer);

static void refuse_field(struct asking *asking, const struct field *field, const char *path)
{
    struct arena *arena = asking->demo->work.arena;
    for (size_t i = 0; i < 12 && wrong_values[field->kind][i]; i++)
        refuse_value(asking, path, wrong_values[field->kind][i]);
    if (field->required)
        refuse_value(asking, path, NULL);
    if (field->required && field->kind == FIELD_LIST)
        refuse_value(asking, path, "[]");
    if (field->kind == FIELD_TEXT || field->kind == FIELD_LIST)
        refuse_too_long(asking, field, path);
    if (field->kind == FIELD_INTEGER || field->kind == FIELD_COUNT || field->kind == FIELD_REAL)
        refuse_out_of_range(asking, field, path);
    if (field->code)
        refuse_value(asking, path, "\"no code\"");
    if (field->choices)
        refuse_value(asking, path, "\"no-such-choice\"");
    if (field->secret)
        refuse_value(asking, path, "\"short\"");
    if (field->kind == FIELD_LIST)
        refuse_fields(asking, field->of, arena_print(arena, "%s[0]", path));
    if (field->kind == FIELD_RECORD)
        refuse_fields(asking, field->of, path);
}

static void refuse_fields(struct asking *asking, const struct schema *schema, const char *outer)
{
    struct arena *arena = asking->demo->work.arena;
    struct arena_mark mark = arena_mark(arena);
    for (size_t i = 0; i < schema->count; i++)
        refuse_field(asking, &schema->fields[i], inner_path(arena, outer, schema->fields[i].name));
    refuse_value(asking, inner_path(arena, outer, "no_such_field"), "\"x\"");
    arena_rewind(arena, mark);
}

/* As text, which is how paths, queries and the command line give it. */
static void refuse_text(struct asking *asking, const struct field *field, const char *text)
{
    struct arena *arena = asking->demo->work.arena;
    struct arena_mark mark = arena_mark(arena);
    struct request request = {0};
    struct text json = text_open(arena);
    add_object(&json, asking->operation->input, "", NULL);
    demo_give(arena, json.bytes, &request);
    struct given *given = arena_take(arena, (request.count + 1) * sizeof *given);
    memcpy(given, request.given, request.count * sizeof *given);
    for (size_t i = 0; i < request.count; i++)
        if (text_equals(given[i].name, field->name))
            given[i] = (struct given){.name = field->name, .text = text};
    request.given = given;
    expect_refusal(asking, &request, field->name, text);
    arena_rewind(arena, mark);
}

static void refuse_twice(struct asking *asking, const struct field *field)
{
    struct arena *arena = asking->demo->work.arena;
    struct arena_mark mark = arena_mark(arena);
    struct request request = {0};
    struct text json = text_open(arena);
    add_object(&json, asking->operation->input, "", NULL);
    demo_give(arena, json.bytes, &request);
    struct given *given = arena_take(arena, (request.count + 1) * sizeof *given);
    memcpy(given, request.given, request.count * sizeof *given);
    for (size_t i = 0; i < request.count; i++)
        if (text_equals(given[i].name, field->name))
            given[request.count] = given[i];
    request.given = given;
    request.count++;
    expect_refusal(asking, &request, field->name, "given twice");
    arena_rewind(arena, mark);
}

static void refuse_texts(struct asking *asking)
{
    const struct schema *schema = asking->operation->input;
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        refuse_twice(asking, field);
        refuse_text(asking, field, "");
        refuse_text(asking, field, "\xFF\xFE of a field");
        refuse_text(asking, field, "cut in a character \xE5\x9F");
        refuse_text(asking, field, "\a");
        if (field->kind == FIELD_TEXT)
            continue;
        refuse_text(asking, field, "word");
        if (field->kind == FIELD_INTEGER || field->kind == FIELD_COUNT) {
            refuse_text(asking, field, "7 ");
            refuse_text(asking, field, "+7");
            refuse_text(asking, field, "0x7");
            refuse_text(asking, field, "99999999999999999999");
        }
    }
}

/* The generated input is right, so that what is refused is what was changed in it. */
static void accept_base(struct asking *asking)
{
    struct arena *arena = asking->demo->work.arena;
    const struct schema *schema = asking->operation->input;
    struct request request = {0};
    struct fault fault = {0};
    struct text json = text_open(arena);
    add_object(&json, schema, "", NULL);
    demo_give(arena, json.bytes, &request);
    if (!schema_decode(arena, &fault, schema, request.given, request.count,
                       arena_take(arena, schema->size)))
        fail_msg("%s: the generated input %s is refused: %s", asking->operation->name, json.bytes,
                 fault.text);
}

static void refuse_operation(struct asking *asking, const struct operation *operation)
{
    asking->operation = operation;
    accept_base(asking);
    refuse_fields(asking, operation->input, "");
    refuse_texts(asking);
}

static void a_field_given_wrongly_is_refused_by_its_name(void **state)
{
    struct demo *demo = *state;
    struct batch batch;
    struct asking asking = {.demo = demo, .batch = &batch};
    int64_t before = demo_entries(demo);
    sign_in_with_everything(demo);
    for (size_t i = 0; all_operations(demo)[i]; i++)
        if (all_operations(demo)[i]->effect == READS)
            refuse_operation(&asking, all_operations(demo)[i]);
    assert_true(batch_begin(&demo->work, &batch));
    for (size_t i = 0; all_operations(demo)[i]; i++)
        if (all_operations(demo)[i]->effect == RECORDS && all_operations(demo)[i]->permission)
            refuse_operation(&asking, all_operations(demo)[i]);
    assert_int_equal(batch.head.size, before);
    if (!batch_commit(&demo->work, &batch))
        fail_msg("%s", demo->work.fault.text);
    assert_int_equal(demo_entries(demo), before);
    print_message("%zu wrong inputs refused\n", asking.count);
    assert_true(asking.count > 1000);
}

static void a_text_with_nul_or_broken_utf8_is_refused_before_any_field(void **state)
{
    struct demo *demo = *state;
    static const char *const texts[] = {"{\"code\":\"a\\u0000b\"}",
                                        "{\"code\":\"\xFF\"}",
                                        "{\"code\":\"\xED\xA0\x80\"}",
                                        "{\"code\":\"\xC0\x80\"}",
                                        "{\"code\":1,\"code\":2}",
                                        "{\"code\":1} x",
                                        ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct json *value = NULL;
        struct fault fault = {0};
        assert_false(json_parse(demo->work.arena, &fault, texts[i], strlen(texts[i]), &value));
        assert_int_equal(fault.kind, FAULT_INPUT);
        demo_check_fault(demo, &fault);
    }
}

/* ---- what the rows declare ---- */

static bool is_word(const char *text)
{
    for (const char *at = text; *at; at++)
        if (!islower((unsigned char)*at) && *at != '_')
            return false;
    return *text != '\0';
}

static void check_helps(const struct schema *schema, const char *owner)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        if (text_is_empty(field->help))
            fail_msg("%s: the field %s has no help.", owner, field->name);
        if (field->kind == FIELD_UNSET || text_is_empty(field->name))
            fail_msg("%s: a field has no kind or no name.", owner);
        bool nests = field->kind == FIELD_LIST || field->kind == FIELD_RECORD;
        if (nests != (field->of != NULL))
            fail_msg("%s: the field %s and what it is made of do not fit.", owner, field->name);
        if (nests)
            check_helps(field->of, owner);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(field->name, schema->fields[j].name);
    }
}

static void every_field_has_a_kind_and_a_help(void **state)
{
    struct demo *demo = *state;
    for (size_t i = 0; all_operations(demo)[i]; i++) {
        check_helps(all_operations(demo)[i]->input, all_operations(demo)[i]->name);
        check_helps(all_operations(demo)[i]->output, all_operations(demo)[i]->name);
    }
    for (size_t i = 0; catalogue_tables[i]; i++)
        check_helps(catalogue_tables[i]->row, catalogue_tables[i]->name);
}

static bool has_personal(const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].personal ||
            (schema->fields[i].of && has_personal(schema->fields[i].of)))
            return true;
    return false;
}

static void check_path(const struct operation *operation)
{
    for (const char *at = strchr(operation->path, '{'); at; at = strchr(at + 1, '{')) {
        char name[64] = {0};
        size_t length = strcspn(at + 1, "}");
        assert_true(length < sizeof name && at[1 + length] == '}');
        memcpy(name, at + 1, length);
        const struct field *field = schema_field(operation->input, name);
        if (!field || !field->required)
            fail_msg("%s: {%s} of the path is no required field of its input.", operation->name,
                     name);
    }
}

static void check_reads(const struct operation *operation)
{
    bool answers = (operation->shape == SHAPE_RECORD && operation->read) ||
                   (operation->shape == SHAPE_LIST && operation->list) ||
                   (operation->shape == SHAPE_STREAM && operation->stream);
    if (operation->scope == SCOPE_UNSET || !answers)
        fail_msg("%s reads without a scope or without its shape's function.", operation->name);
    if (!operation->method || !operation->path || !operation->permission)
        fail_msg("%s reads without a route or a permission.", operation->name);
    assert_string_equal(operation->method, "GET");
    assert_null(operation->judge);
    assert_null(operation->apply);
    assert_null(operation->signature);
    assert_int_equal(operation->witness, PERMISSION_UNSET);
}

static void check_decision(const struct operation *operation)
{
    const struct field *findings = schema_field(operation->output, "findings");
    const struct field *used = schema_field(operation->output, "used");
    if (operation->judge_again && (!findings || findings->of != &finding_schema))
        fail_msg("%s is judged again and keeps no findings.", operation->name);
    if (findings && findings->of == &finding_schema && !operation->judge_again)
        fail_msg("%s keeps findings and is never judged again.", operation->name);
    if (operation->reconsider && (!operation->kind || !used || used->of != &use_schema))
        fail_msg("%s is reconsidered without saying what it used or what to hold.",
                 operation->name);
}

static void check_person(const struct operation *operation)
{
    if (has_personal(operation->output) && !operation->person)
        fail_msg("%s keeps personal fields and does not say whose.", operation->name);
    if (!operation->person != !operation->person_kind)
        fail_msg("%s names a person without the kind, or a kind alone.", operation->name);
    if (operation->person && !schema_field(operation->output, operation->person))
        fail_msg("%s: its person %s is no member of its body.", operation->name, operation->person);
    for (size_t i = 0; i < operation->input->count; i++) {
        const struct field *asked = &operation->input->fields[i];
        const struct field *kept = schema_field(operation->output, asked->name);
        if (kept && kept->kind == FIELD_TEXT && asked->personal && !kept->personal)
            fail_msg("%s: %s is personal when asked and kept in the open.", operation->name,
                     asked->name);
        if (kept && asked->secret)
            fail_msg("%s: the secret %s is a member of the body.", operation->name, asked->name);
    }
}

static void check_records(const struct operation *operation)
{
    if (!operation->judge || !operation->apply || !operation->subject ||
        !schema_field(operation->output, operation->subject))
        fail_msg("%s records without judge, apply or a subject of its body.", operation->name);
    if (!operation->method != !operation->path)
        fail_msg("%s has half a route.", operation->name);
    if (!operation->method != !operation->permission)
        fail_msg("%s can be asked for without a permission, or has one and cannot be asked for.",
                 operation->name);
    assert_int_equal(operation->scope, SCOPE_UNSET);
    check_decision(operation);
    check_person(operation);
}

static void every_operation_declares_all_it_needs(void **state)
{
    struct demo *demo = *state;
    for (size_t i = 0; all_operations(demo)[i]; i++) {
        const struct operation *operation = all_operations(demo)[i];
        const char *dot = strchr(operation->name, '.');
        size_t length = strlen(operation->summary);
        assert_true(operation->effect == READS || operation->effect == RECORDS);
        if (!dot || !is_word(dot + 1) || operation->summary[length - 1] != '.')
            fail_msg("%s: its name is not noun.verb, or its summary no sentence.", operation->name);
        if (operation->path)
            check_path(operation);
        if (operation->effect == READS)
            check_reads(operation);
        else
            check_records(operation);
    }
}

static void names_and_routes_are_unique(void **state)
{
    struct demo *demo = *state;
    const struct operation *const *rows = all_operations(demo);
    for (size_t i = 0; rows[i]; i++)
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(rows[i]->name, rows[j]->name);
            if (text_equals(rows[i]->method, rows[j]->method) &&
                text_equals(rows[i]->path, rows[j]->path))
                fail_msg("%s and %s share a route.", rows[i]->name, rows[j]->name);
        }
    for (size_t i = 0; catalogue_tables[i]; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(catalogue_tables[i]->name, catalogue_tables[j]->name);
}

static void every_consequence_is_of_known_operations(void **state)
{
    struct demo *demo = *state;
    const struct catalogue *catalogue = demo->work.record->catalogue;
    for (const struct consequence *at = catalogue->consequences; at->cause; at++) {
        const struct operation *cause = catalogue_find(catalogue, at->cause);
        const struct operation *effect = catalogue_find(catalogue, at->effect);
        if (!cause || cause->effect != RECORDS || !effect || effect->effect != RECORDS)
            fail_msg("%s or %s is no operation that records.", at->cause, at->effect);
        assert_non_null(at->follow);
    }
}

/* AA-00.word/0 */
static bool is_rule_id(const char *id)
{
    const char *slash = strchr(id, '/');
    char word[64] = {0};
    if (!slash || strlen(id) < 9 || slash < id + 7 || (size_t)(slash - id) - 6 >= sizeof word)
        return false;
    memcpy(word, id + 6, (size_t)(slash - id) - 6);
    return isupper((unsigned char)id[0]) && isupper((unsigned char)id[1]) && id[2] == '-' &&
           isdigit((unsigned char)id[3]) && isdigit((unsigned char)id[4]) && id[5] == '.' &&
           is_word(word) && slash[1] && strspn(slash + 1, "0123456789") == strlen(slash + 1);
}

static void every_rule_has_an_id_of_its_own_and_a_question(void **state)
{
    struct demo *demo = *state;
    const struct rule *const *rules = demo->work.record->catalogue->rules;
    for (size_t i = 0; rules[i]; i++) {
        if (!is_rule_id(rules[i]->id))
            fail_msg("%s is no id of a rule.", rules[i]->id);
        if (text_is_empty(rules[i]->asks) || text_is_empty(rules[i]->asks_ja) ||
            text_is_empty(rules[i]->basis))
            fail_msg("%s asks nothing, or does not say why.", rules[i]->id);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(rules[i]->id, rules[j]->id);
    }
    assert_false(is_rule_id("AU-5.word/1"));
    assert_false(is_rule_id("AU-05"));
    assert_false(is_rule_id("AU-05.word/"));
}

/* ---- every statement on both engines ---- */

static void check_prepares(struct demo *demo, const struct statement *statement)
{
    struct work *work = &demo->work;
    const char **names = NULL;
    size_t count = 0;
    if (!demo->engine->columns(work->database->handle, &work->fault, work->arena, statement, &names,
                               &count))
        fail_msg("%s: %s", statement->sql, work->fault.text);
    assert_int_equal(count, statement->gives ? statement->gives->count : 0);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(names[i], statement->gives->fields[i].name);
}

static void check_uses_index(struct demo *demo, const struct statement *statement)
{
    struct work *work = &demo->work;
    const char *plan = NULL;
    if (!demo->engine->explain(work->database->handle, &work->fault, work->arena, statement, &plan))
        fail_msg("%s: %s", statement->sql, work->fault.text);
    if (!*plan || strstr(plan, "SCAN") || strstr(plan, "Seq Scan"))
        fail_msg("%s reads the whole table: %s", statement->sql, plan);
}

static bool can_page(const struct table *table)
{
    const struct field *key = schema_field(table->row, table->key);
    return key && field_letter(key) == 't';
}

static void check_column(struct demo *demo, const struct table *table, const char *column)
{
    bool sited = schema_field(table->row, "site") != NULL;
    if (!schema_field(table->row, column))
        fail_msg("Table %s has no column %s.", table->name, column);
    for (int scoped = 0; scoped <= sited; scoped++) {
        const struct statement list =
            view_statement(demo->work.arena, table, VIEW_LIST, column, scoped);
        check_prepares(demo, &list);
        check_uses_index(demo, &list);
    }
}

static void check_table(struct demo *demo, const struct table *table)
{
    struct arena *arena = demo->work.arena;
    bool sited = schema_field(table->row, "site") != NULL;
    size_t keys = 0;
    size_t indexes = 0;
    const char **key = text_split(arena, table->key, ' ', &keys);
    const char **index = text_split(arena, table->indexes, ' ', &indexes);
    assert_true(keys > 0);
    for (size_t i = 0; i < keys; i++)
        assert_non_null(schema_field(table->row, key[i]));
    for (int scoped = 0; scoped <= sited; scoped++) {
        const struct statement find = view_statement(arena, table, VIEW_FIND, NULL, scoped);
        const struct statement list = view_statement(arena, table, VIEW_LIST, NULL, scoped);
        check_prepares(demo, &find);
        check_uses_index(demo, &find);
        check_prepares(demo, &list);
        if (can_page(table)) {
            const struct statement page = view_statement(arena, table, VIEW_PAGE, NULL, scoped);
            check_prepares(demo, &page);
            check_uses_index(demo, &page);
        }
    }
    for (int which = VIEW_PUT; which <= VIEW_REMOVE; which++) {
        const struct statement statement =
            view_statement(arena, table, (enum view_statement)which, NULL, false);
        check_prepares(demo, &statement);
    }
    check_column(demo, table, key[0]);
    for (size_t i = 0; i < indexes; i++)
        check_column(demo, table, index[i]);
}

static void every_statement_prepares_and_gives_its_members(void **state)
{
    struct demo *demo = *state;
    const struct table *const ledger[] = {&entry_table, &file_table, &checkpoint_table,
                                          &head_table};
    if (demo->engine == &postgres_engine)
        demo_sql(demo, "SET enable_seqscan = off", NO_VALUES);
    for (size_t i = 0; i < sizeof ledger / sizeof *ledger; i++)
        check_table(demo, ledger[i]);
    for (size_t i = 0; catalogue_tables[i]; i++)
        check_table(demo, catalogue_tables[i]);
    for (size_t i = 0; i < LEDGER_STATEMENTS; i++)
        check_prepares(demo, &ledger_statements[i]);
}

/* ---- */

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        cmocka_unit_test(every_operation_declares_all_it_needs),
        cmocka_unit_test(every_field_has_a_kind_and_a_help),
        cmocka_unit_test(names_and_routes_are_unique),
        cmocka_unit_test(every_consequence_is_of_known_operations),
        cmocka_unit_test(every_rule_has_an_id_of_its_own_and_a_question),
        cmocka_unit_test(every_statement_prepares_and_gives_its_members),
        cmocka_unit_test(a_text_with_nul_or_broken_utf8_is_refused_before_any_field),
        cmocka_unit_test(a_field_given_wrongly_is_refused_by_its_name),
        cmocka_unit_test(an_operation_that_forgets_something_is_refused_for_everybody),
        cmocka_unit_test(a_role_is_refused_exactly_what_its_permissions_leave_out),
    };
    const struct CMUnitTest on_postgres[] = {
        cmocka_unit_test(every_statement_prepares_and_gives_its_members),
        cmocka_unit_test(a_field_given_wrongly_is_refused_by_its_name),
        cmocka_unit_test(an_operation_that_forgets_something_is_refused_for_everybody),
    };
    int failed = cmocka_run_group_tests_name("every row, on SQLite", on_sqlite, demo_open_sqlite,
                                             demo_close);
    if (demo_server())
        failed += cmocka_run_group_tests_name("every row, on PostgreSQL", on_postgres,
                                              demo_open_postgres, demo_close);
    return failed;
}
