#!/usr/bin/python3
# network_test.py: does the server keep its word over connections that break, crawl or crowd?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: network_test.py PROGRAM RECORD [PROMISE...]

Makes a demonstration record in RECORD if there is none, serves it with PROGRAM on any free port
and speaks to it as nobody should. A model notes what each client was told: at the end every
acknowledged entry must stand once, with its hash; what was never sent whole must not stand; what
has no known outcome was settled by asking again with the same key.

EXOLEDGER_LONG=1 resets at every byte and opens 10,000 connections; EXOLEDGER_SEED repeats the
draws of a run. Ends with the line "N passed, N failed"."""

import hashlib
import json
import os
import random
import select
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))

from speak import Line, Person, Server, donor, equal, head, must, together

LONG = os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0")
CONNECTIONS = 250  # as many as the server takes at one time
HEALTH = head("GET", "/api/health", [("Host", "t")])


class Model:
    """What the clients sent and were told."""

    def __init__(self):
        self.lock = threading.Lock()
        self.told = {}      # code: seq, hash
        self.cut = set()    # codes whose request never went out as a whole
        self.points = 0     # faults made

    def point(self, count=1):
        with self.lock:
            self.points += count

    def note(self, code, answer):
        equal(answer.status, 201, f"{code} ({answer.body[:200]!r})")
        entry = answer.json()["entry"]
        with self.lock:
            before = self.told.setdefault(code, (entry["seq"], entry["hash"]))
        equal((entry["seq"], entry["hash"]), before, f"two answers about {code}")

    def check(self, record):
        """Holds the entries themselves against what was told."""
        rows = {}
        with sqlite3.connect(f"file:{record}/record.db?mode=ro", uri=True) as database:
            for seq, text in database.execute("SELECT seq, bytes FROM entry"):
                data = text.encode() if isinstance(text, str) else text
                entry = json.loads(data)
                if entry["operation"].startswith("donor.register/"):
                    rows.setdefault(entry["subject"], []).append(
                        (seq, hashlib.sha256(data).hexdigest()))
        for code, told in self.told.items():
            equal(rows.get(code), [told], f"entries about {code}, which was acknowledged")
        for code in self.cut - set(self.told):
            must(code not in rows, f"{code} stands, and was never sent as a whole")
        twice = [code for code, found in rows.items() if len(found) > 1]
        must(not twice, f"{twice[:5]} stand more than once")


def request(at, code, key=True):
    """The whole bytes of a donor's registration."""
    body = json.dumps(donor(code)).encode()
    headers = [("Host", "t"), ("Content-Type", "application/json"), ("Content-Length", len(body))]
    headers += [("Idempotency-Key", f"key-{code}")] if key else []
    return head("POST", "/api/donors", headers + at.coordinator.headers()) + body


def reset(line):
    """Gone without a farewell: the other side sees ECONNRESET."""
    line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.socket.close()


def settle(at, code):
    """Asks again, twice, with the same key: one entry, one answer."""
    for _ in range(2):
        at.model.note(code, at.server.raw(request(at, code)))


def the_server_answers(at, within=15.0):
    begun = time.monotonic()
    equal(at.server.ask("GET", "/api/health").status, 200, "health")
    took = time.monotonic() - begun
    must(took < within, f"a new client waited for {took:.1f} s")


def files_of(at):
    return len(os.listdir(f"/proc/{at.server.process.pid}/fd"))


def wait_for(at, good, what, seconds=30):
    """For what the server does by itself once a client has gone."""
    end = time.monotonic() + seconds
    while not good():
        must(time.monotonic() < end, what)
        time.sleep(0.05)
    the_server_answers(at)


# ---------------------------------------------------------------- what is promised


