/* body.h: where do the bytes of a request or of a long answer wait? */
#ifndef WEB_BODY_H
#define WEB_BODY_H

#include "base/fault.h"

/* An unlinked file in the folder, closed with the arena; what it held leaves no trace. */
MUST_USE bool body_file(struct arena *arena, struct fault *fault, const char *folder, int *file);

/* Small bodies lie in the arena, larger ones in a file, so that waiting uploads need no memory. */
struct body {
    struct arena *arena;
    const char *folder;
    char *bytes; /* while small */
    size_t room;
    size_t size;
    int file; /* once large, otherwise -1 */
};

struct body body_open(struct arena *arena, const char *folder);
MUST_USE bool body_add(struct body *body, struct fault *fault, const char *bytes, size_t size);
bool body_is_large(const struct body *body);
/* The whole body, readable until the arena closes. */
MUST_USE bool body_read(struct body *body, struct fault *fault, const char **bytes);

#endif
