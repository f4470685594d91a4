/* address.h: what does the part of an address behind the host say? */
#ifndef WEB_ADDRESS_H
#define WEB_ADDRESS_H

#include "base/schema.h"

/* Visible ASCII from the first slash on, without a fragment: what RFC 3986 lets stand bare. */
bool address_is_plain(const char *target);

/* Percent-decoding of one part. Broken escapes, NUL and bytes that are not UTF-8 are FAULT_INPUT.
 * In a query a plus sign is a blank, as forms write it. */
MUST_USE bool address_decode(struct arena *arena, struct fault *fault, const char *part,
                             size_t size, bool plus_is_blank, const char **plain);

/* name=value&name=value; NULL and "" hold none. */
MUST_USE bool address_query(struct arena *arena, struct fault *fault, const char *query,
                            struct given **given, size_t *count);

#endif
