/* header.h: is a header of a request written as everybody reads it? */
#ifndef WEB_HEADER_H
#define WEB_HEADER_H

#include <stdbool.h>
#include <stddef.h>

/* RFC 9110, 5.6.2. A blank before the colon is how requests are smuggled. */
bool header_is_token(const char *name, size_t size);
/* Without control characters. */
bool header_is_visible(const char *value, size_t size);
/* The type of a body that is JSON, in UTF-8 where it says a character set. */
bool header_is_json(const char *type);

#endif
