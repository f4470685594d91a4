/* account.c: sites, roles as signed data, accounts and what they hold. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crew/account.h"

#include <string.h>

static const char *const site_kinds[] = {"maker", "clinic", "other", NULL};

static const struct field site_fields[] = {
    FIELD(struct site_registration, code, .required = true, .code = true, .longest = 16,
          .help = "Code of the site"),
    FIELD(struct site_registration, name, .required = true, .help = "Name of the site"),
    FIELD(struct site_registration, kind, .required = true, .choices = site_kinds,
          .help = "What the site is"),
};
static const struct schema site_input = SCHEMA("site", struct site_registration, site_fields);

static const struct field role_fields[] = {
    FIELD(struct role_definition, code, .required = true, .code = true, .longest = 32,
          .help = "Code of the role"),
    FIELD(struct role_definition, name, .required = true, .help = "Name in English"),
    FIELD(struct role_definition, name_ja, .required = true, .help = "Name in Japanese"),
    FIELD(struct role_definition, permissions, .required = true, .longest = 1200,
          .help = "Permissions, separated by blanks"),
    FIELD(struct role_definition, apart, .longest = 400,
          .help = "Roles that the same account may not also hold for one lot"),
    FIELD(struct role_definition, basis, .required = true, .longest = 400,
          .help = "Where the role comes from"),
};
static const struct schema role_input = SCHEMA("role", struct role_definition, role_fields);

static const struct field creation_fields[] = {
    FIELD(struct account_creation, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the account; never used again for somebody else"),
    FIELD(struct account_creation, name, .required = true, .help = "Name as printed"),
    FIELD(struct account_creation, secret, .required = true, .secret = true,
          .help = "First secret, at least ten characters"),
};
static const struct schema creation_input =
    SCHEMA("account_creation", struct account_creation, creation_fields);

static const struct field named_fields[] = {
    FIELD(struct account_creation, code, .help = "Code of the account"),
    FIELD(struct account_creation, name, .help = "Name as printed"),
};
static const struct schema named_body = SCHEMA("account", struct account_creation, named_fields);

static const struct field reset_fields[] = {
    FIELD(struct account_creation, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the account"),
    FIELD(struct account_creation, secret, .required = true, .secret = true,
          .help = "New secret, at least ten characters"),
};
static const struct schema reset_input =
    SCHEMA("account_secret", struct account_creation, reset_fields);

static const struct field code_fields[] = {
    FIELD(struct account_creation, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the account"),
};
static const struct schema code_input =
    SCHEMA("account_code", struct account_creation, code_fields);

static const struct field account_role_fields[] = {
    FIELD(struct account_role, account, .required = true, .code = true, .longest = 24,
          .help = "Account"),
    FIELD(struct account_role, site, .required = true, .code = true, .longest = 16, .help = "Site"),
    FIELD(struct account_role, role, .required = true, .code = true, .longest = 32, .help = "Role"),
};
static const struct schema account_role_schema =
    SCHEMA("account_role", struct account_role, account_role_fields);

static bool site_judge(struct work *work, const void *input, void *body)
{
    const struct site_registration *site = input;
    *(struct site_registration *)body = *site;
    return view_free(work, &site_table, "code", site->code);
}

static bool site_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct site_registration *given = body;
    const struct site site = {given->code, given->name, given->kind, entry->seq};
    return view_put(work, &site_table, &site);
}

static bool role_judge(struct work *work, const void *input, void *body)
{
    const struct role_definition *role = input;
    size_t count = 0;
    const char **words = text_split(work->arena, role->permissions, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (permission_of(words[i]) == PERMISSION_UNSET)
            return fail(&work->fault, FAULT_INPUT, "permissions",
                        "There is no permission %s; "
                        "exoledger permissions lists them.",
                        words[i]);
    *(struct role_definition *)body = *role;
    return true;
}

static bool role_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct role_definition *given = body;
    const struct role role = {given->code,  given->name,  given->name_ja, given->permissions,
                              given->apart, given->basis, entry->seq};
    return view_put(work, &role_table, &role);
}

/* The hash stays at this place; the entry says only that the account was made. */
static bool keep_secret(struct work *work, const struct account_creation *account)
{
    const struct secret secret = {account->code, account->secret};
    return view_put(work, &secret_table, &secret);
}

static bool account_judge(struct work *work, const void *input, void *body)
{
    const struct account_creation *account = input;
    *(struct account_creation *)body =
        (struct account_creation){account->code, account->name, NULL};
    return view_free(work, &account_table, "code", account->code) && keep_secret(work, account);
}

static bool account_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct account_creation *given = body;
    const struct account account = {given->code, given->name, false, entry->seq};
    return view_put(work, &account_table, &account);
}

static bool reset_judge(struct work *work, const void *input, void *body)
{
    const struct account_creation *given = input;
    struct account account = {0};
    if (!view_need(work, &account_table, "code", given->code, &account))
        return false;
    *(struct account_creation *)body = (struct account_creation){account.code, account.name, NULL};
    return !account.closed ? keep_secret(work, given)
                           : fail(&work->fault, FAULT_CONFLICT, "code",
                                  "The account %s is closed "
                                  "for good; open a new one.",
                                  given->code);
}

static bool reset_apply(struct work *work, const struct entry *entry, const void *body)
{
    (void)work;
    (void)entry;
    (void)body;
    return true; /* the secret itself is no part of the record */
}

