#!/bin/bash
# check_tidy.sh: does clang-tidy find anything, by the rules of .clang-tidy?
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   check_tidy.sh [FILE...]        every .c of src and bench where none is named
#
# A file that passed and whose preprocessed text is unchanged is not looked at again.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${EXOLEDGER_SKIP_TIDY:-0}" = 1 ]; then
    echo "clang-tidy is skipped, because EXOLEDGER_SKIP_TIDY is 1."
    exit 0
fi
passed=${EXOLEDGER_TIDY_CACHE:-build/tidy}
mkdir -p "$passed"
flags="-std=c17 -D_GNU_SOURCE -Isrc -Wno-unknown-warning-option
    $(pkg-config --cflags sqlite3 libpq jansson libcrypto libsodium libmicrohttpd pangocairo | sed 's,-I, -isystem ,g')"
export passed flags

look()
{
    local key output
    # fault.c defines what tidy.h rewrites.
    [ "$1" = src/base/fault.c ] || flags="$flags -include tools/tidy.h"
    # shellcheck disable=SC2086 # the flags are words
    key=$({ cat .clang-tidy; clang-tidy --version; clang -E -C $flags "$1"; } | sha256sum)
    key=${key%% *}
    [ -e "$passed/$key" ] && return 0
    # shellcheck disable=SC2086
    output=$(clang-tidy --quiet "$1" -- $flags 2>/dev/null) && [ -z "$output" ] &&
        touch "$passed/$key" && return 0
    echo "${output//$PWD\//}"
    return 1
}
export -f look
# shellcheck disable=SC2016 # the inner shell expands it
if [ $# -gt 0 ]; then printf '%s\0' "$@"; else find src bench -name '*.c' -print0 | sort -z; fi |
    xargs -0 -r -n 1 -P "$(nproc)" bash -c 'look "$1"' look || exit 1
