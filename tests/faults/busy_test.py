#!/usr/bin/python3
# busy_test.py: what happens when many want the record at once, or somebody will not let go of it?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: busy_test.py PROGRAM RECORD

Two servers and many command lines on one record; a lock held for longer than anybody waits; a
reader that pins the log; a database that fails under a full queue; an end under load, asked for
twice; reads beside writes, whose stated position decides what they must show. The model of what
the clients were told decides.

EXOLEDGER_LONG=1 plays longer; EXOLEDGER_SEED repeats the draws of a run.
Ends with the line "N passed, N failed"."""

import contextlib
import json
import os
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "api")]

import speak
from speak import Failed, Person, Server, donor
from stage import STORAGE, Score, check_model, is_long, must, open_place, refusal_of

speak.TIMEOUT = 120  # a client that outlasts the lock
BUSY = "The record is busy with other work; try again."
WAIT_SECONDS = 30  # src/chain/sqlite.c
LOG_BYTES = 16 << 20  # what the log is cut back to, src/chain/sqlite.c
TIMES = 10 if is_long else 1


class Told:
    """What clients were told: every code that was asked for, and every answer to it."""

    def __init__(self, name):
        self.name, self.lock, self.number = name, threading.Lock(), 0
        self.asked, self.acknowledged, self.refused, self.unknown = set(), {}, {}, set()

    def next_code(self):
        with self.lock:
            self.number += 1
            code = f"D-{self.name}{self.number}"
            self.asked.add(code)
            return code

    def note(self, code, status, said):
        with self.lock:
            must(code not in self.acknowledged and code not in self.refused, f"{code}: told twice")
            if status in (0, 201):
                self.acknowledged[code] = (said["entry"]["seq"], said["entry"]["hash"])
            elif said["fault"] == "unknown":
                self.unknown.add(code)
            else:
                must(said["text"].endswith("."), f"{code}: no sentence: {said}")
                self.refused[code] = (status, said["text"])

    def ask(self, person, code=None):
        code = code or self.next_code()
        try:
            answer = person.ask("POST", "/api/donors", donor(code),
                                [("Idempotency-Key", f"key-{code}")])
        except (OSError, Failed):
            answer = None
        if answer is None:
            with self.lock:
                self.unknown.add(code)
            return False
        self.note(code, answer.status, answer.json())
        return True

    def ask_line(self, place, code=None):
        code = code or self.next_code()
        done = place.run(*place.registering(code))
        if done.returncode:
            refusal_of(done, code)
        self.note(code, done.returncode, json.loads(done.stderr or done.stdout))

    def check(self, place, counted=None):
        """The record, held against what was told; then what is unknown is asked again."""
        counted = counted or place.must_be_whole()
        found = check_model(place, self.acknowledged, counted["entries"])
        for code, told in self.refused.items():
            must(not found[code], f"{code} was refused ({told}) and is stored")
        unknown = self.unknown - set(self.acknowledged) - set(self.refused)
        for code in sorted(unknown):
            entry = place.register(code)
            must(place.register(code) == entry, f"{code}: asked twice with one key")
            must(not found[code] or found[code] == [(entry["seq"], entry["hash"])],
                 f"{code} was stored and is stored again")
        must(len(self.acknowledged) + len(self.refused) + len(unknown) == len(self.asked),
             "somebody was not answered")
        return len(unknown)


@contextlib.contextmanager
def serving(place, how=signal.SIGTERM):
    server = Server(place.program, place.record)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            code, log = server.stop(how)
            must(code == 0 or how == signal.SIGKILL, f"the server ended with {code}: {log[-600:]}")


def at_once(functions):
    threads = [threading.Thread(target=function, daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    return threads


def must_end(threads, what, seconds=120):
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.1))
        must(not thread.is_alive(), f"{what}: somebody was never answered")


def many_at_once(score, source):
    """Two servers and three command lines write, somebody verifies and makes backups meanwhile."""
    place, told = source.copy(score.new_folder()), Told("M")
    over = threading.Event()
    with serving(place) as one, serving(place) as other:
        def requests(server):
            person = Person(server, "DC1")
            while not over.is_set():
                told.ask(person)

        def lines():
            while not over.is_set():
                told.ask_line(place)
        threads = at_once([lambda: requests(one), lambda: requests(one), lambda: requests(other),
                           lambda: requests(other), lines, lines, lines])
        for number in range(2 * TIMES):
            place.must_be_whole("verify beside writers")
            backup = score.new_folder()
            place.must_run("backup", "--to", backup)
            place.must_run("checkpoint")
            score.point("many at once", "verified, backed up and signed beside writers")
        over.set()
        must_end(threads, "many at once")
    must(not told.refused, f"refused: {list(told.refused.items())[:2]}")
    told.check(place)
    score.point("many at once", "acknowledged" if told.acknowledged else "nothing")
    must(len(told.acknowledged) > 20, f"only {len(told.acknowledged)} were written")


def the_lock_held_for_too_long(score, source):
    """A backup tool holds the write lock for longer than we wait. Reads go on, writes are refused
    so that they may be tried again, and are there once or not at all."""
    place, told = source.copy(score.new_folder()), Told("H")
    with serving(place) as server, contextlib.closing(place.database()) as holder:
        person, reader = Person(server, "DC1"), Person(server, "AU1")
        told.ask(person)
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        threads = at_once([lambda: told.ask(person) for _ in range(20)]
                          + [lambda: told.ask_line(place) for _ in range(2)])
        while (time.monotonic() - began < 3 * WAIT_SECONDS
               and len({status for status, _ in list(told.refused.values())}) < 2):
            must(reader.ask("GET", "/api/donors").status == 200, "a read beside the lock")
            score.point("lock held", "read beside it")
            time.sleep(1)
        holder.execute("ROLLBACK")  # who came behind the first batch gets through
        must_end(threads, "a held lock", 2 * WAIT_SECONDS)
        ways = {status for status, _ in told.refused.values()}
        must(ways == {503, STORAGE} and not told.unknown, f"refused {ways}, unknown {told.unknown}")
        for status, text in told.refused.values():
            must(text == BUSY, f"refused: {status} {text}")
            score.point("lock held", "refused")
        for code in list(told.refused):
            del told.refused[code]
            told.ask(person, code)
        must(len(told.acknowledged) == 23, "what was refused cannot be asked again")
        score.point("lock held", "works again")
    told.check(place)


def the_database_held_by_a_tool_alone(score, source):
    """A tool that opened the file for itself alone: nobody comes in, and everybody is told."""
    place = source.copy(score.new_folder())
    with contextlib.closing(place.database()) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("CREATE TABLE tool (n)")
        holder.execute("COMMIT")
        refused = []
        threads = at_once([
            lambda words=words: refused.append(place.must_refuse("held alone", *words))
            for words in (["verify"], ["serve", "--port", "0"], place.registering("D-ALONE"))])
        must_end(threads, "held alone", 3 * WAIT_SECONDS)
        must(refused == [BUSY] * 3, f"held alone: {refused}")
        score.point("held by a tool alone", "refused")
    with contextlib.closing(place.database()) as tool:
        tool.execute("DROP TABLE tool")
    place.register("D-ALONE")
    place.must_be_whole("the tool has gone")


def a_reader_pins_the_log(score, source):
    """The log cannot be emptied while somebody reads an old state: it grows by what is written and
    no more, is told of, and is cut back once the reader has gone."""
    place, told = source.copy(score.new_folder()), Told("R")
    log = place.path("record.db-wal")
    with serving(place) as server, contextlib.closing(place.database()) as reader:
        person = Person(server, "DC1")
        reader.execute("BEGIN")
        before = reader.execute("SELECT COUNT(*) FROM entry").fetchone()
        for _ in range(500 * TIMES):
            told.ask(person)
        pinned = os.path.getsize(log)
        must(pinned > LOG_BYTES, f"the log was not pinned: {pinned}")
        must(reader.execute("SELECT COUNT(*) FROM entry").fetchone() == before, "not pinned")
        reader.execute("ROLLBACK")
        for _ in range(40):
            told.ask(person)
        freed = os.path.getsize(log)
        must(freed <= LOG_BYTES + (1 << 20), f"the log was not cut back: {freed}")
    must(not os.path.exists(log), "the log outlived an orderly end")
    print(f"  {len(told.acknowledged)} entries, pinned log {pinned >> 20} MiB, "
          f"then {freed >> 20} MiB")
    must(not told.refused, f"refused: {list(told.refused.items())[:2]}")
    told.check(place)
    score.point("pinned log", "bounded by what was written")


def a_fault_under_a_full_queue(score, source):
    """The database refuses some entries while many wait: each is answered once, and a neighbour's
    trouble is nobody else's."""
    place, told = source.copy(score.new_folder()), Told("Q")
    with serving(place) as server:
        with contextlib.closing(place.database()) as tool:
            tool.execute("CREATE TRIGGER sometimes BEFORE INSERT ON donor WHEN NEW.code LIKE '%7' "
                         "BEGIN SELECT RAISE(ABORT, 'broken'); END")
        people = [Person(server, "DC1") for _ in range(6)]
        for _ in range(TIMES):
            with contextlib.closing(place.database()) as holder:
                holder.execute("BEGIN IMMEDIATE")  # so that everybody stands in the queue
                threads = at_once([lambda i=i: told.ask(people[i % 6]) for i in range(100)])
                time.sleep(1.5)
                holder.execute("ROLLBACK")
            must_end(threads, "a full queue")
        with contextlib.closing(place.database()) as tool:
            tool.execute("DROP TRIGGER sometimes")
    odd = {code for code in told.asked if code.endswith("7")}
    must(set(told.refused) == odd and not told.unknown,
         f"refused {sorted(told.refused)[:12]}, unknown {sorted(told.unknown)[:4]}")
    told.check(place)
    for code in told.asked:
        score.point("full queue", "refused" if code in odd else "acknowledged")


