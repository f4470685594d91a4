# pages.py: how soon can a page be used, how much is loaded, and how smooth is a list of many rows?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Debian's Chromium at a served record of the story; see pages.mjs. Beside the first screen stands a
plain page of as many bytes from a plain server. The long list is a copy of the record with copies
of its lot, by SQL, because only reading is measured."""

import json
import os
import shutil
import sqlite3

import bedside
from line import TOP, Figure

LOADS = 15
ROWS = 100_000


def p95(values):
    return sorted(values)[int(0.95 * (len(values) - 1) + 0.5)]


def long_record(place, folder, count):
    grown = place.path("long")
    shutil.copytree(folder, grown)
    database = sqlite3.connect(f"{grown}/record.db")
    with database:
        bedside.multiply(database, "lot", "code = 'L-25-001'", {"code": "L-X%d"}, count)
    database.close()
    return grown


def lines(place):
    folder = bedside.make(place, "pages")
    count = 2_000 if place.quick else ROWS
    said = place.run("node", os.path.join(TOP, "bench", "pages.mjs"), place.program, folder,
                     long_record(place, folder, count), 3 if place.quick else LOADS)
    found = json.loads(said.strip().rsplit("\n", maxsplit=1)[-1])
    number = iter(range(1, 100))

    def figure(name, unit, values, note=""):
        return Figure(number=f"P{next(number)}", name=name, unit=unit, values=values, note=note)

    for name, of in (("First screen, cold, to the sign-in field", "sign_in_ms"),
                     ("A plain page of as many bytes, cold", "plain_ms"),
                     ("Today, cold and signed in, to its first row", "today_ms")):
        yield figure(name, "ms", found[of], "bar: 1000 ms" if of != "plain_ms" else "")
        yield figure(f"{name}, p95", "ms", [p95(found[of])])
    for name, of in (("First screen", "sign_in_bytes"), ("Today", "today_bytes")):
        yield figure(f"{name}: bytes until it can be used, as sent", "kB",
                     [value / 1000 for value in found[of]], "bar: 350 kB")
    yield figure(f"List of {found['rows']:,} rows: a far jump to its rows", "ms", found["jump_ms"])
    yield figure("The same list, longest frame while it scrolls", "ms", found["longest_frame_ms"],
                 f"median frame {found['frame_ms']:.1f} ms")
