#!/bin/bash
# check_format.sh: is every source laid out as .clang-format says?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."

find src tests -name '*.[ch]' -print0 | sort -z |
    xargs -0 -r clang-format --dry-run --Werror 2>&1 |
    sed -nE 's/^([^:]*:[0-9]+):.* error: .*/\1: clang-format lays this out differently./p' |
    awk '!seen[$0]++ { print; wrong = 1 } END { exit wrong }'
