/* actor.c: the tables of people, and how a secret is checked. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/actor.h"

#include "chain/record.h"

#include <sodium.h>
#include <string.h>

static const struct field account_fields[] = {
    FIELD(struct account, code, .help = "Account"),
    FIELD(struct account, name, .help = "Printed name"),
    FIELD(struct account, closed, .help = "Closed for good"),
    FIELD(struct account, entry, .help = "Entry that says so"),
};
const struct schema account_schema = SCHEMA("account", struct account, account_fields);
const struct table account_table = {"account", &account_schema, "code", "", TABLE_VIEW};

static const struct field assignment_fields[] = {
    FIELD(struct assignment, account, .help = "Account"),
    FIELD(struct assignment, site, .help = "Site"),
    FIELD(struct assignment, role, .help = "Role"),
    FIELD(struct assignment, withdrawn, .help = "No longer held"),
    FIELD(struct assignment, entry, .help = "Entry that says so"),
};
const struct schema assignment_schema = SCHEMA("assignment", struct assignment, assignment_fields);
const struct table assignment_table = {"assignment", &assignment_schema, "account site role", "",
                                       TABLE_VIEW};

static const struct field role_fields[] = {
    FIELD(struct role, code, .help = "Role"),
    FIELD(struct role, name, .help = "Name in English"),
    FIELD(struct role, name_ja, .help = "Name in Japanese"),
    FIELD(struct role, permissions, .help = "What the role may do"),
    FIELD(struct role, apart, .help = "Roles that one account may not also hold for one lot"),
    FIELD(struct role, basis, .help = "Where the role comes from"),
    FIELD(struct role, entry, .help = "Entry that says so"),
};
const struct schema role_schema = SCHEMA("role", struct role, role_fields);
const struct table role_table = {"role", &role_schema, "code", "", TABLE_VIEW};

static const struct field site_fields[] = {
    FIELD(struct site, code, .help = "Site"),
    FIELD(struct site, name, .help = "Name"),
    FIELD(struct site, kind, .help = "maker, clinic or other"),
    FIELD(struct site, entry, .help = "Entry that says so"),
};
const struct schema site_schema = SCHEMA("site", struct site, site_fields);
const struct table site_table = {"site", &site_schema, "code", "", TABLE_VIEW};

static const struct field secret_fields[] = {
    FIELD(struct secret, account, .help = "Account"),
    FIELD(struct secret, hash, .help = "Argon2id", .secret = true),
};
static const struct schema secret_schema = SCHEMA("secret", struct secret, secret_fields);
const struct table secret_table = {"secret", &secret_schema, "account", "", TABLE_LOCAL};

const char *actor_demo_secret(struct arena *arena, const char *account)
{
    return arena_print(arena, "demo-%s-secret", account);
}

bool actor_hash_secret(struct work *work, const char *secret, const char **hash)
{
    char *room = arena_take(work->arena, crypto_pwhash_STRBYTES);
    bool demo = work->record->demo;
    unsigned long long passes =
        demo ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_INTERACTIVE;
    size_t memory = demo ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_INTERACTIVE;
    *hash = room;
    return crypto_pwhash_str(room, secret, strlen(secret), passes, memory) == 0 ||
           fail(&work->fault, FAULT_STORAGE, "",
                "There is not enough memory to protect a secret; "
                "try again.");
}

bool actor_check_secret(struct work *work, const char *account, const char *secret,
                        const char *field)
{
    struct account row = {0};
    struct secret stored = {0};
    bool found = false;
    bool has_secret = false;
    if (!view_find(work, &account_table, VALUES(value_text(account)), &row, &found) ||
        !view_find(work, &secret_table, VALUES(value_text(account)), &stored, &has_secret))
        return false;
    bool usable = found && !row.closed && has_secret;
    /* A name that does not exist costs as much time as a wrong secret. */
    if (!usable && !actor_hash_secret(work, "no such account", &stored.hash))
        return false;
    bool same = crypto_pwhash_str_verify(stored.hash, secret, strlen(secret)) == 0;
    return (usable && same) || fail(&work->fault, FAULT_SIGN_IN, field,
                                    "The account and the secret do not belong "
                                    "together; check both.");
}
