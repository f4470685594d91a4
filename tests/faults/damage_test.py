#!/usr/bin/python3
# damage_test.py: is what a disk changed silently either harmless or refused loudly?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: damage_test.py PROGRAM RECORD

Damages copies of a record: one bit in the log, the database, its shared memory, the signed head,
the settings, keys and backups; pages misdirected, stale, zeroed or cut off. Afterwards the record
either holds every acknowledged entry byte for byte and verify passes, or verify refuses in one
sentence. Nothing crashes, and nothing wrong is told as right.

EXOLEDGER_LONG=1 tries eighty times as many points; EXOLEDGER_SEED repeats the draws of a run.
Ends with the line "N passed, N failed"."""

import contextlib
import functools
import os
import random
import shutil
import signal
import sys

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "api")]

from damaging import (FRAME, FRAME_HEAD, PAGE, WAL_HEAD, cut, flip, flip_in, flip_in_wal, misdirect,
                      put_back, stale, zero)
from reading import compare_reads
from speak import Person, Server, donor
from stage import Place, Score, check_model, is_long, must, open_place, refusal_of

TIMES = 40 if is_long else 1
LOST = "acknowledged entries are lost"


class Stage:
    """The records that are damaged, and what must still be in them."""

    def __init__(self, score, place):
        self.score = score
        flat = place.copy(score.new_folder())
        self.make_free_pages(flat)
        flat.must_be_whole()
        self.older = score.new_folder()
        shutil.copy(flat.path("record.db"), self.older)
        self.logged = flat  # written on, and killed before the log was emptied
        self.acknowledged = self.write(flat, 30)
        self.flat = flat.copy(score.new_folder())
        self.flat.must_be_whole("what was killed")
        self.lines = self.flat.lines()[0]
        must(not os.path.exists(self.flat.path("record.db-wal")), "the log is still there")
        self.backup = Place(place.program, score.new_folder())
        self.keys = score.new_folder()
        self.flat.must_run("backup", "--to", self.backup.record, "--keys", self.keys)

    @staticmethod
    def make_free_pages(place):
        with contextlib.closing(place.database()) as database:
            database.execute("CREATE TABLE filler AS SELECT bytes FROM entry")
            database.execute("DROP TABLE filler")

    @staticmethod
    def write(place, count):
        server = Server(place.program, place.record)
        person = Person(server, "DC1")
        acknowledged = {}
        for i in range(count):
            answer = person.ask("POST", "/api/donors", donor(f"D-W{i}"))
            must(answer.status == 201, f"registering: {answer.body[:200]!r}")
            entry = answer.json()["entry"]
            acknowledged[f"D-W{i}"] = (entry["seq"], entry["hash"])
        server.stop(signal.SIGKILL)
        must(os.path.getsize(place.path("record.db-wal")) > 40 * FRAME, "nothing is in the log")
        return acknowledged

    def holds_everything(self, place, what):
        lines, sound = place.lines()
        must(lines == self.lines, f"{what}: verify passes and the entries are others")
        must(sound, f"{what}: verify passes and SQLite finds the file damaged")


def damage_once(stage, family, source, damage, seed):
    """One fault point: a copy, one damage, verify, and the model decides."""
    place = source.copy(stage.score.new_folder())
    what, undo = damage(place, random.Random(seed))
    what = f"{family}, {what}"
    log = place.path("record.db-wal")
    before = os.path.getsize(log) if os.path.exists(log) else 0
    counted, why = place.verify()
    if counted:
        stage.holds_everything(place, what)
    else:
        must(len(why) > 15 and why.endswith("."), f"{what}: refused without a sentence: {why!r}")
    if not counted and undo and before:
        put_right(stage, place, what, why, undo, before)
    stage.score.point(family, "whole" if counted else "refused")
    shutil.rmtree(place.record)


def put_right(stage, place, what, why, undo, size):
    """Opening must not have tidied the evidence away: with the bit put back nothing is lost."""
    log = place.path("record.db-wal")
    must(os.path.exists(log) and os.path.getsize(log) == size,
         f"{what}: refused ({why}), and the log was thrown away")
    undo()
    place.must_be_whole(f"{what}: put right again")
    stage.holds_everything(place, f"{what}: put right again")


FAMILIES = [  # name, times, record, damage
    ("log, head", 2, "logged", flip("record.db-wal", 0, WAL_HEAD)),
    ("log, first frames", 2, "logged", flip_in_wal(0, 0.1, (FRAME_HEAD, FRAME))),
    ("log, middle", 4, "logged", flip_in_wal(0.2, 0.8, (FRAME_HEAD, FRAME))),
    ("log, last frames", 2, "logged", flip_in_wal(0.9, 1, (FRAME_HEAD, FRAME))),
    ("log, head of a frame", 3, "logged", flip_in_wal(0, 1, (0, FRAME_HEAD))),
    ("log, zeroed block", 2, "logged", zero("record.db-wal", 512)),
    ("log, zeroed page", 1, "logged", zero("record.db-wal", PAGE)),
    ("log, cut off", 2, "logged", cut("record.db-wal")),
    ("shared memory left behind", 2, "logged", flip("record.db-shm")),
    ("database, row", 6, "flat", flip_in("row")),
    ("database, branch of rows", 2, "flat", flip_in("branch of rows")),
    ("database, index", 6, "flat", flip_in("index")),
    ("database, overflow", 2, "flat", flip_in("overflow")),
    ("database, free page", 2, "flat", flip_in("free")),
    ("database, first page", 3, "flat", flip_in("schema")),
    ("database, misdirected page", 4, "flat", misdirect),
    ("database, zeroed block", 3, "flat", zero("record.db", 512)),
    ("database, zeroed page", 3, "flat", zero("record.db", PAGE)),
    ("database, cut off", 1, "flat", cut("record.db")),
    ("signed head", 4, "flat", flip("head.json")),
    ("signed head, zeroed", 1, "flat", zero("head.json", 512)),
    ("settings", 4, "flat", flip("record.json")),
    ("checkpoint key", 3, "flat", flip("checkpoint.key")),
    ("store of persons", 4, "flat", flip("persons")),
]


def families(stage):
    found = [(name, times, getattr(stage, source), damage)
             for name, times, source, damage in FAMILIES]
    key = next(name for name in os.listdir(stage.flat.record) if name.endswith(".key")
               and name.startswith("persons-"))
    return found + [
        ("key of the store", 2, stage.flat, flip(key)),
        ("database, stale page", 4, stage.flat, stale(stage.older)),
        ("an older database", 1, stage.flat, put_back("record.db", stage.older)),
    ]


def points(stage):
    """Every point with draws of its own, so that threads do not change what a seed repeats."""
    for name, times, source, damage in families(stage):
        for number in range(times * TIMES if is_long else (times + 1) // 2):
            yield (f"{name} {number}", damage_once, stage, name, source, damage,
                   stage.score.rest.getrandbits(64))


def the_lost_tail_is_told(stage):
    """The fault for which the head is kept outside: SQLite says ok, and entries are gone."""
    for part in (0.0, 0.5, 0.99):
        place = stage.logged.copy(stage.score.new_folder())
        log = place.path("record.db-wal")
        frames = (os.path.getsize(log) - WAL_HEAD) // FRAME
        at = WAL_HEAD + int(frames * part) * FRAME + FRAME_HEAD + stage.score.rest.randrange(PAGE)
        with open(log, "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1]))
        seen = place.copy(stage.score.new_folder())
        lines, sound = seen.lines()
        must(sound and len(lines) < len(stage.lines), "this is not the fault that was meant")
        for words in (["verify"], ["serve", "--port", "0"], ["checkpoint"],
                      ["--as", "AU1", "entry", "list"], place.registering("D-LOST")):
            why = place.must_refuse("a lost tail", *words)
            must(LOST in why, f"a lost tail: {why}")
        stage.score.point("lost tail", "refused")


def a_damaged_backup_is_refused_or_whole(stage, seed):
    """Whatever happened to a backup, what is restored from it is the record or nothing."""
    rest = random.Random(seed)
    backup = stage.backup.copy(stage.score.new_folder())
    keys = stage.score.new_folder()
    shutil.copytree(stage.keys, keys)
    inside = [os.path.join(backup.record, name) for name in os.listdir(backup.record)]
    inside += [os.path.join(keys, name) for name in os.listdir(keys)]
    sizes = [(name, os.path.getsize(name)) for name in sorted(inside) if os.path.getsize(name)]
    name = rest.choice([n for n, _ in sizes] + [backup.path("record.db")] * 8)
    damage = rest.choice([flip, flip, flip, functools.partial(zero, size=512), cut])(name)
    what, _ = damage(backup, rest)
    new = Place(backup.program, stage.score.new_folder())
    done = new.run("restore", "--from", backup.record, "--keys", keys)
    if done.returncode:
        refusal_of(done, f"backup, {what}")
    else:
        new.must_be_whole(f"restored from a backup: {what}")
        stage.holds_everything(new, f"backup, {what}")
    stage.score.point("backup", "refused" if done.returncode else "whole")


def shared_memory_under_a_server(stage, seed):
    """Bits flip in the index of the log while a server works. What it acknowledges afterwards
    is there, or the next start refuses."""
    rest = random.Random(seed)
    place = stage.flat.copy(stage.score.new_folder())
    server = Server(place.program, place.record)
    acknowledged = dict(stage.acknowledged)
    try:
        person = Person(server, "DC1")
        for i in range(12):
            if i >= 4:
                flip("record.db-shm", 0, 8192)(place, rest)
            answer = person.ask("POST", "/api/donors", donor(f"D-S{i}"))
            must(answer is not None and answer.status in (201, 401, 503), f"answered {answer}")
            if answer.status == 201:
                entry = answer.json()["entry"]
                acknowledged[f"D-S{i}"] = (entry["seq"], entry["hash"])
    finally:
        code, log = server.stop()
    must(code == 0, f"the server ended with {code}: {log[-500:]}")
    counted, why = place.verify()
    if counted:
        check_model(place, acknowledged, counted["entries"])
    must(counted or why.endswith("."), f"shared memory: {why!r}")
    stage.score.point("shared memory under a server", "whole" if counted else "refused")


def main():
    score = Score()
    stage = Stage(score, open_place(sys.argv, __doc__))
    score.test("the lost tail", the_lost_tail_is_told, stage)
    score.together(points(stage))
    for name, function, times in (("backup", a_damaged_backup_is_refused_or_whole, 5),
                                  ("shared memory", shared_memory_under_a_server, 2)):
        score.together([(f"{name} {number}", function, stage, score.rest.getrandbits(64))
                        for number in range(times * TIMES)])
    compare_reads(stage, 4 * TIMES)
    score.finish()


if __name__ == "__main__":
    main()
