/* openapi.h: everything that can be asked, as OpenAPI 3.1, written from the rows. */
#ifndef WEB_OPENAPI_H
#define WEB_OPENAPI_H

#include "contract/operation.h"

/* The same rows give the same bytes. */
void openapi_write(struct text *out, const struct catalogue *catalogue);

#endif
