#!/bin/bash
# check_rule_ids.sh: do program, rule book and tests know the same rules?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

id='\b[A-Z]{2}-[0-9]{2}\.[a-z][a-z0-9_]*/[0-9]+'
wrong=0

# ids PLACE...: file:line:id of each rule id below these places; missing places hold none.
ids() { { grep -rInoE "$id" "$@" 2>/dev/null || true; } | sort -t: -k3,3 -u; }

# lacking SENTENCE ONE OTHER: the ids of ONE that OTHER has nowhere.
lacking()
{
    local found
    found=$(awk -F: -v sentence="$1" 'NR == FNR { known[$3] = 1; next }
        $3 != "" && !($3 in known) { print $1 ":" $2 ": the rule " $3 " " sentence }' \
        <(echo "$3") <(echo "$2"))
    [ -z "$found" ] || { echo "$found"; wrong=1; }
}

program=$(ids src)
book=$(ids docs/rules.md /dev/null)
tests=$(ids tests data/story*)
[ -z "$program" ] && echo "src:1: no rule id occurs at all." && exit 1
lacking "is not in docs/rules.md; run make docs." "$program" "$book"
lacking "occurs in no test and no story." "$program" "$tests"
lacking "is in the rule book but not in the program." "$book" "$program"
exit "$wrong"
