/* asset.c: a table written by ui/build.mjs; the page comes first in it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/asset.h"

#include <sodium.h>
#include <string.h>

/* Ends with an empty path. */
extern const struct asset asset_table[];

static const char nonce_mark[] = "{nonce}";

const struct asset *asset_find(const char *path)
{
    for (const struct asset *asset = asset_table; asset->path; asset++)
        if (text_equals(asset->path, path))
            return asset;
    bool odd = strstr(path, "//") || strstr(path, "/.");
    return odd || text_starts(path, "/assets/") ? NULL : asset_table;
}

bool asset_lasts(const struct asset *asset)
{
    return asset != asset_table;
}

struct text asset_page(struct arena *arena, const struct asset *page, const char **policy)
{
    unsigned char drawn[18];
    char nonce[sodium_base64_ENCODED_LEN(sizeof drawn, sodium_base64_VARIANT_URLSAFE)];
    struct text out = text_open(arena);
    const char *at = page->bytes;
    const char *end = at + page->size;
    randombytes_buf(drawn, sizeof drawn);
    sodium_bin2base64(nonce, sizeof nonce, drawn, sizeof drawn, sodium_base64_VARIANT_URLSAFE);
    for (const char *mark = NULL;
         (mark = memmem(at, (size_t)(end - at), nonce_mark, sizeof nonce_mark - 1)) != NULL;) {
        text_add_bytes(&out, at, (size_t)(mark - at));
        text_add(&out, nonce);
        at = mark + sizeof nonce_mark - 1;
    }
    text_add_bytes(&out, at, (size_t)(end - at));
    *policy = arena_print(
        arena,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'nonce-%s'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        nonce);
    return out;
}
