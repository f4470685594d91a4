# calls_place.py: where is a program struck at one of its calls, and what was it told?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""A place holds fixtures (folders made once) and runs of the program in copies of them, below
preload.so where a fault is asked for."""

import glob
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.abspath(os.environ.get("EXOLEDGER_DATA", os.path.join(HERE, "..", "..", "data")))
FILES = "read pread write pwrite fsync fdatasync truncate open close rename unlink mkdir access mmap lock"
SOON = 120  # seconds within which every command must have ended


class Wrong(Exception):
    """What a point found, in a sentence."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


class Fault:
    """Which calls count, which of them is struck, and how."""

    def __init__(self, calls=FILES, how="EIO", at=0, times=1, trace=False, clock=None):
        self.calls, self.how, self.at, self.times = calls, how, at, times
        self.trace, self.clock, self.more = trace, clock, {}

    def environment(self, shim, folder, log):
        found = {"LD_PRELOAD": shim, "EXOLEDGER_FAULT_FOLDER": folder,
                 "EXOLEDGER_FAULT_CALLS": self.calls, "EXOLEDGER_FAULT_HOW": self.how,
                 "EXOLEDGER_FAULT_AT": str(self.at), "EXOLEDGER_FAULT_TIMES": str(self.times),
                 "EXOLEDGER_FAULT_LOG": log}
        if self.trace:
            found["EXOLEDGER_FAULT_TRACE"] = "1"
        if self.clock:
            found["EXOLEDGER_FAULT_CLOCK"] = self.clock
        found.update(self.more)
        return found


class Told:
    """How a command ended: acknowledged, refused, or unknown to whoever asked."""

    def __init__(self, code, out, err, struck):
        self.code, self.out, self.err, self.struck = code, out, err, struck
        self.done = code == 0
        self.unknown = code == 11 or code < 0
        self.refused = not self.done and not self.unknown

    def __str__(self):
        return f"code {self.code}, struck {self.struck!r}, said {self.out[-200:]!r} {self.err[-300:]!r}"

    def receipt(self):
        entry = json.loads(self.out)["entry"]
        return entry["seq"], entry["hash"]

    def must_be_loud(self, memory=False):
        """Whatever goes wrong is told in a sentence, and only want of memory stops the program."""
        must(self.code >= 0 or self.code == -9 or (memory and self.code == -6),
             f"it crashed: {self}")
        must(self.code != -6 or self.err.strip(), f"it stopped without a word: {self}")
        if self.code <= 0:
            return
        line = self.err.strip().splitlines()[-1] if self.err.strip() else ""
        said = json.loads(line)["text"] if line.startswith("{") else line
        must(self.code != 1 and said.endswith(".") and len(said) > 20, f"no sentence: {self}")


def build_shim(folder):
    target = os.path.join(folder, "preload.so")
    sources = sorted(glob.glob(os.path.join(HERE, "preload*.c")))
    subprocess.run([os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O1", "-fPIC",
                    "-shared", "-Wall", "-Wextra", "-Werror", "-o", target, *sources], check=True)
    return target


def plain_program(program):
    """The same program without sanitizers, which would stand between it and the shim."""
    links = subprocess.run(["ldd", program], stdout=subprocess.PIPE, check=True).stdout
    if b"libasan" not in links and b"libtsan" not in links:
        return os.path.abspath(program)
    root = os.path.join(HERE, "..", "..")
    os.makedirs(os.path.join(root, "build"), exist_ok=True)
    subprocess.run(["flock", "build/release.lock", "make", "BUILD=build/release", "all"], cwd=root,
                   stdout=subprocess.DEVNULL, check=True)
    return os.path.abspath(os.path.join(root, "build", "release", "exoledger"))


def entries_of(record):
    """The entries as the database has them, each with its own hash."""
    path = os.path.join(record, "record.db")
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    try:
        rows = base.execute("SELECT seq, hash, bytes FROM entry ORDER BY seq").fetchall()
    finally:
        base.close()
    for seq, digest, text in rows:
        must(hashlib.sha256(text.encode()).hexdigest() == digest, f"entry {seq} has another hash")
    return rows


def must_be_signed(record, seq):
    """Nobody is answered before the signed head beside the database knows the entry."""
    with open(os.path.join(record, "head.json"), encoding="utf-8") as head:
        size = json.load(head)["size"]
    must(size >= seq, f"entry {seq} was acknowledged, and the signed head knows {size}")


class Place:
    """One point's own folder; everything of it lies below."""

    count = 0
    lock = threading.Lock()

    def __init__(self, stage):
        with Place.lock:
            Place.count += 1
            self.folder = os.path.join(stage.root, f"point{Place.count}")
        self.stage = stage
        self.log = self.folder + ".log"
        os.mkdir(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def take(self, fixture, name):
        shutil.copytree(os.path.join(self.stage.root, fixture), self.path(name))
        return self.path(name)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        if os.path.exists(self.log):
            os.remove(self.log)

    def environment(self, fault):
        found = dict(os.environ, EXOLEDGER_DATA=DATA, LC_ALL="C.UTF-8")
        if fault:
            found.update(fault.environment(self.stage.shim, self.folder, self.log))
        return found

    def struck(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8") as log:
            return log.readline().strip()

    def run(self, words, fault=None, out=None, err=None, limits=None):
        process = subprocess.Popen([self.stage.program, *words], env=self.environment(fault),
                                   stdin=subprocess.DEVNULL, stdout=out or subprocess.PIPE,
                                   stderr=err or subprocess.PIPE, preexec_fn=limits)
        try:
            said, wrong = process.communicate(timeout=SOON)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Wrong(f"{words[0]} did not end within {SOON} s, struck {self.struck()!r}")
        return Told(process.returncode, (said or b"").decode("utf-8", "replace"),
                    (wrong or b"").decode("utf-8", "replace"), self.struck() if fault else "")

    def must_run(self, words):
        told = self.run(words)
        must(told.done, f"{' '.join(words)} afterwards: {told}")
        return told

    def recover(self, record, rest):
        """Opens the record again; once in a while the machine dies while it does."""
        if rest.random() < 0.3:
            self.run(["verify", "--record", record],
                     Fault(how=rest.choice(["kill-before", "kill-after"]), at=rest.randrange(1, 90)))

    def whole(self, record, before, rest):
        """Verifies, and gives the entries, of which the first must be those of before."""
        self.recover(record, rest)
        self.must_run(["verify", "--record", record])
        rows = entries_of(record)
        must(rows[:len(before)] == before, "an entry of before was lost or changed")
        return rows


class Stage:
    """What all points share: program, shim, and fixtures."""

    def __init__(self, program, root):
        self.program = plain_program(program)
        self.root = root
        self.shim = build_shim(root)
        self.known = {}

    def fixture(self, name):
        return os.path.join(self.root, name)

    def entries(self, name):
        if name not in self.known:
            self.known[name] = entries_of(self.fixture(name))
        return self.known[name]

    def ask(self, *words):
        done = subprocess.run([self.program, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False,
                              env=dict(os.environ, EXOLEDGER_DATA=DATA, LC_ALL="C.UTF-8"))
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stderr.decode()}")
        return done.stdout.decode()
