# stage.py: what do the fault tests share? A place to damage, and a model of what was acknowledged.
# SPDX-License-Identifier: AGPL-3.0-or-later
import collections
import concurrent.futures
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from speak import Server, donor

STORAGE, UNKNOWN = 10, 11  # how the program ends after a fault of storage, or an open outcome
LONGEST_SECONDS, SLOW_SECONDS = 180, 5
is_long = os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0")


class Wrong(Exception):
    """What a test found, in a sentence."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


def refusal_of(done, what):
    """The one sentence of a refusal. A crash, a babble or a report of a sanitizer is none."""
    text = done.stderr.decode("utf-8", "replace").strip()
    must(2 <= done.returncode <= UNKNOWN, f"{what}: ended with {done.returncode}: {text[:600]!r}")
    if text.startswith('{"fault":') and "\n" not in text:
        text = "exoledger: " + json.loads(text)["text"]
    must(text.startswith("exoledger: ") and text.endswith(".") and "\n" not in text
         and len(text) > 30, f"{what}: not refused in one sentence: {text[:600]!r}")
    return text[len("exoledger: "):]


class Place:
    """A record, and the program that works with it."""

    def __init__(self, program, record):
        self.program, self.record = program, record

    def words(self, *words):
        return [self.program, *words, "--record", self.record]

    def run(self, *words):
        return subprocess.run(self.words(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, timeout=LONGEST_SECONDS, check=False)

    def read(self, *words, account="AU1"):
        done = self.run("--as", account, "--json", *words)
        must(done.returncode == 0, f"{' '.join(words)}: {done.returncode}, {done.stderr[:300]!r}")
        return json.loads(done.stdout)

    def must_run(self, *words):
        done = self.run(*words)
        must(done.returncode == 0, f"{' '.join(words)}: {done.returncode}, {done.stderr[:300]!r}")
        return done.stdout

    def registering(self, code):
        """The words that register a donor; the key is the code."""
        words = ["--as", "DC1", "--json", "--idempotency-key", f"key-{code}", "donor", "register"]
        for name, value in donor(code).items():
            text = str(value).lower() if value is True else str(value)
            words += ["--" + name.replace("_", "-"), text]
        return words

    def register(self, code):
        done = self.run(*self.registering(code))
        must(done.returncode == 0, f"{code}: {done.returncode}, {done.stderr[:300]!r}")
        return json.loads(done.stdout)["entry"]

    def path(self, name):
        return os.path.join(self.record, name)

    def copy(self, folder):
        # A draft belongs to a process that is about to put it in place, and may go meanwhile.
        shutil.copytree(self.record, folder, ignore=shutil.ignore_patterns("*.draft"))
        return Place(self.program, folder)

    def verify(self):
        """What verify counts, or None and why it refuses."""
        done = self.run("verify", "--json")
        if done.returncode == 0:
            return json.loads(done.stdout), None
        fault = done.stderr.decode("utf-8", "replace").strip()
        told = fault.startswith('{"fault":') and "\n" not in fault
        must(2 <= done.returncode <= UNKNOWN and told,
             f"verify ended with {done.returncode}: {fault[:600]!r}")
        return None, json.loads(fault)["text"]

    def must_be_whole(self, what="verify"):
        counted, why = self.verify()
        must(counted, f"{what}: {why}")
        return counted

    def must_refuse(self, what, *words):
        done = self.run(*words)
        must(done.returncode != 0,
             f"{what}: {' '.join(words)} did not refuse: {done.stdout[:300]!r}")
        return refusal_of(done, what)

    def database(self):
        return sqlite3.connect(self.path("record.db"), isolation_level=None, timeout=60)

    def lines(self):
        """Number and bytes of every entry, and whether SQLite itself finds the file sound."""
        with contextlib.closing(self.database()) as database:
            sound = database.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
            rows = database.execute("SELECT seq, hash, bytes FROM entry ORDER BY seq").fetchall()
        return {seq: (digest, text) for seq, digest, text in rows}, sound


def check_model(place, acknowledged, entries=None):
    """Every acknowledged entry is there once, with its number and hash. acknowledged: code to
    (seq, hash) of the donors' registrations."""
    rows = []
    while True:
        after = rows[-1]["seq"] if rows else 0
        page = place.read("entry", "list", "--after", str(after), "--limit", "1000")["rows"]
        rows += page
        if len(page) < 1000:
            break
    must([row["seq"] for row in rows] == list(range(1, len(rows) + 1)), "numbers are missing")
    must(entries is None or len(rows) == entries, f"{len(rows)} rows for {entries} entries")
    found = collections.defaultdict(list)
    for row in rows:
        if row["operation"].startswith("donor.register/"):
            found[row["subject"]].append((row["seq"], row["hash"]))
    for code, told in acknowledged.items():
        must(found[code] == [tuple(told)],
             f"{code} was acknowledged as {told} and is {found[code]}")
    must(all(len(each) == 1 for each in found.values()), "a donor is registered twice")
    return found


class Score:
    """Counts tests and fault points, and how each of these ended."""

    def __init__(self):
        given = os.environ.get("EXOLEDGER_SEED")
        self.seed = int(given) if given else random.SystemRandom().randrange(1 << 32)
        self.rest = random.Random(self.seed)
        self.passed = self.failed = 0
        self.points = collections.OrderedDict()
        self.lock = threading.Lock()
        self.folder = tempfile.mkdtemp(prefix="exoledger-fault-")
        self.numbers = 0
        self.servers = []
        print(f"seed {self.seed}")

    def new_folder(self):
        with self.lock:
            self.numbers += 1
            return os.path.join(self.folder, str(self.numbers))

    def serve(self, place):
        """A server that ends with this run, whatever becomes of the test that wanted it."""
        server = Server(place.program, place.record)
        with self.lock:
            self.servers.append(server)
        return server

    def point(self, family, outcome):
        with self.lock:
            self.points.setdefault(family, collections.Counter())[outcome] += 1

    def test(self, name, function, *arguments):
        began = time.monotonic()
        try:
            function(*arguments)
        except Exception as error:  # one that goes wrong does not stop the others
            with self.lock:
                self.failed += 1
                print(f"FAILED {name}: {error if isinstance(error, Wrong) else repr(error)}")
        else:
            with self.lock:
                self.passed += 1
        if time.monotonic() - began > SLOW_SECONDS:
            print(f"  {name}: {time.monotonic() - began:.0f} s")
        sys.stdout.flush()

    def together(self, tests, threads=2):
        """tests: names, functions and their arguments, several at once."""
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            for each in [pool.submit(self.test, *test) for test in tests]:
                each.result()

    def finish(self):
        for server in self.servers:
            if server.process.poll() is None:
                server.stop(signal.SIGKILL)
        total = sum(sum(each.values()) for each in self.points.values())
        for family, each in self.points.items():
            told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(each.items()))
            print(f"  {family}: {sum(each.values())} ({told})")
        if self.failed:
            print(f"what went wrong may be seen in {self.folder}")
        else:
            shutil.rmtree(self.folder)
        print(f"{total} fault points")
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(self.failed > 0 or self.passed == 0)


def open_place(arguments, usage):
    """The place that a test was given: PROGRAM, and a RECORD that is made where none is."""
    if len(arguments) != 3:
        sys.exit(usage)
    place = Place(os.path.abspath(arguments[1]), os.path.abspath(arguments[2]))
    if not os.path.exists(place.path("record.json")):
        place.must_run("init", "--demo")
    return place
