# write.py: recording, verifying, making anew and starting again, against plain loops.
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import re
import shutil
import signal
import subprocess
import threading
import time
import http.client

import record
from line import Figure, Line
from serving import BENCH, CORES, Ours

CLIENTS = 64
SENDERS = 4  # that send bundles
BUNDLE = 1000


def seconds(action):
    began = time.monotonic()
    answer = action()
    return time.monotonic() - began, answer


class Recording:
    """A record with one donor, copied afresh for each measurement so that all begin alike."""

    def __init__(self, place):
        self.place = place
        self.bundles = 4 if place.quick else 20
        self.runs = 0
        place.say("a record with one donor")
        self.base = record.make(place, "base", 0)

    def fresh(self):
        self.runs += 1
        folder = self.place.path(f"run{self.runs}")
        shutil.copytree(self.base, folder)
        return folder

    def serve(self, folder):
        return Ours(self.place, folder, CORES).sign_in("DC1")

    def send(self, server, bodies, each):
        """Bundles on a few connections; recorded requests per second, all of them acknowledged."""
        lists = [bodies[i::SENDERS] for i in range(SENDERS)]
        recorded = []

        def work(mine):
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
            for body in mine:
                line.request("POST", "/api/bundle", body, {
                    "Cookie": server.cookie, "X-CSRF-Token": server.proof,
                    "Content-Type": "application/json"})
                recorded.append(line.getresponse().read().count(b'{"status":201,'))
            line.close()

        threads = [threading.Thread(target=work, args=(mine,)) for mine in lists]
        took, _ = seconds(lambda: [thread.start() for thread in threads] +
                          [thread.join() for thread in threads])
        if sum(recorded) != len(bodies) * each:
            raise RuntimeError(f"{sum(recorded)} of {len(bodies) * each} were recorded")
        return sum(recorded) / took

    def bundled(self, folder=None, bundles=0, each=BUNDLE, make_item=None):
        folder = folder or self.fresh()
        bodies = [record.bundle(f"B{i}", each, make_item).encode()
                  for i in range(bundles or self.bundles)]
        server = self.serve(folder)
        try:
            return self.send(server, bodies, each)
        finally:
            server.stop()
            shutil.rmtree(folder)

    def load(self, server, length_s):
        """(events per second, p99 in microseconds) of single requests on 64 connections."""
        said = subprocess.run(
            ["wrk", "-t1", f"-c{CLIENTS}", f"-d{length_s}s", "-s", f"{BENCH}/write.lua",
             f"http://127.0.0.1:{server.port}", "--", "W", server.cookie, server.proof,
             record.DONOR, record.DAY], check=True, stdout=subprocess.PIPE, text=True).stdout
        good, bad, rate, _, p99 = re.search(r"^result (.*)$", said, re.M).group(1).split()
        if int(bad) or not int(good):
            raise RuntimeError(f"{bad} requests were refused, {good} recorded")
        return float(rate), float(p99)

    def single(self, which):
        folder = self.fresh()
        server = self.serve(folder)
        try:
            return self.load(server, 1 if self.place.quick else 4)[which]
        finally:
            server.stop()
            shutil.rmtree(folder)

    def loop(self, mode, events, each, which=0):
        folder = self.fresh()
        said = self.place.run(self.place.reference("write_loop"), f"{folder}/record.db", mode,
                              events, each)
        shutil.rmtree(folder)
        return float(said.split()[which])

    def rows(self):
        return self.loop("rows", self.bundles * BUNDLE, BUNDLE)

    def bare(self):
        return self.loop("bare", self.bundles * BUNDLE, BUNDLE)

    def group(self, which=0):
        return self.loop("group", CLIENTS * (20 if self.place.quick else 500), CLIENTS, which)

    def alone(self):
        return self.loop("single", CLIENTS * (5 if self.place.quick else 100), CLIENTS)


ROWS = ("The reference is a plain loop with prepared statements that writes the same rows into the "
        "same tables and indexes: entry with chain and tree, journal, specimen, answered key, "
        "head; WAL, synchronous=FULL. It reads nothing, judges nobody, parses no JSON and knows no "
        "permission.")


