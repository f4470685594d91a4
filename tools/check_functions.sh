#!/bin/bash
# check_functions.sh: is a function longer than a screen, or does it take more than six parameters?
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   check_functions.sh [--report]      also prints how long the functions of src are
#
# Counts from the signature to the closing brace; relies on the layout of clang-format.
set -euo pipefail
cd "$(dirname "$0")/.."

# Parameters that a library prescribes.
prescribed="src/web/http.c handle"

mapfile -t sources < <(find src tests bench -name '*.c' | sort)
functions=$(awk -v want=code -f tools/lines.awk "${sources[@]}" | awk '
    {
        split($0, parts, ":")
        line = substr($0, length(parts[1]) + length(parts[2]) + 3)
    }
    !inside && line ~ /^[a-z].*\(/ { signature = ""; where = parts[1] ":" parts[2]; first = parts[2] }
    !inside && where != "" { signature = signature line }
    !inside && line ~ /[;=]/ { where = "" }
    line == "{" && where != "" { inside = 1 }
    line == "}" && inside {
        inside = 0
        match(signature, /[a-z0-9_]+\(/)
        name = substr(signature, RSTART, RLENGTH - 1)
        list = substr(signature, RSTART + RLENGTH)
        while (gsub(/\([^()]*\)/, "", list)) # the parameters of a parameter
            if (list !~ /\(/) break
        print where, name, parts[2] - first + 1, gsub(/,/, "", list) + 1
        where = ""
    }')
awk -v prescribed="$prescribed" '
    { file = $1; sub(/:.*/, "", file) }
    $3 > 60 { print $1 ": " $2 " has " $3 " lines, more than 60."; wrong = 1 }
    $4 > 6 && file " " $2 != prescribed { print $1 ": " $2 " has " $4 " parameters, more than 6."; wrong = 1 }
    END { exit wrong }' <<<"$functions" || status=1
if [ "${1:-}" = --report ]; then
    grep '^src' <<<"$functions" | sort -n -k3,3 | awk '{ lines[NR] = $3; last = $2 " in " $1 }
        END { print NR " functions, median " lines[int((NR + 1) / 2)] " lines, longest " lines[NR] " (" last ")" }'
fi
exit "${status:-0}"
