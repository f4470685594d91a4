#!/bin/bash
# analyse.sh: what do cppcheck, clang-tidy and gcc -fanalyzer find that no compiler warns of?
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Findings that are none are explained: in .clang-tidy, tools/cppcheck.txt, tools/analyse_gcc.txt.
# An explanation that explains nothing any more is a finding as well.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
passed=0 failed=0
flags="-std=c17 -D_GNU_SOURCE -Isrc -O2 -g -fanalyzer $(pkg-config --cflags sqlite3 libpq jansson \
    libcrypto libsodium libmicrohttpd pangocairo | sed 's,-I, -isystem ,g')"
export place flags

# One file; what was found goes to a file of its own, so that several can be looked at at once.
look()
{
    # shellcheck disable=SC2086 # the flags are words
    gcc $flags -c -o /dev/null "$1" >"$place/${1//\//_}" 2>&1
}
export -f look

gcc_analyzer()
{
    local found explained file option wrong=0
    # shellcheck disable=SC2016 # the inner shell expands it
    find src -name '*.c' -print0 | sort -z |
        xargs -0 -r -n 1 -P "$(nproc)" bash -c 'look "$1"' look || wrong=1
    cat "$place"/src_* >"$place/found"
    sed -nE 's/^([^:]+):[0-9]+:[0-9]+: (warning|error): .*\[(-W[a-z-]+)\]$/\1 \3/p' \
        "$place/found" | sort -u >"$place/pairs"
    sed -nE 's/^(src[^ ]+ -W[a-z-]+): .+/\1/p' tools/analyse_gcc.txt | sort -u >"$place/known"
    while read -r file option; do
        wrong=1
        echo "$file: $option is not explained:"
        grep -A 40 -F "[$option]" "$place/${file//\//_}"
    done < <(comm -23 "$place/pairs" "$place/known")
    while read -r file option; do
        wrong=1
        echo "tools/analyse_gcc.txt: $file $option is not found any more; take it out."
    done < <(comm -13 "$place/pairs" "$place/known")
    found=$(find src -name '*.c' | wc -l)
    explained=$(wc -l <"$place/known")
    echo "gcc -fanalyzer looked at $found files; $explained findings are explained."
    return "$wrong"
}

# An analyser that finds nothing has to be shown to look.
a_planted_fault_is_found()
{
    printf '%s\n' '#include <stdlib.h>' 'int main(void)' '{' '    int two[2] = {1, 2};' \
        '    int *one = malloc(sizeof *one);' '    free(one);' '    return *one + two[2];' '}' \
        >"$place/planted.c"
    ! cppcheck --quiet --error-exitcode=1 "$place/planted.c" 2>/dev/null &&
        ! clang-tidy --quiet --checks='-*,clang-analyzer-*' --warnings-as-errors='*' \
            "$place/planted.c" -- >/dev/null 2>&1 &&
        gcc -fanalyzer -c -o /dev/null "$place/planted.c" 2>&1 | grep -c use-after-free
}

for each in tools/check_cppcheck.sh tools/check_tidy.sh gcc_analyzer a_planted_fault_is_found; do
    began=$SECONDS
    if "$each" >"$place/log" 2>&1; then word=ok passed=$((passed + 1)); else word=NO failed=$((failed + 1)); fi
    echo "  $word  $each ($((SECONDS - began)) s)"
    cat "$place/log"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