BUNDLED = (
    "The reference writes 1,000 events in one transaction, in one thread, and has its rows ready. "
    "Ours reads 1,000 bodies, finds the operation of each, asks for permission, key and rules, and "
    "keeps a savepoint for each: 13 statements an event against 4. The server's time by library: "
    "libc 33 % (nearly half of it memory for JSON and SQLite), SQLite 29 %, the kernel 14 %, our "
    "code 11 %, jansson 9 %, hashes 3 %. By what is done: the journal and the tables 24 %, the "
    "entry with its hashes 23 %, reading the bundle 13 %, judging 9 %, envelopes 9 %. No part is "
    "large, so that the floor, at two to three times this rate, would need the rows of a bundle "
    "written together, which gives up that each request is judged on what those before it wrote.")
SINGLE = (
    "64 threads of the reference ask and wait, and one commits for all. The load generator shares "
    "the two cores. An event takes about 170 us of the server's CPU time, and each group of "
    "commits publishes a signed head, which is two more syncs than the reference makes. The floor "
    "would need a head for several groups together: entries that were acknowledged in between "
    "would have no witness outside of the database.")


def recording_lines(recording):
    yield Line(number="1", name="Bundles of 1,000 requests over HTTP, 4 connections", unit="events/s",
               ours=recording.bundled, reference=recording.rows, floor=0.8, goal=1.0,
               engine="SQLite", against=ROWS, note=BUNDLED)
    yield Line(number="2", name="One request each, 64 connections", unit="events/s",
               ours=lambda: recording.single(0), reference=recording.group, floor=0.45, goal=0.7,
               engine="SQLite", against=ROWS, note=SINGLE)
    yield Line(number="3", name="One request each, 64 connections, against a commit for each",
               ours=lambda: recording.single(0), reference=recording.alone, unit="events/s",
               floor=3, goal=5, engine="SQLite",
               against=ROWS,
               note="64 threads of the reference, each commits its own event under a lock. It "
               "syncs for each event and does nothing else; ours is held up by what bar 2 tells.")
    yield Line(number="4", name="p99 of one request each, 64 connections", unit="us",
               ours=lambda: recording.single(1), reference=lambda: recording.group(2),
               better="lower", floor=2.5, goal=1.3, engine="SQLite",
               against="The reference is that of bar 2.")
    yield Line(number="5", name="Bundles over HTTP, against one bare row for each event",
               ours=recording.bundled, reference=recording.bare, unit="events/s", floor=0.4,
               goal=0.6, engine="SQLite",
               against="The reference writes bytes of the same length and a number, 1,000 in one "
               "transaction: no chain, no index, no other table.",
               note="The next line is what the layout alone costs: an entry comes with its rows "
               "of the journal, of the answered key and of the view, and their indexes. A floor of "
               "0.4 would need fewer tables, not a faster program; see also bar 1.")
    yield Line(number="5", name="Rows of the record in a plain loop, against one bare row",
               ours=recording.rows, reference=recording.bare, unit="events/s", floor=0.4, goal=0.6,
               engine="SQLite",
               against="Both sides are references: what the layout of the tables alone costs.",
               note="Four rows in four tables with four more indexes stand against one row. The "
               "floor would need half of them: no journal beside the entries, or views that are "
               "filled later and answer with what was true a moment ago.")
    yield Figure(name="donor.register in bundles of 50: three members sealed, a key kept for each",
                 unit="events/s", engine="SQLite", measure=lambda: recording.bundled(
                     bundles=4, each=50, make_item=lambda code: ("/api/donors", record.donor(code))))


def copied(place, connection, events):
    return float(place.run(place.reference("write_copy"), connection, events, BUNDLE))


def postgres_lines(recording):
    place = recording.place
    bundles = 2 if place.quick else 5

    def ours():
        recording.runs += 1
        folder = record.make(place, f"postgres{recording.runs}", 0, place.server("bench_ours"))
        return recording.bundled(folder, bundles)

    def reference():
        recording.runs += 1
        connection = place.server("bench_copy")
        shutil.rmtree(record.make(place, f"postgres{recording.runs}", 0, connection))
        return copied(place, connection, bundles * BUNDLE)

    yield Line(number="17", name="Bundles of 1,000 requests over HTTP, 4 connections", ours=ours,
               reference=reference, unit="events/s", floor=0.7, goal=0.9, engine="PostgreSQL",
               against="The reference writes the same rows by COPY, one for each table and 1,000 "
               "events, in one transaction.",
               note="Each event is a conversation of about 7 round trips, COPY is one for 1,000 "
               "events: rows are sent without waiting, and what is asked is waited for, because "
               "each event is judged on what the one before it wrote. For each event the database "
               "server takes more than twice the processor time that ours takes. The floor would "
               "need bundles judged in memory and written by COPY: a second way into the record.")


