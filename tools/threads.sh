#!/bin/bash
# threads.sh: does ThreadSanitizer find a race while the server is under load?
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# The tests at the door, the load test and a video against a program built with -fsanitize=thread; then
# the same load against one whose counters of attempts are not locked: a race that must be found.
set -euo pipefail
cd "$(dirname "$0")/.."

build=build/thread
flags=("BUILD=$build" OPTIMISE='-O1 -g' SANITIZE=-fsanitize=thread)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export EXOLEDGER_DATA=$PWD/data PYTHONDONTWRITEBYTECODE=1
export TSAN_OPTIONS=suppressions=$PWD/tools/threads.txt:second_deadlock_stack=1

make -j"$(nproc)" "${flags[@]}" all
"$build/exoledger" init --demo --record "$place/short" >/dev/null
"$build/exoledger" story --record "$place/short" --file tests/story/short.txt >/dev/null
passed=0 failed=0

# under PROGRAM TEST: a test with a copy of the record; what was heard is in $place/log.
under()
{
    rm -rf "$place/copy"
    cp -a "$place/short" "$place/copy"
    /usr/bin/python3 "$2" "$PWD/$1" "$place/copy" >"$place/log" 2>&1 || return 1
    ! grep -q Sanitizer "$place/copy.log"
}

at_the_door() { under "$build/exoledger" tests/api/http_test.py; }
under_load() { under "$build/exoledger" tests/faults/load_test.py; }

# A race in the program that opens videos ends it with an exit code of its own.
videos_are_followed()
{
    {
        "$build/exoledger" simulate --scene mono100 --out "$place/video" --threads 2 &&
            "$build/exoledger" measure "$place/video/video.raw" --threads 4 --bootstraps 8 --json
    } >"$place/log" 2>&1 && ! grep -q Sanitizer "$place/log"
}

# The race must be named; that something goes wrong is not enough.
a_planted_race_is_found()
{
    local packages=(sqlite3 libpq jansson libcrypto libsodium libmicrohttpd pangocairo) objects
    mapfile -t objects < <(find "$build/src" -name '*.o' ! -path '*/web/attempt.o' \
        ! -path '*/video/*')
    # shellcheck disable=SC2046 # the flags are words
    gcc -std=c17 -D_GNU_SOURCE -Isrc -O1 -g -fsanitize=thread -include tools/unlocked.h \
        $(pkg-config --cflags "${packages[@]}") -c -o "$place/attempt.o" src/web/attempt.c
    # shellcheck disable=SC2046
    gcc -fsanitize=thread -o "$build/planted" "${objects[@]}" "$place/attempt.o" \
        $(pkg-config --libs "${packages[@]}") -lzint -lm -lpthread
    ! EXOLEDGER_LOAD_SECONDS=5 under "$build/planted" tests/faults/load_test.py || return 1
    grep -q 'data race' "$place/copy.log" && grep -q 'attempt_failed' "$place/copy.log"
}

for each in at_the_door under_load videos_are_followed a_planted_race_is_found; do
    if "$each"; then
        echo "  ok  ${each//_/ }"
        passed=$((passed + 1))
    else
        echo "  NO  ${each//_/ }"
        tail -n 40 "$place/log"
        failed=$((failed + 1))
    fi
    grep -E '^(seed|round)' "$place/log" || true
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
