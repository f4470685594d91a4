# hostile.py: what the server promises when a request, or a body, means harm.
# SPDX-License-Identifier: AGPL-3.0-or-later

import json
import os
import re
import time

import framing
from speak import Failed, Person, equal, is_fault, must

LONG = os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0")
MARKER = b"GET /api/health HTTP/1.1\r\nHost: t\r\n\r\n"


def session(at):
    return "".join(f"{n}: {v}\r\n" for n, v in at.coordinator.headers()).encode()


def filled(at, data):
    return data.replace(b"@session", session(at))


def resident_kib(at):
    with open(f"/proc/{at.server.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def is_clear(answer):
    """Neither a fault of the server's own nor a refusal without words; the library refuses what it
    cannot read before we see it, in its own short page."""
    return answer.status < 500 or answer.status in (501, 505)


def collect(at, wrong, name, function):
    try:
        function()
    except (Failed, OSError) as error:
        wrong.append(f"{name}: {error!r}")


def everything_from(line):
    """To the end of the connection; or nothing, where the rest of the request is waited for."""
    try:
        while line.more():
            pass
    except TimeoutError:
        must(not line.rest, f"the connection goes on: {line.rest[:200]!r}")
    return line.rest


def nothing_behind_an_ambiguous_request_is_answered(at):
    """Refused in words or hung up on. The library's own page for a length that it cannot read
    comes with its head twice, and ends the connection like every refusal here."""
    wrong = []
    shapes = framing.ambiguous()

    def play(data):
        with at.server.line() as line:
            line.socket.settimeout(5)
            line.send(filled(at, data) + framing.FOLLOWER)
            said = everything_from(line)
        must(b'"missing"' not in said, f"what follows was answered: {said[-300:]!r}")
        must(not said or re.match(rb"HTTP/1\.1 (4\d\d|501|505) ", said), f"{said[:200]!r}")
    for name, data in shapes:
        collect(at, wrong, name, lambda d=data: play(d))
    must(not wrong, f"{len(wrong)} of {len(shapes)}: " + "; ".join(wrong[:5]))
    equal(at.server.ask("GET", "/api/health").status, 200, "afterwards")
    print(f"      {len(shapes)} shapes")


def what_is_odd_and_clear_is_answered_once(at):
    wrong = []

    def play(data):
        with at.server.line() as line:
            line.socket.settimeout(10)
            line.send(filled(at, data) + MARKER)
            answer = line.answer()
            must(answer is not None, "hung up on")
            must(is_clear(answer), f"{answer.status} {answer.body[:200]!r}")
            if answer.header("Connection") == "close":
                must(line.answer() is None, "more answers than requests")
                return
            equal(line.answer().status, 200, "the one behind")
            line.socket.settimeout(0.05)
            try:
                must(not line.more(), "more answers than requests")
            except TimeoutError:
                pass
    for name, data in framing.plain():
        collect(at, wrong, name, lambda d=data: play(d))
    must(not wrong, "; ".join(wrong))
    print(f"      {len(framing.plain())} shapes")


def no_body_gets_through_that_is_no_json(at):
    wrong = []
    before = resident_kib(at)

    def play(data, headers):
        answer = at.server.ask("POST", "/api/donors", data, headers)
        must(answer is not None and answer.status in (400, 413), f"{answer and answer.status}")
        said = answer.json()
        must(said["text"].endswith(".") and len(said["text"]) > 15, f"no sentence: {said}")
    for number, data in enumerate(framing.BODIES):
        collect(at, wrong, f"body {number} {data[:60]!r}",
                lambda d=data: play(d, at.coordinator.headers()))
    must(not wrong, f"{len(wrong)}: " + "; ".join(wrong[:5]))
    print(f"      {len(framing.BODIES)} bodies, {resident_kib(at) - before} KiB more")


def large_bodies_cost_neither_memory_nor_patience(at):
    """The largest that is taken, where files are taken: nonsense, and a file that is none."""
    size = (100 if LONG else 24) << 20
    person = Person(at.server, "QC1")
    bodies = [b" " * size, b"[" * size, b'{"a":"' + b"x" * (size - 8) + b'"}',
              b'{"file":{"name":"a.csv","base64":"' + b"QUFB" * (size // 4 - 20) + b'"}}',
              b'{"a":"' + b"\\u0041" * (size // 6 - 2) + b'"}']
    before, slowest = resident_kib(at), 0.0
    for body in bodies if LONG else bodies[1:4]:
        begun = time.monotonic()
        with at.server.line() as line:
            line.socket.settimeout(120)
            answer = person.ask("POST", "/api/lots/L-NONE/counts", body, line=line)
        slowest = max(slowest, time.monotonic() - begun)
        must(answer is not None and answer.status in (400, 404, 413),
             f"{answer and answer.status} {answer and answer.body[:200]!r}")
        equal(at.server.ask("GET", "/api/health").status, 200, "meanwhile")
    answer = person.ask("POST", "/api/lots/L-NONE/counts", b" " * ((100 << 20) + 1))
    must(answer is None or answer.status == 413, "more than the largest")
    after = resident_kib(at)
    with open(f"/proc/{at.server.process.pid}/maps", encoding="utf-8") as maps:
        sanitized = "libasan" in maps.read()
    must(sanitized or after - before < 64 << 10, f"memory grows: {before} to {after} KiB")
    must(slowest < 60, f"one took {slowest:.1f} s")
    left = [name for name in os.listdir(at.record) if name.startswith("waiting-")]
    must(not left, f"files stay behind: {left}")
    print(f"      {size >> 20} MiB each, slowest {slowest:.1f} s, {after - before} KiB more")


def an_unknown_name_of_any_length_is_refused_in_a_sentence(at):
    for name in ("x" * 1000, "蓮" * 400, "a\u0301" * 500):
        answer = at.coordinator.ask("POST", "/api/donors", json.dumps({name: 1}).encode())
        is_fault(answer, 400, "input")
    answer = at.coordinator.ask("POST", "/api/donors",
                                {"code": "D-NEVER", "occurred_at": "1970-01-01T00:00:00Z"})
    equal(is_fault(answer, 400, "input")["field"], "occurred_at", "the instant that is none")


PROMISES = [
    nothing_behind_an_ambiguous_request_is_answered, what_is_odd_and_clear_is_answered_once,
    no_body_gets_through_that_is_no_json, large_bodies_cost_neither_memory_nor_patience,
    an_unknown_name_of_any_length_is_refused_in_a_sentence,
]
