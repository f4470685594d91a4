#!/usr/bin/python3
"""Proofs and verification as the pages ask for them: a proof from the door is checked by the
stranger's verifier, and one changed byte anywhere in the entries is found by the range that holds
it and by the ledger as a whole, behind a running server too.

Usage: verification_test.py PROGRAM RECORD    (a copy of the story's record)
"""
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from speak import Failed, Person, Server, equal, must

STRANGER = os.path.join(HERE, "..", "stranger", "verify.py")
AT_ONCE = 100


def row(person, target):
    answer = person.ask("GET", target)
    equal(answer.status, 200, f"status of {target} (said {answer.body[:200]!r})")
    return answer.json()["row"]


def ranges(person):
    """Every range of the record in order, as the page asks for them."""
    found, first, size = [], 1, AT_ONCE
    while first <= size:
        said = row(person, f"/api/verification/entries?first={first}&last={first + AT_ONCE - 1}")
        equal(said["first"], first, "first entry of a range")
        found.append(said)
        first, size = first + AT_ONCE, said["size"]
    return found


def a_whole_record_is_whole(person):
    found = ranges(person)
    equal({said["verdict"] for said in found}, {"whole"}, "verdicts of the ranges")
    equal(found[-1]["last"], found[-1]["size"], "where the last range ends")
    ledger, whole = (row(person, f"/api/verification/{step}") for step in ("ledger", "whole"))
    equal((ledger["verdict"], whole["verdict"]), ("whole", "whole"), "verdicts")
    equal(ledger["root"], whole["root"], "root")
    for name in ("decisions", "files"):
        equal(sum(said[name] for said in found), whole[name], f"{name} of all ranges")
        must(whole[name] > 0, f"no {name} were looked at")
    must(whole["tables"] > 10, "tables were not compared")


def ranges_that_make_no_sense_are_refused(person):
    for query in ("first=1&last=1001", "first=5&last=4", "first=9000000", "first=0"):
        answer = person.ask("GET", f"/api/verification/entries?{query}")
        equal(answer.status, 400, f"status of {query}")
    equal(person.ask("GET", "/api/verification/thing").status, 400, "status of another step")


def a_proof_convinces_a_stranger(person, folder):
    size = row(person, "/api/verification/ledger")["size"]
    for seq in (1, size // 2, size):
        said = row(person, f"/api/entries/{seq}/proof")
        paths = [os.path.join(folder, name) for name in ("proof.json", "entry.json")]
        for path, text in zip(paths, (said["proof"], said["bytes"])):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        words = [sys.executable, STRANGER, "--proof", paths[0], "--entry", paths[1], "--key"]
        done = subprocess.run(words + [said["key"]], capture_output=True, text=True, check=False)
        equal(done.returncode, 0, f"the stranger about entry {seq}: {done.stdout}{done.stderr}")
        with open(paths[1], "a", encoding="utf-8") as file:
            file.write(" ")
        done = subprocess.run(words + [said["key"]], capture_output=True, text=True, check=False)
        equal(done.returncode, 1, f"the stranger about another entry {seq}: {done.stdout}")
    answer = person.ask("GET", f"/api/entries/{size + 1000}/proof")
    equal(answer.status, 404, "status of a proof of no entry")


def who_may_not_read_the_record_gets_neither(server):
    nurse = Person(server, "K1-N1")
    for target in ("/api/entries/1/proof", "/api/verification/entries", "/api/verification/whole"):
        equal(nurse.ask("GET", target).status, 403, f"status of {target}")


def change(record, sql, *values):
    with sqlite3.connect(os.path.join(record, "record.db")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"
                                        ).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(sql, values)
    database.close()


def one_byte(seq):
    """A digit of the year of the server's time, in an entry that stays as long as it was."""
    return ("UPDATE entry SET bytes = replace(bytes, '\"at\":\"2025', '\"at\":\"2026') "
            "WHERE seq = ?", seq)


def is_named(person, seq, also=()):
    """The range that holds the entry is broken, and the sentence names it; all others may stand."""
    found = ranges(person)
    broken = [said for said in found if said["verdict"] == "broken"]
    must(broken, f"no range is broken though entry {seq} is")
    holding = next(said for said in found if said["first"] <= seq <= said["first"] + AT_ONCE - 1)
    equal(holding["verdict"], "broken", f"verdict of the range that holds {seq}")
    must(f"Entry {seq}" in holding["detail"] or any(word in holding["detail"] for word in also),
         f"the fault is told as {holding['detail']!r}")
    for step in ("ledger", "whole"):
        equal(row(person, f"/api/verification/{step}")["verdict"], "broken", f"verdict of {step}")


def a_changed_byte_is_found(person, record):
    kept = sqlite3.connect(os.path.join(record, "record.db"))
    size = kept.execute("SELECT MAX(seq) FROM entry").fetchone()[0]
    before = dict(kept.execute("SELECT seq, bytes FROM entry"))
    kept.close()
    for seq in (1, AT_ONCE, AT_ONCE + 1, size // 2, size):
        change(record, *one_byte(seq))
        is_named(person, seq)
        change(record, "UPDATE entry SET bytes = ? WHERE seq = ?", before[seq], seq)
    equal({said["verdict"] for said in ranges(person)}, {"whole"}, "verdicts after all is back")


def a_missing_entry_is_found(person, record):
    middle = row(person, "/api/verification/ledger")["size"] // 2
    change(record, "DELETE FROM entry WHERE seq = ?", middle)
    is_named(person, middle)


def main():
    program, given = sys.argv[1:3]
    passed, failed = 0, []
    with tempfile.TemporaryDirectory(prefix="verification.") as folder:
        record = os.path.join(folder, "record")
        shutil.copytree(given, record)
        server = Server(program, record)
        person = Person(server, "AU1")
        checks = [
            ("a whole record is whole", lambda: a_whole_record_is_whole(person)),
            ("senseless ranges are refused", lambda: ranges_that_make_no_sense_are_refused(person)),
            ("a proof convinces a stranger", lambda: a_proof_convinces_a_stranger(person, folder)),
            ("who may not read gets nothing",
             lambda: who_may_not_read_the_record_gets_neither(server)),
            ("a changed byte is found", lambda: a_changed_byte_is_found(person, record)),
            ("a missing entry is found", lambda: a_missing_entry_is_found(person, record)),
        ]
        for name, check in checks:
            try:
                check()
                passed += 1
            except (Failed, json.JSONDecodeError) as why:
                failed.append(f"{name}: {why}")
        server.stop()
    for line in failed:
        print("failed", line)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
