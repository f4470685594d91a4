/* account.h: who works here, in which role, at which site? */
#ifndef CREW_ACCOUNT_H
#define CREW_ACCOUNT_H

#include "contract/operation.h"

struct site_registration {
    const char *code;
    const char *name;
    const char *kind;
};

struct role_definition {
    const char *code;
    const char *name;
    const char *name_ja;
    const char *permissions; /* words of contract/permission.h, separated by blanks */
    const char *apart;       /* role codes, separated by blanks */
    const char *basis;
};

struct account_creation {
    const char *code;
    const char *name;
    const char *secret;
};

struct account_role {
    const char *account;
    const char *site;
    const char *role;
};

extern const struct operation account_operations[];
enum { ACCOUNT_OPERATIONS = 11 };

#endif