def a_reset_at_any_byte_of_a_request_leaves_one_entry_or_none(at):
    whole = len(request(at, "D-NB-0000"))
    cuts = list(range(whole + 1))
    if not LONG:
        cuts = sorted(set(at.draw.sample(cuts, 90)) | {0, 1, whole - 1, whole})
    for cut in cuts:
        code = f"D-NB-{cut:04}"
        line = at.server.line()
        line.send(request(at, code)[:cut])
        if at.draw.random() < 0.5:
            time.sleep(0.003)  # so that the server has read it; without, data and reset are one
        reset(line)
        if cut < whole:
            at.model.cut.add(code)
        at.model.point()
    the_server_answers(at)
    at.model.check(at.record)
    for cut in cuts:
        settle(at, f"D-NB-{cut:04}")


def a_reset_at_any_byte_of_an_answer_leaves_one_entry(at):
    for number in range(400 if LONG else 30):
        code = f"D-NA-{number}"
        with at.server.line() as line:
            line.send(request(at, code))
            line.socket.recv(at.draw.randrange(1, 900))
            reset(line)
        at.model.point()
        settle(at, code)


def who_leaves_before_the_answer_finds_it_later(at):
    codes = [f"D-NG-{i}" for i in range(200 if LONG else 40)]

    def leave(code, how):
        line = at.server.line()
        line.send(request(at, code))
        if how == 0:
            reset(line)
        elif how == 1:
            line.socket.close()
        else:  # half closed: the library hangs up, the request is done all the same or never
            line.socket.shutdown(socket.SHUT_WR)
            answer = line.answer()
            if answer:
                at.model.note(code, answer)
            line.socket.close()
        at.model.point()
    for first in range(0, len(codes), 20):
        together([lambda c=c, h=at.draw.randrange(3): leave(c, h)
                  for c in codes[first:first + 20]])
    for code in codes:
        settle(at, code)


def the_same_request_twice_at_once_is_one_entry(at):
    for number in range(100 if LONG else 20):
        code = f"D-NT-{number}"
        data = request(at, code)
        lines = [at.server.line() for _ in range(3)]
        middle = at.draw.randrange(len(data))
        for line in lines:
            line.send(data[:middle])
        for line in lines:
            line.send(data[middle:])
        reset(lines.pop(at.draw.randrange(3)))  # one of them does not even wait
        for line in lines:
            at.model.note(code, line.answer())
            line.socket.close()
        at.model.point()


def bytes_may_come_one_by_one(at):
    for number in range(20 if LONG else 3):
        code = f"D-NO-{number}"
        with at.server.line() as line:
            for byte in request(at, code):
                line.send(bytes([byte]))
            at.model.note(code, line.answer())
        at.model.point()


def requests_in_a_row_are_answered_in_order(at):
    for number in range(20 if LONG else 4):
        asked = []
        for i in range(40):
            code = f"D-NP-{number}-{i}"
            asked.append((code, request(at, code)) if at.draw.random() < 0.4 else
                         (None, HEALTH if i % 2 else head("GET", "/api/nothing", [("Host", "t")])))
        data = b"".join(part for _, part in asked)
        with at.server.line() as line:
            sender = threading.Thread(target=send_in_pieces, args=(line, data, at.draw.random()))
            sender.start()
            for i, (code, _) in enumerate(asked):
                answer = line.answer()
                if code:
                    at.model.note(code, answer)
                    equal(answer.json()["entry"]["subject"], code, "order")
                else:
                    equal(answer.status, 200 if i % 2 else 404, "order")
            sender.join()
        at.model.point(len(asked))


def send_in_pieces(line, data, seed):
    draw = random.Random(seed)
    while data:
        size = draw.choice((1, 2, 7, 100, 1460, 5000))
        line.send(data[:size])
        data = data[size:]


