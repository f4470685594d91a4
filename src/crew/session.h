/* session.h: who is signed in, and which programs may act for an account? */
#ifndef CREW_SESSION_H
#define CREW_SESSION_H

#include "chain/view.h"

/* One log-in of one account at one site. Only the hash of its token is kept. */
struct session {
    const char *hash; /* SHA-256 of the token */
    const char *account;
    const char *site;
    struct instant opened;
    struct instant seen; /* last request, to the minute */
};

/* A program's right to act for an account at a site until it expires. */
struct token {
    const char *code; /* public name, by which it is revoked */
    const char *hash; /* SHA-256 of the token */
    const char *account;
    const char *site;
    struct instant issued;
    struct instant expires;
};

extern const struct table session_table, token_table;

enum { SESSION_IDLE_MINUTES = 30, SESSION_HOURS = 12, SESSIONS_MOST = 16, TOKEN_DAYS_MOST = 400 };

/* A new session of a secret token that only the caller of this function ever sees. The oldest
 * sessions of the account go when it has too many. Inside a write transaction. */
MUST_USE bool session_open(struct work *work, const char *account, const char *site,
                           struct session *session, const char **token);
/* FAULT_SIGN_IN when nobody is signed in with this token, or no longer. */
MUST_USE bool session_find(struct work *work, const char *token, struct session *session);
/* Whether the time of the last request is worth writing down. */
bool session_is_stale(const struct work *work, const struct session *session);
/* Notes the time of a request, unless the session was closed meanwhile. In a write transaction. */
MUST_USE bool session_touch(struct work *work, const char *hash);
MUST_USE bool session_close(struct work *work, const char *hash);
/* When it ends if nothing is asked. */
struct instant session_end(const struct session *session);
/* What pages must send beside the cookie, so that other sites cannot ask in their name. */
const char *session_proof(struct work *work, const char *token);

/* A new token; row gets what was stored, token what its holder must keep. */
MUST_USE bool token_issue(struct work *work, const char *account, const char *site, int64_t days,
                          struct token *row, const char **token);
/* FAULT_SIGN_IN when there is no such token, or no longer. */
MUST_USE bool token_find(struct work *work, const char *token, struct token *row);
/* FAULT_MISSING unless the account holds a token of that code. */
MUST_USE bool token_revoke(struct work *work, const char *account, const char *code);

#endif
