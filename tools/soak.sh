#!/bin/bash
# soak.sh: what takes hours: kills, fuzzing and long properties.
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   EXOLEDGER_KILLS        kill -9 in each fault test (200)
#   EXOLEDGER_SECONDS      for the calls of the C library that are struck (10800)
#   EXOLEDGER_FUZZ_SECONDS for each fuzz target (600)
#
# What a fuzz target finds is kept in build/soak/found/TARGET; put it into tests/fuzz/corpus with
# the change that mends it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/steps.sh
. tools/steps.sh

export EXOLEDGER_LONG=1 EXOLEDGER_KILLS=${EXOLEDGER_KILLS:-200}
export EXOLEDGER_SECONDS=${EXOLEDGER_SECONDS:-10800}
export seconds=${EXOLEDGER_FUZZ_SECONDS:-600} soak=build/soak

long_properties() { unit_tests "$sanitized"; }

# Without sanitizers: the more points, the better.
build_release() { make -j"$(nproc)" BUILD=build/release all units; }

kills()
{
    local each with wrong=0
    for each in tests/faults/*.py tests/faults/*.sh; do
        grep -qs '^#!' "$each" || continue # the others are parts of tests
        rm -rf build/check/records/kills
        cp -a build/check/records/story build/check/records/kills
        with=(/usr/bin/python3)
        [ "${each##*.}" = py ] || with=(bash)
        with+=("$each" "$PWD/$program" build/check/records/kills)
        "${with[@]}" || wrong=1
    done
    [ -n "${with:-}" ] || { echo "There is no test in tests/faults."; return 1; }
    return "$wrong"
}

# What the program and Python understand of the same JSON.
differential()
{
    local echo=$sanitized/tests/differential/json_echo
    make BUILD="$sanitized" OPTIMISE='-O1 -g' SANITIZE="$sanitizers" "$echo"
    /usr/bin/python3 tests/differential/json_test.py "$echo" tests/fuzz/corpus
}

# What nginx in front and the server behind it take for a request.
smuggling()
{
    rm -rf build/check/records/proxy
    cp -a build/check/records/story build/check/records/proxy
    /usr/bin/python3 tests/proxy/smuggling_test.py "$PWD/$program" build/check/records/proxy
}

build_fuzzers()
{
    local packages=(sqlite3 libpq jansson libcrypto libsodium libmicrohttpd pangocairo) target
    make -j"$(nproc)" CC=clang BUILD="$soak" OPTIMISE='-O1 -g' \
        SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
        "$soak/libexoledger.a"
    for target in tests/fuzz/fuzz_*.c; do
        # shellcheck disable=SC2046 # the flags are words
        clang -std=c17 -D_GNU_SOURCE -Isrc -Itests -Itests/support -O1 -g \
            -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
            $(pkg-config --cflags "${packages[@]}") -o "$soak/$(basename "$target" .c)" "$target" \
            tests/support/stage.c "$soak/libexoledger.a" \
            $(pkg-config --libs "${packages[@]}") -lzint -lm -lpthread
    done
}

# fuzz TARGET: new inputs go to a folder of their own; the corpus is only read.
fuzz()
{
    mkdir -p "$soak/grown/$1" "$soak/found/$1"
    "$soak/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -close_fd_mask=2 -artifact_prefix="$soak/found/$1/" "$soak/grown/$1" "tests/fuzz/corpus/${1#fuzz_}"
}

begin_steps
if step build build_sanitized; then
    step long_properties long_properties || true
    step differential differential || true
    step story tell_story tests/story/short.txt build/check/records/story && {
        step kills kills || true
        step smuggling smuggling || true
    }
fi
if step build_release build_release; then
    step fault_programs fault_programs build/release || true
    step planted planted build/release || true
fi
if step build_fuzzers build_fuzzers; then
    for target in tests/fuzz/fuzz_*.c; do
        step "$(basename "$target" .c)" fuzz "$(basename "$target" .c)" || true
    done
fi
finish_steps
