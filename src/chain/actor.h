/* actor.h: who asks? Accounts, the roles they hold at sites, and their secrets. */
#ifndef CHAIN_ACTOR_H
#define CHAIN_ACTOR_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct work;
struct table;
struct schema;

enum { ACTOR_PERMISSIONS = 128 };

/* A signed-in account at one site. Permissions are counted by contract/permission.h; the chain
 * only carries them. */
struct actor {
    const char *account;
    const char *name; /* as printed beside a signature */
    const char *site;
    const char *roles; /* separated by blanks */
    bool permitted[ACTOR_PERMISSIONS];
};

struct account {
    const char *code;
    const char *name;
    bool closed;
    int64_t entry;
};

struct assignment { /* one role of one account at one site */
    const char *account;
    const char *site;
    const char *role;
    bool withdrawn;
    int64_t entry;
};

struct role {
    const char *code;
    const char *name;
    const char *name_ja;
    const char *permissions; /* words, separated by blanks */
    const char *apart;       /* roles that the same account may not hold for one lot */
    const char *basis;
    int64_t entry;
};

struct site {
    const char *code;
    const char *name;
    const char *kind; /* maker, clinic, other */
    int64_t entry;
};

struct secret { /* kept at this place alone, never in an entry */
    const char *account;
    const char *hash; /* Argon2id */
};

extern const struct table account_table, assignment_table, role_table, site_table, secret_table;
extern const struct schema account_schema, assignment_schema, role_schema, site_schema;

/* The secret of an example account: printed for everybody, in a demonstration only. */
const char *actor_demo_secret(struct arena *arena, const char *account);

/* Argon2id of a secret. In a demonstration record, whose secrets are printed for everybody, the
 * cheapest setting is enough. */
__attribute__((warn_unused_result)) bool actor_hash_secret(struct work *work, const char *secret,
                                                           const char **hash);

/* FAULT_SIGN_IN unless the account is open and the secret is its own. Costs about 83 ms of one
 * core, whether the account exists or not. */
__attribute__((warn_unused_result)) bool actor_check_secret(struct work *work, const char *account,
                                                            const char *secret, const char *field);

#endif
