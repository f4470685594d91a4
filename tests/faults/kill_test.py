#!/usr/bin/python3
# kill_test.py: is what was acknowledged still there, once, whenever a writer is killed?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: kill_test.py PROGRAM [RECORD]

Writes into a demonstration record (made anew where RECORD is not given or is none yet) with four
writers at once: processes of the command line, the server, or both. Kills one of them or all at a
random moment. Then the record must verify, every acknowledged entry must be there exactly once
with its hash, and what has no known outcome must be settled by asking again with the same key.

EXOLEDGER_LONG=1 plays 200 rounds instead of 20, EXOLEDGER_KILLS as many as it says;
EXOLEDGER_SEED repeats the draws of a run.
Ends with the line "N passed, N failed"."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))

from speak import Person, Server, donor

WRITERS = 4
MODES = ("one of the command lines", "all command lines", "the server", "the server among others")


class Wrong(Exception):
    """What a round found, in a sentence."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


class Place:
    def __init__(self, program, record):
        self.program = program
        self.record = record

    def run(self, *words):
        return subprocess.run([self.program, *words, "--record", self.record],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def read(self, *words):
        done = self.run("--as", "AU1", "--json", *words)
        must(done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}: {done.stderr[:300]!r}")
        return json.loads(done.stdout)

    def register(self, code):
        """The command that registers a donor; its key is the code."""
        words = [self.program, "--record", self.record, "--as", "DC1", "--json",
                 "--idempotency-key", f"key-{code}", "donor", "register"]
        for name, value in donor(code).items():
            words += ["--" + name.replace("_", "-"), str(value).lower() if value is True else str(value)]
        return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Round:
    """One round: what was asked for, what was acknowledged, and who is to be killed."""

    def __init__(self, place, number, mode):
        self.place = place
        self.number = number
        self.mode = mode
        self.lock = threading.Lock()
        self.asked = []
        self.acknowledged = {}
        self.refused = []
        self.running = {}
        self.over = False
        self.server = None

    def next_code(self, writer):
        with self.lock:
            code = f"D-K{os.getpid()}-{self.number}-{writer}-{len(self.asked)}"
            self.asked.append(code)
            return code

    def note(self, code, answer):
        with self.lock:
            self.acknowledged[code] = (answer["entry"]["seq"], answer["entry"]["hash"])

    def write_lines(self, writer):
        while not self.over:
            code = self.next_code(writer)
            process = self.place.register(code)
            with self.lock:
                self.running[writer] = process
            said, wrong = process.communicate()
            if process.returncode == 0:
                self.note(code, json.loads(said))
            elif process.returncode > 0:
                self.refused.append(f"{code}: {process.returncode} {said[:200]!r} {wrong[:200]!r}")

    def write_requests(self, writer):
        try:
            person = Person(self.server, "DC1")
        except Exception:  # the server was killed before anybody could sign in
            return
        while not self.over:
            code = self.next_code(writer)
            try:
                answer = person.ask("POST", "/api/donors", donor(code),
                                    [("Idempotency-Key", f"key-{code}")])
            except Exception:  # the connection broke: the outcome is unknown
                return
            if answer is None:
                return
            if answer.status == 201:
                self.note(code, answer.json())
            else:
                self.refused.append(f"{code}: {answer.status} {answer.body[:300]!r}")

    def kill(self, rest):
        with self.lock:
            lines = [process for process in self.running.values() if process.poll() is None]
        if self.mode == MODES[0]:
            lines = lines[:1]
        if self.mode in MODES[:2] or rest.random() < 0.5:
            for process in lines:
                process.send_signal(signal.SIGKILL)
        if self.server:
            self.server.process.send_signal(signal.SIGKILL)

    def play(self, rest):
        served = {MODES[2]: WRITERS, MODES[3]: WRITERS // 2}.get(self.mode, 0)
        if served:
            self.server = Server(self.place.program, self.place.record)
        writers = [threading.Thread(target=self.write_requests if i < served else self.write_lines,
                                    args=(i,)) for i in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(0.15 + 0.35 * rest.random())  # the moment is what is drawn, nothing waits for it
        if self.mode == MODES[1]:
            self.over = True
        self.kill(rest)
        if self.mode == MODES[0]:
            time.sleep(0.1)  # the others go on beside the one that was killed
        self.over = True
        for writer in writers:
            writer.join(60)
            must(not writer.is_alive(), "a writer never ended")
        if self.server:
            self.server.process.wait(60)
            self.server.process.stdout.close()
            self.server.log.close()

    def check(self):
        must(not self.refused, f"{len(self.refused)} were refused, first {self.refused[:1]}")
        done = self.place.run("verify", "--json")
        must(done.returncode == 0, f"verify: {done.stdout[:400]!r} {done.stderr[:400]!r}")
        entries = json.loads(done.stdout)["entries"]
        for code, (seq, digest) in sorted(self.acknowledged.items()):
            rows = self.rows_of(code)
            must(len(rows) == 1, f"{code} was acknowledged and stands {len(rows)} times")
            must(rows[0]["seq"] == seq and rows[0]["hash"] == digest,
                 f"{code} was acknowledged as entry {seq} {digest} and is {rows[0]}")
        unknown = [code for code in self.asked if code not in self.acknowledged]
        for code in unknown:
            self.settle(code, entries)
        done = self.place.run("verify", "--json")
        must(done.returncode == 0, f"verify after asking again: {done.stderr[:400]!r}")
        return len(self.acknowledged), len(unknown)

    def rows_of(self, code):
        return [row for row in self.place.read("entry", "list", "--subject", code)["rows"]
                if row["operation"].startswith("donor.register/")]

    def settle(self, code, entries):
        """Asks again, twice, with the same key: one entry in all, and one answer."""
        before = self.rows_of(code)
        answers = []
        for _ in range(2):
            process = self.place.register(code)
            said, wrong = process.communicate()
            must(process.returncode == 0, f"{code} asked again: {said[:300]!r} {wrong[:300]!r}")
            answers.append(json.loads(said)["entry"])
        rows = self.rows_of(code)
        must(len(rows) == 1 and answers[0] == answers[1] and rows[0]["seq"] == answers[0]["seq"]
             and rows[0]["hash"] == answers[0]["hash"], f"{code}: {rows} and {answers}")
        must(bool(before) == (answers[0]["seq"] <= entries) or not before,
             f"{code} was stored before and is stored again")


def make_record(place):
    if os.path.exists(os.path.join(place.record, "record.json")):
        return
    done = place.run("init", "--demo")
    must(done.returncode == 0, f"init: {done.stderr[:300]!r}")


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    seed = int(os.environ.get("EXOLEDGER_SEED") or random.SystemRandom().randrange(1 << 32))
    usual = 200 if os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0") else 20
    rounds = int(os.environ.get("EXOLEDGER_KILLS") or usual)
    rest = random.Random(seed)
    own = None if len(sys.argv) == 3 else tempfile.mkdtemp(prefix="exoledger-kill-")
    place = Place(os.path.abspath(sys.argv[1]), sys.argv[2] if own is None
                  else os.path.join(own, "record"))
    make_record(place)
    print(f"seed {seed}, {rounds} rounds, {WRITERS} writers")
    passed = failed = acknowledged = unknown = 0
    for number in range(rounds):
        each = Round(place, number, MODES[number % len(MODES)])
        try:
            each.play(rest)
            counts = each.check()
            acknowledged += counts[0]
            unknown += counts[1]
            passed += 1
        except Exception as error:  # one round that goes wrong does not stop the others
            failed += 1
            print(f"FAILED round {number} ({each.mode}): {error!r}")
    print(f"{acknowledged} acknowledged, {unknown} without an answer, which were asked again")
    print(f"{passed} passed, {failed} failed")
    if own and not failed:
        shutil.rmtree(own)
    sys.exit(failed > 0 or acknowledged == 0 or unknown == 0)


if __name__ == "__main__":
    main()
