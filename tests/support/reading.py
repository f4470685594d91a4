# reading.py: what do ordinary reads answer from a damaged database?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""An entry is held against its hash before it is shown; the tables made from the entries carry
none, and only verify can tell that one of them was changed. The share of answers that differ from
the right ones without a word is measured here, and that none of them is about an entry."""
import collections
import json
import random
import signal

from damaging import flip_in
from speak import Failed, Person, Server
from stage import must, refusal_of

ACCOUNTS = ("AU1", "DC1")
PATHS = [f"/api/{name}" for name in (
    "donors", "entries?limit=1000", "lots", "pools", "banks", "cultures", "harvests", "patients",
    "shipments", "holds", "events", "recalls", "refusals", "roles", "sites", "settings",
    "specifications", "accounts", "equipment", "materials", "deviations",
    "trace/forward/donor:D-0001", "trace/backward/patient:P-0001")]


def ask_all(server, entries):
    """Path to answer; an answer is its status and its body without what changes by itself."""
    answers = {}
    people = [Person(server, account) for account in ACCOUNTS]
    for path in PATHS + [f"/api/entries/{seq}" for seq in entries]:
        for person in people:
            answer = person.ask("GET", path)
            must(answer is not None, f"{path}: the connection was closed")
            told = answer.json()
            told.pop("request", None)
            key = person.said["account"], path
            answers[key] = answer.status, json.dumps(told, sort_keys=True)
    return answers


def ask_at(place, entries):
    """Every answer at a place; None where the server does not start, which is a refusal."""
    try:
        server = Server(place.program, place.record)
    except Failed:
        refusal_of(place.run("serve", "--port", "0"), "a start on a damaged record")
        return None
    try:
        return ask_all(server, entries)
    except Failed as error:
        if "signing in" in str(error):
            return None
        raise
    finally:
        code, log = server.stop(signal.SIGTERM)
        must(code == 0, f"the server ended with {code}: {log[-600:]}")


def read_once(stage, right, entries, kind, counts, seed):
    place = stage.flat.copy(stage.score.new_folder())
    what, _ = flip_in(kind)(place, random.Random(seed))
    told = ask_at(place, entries)
    if told is None:
        counts["damages refused at the start"] += 1
        stage.score.point("reads", "refused")
        return
    wrong = []
    for key, answer in told.items():
        if answer == right[key]:
            counts["answers unchanged"] += 1
        elif answer[0] == 503:
            counts["answers refused"] += 1
        else:
            counts["answers otherwise"] += 1
            wrong.append(key[1])
    refused = any(answer[0] == 503 for answer in told.values())
    counts["damages met by a read"] += bool(wrong or refused)
    must(not any(path.startswith("/api/entries/") for path in wrong),
         f"{what}: an entry was shown otherwise than it was recorded: {wrong[:3]}")
    counted, _ = place.verify()
    must(not (wrong and counted), f"{what}: {wrong[:3]} were answered otherwise and verify passes")
    stage.score.point("reads", "answered otherwise" if wrong else
                      "refused" if refused else "as before")


def compare_reads(stage, times):
    entries = sorted(stage.score.rest.sample(sorted(stage.lines), 40))
    right = ask_at(stage.flat.copy(stage.score.new_folder()), entries)
    again = ask_at(stage.flat.copy(stage.score.new_folder()), entries)
    must(right == again, "two copies of one record answer otherwise")
    must(sum(status == 200 for status, _ in right.values()) > len(PATHS), "hardly anything is read")
    counts = collections.Counter()
    stage.score.together(
        [(f"reads {number}", read_once, stage, right, entries, kind, counts,
          stage.score.rest.getrandbits(64))
         for number, kind in enumerate(["row", "row", "index", "overflow"] * (times // 4))])
    print("  " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
