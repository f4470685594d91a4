#!/usr/bin/python3
"""Does the record of the whole story hold every figure that was written down beforehand?

Usage: acceptance.py PROGRAM RECORD    (the record of the story, on either engine)

The figures stand in expected/*.tsv, one a row: what it is, at which moment, who asks, what is asked
at the command line, where the answer holds it, and what is expected. An empty cell of the columns
when, as and asked says: as above; `end` is the finished record. A moment, and what a refusal
left untouched, is asked of a second record, into which the story is played as far as that.
"""
# SPDX-License-Identifier: AGPL-3.0-or-later
import glob
import os
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from asking import Asker, Wrong, compare, find
from playing import Player

HERE = os.path.dirname(os.path.abspath(__file__))
STORY = os.path.join(HERE, "..", "..", "data", "story")

# What the record keeps about itself and about who asked; a refusal belongs there.
ITS_OWN = {"journal", "head", "entry", "refusal", "refusal_count", "checkpoint", "retry", "session",
           "token"}


def table(path):
    """Rows of a file as dicts; a row's missing cells are empty."""
    with open(path, encoding="utf-8") as lines:
        kept = [line.rstrip("\n").split("\t") for line in lines
                if line.strip() and not line.startswith("#")]
    head = kept[0]
    return [dict(zip(head, row + [""] * (len(head) - len(row)))) for row in kept[1:]]


def figures():
    """Every row of every table of figures, with its empty cells filled from above."""
    found = []
    for path in sorted(glob.glob(os.path.join(HERE, "expected", "*.tsv"))):
        if os.path.basename(path) in ("moments.tsv", "refusals.tsv"):
            continue
        above = {}
        for row in table(path):
            for name in ("when", "as", "asked"):
                row[name] = row[name] or above.get(name, "")
            above = row
            row["place"] = os.path.basename(path)
            found.append(row)
    return found


class Result:
    def __init__(self):
        self.passed, self.failed = 0, []

    def note(self, wrong):
        if wrong:
            self.failed.append(wrong)
        else:
            self.passed += 1


def ask_figures(result, asker, rows):
    for row in rows:
        where = f"{row['place']}, {row['when']}: {row['as']}: {row['asked']}: {row['where']}"
        try:
            wrong = compare(find(asker.answer(row["as"], row["asked"]), row["where"]),
                            row["expected"])
        except Wrong as why:
            wrong = str(why)
        result.note(wrong and f"{row['what']}: {wrong} ({where})")


def fingerprint(record):
    """Every row of every table that says how things stand."""
    database = sqlite3.connect(f"file:{os.path.join(record, 'record.db')}?mode=ro", uri=True)
    names = [name for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    told = {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"')))
            for name in names if name not in ITS_OWN}
    entries = database.execute("SELECT count(*) FROM journal").fetchone()[0]
    database.close()
    return told, entries


def refuse(result, player, row):
    """Plays up to a refused attempt, then the attempt alone: one entry more, and nothing else."""
    begins, ends = player.refusal(row["attempt"])
    player.play(begins)
    before, entries = fingerprint(player.record)
    player.play(ends)
    after, more = fingerprint(player.record)
    changed = [name for name in after if after[name] != before.get(name)]
    result.note(changed and f"{row['attempt']}: expected no table to change, found {changed}")
    result.note(more != entries + 1 and
                f"{row['attempt']}: expected one entry more, found {more - entries}")


def ask_refusal(result, asker, row):
    """The entry of a refused attempt in the list of refusals, by actor, day and operation."""
    told = find(asker.answer("QM1", "refusal list"), "rows")
    for one in told[0]:
        one["day"] = find({"row": one}, "row.at as day")[0]
        one["groups"] = " ".join(sorted({name.split(".")[0] for name in one["rules"].split()}))
    same = [one for one in told[0] if all(one[name] == row[name]
                                          for name in ("actor", "day", "operation"))]
    if len(same) != 1:
        result.note(f"{row['attempt']}: expected one refusal of {row['operation']} by "
                    f"{row['actor']} on {row['day']}, found {len(same)} (QM1: refusal list)")
        return
    for name in ("kind", "groups"):
        result.note(same[0][name] != row[name] and
                    f"{row['attempt']}: expected {name} {row[name]}, found {same[0][name]} "
                    "(QM1: refusal list)")


def play_and_ask(result, program, rows, refusals, folder):
    player = Player(program, STORY, folder)
    moments = {row["moment"]: player.place(row["before"])
               for row in table(os.path.join(HERE, "expected", "moments.tsv"))}
    for name in {row["when"] for row in rows} - set(moments):
        sys.exit(f"moments.tsv names no moment {name}")
    steps = [(place, 0, name) for name, place in moments.items()]
    steps += [(player.refusal(row["attempt"])[0], 1, row) for row in refusals]
    for place, _, what in sorted(steps, key=lambda step: step[:2]):
        if isinstance(what, dict):
            refuse(result, player, what)
            continue
        player.play(place)
        ask_figures(result, Asker(program, player.record, folder),
                    [row for row in rows if row["when"] == what])


def main():
    program, record = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    os.environ.setdefault("EXOLEDGER_DATA", os.path.abspath(os.path.join(HERE, "..", "..", "data")))
    result = Result()
    rows = figures()
    refusals = table(os.path.join(HERE, "expected", "refusals.tsv"))
    with tempfile.TemporaryDirectory(prefix="acceptance.") as folder:
        asker = Asker(program, record, folder)
        ask_figures(result, asker, [row for row in rows if row["when"] == "end"])
        for row in refusals:
            ask_refusal(result, asker, row)
        play_and_ask(result, program, [row for row in rows if row["when"] != "end"], refusals,
                     folder)
    for line in result.failed:
        print("failed", line)
    print(f"{result.passed} passed, {len(result.failed)} failed")
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
