#!/bin/bash
# check_globals.sh: does any file keep data at file scope, or static in a function, that the
# program can write to?
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   check_globals.sh [BUILD]       a build without sanitizers; build/release where none is named
#
# Read from the sections of the objects. Constant tables that hold pointers lie in .data.rel.ro
# where code is position independent; the loader makes that read-only before main runs.
set -euo pipefail
build=$(realpath "${1:-build/release}")
cd "$(dirname "$0")/.."

wrong=0
checked=0
while IFS= read -r source; do
    object=$build/${source%.c}.o
    [ -f "$object" ] || { echo "$source:1: $object is missing; build it first."; wrong=1; continue; }
    checked=$((checked + 1))
    while read -r symbol section; do
        line=$({ grep -nw -m1 -e "${symbol%%.*}" "$source" || echo 1; } | cut -d: -f1)
        echo "$source:$line: ${symbol%%.*} is data that can be written to (in $section)."
        wrong=1
    done < <(objdump -t "$object" | awk '$3 ~ /^\.(data|bss|tdata|tbss)|^\*COM\*$/ ||
        $4 ~ /^\.(data|bss|tdata|tbss)|^\*COM\*$/ {
            section = $3 ~ /^[.*]/ ? $3 : $4
            if (section !~ /^\.data\.rel\.ro/ && $NF !~ /^\./) print $NF, section }')
done < <(find src -name '*.c' | sort)
[ "$checked" -gt 0 ] || { echo "src:1: no object was looked at."; wrong=1; }
exit "$wrong"
