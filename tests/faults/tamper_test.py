#!/usr/bin/python3
# tamper_test.py: what does the program itself say to somebody who owns the disk?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: tamper_test.py PROGRAM RECORD

Every tampering of tests/stranger, held before the program's own verify; entries written anew while
a server runs; older copies put back with and without their head; logs deleted and exchanged; files
of two records mixed. Nothing forged is ever signed, and what nothing inside can tell is told by a
checkpoint that was kept elsewhere.

EXOLEDGER_LONG=1 tries all of them instead of some; EXOLEDGER_SEED repeats the draws of a run.
Ends with the line "N passed, N failed"."""

import itertools
import json
import os
import shutil
import signal
import sys

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, name) for name in ("support", "api", "stranger")]

import forgery
from speak import Person, donor
from stage import STORAGE, Place, Score, check_model, is_long, must, open_place
from tamperings import FILE_TAMPERINGS, TAMPERINGS

LOCAL = {"head.lock", "persons.lock"}


class Stage:
    def __init__(self, score, place):
        self.score, self.place = score, place
        place.must_be_whole("the record that was given")
        self.older = place.copy(score.new_folder())
        self.acknowledged = {}
        for i in range(5):
            entry = place.register(f"D-T{i}")
            self.acknowledged[f"D-T{i}"] = (entry["seq"], entry["hash"])
        self.kept = score.new_folder()
        with open(self.kept, "wb") as file:
            file.write(place.must_run("checkpoint"))
        place.must_run("verify", "--checkpoint", self.kept)
        self.other = Place(place.program, score.new_folder())
        self.other.must_run("init", "--demo")
        for i in range(20):
            self.other.register(f"D-O{i}")

    def copy(self):
        return self.place.copy(self.score.new_folder())


def fit_tables(copy):
    """What verify reads beside the entries: the head that the next entry goes on from."""
    copy.size = copy.run("SELECT MAX(seq) FROM entry")[0][0] or 0
    peaks, hashes = "", copy.hashes()[:copy.size]
    at, size = 0, copy.size
    while at < size:
        part = 1 << ((size - at).bit_length() - 1)
        peaks += forgery.tree_root(hashes[at:at + part]).hex()
        at += part
    copy.run("UPDATE head SET size = ?, last = ?, peaks = ?", size,
             hashes[-1] if hashes else "0" * 64, peaks)
    copy.run("UPDATE journal SET hash = (SELECT hash FROM entry WHERE entry.seq = journal.seq)")


def tampered(stage, name, tamper, fit):
    """A tampering of the stranger's list; with fit, the head in the database is made to agree."""
    folder = stage.score.new_folder()
    copy = forgery.Copy(stage.place.record, folder)
    verify, forgery.verify = forgery.verify, lambda *_: (0, "")
    try:
        passes_alone = tamper(copy)
        if fit and os.path.exists(copy.path("record.db")):
            fit_tables(copy)
    finally:
        forgery.verify = verify
        copy.close()
    place = Place(stage.place.program, folder)
    words = ["--checkpoint", stage.kept] if passes_alone else []
    if tamper is forgery.older_head:  # a program that was killed leaves this, too: it is named
        told = json.loads(place.must_run("verify", "--json"))
        must(told["unsigned"] == 2, f"{name}: entries behind the head are not named: {told}")
        stage.score.point("the stranger's tamperings", "named")
        return
    place.must_refuse(name, "verify", *words)
    stage.score.point("the stranger's tamperings", "refused")


def every_tampering_is_refused(stage, name, tamper):
    for fit in ((False, True) if is_long else (stage.score.rest.random() < 0.5,)):
        try:
            tampered(stage, name, tamper, fit)
        except Exception as error:
            if "no such table" in str(error) or "closed database" in str(error):
                continue  # nothing is left to be fitted
            raise


