# verdict.py: from the scan of a patient to the verdict, by twenty benches at once.
# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a bench asks when a vial lies there and a patient is scanned: is this a patient, what was
ordered, checked, thawed and given, and then whether the vial may go into that person. The second
step waits for the whole of the first, which a browser asks at once on its connections."""

import http.client
import json
import os
import subprocess
import sys
import time

import bedside
from line import Line
from serving import BENCH, CLIENT_CORES, CORES, Ours, on

CLIENTS = 20
PATIENT = "/api/patients/P-0001"
FIRST = [PATIENT]
BESIDE = [f"{PATIENT}/{noun}" for noun in ("plans", "checks", "thaws", "doses")]
HEALTH = ["/api/health"]
BAR_MS = 200.0


class Bench:
    """One browser: as many connections as it asks questions at once."""

    def __init__(self, port, cookie):
        self.lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in BESIDE]
        self.headers = {"Cookie": cookie}

    def ask(self, paths):
        """All at once; every answer is read to its end and must be one."""
        for line, path in zip(self.lines, paths):
            line.request("GET", path, headers=self.headers)
        bodies = []
        for line, path in zip(self.lines, paths):
            answer = line.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
            bodies.append(body)
        return bodies

    def scan(self):
        self.ask(FIRST)
        self.ask(BESIDE)
        rows = json.loads(self.ask([bedside.PATH])[0])["rows"]
        if any(row["verdict"] != "met" for row in rows):
            raise RuntimeError(f"not every rule is met: {rows}")

    def health(self):
        self.ask(HEALTH)

    def close(self):
        for line in self.lines:
            line.close()


def client(port, cookie, what, seconds, out):
    """One process of its own; prints milliseconds, one a line."""
    bench = Bench(port, cookie)
    act = getattr(bench, what)
    act()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.monotonic()
        act()
        out.write(f"{(time.monotonic() - began) * 1000:.3f}\n")
    bench.close()


class Scans:
    """Twenty clients, each a process, at one server."""

    def __init__(self, place):
        self.place = place
        self.seconds = 2 if place.quick else 10
        self.server = Ours(place, bedside.make(place, "verdict"))
        place.defer(self.server.stop)
        self.server.sign_in(bedside.ACCOUNT)
        bedside.check(self.server)

    def p95(self, what):
        """Milliseconds."""
        clients = [subprocess.Popen(
            [sys.executable, os.path.join(BENCH, "verdict.py"), str(self.server.port),
             self.server.cookie, what, str(self.seconds)], stdout=subprocess.PIPE, text=True,
            preexec_fn=on(CLIENT_CORES)) for _ in range(CLIENTS)]
        said = [each.communicate()[0] for each in clients]
        if any(each.returncode for each in clients):
            raise RuntimeError("a client failed")
        times = sorted(float(line) for text in said for line in text.split())
        self.place.say(f"{what}: {len(times)} times by {CLIENTS} clients, median "
                       f"{times[len(times) // 2]:.1f} ms")
        return times[int(len(times) * 0.95)]


def lines(place):
    scans = Scans(place)
    asked = len(FIRST) + len(BESIDE) + 1
    yield Line(number="", name=f"From the scan of a patient to the verdict, {CLIENTS} clients, p95",
               ours=lambda: scans.p95("scan"), reference=lambda: BAR_MS, unit="ms", better="lower",
               floor=1.0, engine="SQLite",
               against=f"The reference is the bar itself, {BAR_MS:.0f} ms. A scan asks {asked} "
                       "questions in three rounds; no client pauses between two scans.")
    yield Line(number="", name=f"The same beside GET /api/health by the same {CLIENTS} clients, p95",
               ours=lambda: scans.p95("scan"), reference=lambda: scans.p95("health"), unit="ms",
               better="lower", engine="SQLite",
               against="The reference is one answer of the same server that needs no database.")


if __name__ == "__main__":
    client(int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4]), sys.stdout)
