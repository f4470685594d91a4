/* asset.h: the browser's pages and what belongs to them, as built from ui/ into this program. */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "base/text.h"

/* Bytes are packed with gzip, but for the page itself. */
struct asset {
    const char *path;
    const char *type; /* Content-Type */
    char *bytes;
    size_t size;
};

/* What lies at a path. Every plain address outside of /assets/ is the page, which looks at the
 * address itself; inside, what was not built is NULL. */
const struct asset *asset_find(const char *path);
/* Everything but the page carries the hash of its bytes in its name and never changes. */
bool asset_lasts(const struct asset *asset);

/* The page with a word drawn for this answer, which its styles must carry, and the
 * Content-Security-Policy that says so: nothing from elsewhere, nothing inline without the word. */
struct text asset_page(struct arena *arena, const struct asset *page, const char **policy);

#endif
