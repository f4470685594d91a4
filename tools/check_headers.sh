#!/bin/bash
# check_headers.sh: does every header compile by itself, behind a guard of its own name?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."

# A header alone: no other file before it, so that it includes whatever it needs.
compile_alone()
{
    local header=$1 folder guard
    folder=$(basename "$(dirname "$header")")
    guard=$(echo "${folder}_$(basename "$header")" | tr 'a-z.' 'A-Z_')
    [ "$(sed -n '/^#ifndef /{s///p;q}' "$header")" = "$guard" ] || [ "$folder" = src ] ||
        { echo "$header:1: the guard is not $guard."; return 1; }
    # shellcheck disable=SC2086 # the flags are words
    gcc -std=c17 -D_GNU_SOURCE -Isrc -Itests -Itests/support $flags -Wall -Wextra -Werror \
        -fsyntax-only -x c "$header" || { echo "$header:1: does not compile by itself."; return 1; }
}

flags=$(pkg-config --cflags sqlite3 libpq jansson libcrypto libsodium libmicrohttpd)
export flags
export -f compile_alone
# shellcheck disable=SC2016 # the inner shell expands it
find src tests bench -name '*.h' -print0 | sort -z |
    xargs -0 -r -n 1 -P 2 bash -c 'compile_alone "$1"' compile_alone 2>&1 || exit 1