def verified(place, folder, *words):
    """Entries per second of the whole command, from its start to its end."""
    took, said = seconds(lambda: place.ours("verify", "--record", folder, "--json", *words))
    return json.loads(said)["entries"] / took


def rebuilt(place, folder):
    took, said = seconds(lambda: place.ours("rebuild", "--record", folder))
    return int(re.search(r"from (\d+) entries", said).group(1)) / took


def told(place):
    """Entries per second of the story as it is shipped, signatures and all."""
    folder = place.path("story")
    place.ours("init", "--demo", "--record", folder)
    took, _ = seconds(lambda: place.ours("story", "--record", folder))
    entries = json.loads(place.ours("verify", "--record", folder, "--json"))["entries"]
    shutil.rmtree(folder)
    return entries / took


def scanned(place, folder):
    return float(place.run(place.reference("write_scan"), f"{folder}/record.db").split()[0])


def record_lines(place):
    place.say("records with many specimens")
    large = record.make(place, "large", 1000 if place.quick else 50000)
    folder = record.make(place, "verified", 1000 if place.quick else 8000)
    yield Line(number="16", name="verify --ledger: bytes, chain, tree, head, checkpoints",
               ours=lambda: verified(place, large, "--ledger"),
               reference=lambda: scanned(place, large), unit="entries/s", floor=0.6, goal=0.9,
               engine="SQLite",
               against="The reference reads the bytes of every entry in order and hashes them.",
               note="Ours hashes each entry three times, for the bytes, the leaf and the tree, and "
               "follows numbers and chain; the process also starts and opens the record, a fifth "
               "of its time. By library: hashes 43 %, the kernel 14 %, our code 13 %, libc 13 %, "
               "SQLite 11 %, loading of libraries 5 %. The floor would need a third less: a tree "
               "that is not computed, or libraries linked into the program.")
    yield Line(number="", name="verify: besides, tables, decisions and files",
               ours=lambda: verified(place, folder), reference=lambda: scanned(place, folder),
               unit="entries/s", engine="SQLite",
               against="The reference is that of bar 16; no bar is set for all the rest.")
    yield Figure(name="rebuild: every table anew from the entries", unit="entries/s",
                 measure=lambda: rebuilt(place, folder), engine="SQLite")
    yield Figure(name="story: the shipped example, a commit and often a signature each",
                 unit="entries/s", measure=lambda: told(place), engine="SQLite")


class Restart:
    """A server that was killed in the middle of its work, and how soon it answers again."""

    def __init__(self, recording):
        self.recording = recording
        self.killed = recording.fresh()
        server = recording.serve(self.killed)
        load = threading.Thread(target=self.load, args=(server,))
        load.start()
        time.sleep(1 if recording.place.quick else 4)
        server.stop(signal.SIGKILL)
        load.join()

    def load(self, server):
        try:
            self.recording.load(server, 2 if self.recording.place.quick else 6)
        except (RuntimeError, subprocess.CalledProcessError):
            pass  # the server is killed below it

    def copy(self):
        self.recording.runs += 1
        folder = self.recording.place.path(f"restart{self.recording.runs}")
        shutil.copytree(self.killed, folder)
        return folder

    def ours(self):
        folder = self.copy()
        began = time.monotonic()
        server = Ours(self.recording.place, folder, CORES)
        server.read("/api/health")
        took = time.monotonic() - began
        server.stop()
        shutil.rmtree(folder)
        return took * 1000

    def reference(self):
        place = self.recording.place
        folder = self.copy()
        took, _ = seconds(lambda: place.run(place.reference("write_open"), f"{folder}/record.db"))
        shutil.rmtree(folder)
        return took * 1000


def restart_lines(recording):
    recording.place.say("a server to be killed under load")
    restart = Restart(recording)
    yield Line(number="20", name="From the start after kill -9 to the first answered read",
               ours=restart.ours, reference=restart.reference, unit="ms", better="lower", floor=5,
               goal=2, engine="SQLite",
               against="The reference is a program that opens the same database with SQLite and "
               "reads one row; both are timed from the start of the process.",
               note="Ours also writes what the log holds once more, because a sync may have failed "
               "before, checks what was signed, follows what came since, and opens its door. What "
               "it follows does not grow with the record.")


def lines(place):
    recording = Recording(place)
    yield from recording_lines(recording)
    yield from postgres_lines(recording)
    yield from record_lines(place)
    yield from restart_lines(recording)
