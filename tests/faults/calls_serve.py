# calls_serve.py: what does a server tell its clients when it is struck?
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import re
import signal
import subprocess
import threading

from calls_place import SOON, Told, entries_of, must, must_be_signed
from calls_scenes import Scene, donor_words
from speak import Person, Server, donor


class Struck(Server):
    """A server below the shim; port is 0 where it did not come up."""

    def __init__(self, place, record, fault, limits=None, err=None):
        self.place = place
        self.log = open(place.path("server.log"), "w+b")
        self.process = subprocess.Popen(
            [place.stage.program, "serve", "--record", record, "--port", "0"],
            stdout=subprocess.PIPE, stderr=err or self.log, env=place.environment(fault),
            preexec_fn=limits)
        line = self.process.stdout.readline().decode()
        found = re.match(r"listening on http://127\.0\.0\.1:(\d+)", line)
        self.port = int(found.group(1)) if found else 0

    def end(self, how=signal.SIGTERM):
        """Asks it to end, and says how it did."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(SOON)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = -99
        self.process.stdout.close()
        self.log.seek(0)
        said = self.log.read().decode("utf-8", "replace")
        self.log.close()
        must(code != -99, f"the server did not end, struck {self.place.struck()!r}")
        return Told(code, "", said, self.place.struck())


class Serve(Scene):
    """Two clients register donors; each answer says what must be there."""

    name = "serve"
    weight = 3

    def act(self, place, fault):
        place.told = {}
        server = Struck(place, place.record, fault)
        try:
            if server.port:
                clients = [threading.Thread(target=self.write, args=(server, place, name))
                           for name in ("A", "B")]
                for client in clients:
                    client.start()
                for client in clients:
                    client.join(SOON)
        finally:
            # Killed, it leaves behind what a commit that failed has written.
            told = server.end(signal.SIGKILL if fault.at % 2 else signal.SIGTERM)
        return told

    def write(self, server, place, name):
        """Requests one after the other; None in told for an outcome that is not known."""
        try:
            person = Person(server, "DC1")
        except Exception:  # struck before anybody could sign in
            return
        for i in range(3):
            code = f"D-{name}{i}"
            place.told[code] = None
            try:
                answer = person.ask("POST", "/api/donors", donor(code),
                                    [("Idempotency-Key", f"key-{code}")])
                place.told[code] = answer and (answer.status, answer.json())
                person.ask("GET", f"/api/donors/{code}")
            except Exception:  # the connection broke
                return

    def judge(self, place, told, rest, memory):
        must(told.code in (0, -9) or told.code in (10, 11) or (memory and told.code == -6),
             f"the server ended otherwise: {told}")
        if told.code == 0 and not told.struck:
            for code, said in place.told.items():
                must(said and said[0] == 201, f"{code} without a fault: {said}")
        self.check(place, told, rest)

    def check(self, place, told, rest):
        before = place.stage.entries("base")
        rows = place.whole(place.record, before, rest)[len(before):]
        stored = {}
        for seq, digest, text in rows:
            entry = json.loads(text)
            must(entry["operation"] == "donor.register/1" and entry["subject"] not in stored
                 and entry["subject"] in place.told, f"an entry that nobody asked for: {text}")
            stored[entry["subject"]] = (seq, digest)
        for code, said in place.told.items():
            self.settle(place, code, said, stored.get(code))
        must(len(entries_of(place.record)) == len(before) + len(place.told), "too many entries")
        place.must_run(["verify", "--record", place.record])

    def settle(self, place, code, said, stored):
        if said and said[0] == 201:
            entry = said[1]["entry"]
            must(stored == (entry["seq"], entry["hash"]), f"{code}: told {entry}, stored {stored}")
            must_be_signed(place.record, entry["seq"])
        elif said and said[1]["fault"] != "unknown":
            must(not stored, f"{code} was refused with {said} and is stored")
            must(said[1]["text"].endswith("."), f"no sentence: {said}")
        again = place.must_run(donor_words(place.record, code)).receipt()
        must(not stored or again == stored, f"{code}: asked again {again}, stored {stored}")


__all__ = ["Person", "Serve", "Struck"]
