/* token.h: which programs may act for an account? The holder draws the token and tells its hash. */
#ifndef CREW_TOKEN_H
#define CREW_TOKEN_H

#include "contract/operation.h"

extern const struct operation token_operations[];
enum { TOKEN_OPERATIONS = 2 };

#endif
