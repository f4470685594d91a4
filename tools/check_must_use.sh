#!/bin/bash
# check_must_use.sh: must the caller look at the answer of everything that can fail?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."

# What takes a struct work * or a struct fault *, answers bool, and yet may be ignored.
exceptions="
fail              always false, so that a function can end with it
refuse            always false, as fail
delimited_refuse  always false, as fail
postgres_refuse   always false, as fail
folder_fault      always false, as fail
person_is_known   a question without another outcome: nothing found is an answer
"

mapfile -t headers < <(find src -name '*.h' | sort)
awk -v want=code -f tools/lines.awk "${headers[@]}" | awk -v exceptions="$exceptions" '
    BEGIN {
        count = split(exceptions, rows, "\n")
        for (i = 1; i <= count; i++) { split(rows[i], words, " "); excepted[words[1]] = 1 }
    }
    {
        split($0, parts, ":")
        line = substr($0, length(parts[1]) + length(parts[2]) + 3)
        if (line ~ /^ *#/ || depth > 0 && line !~ /[{}]/) next
        depth += gsub(/{/, "{", line) - gsub(/}/, "}", line)
        if (statement == "") where = parts[1] ":" parts[2]
        statement = statement " " line
        if (statement ~ /^ *$/) statement = ""
        if (line !~ /[;}]/) next
        gsub(/const struct (work|fault) \*/, "", statement) # cannot keep a cause: only a question
        if (match(statement, /bool +[a-z0-9_]+\(/) && statement ~ /\([^)]*struct (work|fault) \*/) {
            name = substr(statement, RSTART, RLENGTH)
            gsub(/^bool +|\($/, "", name)
            if (statement !~ /MUST_USE|warn_unused_result/ && !(name in excepted)) {
                print where ": " name " can fail and lacks MUST_USE."; wrong = 1
            }
        }
        statement = ""
    }
    END { exit wrong }'
