#!/usr/bin/python3
# load_test.py: does the server hold while everybody asks at once, and stop under that load?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: load_test.py PROGRAM RECORD

Writers, the same key at once, readers, streams that are left half read, sign-ins, signatures,
refusals and broken connections, all at the same time; then SIGTERM in the middle of it. Every
answer must be one that is possible for who asked, every acknowledged entry must be there once with
its hash, and the record must verify. A PROGRAM built with -fsanitize=thread is heard as well.

EXOLEDGER_LOAD_SECONDS says how long each of the two rounds lasts: 3, or 60 with EXOLEDGER_LONG.
EXOLEDGER_SEED repeats the draws. Ends with the line "N passed, N failed"."""

import collections
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))

from speak import TIMEOUT, Failed, Person, Server, donor, equal, head, must


class Load:
    """What everybody shares: the server, the draws, and what was answered."""

    def __init__(self, program, record, seed, number):
        self.program, self.record, self.seed, self.number = program, record, seed, number
        self.lock = threading.Lock()
        self.over = False
        self.stopping = False
        self.counts = collections.Counter()
        self.acknowledged = {}
        self.wrong = []
        self.server = Server(program, record)
        self.people = {account: Person(self.server, account) for account in ("DC1", "AU1", "AD1")}

    def note(self, who, answer, possible):
        """One answer; none at all is possible only while the server stops."""
        with self.lock:
            if answer is None:
                must(self.stopping, f"{who}: the connection was closed without an answer")
                self.counts[who, "closed"] += 1
                return False
            self.counts[who, answer.status] += 1
        must(answer.status in possible or (self.stopping and answer.status == 503),
             f"{who}: {answer.status} {answer.body[:200]!r}")
        return True

    def keep(self, code, answer):
        if answer is None or answer.status != 201:
            return
        entry = answer.json()["entry"]
        with self.lock:
            before = self.acknowledged.setdefault(code, (entry["seq"], entry["hash"]))
        equal((entry["seq"], entry["hash"]), before, f"the two receipts of {code}")


def write(load, draw, me):
    """New donors over one connection; every fourth is asked for twice with its key."""
    person = load.people["DC1"]
    count = 0
    while not load.over:
        with load.server.line() as line:
            for _ in range(50):
                code = f"D-L{load.number}-{me}-{count}"
                count += 1
                key = [("Idempotency-Key", f"key-{code}")]
                for _ in range(1 + (draw.random() < 0.25)):
                    answer = person.ask("POST", "/api/donors", donor(code), key, line)
                    if not load.note("write", answer, (201,)):
                        return
                    load.keep(code, answer)
                if load.over:
                    return


def write_together(load, draw, me):
    """Everybody of this kind asks for the same with the same key, about the same time."""
    person = load.people["DC1"]
    while not load.over:
        code = f"D-T{load.number}-{int(time.monotonic() * 20)}"
        answer = person.ask("POST", "/api/donors", donor(code), [("Idempotency-Key", f"key-{code}")])
        if not load.note("together", answer, (201,)):
            return
        load.keep(code, answer)


def read(load, draw, me):
    person = load.people["AU1"]
    targets = ("/api/donors?limit=20", "/api/health", "/", "/api/openapi.json", "/api/session",
               "/api/donors/D-NOBODY", "/api/nothing", "/api/donors/D-0001", "/api/entries?limit=5",
               "/api/refusals")
    while not load.over:
        with load.server.line() as line:
            for _ in range(100):
                answer = person.ask(draw.choice(("GET", "GET", "GET", "HEAD")), draw.choice(targets),
                                    line=line)
                if not load.note("read", answer, (200, 404)) or load.over:
                    return


def stream(load, draw, me):
    """Traces, of which half are left in the middle."""
    person = load.people["AU1"]
    while not load.over:
        target = f"/api/trace/{draw.choice(('forward', 'backward'))}/donor:D-0001"
        if draw.random() < 0.5:
            if not load.note("stream", person.ask("GET", target), (200,)):
                return
            continue
        with load.server.line() as line:
            line.send(head("GET", target, [("Host", "test")] + person.headers()))
            line.socket.recv(draw.randrange(1, 400))


def sign_in(load, draw, me):
    """In and out, sometimes with a wrong secret or the wrong cookie afterwards."""
    account = ("QA1", "BK1")[me % 2]
    while not load.over:
        right = draw.random() < 0.7
        secret = f"demo-{account}-secret" if right else "certainly wrong"
        answer = load.server.ask("POST", "/api/session",
                                 {"account": account if right else f"NOBODY-{me}-{draw.random()}",
                                  "secret": secret})
        if not load.note("sign in", answer, (200, 429) if right else (401, 429)):
            return
        if answer.status == 200:
            cookie = [("Cookie", answer.header("Set-Cookie").split(";")[0]),
                      ("X-CSRF-Token", answer.json()["csrf"])]
            load.note("sign out", load.server.ask("DELETE", "/api/session", headers=cookie), (200,))
        time.sleep(0.2)  # checking a secret takes a core for 80 ms, which the others need as well


def sign(load, draw, me):
    """Tokens are made and revoked: each needs the secret again."""
    person = load.people["AD1"]
    count = 0
    while not load.over:
        code = f"T-L{load.number}-{me}-{count}"
        count += 1
        body = {"account": "DC1", "code": code, "days": 2,
                "sha256": f"{draw.getrandbits(256):064x}",
                "signature": {"secret": "demo-AD1-secret"}}
        if not load.note("sign", person.ask("POST", "/api/tokens", body), (201, 429)):
            return
        revoked = person.ask("POST", f"/api/tokens/{code}/revoke", {"account": "DC1"})
        if not load.note("revoke", revoked, (201, 404)):
            return
        time.sleep(0.2)


def be_refused(load, draw, me):
    """Forbidden, conflicts, what nothing offers, and input that is no input."""
    person = load.people[("AU1", "DC1")[me % 2]]
    while not load.over:
        method, target, body = draw.choice((
            ("POST", "/api/donors", donor("D-0001")), ("PUT", "/api/donors/D-0001", {}),
            ("DELETE", "/api/donors/D-0001", None), ("POST", "/api/donors", b"{ half"),
            ("POST", "/api/donors", {"code": 7}), ("POST", "/api/nothing", {})))
        answer = person.ask(method, target, body)
        if not load.note("be refused", answer, (400, 403, 404, 405, 409, 429)):
            return
        time.sleep(0.02)  # an account may be refused 600 times in a quarter of an hour


def be_rude(load, draw, me):
    """Half a head, half a body, a reset, or silence."""
    text = head("POST", "/api/donors", [("Host", "test"), ("Content-Type", "application/json"),
                                        ("Content-Length", 400)]) + b'{"code": "D-RUDE"'
    while not load.over:
        with load.server.line() as line:
            line.send(text[:draw.randrange(1, len(text))])
            if draw.random() < 0.5:
                line.socket.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER 0: a reset
            time.sleep(0.03)
        with load.lock:
            load.counts["be rude", "left"] += 1


ACTORS = [(write, 6), (write_together, 3), (read, 4), (stream, 2), (sign_in, 2), (sign, 1),
          (be_refused, 2), (be_rude, 2)]


def act(load, actor, me):
    draw = random.Random(f"{load.seed} {load.number} {actor.__name__} {me}")
    try:
        actor(load, draw, me)
    except (Failed, KeyError, ValueError) as error:
        load.wrong.append(f"{actor.__name__}: {error}")
    except OSError as error:
        if not load.stopping:
            load.wrong.append(f"{actor.__name__}: {error!r}")


def kept(record):
    """Code and operation to the entries of it, from the database itself."""
    found = collections.defaultdict(list)
    with sqlite3.connect(f"file:{record}/record.db?mode=ro", uri=True) as database:
        for seq, digest, text in database.execute("SELECT seq, hash, bytes FROM entry"):
            entry = json.loads(text)
            if entry["operation"].startswith("donor.register/"):
                found[entry["subject"]].append((seq, digest))
    return found


def play(load, seconds):
    threads = [threading.Thread(target=act, args=(load, actor, i))
               for actor, most in ACTORS for i in range(most)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    load.stopping = True
    try:
        code, log = load.server.stop()
    finally:
        load.over = True
        if load.server.process.poll() is None:
            load.server.process.kill()
    for thread in threads:
        thread.join(3 * TIMEOUT)
        must(not thread.is_alive(), "somebody never got an answer")
    must("Sanitizer" not in log, "a sanitizer said:\n" + log[log.find("Sanitizer") - 40:][:4000])
    equal(code, 0, f"exit code (log ends {log[-300:]!r})")


def check(load):
    must(not load.wrong, f"{len(load.wrong)} went wrong, first: {load.wrong[:2]}")
    stood = kept(load.record)
    for code, told in load.acknowledged.items():
        equal(stood[code], [told], f"what stands of {code}, which was acknowledged")
    must(len(load.acknowledged) > 10, "next to nothing was recorded")
    for actor, _ in ACTORS:
        name = actor.__name__.replace("write_", "").replace("_", " ")
        must(any(who == name for who, _ in load.counts), f"nobody did {name}")
    done = subprocess.run([load.program, "verify", "--record", load.record], capture_output=True,
                          timeout=30 * TIMEOUT)
    equal(done.returncode, 0, f"exit code of verify ({done.stdout[-300:]!r} {done.stderr[-300:]!r})")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    seed = int(os.environ.get("EXOLEDGER_SEED") or random.SystemRandom().randrange(1 << 32))
    usual = 60 if os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0") else 3
    seconds = float(os.environ.get("EXOLEDGER_LOAD_SECONDS") or usual)
    print(f"seed {seed}, two rounds of {seconds:g} s, {sum(n for _, n in ACTORS)} at once")
    passed = failed = 0
    for number in range(2):
        load = Load(os.path.abspath(sys.argv[1]), sys.argv[2], seed, number)
        try:
            play(load, seconds)
            check(load)
            passed += 1
        except Exception as error:  # the second round is played whatever became of the first
            failed += 1
            print(f"FAILED round {number}: {error}")
        print(f"round {number}: {len(load.acknowledged)} acknowledged; " + ", ".join(
            f"{who} {status} {count}" for (who, status), count in sorted(load.counts.items(), key=str)))
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
