/* test_generic_fields.c: is every field of every operation refused in words when it is wrong? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "demo.h"

#include <stdio.h>

static const struct operation *const *all_operations(const struct demo *demo)
{
    return demo->work.record->catalogue->operations;
}

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

/* Far enough behind a limit to be another double. */
static double step_behind(double limit)
{
    double size = limit < 0 ? -limit : limit;
    return size > 1024 ? size / 1024 : 1;
}

static void refuse_out_of_range(struct asking *asking, const struct field *field, const char *path)
{
    struct arena *arena = asking->demo->work.arena;
    const char *quote = field->kind == FIELD_REAL ? "\"" : "";
    if (!is_bounded(field))
        return;
    refuse_value(
        asking, path,
        arena_print(arena, "%s%.0f%s", quote, field->low - step_behind(field->low), quote));
    refuse_value(
        asking, path,
        arena_print(arena, "%s%.0f%s", quote, field->high + step_behind(field->high), quote));
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
    demo_sign_in(demo, "DC1", "M");
    for (int i = PERMISSION_UNSET + 1; i < PERMISSION_COUNT; i++)
        demo->actor.permitted[i] = true;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_with_nul_or_broken_utf8_is_refused_before_any_field),
        cmocka_unit_test(a_field_given_wrongly_is_refused_by_its_name),
    };
    int failed =
        cmocka_run_group_tests_name("every field, on SQLite", tests, demo_open_sqlite, demo_close);
    if (demo_server())
        failed += cmocka_run_group_tests_name("every field, on PostgreSQL", tests,
                                              demo_open_postgres, demo_close);
    return failed;
}
