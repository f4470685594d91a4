#!/bin/bash
# check_files.sh: is every file short, introduced, licensed, tidy and free of one machine's paths?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t texts < <(find . \( -path ./.git -o -path ./build -o -path ./demo -o -name __pycache__ -o \
    -path ./tests/fuzz/corpus -o -path ./ui/node_modules \) -prune -o -type f ! -name '*.draft' ! -name '*.csv' -print | sed 's|^\./||' | sort |
    xargs -d '\n' grep -lI '') # no binary files; .csv are as instruments and testers made them
matching() { printf '%s\n' "${texts[@]}" | grep -E "$1" || true; }
mapfile -t sources < <(matching '^(src|tests|bench)/.*\.[ch]$')
mapfile -t plain < <(matching . | grep -vE '(^|/)Makefile$|\.tsv$|^LICENSE$')
words="$(dirname "$0")/codespell_words.txt"

found=$(
    awk 'function refuse(sentence) { print FILENAME ":" FNR ": " sentence }
        FNR == 1 { name = FILENAME; sub(/.*\//, "", name) }
        FNR == 1 && index($0, "/* " name ": ") != 1 { refuse("begins with /* " name ": and its question.") }
        FNR == 1 { introduced = 0 }
        introduced == 1 && name ~ /\.c$/ && $0 != "/* SPDX-License-Identifier: AGPL-3.0-or-later */" {
            refuse("the SPDX line comes right after the introduction.") }
        introduced == 1 { introduced = 2 }
        !introduced && /\*\// { introduced = 1 }
        FNR == 501 { refuse("the file has more than 500 lines.") }' "${sources[@]}"
    # The brackets keep these patterns from finding themselves.
    grep -HnE '\b(TOD[O]|FIXM[E]|XX[X])\b' "${plain[@]}" | sed -E 's/^([^:]*:[0-9]+):.*/\1: an open point belongs to an issue, not here./'
    grep -HnE '(^|[^A-Za-z0-9_./}-])/(wor[k]|hom[e]|roo[t]|User[s])/|/tmp/bas[h]' "${plain[@]}" |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: the path of one machine./'
    grep -HnP '\t' "${plain[@]}" | sed -E 's/^([^:]*:[0-9]+):.*/\1: a tab./'
    grep -HnE '[[:blank:]]$' "${plain[@]}" | sed -E 's/^([^:]*:[0-9]+):.*/\1: blanks at the end of the line./'
    for file in "${texts[@]}"; do
        [ -z "$(tail -c 1 "$file")" ] || echo "$file:$(wc -l <"$file"): no line break at the end of the file."
    done
    if command -v codespell >/dev/null; then
        codespell --ignore-words "$words" "${plain[@]}"
    fi
) || true
[ -z "$found" ] || { echo "$found"; exit 1; }