def rewrite(place, secret=None):
    """What an administrator of the database can do: an entry changed, all behind it chained anew,
    the head in the database fitted, and with a secret the head beside it signed."""
    copy = forgery.Copy.__new__(forgery.Copy)
    copy.folder, copy.database = place.record, place.database()
    for (trigger,) in copy.run("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        copy.run(f'DROP TRIGGER "{trigger}"')
    copy.settings = copy.load("record.json")
    copy.secret = bytes.fromhex(open(copy.path("checkpoint.key"), encoding="ascii").read())[:32]
    copy.raws = [raw for (raw,) in copy.run("SELECT CAST(bytes AS BLOB) FROM entry ORDER BY seq")]
    copy.size = len(copy.raws)
    copy.run("BEGIN IMMEDIATE")
    copy.run("DELETE FROM entry")
    middle = copy.size // 2
    entry = copy.entry(middle)
    entry["program"] = "exoledger 9.9.9"
    copy.raws[middle - 1] = forgery.canonical(entry)
    previous = "0" * 64
    for i, raw in enumerate(copy.raws):
        entry = json.loads(raw)
        entry["previous"] = previous
        copy.raws[i] = forgery.canonical(entry)
        previous = forgery.sha(copy.raws[i])
        copy.run("INSERT INTO entry (seq, hash, bytes) VALUES (?, ?, CAST(? AS TEXT))", i + 1,
                 previous, copy.raws[i])
    fit_tables(copy)
    copy.run("COMMIT")
    if secret:
        copy.run("DELETE FROM checkpoint")
        copy.save("head.json", copy.checkpoint())
    copy.close()


def take_back(place):
    """The newest entries are taken away and the head in the database fitted: what a server sees
    when an older replica took over behind its connection."""
    copy = forgery.Copy.__new__(forgery.Copy)
    copy.folder, copy.database = place.record, place.database()
    copy.run("DROP TRIGGER entry_no_DELETE")
    copy.run("BEGIN IMMEDIATE")
    copy.run("DELETE FROM entry WHERE seq > (SELECT MAX(seq) - 3 FROM entry)")
    copy.raws = [raw for (raw,) in copy.run("SELECT CAST(bytes AS BLOB) FROM entry ORDER BY seq")]
    fit_tables(copy)
    copy.run("UPDATE head SET at_usec = (SELECT at FROM journal WHERE journal.seq = head.size)")
    copy.run("COMMIT")
    copy.close()


def head_of(place):
    with open(place.path("head.json"), "rb") as file:
        return file.read()


def must_not_sign(stage, place, what):
    """Nothing that the program does puts its signature on what it finds here."""
    head = head_of(place)
    for words in (["verify"], ["checkpoint"], ["prove", "--seq", "3"], ["prove", "--older", "10"],
                  ["backup", "--to", stage.score.new_folder()], ["serve", "--port", "0"],
                  ["move", "--to", stage.score.new_folder()], ["rebuild"],
                  place.registering("D-FORGED")):
        why = place.must_refuse(f"{what}: {words[0]}", *words)
        must("checkpoint was signed at" not in why, f"{what}: {words}: {why}")
        stage.score.point(what, "refused")
    must(head_of(place) == head, f"{what}: the head beside the database was signed anew")


def entries_alone_are_changed(stage):
    """The head in the database stays, so only a walk over the entries can tell; a signature needs
    that walk."""
    place = stage.copy()
    copy = forgery.Copy(stage.place.record, stage.score.new_folder())
    place = Place(stage.place.program, copy.folder)
    forgery.on_members(program="exoledger 9.9.9")(copy)
    copy.close()
    head = head_of(place)
    for words in (["verify"], ["prove", "--seq", "3"], ["backup", "--to", stage.score.new_folder()],
                  ["move", "--to", stage.score.new_folder()]):
        place.must_refuse(f"entries alone: {words[0]}", *words)
        stage.score.point("entries alone changed", "refused")
    must(head_of(place) == head, "the head beside the database was signed anew")


def a_record_written_anew_gets_no_signature(stage):
    place = stage.copy()
    rewrite(place)
    must_not_sign(stage, place, "written anew")


def a_record_written_anew_with_the_key_is_told_by_a_kept_checkpoint(stage):
    place = stage.copy()
    rewrite(place, secret=True)
    place.must_run("rebuild")
    place.must_be_whole("with the key in hand nothing inside can tell")
    place.must_refuse("written anew with the key", "verify", "--checkpoint", stage.kept)
    stage.score.point("written anew with the key", "told by the kept checkpoint")


def under_a_server(stage, name, change):
    """change happens while a server runs. Nothing is acknowledged on top of it, and its head is
    not signed; with the database as it was, the server goes on."""
    place = stage.copy()
    server = stage.score.serve(place)
    person = Person(server, "DC1")
    must(person.ask("POST", "/api/donors", donor("D-BEFORE")).status == 201, "the first one")
    saved = place.copy(stage.score.new_folder())
    head = head_of(place)
    change(place)
    for i in range(3):
        answer = person.ask("POST", "/api/donors", donor(f"D-AFTER{i}"))
        must(answer.status in (401, 503), f"{name}: answered {answer.status} {answer.body[:300]!r}")
        must(answer.json()["text"].endswith("."), f"{name}: no sentence")
        stage.score.point(name, "refused")
    must(head_of(place) == head, f"{name}: the head beside the database was signed anew")
    server.stop(signal.SIGKILL)
    place.must_refuse(name, "verify")
    saved.must_be_whole(f"{name}: put right")
    saved.register("D-AFTER0")


def an_older_file_under_a_server(stage, seed):
    """Somebody copies an older database over the one that is in use. The server may not notice
    while it has the pages in memory; what it acknowledged is there, or the next start refuses."""
    place = stage.copy()
    server = stage.score.serve(place)
    person = Person(server, "DC1")
    acknowledged = dict(stage.acknowledged)
    for i in range(12):
        if i == 4:
            with open(place.path("record.db"), "r+b") as file:
                file.write(open(stage.older.path("record.db"), "rb").read())
                file.truncate()
        answer = person.ask("POST", "/api/donors", donor(f"D-AFTER{i}"))
        must(answer is not None and answer.status in (201, 401, 503), f"answered {answer}")
        if answer.status == 201:
            entry = answer.json()["entry"]
            acknowledged[f"D-AFTER{i}"] = (entry["seq"], entry["hash"])
    server.stop(signal.SIGKILL if seed % 2 else signal.SIGTERM)
    counted, why = place.verify()
    if counted:
        check_model(place, acknowledged, counted["entries"])
    must(counted or why.endswith("."), f"no sentence: {why!r}")
    stage.score.point("an older file under a server", "whole" if counted else "refused")


def an_older_copy(stage):
    """Alone it is refused; together with its head only what was kept elsewhere can tell."""
    place = stage.copy()
    shutil.copy(stage.older.path("record.db"), place.path("record.db"))
    must_not_sign(stage, place, "an older database")
    shutil.copy(stage.older.path("head.json"), place.path("head.json"))
    place.must_be_whole("an older database with its head")
    size = json.load(open(stage.kept, encoding="utf-8"))["size"]
    place.must_refuse("both put back", "verify", "--checkpoint", stage.kept)
    place.must_refuse("both put back", "prove", "--older", str(size))
    for i in range(8):
        place.register(f"D-FORK{i}")
    place.must_run("checkpoint")
    place.must_be_whole("it went on otherwise")
    place.must_refuse("it went on otherwise", "verify", "--checkpoint", stage.kept)
    stage.score.point("database and head put back", "told by the kept checkpoint")
    stage.place.must_run("verify", "--checkpoint", stage.kept)


def logged_copy(stage):
    """A record whose newest entries lie in the log, and how many bytes it has."""
    place = stage.copy()
    server = stage.score.serve(place)
    person = Person(server, "DC1")
    for i in range(8):
        must(person.ask("POST", "/api/donors", donor(f"D-L{i}")).status == 201, "registering")
    server.stop(signal.SIGKILL)
    return place


def logs_deleted_and_exchanged(stage):
    """A foreign log may be one that SQLite believes; refused, it must not have been written into
    the database, so that with the right one everything is there."""
    logged, other = logged_copy(stage), stage.other.copy(stage.score.new_folder())
    log = logged.path("record.db-wal")
    server = stage.score.serve(other)
    must(Person(server, "DC1").ask("POST", "/api/donors", donor("D-X")).status == 201, "another")
    server.stop(signal.SIGKILL)
    earlier = stage.older.copy(stage.score.new_folder())
    server = stage.score.serve(earlier)
    must(Person(server, "DC1").ask("POST", "/api/donors", donor("D-X")).status == 201, "earlier")
    server.stop(signal.SIGKILL)
    for what, source in (("the log deleted", None), ("the log of another record", other),
                         ("a log of the same record's past", earlier)):
        place = logged.copy(stage.score.new_folder())
        for name in ("record.db-wal", "record.db-shm"):
            os.unlink(place.path(name))
        if source:
            shutil.copy(source.path("record.db-wal"), place.path("record.db-wal"))
        with open(place.path("record.db"), "rb") as file:
            before = file.read()
        for words in (["verify"], place.registering("D-NO"), ["serve", "--port", "0"]):
            place.must_refuse(what, *words)
            stage.score.point(what, "refused")
        with open(place.path("record.db"), "rb") as file:
            must(file.read() == before, f"{what}: the database was changed by a refused start")
        for name in ("record.db-wal", "record.db-shm"):
            if os.path.exists(place.path(name)):
                os.unlink(place.path(name))
        shutil.copy(log, place.path("record.db-wal"))
        place.must_be_whole(f"{what}: put right")


def records_mixed(stage, names):
    """Some files of another record in the place of ours. verify passes only where the entries are
    those of one of the two and head and settings are too; then nothing personal is told wrongly."""
    place = stage.copy()
    for name in names:
        for found in os.listdir(place.record):
            if found.startswith("persons-") and name == "persons-key":
                os.unlink(place.path(found))
        for found in os.listdir(stage.other.record):
            if found == name or (found.startswith("persons-") and name == "persons-key"):
                shutil.copy(stage.other.path(found), place.path(found))
    counted, why = place.verify()
    if counted:
        evidence = {"record.db", "head.json", "record.json", "checkpoint.key"}
        must(len(set(names) & evidence) in (0, 4), f"{names} of another record, and verify passes")
    if counted and "record.db" not in names:
        done = place.run("--as", "DC1", "--json", "donor", "show", "D-T0")
        told = done.returncode == 0 and json.loads(done.stdout)["row"].get("name")
        must(done.returncode == STORAGE or told == donor("D-T0")["name"],
             f"{names} of another record: {done.stdout[:300]!r}")
    stage.score.point("files of two records mixed", "entries whole" if counted else "refused")
    must(counted or why.endswith("."), f"{names}: {why!r}")


def settings_changed(stage):
    """record.json is signed by nobody; it is held against the head and the first entry."""
    for name, value in (("demo", None), ("engine", "sqlite3"), ("engine", "postgres"),
                        ("identifier", "ab" * 16), ("public_key", "cd" * 32), ("format", 3),
                        ("format", 1), ("server", "host=/nowhere dbname=x"), ("nonsense", True)):
        place = stage.copy()
        with open(place.path("record.json"), encoding="utf-8") as file:
            settings = json.load(file)
        settings[name] = value
        if value is None:
            del settings[name]
        with open(place.path("record.json"), "w", encoding="utf-8") as file:
            json.dump(settings, file)
        for words in (["verify"], ["serve", "--port", "0"]):
            place.must_refuse(f"{name} in record.json is {value!r}", *words)
            stage.score.point("record.json changed", "refused")
    real = Place(stage.place.program, stage.score.new_folder())
    real.must_run("init")
    with open(real.path("record.json"), "r+", encoding="utf-8") as file:
        settings = json.load(file)
        must(not settings["demo"], "a real record calls itself a demonstration")
        file.seek(0)
        json.dump({**settings, "demo": True}, file)
        file.truncate()
    real.must_refuse("a real record made a demonstration", "serve", "--port", "0")


def a_key_of_asking_survives_a_copy(stage):
    """Who asks again after a restore or a move gets the old answer and not a second entry."""
    first = stage.place.register("D-AGAIN")
    stage.acknowledged["D-AGAIN"] = (first["seq"], first["hash"])
    backup, keys = stage.score.new_folder(), stage.score.new_folder()
    stage.place.must_run("backup", "--to", backup, "--keys", keys)
    restored, moved = (Place(stage.place.program, stage.score.new_folder()) for _ in range(2))
    restored.must_run("restore", "--from", backup, "--keys", keys)
    stage.place.must_run("move", "--to", moved.record)
    for place in (restored, moved):
        must(place.register("D-AGAIN") == first, "asked again in a copy, it was done twice")
        check_model(place, stage.acknowledged, place.must_be_whole()["entries"])
        stage.score.point("asked again in a copy", "answered as before")


def main():
    score = Score()
    stage = Stage(score, open_place(sys.argv, __doc__))
    listed = [(name, tamper) for name, tamper, _ in TAMPERINGS]
    if stage.place.must_be_whole()["files"]:
        listed += [(name, tamper) for name, tamper, _ in FILE_TAMPERINGS]
    for name, tamper in listed if is_long else score.rest.sample(listed, 24):
        score.test(name, every_tampering_is_refused, stage, name, tamper)
    score.together([(function.__name__.replace("_", " "), function, stage) for function in (
        entries_alone_are_changed, a_record_written_anew_gets_no_signature,
        a_record_written_anew_with_the_key_is_told_by_a_kept_checkpoint, an_older_copy,
        logs_deleted_and_exchanged, settings_changed, a_key_of_asking_survives_a_copy)])
    score.test("written anew under a server", under_a_server, stage,
               "written anew under a server", rewrite)
    score.test("older entries under a server", under_a_server, stage,
               "older entries under a server", take_back)
    score.together([(f"an older file under a server {seed}", an_older_file_under_a_server, stage,
                     seed) for seed in range(2)])
    files = ("record.db", "head.json", "record.json", "checkpoint.key", "persons", "persons-key")
    mixes = [mix for size in range(1, 6) for mix in itertools.combinations(files, size)]
    score.together([(f"mixed: {' '.join(mix)}", records_mixed, stage, mix)
                    for mix in (mixes if is_long else score.rest.sample(mixes, 8))])
    score.finish()


if __name__ == "__main__":
    main()
