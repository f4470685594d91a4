/* fault.h: what went wrong, in one sentence that the user can act on? */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/arena.h"

#include <stdbool.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_INPUT,     /* the request itself is wrong */
    FAULT_SIGN_IN,   /* nobody, or somebody whose session or secret is not valid, asks */
    FAULT_FORBIDDEN, /* the actor may not do this */
    FAULT_MISSING,   /* the thing named does not exist */
    FAULT_CONFLICT,  /* it exists already, or changed meanwhile */
    FAULT_RULE,      /* a domain rule says no */
    FAULT_TOO_LARGE, /* the request is larger than the place allows */
    FAULT_TOO_OFTEN, /* the account or the place is asked too often */
    FAULT_STORAGE,   /* the database refused or cannot be reached */
    FAULT_UNKNOWN,   /* a commit whose outcome is not known; ask again with the same key */
    FAULT_KINDS,
};

struct fault {
    enum fault_kind kind;
    char field[48];  /* the input field at fault, or "" */
    char rules[256]; /* ids of the rules that refused, separated by blanks, or "" */
    char text[480];  /* one sentence the user can act on */
};

/* What a kind means outside: HTTP status, exit code of the command line, word in the answer. */
struct fault_meaning {
    int status;
    int exit_code;
    const char *word;
};

struct fault_meaning fault_meaning(enum fault_kind kind);

/* Records the first cause and keeps it. Returns false, so that a function can end with:
 * return fail(...); */
bool fail(struct fault *fault, enum fault_kind kind, const char *field, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* The same for a rule or a conflict that carries the ids of the rules that refused. */
bool refuse(struct fault *fault, enum fault_kind kind, const char *field, const char *rules,
            const char *format, ...) PRINTF_LIKE(5, 6);

#endif
