#!/usr/bin/python3
# calls_test.py: whichever call of the C library fails or is the last, does the record hold?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: calls_test.py PROGRAM [RECORD]

Runs commands and the server below preload.so, which counts their calls and strikes one of them: it
fails in one of many ways, is short or slow, or the process dies before or after it. What the client
was told decides what must be in the record. A point is SCENE:WAY:NUMBER, for example
record:kill-after:117.

Draws EXOLEDGER_CALLS points (100), or all with EXOLEDGER_LONG=1, of which EXOLEDGER_MEMORY (1000) in
each scene and way that fails memory; for at most EXOLEDGER_SECONDS. EXOLEDGER_SEED repeats the draws,
EXOLEDGER_POINT runs one point or one of the other tests. Ends with the line "N passed, N failed"."""

import collections
import concurrent.futures
import os
import random
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))

import calls_life
import calls_time
from calls_place import FILES, Fault, Place, Stage, must
from calls_scenes import SCENES, make_fixtures
from calls_serve import Serve

WRITES = "write pwrite truncate open mkdir rename"
SYNCS = "fsync fdatasync"
WAYS = {  # name: group of faults, calls that count, how they are struck, how many (0 for all)
    "kill-before": (1, FILES, "kill-before", 1),
    "kill-after": (1, FILES, "kill-after", 1),
    "sync-once": (3, SYNCS, "EIO", 1),
    "sync-twice": (3, SYNCS, "EIO", 2),
    "sync-always": (3, SYNCS, "EIO", 0),
    "sync-slow": (3, SYNCS, "slow:1500", 1),
    "any-once": (4, FILES, "EIO", 1),
    "any-always": (4, FILES, "EIO", 0),
    "full-once": (4, WRITES, "ENOSPC", 1),
    "full-always": (4, WRITES, "ENOSPC", 0),
    "quota": (4, WRITES, "EDQUOT", 0),
    "too-large": (4, WRITES, "EFBIG", 1),
    "read-only": (4, WRITES + " unlink", "EROFS", 0),
    "no-descriptor": (4, "open", "EMFILE", 3),
    "interrupted": (4, "open read write pwrite lock fsync fdatasync", "EINTR", 1),
    "short": (4, "read pread write pwrite", "short", 1),
    "short-always": (4, "read pread write pwrite", "short", 0),
    "read-fails": (4, "read pread", "EIO", 1),
    "no-map": (4, "mmap", "ENOMEM", 0),
    "no-lock": (4, "lock", "ENOLCK", 1),
    "memory-once": (7, "malloc", "ENOMEM", 1),
    "memory-always": (7, "malloc", "ENOMEM", 0),
}


def number(name, usual):
    return int(os.environ.get(name) or usual)


class Counts:
    """How many calls of which kinds a scene makes when none is struck."""

    def __init__(self, stage):
        self.stage, self.known = stage, {}

    def trace(self, scene, calls):
        place = Place(self.stage)
        try:
            scene.prepare(place)
            told = scene.act(place, Fault(calls, trace=True))
            if not told.done:
                raise SystemExit(f"{scene.name} without a fault: {told}")
            with open(place.log, encoding="utf-8") as log:
                return collections.Counter(line.split()[1] for line in log)
        finally:
            place.close()

    def of(self, scene, calls):
        traced = "malloc" if calls == "malloc" else FILES
        key = (scene.name, traced)
        if key not in self.known:
            self.known[key] = self.trace(scene, traced)
        return sum(self.known[key][kind] for kind in calls.split())


def must_mind_syncs(told, all_fail):
    """A sync of a file of the folder that failed is never ignored (those of SQLite are fdatasync, of
    which the last ones, of what is committed already, may fail), and nothing is done without any."""
    must(not told.done or (told.struck.split()[1:2] != ["fsync"] and not all_fail),
         "a sync failed and nobody minded")


def run_point(stage, scene, way, at, seed):
    """None, or a sentence. Draws depend on seed and point only."""
    group, calls, how, times = WAYS[way]
    rest = random.Random(f"{seed}:{scene.name}:{way}:{at}")
    place = Place(stage)
    told = None
    try:
        scene.prepare(place)
        told = scene.act(place, Fault(calls, how, at, times))
        scene.judge(place, told, rest, group == 7)
        if group == 3 and how == "EIO" and scene.name not in ("verify", "serve"):
            must_mind_syncs(told, at == 1 and times == 0)
        return None
    except Exception as error:  # one point that goes wrong does not stop the others
        return f"{error}; told {told}"
    finally:
        place.close()


def all_points(stage, scenes, rest, memory):
    """Every call of every scene in every way, of memory so many; mixed, as time may run out."""
    counts = Counts(stage)
    found = []
    for scene in scenes:
        for way, (group, calls, _, _) in WAYS.items():
            numbers = range(1, counts.of(scene, calls) + 1)
            if group == 7 and len(numbers) > memory:
                numbers = sorted(rest.sample(numbers, memory))
            found += [(scene, way, at) for at in numbers]
    rest.shuffle(found)
    print(f"{len(found)} points", flush=True)
    return found


def drawn_points(stage, scenes, rest, most):
    """Each scene in each way as often as there is room."""
    counts = Counts(stage)
    pairs = []
    while len(pairs) < most:
        some = [(scene, way) for scene in scenes for way in WAYS for _ in range(scene.weight)]
        rest.shuffle(some)
        pairs += some
    for scene, way in pairs[:most]:
        yield scene, way, 1 + rest.randrange(max(counts.of(scene, WAYS[way][1]), 1))


def given_point(scenes):
    """The one point that EXOLEDGER_POINT names, or None."""
    point = os.environ.get("EXOLEDGER_POINT")
    if not point:
        return None
    if ":" not in point:
        return []
    name, way, at = point.split(":")
    return [(scene, way, int(at)) for scene in scenes if scene.name == name]


class Tally:
    def __init__(self):
        self.points = collections.Counter()
        self.passed = self.failed = 0

    def add(self, group, sentence, point):
        self.points[group] += 1
        self.passed += sentence is None
        self.failed += sentence is not None
        if sentence:
            print(f"FAILED {point}: {sentence}", flush=True)


def run_points(stage, points, seed, tally, end):
    late = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        running = {}

        def settle(some):
            for one in some:
                scene, way, at = running.pop(one)
                tally.add(WAYS[way][0], one.result(), f"{scene.name}:{way}:{at}")

        for scene, way, at in points:
            if time.monotonic() > end:
                late += 1
                continue
            running[pool.submit(run_point, stage, scene, way, at, seed)] = (scene, way, at)
            if len(running) > 8:
                settle(concurrent.futures.wait(
                    running, return_when=concurrent.futures.FIRST_COMPLETED).done)
        settle(concurrent.futures.wait(running).done)
    if late:
        print(f"{late} points were left out for want of time.")


def run_tests(stage, seed, tally):
    """What is not a point: each prints its own name where it fails."""
    for group, tests in ((8, calls_time.TESTS), (14, calls_life.TESTS)):
        for test in tests:
            if os.environ.get("EXOLEDGER_POINT", test.__name__) != test.__name__:
                continue
            place = Place(stage)
            sentence = None
            try:
                test(place, random.Random(f"{seed}:{test.__name__}"))
            except Exception as error:
                sentence = repr(error)
            finally:
                place.close()
            tally.add(group, sentence, test.__name__)
            print(f"{test.__name__}: {'held' if sentence is None else 'FAILED'}", flush=True)


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    seed = number("EXOLEDGER_SEED", random.SystemRandom().randrange(1, 1 << 32))
    long = os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0")
    root = tempfile.mkdtemp(prefix="exoledger-calls-")
    tally = Tally()
    print(f"seed {seed}", flush=True)
    try:
        stage = Stage(sys.argv[1], root)
        make_fixtures(stage)
        shutil.copytree(sys.argv[2] if len(sys.argv) == 3 else stage.fixture("base"),
                        stage.fixture("short"))
        scenes = [scene() for scene in (*SCENES, Serve)]
        rest = random.Random(seed)
        points = given_point(scenes)
        if points is None:
            points = all_points(stage, scenes, rest, number("EXOLEDGER_MEMORY", 1000)) if long \
                else drawn_points(stage, scenes, rest, number("EXOLEDGER_CALLS", 100))
        run_tests(stage, seed, tally)
        run_points(stage, points, seed, tally,
                   time.monotonic() + number("EXOLEDGER_SECONDS", 1 << 30))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    for group, count in sorted(tally.points.items()):
        print(f"group {group}: {count} points")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(tally.failed > 0 or tally.passed == 0)


if __name__ == "__main__":
    main()
