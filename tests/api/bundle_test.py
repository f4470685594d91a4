#!/usr/bin/python3
"""Many requests in one body: each judged and answered as if it had come by itself, in order, and
all of them in one commit that may be asked for again.

Usage: bundle_test.py PROGRAM RECORD    (a copy of the story's record)
"""
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from speak import Failed, Person, Server, donor, equal, is_fault, must

DRAWN = {"code": "SP-BUNDLE", "drawn_on": "2025-06-01", "tubes": 2}


def item(path, body=None, key=None):
    found = {"path": path, "idempotency_key": key or f"bundle-{path}-{(body or {}).get('code')}"}
    return found if body is None else dict(found, body=body)


def drawn(code, **more):
    return item("/api/donors/D-BUNDLE/specimens", dict(DRAWN, code=code, **more))


def send(person, items, status=200):
    answer = person.ask("POST", "/api/bundle", {"requests": items})
    equal(answer.status, status, f"status (said {answer.body[:300]!r})")
    return answer.json()


def statuses(said):
    return [each["status"] for each in said["answers"]]


class Tests:
    def __init__(self, program, record):
        self.program, self.record = program, record
        self.server = Server(program, record)
        self.person = Person(self.server, "DC1")

    def run(self, *words):
        return subprocess.run([self.program, *words, "--record", self.record], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def each_is_judged_in_order_and_a_refused_one_leaves_its_neighbours_alone(self):
        items = [item("/api/donors", donor("D-BUNDLE")), drawn("SP-B1"), drawn("SP-B1", tubes=3),
                 drawn("SP-B2", tubes=0), item("/api/nothing", {}), drawn("SP-B3")]
        items[2]["idempotency_key"] = "another-key"
        said = send(self.person, items)
        equal(statuses(said), [201, 201, 409, 400, 404, 201], "statuses")
        answers = [each["answer"] for each in said["answers"]]
        equal([a.get("fault") for a in answers], [None, None, "conflict", "input", "missing", None],
              "faults")
        equal(answers[5]["body"]["code"], "SP-B3", "the last body")
        must("name" not in answers[0]["body"], "a name travelled back")
        first = answers[0]["entry"]["seq"]
        equal(answers[1]["entry"]["seq"], first + 1, "the next entry")
        equal(answers[5]["entry"]["seq"], first + 3, "the entry behind the kept refusal")

    def the_same_bundle_again_gets_the_same_answers(self):
        items = [drawn("SP-B4"), drawn("SP-B5")]
        equal(send(self.person, items), send(self.person, items), "answers")
        alone = self.person.ask("POST", items[0]["path"], items[0]["body"],
                                [("Idempotency-Key", items[0]["idempotency_key"])])
        equal(alone.json(), send(self.person, items)["answers"][0]["answer"], "asked by itself")
        other = [dict(items[0], body=dict(items[0]["body"], tubes=9))]
        equal(statuses(send(self.person, other)), [409], "another request under the same key")

    def what_somebody_may_not_do_is_refused_and_kept(self):
        nurse = Person(self.server, "K1-N1")
        said = send(nurse, [drawn("SP-B6"), item("/api/donors/D-BUNDLE/specimens/SP-B1", {})])
        equal(said["answers"][0]["status"], 403, "status")
        auditor = Person(self.server, "AU1")
        kept = auditor.ask("GET", "/api/refusals").json()["rows"]
        must(any(row["actor"] == "K1-N1" and row["operation"] == "specimen.draw" for row in kept),
             "the refusal is no entry")

    def what_is_signed_comes_by_itself(self):
        manager = Person(self.server, "MD1")
        said = send(manager, [item("/api/rulesets", {"code": "RS-B", "settings": []}, "signed-one")])
        equal(statuses(said), [400], "status")
        equal(said["answers"][0]["answer"]["field"], "signature", "field")

    def a_request_without_a_key_is_refused(self):
        bare = {"path": "/api/donors/D-BUNDLE/specimens", "body": dict(DRAWN, code="SP-B7")}
        said = send(self.person, [bare])
        equal((statuses(said), said["answers"][0]["answer"]["field"]), ([400], "idempotency_key"),
              "answer")
        equal(statuses(send(self.person, [dict(bare, idempotency_key="k 1")])), [400], "a bad key")
        equal(statuses(send(self.person, [dict(bare, idempotency_key="k1", more=1)])), [400],
              "an unknown member")
        equal(statuses(send(self.person, [7, dict(bare, idempotency_key="k2", body=[1])])),
              [400, 400], "no objects")

    def a_body_that_is_no_bundle_is_refused_as_a_whole(self):
        for body in ({}, {"requests": []}, {"requests": {}}, {"requests": [1], "more": 2}, [1],
                     {"requests": [drawn("SP-B8")] * 1001}):
            is_fault(self.person.ask("POST", "/api/bundle", body), 400, "input")
        equal(self.person.ask("GET", "/api/bundle").status, 405, "reading it")
        equal(self.server.ask("POST", "/api/bundle", {"requests": [drawn("SP-B8")]}).status, 401,
              "without signing in")

    def a_thousand_fit_and_share_a_commit(self):
        items = [drawn(f"SP-M{number}") for number in range(1000)]
        said = send(self.person, items)
        equal(statuses(said), [201] * 1000, "statuses")
        seqs = [each["answer"]["entry"]["seq"] for each in said["answers"]]
        equal(seqs, list(range(seqs[0], seqs[0] + 1000)), "numbers")
        equal(said, send(self.person, items), "the answers again")

    def the_command_line_takes_the_same_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"requests": [drawn("SP-L1"), drawn("SP-B1")]}, file)
            file.flush()
            done = self.run("bundle", "--file", file.name, "--as", "DC1")
            equal((done.returncode, done.stdout), (0, "2 recorded, 0 refused\n"), "said")
            again = self.run("bundle", "--file", file.name, "--as", "DC1", "--json")
            equal(statuses(json.loads(again.stdout)), [201, 201], "statuses as JSON")
        done = self.run("verify")
        equal(done.returncode, 0, f"verify: {done.stdout} {done.stderr}")


def main():
    tests = Tests(sys.argv[1], sys.argv[2])
    passed = failed = 0
    for name in [name for name in vars(Tests) if not name.startswith("_") and name != "run"]:
        try:
            getattr(tests, name)()
            passed += 1
        except (Failed, KeyError, TypeError) as error:
            failed += 1
            print(f"failed: {name}: {error!r}")
    code, log = tests.server.stop()
    must(code == 0, f"the server ended with {code}: {log[-500:]}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
