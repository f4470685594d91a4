/* session.c: random tokens, of which only hashes are kept. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crew/session.h"

#include "base/time.h"
#include "chain/record.h"

#include <sodium.h>
#include <string.h>

enum { DRAWN_BYTES = 32, CODE_BYTES = 6, TOUCH_SECONDS = 60 };

static const int64_t idle_usec = SESSION_IDLE_MINUTES * USEC_PER_MINUTE;
static const int64_t ahead_usec = USEC_PER_MINUTE; /* by so much may clocks be set back */
static const int64_t most_usec = SESSION_HOURS * (60 * USEC_PER_MINUTE);

static const struct field session_fields[] = {
    FIELD(struct session, hash, .help = "SHA-256 of the token", .secret = true),
    FIELD(struct session, account, .help = "Account"),
    FIELD(struct session, site, .help = "Site"),
    FIELD(struct session, opened, .help = "When the account signed in"),
    FIELD(struct session, seen, .help = "Last request, to the minute"),
};
static const struct schema session_schema = SCHEMA("session", struct session, session_fields);
const struct table session_table = {"session", &session_schema, "hash", "account", TABLE_LOCAL};

static const struct field token_fields[] = {
    FIELD(struct token, code, .help = "Public name"),
    FIELD(struct token, hash, .help = "SHA-256 of the token", .secret = true),
    FIELD(struct token, account, .help = "Account"),
    FIELD(struct token, site, .help = "Site"),
    FIELD(struct token, issued, .help = "When it was issued"),
    FIELD(struct token, expires, .help = "When it ends"),
};
static const struct schema token_schema = SCHEMA("token", struct token, token_fields);
const struct table token_table = {"token", &token_schema, "code", "hash account", TABLE_LOCAL};

static const char *draw(struct work *work, size_t size)
{
    unsigned char drawn[DRAWN_BYTES];
    randombytes_buf(drawn, size);
    const char *text = hex_print(work->arena, drawn, size);
    sodium_memzero(drawn, sizeof drawn);
    return text;
}

static const char *hash_text(struct work *work, const char *text)
{
    struct hash hash = hasher_hash(work->database->hasher, text, strlen(text));
    return hex_print(work->arena, hash.bytes, HASH_BYTES);
}

struct instant session_end(const struct session *session)
{
    int64_t idle = session->seen.usec + idle_usec;
    int64_t most = session->opened.usec + most_usec;
    return (struct instant){idle < most ? idle : most};
}

/* One from the future is of a clock that was wrong: it would outlive its time. */
static bool has_ended(const struct work *work, const struct session *session)
{
    return session_end(session).usec <= work->now_usec ||
           session->opened.usec > work->now_usec + ahead_usec ||
           session->seen.usec > work->now_usec + ahead_usec;
}

bool session_is_stale(const struct work *work, const struct session *session)
{
    return work->now_usec - session->seen.usec >= TOUCH_SECONDS * USEC_PER_SECOND;
}

/* Removes what has ended, and the oldest of what is left if there are too many. */
static bool make_room(struct work *work, const char *account)
{
    struct rows rows;
    size_t open = 0;
    if (!view_list(work, &session_table, "account", value_text(account), &rows))
        return false;
    struct session *sessions = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!has_ended(work, &sessions[i]))
            sessions[open++] = sessions[i];
        else if (!session_close(work, sessions[i].hash))
            return false;
    }
    for (; open >= SESSIONS_MOST; open--) {
        size_t oldest = 0;
        for (size_t i = 1; i < open; i++)
            if (sessions[i].opened.usec < sessions[oldest].opened.usec)
                oldest = i;
        if (!session_close(work, sessions[oldest].hash))
            return false;
        sessions[oldest] = sessions[open - 1];
    }
    return true;
}

bool session_open(struct work *work, const char *account, const char *site, struct session *session,
                  const char **token)
{
    *token = draw(work, DRAWN_BYTES);
    *session = (struct session){.hash = hash_text(work, *token),
                                .account = account,
                                .site = site,
                                .opened = {work->now_usec},
                                .seen = {work->now_usec}};
    return make_room(work, account) && view_add(work, &session_table, session);
}

bool session_find(struct work *work, const char *token, struct session *session)
{
    bool found = false;
    const char *hash = hash_text(work, token);
    if (!view_find(work, &session_table, VALUES(value_text(hash)), session, &found))
        return false;
    if (!found)
        return fail(&work->fault, FAULT_SIGN_IN, "",
                    "You are not signed in any more; sign in "
                    "again.");
    return !has_ended(work, session) || fail(&work->fault, FAULT_SIGN_IN, "",
                                             "Your session has ended after %d minutes without "
                                             "a request or %d hours in all; sign in again.",
                                             SESSION_IDLE_MINUTES, SESSION_HOURS);
}

bool session_touch(struct work *work, const char *hash)
{
    struct session session = {0};
    bool found = false;
    if (!view_find(work, &session_table, VALUES(value_text(hash)), &session, &found))
        return false;
    if (!found || session.seen.usec >= work->now_usec)
        return true;
    session.seen.usec = work->now_usec;
    return view_put(work, &session_table, &session);
}

bool session_close(struct work *work, const char *hash)
{
    return view_remove(work, &session_table, VALUES(value_text(hash)));
}

const char *session_proof(struct work *work, const char *token)
{
    return hash_text(work, arena_print(work->arena, "proof of %s", token));
}

bool token_issue(struct work *work, const char *account, const char *site, int64_t days,
                 struct token *row, const char **token)
{
    if (days < 1 || days > TOKEN_DAYS_MOST)
        return fail(&work->fault, FAULT_INPUT, "days", "A token lasts 1 to %d days.",
                    TOKEN_DAYS_MOST);
    *token = arena_print(work->arena, "exo_%s", draw(work, DRAWN_BYTES));
    *row = (struct token){.code = draw(work, CODE_BYTES),
                          .hash = hash_text(work, *token),
                          .account = account,
                          .site = site,
                          .issued = {work->now_usec},
                          .expires = {work->now_usec + days * USEC_PER_DAY}};
    return view_add(work, &token_table, row);
}

bool token_find(struct work *work, const char *token, struct token *row)
{
    struct rows rows;
    if (!view_list(work, &token_table, "hash", value_text(hash_text(work, token)), &rows))
        return false;
    if (!rows.count)
        return fail(&work->fault, FAULT_SIGN_IN, "", "This token is not valid; ask for another.");
    *row = ROWS(rows, struct token)[0];
    return row->expires.usec > work->now_usec ||
           fail(&work->fault, FAULT_SIGN_IN, "", "This token has expired; ask for another.");
}

bool token_revoke(struct work *work, const char *account, const char *code)
{
    struct token row = {0};
    if (!view_need(work, &token_table, "code", code, &row))
        return false;
    if (!text_equals(row.account, account))
        return fail(&work->fault, FAULT_MISSING, "code", "The account holds no token %s.", code);
    return view_remove(work, &token_table, VALUES(value_text(code)));
}
