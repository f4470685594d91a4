#!/usr/bin/python3
# smuggling_test.py: do nginx in front and the server behind it see the same requests?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: smuggling_test.py PROGRAM RECORD

Puts nginx, as permissive as it can be set, in front of PROGRAM serving RECORD (a demonstration,
made where there is none), and sends every malformed shape of tests/api and seeded mutations of
them through it. nginx keeps its connections to the server open, so that a request hidden in
another one would be answered to somebody else. Behind each shape an honest request must get its
own answer, and the server must never have answered more requests than nginx passed on.

EXOLEDGER_LONG=1 plays 6,000 mutations instead of 600; EXOLEDGER_SEED repeats the draws of a run.
Ends with the line "N passed, N failed"."""

import os
import random
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))

import framing
from shapes import bad_shapes
from speak import Failed, Line, Person, Server, donor, equal, must

LONG = os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0")
BATCH = 20
CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {place}/pid;
error_log {place}/error.log crit;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi; uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
    log_format passed '$upstream_status'; access_log {place}/access.log passed;
    ignore_invalid_headers off; underscores_in_headers on; merge_slashes off;
    large_client_header_buffers 8 64k; client_max_body_size 0;
    client_header_timeout 2s; client_body_timeout 2s; keepalive_timeout 2s;
    upstream behind {{ server 127.0.0.1:{port}; keepalive 1; }}
    server {{ listen 127.0.0.1:{whole}; location / {{ {passing} }} }}
    server {{ listen 127.0.0.1:{piecewise}; location / {{
        proxy_request_buffering off; {passing} }} }}
}}
"""
PASSING = "proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection '';" \
          " proxy_set_header Host $host; proxy_next_upstream off;"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Front:
    """nginx, in a folder of its own."""

    def __init__(self, folder, port):
        self.folder = folder
        self.ports = free_port(), free_port()
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(CONFIGURATION.format(place=folder, port=port, whole=self.ports[0],
                                            piecewise=self.ports[1], passing=PASSING))
        self.process = subprocess.Popen(["nginx", "-p", folder, "-c", path],
                                        stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                Line(self.ports[1]).socket.close()
                return
            except OSError:
                time.sleep(0.05)
        raise Failed("nginx does not start")

    def passed(self):
        """How many requests were passed on."""
        with open(os.path.join(self.folder, "access.log"), "rb") as log:
            return sum(line.strip() != b"-" for line in log)


def answered(at):
    """How many requests the server answered; each is a line of its log."""
    with open(at.server.log.name, "rb") as log:
        return log.read().count(b"\n")


def send(at, data, port):
    with Line(port) as line:
        line.socket.settimeout(0.25)
        line.send(data)
        try:
            while line.more():
                pass
        except TimeoutError:
            pass
        return line.rest


def ask_honestly(at, number, port):
    """A donor of its own each time, so that another answer than its own is seen."""
    code = f"D-HONEST-{number % 7}"
    headers = "".join(f"{n}: {v}\r\n" for n, v in at.coordinator.headers())
    with Line(port) as line:
        line.send(f"GET /api/donors/{code} HTTP/1.1\r\nHost: t\r\n{headers}\r\n".encode())
        answer = line.answer()
    must(answer is not None and answer.status == 200,
         f"the honest request got {answer and (answer.status, answer.body[:200])}")
    equal(answer.json()["row"]["code"], code, "the honest request got the answer of another")


def mutated(draw, shapes):
    data = bytearray(draw.choice(shapes))
    pieces = [b"\r\n", b"\n", b"\r", b"\x00", b" ", b"\t", b":", b",", b"0\r\n\r\n", b"chunked",
              b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"\r\n ", b"\x0b", b"1",
              framing.FOLLOWER]
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(len(data) + 1)
        kind = draw.randrange(4)
        if kind == 0:
            data[at:at] = draw.choice(pieces)
        elif kind == 1:
            data[at:at + draw.randrange(1, 4)] = draw.choice(pieces)
        elif kind == 2:
            del data[at:at + draw.randrange(1, 6)]
        else:
            data[at:at + 1] = bytes([draw.randrange(256)])
    return bytes(data)


def play_batch(at, batch, first):
    """Sends some shapes; false in words when the two disagree about how many requests there were."""
    before = at.front.passed(), answered(at)
    for number, data in enumerate(batch):
        port = at.front.ports[number % 2]
        send(at, data + framing.FOLLOWER, port)
        ask_honestly(at, first + number, port)
    end = time.monotonic() + 3
    while True:
        passed, seen = at.front.passed() - before[0], answered(at) - before[1]
        if seen <= passed or time.monotonic() > end:
            break
        time.sleep(0.05)  # a line of nginx's log may still be on its way
    must(seen <= passed, f"nginx passed {passed} requests on, the server answered {seen}")
    at.passed += passed
    at.seen += seen


def prepare(at, draw):
    at.coordinator = Person(at.server, "DC1")
    for number in range(7):
        answer = at.coordinator.ask("POST", "/api/donors", donor(f"D-HONEST-{number}"))
        must(answer.status in (201, 409), f"{answer.status} {answer.body[:200]!r}")
    session = "".join(f"{n}: {v}\r\n" for n, v in at.coordinator.headers()).encode()
    shapes = [data for _, data, _ in bad_shapes(at)]
    shapes += [data.replace(b"@session", session)
               for _, data in framing.ambiguous() + framing.plain()]
    short = [data for data in shapes if len(data) < 2000]
    return shapes + [mutated(draw, short) for _ in range(6000 if LONG else 600)]


def play(at, draw):
    shapes = prepare(at, draw)
    passed = failed = 0
    for first in range(0, len(shapes), BATCH):
        batch = shapes[first:first + BATCH]
        try:
            play_batch(at, batch, first)
            passed += len(batch)
        except (Failed, OSError) as error:
            failed += 1
            print(f"FAILED in shapes {first} to {first + len(batch) - 1}: {error!r}")
            for data in batch:
                print(f"    {data[-300:]!r}")
    print(f"{len(shapes)} shapes, {at.passed} requests passed on, {at.seen} answered")
    if at.seen <= len(shapes):
        print("FAILED: hardly a shape came through; nothing is shown")
        failed += 1
    return passed, failed


class Place:
    passed = seen = 0


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    at = Place()
    program, record = os.path.abspath(sys.argv[1]), sys.argv[2]
    seed = int(os.environ.get("EXOLEDGER_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}")
    if not os.path.exists(os.path.join(record, "record.json")):
        subprocess.run([program, "init", "--demo", "--record", record], check=True,
                       stdout=subprocess.DEVNULL)
    at.server = Server(program, record)
    with tempfile.TemporaryDirectory(prefix="exoledger-proxy-") as folder:
        os.chmod(folder, 0o755)
        at.front = Front(folder, at.server.port)
        try:
            passed, failed = play(at, random.Random(seed))
        finally:
            at.front.process.terminate()
            at.front.process.wait(20)
            code, _ = at.server.stop()
    failed += code != 0
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
