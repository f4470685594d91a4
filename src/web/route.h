/* route.h: which operation does a method with a path ask for? Follows from the rows alone. */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "contract/operation.h"

/* Where the rows begin in an address. */
#define ROUTE_MOUNT "/api"

struct route {
    const struct operation *operation; /* NULL when the path is known, but not with this method */
    const char *pattern;               /* the path as the rows write it */
    const char *allow;                 /* methods on offer, as "GET, POST" */
    const char *kept_by;               /* why nothing here is overwritten, as the rows say */
    struct given *given;               /* members that come from the path */
    size_t count;
};

/* path as it stands in the address, from its first slash and without mount and query. FAULT_MISSING
 * when no row has it, FAULT_INPUT when it cannot be read. HEAD asks as GET does. */
MUST_USE bool route_find(struct arena *arena, struct fault *fault,
                         const struct catalogue *catalogue, const char *method, const char *path,
                         struct route *route);

/* A written part stands before an open one: /lots/expired is never the lot named expired. Names
 * in braces do not matter. Below zero when one comes first, zero when both are the same path. */
int route_compare(const char *one, const char *other);

/* What is refused where a method means to change something and no row offers it. */
struct unoffered route_unoffered(struct arena *arena, const struct route *route,
                                 const char *method);

/* Whether a method means to change something: such a wish is refused by the record itself. */
bool route_is_change(const char *method);

/* Two rows with one method and path, and braces that no input explains, are found at start. */
MUST_USE bool route_check(struct arena *arena, struct fault *fault,
                          const struct catalogue *catalogue);

#endif
