/* permission.c: words to permissions, and roles to an actor. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/permission.h"

#include "chain/view.h"

#include <string.h>

static const struct {
    const char *word;
    const char *meaning;
} words[PERMISSION_COUNT] = {[PERMISSION_UNSET] = {"", "nothing"},
#define P(name, meaning) [PERMIT_##name] = {#name, meaning},
                             PERMISSIONS(P)
#undef P
};

const char *permission_word(enum permission permission)
{
    return words[permission].word;
}

const char *permission_meaning(enum permission permission)
{
    return words[permission].meaning;
}

bool permission_is_everybodys(enum permission permission)
{
    return permission == PERMIT_TODAY_READ;
}

static bool is_word(int permission, const char *word, size_t size)
{
    const char *own = words[permission].word;
    return own[0] == word[0] && strncmp(own, word, size) == 0 && !own[size];
}

/* Roles name what they may do mostly in the order of the list: looked for behind the one before. */
static enum permission permission_behind(enum permission before, const char *word, size_t size)
{
    for (int i = (int)before + 1; size && i < PERMISSION_COUNT; i++)
        if (is_word(i, word, size))
            return (enum permission)i;
    for (int i = PERMISSION_UNSET + 1; size && i <= (int)before; i++)
        if (is_word(i, word, size))
            return (enum permission)i;
    return PERMISSION_UNSET;
}

enum permission permission_of(const char *word)
{
    return permission_behind(PERMISSION_UNSET, word, strlen(word));
}

static bool add_role(struct work *work, const char *code, struct text *roles, struct actor *actor)
{
    struct role role = {0};
    enum permission permission = PERMISSION_UNSET;
    bool found = false;
    if (!view_find(work, &role_table, VALUES(value_text(code)), &role, &found) || !found)
        return work->fault.kind == FAULT_NONE;
    text_add(roles, roles->length ? " " : "");
    text_add(roles, code);
    for (const char *at = role.permissions; at && *at;) {
        size_t size = strcspn(at, " ");
        permission = permission_behind(permission, at, size);
        actor->permitted[permission] = true;
        at += size + strspn(at + size, " ");
    }
    actor->permitted[PERMISSION_UNSET] = false;
    return true;
}

bool permission_grant_named(struct work *work, const char *field, const char *account,
                            const char *site, struct actor *actor)
{
    if (permission_grant(work, account, site, actor))
        return true;
    if (work->fault.kind != FAULT_SIGN_IN)
        return false;
    work->fault = (struct fault){0};
    return fail(&work->fault, FAULT_MISSING, field,
                "There is no open account %s; name somebody who works here.", account);
}

/* Of what an account holds, what counts at the actor's site; without one the first site is it. */
static bool add_roles(struct work *work, const struct rows *held, struct text *roles,
                      struct actor *actor)
{
    const struct assignment *assignments = held->items;
    for (size_t i = 0; i < held->count; i++) {
        if (assignments[i].withdrawn)
            continue;
        if (!actor->site)
            actor->site = assignments[i].site;
        if (text_equals(actor->site, assignments[i].site) &&
            !add_role(work, assignments[i].role, roles, actor))
            return false;
    }
    return true;
}

bool permission_grant(struct work *work, const char *account, const char *site, struct actor *actor)
{
    struct account row = {0};
    struct rows held = {0};
    struct text roles = text_open(work->arena);
    bool found = false;
    *actor = (struct actor){0};
    if (!view_find(work, &account_table, VALUES(value_text(account)), &row, &found))
        return false;
    if (!found || row.closed)
        return fail(&work->fault, FAULT_SIGN_IN, "account",
                    "The account is closed or unknown; "
                    "sign in with another.");
    if (!view_list(work, &assignment_table, "account", value_text(account), &held))
        return false;
    *actor = (struct actor){.account = row.code, .name = row.name, .site = site};
    if (!add_roles(work, &held, &roles, actor))
        return false;
    actor->roles = roles.bytes;
    for (int i = PERMISSION_UNSET + 1; i < PERMISSION_COUNT; i++)
        if (permission_is_everybodys((enum permission)i))
            actor->permitted[i] = roles.length > 0;
    return roles.length > 0 || fail(&work->fault, FAULT_FORBIDDEN, "site",
                                    "The account %s holds no role%s%s; an "
                                    "administrator can give one.",
                                    account, site ? " at site " : "", site ? site : "");
}
