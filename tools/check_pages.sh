#!/bin/bash
# check_pages.sh: do the sources of the pages fit their types and their layout, and are they introduced?
# SPDX-License-Identifier: AGPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/.."

make -s ui/node_modules/.package-lock.json
mapfile -t sources < <(find ui tests/browser bench \( -path ui/node_modules -o -name '*.json' \) -prune -o -type f \
    \( -name '*.ts' -o -name '*.tsx' -o -name '*.mjs' -o -name '*.css' \) -print | sort)

found=$(
    awk 'function refuse(sentence) { print FILENAME ":" FNR ": " sentence }
        FNR == 1 { name = FILENAME; sub(/.*\//, "", name) }
        FNR == 1 && index($0, "// " name ": ") != 1 && index($0, "/* " name ": ") != 1 {
            refuse("begins with // " name ": and its question.") }
        FNR == 2 && $0 !~ /SPDX-License-Identifier: AGPL-3.0-or-later/ {
            refuse("the SPDX line comes right after the introduction.") }
        FNR == 501 { refuse("the file has more than 500 lines.") }' "${sources[@]}"
    # What is shown comes from ui/words: no letters of Japanese in a source.
    grep -HnP '[\p{Hiragana}\p{Katakana}\p{Han}]' $(printf '%s\n' "${sources[@]}" | grep '^ui/src/') |
        grep -vE '^ui/src/shell/language.tsx:' | sed -E 's/^([^:]*:[0-9]+):.*/\1: a word outside of ui\/words./'
    grep -HnE 'dangerouslySetInnerHTML|\bany\b *[;,)=>]|@ts-(ignore|nocheck)|eslint-disable' \
        $(printf '%s\n' "${sources[@]}" | grep '^ui/src/') | grep -vE '//.*\bany\b' |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a way round the types or the policy./'
) || true
ui/node_modules/.bin/prettier --log-level warn --check ui "${sources[@]}" >&2 ||
    found+=$'\n'"prettier lays some files out differently; run ui/node_modules/.bin/prettier --write."
(cd ui && node_modules/.bin/tsc --noEmit) || found+=$'\n'"The types do not fit."
[ -z "$found" ] || { echo "$found"; exit 1; }
