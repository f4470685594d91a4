# read.py: reading over HTTP against nginx and a bare query; the question at the bedside; memory.
# SPDX-License-Identifier: AGPL-3.0-or-later
import os
import re
import shutil
import subprocess
import time

import bedside
import record
from line import Figure, Line, median
from serving import BENCH, CLIENT_CORES, CORES, Load, Nginx, Ours, on

STEADY_RATE = 500
BURSTS = (127, 128, 129, 255, 256, 257, 384, 512)
STATIC_PATH = "/api/nothing"  # answered by the door itself from a sentence: no database, no worker


class Reading:
    """One record and the servers on it, made when first asked for."""

    def __init__(self, place):
        self.place = place
        self.seconds = 1 if place.quick else 3
        place.say("the story as far as the bedside")
        self.record = bedside.make(place, "bedside")
        self.alone = place.path("alone")  # the same, for servers of their own
        shutil.copytree(self.record, self.alone)
        self.server = Ours(place, self.record)
        place.defer(self.server.stop)
        self.server.sign_in(bedside.ACCOUNT)
        bedside.check(self.server)
        self.nginx = Nginx(place, self.server.read(bedside.RECORD_PATH))
        place.defer(self.nginx.stop)
        self.grown = ""


    def load(self, path, connections=64):
        return Load(self.server, path, self.seconds, connections, self.server.cookie).clean()

    def inside(self, which, record=""):
        """p50 or p99 of the question asked in one process, without a network."""
        record = record or self.record
        said = self.place.run(self.place.reference("inside_bedside"), record, bedside.ACCOUNT,
                              "2000", *(f"{name}={value}"
                                        for name, value in bedside.QUESTION.items()))
        return float(said.split()[which])

    def point(self, which):
        said = self.place.run(self.place.reference("read_point"), f"{self.record}/record.db",
                              "patient", "P-0001", "20000")
        return float(said.split()[which])

    def large(self):
        if not self.grown:
            self.place.say("years of patients, lots and doses beside it")
            self.grown = bedside.grow(self.place, self.record, "grown",
                                      1000 if self.place.quick else 100000)
        return self.grown

    def burst(self, sockets):
        """Answers per second when as many sockets are ready at once."""
        said = self.place.run(self.place.reference("read_burst"), self.server.port, sockets,
                              self.seconds / 3, self.server.request(bedside.RECORD_PATH),
                              preexec_fn=on(CLIENT_CORES))
        rate, longest_ms, renewed = said.split()
        self.place.say(f"{sockets} sockets: {rate}/s, longest round {longest_ms} ms, "
                       f"{renewed} connections renewed")
        return float(rate)

    def steady(self, rate):
        """p99 in microseconds at a fixed rate, from the instant at which each request is due."""
        said = self.place.run(self.place.reference("read_steady"), self.server.port, rate,
                              self.seconds, self.server.request(bedside.RECORD_PATH),
                              preexec_fn=on(CLIENT_CORES))
        return float(said.split()[1])


class Bursts:
    """All numbers of sockets, one after the other; both sides of a round come from one run."""

    def __init__(self, reading):
        self.reading = reading
        self.rates, self.taken = [], set()

    def run(self, side):
        if not self.rates or side in self.taken:
            self.rates = [self.reading.burst(sockets) for sockets in BURSTS]
            self.taken = set()
        self.taken.add(side)
        return self.rates

    def lowest(self):
        return min(self.run("lowest"))

    def middle(self):
        return median(self.run("middle"))


class Writing:
    """The load of bar 2 while somebody reads: 64 clients, each records one specimen at a time."""

    def __init__(self, reading):
        self.reading = reading
        self.place = reading.place
        self.number = 0
        self.writer = reading.server.beside("DC1")
        status, said = self.writer.change("/api/donors", record.donor())
        if status != 201:
            raise RuntimeError(f"the donor is not registered: {said!r}")

    def steady(self):
        self.number += 1
        seconds = self.reading.seconds + 2
        load = subprocess.Popen(
            ["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", f"{BENCH}/write.lua",
             f"http://127.0.0.1:{self.writer.port}", "--", f"R{self.number}", self.writer.cookie,
             self.writer.proof, record.DONOR, record.DAY],
            stdout=subprocess.PIPE, text=True, preexec_fn=on(CLIENT_CORES))
        time.sleep(1)
        p99 = self.reading.steady(STEADY_RATE)
        said, _ = load.communicate()
        good, bad, rate = re.search(r"^result (\d+) (\d+) ([\d.]+)", said, re.M).groups()
        if int(bad) or not int(good):
            raise RuntimeError(f"the load failed: {said!r}")
        self.place.say(f"beside {rate} writes/s: p99 {p99:.0f} us")
        return p99


