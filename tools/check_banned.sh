#!/bin/bash
# check_banned.sh: is a function, header or SQL text used where it must not be?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(find src -name '*.[ch]' | sort)
code=$(awk -v want=code -f tools/lines.awk "${sources[@]}")
text=$(awk -v want=text -f tools/lines.awk "${sources[@]}")
includes=$(grep -Hn '^ *# *include' "${sources[@]}")
wrong=0

# refuse WHERE-ALLOWED PATTERN LINES SENTENCE
refuse()
{
    local found
    found=$(grep -E "^[^:]*:[0-9]*:.*$2" <<<"$3" | grep -vE "^($1):") || return 0
    sed -E "s|^([^:]*:[0-9]*):.*|\1: $4|" <<<"$found"
    wrong=1
}

call='(^|[^A-Za-z0-9_.>])'
refuse none "$call(v?sprintf|str(n?cpy|n?cat|tok)|gets|ato[ifl]l?|system|popen|_?setjmp|_?longjmp|alloca|s?rand|random|gmtime|localtime|ctime|asctime|tmpnam|mktemp) *\(" \
    "$code" "a banned function is called."
refuse 'src/base/arena.c|src/chain/(sqlite|postgres)[^:]*|src/web/http.c' \
    "$call(malloc|calloc|realloc|reallocarray|free|strn?dup|v?asprintf) *\(" "$code" \
    "memory comes from the arena, not from the heap."
refuse 'src/main.c|src/web/[^:]*|src/base/time.c' "$call(time|clock_gettime|gettimeofday|timespec_get) *\(" "$code" \
    "the clock is a parameter; only main.c and web read it, and base/time.c as a stopwatch."
# Ranges of vials are asked by overlap, which no key or index column says.
refuse 'src/chain/[^:]*|src/manufacture/vial.c' \
    '\b(SELECT |INSERT INTO|DELETE FROM|(CREATE|DROP|ALTER) (TABLE|INDEX|TRIGGER|VIEW)|PRAGMA |SAVEPOINT|ROLLBACK|UPDATE [a-z_%]+( SET|"))' \
    "$text" "SQL is written in chain, and for ranges of vials in manufacture/vial.c."
refuse 'src/chain/sqlite[^:]*' 'sqlite3\.h' "$includes" "sqlite3.h belongs to its engine."
refuse 'src/chain/postgres[^:]*' 'libpq|postgres_ext' "$includes" "libpq-fe.h belongs to its engine."
refuse 'src/web/http.c' 'microhttpd\.h' "$includes" "microhttpd.h belongs to web/http.c."
refuse 'src/base/json.c' 'jansson\.h' "$includes" "jansson.h belongs to base/json.c."
exit "$wrong"
