#!/usr/bin/python3
# bench.py: how fast is the program beside the plainest program that does the same?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Called by tools/bench.sh. Every line is a ratio: both sides in the same run, in alternating
order, the median of five rounds. Writes docs/benchmarks.md when every part ran.

  BENCH=write,recall     these parts only; prints the table and writes nothing
  BENCH_QUICK=1          small data and one round, to try the machinery; writes nothing
  BENCH_ROUNDS=N         rounds of each line (5)
  BENCH_REPEATS=N        how often a round is repeated while others use the machine (3)"""

import importlib
import os
import shutil
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from line import TOP, Figure, Line, Place, median
from machine import MOST_FOREIGN, Watch
from report import row, write_document

PARTS = ("write", "read", "verdict", "pages", "recall", "measure", "video")


class Result:
    """What the rounds of one line or figure gave."""

    def __init__(self, line):
        self.line = line
        self.ours, self.reference, self.ratios = [], [], []
        self.disturbed = 0  # rounds that stayed disturbed
        self.failed = ""

    @property
    def ratio(self):
        return median(self.ratios)

    def bar(self):
        line = self.line
        if line.floor is None:
            return ""
        if line.goal is not None and line.reaches(self.ratio, line.goal):
            return "goal met"
        return "met" if line.reaches(self.ratio, line.floor) else "MISSED"


def one_round(line, number):
    """(ours, reference); every other round begins with the reference."""
    if isinstance(line, Figure):
        return line.measure(), None
    if number % 2 == 0:
        ours = line.ours()
        return ours, line.reference()
    reference = line.reference()
    return line.ours(), reference


def measure(place, line, rounds, repeats):
    result = Result(line)
    if isinstance(line, Figure) and line.values:
        result.ours = list(line.values)
        return result
    for number in range(rounds):
        for attempt in range(repeats + 1):
            watch = Watch(place.roots)
            ours, reference = one_round(line, number)
            foreign = watch.foreign()
            if foreign <= MOST_FOREIGN:
                break
            if attempt < repeats:
                place.say(f"others used {foreign:.0%} of the machine: again")
        result.disturbed += foreign > MOST_FOREIGN
        result.ours.append(ours)
        if reference is not None:
            result.reference.append(reference)
            result.ratios.append(line.divide(ours, reference))
    return result


def run_part(name, place, rounds, repeats):
    """Every line of a part; what fails is a result that says so, and the others still run."""
    results = []
    try:
        for line in importlib.import_module(name).lines(place):
            began = time.monotonic()
            place.say(f"{line.number:>3} {line.name} {line.engine}".rstrip())
            try:
                results.append(measure(place, line, rounds, repeats))
            except Exception as wrong:  # one line must not take the others with it
                traceback.print_exc()
                results.append(Result(line))
                results[-1].failed = str(wrong).split("\n", maxsplit=1)[0]
            print(f"{row(results[-1])}  [{time.monotonic() - began:.0f} s]", flush=True)
    finally:
        place.finish()
    return results


def open_place(folder, quick):
    cluster = os.environ.get("EXOLEDGER_BENCH_CLUSTER", "")
    place = Place(program=os.path.join(TOP, "build/release/exoledger"),
                  references=os.path.join(TOP, "build/bench"), folder=folder, quick=quick,
                  cluster=cluster)
    if cluster:
        with open(os.path.join(cluster, "data", "postmaster.pid"), encoding="ascii") as file:
            place.roots.append(int(file.readline()))
    return place


def main():
    wanted = [name for name in os.environ.get("BENCH", "").split(",") if name] or list(PARTS)
    quick = os.environ.get("BENCH_QUICK", "") == "1"
    rounds = 1 if quick else int(os.environ.get("BENCH_ROUNDS", "5"))
    repeats = 0 if quick else int(os.environ.get("BENCH_REPEATS", "3"))
    results = {}
    broken = False
    for name in wanted:
        if not os.path.exists(os.path.join(TOP, "bench", f"{name}.py")):
            print(f"There is no part bench/{name}.py.")
            broken = True
            continue
        folder = tempfile.mkdtemp(prefix=f"exoledger-bench-{name}.")
        try:
            print(f"== {name}", flush=True)
            results[name] = run_part(name, open_place(folder, quick), rounds, repeats)
        except Exception:
            traceback.print_exc()
            broken = True
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if set(wanted) >= set(PARTS) and not quick and not broken:
        write_document(os.path.join(TOP, "docs/benchmarks.md"), results)
        print("docs/benchmarks.md is written.")
    failed = any(each.failed for part in results.values() for each in part)
    return 1 if broken or failed else 0


if __name__ == "__main__":
    sys.exit(main())