def http_lines(reading):
    yield Line(number="6", name="GET one record: CPU of the server per request",
               ours=lambda: reading.load(bedside.RECORD_PATH).cpu_us,
               reference=lambda: Load(reading.nginx, "/", reading.seconds).clean().cpu_us,
               unit="us", better="lower", floor=3.0, goal=1.5, engine="SQLite",
               against="The reference is one worker of nginx that returns the same body out of its "
                       "configuration, without a log, to the same 64 connections.",
               note="159,000 instructions a request, of which SQLite takes 34 %, finding out who "
                    "asks 28 % (in part the same), routing 10 %, headers of the answer 9 % and the "
                    "line of the log 5 %; a third of the time is the kernel's. Session, account, "
                    "role and site are read anew for each request, so that who was shut out stays "
                    "out: one statement for all four would save about a tenth. Answering quick "
                    "reads without passing the request to another thread was tried and saves a "
                    "seventh, and one slow read would keep every connection waiting. The floor "
                    "needs both, and a cache of who may what.")
    yield Line(number="7", name="GET one record: requests per second",
               ours=lambda: reading.load(bedside.RECORD_PATH).rate,
               reference=lambda: Load(reading.server, STATIC_PATH, reading.seconds).rate,
               unit="req/s", floor=0.5, goal=0.75, engine="SQLite",
               against="The reference is the same server's answer to an address that it does not "
                       "have: a JSON sentence of 150 bytes made at the door, without session, "
                       "database or worker.",
               note="Two fifths of the time of a read are spent at the door as well, three fifths "
                    "on finding out who asks, the database and passing it to a worker and back. "
                    "See bar 6 for what the floor needs.")
    bursts = Bursts(reading)
    yield Line(number="21", name="Sockets ready at once: " + ", ".join(map(str, BURSTS)),
               ours=bursts.lowest, reference=bursts.middle, unit="req/s", floor=0.5, goal=0.8,
               engine="SQLite",
               against="The slowest of these against their median. The server keeps 250 "
                       "connections at most: what comes above waits in the listening socket, and "
                       "each answer given in a crowd ends its connection to make room.")
    writing = Writing(reading)
    yield Line(number="22", name=f"GET one record, {STEADY_RATE}/s on 32 connections, while 64 "
                                 f"clients write: p99",
               ours=writing.steady, reference=lambda: reading.steady(STEADY_RATE), unit="us",
               better="lower", floor=5, goal=2, engine="SQLite",
               against="The reference is the same rate with nobody writing. Time counts from the "
                       "instant at which a request is due, whether or not a connection is free.",
               note="The server has one core here, and the writer keeps it busy: a read waits "
                    "until its threads are given time. Reads that pass changes in the queue of the "
                    "workers, and a writer of lower priority, were tried and made no difference "
                    "that could be told. The floor probably needs a core that is free for reading.")


def bedside_lines(reading):
    against = ("The reference reads one row of a patient by its code with a prepared statement, in "
               "a loop, from the same database.")
    for which, word in ((0, "p50"), (1, "p99")):
        yield Line(number="", name=f"May this vial go into this person now? In process, {word}",
                   ours=lambda which=which: reading.inside(which),
                   reference=lambda which=which: reading.point(which), unit="us",
                   better="lower", engine="SQLite", against=against)
    for which, word in (("p50_us", "p50"), ("p99_us", "p99")):
        yield Line(number="", name=f"The same over HTTP, one client, {word}",
                   ours=lambda which=which: getattr(reading.load(bedside.PATH, 1), which),
                   reference=lambda which=which: reading.point(which == "p99_us"), unit="us",
                   better="lower", engine="SQLite", against=against)
    for which, word in ((0, "p50"), (1, "p99")):
        yield Line(number="", name=f"The same in process beside 100,000 other patients, {word}",
                   ours=lambda which=which: reading.inside(which, reading.large()),
                   reference=lambda which=which: reading.inside(which), unit="us",
                   better="lower", engine="SQLite",
                   against="The reference is the same question in the story's own record: the "
                           "ratio is what years of other patients, doses and lots cost.")


class Start:
    """From the start of the process to the first answered read of somebody signed in."""

    def __init__(self, reading):
        self.reading = reading
        server = Ours(reading.place, reading.alone, CORES)
        self.cookie = server.sign_in(bedside.ACCOUNT).cookie  # sessions are kept in the record
        server.stop()

    def forget_pages(self):
        """The program and the record leave the machine's memory, as after a restart of it."""
        os.sync()
        files = [os.path.join(self.reading.alone, name)
                 for name in os.listdir(self.reading.alone)] + [self.reading.place.program]
        for path in files:
            file = os.open(path, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)

    def milliseconds(self, cold=False):
        if cold:
            self.forget_pages()
        began = time.monotonic()
        server = Ours(self.reading.place, self.reading.alone, CORES)
        try:
            server.cookie = self.cookie
            server.read(bedside.RECORD_PATH)
            return (time.monotonic() - began) * 1000
        finally:
            server.stop()


def figures(reading):
    start = Start(reading)
    yield Figure(name="Start to the first answered read, after a clean stop", unit="ms",
                 measure=start.milliseconds)
    yield Figure(name="Start to the first answered read, record and program not in memory",
                 unit="ms", measure=lambda: start.milliseconds(cold=True),
                 note="libraries stay in memory, because other programs use them")
    for which, word in ((0, "resident"), (1, "proportional")):
        yield Figure(name=f"Memory at rest, {word}", unit="MiB",
                     measure=lambda which=which: at_rest(reading)[which])
    for which, word in ((0, "resident"), (1, "proportional")):
        yield Figure(name=f"Memory after all loads above, {word}", unit="MiB",
                     measure=lambda which=which: reading.server.memory()[which])


def at_rest(reading):
    """Of a server that answered one read and has nothing to do."""
    server = Ours(reading.place, reading.alone, CORES)
    try:
        server.read("/api/health")
        time.sleep(0.2)
        return server.memory()
    finally:
        server.stop()


def lines(place):
    reading = Reading(place)
    yield from http_lines(reading)
    yield from bedside_lines(reading)
    yield from figures(reading)
