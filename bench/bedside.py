# bedside.py: a record at the moment when somebody asks whether this vial may go into this person.
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The story is played up to that question; every rule is met there. For growth the tables of a
copy get what a busy clinic has after years: rows beside those of the story, by SQL, because only
reading is measured. The copy is thrown away."""

import json
import os
import shutil
import sqlite3
import urllib.parse

ACCOUNT = "K1-N1"
QUESTION = {"plan": "PN-0001", "lot": "L-25-001", "serial": "256", "same_day": "SD-0001",
            "thaw": "TH-0001", "made_to_specification": "true"}
PATH = "/api/doses/check?" + urllib.parse.urlencode(QUESTION)
RECORD_PATH = "/api/lots/L-25-001"  # GET one record
CHAPTER = "07-first-dose.txt"
ASKED = "# May it go into this person now?"


def make(place, name):
    """The story's record at that moment; its folder."""
    told = place.path(f"{name}-story")
    shutil.copytree(os.path.join(place.data, "story"), told)
    path = os.path.join(told, CHAPTER)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:text.index(ASKED)])
    folder = place.path(name)
    place.ours("init", "--demo", "--record", folder)
    place.ours("story", "--record", folder, "--file", told)
    return folder


def check(server):
    """The question has its answer: every rule asked, every one met."""
    rows = json.loads(server.read(PATH))["rows"]
    if len(rows) < 20 or any(row["verdict"] != "met" for row in rows):
        raise RuntimeError(f"not every rule is met: {rows}")


def columns_of(database, table):
    return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def insert(database, table, rows):
    names = columns_of(database, table)
    marks = ", ".join("?" * len(names))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})",
                         (tuple(row.get(name) for name in names) for row in rows))


def multiply(database, table, where, changes, count):
    """count copies of the first row that fits; changes: column -> text with %d, or a function."""
    names = columns_of(database, table)
    row = dict(zip(names, database.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE {where}").fetchone()))

    def copies():
        for number in range(1, count + 1):
            yield {**row, **{column: value(number) if callable(value) else value % number
                             for column, value in changes.items()}}

    insert(database, table, copies())


def grow(place, folder, name, count):
    """A copy with count more patients, each with plan, consent, check, thaw and dose, and a tenth
    as many lots; its folder. A hundred of the thaws touch the lot that is asked about."""
    grown = place.path(name)
    shutil.copytree(folder, grown)
    database = sqlite3.connect(f"{grown}/record.db")
    lots = max(1, count // 10)
    person = {"code": "X-%d", "patient": "P-X%d"}
    with database:
        multiply(database, "patient", "code = 'P-0001'", {"code": "P-X%d"}, count)
        multiply(database, "plan", "code = 'PN-0001'", person, count)
        multiply(database, "consent", "patient = 'P-0001'", person, count)
        multiply(database, "same_day", "code = 'SD-0001'", person, count)
        multiply(database, "thaw", "code = 'TH-0001'", {
            **person, "lot": lambda number: "L-25-001" if number <= 100 else f"L-X{number}",
            "first": lambda number: 300 + number, "last": lambda number: 300 + number}, count)
        insert(database, "dose", ({
            "code": f"DO-X{number}", "patient": f"P-X{number}", "plan": f"X-{number}",
            "site": "K1", "lot": f"L-X{number % lots + 1}", "first": number // lots + 1,
            "last": number // lots + 1, "route": "microneedle", "session": 1,
            "given_on": "2025-08-01", "annulled": 0, "entry": 1} for number in range(count)))
        multiply(database, "lot", "code = 'L-25-001'", {"code": "L-X%d"}, lots)
        multiply(database, "link", "child = 'lot:L-25-001'", {"child": "lot:L-X%d"}, lots)
        multiply(database, "exposure", "lot = 'L-25-001'", {"lot": "L-X%d"}, lots)
        multiply(database, "vial", "lot = 'L-25-001'", {"lot": "L-X%d"}, lots)
        multiply(database, "assay", "lot = 'L-25-001'", {"code": "A-X%d", "lot": "L-X%d"}, lots)
    database.close()
    return grown
