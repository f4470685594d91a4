#!/bin/bash
# check.sh: everything that must hold before a change lands; what CI runs.
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Three lanes beside each other: tests with sanitizers, on SQLite and on a private PostgreSQL; tests
# at the door and under fire; and the other compilers, the release build, the documents and the
# style. Tests in tests/api and tests/faults are called as: TEST PROGRAM RECORD, with a copy of the
# short chain's record each.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tools/steps.sh
. tools/steps.sh

export records=build/check/records
export cluster=
lanes=()   # process groups
started=() # their names

# Ends what this run started, and nothing else, whatever happens.
clean_up()
{
    local lane
    for lane in "${lanes[@]}"; do
        kill -- "-$lane" 2>/dev/null || true
    done
    [ -z "$cluster" ] || tests/support/cluster.sh stop "$cluster" || true
    [ -z "$cluster" ] || rm -rf "${cluster%/*}"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

start_cluster()
{
    tests/support/cluster.sh start "$cluster"
    tests/support/cluster.sh database "$cluster" units >"$cluster.units"
    tests/support/cluster.sh database "$cluster" clang >"$cluster.clang"
    tests/support/cluster.sh database "$cluster" story >"$cluster.story"
}

units() { EXOLEDGER_TEST_SERVER=$(cat "$cluster.units") unit_tests "$sanitized"; }
story_sqlite() { tell_story data/story "$records/sqlite"; }

# The shortest true chain, to the close of a recall: what the tests at the door begin with.
short_chain() { tell_story tests/story/short.txt "$records/short"; }

# The same story; moved to SQLite it is the same record to a reader that knows no PostgreSQL.
story_postgres()
{
    tell_story data/story "$records/postgres" --server "$(cat "$cluster.story")"
    rm -rf "$records/moved"
    "$program" move --record "$records/postgres" --to "$records/moved"
    "$program" verify --record "$records/moved"
    /usr/bin/python3 tests/stranger/verify.py "$records/moved"
}

# acceptance ENGINE: every figure of the story, asked at the command line.
acceptance() { /usr/bin/python3 tests/acceptance/acceptance.py "$PWD/$program" "$records/$1"; }

# A verifier written from docs/record.md alone; the proofs are the program's.
stranger()
{
    local size
    size=$(sed -E 's/.*"size":([0-9]+).*/\1/' "$records/sqlite.first.json")
    "$program" prove --record "$records/sqlite" --seq 3 >"$records/entry.json"
    "$program" prove --record "$records/sqlite" --older "$size" >"$records/growth.json"
    /usr/bin/python3 tests/stranger/test_stranger.py "$records/sqlite" "$records/entry.json" \
        "$records/growth.json"
}

# Exchanges at the door, each on the short chain as far as the fever, on both engines.
exchanges()
{
    local each name record
    sed '/^# A fever/,$d' tests/story/short.txt >"$records/base.txt"
    for each in tests/exchanges/*.txt; do
        name=$(basename "$each" .txt)
        for record in "$records/$name.sqlite" "$records/$name.postgres"; do
            case $record in
            *.sqlite) begin_exchange "$record" ;;
            *) begin_exchange "$record" --server \
                "$(tests/support/cluster.sh database "$cluster" "exchange_$name")" ;;
            esac
            "$program" story --record "$record" --file "$each"
            "$program" verify --record "$record"
        done
    done
    /usr/bin/python3 tests/exchanges/exercised.py docs/api.json "$records"/sqlite "$records"/short \
        "$records"/*.sqlite
}
begin_exchange()
{
    rm -rf "$1"
    "$program" init --demo --record "$@" >/dev/null
    "$program" story --record "$1" --file "$records/base.txt"
}

# on_copies FOLDER: each test of a folder with its own copy of the record.
on_copies()
{
    local each wrong=0 copy
    for each in "tests/$1"/*.py "tests/$1"/*.sh; do
        grep -qs '^#!' "$each" || continue # the others are parts of tests
        copy=$records/$1.$(basename "$each")
        rm -rf "$copy"
        cp -a "$records/short" "$copy"
        case $each in
        *.py) run_programs_with /usr/bin/python3 "$each" "$PWD/$program" "$copy" || wrong=1 ;;
        *) run_programs_with bash "$each" "$PWD/$program" "$copy" || wrong=1 ;;
        esac
    done
    [ -n "${copy:-}" ] || { echo "There is no test in tests/$1."; return 1; }
    return "$wrong"
}
run_programs_with() { with=("$@") && echo "== $*" && run_programs run_with; }
run_with() { "${with[@]}"; }

fuzz_corpora()
{
    make BUILD="$sanitized" OPTIMISE='-O1 -g' SANITIZE="$sanitizers" fuzz-corpora
    local each wrong=0
    for each in tests/fuzz/fuzz_*.c; do
        each=$(basename "$each" .c)
        run_programs_with "$sanitized/fuzz/$each" "tests/fuzz/corpus/${each#fuzz_}" || wrong=1
    done
    return "$wrong"
}

# What the program and Python understand of the same JSON.
differential()
{
    local echo=$sanitized/tests/differential/json_echo corpus=tests/fuzz/corpus
    make BUILD="$sanitized" OPTIMISE='-O1 -g' SANITIZE="$sanitizers" "$echo"
    run_programs_with /usr/bin/python3 tests/differential/json_test.py "$echo" "$corpus/json" \
        "$corpus/operation" "$corpus/stored" "$corpus/body"
}

# Simulated videos and tracks against those of another simulator; tables of tracks, measured.
measured()
{
    local each wrong=0
    for each in tests/measure/*_test.py; do
        run_programs_with /usr/bin/python3 "$each" "$PWD/$program" || wrong=1
    done
    return "$wrong"
}

# Videos of other programs and simulated ones, by the program that opens them behind its fence, which
# sanitizers do not allow.
videos()
{
    local each wrong=0
    for each in tests/video/*_test.py; do
        run_programs_with /usr/bin/python3 "$each" "$PWD/build/clang/exoledger" || wrong=1
    done
    return "$wrong"
}

# The pages in a real browser, played as the people of the story.
browser() { node tests/browser/run.mjs "$PWD/build/release/exoledger" "$records/browser"; }
build_pages() { make build/ui/assets.o build/ui/words.txt; }

build_clang() { make CC=clang BUILD=build/clang OPTIMISE='-O1 -g' all units; }
units_clang() { EXOLEDGER_TEST_SERVER=$(cat "$cluster.clang") unit_tests build/clang; }
# Locked, because tests/faults/calls_test.py of the other lane wants it as well.
build_release() { flock build/release.lock make BUILD=build/release all; }

# Installed elsewhere, the program finds its tables and passes its own test, and so does the library.
installed()
{
    local place=$PWD/build/check/installed
    make BUILD=build/release DESTDIR="$place" install
    (cd / && env -u EXOLEDGER_DATA "$place/usr/bin/exoledger" selftest)
    bash tests/measure/library.sh "$place"
}

# What the server keeps of many requests; sanitizers keep too much to tell.
memory_kept()
{
    rm -rf "$records/kept"
    mkdir -p "$records"
    /usr/bin/python3 tests/faults/leak_test.py build/release/exoledger "$records/kept"
}

# What is committed is what the program says about itself.
documents()
{
    local told=build/check/told wrong=0 name
    mkdir -p "$told"
    build/release/exoledger permissions --json >"$told/permissions.json"
    build/release/exoledger openapi >"$told/api.json"
    build/release/exoledger rules | tools/rule_tests.sh >"$told/rules.md"
    for name in permissions.json api.json rules.md; do
        diff -u "docs/$name" "$told/$name" | head -n 20 || true
        cmp -s "docs/$name" "$told/$name" ||
            { echo "docs/$name:1: is not what the program prints; run make docs."; wrong=1; }
    done
    return "$wrong"
}

test_lane()
{
    step units units
    step fuzz_corpora fuzz_corpora
    step differential differential
    step measured measured
    step story_sqlite story_sqlite && {
        step stranger stranger
        step acceptance_sqlite acceptance sqlite
    }
    step story_postgres story_postgres && step acceptance_postgres acceptance postgres
    step exchanges exchanges
}

# What waits for servers, locks, clients and clocks as much as it works.
fault_lane()
{
    step api on_copies api
    step faults on_copies faults
    step fault_programs fault_programs "$sanitized"
    step planted planted "$sanitized" --few
}

style_lane()
{
    local name
    for name in direction headers banned must_use functions files format rule_ids pages; do
        step "style_$name" "tools/check_$name.sh"
    done
    step build_release build_release && {
        step style_globals tools/check_globals.sh build/release
        step documents documents
        step installed installed
        step browser browser
        step memory_kept memory_kept
    }
    step build_clang build_clang && {
        step units_clang units_clang
        step videos videos
    }
    step style_cppcheck tools/check_cppcheck.sh
    step style_tidy tools/check_tidy.sh
}

# A lane is a process group of its own, so that it can be ended as a whole.
run_lane()
{
    set -m
    (set +e; "$1"; touch "$logs/$1.done") &
    set +m
    lanes+=("$!")
    started+=("$1")
}

begin_steps
step install tools/install.sh check || { finish_steps; exit 1; }
cluster=$(mktemp -d /tmp/exoledger-check.XXXXXX)/cluster
chmod 755 "${cluster%/*}"
step build_pages build_pages || { finish_steps; exit 1; } # once, for every compiler
step build_sanitized build_sanitized && step cluster start_cluster && {
    run_lane test_lane
    step short_chain short_chain && run_lane fault_lane
}
run_lane style_lane
wait
lanes=()
for lane in "${started[@]}"; do
    [ -e "$logs/$lane.done" ] || step "$lane" false || true
done
finish_steps
