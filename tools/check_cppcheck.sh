#!/bin/bash
# check_cppcheck.sh: does cppcheck find anything in the program, its tests and its benchmarks?
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# What is not heard stands in tools/cppcheck.txt, or where it lies, with its reason.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t folders < <(for each in src tests bench; do [ ! -d "$each" ] || echo "$each"; done)
exec cppcheck -j"$(nproc)" --quiet --error-exitcode=1 --inline-suppr --inconclusive \
    --enable=warning,performance,portability --std=c17 -D_GNU_SOURCE -Isrc -Itests/support \
    --library=tools/cppcheck.cfg --suppressions-list=tools/cppcheck.txt \
    --template='{file}:{line}: {id}: {message}' "${folders[@]}"
