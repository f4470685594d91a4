#!/bin/bash
# rule_tests.sh: which test shows a rule? Adds a column to the rule book (stdin to stdout).
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
exec 3<&0

id='\b[A-Z]{2}-[0-9]{2}\.[a-z][a-z0-9_]*/[0-9]+'
{ grep -rIoE "$id" data/story tests/story tests/exchanges tests/unit tests/property tests/api || true; } |
    sort -u | awk -F: '
    NR == FNR {
        sub(/.*\//, "", $1)
        if (!($2 in shown)) shown[$2] = $1
        else if (!index(" " shown[$2] " ", " " $1 " ") && ++more[$2] < 3) shown[$2] = shown[$2] " " $1
        next
    }
    /^# The rule book/ { rules = 1 }
    /^# What is asked/ { rules = 0 }
    !rules || !/^\|/ { print; next }
    /^\| id / { print $0 " shown by |"; next }
    /^\|---/ { print $0 "---|"; next }
    { split($0, parts, "`"); print $0 " " shown[parts[2]] " |" }' - /dev/fd/3