def an_end_under_load(score, source, twice, seed):
    """SIGTERM while forty write: who was answered has it, who was not may ask again, and the
    server ends by itself and in order; the second SIGTERM changes nothing."""
    place, told = source.copy(score.new_folder()), Told("E")
    with serving(place, signal.SIGKILL) as server:
        people = [Person(server, "DC1") for _ in range(8)]
        over = threading.Event()

        def write(person):
            while not over.is_set() and told.ask(person):
                pass
        threads = at_once([lambda i=i: write(people[i % 8]) for i in range(40)])
        time.sleep(0.3 + (seed % 1000) / 1000)
        for _ in range(2 if twice else 1):
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.002 * (seed % 50))
        over.set()
        code = server.process.wait(60)
        must_end(threads, "an end under load")
        must(code == 0, f"the server ended with {code}")
    must(not os.path.exists(place.path("record.db-wal")), "the log outlived an orderly end")
    must(len(told.acknowledged) > 10, f"only {len(told.acknowledged)} were written")
    unknown = told.check(place)
    score.point("end under load", "somebody asks again" if unknown else "everybody answered")


def positions_decide(score, source):
    """Every read states how many entries the record had; what it shows must be exactly that. Asked
    over HTTP on two servers and at the command line, beside writers."""
    place, told = source.copy(score.new_folder()), Told("P")
    seen, over = [], threading.Event()
    first = {row["code"] for row in place.read("donor", "list", "--limit", "1000")["rows"]}
    with serving(place) as one, serving(place) as other:
        def write(server):
            person = Person(server, "DC1")
            while not over.is_set() and told.number < 800:  # a page of a list holds a thousand
                told.ask(person)
                time.sleep(0.02)

        def read(server, path):
            person = Person(server, "AU1")
            position = 0
            for number in range(900 * TIMES):
                if number >= 30 * TIMES and len({at for _, at, _ in seen}) > 10:
                    break  # a machine with other work writes seldom
                answer = person.ask("GET", path)
                must(answer.status == 200, f"{path}: {answer.body[:200]!r}")
                said = answer.json()
                must(said["position"] >= position, f"{path}: an older state was shown")
                position = said["position"]
                seen.append((path.split("?")[0], position, said))

        def read_lines():
            for words in (["donor", "list", "--limit", "1000"], ["hold", "list"],
                          ["trace", "forward", "--name", "donor:D-0001"]) * TIMES:
                said = place.read(*words)
                seen.append(("/api/donors" if words[0] == "donor" else " ".join(words),
                             said["position"], said))
        writers = at_once([lambda: write(one), lambda: write(other)])
        readers = [lambda s=server, p=path: read(s, p) for server in (one, other) for path in (
            "/api/donors?limit=1000", "/api/trace/forward/donor:D-0001",
            "/api/trace/forward/donor:D-0001/counts", "/api/recalls", "/api/lots")]
        wrong = []

        def guarded(function):
            try:
                function()
            except Exception as error:
                wrong.append(error)
        threads = at_once([lambda f=f: guarded(f) for f in readers + [read_lines]])
        must_end(threads, "reads beside writes")
        over.set()
        must_end(writers, "writes beside reads")
    must(not wrong, f"{len(wrong)} readers failed: {wrong[:1]}")
    where = {code: seq for code, (seq, _) in told.acknowledged.items()}
    for path, position, said in seen:
        must(isinstance(position, int) and position > 0, f"{path}: no position")
        if path == "/api/donors":
            shown = {row["code"] for row in said["rows"]} - first
            right = {code for code, seq in where.items() if seq <= position}
            must(shown - told.unknown == right, f"at {position}: {shown ^ right}")
        score.point("reads beside writes", "as at their position")
    must(len({position for _, position, _ in seen}) > 10, "nobody wrote meanwhile")
    told.check(place)


def main():
    score = Score()
    source = open_place(sys.argv, __doc__)
    held = at_once([
        lambda each=each: score.test(each.__name__.replace("_", " "), each, score, source)
        for each in (the_lock_held_for_too_long, the_database_held_by_a_tool_alone)])
    for function in (positions_decide, many_at_once, a_reader_pins_the_log,
                     a_fault_under_a_full_queue):
        score.test(function.__name__.replace("_", " "), function, score, source)
    for number in range(2 * TIMES):
        score.test(f"an end under load {number}", an_end_under_load, score, source, number % 2,
                   score.rest.getrandbits(32))
    for thread in held:
        thread.join()
    score.finish()


if __name__ == "__main__":
    main()
