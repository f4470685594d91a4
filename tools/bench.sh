#!/bin/bash
# bench.sh: measures the program against its references; writes docs/benchmarks.md.
# SPDX-License-Identifier: AGPL-3.0-or-later
#
#   BENCH=write,recall     these parts only, nothing is written
#   BENCH_QUICK=1          small data and one round, nothing is written
#   BENCH_ROUNDS, BENCH_REPEATS    see bench/bench.py
#
# Works in temporary folders and on a PostgreSQL of its own; both are gone at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

cluster=
clean_up()
{
    [ -z "$cluster" ] || tests/support/cluster.sh stop "$cluster" || true
    [ -z "$cluster" ] || rm -rf "${cluster%/*}"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

tools/install.sh bench
make -j"$(nproc)" BUILD=build/release all references >/dev/null
export LC_ALL=C.UTF-8 EXOLEDGER_DATA=$PWD/data PYTHONDONTWRITEBYTECODE=1
cluster=$(mktemp -d /tmp/exoledger-bench.XXXXXX)/cluster
chmod 755 "${cluster%/*}"
tests/support/cluster.sh start "$cluster" >/dev/null
EXOLEDGER_BENCH_CLUSTER=$cluster /usr/bin/python3 bench/bench.py
