#!/bin/bash
# check_format.sh: is every source laid out as .clang-format says?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."

# Version 14 where it is there: alone, its Debian package brings only the name with the number.
program=$(command -v clang-format-14 || command -v clang-format) ||
    { echo "clang-format is not installed; run tools/install.sh check."; exit 1; }

find src tests bench -name '*.[ch]' -print0 | sort -z |
    xargs -0 -r "$program" --dry-run --Werror 2>&1 |
    sed -nE 's/^([^:]*:[0-9]+):.* error: .*/\1: clang-format lays this out differently./p' |
    awk '!seen[$0]++ { print; wrong = 1 } END { exit wrong }'
