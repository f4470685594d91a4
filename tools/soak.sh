#!/bin/bash
# soak.sh: what takes hours: long properties, faults, load, memory, threads, analysis and fuzzing.
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   SOAK=threads,faults_kill  only these steps, or those whose names begin so; SOAK=list names them
#   EXOLEDGER_SOAK_MINUTES    about how long all of it may take (720); below 60 every test plays its
#                             short form
#   EXOLEDGER_SEED            repeats the draws of a run, which are printed with every failure
#   EXOLEDGER_KILLS, EXOLEDGER_SECONDS, EXOLEDGER_LOAD_SECONDS, EXOLEDGER_FUZZ_SECONDS
#                             one test's share: kills, seconds for the calls of the C library that
#                             are struck, for the load, for each fuzz target
#
# Tests are found by their names: tests/unit, tests/property and tests/faults/test_*.c;
# tests/{api,faults,measure,proxy}/*_test.{py,sh}, called as TEST PROGRAM RECORD; tests/fuzz/fuzz_*.c. Logs
# lie in build/soak/logs. What a fuzz target finds is kept in build/soak/found/TARGET; put it into
# tests/fuzz/corpus with the change that mends it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/steps.sh
. tools/steps.sh

export logs=build/soak/logs records=build/soak/records soak=build/soak cluster=
minutes=${EXOLEDGER_SOAK_MINUTES:-720}
mapfile -t targets < <(basename -s .c tests/fuzz/fuzz_*.c)
if [ "$minutes" -ge 60 ]; then export EXOLEDGER_LONG=1; fi
export EXOLEDGER_SECONDS=${EXOLEDGER_SECONDS:-$((minutes * 60 / 4))}
export EXOLEDGER_KILLS=${EXOLEDGER_KILLS:-$((20 + minutes / 4))}
export EXOLEDGER_LOAD_SECONDS=${EXOLEDGER_LOAD_SECONDS:-$((minutes < 60 ? 5 : 60))}
export seconds=${EXOLEDGER_FUZZ_SECONDS:-$((minutes * 60 / 4 / ${#targets[@]} + 5))}
export EXOLEDGER_SEED=${EXOLEDGER_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}

clean_up()
{
    [ -z "$cluster" ] || tests/support/cluster.sh stop "$cluster" || true
    [ -z "$cluster" ] || rm -rf "${cluster%/*}"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

wanted()
{
    local each
    [ -n "${SOAK:-}" ] || return 0
    for each in ${SOAK//,/ }; do
        case $1 in "$each"*) return 0 ;; esac
    done
    return 1
}

# soak NAME NEED COMMAND...: a step, if it is wanted, after the step NEED, which is played once.
soak()
{
    if [ "${SOAK:-}" = list ]; then
        echo "$1"
        return
    fi
    wanted "$1" || return 0
    if [ "$2" != nothing ] && [ ! -e "$logs/$2.count" ]; then
        step "$2" "$2" || true
    fi
    date "+%H:%M $1"
    step "$1" "${@:3}" && return 0
    echo "     again: EXOLEDGER_SEED=$EXOLEDGER_SEED EXOLEDGER_SOAK_MINUTES=$minutes SOAK=$1 make soak"
}

build_release() { make -j"$(nproc)" BUILD=build/release all units; }

sanitized_chain()
{
    build_sanitized
    tell_story tests/story/short.txt "$records/short"
}

start_cluster()
{
    build_sanitized
    tests/support/cluster.sh start "$cluster"
}
properties()
{
    EXOLEDGER_TEST_SERVER=$(tests/support/cluster.sh database "$cluster" soak)
    export EXOLEDGER_TEST_SERVER
    unit_tests "$sanitized"
}
# on_copy TEST NAME: with its own copy of the record.
on_copy()
{
    local copy=$records/$2 with=/usr/bin/python3
    [ "${1##*.}" = py ] || with=bash
    rm -rf "$copy"
    cp -a "$records/short" "$copy"
    "$with" "$1" "$PWD/$program" "$copy"
    rm -rf "$copy"
}

# folder NAME: each test of tests/NAME is a step.
folder()
{
    local each name
    for each in "tests/$1"/*_test.py "tests/$1"/*_test.sh; do
        grep -qs '^#!' "$each" || continue
        name=$1_$(basename "${each%_test.*}")
        soak "$name" sanitized_chain on_copy "$each" "$name"
    done
}

# What the server keeps can only be measured without sanitizers.
memory_kept()
{
    rm -rf "$records/kept"
    /usr/bin/python3 tests/faults/leak_test.py build/release/exoledger "$records/kept"
}

# A recall of a million vials from a server that has no room for its answer.
large()
{
    make BUILD=build/release build/bench/inside_recall_make
    /usr/bin/python3 tests/faults/large.py build/release/exoledger build/bench/inside_recall_make
}

# Without sanitizers: the more points, the better.
fault_steps()
{
    local each name
    for each in tests/faults/test_*.c; do
        name=$(basename "$each" .c)
        soak "$name" build_release run_programs "build/release/tests/faults/$name"
    done
}

# What the program and Python understand of the same JSON.
differential()
{
    local echo=$sanitized/tests/differential/json_echo
    make BUILD="$sanitized" OPTIMISE='-O1 -g' SANITIZE="$sanitizers" "$echo"
    /usr/bin/python3 tests/differential/json_test.py "$echo" tests/fuzz/corpus
}

# What docs/measurement.md tells of the measurement is what it reaches.
qualification()
{
    local told=$soak/qualification.md row wrong=0
    build/release/exoledger qualify >"$told"
    while read -r row; do
        grep -qF -- "$row" docs/measurement.md ||
            { echo "docs/measurement.md:1: does not tell: $row"; wrong=1; }
    done < <(grep -E '^\| [^C]' "$told")
    grep -q '^| ' "$told" && return "$wrong"
}

# Also in our own scenes, of seeds by which nothing was chosen.
images()
{
    make BUILD=build/release build/release/tests/differential/spots_echo
    /usr/bin/python3 tests/video/images_test.py "$PWD/build/release/exoledger" --own
}

build_fuzzers()
{
    local packages=(sqlite3 libpq jansson libcrypto libsodium libmicrohttpd pangocairo
        libavformat libavcodec libavutil libswscale libtiff-4) target
    make -j"$(nproc)" CC=clang BUILD="$soak" OPTIMISE='-O1 -g' \
        SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
        "$soak/libexoledger.a" "$soak/libexoledger-video.a"
    for target in tests/fuzz/fuzz_*.c; do
        # shellcheck disable=SC2046 # the flags are words
        clang -std=c17 -D_GNU_SOURCE -Isrc -Itests -Itests/support -O1 -g \
            -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
            $(pkg-config --cflags "${packages[@]}") -o "$soak/$(basename "$target" .c)" "$target" \
            tests/support/stage.c "$soak/libexoledger-video.a" "$soak/libexoledger.a" \
            $(pkg-config --libs "${packages[@]}") -lzint -lm -lpthread
    done
}

# fuzz TARGET: new inputs go to a folder of their own; the corpus is only read.
fuzz()
{
    mkdir -p "$soak/grown/$1" "$soak/found/$1"
    "$soak/$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -seed="$((EXOLEDGER_SEED % 2147483647 + 1))" -close_fd_mask=2 \
        -artifact_prefix="$soak/found/$1/" "$soak/grown/$1" "tests/fuzz/corpus/${1#fuzz_}"
}
fuzzers()
{
    local each
    for each in "${targets[@]}"; do
        soak "$each" build_fuzzers fuzz "$each"
    done
}

if [ "${SOAK:-}" != list ]; then
    begin_steps
    rm -rf "$records"
    mkdir -p "$records"
    cluster=$(mktemp -d /tmp/exoledger-soak.XXXXXX)/cluster
    chmod 755 "${cluster%/*}"
    echo "seed $EXOLEDGER_SEED, about $minutes minutes${EXOLEDGER_LONG:+, every test at length}"
    step install tools/install.sh soak
fi
short=quick
[ -z "${EXOLEDGER_LONG:-}" ] || short=
soak analyse nothing tools/analyse.sh
soak properties start_cluster properties
folder api
folder faults
folder proxy
folder measure
fault_steps
soak planted build_release planted build/release
soak memory_kept build_release memory_kept
soak large build_release large
soak differential nothing differential
soak qualification build_release qualification
soak images build_release images
soak threads nothing tools/threads.sh
soak memory nothing tools/memory.sh $short
fuzzers
[ "${SOAK:-}" = list ] || finish_steps
