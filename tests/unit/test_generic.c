/* test_generic.c: does every operation, table, statement and rule declare what it needs? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "demo.h"

#include "contract/hold.h"
#include "manufacture/vial.h"
#include "quality/assay.h"
#include "supply/exposure.h"
#include "treatment/consent_template.h"
#include "treatment/patient.h"
#include "treatment/thaw.h"
#include "vigilance/event.h"

#include <ctype.h>

static const struct operation *const *all_operations(const struct demo *demo)
{
    return demo->work.record->catalogue->operations;
}

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
    if (!slash || strlen(id) < 9 || slash - id < 7 || (size_t)(slash - id) - 6 >= sizeof word)
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
    for (int scoped = 0; scoped < (sited ? 2 : 1); scoped++) {
        for (int brief = 0; brief < 2; brief++) {
            const struct statement list = view_statement(
                demo->work.arena, table, brief ? VIEW_BRIEF : VIEW_LIST, column, scoped);
            check_prepares(demo, &list);
            check_uses_index(demo, &list);
        }
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
    for (int scoped = 0; scoped < (sited ? 2 : 1); scoped++) {
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

/* What is asked at the bedside, in the morning and before every step: no table grows into its
 * answer. Names that were reached already are read from memory. */
static void what_stops_a_step_is_found_by_index(void **state)
{
    struct demo *demo = *state;
    struct work *work = &demo->work;
    const struct {
        const struct table *table;
        enum view_statement which;
        const char *column;
    } asked[] = {{&hold_table, VIEW_SOURCES, NULL},
                 {&assay_result_table, VIEW_BOTH, NULL},
                 {&exposure_table, VIEW_TOUCHING, NULL},
                 {&thaw_table, VIEW_TOUCHING, NULL},
                 {&consent_template_table, VIEW_NEWEST, NULL},
                 {&patient_table, VIEW_BETWEEN, "eligible_until"},
                 {&event_table, VIEW_BETWEEN, "due_on"}};
    if (demo->engine == &postgres_engine)
        demo_sql(demo, "SET enable_seqscan = off", NO_VALUES);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const char *plan = NULL;
        const struct statement statement =
            view_statement(work->arena, asked[i].table, asked[i].which, asked[i].column, false);
        check_prepares(demo, &statement);
        if (!demo->engine->explain(work->database->handle, &work->fault, work->arena, &statement,
                                   &plan))
            fail_msg("%s: %s", statement.sql, work->fault.text);
        assert_true(*plan && !strstr(plan, "Seq Scan"));
        for (const char *at = strstr(plan, "SCAN"); at; at = strstr(at + 1, "SCAN"))
            if (!text_starts(at, "SCAN source"))
                fail_msg("%s reads the whole table: %s", statement.sql, plan);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_declares_all_it_needs),
        cmocka_unit_test(every_field_has_a_kind_and_a_help),
        cmocka_unit_test(names_and_routes_are_unique),
        cmocka_unit_test(every_consequence_is_of_known_operations),
        cmocka_unit_test(every_rule_has_an_id_of_its_own_and_a_question),
        cmocka_unit_test(every_statement_prepares_and_gives_its_members),
        cmocka_unit_test(what_stops_a_step_is_found_by_index),
    };
    int failed =
        cmocka_run_group_tests_name("every row, on SQLite", tests, demo_open_sqlite, demo_close);
    if (demo_server())
        failed += cmocka_run_group_tests_name("every row, on PostgreSQL", tests, demo_open_postgres,
                                              demo_close);
    return failed;
}
