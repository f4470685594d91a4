#!/usr/bin/python3
"""Was every operation that records exercised by the story or an exchange? What a new record begins
with was asked for by nobody and does not count.

Usage: exercised.py API.json RECORD...    (records on SQLite)
"""
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import sqlite3
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as text:
        paths = json.load(text)["paths"]
    offered = {operation["operationId"] for methods in paths.values()
               for operation in methods.values() if operation.get("x-effect") == "records"}
    seen = set()
    for record in sys.argv[2:]:
        place = os.path.join(record, "record.db")
        for (name,) in sqlite3.connect(place).execute(
                "SELECT DISTINCT operation FROM journal WHERE actor <> 'exoledger'"):
            seen.add(name.split("/")[0])
    for name in sorted(offered - seen):
        print(f"failed: {name} is exercised by no story and no exchange")
    print(f"{len(offered & seen)} passed, {len(offered - seen)} failed")
    return 1 if offered - seen else 0


if __name__ == "__main__":
    sys.exit(main())
