# served.py: what were clients of a record on PostgreSQL told, and what became of it?
# SPDX-License-Identifier: AGPL-3.0-or-later
import collections
import json
import os
import threading

from postgres import Cluster
from speak import Failed, Person, donor
from stage import STORAGE, UNKNOWN, Place, check_model, must, refusal_of
from wirecut import Wire


class Stage:
    def __init__(self, score, program):
        self.score, self.cluster = score, Cluster()
        folder = os.path.join(os.path.dirname(self.cluster.folder), "wire")
        os.chmod(os.path.dirname(folder), 0o755)
        self.wire = Wire(folder, self.cluster.socket())
        self.cluster.call("database", "record")
        self.place = Place(program, score.new_folder())
        self.place.must_run("init", "--demo", "--server",
                            f"host={folder} port=5432 user=exoledger dbname=record")
        self.acknowledged, self.numbers = {}, 0
        self.messages = 0

    def code(self):
        self.numbers += 1
        return f"D-P{self.numbers}"

    def sql(self, text, **more):
        return self.cluster.sql("record", text, **more)

    def alter(self, text):
        """From another database, which the setting does not reach."""
        return self.cluster.sql("postgres", text)

    def note(self, code, entry):
        self.acknowledged[code] = (entry["seq"], entry["hash"])

    def stored_all(self):
        """How often each donor is registered."""
        rows = self.sql("SELECT subject, COUNT(*) FROM journal WHERE operation LIKE "
                        "'donor.register/%' GROUP BY subject").split()
        return collections.Counter({code: int(n) for code, n in (row.split("|") for row in rows)})

    def stored(self, code):
        return self.stored_all()[code]

    def register(self, family, restart=None):
        """One registration while something happens; the outcome is what the client was told."""
        code = self.code()
        done = self.place.run(*self.place.registering(code))
        if restart:
            restart()
        if done.returncode == 0:
            outcome = "acknowledged"
            self.note(code, json.loads(done.stdout)["entry"])
        else:
            refusal_of(done, family)
            must(done.returncode in (STORAGE, UNKNOWN), f"{family}: {done.returncode}")
            outcome = "unknown" if done.returncode == UNKNOWN else "refused"
        self.settle(family, code, outcome)
        return outcome, done.stderr.decode()

    def settle(self, family, code, outcome):
        stored = self.stored(code)
        must(outcome != "refused" or stored == 0, f"{family}: {code} was refused and is stored")
        must(outcome != "acknowledged" or stored == 1, f"{family}: {code} is stored {stored} times")
        if outcome != "acknowledged":
            first, again = self.place.register(code), self.place.register(code)
            must(first == again, f"{family}: asked twice with one key: {first} and {again}")
            self.note(code, first)
        self.score.point(family, f"{outcome}, {'stored' if stored else 'not stored'}")

    def check(self):
        check_model(self.place, self.acknowledged, self.place.must_be_whole()["entries"])


class Clients:
    """Several people who register over a server of ours, each answer noted."""

    def __init__(self, stage, server, count):
        self.stage, self.server, self.over, self.lock = stage, server, False, threading.Lock()
        self.asked, self.told, self.again = [], {}, None
        self.threads = [threading.Thread(target=self.write, args=(i,)) for i in range(count)]

    def write(self, _number):
        person = Person(self.server, "DC1")
        while not self.over:
            with self.lock:
                code = self.stage.code()
                self.asked.append(code)
            try:
                answer = person.ask("POST", "/api/donors", donor(code),
                                    [("Idempotency-Key", f"key-{code}")])
            except (OSError, Failed):
                answer = None
            if answer is None:
                return
            said = answer.json()
            with self.lock:
                self.told[code] = (answer.status, said)

    def settle(self, family):
        stored = self.stage.stored_all()
        self.again = Person(self.server, "DC1")
        for code in self.asked:
            status, said = self.told.get(code, (0, {"fault": "unknown"}))
            must(status in (0, 201, 401, 503), f"{family}: {status} {said}")
            if status == 201:
                self.stage.note(code, said["entry"])
            outcome = {201: "acknowledged"}.get(status) or (
                "unknown" if said["fault"] == "unknown" else "refused")
            if outcome == "acknowledged":
                must(stored[code] == 1, f"{family}: {code} is stored {stored[code]} times")
                self.stage.score.point(family, "acknowledged, stored")
            else:
                must(said.get("text", "x.").endswith("."), f"{family}: no sentence")
                self.settle_over_http(family, code, outcome, stored[code])

    def settle_over_http(self, family, code, outcome, stored):
        must(outcome != "refused" or stored == 0, f"{family}: {code} was refused and is stored")
        person = self.again
        entries = []
        for _ in range(2):
            answer = person.ask("POST", "/api/donors", donor(code),
                                [("Idempotency-Key", f"key-{code}")])
            must(answer.status == 201, f"{family}: asked again: {answer.body[:200]!r}")
            entries.append(answer.json()["entry"])
        must(entries[0] == entries[1], f"{family}: asked twice with one key: {entries}")
        self.stage.note(code, entries[0])
        self.stage.score.point(family, f"{outcome}, {'stored' if stored else 'not stored'}")


def recovers(server, family, most=8):
    """How many requests are refused before the server works again; each thread may meet its lost
    connection once."""
    refused = 0
    while True:
        answer = server.ask("POST", "/api/session",
                            {"account": "DC1", "secret": "demo-DC1-secret"})
        if answer.status == 200:
            return refused
        must(answer.status == 503 and answer.json()["text"].endswith("."),
             f"{family}: {answer.status} {answer.body[:200]!r}")
        refused += 1
        must(refused <= most, f"{family}: it does not work again: {answer.body[:200]!r}")
