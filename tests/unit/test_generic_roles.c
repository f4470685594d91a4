/* test_generic_roles.c: may each role do exactly what its permissions say, in every operation? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "demo.h"

#include "crew/account.h"

#include <stdio.h>

enum { TABLE_BYTES = 1 << 16, MOST_ROLES = 64 };
static const char *const sites[] = {"M", "K1", "K2"};
enum { SITES = sizeof sites / sizeof *sites };

static const struct operation *const *all_operations(const struct demo *demo)
{
    return demo->work.record->catalogue->operations;
}

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
    if (!folder_read(arena, &demo->work.fault, "data/roles.tsv", TABLE_BYTES, &bytes, &size))
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
    bool worked = operation->effect != RECORDS ? operation_read(work, &request, &reply)
                                               : operation_record(work, batch, &request, &reply);
    struct fault fault = work->fault;
    work->fault = (struct fault){0};
    fclose(out);
    assert_int_equal(worked, fault.kind == FAULT_NONE);
    if (!worked)
        demo_check_fault(demo, &fault);
    return fault;
}

/* The head of a batch lives in the arena, so that each request has a batch of its own here. */
static struct fault ask_alone(struct demo *demo, const struct operation *operation)
{
    struct batch batch = {0};
    struct arena_mark mark = arena_mark(demo->work.arena);
    if (operation->effect == RECORDS && !batch_begin(&demo->work, &batch))
        fail_msg("%s", demo->work.fault.text);
    struct fault fault = ask_nothing(demo, &batch, operation);
    if (operation->effect == RECORDS)
        ledger_abandon(&demo->work);
    arena_rewind(demo->work.arena, mark);
    return fault;
}

static void ask_as_role(struct demo *demo, const struct role_line *role)
{
    const struct operation *const *operations = all_operations(demo);
    for (size_t i = 0; operations[i]; i++) {
        const struct operation *operation = operations[i];
        struct fault fault = ask_alone(demo, operation);
        bool may = has_word(role->permissions, permission_word(operation->permission)) ||
                   permission_is_everybodys(operation->permission);
        if (may == (fault.kind == FAULT_FORBIDDEN))
            fail_msg("%s as %s at %s should %sbe allowed: kind %d \"%s\"", operation->name,
                     role->code, demo->actor.site, may ? "" : "not ", (int)fault.kind, fault.text);
    }
}

static void a_role_is_refused_exactly_what_its_permissions_leave_out(void **state)
{
    struct demo *demo = *state;
    struct role_line roles[MOST_ROLES];
    size_t count = read_roles(demo, roles);
    found_roles(demo, roles, count);
    int64_t before = demo_entries(demo);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < SITES; j++) {
            demo_sign_in(demo, account_of(demo, i), sites[j]);
            ask_as_role(demo, &roles[i]);
        }
    assert_int_equal(demo_entries(demo), before);
}

static void expect_forbidden(struct demo *demo, const struct operation *operation)
{
    struct fault fault = ask_alone(demo, operation);
    if (fault.kind != FAULT_FORBIDDEN)
        fail_msg("%s forgot something and is not refused: kind %d \"%s\"", operation->name,
                 (int)fault.kind, fault.text);
}

static void an_operation_that_forgets_something_is_refused_for_everybody(void **state)
{
    struct demo *demo = *state;
    demo_sign_in(demo, "DC1", "M");
    for (int i = PERMISSION_UNSET; i < PERMISSION_COUNT; i++)
        demo->actor.permitted[i] = true;
    for (size_t i = 0; all_operations(demo)[i]; i++) {
        struct operation forgot = *all_operations(demo)[i];
        forgot.permission = PERMISSION_UNSET;
        expect_forbidden(demo, &forgot);
        forgot.permission = PERMIT_DONOR_READ;
        if (forgot.effect == READS) {
            forgot.scope = SCOPE_UNSET;
            expect_forbidden(demo, &forgot);
        }
        forgot.effect = EFFECT_UNSET;
        expect_forbidden(demo, &forgot);
    }
}

static void every_permission_is_known_by_its_whole_word(void **state)
{
    struct demo *demo = *state;
    for (int i = PERMISSION_UNSET + 1; i < PERMISSION_COUNT; i++) {
        const char *word = permission_word((enum permission)i);
        assert_int_equal(permission_of(word), i);
        assert_int_equal(permission_of(arena_print(demo->arena, "%sX", word)), PERMISSION_UNSET);
        assert_int_equal(permission_of(arena_text(demo->arena, word, strlen(word) - 1)),
                         PERMISSION_UNSET);
    }
    assert_int_equal(permission_of(""), PERMISSION_UNSET);
}

/* Whatever the order in which a role names them. */
static void a_role_that_counts_backwards_may_do_as_much(void **state)
{
    struct demo *demo = *state;
    struct work *work = &demo->work;
    struct actor actor = {0};
    struct text words = text_open(demo->arena);
    for (int i = PERMISSION_COUNT - 1; i > PERMISSION_UNSET; i -= 2)
        text_print(&words, " %s ", permission_word((enum permission)i));
    const struct account account = {.code = "BACKWARDS", .name = "B"};
    const struct role role = {.code = "backwards", .permissions = words.bytes};
    const struct assignment held = {.account = "BACKWARDS", .site = "M", .role = "backwards"};
    assert_true(view_put(work, &account_table, &account) && view_put(work, &role_table, &role) &&
                view_put(work, &assignment_table, &held));
    assert_true(permission_grant(work, "BACKWARDS", "M", &actor));
    for (int i = PERMISSION_UNSET; i < PERMISSION_COUNT; i++)
        assert_int_equal(actor.permitted[i],
                         i > PERMISSION_UNSET && ((PERMISSION_COUNT - i) % 2 ||
                                                  permission_is_everybodys((enum permission)i)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_permission_is_known_by_its_whole_word),
        cmocka_unit_test(a_role_that_counts_backwards_may_do_as_much),
        cmocka_unit_test(an_operation_that_forgets_something_is_refused_for_everybody),
        cmocka_unit_test(a_role_is_refused_exactly_what_its_permissions_leave_out),
    };
    int failed =
        cmocka_run_group_tests_name("every role, on SQLite", tests, demo_open_sqlite, demo_close);
    if (demo_server())
        failed += cmocka_run_group_tests_name("every role, on PostgreSQL", tests,
                                              demo_open_postgres, demo_close);
    return failed;
}
