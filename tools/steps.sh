# steps.sh: runs the steps of a check, keeps their logs and counts their tests. Sourced, not run.
# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
#
# A step is a function. Its output goes to build/check/NAME.log; what it counted, to NAME.count.
# Counted are cmocka's closing lines and lines "N passed, N failed[, N skipped]" of programs. A
# step that fails without a counted failure counts as one failed; a step that passes without any
# counted test counts as one passed.

export logs=build/check
export sanitized=build/sanitized
export sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all"
export program=$sanitized/exoledger # what the steps call

begin_steps()
{
    rm -rf "$logs"
    mkdir -p "$logs"
    export LC_ALL=C.UTF-8 EXOLEDGER_DATA=$PWD/data PYTHONDONTWRITEBYTECODE=1
    export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
    export UBSAN_OPTIONS=print_stacktrace=1
    export LSAN_OPTIONS=suppressions=$PWD/tools/leaks.txt:print_suppressions=0
}

# count_tests LOG: passed, failed and skipped tests of a log.
count_tests()
{
    awk '/^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
        /^\[  FAILED  \] ([^:]*: )?[0-9]+ test\(s\)/ { sub(/.*\] ([^:]*: )?/, ""); failed += $1 }
        /^\[  SKIPPED \] ([^:]*: )?[0-9]+ test\(s\)/ { sub(/.*\] ([^:]*: )?/, ""); skipped += $1 }
        /^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3 }
        /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped/ { skipped += $5 }
        END { print passed + 0, failed + 0, skipped + 0 }' "$1"
}

# shown_of LOG: the end of a log, and before it what failed where the end does not say so.
shown_of()
{
    local failed='^\[  (FAILED|ERROR )|: error: |ERROR: .*Sanitizer|[, ][1-9][0-9]* failed' found
    if ! grep -qaE "$failed" < <(tail -n 30 "$1"); then
        found=$(grep -anE "$failed" "$1" | head -n 20) || true
        [ -z "$found" ] || printf '%s\n...\n' "$found"
    fi
    tail -n 30 "$1"
}

# step NAME COMMAND...: never stops the caller; false if it failed.
step()
{
    local name=$1 began=$SECONDS status=0 passed failed skipped told
    local log=$logs/$name.log
    shift
    # A shell of its own, because errexit is ignored in whatever a condition calls.
    bash -euo pipefail -c "$(declare -f)"$'\n''"$@"' "$name" "$@" >"$log" 2>&1 </dev/null ||
        status=$?
    read -r passed failed skipped < <(count_tests "$log")
    [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
    [ "$status" -ne 0 ] || [ "$failed" -eq 0 ] || status=1
    [ "$((passed + failed + skipped))" -gt 0 ] || passed=1
    echo "$passed $failed $skipped" >"$logs/$name.count"
    told="$((SECONDS - began)) s, $passed passed"
    [ "$skipped" -eq 0 ] || told="$told, $skipped skipped"
    if [ "$status" -eq 0 ]; then
        echo "ok $name ($told)"
        grep -ahE '^(skipped|SKIPPED)\b|\bis skipped\b' "$log" | sort | uniq -c | sort -rn |
            sed -E 's/^ *([0-9]+) /   \1x /' | head -n 5 || true
        return 0
    fi
    echo "FAILED $name: see $log"
    shown_of "$log" | sed 's/^/    /'
    return 1
}

# The closing line; false if a test failed or none ran.
finish_steps()
{
    cat "$logs"/*.count | awk '{ passed += $1; failed += $2; skipped += $3 }
        END {
            printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
            exit failed > 0 || passed == 0
        }'
}

# run_programs PROGRAM...: each test program, to its end, whatever the others did.
run_programs()
{
    local each status=0 wrong=0 out err
    [ $# -gt 0 ] || { echo "There is no program to run."; return 1; }
    out=$(mktemp)
    err=$(mktemp)
    for each in "$@"; do
        echo "== $each"
        status=0
        "$each" >"$out" 2>"$err" || status=$?
        cat "$out" "$err" # apart, so that one does not break the other's lines
        [ "$status" -eq 0 ] && continue
        wrong=1
        [ "$(cat "$out" "$err" | count_tests /dev/stdin | cut -d' ' -f2)" -gt 0 ] ||
            echo "0 passed, 1 failed: $each ended with $status."
    done
    rm -f "$out" "$err"
    return "$wrong"
}

build_sanitized()
{
    make -j"$(nproc)" BUILD="$sanitized" OPTIMISE='-O1 -g' SANITIZE="$sanitizers" all units
}

unit_tests()
{
    local -a programs
    mapfile -t programs < <(find "$1/tests/unit" "$1/tests/property" -type f -executable | sort)
    run_programs "${programs[@]}"
}

# fault_programs BUILD: tests/faults/test_*.c.
fault_programs()
{
    local -a programs
    mapfile -t programs < <(find "$1/tests/faults" -name 'test_*' -type f -executable | sort)
    run_programs "${programs[@]}"
}

# planted BUILD [--few]: the suites against bugs of tests/faults/planted.txt.
planted()
{
    local variables=()
    [ "$1" != "$sanitized" ] || variables=(OPTIMISE='-O1 -g' SANITIZE="$sanitizers")
    /usr/bin/python3 tests/faults/planted.py "$@" -- "${variables[@]}"
}

# tell_story FILE RECORD [--server CONNECTION]: a file or folder of exchanges in a new record, then
# what must hold for it: it verifies, its tables can be made anew from the entries, and it verifies
# again.
tell_story()
{
    local file=$1 record=$2
    shift
    rm -rf "$record"
    mkdir -p "$(dirname "$record")"
    "$program" init --demo --record "$@"
    "$program" checkpoint --record "$record" >"$record.first.json"
    "$program" story --record "$record" --file "$file"
    "$program" verify --record "$record"
    "$program" rebuild --record "$record" | tee "$record.rebuilt"
    grep -q 'are the same as before' "$record.rebuilt"
    "$program" verify --record "$record"
}