static bool close_judge(struct work *work, const void *input, void *body)
{
    const struct account_creation *given = input;
    struct account account = {0};
    if (!view_need(work, &account_table, "code", given->code, &account))
        return false;
    *(struct account_creation *)body = (struct account_creation){account.code, account.name, NULL};
    return !account.closed || fail(&work->fault, FAULT_CONFLICT, "code",
                                   "The account %s is closed "
                                   "already.",
                                   given->code);
}

static bool close_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct account_creation *given = body;
    const struct account account = {given->code, given->name, true, entry->seq};
    return view_put(work, &account_table, &account);
}

static bool find_assignment(struct work *work, const struct account_role *given,
                            struct assignment *assignment, bool *held)
{
    bool found = false;
    bool worked = view_find(
        work, &assignment_table,
        VALUES(value_text(given->account), value_text(given->site), value_text(given->role)),
        assignment, &found);
    *held = found && !assignment->withdrawn;
    return worked;
}

static bool assign_judge(struct work *work, const void *input, void *body)
{
    const struct account_role *given = input;
    struct account account = {0};
    struct site site = {0};
    struct role role = {0};
    struct assignment assignment = {0};
    bool held = false;
    *(struct account_role *)body = *given;
    if (!view_need(work, &account_table, "account", given->account, &account) ||
        !view_need(work, &site_table, "site", given->site, &site) ||
        !view_need(work, &role_table, "role", given->role, &role) ||
        !find_assignment(work, given, &assignment, &held))
        return false;
    if (account.closed)
        return fail(&work->fault, FAULT_CONFLICT, "account", "The account %s is closed for good.",
                    given->account);
    return !held ||
           fail(&work->fault, FAULT_CONFLICT, "role", "%s holds the role %s at %s already.",
                given->account, given->role, given->site);
}

static bool assignment_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct account_role *given = body;
    const struct assignment assignment = {given->account, given->site, given->role,
                                          text_starts(entry->operation, "account.withdraw"),
                                          entry->seq};
    return view_put(work, &assignment_table, &assignment);
}

static bool withdraw_judge(struct work *work, const void *input, void *body)
{
    const struct account_role *given = input;
    struct assignment assignment = {0};
    bool held = false;
    *(struct account_role *)body = *given;
    if (!find_assignment(work, given, &assignment, &held))
        return false;
    return held || fail(&work->fault, FAULT_MISSING, "role", "%s does not hold the role %s at %s.",
                        given->account, given->role, given->site);
}

static bool account_list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &account_table, page->after, page_limit(page), rows);
}

static bool role_list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &role_table, page->after, page_limit(page), rows);
}

static bool site_list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &site_table, page->after, page_limit(page), rows);
}

static bool roles_read(struct work *work, const void *input, struct rows *rows)
{
    (void)input;
    return view_list(work, &assignment_table, NULL, value_text(NULL), rows);
}

#define CREW_RECORDS(operation_name, where, what, in, out, member, judging, applying)              \
    .name = operation_name, .method = "POST", .path = where, .summary = what,                      \
    .permission = PERMIT_CREW_WRITE, .effect = RECORDS, .input = in, .output = out,                \
    .subject = member, .judge = judging, .apply = applying
#define CREW_LISTS(operation_name, where, what, row, reading)                                      \
    .name = operation_name, .method = "GET", .path = where, .summary = what,                       \
    .permission = PERMIT_CREW_READ, .effect = READS, .scope = SCOPE_RECORD, .shape = SHAPE_LIST,   \
    .input = &page_schema, .output = row, .list = reading

const struct operation account_operations[ACCOUNT_OPERATIONS] = {
    {CREW_RECORDS("site.register", "/sites", "Register a maker, a clinic or another site.",
                  &site_input, &site_input, "code", site_judge, site_apply)},
    {CREW_RECORDS("role.define", "/roles", "Define a role, or replace its definition.", &role_input,
                  &role_input, "code", role_judge, role_apply),
     .signature = "approved", .witness = PERMIT_CREW_COUNTERSIGN},
    {CREW_RECORDS("account.create", "/accounts", "Open an account with a first secret.",
                  &creation_input, &named_body, "code", account_judge, account_apply)},
    {CREW_RECORDS("account.assign", "/accounts/{account}/roles",
                  "Give an account a role at a site.", &account_role_schema, &account_role_schema,
                  "account", assign_judge, assignment_apply),
     .signature = "responsible"},
    {CREW_RECORDS("account.withdraw", "/accounts/{account}/roles/withdraw",
                  "Withdraw a role from an account.", &account_role_schema, &account_role_schema,
                  "account", withdraw_judge, assignment_apply)},
    {CREW_RECORDS("account.close", "/accounts/{code}/close", "Close an account for good.",
                  &code_input, &named_body, "code", close_judge, close_apply)},
    {CREW_RECORDS("account.reset", "/accounts/{code}/secret",
                  "Replace a lost secret; two administrators agree.", &reset_input, &named_body,
                  "code", reset_judge, reset_apply),
     .signature = "responsible", .witness = PERMIT_CREW_COUNTERSIGN},
    {CREW_LISTS("account.list", "/accounts", "List the accounts.", &account_schema,
                account_list_read)},
    {.name = "account.roles",
     .method = "GET",
     .path = "/accounts/roles",
     .summary = "List who holds or held which role at which site.",
     .permission = PERMIT_CREW_READ,
     .effect = READS,
     .scope = SCOPE_RECORD,
     .shape = SHAPE_LIST,
     .input = &nothing_schema,
     .output = &assignment_schema,
     .list = roles_read},
    {CREW_LISTS("role.list", "/roles", "List the roles and what each may do.", &role_schema,
                role_list_read)},
    {CREW_LISTS("site.list", "/sites", "List the sites.", &site_schema, site_list_read)},
};
