# recall.py: who and what does a donor reach, against a closure over vials and a walk in memory?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The records are generated: nobody could play the operations of ten million vials in a benchmark.
Their views are filled as the tables are declared, without entries behind them, and the program's
own operations read them. Beside each lies the same family as a plain graph, vial by vial."""

import http.client
import json
import subprocess
import time

from line import Figure, Line
from serving import Ours

SEED = 20250114
VIALS, SHIPMENTS, CLINICS = 2000, 40, 200  # recall_model.h
SMALL, BIG, ALL = 0, 1, 2  # donors, and what the recalls RC-000n are about
NOTHING = "/dev/null"


class Asked:
    """A child that answers each line with seconds and one more number."""

    def __init__(self, place, *words):
        self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        place.defer(self.stop)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline().split()
        if len(said) != 2:
            raise RuntimeError(f"no answer to {words}")
        return float(said[0]), int(said[1])

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(60)


class Family:
    """A generated record, and the same as a graph."""

    def __init__(self, place, name, lots, server=""):
        self.place, self.name, self.lots = place, name, lots
        self.folder = place.path(f"recall-{name}")
        self.plain = server or place.path(f"recall-{name}.plain")
        self.engine = "PostgreSQL" if server else "SQLite"
        place.ours("init", "--demo", "--record", self.folder,
                   *(["--server", server] if server else []))
        self.made = self.make()
        self.ours = Asked(place, place.reference("inside_recall"), self.folder, "RL1")
        self.closure = Asked(place, place.reference("recall_closure"), self.plain, lots, SEED)

    def make(self):
        """Seconds that each of the two took; side by side, because they share nothing."""
        began = time.monotonic()
        programs = {name: subprocess.Popen(
            [self.place.reference(name), path, str(self.lots), str(SEED)])
            for name, path in (("inside_recall_make", self.folder), ("recall_plain", self.plain))}
        took = {}
        while len(took) < len(programs):
            for name, program in programs.items():
                if name not in took and program.poll() is not None:
                    took[name] = time.monotonic() - began
                    if program.returncode:
                        raise RuntimeError(f"{name} ended with {program.returncode}")
            time.sleep(0.05)
        self.place.say(f"{self.lots * VIALS:,} vials, {self.engine}: " + ", ".join(
            f"{name} {seconds:.0f} s" for name, seconds in took.items()))
        return took

    # Nodes of recall_model.h.
    def vial(self, lot, serial):
        return 5 * self.lots + lot * VIALS + serial - 1

    def patient(self, number):
        return 5 * self.lots + self.lots * (VIALS + SHIPMENTS) + CLINICS + number

    def recall(self, scope, path=NOTHING):
        return self.ours.ask("recall.reach", f"RC-000{scope}", path)[0]

    def closed(self, scope, path=NOTHING):
        return self.closure.ask("forward", scope, path)[0]

    def compare(self, scope):
        """Fails unless both answers hold the same vials, states, places, patients and doses."""
        ours, plain = self.place.path("ours.json"), self.place.path("plain.json")
        self.recall(scope, ours)
        self.closed(scope, plain)
        found, expected = Answer(ours), Answer(plain)
        if found.vials != expected.vials:
            raise RuntimeError(f"{self.name}: the vials of donor {scope} differ")
        if (found.sites, found.patients) != (expected.sites, expected.patients):
            raise RuntimeError(f"{self.name}: places or patients of donor {scope} differ")
        self.place.say(f"donor {scope}: {len(found.vials):,} vials, {len(found.sites)} places and "
                       f"{len(found.patients):,} patients are the same; {found.rows:,} rows of ours")
        return self

    def compare_above(self, name, node):
        """Fails unless both answers go back to the same things."""
        ours, plain = self.place.path("above.json"), self.place.path("above.plain")
        self.ours.ask("trace.backward", name, ours)
        self.closure.ask("backward", node, plain)
        found = above(ours)
        if found != above(plain) or not any(kind == "donor" for kind, _ in found):
            raise RuntimeError(f"{self.name}: what lies above {name} differs")
        self.place.say(f"above {name}: {len(found)} things and vials are the same")


ABOVE = ("donor", "bank", "culture", "harvest", "lot", "vials")  # that a closure of ancestry knows


def above(path):
    """The things and vials of an answer upstream, apart from what only ours tells."""
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line.rstrip(",\n")) for line in file if line.startswith('{"kind"')]
    found = [(row["kind"], row["code"]) for row in rows if row["kind"] in ABOVE]
    if len(found) != len(set(found)):
        raise RuntimeError(f"{path} names something twice")
    return set(found)


class Answer:
    """What a list of rows says, vial by vial."""

    def __init__(self, path):
        self.vials, self.sites, self.patients, self.rows = {}, set(), set(), 0
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith(('{"lot"', '{"site"', '{"patient"')):
                    self.take(json.loads(line.rstrip(",\n")))

    def take(self, row):
        self.sites.update({row.get("site"), row.get("to_site")} - {None, "M"})
        self.patients.update({row.get("patient")} - {None})
        if "lot" not in row:
            return
        self.rows += 1
        fate = tuple(row.get(name) for name in ("state", "site", "shipment", "patient", "dose"))
        for serial in range(row["first"], row["last"] + 1):
            if self.vials.setdefault((row["lot"], serial), fate) is not fate:
                raise RuntimeError(f"vial {row['lot']}/{serial} comes twice")


def size(family):
    return f"{round(family.lots * VIALS / 1e6)} million vials"


PROFILES = {
    "SQLite":
        "A vial that was given is a row of its own, and a row costs the same in a small recall as "
        "in a large one: our code 45 % (decoding, checks and JSON), SQLite 37 %, libc 11 %, the "
        "kernel 6 %. The floor, at twice this rate, needs fewer rows out of the database: an index "
        "in memory, or the vials of a lot packed into pages, each rewritten by every dose. Two "
        "connections that read a half each would use the second core and see two instants.",
    "PostgreSQL":
        "Lot by lot, the server finds the rows and then our process writes them: each takes about "
        "half of the time. Asking for the next lot meanwhile would let both run at once, at the "
        "price of a way of reading of its own.",
}


def against_closure(family, scope, what, bars):
    return Line(
        number="14", name=f"Recall of a donor with {what} in a record of {size(family)}",
        ours=lambda: family.recall(scope) * 1e3, reference=lambda: family.closed(scope) * 1e3,
        unit="ms", better="lower", ratio="reference/ours", floor=bars[0], goal=bars[1],
        engine=family.engine,
        against="The reference is a recursive closure over vials in SQL on a clustered table of "
                "edges, which gives each vial with its state, place, shipment, patient and dose, "
                "each place and each patient; both write the same facts as JSON.",
        note=PROFILES[family.engine])


def upward(family, name, node):
    """One question takes microseconds, so that a hundred are asked."""
    times = 100
    family.compare_above(name, node)

    def repeated(ask):
        return sum(ask() for _ in range(times)) / times * 1e6

    return Line(
        number="14", name=f"Upstream of {name.split(':')[0]} in a record of {size(family)}",
        ours=lambda: repeated(lambda: family.ours.ask("trace.backward", name, NOTHING)[0]),
        reference=lambda: repeated(lambda: family.closure.ask("backward", node, NOTHING)[0]),
        unit="us", better="lower", ratio="reference/ours", engine=family.engine,
        against="The reference is the closure upwards; both go back to the same vials and things, "
                "and ours also tells shipments, places, doses, amounts, what went into what and "
                "the counts of each kind. One statement stands against 16 for a vial: the ties "
                "between things and their amounts take 52 % of the instructions, finding the "
                "shipments that carried it among the 40 of its lot takes 17 %.")


def command_line(family):
    began = time.monotonic()
    subprocess.run([family.place.program, "recall", "reach", f"RC-000{BIG}", "--as", "RL1",
                    "--record", family.folder, "--json"], check=True, stdout=subprocess.DEVNULL)
    return (time.monotonic() - began) * 1e3


def over_http(server):
    """Until the last byte, which is counted."""
    began = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    line.request("GET", f"/api/recalls/RC-000{BIG}/reach", headers={"Cookie": server.cookie})
    answer = line.getresponse()
    room, got = memoryview(bytearray(1 << 20)), 0
    while (count := answer.readinto(room)):
        got += count
    line.close()
    if answer.status != 200 or got != int(answer.getheader("Content-Length")):
        raise RuntimeError(f"{answer.status} with {got} bytes")
    return (time.monotonic() - began) * 1e3


def outside_lines(family):
    """The same answer as it leaves the program."""
    reference = "The reference is the closure of the line above, in its own process."
    common = dict(number="14", unit="ms", better="lower", ratio="reference/ours",
                  engine=family.engine, against=reference,
                  reference=lambda: family.closed(BIG) * 1e3)
    yield Line(name="The same on the command line, program start and signing in with it",
               ours=lambda: command_line(family), **common)
    server = Ours(family.place, family.folder)
    family.place.defer(server.stop)
    server.sign_in("RL1")
    yield Line(name="The same over HTTP, to the last byte", ours=lambda: over_http(server), **common)


def walk_line(family):
    walk = Asked(family.place, family.place.reference("recall_walk"), family.lots, SEED)
    return Line(
        number="8", name=f"Recall of 1,000,000 vials in a record of {size(family)}",
        ours=lambda: family.recall(BIG) * 1e3, reference=lambda: walk.ask("forward", BIG)[0] * 1e3,
        unit="ms", better="lower", engine=family.engine,
        against="The reference walks compressed rows in memory and gives the numbers of the nodes; "
                "ours reads the database and writes every fact as JSON. There is no index in "
                "memory yet, so that no bar is set.")


def growth_line(large, small):
    return Line(
        number="", name="Growth: the same recall of 1,000,000 vials, in ten times the record",
        ours=lambda: large.recall(BIG) * 1e3, reference=lambda: small.recall(BIG) * 1e3, unit="ms",
        better="lower", engine="SQLite", against="The reference is the record of 1 million vials.")


def everything(large, small):
    """The largest recall there is; its memory must not grow with it."""
    took = [large.ours.ask("recall.reach", f"RC-000{ALL}", NOTHING) for _ in range(2)]
    before = [small.ours.ask("recall.reach", f"RC-000{ALL}", NOTHING) for _ in range(2)]
    for family, found in ((small, before), (large, took)):
        yield Figure(name=f"Recall of every vial in a record of {size(family)}", unit="s",
                     values=[each[0] for each in found], engine="SQLite")
        yield Figure(name=f"Most memory of the process that did so, {size(family)}", unit="MiB",
                     values=[found[-1][1] / 1024], engine="SQLite")


def loading(family):
    for name, what in (("inside_recall_make", "the record's views"),
                       ("recall_plain", "the plain graph")):
        yield Figure(name=f"Loading {what} of {size(family)}", unit="s",
                     values=[family.made[name]], engine=family.engine)


def lines(place):
    bars, server_bars = (20, 25), (5, 10)
    small = Family(place, "1", 551).compare(SMALL).compare(BIG)
    yield against_closure(small, BIG, "1,000,000 vials", bars)
    yield against_closure(small, SMALL, "2,000 vials", bars)
    if not place.quick:
        large = Family(place, "10", 5001).compare(SMALL).compare(BIG)
        yield against_closure(large, BIG, "1,000,000 vials", bars)
        yield against_closure(large, SMALL, "2,000 vials", bars)
        yield from outside_lines(large)
        yield walk_line(large)
        yield growth_line(large, small)
        yield upward(large, "vial:L-00300/777", large.vial(300, 777))
        yield upward(large, "patient:P-0000123", large.patient(123))
        yield from everything(large, small)
        yield from loading(large)
    served = Family(place, "server", 551, place.server("recall")).compare(BIG)
    yield against_closure(served, BIG, "1,000,000 vials", server_bars)
    yield against_closure(served, SMALL, "2,000 vials", server_bars)
    yield from loading(served)
