#!/bin/bash
# memory.sh: does valgrind find memory misused or lost, on the story and behind the door?
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   memory.sh [quick]      quick: the short story alone, without the door
#
# The program without sanitizers, under memcheck. Any error and any block lost at the end fails.
set -euo pipefail
cd "$(dirname "$0")/.."

build=build/memory
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export EXOLEDGER_DATA=$PWD/data PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
export EXOLEDGER_LOAD_SECONDS=${EXOLEDGER_LOAD_SECONDS:-30} EXOLEDGER_TIMEOUT=120

make -j"$(nproc)" BUILD=$build OPTIMISE='-O1 -g' all
checked=$place/exoledger # called like the program itself
cat >"$checked" <<END
#!/bin/bash
exec valgrind --log-file='$place/said.%p' --error-exitcode=97 --leak-check=full \
    --errors-for-leak-kinds=definite,indirect,possible --track-origins=yes --track-fds=no \
    --suppressions='$PWD/tools/valgrind.txt' '$PWD/$build/exoledger' "\$@"
END
chmod +x "$checked"
passed=0 failed=0

# does NAME COMMAND...: it must succeed, and no process of it may have an error.
does()
{
    local name=$1 status=0 began=$SECONDS
    shift
    rm -f "$place"/said.*
    "$@" >"$place/log" 2>&1 || status=$?
    if [ "$status" -eq 0 ] && ! grep -LE 'ERROR SUMMARY: 0 errors' "$place"/said.* | grep -q .; then
        passed=$((passed + 1))
        echo "  ok  $name ($((SECONDS - began)) s): $(figures)"
        return
    fi
    failed=$((failed + 1))
    echo "  NO  $name ended with $status"
    tail -n 20 "$place/log"
    grep -vhE '^==[0-9]+== *$' "$place"/said.* | tail -n 60
}

# What all processes together took from malloc, and what was in use at the end and reachable.
figures()
{
    awk '/total heap usage/ { gsub(/,/, ""); bytes += $9; blocks += $5 }
        /still reachable/ { gsub(/,/, ""); kept += $4 }
        /ERROR SUMMARY/ { errors += $4; runs++ }
        END { printf "%d processes, %d blocks, %.1f MiB, %d bytes still reachable, %d errors",
            runs, blocks, bytes / 1048576, kept, errors }' "$place"/said.*
}

# tell FILE RECORD: what is asked of a record over its whole life.
tell()
{
    local record=$place/$2
    does "$2: init" "$checked" init --demo --record "$record"
    does "$2: story" "$checked" story --record "$record" --file "$1"
    does "$2: verify" "$checked" verify --record "$record"
    does "$2: rebuild" "$checked" rebuild --record "$record"
    does "$2: backup" "$checked" backup --record "$record" --to "$record.copy" --keys "$record.keys"
    does "$2: restore" "$checked" restore --record "$record.again" --from "$record.copy" \
        --keys "$record.keys"
    does "$2: checkpoint" "$checked" checkpoint --record "$record"
    does "$2: prove" "$checked" prove --record "$record" --seq 3
    for way in forward backward; do
        does "$2: trace $way" "$checked" trace "$way" --record "$record" --as QM1 \
            --name "$([ $way = forward ] && echo donor:D-0001 || echo patient:P-0001)"
    done
    does "$2: a refusal" refused "$checked" donor show --record "$record" --as QM1 --code NOBODY
}
refused() { ! "$@"; }

tell tests/story/short.txt short
if [ "${1:-}" != quick ]; then
    tell data/story whole
    for each in tests/faults/load_test.py tests/api/replies_test.py tests/api/labels_test.py; do
        cp -a "$place/short" "$place/$(basename "$each" .py)"
        does "$each" /usr/bin/python3 "$each" "$checked" "$place/$(basename "$each" .py)"
    done
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
