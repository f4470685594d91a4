# calls_time.py: does the record keep its order when the clock of the machine is wrong?
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import shutil
import struct
import time

from calls_place import Fault, entries_of, must
from calls_serve import Struck
from speak import Person, equal

SECOND = 1000000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
YEAR = 365 * DAY


class Clock:
    """What preload.so reads each time; in microseconds."""

    def __init__(self, place):
        self.path = place.path("clock")
        self.set()

    def set(self, ahead=0, frozen=0, wobble=0, passed=0):
        with open(self.path, "r+b" if os.path.exists(self.path) else "w+b") as file:
            file.write(struct.pack("=qqqq", ahead, frozen, wobble, passed))

    def fault(self):
        return Fault("", clock=self.path)


def real_record(place):
    """A record that is no demonstration, so that the machine's clock counts. Its secret."""
    place.record = place.path("record")
    told = place.must_run(["init", "--record", place.record])
    place.secret = told.out.split("One-time secret: ")[1].split()[0]
    with open(place.path("secret"), "w", encoding="utf-8") as file:
        file.write(place.secret)
    return Clock(place)


def site_words(place, code):
    return ["site", "register", "--code", code, "--name", f"Site {code}", "--kind", "clinic",
            "--record", place.record, "--as", "ADMIN", "--secret-file", place.path("secret"),
            "--json"]


class Administrator(Person):
    def __init__(self, server, secret):
        self.server = server
        answer = server.ask("POST", "/api/session", {"account": "ADMIN", "secret": secret})
        equal(answer.status, 200, "signing in as ADMIN")
        self.cookie = answer.header("Set-Cookie").split(";")[0]
        self.said = answer.json()

    def register(self, code):
        return self.ask("POST", "/api/sites", {"code": code, "name": code, "kind": "clinic"})


def must_be_in_order(place, count):
    """at never runs backwards, nothing happens after it was recorded, and all is verified."""
    place.must_run(["verify", "--record", place.record])
    entries = [json.loads(text) for _, _, text in entries_of(place.record)]
    for before, entry in zip(entries, entries[1:]):
        must(entry["at"] >= before["at"], f"at runs backwards: {before['at']} {entry['at']}")
        must(entry["occurred_at"] <= entry["at"], "it happened after it was recorded")
    sites = [entry["subject"] for entry in entries if entry["operation"] == "site.register/1"]
    equal(len(sites), len(set(sites)), "sites")
    equal(len(sites), 1 + count, "sites")


def set_between_commands(place, rest):
    """Back and forward by seconds and years, frozen, jumping: each command has another clock."""
    clock = real_record(place)
    standing = int(time.time()) * SECOND
    turns = [{"ahead": -HOUR}, {"ahead": -YEAR}, {"ahead": HOUR}, {"ahead": 0}, {"ahead": -SECOND},
             {"frozen": standing}, {"frozen": standing}, {"frozen": standing - DAY},
             {"wobble": HOUR}, {"wobble": DAY}, {"ahead": 3 * YEAR}, {"ahead": 0}]
    for i, turn in enumerate(turns):
        clock.set(**turn)
        told = place.run(site_words(place, f"S{i}"), clock.fault())
        must(told.done, f"with the clock at {turn}: {told}")
        late = "behind the newest entry" in told.err
        must(late or i != 1, f"a clock that is behind by a year is not told: {told}")
    must_be_in_order(place, len(turns))


def wrong_by_years(place, rest):
    """What no clock can say is refused in a sentence, and nothing is written with it."""
    clock = real_record(place)
    before = entries_of(place.record)
    now = int(time.time()) * SECOND
    for ahead in (-now, -now + 5 * SECOND, -now - 10 * YEAR, 180 * YEAR, 400 * YEAR, 9000 * YEAR):
        clock.set(ahead=ahead)
        for words in (site_words(place, "S1"), ["verify", "--record", place.record],
                      ["serve", "--port", "0", "--record", place.record],
                      ["init", "--record", place.path("other")],
                      ["checkpoint", "--record", place.record]):
            told = place.run(words, clock.fault())
            told.must_be_loud()
            must(told.refused and "clock" in told.err, f"{words[0]} at {ahead}: {told}")
        must(not os.path.exists(place.path("other/record.json")), "a record of no time")
        shutil.rmtree(place.path("other"), ignore_errors=True)
    equal(entries_of(place.record), before, "entries")
    must_be_in_order(place, 0)


def zones_of_the_machine(place, rest):
    """TZ changes no byte of an entry."""
    found = set()
    for zone in ("UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Nowhere/Else",
                 "right/UTC", ":", "XYZ-14:59:59"):
        place.record = place.take("base", "record")
        fault = Fault("")
        fault.more = {"TZ": zone}
        told = place.run(["site", "register", "--code", "S1", "--name", "One", "--kind", "clinic",
                          "--record", place.record, "--as", "AD1", "--json"], fault)
        must(told.done, f"in {zone}: {told}")
        found.add(told.receipt())
        shutil.rmtree(place.record)
    equal(len(found), 1, "hashes of the same entry")


def set_while_serving(place, rest):
    """Clients that go on while the clock is set back, stands still and jumps."""
    clock = real_record(place)
    server = Struck(place, place.record, clock.fault())
    turns = [{"ahead": 0}, {"ahead": -SECOND}, {"ahead": -HOUR}, {"ahead": -YEAR},
             {"frozen": int(time.time()) * SECOND - DAY}, {"wobble": HOUR}, {"ahead": 60 * SECOND},
             {"ahead": 0}]
    try:
        for i, turn in enumerate(turns):
            clock.set(**turn)
            person = Administrator(server, place.secret)
            answer = person.register(f"S{i}")
            must(answer.status == 201, f"at {turn}: {answer.status} {answer.body[:300]!r}")
        clock.set(ahead=400 * YEAR)
        answer = person.register("S-NEVER")
        must(answer is None or answer.status in (401, 503), f"in the year 2400: {answer.status}")
    finally:
        told = server.end()
    must(told.done, f"the server: {told}")
    must_be_in_order(place, len(turns))


def sessions_end(place, rest):
    """However the clock is set, a session does not outlive a day of the stopwatch."""
    for turn in ({"ahead": -YEAR}, {"frozen": int(time.time()) * SECOND}, {"ahead": -5 * DAY}):
        clock = real_record(place)
        server = Struck(place, place.record, clock.fault())
        try:
            person = Administrator(server, place.secret)
            equal(person.ask("GET", "/api/session").status, 200, "at first")
            clock.set(**turn)
            equal(person.ask("GET", "/api/session").status, 200, f"soon behind {turn}")
            clock.set(**turn, passed=25 * HOUR)
            equal(person.ask("GET", "/api/session").status, 401, f"a day behind {turn}")
        finally:
            server.end()
        shutil.rmtree(place.record)


def sessions_of_the_future_end(place, rest):
    """The server starts again and the clock is back: whoever signed in before signs in again."""
    clock = real_record(place)
    server = Struck(place, place.record, clock.fault())
    person = Administrator(server, place.secret)
    server.end()
    clock.set(ahead=-YEAR)
    server = Struck(place, place.record, clock.fault())
    try:
        person.server = server
        equal(person.ask("GET", "/api/session").status, 401, "a session from the future")
        equal(Administrator(server, place.secret).ask("GET", "/api/session").status, 200, "anew")
    finally:
        server.end()
    must_be_in_order(place, 0)


TESTS = (set_between_commands, wrong_by_years, zones_of_the_machine, set_while_serving,
         sessions_end, sessions_of_the_future_end)