def any_number_of_clients_at_once_is_answered(at):
    told = []
    counts = (127, 128, 129, 249, 250, 251, 255, 256, 257, 384, 512)
    for count in counts if LONG else at.draw.sample(counts, 4) + [512]:
        lines = [at.server.line() for _ in range(count)]
        begun = time.monotonic()
        for line in lines:
            line.send(HEALTH)
        asker = threading.Thread(target=the_server_answers, args=(at, 30))
        asker.start()
        served = sum(read_all(lines, 40))
        asker.join()
        told.append(f"{count}: {time.monotonic() - begun:.2f} s")
        equal(served, count, f"clients answered of {count}")
        the_server_answers(at)
        at.model.point(count)
        for line in lines:
            line.socket.close()
    print("      " + ", ".join(told))


def read_all(lines, seconds):
    """1 for each line that got an answer, whichever comes first."""
    waiting = {line.socket.fileno(): line for line in lines}
    poll = select.poll()
    for number in waiting:
        poll.register(number, select.POLLIN)
    end = time.monotonic() + seconds
    while waiting and time.monotonic() < end:
        for number, _ in poll.poll(1000):
            answer = waiting[number].answer()
            poll.unregister(number)
            del waiting[number]
            yield 1 if answer is not None and answer.status == 200 else 0


def drops(at):
    """Three ways to take for ever: a head, a body, an answer that is hardly read."""
    return (HEALTH[:-2] + b"X-Slow: ", request(at, "D-SLOW", False)[:-200],
            HEALTH + HEALTH[:-2] + b"X-Slow: ")


def slow_clients_do_not_keep_others_waiting(at):
    lines = [at.server.line() for _ in range(200)]
    for i, line in enumerate(lines):
        line.send(drops(at)[i % 3])
    for _ in range(20):
        for line in lines:
            line.send(b"1")
        the_server_answers(at, 3)
    for line in lines:
        line.send(b"1\r\n\r\n")
    at.model.point(len(lines))
    equal(sum(read_all([line for i, line in enumerate(lines) if i % 3 != 1], 20)), 133,
          "slow ones answered in the end")
    for line in lines:
        line.socket.close()


def a_crowd_of_slow_clients_is_turned_out(at):
    before = files_of(at)
    lines = [at.server.line() for _ in range(CONNECTIONS + 10)]
    for i, line in enumerate(lines):
        line.send(drops(at)[i % 2])
    begun = time.monotonic()
    over = threading.Event()

    def trickle():
        while not over.wait(0.7):
            for line in lines:
                line.send(b"1")
    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        the_server_answers(at, 19)  # the socket of a test waits for twenty
        print(f"      an honest client waited for {time.monotonic() - begun:.1f} s")
    finally:
        over.set()
        thread.join()
    at.model.point(len(lines))
    for line in lines:
        line.socket.close()
    wait_for(at, lambda: files_of(at) <= before + 2, "files of slow clients stay open")


def who_never_reads_keeps_nobody_waiting(at):
    asked = head("GET", "/api/openapi.json", [("Host", "t")]) * 40
    lines = []
    for _ in range(40):
        line = Line.__new__(Line)
        line.rest = b""
        line.socket = socket.socket()
        line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.socket.settimeout(20)
        line.socket.connect(("127.0.0.1", at.server.port))
        line.send(asked)
        lines.append(line)
    for _ in range(20):
        the_server_answers(at, 3)
    for number in range(5):
        settle(at, f"D-NR-{number}")
    at.model.point(len(lines))
    for line in lines[:20]:
        reset(line)
    for line in lines[20:]:
        line.socket.close()


