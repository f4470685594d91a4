/* token.c: a token itself never enters the program's record, only who may use one and until when.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crew/token.h"

#include "base/time.h"
#include "crew/session.h"

struct token_grant {
    const char *code;
    const char *account;
    int64_t days;
    const char *sha256;
};
static const struct field grant_fields[] = {
    FIELD(struct token_grant, code, .required = true, .code = true, .longest = 32,
          .help = "Name of the token, by which it is revoked"),
    FIELD(struct token_grant, account, .required = true, .code = true, .longest = 24,
          .help = "Account for which it acts, at your site"),
    FIELD(struct token_grant, days, .required = true, .low = 1, .high = TOKEN_DAYS_MOST,
          .unit = "days", .help = "How long it is valid"),
    FIELD(struct token_grant, sha256, .required = true, .code = true, .longest = 64,
          .help = "SHA-256 of the token in hexadecimal; the token itself stays with its holder"),
};
static const struct schema grant_schema = SCHEMA("token_grant", struct token_grant, grant_fields);
static const struct field granted_fields[] = {
    FIELD(struct token_grant, code, .help = "Name of the token"),
    FIELD(struct token_grant, account, .help = "Account for which it acts"),
    FIELD(struct token_grant, days, .unit = "days", .help = "How long it is valid"),
};
static const struct schema granted_schema =
    SCHEMA("token_granted", struct token_grant, granted_fields);
static const struct field revoked_fields[] = {
    FIELD(struct token_grant, code, .required = true, .code = true, .longest = 32,
          .help = "Name of the token"),
    FIELD(struct token_grant, account, .required = true, .code = true, .longest = 24,
          .help = "Account for which it acts"),
};
static const struct schema revoked_schema =
    SCHEMA("token_revoked", struct token_grant, revoked_fields);

static bool issue_judge(struct work *work, const void *input, void *body)
{
    const struct token_grant *grant = input;
    unsigned char hash[HASH_BYTES];
    struct actor holder;
    struct token before = {0};
    bool found = false;
    *(struct token_grant *)body =
        (struct token_grant){.code = grant->code, .account = grant->account, .days = grant->days};
    if (!hex_parse(grant->sha256, hash, sizeof hash))
        return fail(&work->fault, FAULT_INPUT, "sha256",
                    "The field sha256 must be 64 lower-case "
                    "hexadecimal digits.");
    if (!permission_grant_named(work, "account", grant->account, work->actor->site, &holder) ||
        !view_find(work, &token_table, VALUES(value_text(grant->code)), &before, &found))
        return false;
    if (found)
        return fail(&work->fault, FAULT_CONFLICT, "code",
                    "The token %s exists already; choose "
                    "another name.",
                    grant->code);
    const struct token token = {grant->code,      grant->sha256,
                                grant->account,   work->actor->site,
                                {work->now_usec}, {work->now_usec + grant->days * USEC_PER_DAY}};
    return view_put(work, &token_table, &token);
}

/* The token is kept at this place; the entry only says that it was granted. */
static bool nothing_apply(struct work *work, const struct entry *entry, const void *body)
{
    (void)work;
    (void)entry;
    (void)body;
    return true;
}

static bool revoke_judge(struct work *work, const void *input, void *body)
{
    const struct token_grant *grant = input;
    *(struct token_grant *)body =
        (struct token_grant){.code = grant->code, .account = grant->account};
    return token_revoke(work, grant->account, grant->code);
}

const struct operation token_operations[TOKEN_OPERATIONS] = {
    {.name = "token.issue",
     .method = "POST",
     .path = "/tokens",
     .summary = "Let a program act for an account at this site, by a token that it drew itself.",
     .permission = PERMIT_CREW_WRITE,
     .effect = RECORDS,
     .signature = "responsible",
     .input = &grant_schema,
     .output = &granted_schema,
     .subject = "code",
     .judge = issue_judge,
     .apply = nothing_apply},
    {.name = "token.revoke",
     .method = "POST",
     .path = "/tokens/{code}/revoke",
     .summary = "Revoke a token.",
     .permission = PERMIT_CREW_WRITE,
     .effect = RECORDS,
     .input = &revoked_schema,
     .output = &revoked_schema,
     .subject = "code",
     .judge = revoke_judge,
     .apply = nothing_apply},
};
