/* page.c: Japanese first, then English; no request goes anywhere else. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/page.h"

#include "base/time.h"
#include "chain/ledger.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

static const char style[] =
    "body{font:1rem/1.7 sans-serif;color:#1b1b1b;background:#fff;max-width:46rem;margin:2rem auto;"
    "padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}code,pre{font:0.9rem "
    "monospace;background:#f2f2f2}pre{padding:0.8rem;white-space:pre-wrap;overflow-wrap:anywhere}"
    "dt{font-weight:bold}dd{margin:0 0 0.6rem;overflow-wrap:anywhere}"
    ".demo{border:3px solid #8a1c1c;color:#8a1c1c;padding:0.6rem;font-weight:bold}"
    "a{color:#0b4f8a}";

static const char begin[] =
    "<!doctype html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>exoledger</title>\n<style>";

static const char mark[] =
    "<p class=\"demo\">デモ用の記録です。実在の人や製品の情報は入っていません。<br>"
    "<span lang=\"en\">Demonstration record. Nothing in it is about real people or products.</span>"
    "</p>\n";

static const char japanese[] =
    "<h1>exoledger</h1>\n"
    "<p>細胞の提供から治療の結果まで、エクソソーム(細胞外小胞)と培養上清の記録を一つにつなぐ"
    "台帳です。記録は書き足すだけで、書きかえも消去もできません。</p>\n"
    "<h2>この記録</h2>\n";

static const char japanese_use[] =
    "<h2>使い方</h2>\n"
    "<ol><li>アカウントと秘密の言葉でサインインします。</li>"
    "<li>答えの中の <code>csrf</code> を、変更のたびに見出し <code>X-CSRF-Token</code> に入れて"
    "送ります。</li>"
    "<li>しばらく使わないときと一日の終わりには、もう一度サインインします。</li></ol>\n"
    "<p>できることの一覧: <a href=\"/api/openapi.json\">/api/openapi.json</a>(OpenAPI 3.1)。"
    "動作の確認: <a href=\"/api/health\">/api/health</a>。</p>\n";

static const char english[] =
    "<section lang=\"en\">\n<h2>In English</h2>\n"
    "<p>One record of exosome (extracellular-vesicle) and culture-supernatant therapy, from the "
    "donor to the outcome. Entries are only ever added; none is changed or removed.</p>\n";

static const char english_use[] =
    "<p>Sign in with an account and its secret. Send the value <code>csrf</code> of the answer in "
    "the header <code>X-CSRF-Token</code> with every change. A session ends after a while "
    "without a request, and with the day.</p>\n"
    "<p>Everything that can be asked: <a href=\"/api/openapi.json\">/api/openapi.json</a> "
    "(OpenAPI 3.1). Is the server ready: <a href=\"/api/health\">/api/health</a>.</p>\n"
    "</section>\n";

static const char example[] =
    "<pre><code>curl -c cookies -H 'Content-Type: application/json' \\\n"
    "  -d '{&quot;account&quot;: &quot;...&quot;, &quot;secret&quot;: &quot;...&quot;}' \\\n"
    "  ADDRESS/api/session</code></pre>\n";

static const char *entity(char c)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    static const char special[] = "&<>\"";
    const char *found = strchr(special, c);
    return found ? entities[found - special] : NULL;
}

/* Codes and hashes only, but nothing reaches the page unescaped. */
static void add_escaped(struct text *out, const char *text)
{
    for (; *text; text++) {
        const char *escaped = entity(*text);
        if (escaped)
            text_add(out, escaped);
        else
            text_add_bytes(out, text, 1);
    }
}

static void add_row(struct text *out, const char *term, const char *value)
{
    text_print(out, "<dt>%s</dt><dd>", term);
    add_escaped(out, value);
    text_add(out, "</dd>\n");
}

/* The signed head as it lies beside the database; none before the first entry. */
static bool read_signed_head(struct work *work, struct checkpoint *head, bool *found)
{
    char *bytes = NULL;
    size_t size = 0;
    const struct json *object = NULL;
    const char *path = arena_print(work->arena, "%s/head.json", work->record->folder);
    *found = access(path, F_OK) == 0;
    return !*found || (folder_read(work->arena, &work->fault, path, 4096, &bytes, &size) &&
                       json_parse(work->arena, &work->fault, bytes, size, &object) &&
                       schema_read(work->arena, &work->fault, &checkpoint_schema, object, head));
}

struct standing {
    int64_t position;
    bool has_head;
    struct checkpoint head;
};

static void add_standing(struct work *work, struct text *out, const struct standing *standing,
                         const char *const terms[5])
{
    text_add(out, "<dl>\n");
    add_row(out, terms[0], arena_print(work->arena, "%lld", (long long)standing->position));
    add_row(out, terms[1], work->record->identifier);
    if (standing->has_head) {
        add_row(out, terms[2],
                arena_print(
                    work->arena, "%lld, %s", (long long)standing->head.size,
                    instant_print_zone(work->arena, standing->head.at.usec, work->zone_minutes)));
        add_row(out, terms[3], standing->head.root);
        add_row(out, terms[4], standing->head.signature);
    }
    text_add(out, "</dl>\n");
}

bool page_write(struct work *work, struct text *out)
{
    static const char *const terms_ja[] = {"記録の件数", "記録の番号", "署名つきの先頭(件数と時刻)",
                                           "木の根(SHA-256, RFC 6962)", "署名(Ed25519)"};
    static const char *const terms[] = {"Entries", "Identifier of the record",
                                        "Signed head (entries and time)",
                                        "Root (SHA-256, RFC 6962)", "Signature (Ed25519)"};
    struct standing standing = {0};
    if (!ledger_size(work, &standing.position) ||
        !read_signed_head(work, &standing.head, &standing.has_head))
        return false;
    text_add(out, begin);
    text_add(out, style);
    text_add(out, "</style>\n</head>\n<body>\n<main>\n");
    text_add(out, work->record->demo ? mark : "");
    text_add(out, japanese);
    add_standing(work, out, &standing, terms_ja);
    text_add(out, japanese_use);
    text_add(out, example);
    text_add(out, english);
    add_standing(work, out, &standing, terms);
    text_add(out, english_use);
    text_add(out, "</main>\n</body>\n</html>\n");
    return true;
}

const char *page_policy(struct arena *arena)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char
        base64[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, (const unsigned char *)style, sizeof style - 1);
    sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    return arena_print(arena,
                       "default-src 'none'; style-src 'sha256-%s'; frame-ancestors 'none'; "
                       "base-uri 'none'; form-action 'none'",
                       base64);
}