def resident_kib(at):
    with open(f"/proc/{at.server.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def is_sanitized(at):
    with open(f"/proc/{at.server.process.pid}/maps", encoding="utf-8") as maps:
        return "libasan" in maps.read()


def one_more(at, number):
    """A connection of one of seven kinds, to its end."""
    line = at.server.line()
    kind = number % 7
    data = (HEALTH, HEALTH[:-4], b"", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", HEALTH * 3,
            request(at, "D-FILES", False)[:-9], b"GET /api/donors HTTP/1.1\r\nHost: t\r\n\r\n")[kind]
    line.send(data)
    if kind in (0, 4, 6):
        must(line.answer() is not None, "no answer")
    if at.draw.random() < 0.5:
        reset(line)
    else:
        line.socket.close()
    at.model.point()


def thousands_of_connections_leave_nothing_behind(at):
    count = 10000 if LONG else 1400
    the_server_answers(at)
    before, room = files_of(at), []
    for number in range(count):
        one_more(at, number)
        if number in (count // 2, count - 1):
            room.append(resident_kib(at))
    wait_for(at, lambda: files_of(at) <= before, "files stay open")
    print(f"      {count} connections, {room[1] - room[0]} KiB more in the second half, "
          f"{before} files as before")
    must(is_sanitized(at) or room[1] - room[0] < 16 << 10, f"memory grows: {room} KiB")


def who_keeps_silent_is_hung_up_on(at):
    if not LONG:
        return  # it takes as long as the server waits
    lines = [at.server.line() for _ in range(3)]
    lines[1].send(HEALTH[:10])
    lines[2].send(request(at, "D-SILENT")[:-1])
    for line in lines:
        line.socket.settimeout(60)
        must(line.answer() is None, "an answer to nothing")
    at.model.point(len(lines))


PROMISES = [
    a_reset_at_any_byte_of_a_request_leaves_one_entry_or_none,
    a_reset_at_any_byte_of_an_answer_leaves_one_entry, who_leaves_before_the_answer_finds_it_later,
    the_same_request_twice_at_once_is_one_entry, bytes_may_come_one_by_one,
    requests_in_a_row_are_answered_in_order, any_number_of_clients_at_once_is_answered,
    slow_clients_do_not_keep_others_waiting, a_crowd_of_slow_clients_is_turned_out,
    who_never_reads_keeps_nobody_waiting, thousands_of_connections_leave_nothing_behind,
    who_keeps_silent_is_hung_up_on,
]


def everything_told_is_true(at):
    code, log = at.server.stop()
    equal(code, 0, f"exit code (log ends {log[-300:]!r})")
    blamed = [line for line in log.splitlines() if line.split()[4:5] > ["499"]]
    must(not blamed, f"the server blames itself: {blamed[:3]}")
    at.model.check(at.record)
    done = subprocess.run([at.program, "verify", "--record", at.record], capture_output=True,
                          timeout=300, check=False)
    equal(done.returncode, 0, f"verify ({done.stdout[-300:]!r} {done.stderr[-300:]!r})")
    must(at.model.told, "nothing was acknowledged")


class Place:
    pass


def main():
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    at = Place()
    at.program, at.record = os.path.abspath(sys.argv[1]), sys.argv[2]
    seed = int(os.environ.get("EXOLEDGER_SEED") or random.SystemRandom().randrange(1 << 32))
    at.draw, at.model = random.Random(seed), Model()
    if not os.path.exists(os.path.join(at.record, "record.json")):
        subprocess.run([at.program, "init", "--demo", "--record", at.record], check=True,
                       stdout=subprocess.DEVNULL)
    print(f"seed {seed}")
    at.server = Server(at.program, at.record)
    passed = failed = 0
    try:
        at.coordinator = Person(at.server, "DC1")
        chosen = [p for p in PROMISES if p.__name__ in sys.argv[3:]] or PROMISES
        for promise in chosen + [everything_told_is_true]:
            begun, name = time.monotonic(), promise.__name__.replace("_", " ")
            try:
                promise(at)
                passed += 1
                print(f"  ok  {name} ({time.monotonic() - begun:.1f} s)")
            except Exception as error:  # every promise is asked, whatever became of the last
                failed += 1
                print(f"  NO  {name}: {error or type(error).__name__}")
            sys.stdout.flush()
    finally:
        if at.server.process.poll() is None:
            at.server.process.kill()
    print(f"{at.model.points} faults, {len(at.model.told)} entries acknowledged")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
