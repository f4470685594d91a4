#!/usr/bin/python3
# leak_test.py: does a server that was asked very often keep anything of it?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: leak_test.py PROGRAM RECORD      (RECORD is made where there is none)

Reads, streams, refusals, records, sign-ins and broken connections, twice as many each time; after
every portion the server's memory, open files and threads are read from /proc. Files and threads
must be those of before, and the memory must have stopped growing: between the last two portions by
no more than 4 MiB, although the second of them is as large as all before. Under a sanitizer, which
keeps what was freed, memory is told and not judged.

EXOLEDGER_REQUESTS says how many reads there are in all: 4,000, or 1,000,000 with EXOLEDGER_LONG, by
wrk where that is installed. One in 20 as many entries are recorded. Ends with the line
"N passed, N failed"."""

import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))

from speak import Person, Server, donor, equal, head, must, together

PORTIONS = 4
MOST_GROWTH_KIB = 4096


class Asked:
    """One server, and how often it was asked for what."""

    def __init__(self, program, record):
        self.server = Server(program, record)
        self.reader, self.writer = Person(self.server, "AU1"), Person(self.server, "DC1")
        first = self.writer.ask("POST", "/api/donors", donor("D-0001"))
        must(first.status in (201, 409), f"status {first.status}")
        self.counts = {}
        self.sanitized = "asan" in self.of_process("maps") or "tsan" in self.of_process("maps")
        self.recorded = 0

    def of_process(self, name):
        with open(f"/proc/{self.server.process.pid}/{name}", encoding="utf-8") as file:
            return file.read()

    def standing(self):
        """KiB of memory, open files, threads, once nothing is under way any more."""
        folder = f"/proc/{self.server.process.pid}/fd"
        files, end = -1, time.monotonic() + 20
        while time.monotonic() < end and files != len(os.listdir(folder)):
            files = len(os.listdir(folder))
            time.sleep(0.5)  # closed connections are noticed a moment later
        lines = dict(line.split(":\t", 1) for line in self.of_process("status").splitlines())
        return int(lines["VmRSS"].split()[0]), files, int(lines["Threads"])

    def count(self, name, more):
        self.counts[name] = self.counts.get(name, 0) + more

    def read(self, count):
        target = "/api/donors/D-0001"
        if shutil.which("wrk") and count >= 10000:
            seconds = max(1, count // 8000)
            done = subprocess.run(
                ["wrk", "-t1", "-c16", f"-d{seconds}s", "-H", f"Cookie: {self.reader.cookie}",
                 f"http://127.0.0.1:{self.server.port}{target}"],
                capture_output=True, text=True, check=True)
            must("Non-2xx" not in done.stdout, f"reads were refused: {done.stdout}")
            made = int(done.stdout.split(" requests in ")[0].split()[-1])
            self.count("reads", made)
            return self.read(count - made) if made < count else None

        def go():
            with self.server.line() as line:
                for _ in range(count // 8):
                    equal(self.reader.ask("GET", target, line=line).status, 200, "status")
        together([go] * 8)
        self.count("reads", count // 8 * 8)

    def record(self, count):
        """Half by themselves, half in bundles of up to 100."""
        def items(first, most):
            return [{"path": "/api/donors", "body": donor(f"D-LEAK-{first + i}"),
                     "idempotency_key": f"key-{first + i}"} for i in range(most)]
        done = 0
        while done < count:
            most = min(100, count - done) if done % 200 == 0 else 1
            first = self.recorded
            self.recorded += most
            done += most
            if most > 1:
                answer = self.writer.ask("POST", "/api/bundle", {"requests": items(first, most)})
                equal([a["status"] for a in answer.json()["answers"]], [201] * most, "statuses")
            else:
                answer = self.writer.ask("POST", "/api/donors", donor(f"D-LEAK-{first}"))
                equal(answer.status, 201, "status")
        self.count("records", done)

    def stream(self, count):
        for i in range(count):
            target = f"/api/trace/{'forward' if i % 2 else 'backward'}/donor:D-0001"
            with self.server.line() as line:
                line.send(head("GET", target, [("Host", "test")] + self.reader.headers()))
                if i % 3:
                    equal(line.answer().status, 200, "status")
        self.count("streams", count)

    def be_refused(self, count):
        for i in range(count):
            answer = self.reader.ask("GET", ("/api/donors/D-NOBODY", "/api/nothing",
                                             "/api/donors?limit=-1")[i % 3])
            must(answer.status in (400, 404), f"status {answer.status}")
            with self.server.line() as line:
                line.send(b"GET / HTTP/1.1\r\nHost: x" if i % 2 else b"\0\1\2\r\n\r\n")
        self.count("refusals", count)

    def sign_in(self, count):
        for _ in range(count):
            person = Person(self.server, "QA1")
            equal(person.ask("DELETE", "/api/session").status, 200, "status")
        self.count("sign-ins", count)

    def portion(self, reads):
        self.read(reads)
        self.record(reads // 20)
        self.stream(reads // 40 + 10)
        self.be_refused(reads // 40 + 10)
        self.sign_in(min(reads // 100, 20) + 1)


def play(asked, reads):
    """The first portion is a warm-up: caches fill, every worker has its connection."""
    standing = []
    for number in range(PORTIONS):
        asked.portion(reads >> (PORTIONS - 1 - number))
        standing.append(asked.standing())
        told = ", ".join(f"{count} {name}" for name, count in asked.counts.items())
        print("%7d KiB, %d files, %d threads after %s" % (*standing[-1], told), flush=True)
    for number in range(1, PORTIONS):
        equal(standing[number][1:], standing[0][1:], "open files and threads")
    grown = standing[-1][0] - standing[-2][0]
    print(f"{grown} KiB more for the last portion" + (", not judged" if asked.sanitized else ""))
    must(asked.sanitized or grown <= MOST_GROWTH_KIB, f"memory grew by {grown} KiB")
    code, log = asked.server.stop()
    equal(code, 0, f"exit code (log ends {log[-300:]!r})")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if not os.path.exists(os.path.join(sys.argv[2], "record.json")):
        subprocess.run([sys.argv[1], "init", "--demo", "--record", sys.argv[2]], check=True,
                       stdout=subprocess.DEVNULL)
    usual = 1000000 if os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0") else 4000
    reads = int(os.environ.get("EXOLEDGER_REQUESTS") or usual)
    asked = Asked(os.path.abspath(sys.argv[1]), sys.argv[2])
    failed = 0
    try:
        play(asked, reads // 2)
    except Exception as error:  # told as a failed test
        failed = 1
        print(f"FAILED: {error!r}")
    finally:
        if asked.server.process.poll() is None:
            asked.server.process.kill()
    print(f"{1 - failed} passed, {failed} failed")
    sys.exit(failed)


if __name__ == "__main__":
    main()
