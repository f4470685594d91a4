#!/usr/bin/python3
# http_test.py: does the door keep its promises, whatever comes in?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: http_test.py PROGRAM RECORD

Makes a demonstration record in RECORD if there is none, serves it with PROGRAM on any free port,
and speaks to it over plain sockets. Ends with the line "N passed, N failed"."""

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True

import hostile
import wire
from speak import Person, Server, donor, equal, is_fault, must, together


# ---------------------------------------------------------------- what is promised


def answers_carry_the_protecting_headers(at):
    for target in ("/", "/api/health", "/api/nothing"):
        answer = at.server.ask("GET", target)
        for name, value in (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
                            ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY")):
            equal(answer.header(name), value, f"{name} of {target}")
        must("default-src 'none'" in answer.header("Content-Security-Policy"), "no policy")
    equal(at.server.ask("GET", "/api/health").header("Content-Type"),
          "application/json; charset=utf-8", "type")


def the_page_asks_nothing_of_other_places(at):
    answer = at.server.ask("GET", "/")
    page = answer.body.decode("utf-8")
    policy = answer.header("Content-Security-Policy")
    equal(answer.status, 200, "status")
    equal(answer.header("Content-Type"), "text/html; charset=utf-8", "type")
    must(not re.search(r"(?:src|href)=\"(?!/)|@import|url\(|<script(?! type=\"module\" src=\"/)|<style", page),
         "it asks elsewhere, or holds a script or a style of its own")
    must('<html lang="ja">' in page and 'lang="en"' in page, "languages are not marked")
    must("unsafe-inline" not in policy and "http" not in policy, f"the policy is wide: {policy}")
    nonce = re.search(r'name="nonce" content="([^"]{20,})"', page).group(1)
    must(f"style-src 'self' 'nonce-{nonce}'" in policy, "the styles are blocked")
    again = at.server.ask("GET", "/lots/L-25-001").body.decode("utf-8")
    must(nonce not in again and 'id="page"' in again, "every address is the page, with a word of its own")


def what_the_page_loads_is_there_and_lasts(at):
    page = at.server.ask("GET", "/").body.decode("utf-8")
    for path in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page):
        answer = at.server.ask("GET", path)
        equal(answer.status, 200, path)
        equal(answer.header("Content-Encoding"), "gzip", f"packing of {path}")
        must("immutable" in answer.header("Cache-Control"), f"{path} does not last")
        must(len(gzip.decompress(answer.body)) > 100, f"{path} is empty")
    lost = at.server.ask("GET", "/assets/nothing.js")
    equal((lost.status, lost.header("Content-Encoding")), (404, None), "what was not built")


def references_lead_somewhere(value, whole):
    if isinstance(value, dict):
        target = value.get("$ref")
        if isinstance(target, str):
            at = whole
            for part in target[2:].split("/"):
                must(part in at, f"{target} leads nowhere")
                at = at[part]
        for inner in value.values():
            references_lead_somewhere(inner, whole)
    elif isinstance(value, list):
        for inner in value:
            references_lead_somewhere(inner, whole)


def the_description_lists_everything_and_is_whole(at):
    answer = at.server.ask("GET", "/api/openapi.json")
    whole = answer.json()
    equal(whole["openapi"], "3.1.0", "version")
    names = []
    shapes = set()
    for path, item in whole["paths"].items():
        shape = re.sub(r"\{[^}]*\}", "{}", path)
        must(shape not in shapes, f"{path} is there twice")
        shapes.add(shape)
        for method, operation in item.items():
            names.append(operation.get("operationId", f"{method} {path}"))
            given = [p["name"] for p in operation.get("parameters", []) if p.get("in") == "path"]
            equal(sorted(given), sorted(re.findall(r"\{([^}]*)\}", path)), f"parameters of {path}")
            must("default" in operation["responses"], f"{path} tells no fault")
    equal(len(names), len(set(names)), "names")
    must("donor.register" in names and len(names) > 40, "operations are missing")
    references_lead_somewhere(whole, whole)
    body = whole["paths"]["/api/donors"]["post"]["requestBody"]["content"]["application/json"]
    must(body["schema"]["properties"]["name"].get("x-personal"), "personal is not marked")
    must("signature" not in body["schema"]["properties"], "a signature nobody asks for")
    equal(at.server.ask("GET", "/api/openapi.json").body, answer.body, "two readings")


def a_wrong_secret_is_refused_in_words(at):
    for account in ("AU1", "NOBODY"):
        answer = at.server.ask("POST", "/api/session",
                               {"account": account, "secret": "certainly wrong"})
        said = is_fault(answer, 401, "sign_in")
        must("check both" in said["text"], "it says which of the two was wrong")
        equal(answer.header("WWW-Authenticate"), "Bearer", "WWW-Authenticate")
        must(answer.header("Set-Cookie") is None, "a cookie came nevertheless")


def a_session_cookie_is_out_of_reach_of_scripts(at):
    answer = at.server.ask("POST", "/api/session", {"account": "AU1", "secret": "demo-AU1-secret"})
    cookie = answer.header("Set-Cookie")
    for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
        must(part in cookie.split("; "), f"the cookie lacks {part}")
    must("Secure" not in cookie, "over plain HTTP a secure cookie would be lost")
    must("demo-AU1-secret" not in answer.body.decode(), "the secret came back")


def who_am_i_answers_account_site_and_proof(at):
    answer = at.coordinator.ask("GET", "/api/session")
    said = answer.json()
    equal((said["account"], said["site"], said["roles"]), ("DC1", "M", ["donor_coordinator"]), "I")
    equal(said["csrf"], at.coordinator.said["csrf"], "proof")
    equal(len(said["csrf"]), 64, "length of the proof")


def nobody_is_asked_to_sign_in(at):
    for method, target, body in (("GET", "/api/donors", None), ("POST", "/api/donors", {}),
                                 ("DELETE", "/api/donors/D-1", None), ("GET", "/api/session", None)):
        is_fault(at.server.ask(method, target, body), 401, "sign_in")


def a_forged_or_doubled_cookie_is_nobody(at):
    for value, status in (("exoledger_session=" + "0" * 64, 401), ("exoledger_session=", 401),
                          ("exoledger_session=' OR 1=1 --", 401),
                          (f"{at.coordinator.cookie}; {at.coordinator.cookie}", 400),
                          ("other=1", 401)):
        answer = at.server.ask("GET", "/api/donors", headers=[("Cookie", value)])
        equal(answer.status, status, f"status of {value[:30]}")
    other = at.server.ask("GET", "/api/session",
                          headers=[("Cookie", f"a=b; {at.coordinator.cookie}; c=d")])
    equal(other.status, 200, "our cookie among others")


def a_change_needs_the_proof_beside_the_cookie(at):
    for headers in (at.coordinator.headers(False),
                    at.coordinator.headers(False) + [("X-CSRF-Token", "0" * 64)],
                    at.coordinator.headers(False) + [("X-CSRF-Token", "")]):
        answer = at.server.ask("POST", "/api/donors", donor("D-CSRF"), headers)
        is_fault(answer, 403, "forbidden")
    equal(at.server.ask("GET", "/api/donors/D-CSRF", headers=at.coordinator.headers(False)).status,
          404, "what was refused")


def a_change_is_recorded_and_can_be_read(at):
    answer = at.coordinator.ask("POST", "/api/donors", dict(donor("D-HTTP"), reason="because"))
    equal(answer.status, 201, f"status ({answer.body[:200]!r})")
    said = answer.json()
    must(said["demo"] and said["entry"]["seq"] > 0, "no receipt")
    equal(said["entry"]["subject"], "D-HTTP", "subject")
    must("Somebody Invented" not in answer.body.decode(), "a name came back in a receipt")
    shown = at.coordinator.ask("GET", "/api/donors/D-HTTP").json()
    must(shown["position"] >= said["entry"]["seq"], "position")
    equal(shown["row"]["code"], "D-HTTP", "code")
    again = at.coordinator.ask("POST", "/api/donors", donor("D-HTTP"))
    is_fault(again, 409, "conflict")


def the_same_key_is_done_once(at):
    key = [("Idempotency-Key", "key-of-the-test-1")]
    first = at.coordinator.ask("POST", "/api/donors", donor("D-KEY"), key)
    second = at.coordinator.ask("POST", "/api/donors", donor("D-KEY"), key)
    equal((first.status, second.status), (201, 201), "status")
    equal(first.body, second.body, "the two receipts")
    is_fault(at.coordinator.ask("POST", "/api/donors", donor("D-KEY-2"), key), 409, "conflict")
    is_fault(at.coordinator.ask("POST", "/api/donors", donor("D-KEY-3"),
                                [("Idempotency-Key", "no blanks please")]), 400, "input")


def the_same_key_at_once_is_done_once(at):
    answers = []

    def go():
        answers.append(at.coordinator.ask("POST", "/api/donors", donor("D-RACE"),
                                          [("Idempotency-Key", "key-of-the-race")]))
    together([go] * 16)
    equal([a.status for a in answers], [201] * 16, "status")
    equal(len({a.body for a in answers}), 1, "different receipts")


def sixty_four_writers_share_commits(at):
    each, seqs = 5, []

    def go(number):
        with at.server.line() as line:
            for i in range(each):
                answer = at.coordinator.ask("POST", "/api/donors", donor(f"D-W{number}-{i}"),
                                            line=line)
                equal(answer.status, 201, f"status ({answer.body[:200]!r})")
                seqs.append(answer.json()["entry"]["seq"])
    begun = time.monotonic()
    together([lambda n=n: go(n) for n in range(64)])
    equal(len(set(seqs)), 64 * each, "entries")
    print(f"      {64 * each} entries by 64 writers in {time.monotonic() - begun:.2f} s")


def a_refusal_leaves_no_trace_in_its_neighbours(at):
    status = {}

    def go(number):
        body = donor(f"D-N{number}")
        if number % 4 == 0:
            body["code"] = "D-HTTP"  # taken
        status[number] = at.coordinator.ask("POST", "/api/donors", body).status
    together([lambda n=n: go(n) for n in range(32)])
    for number, got in status.items():
        equal(got, 409 if number % 4 == 0 else 201, f"status of request {number}")
    shown = at.coordinator.ask("GET", "/api/donors/D-N31")
    equal(shown.status, 200, "the last neighbour")


def a_change_that_nothing_offers_is_refused_and_kept(at):
    for method in ("DELETE", "PUT", "PATCH"):
        answer = at.coordinator.ask(method, "/api/donors/D-HTTP", {} if method != "DELETE" else None)
        said = is_fault(answer, 403, "forbidden")
        equal(said["rules"], ["AU-05.change/1"], "rules")
        must("GET" in answer.header("Allow"), "no Allow")
    at.coordinator.ask("DELETE", "/api/donors/D-HTTP")
    rows = at.auditor.ask("GET", "/api/refusals").json()["rows"]
    kept = [r for r in rows if r.get("subject") == "D-HTTP" and r["operation"].startswith("DELETE ")]
    equal([(r["operation"], r["kind"], r["rules"], r["actor"]) for r in kept],
          [("DELETE /donors/{code}", "forbidden", "AU-05.change/1", "DC1")], "refusals kept")


def what_a_role_may_not_do_is_refused_and_kept(at):
    answer = at.auditor.ask("POST", "/api/donors", donor("D-AUDITOR"))
    is_fault(answer, 403, "forbidden")
    answer = at.auditor.ask("POST", "/api/donors", b"{ this is not read")
    is_fault(answer, 403, "forbidden")
    rows = at.auditor.ask("GET", "/api/refusals").json()["rows"]
    must(any(r["operation"] == "donor.register" and r["actor"] == "AU1" for r in rows), "not kept")


def unknown_addresses_and_methods_are_told_apart(at):
    is_fault(at.coordinator.ask("GET", "/api/nothing"), 404, "missing")
    is_fault(at.coordinator.ask("GET", "/assets/nothing"), 404, "missing")
    is_fault(at.coordinator.ask("GET", "/api/donors/D-1/nothing/at/all"), 404, "missing")
    is_fault(at.coordinator.ask("GET", "/api/donors/"), 404, "missing")
    is_fault(at.coordinator.ask("GET", "//api/donors"), 404, "missing")
    is_fault(at.coordinator.ask("GET", "/api/../api/donors"), 404, "missing")
    is_fault(at.coordinator.ask("GET", "/api/donors/D-NOBODY"), 404, "missing")
    for method, target, allowed in (("GET", "/api/donors/D-1/examination", "POST"),
                                    ("POST", "/api/health", "GET"), ("TRACE", "/api/donors", "POST"),
                                    ("OPTIONS", "/api/donors", "POST"), ("DELETE", "/", "GET")):
        answer = at.coordinator.ask(method, target)
        is_fault(answer, 405, "input")
        must(allowed in answer.header("Allow"), f"Allow is {answer.header('Allow')}")


def head_is_get_without_the_body(at):
    answer = at.server.ask("HEAD", "/api/health")
    equal(answer.status, 200, "status")
    must(int(answer.header("Content-Length")) > 10, "no length")
    equal(at.coordinator.ask("HEAD", "/api/donors").status, 200, "a read")


def an_unknown_outcome_is_settled_by_the_same_key(at):
    key = [("Idempotency-Key", "key-of-the-doubt")]
    # A folder in the way of the signed head: the entry is stored, and nobody can say so.
    obstacle = os.path.join(at.record, f"head.json.{at.server.process.pid}.draft")
    os.mkdir(obstacle)
    try:
        said = is_fault(at.coordinator.ask("POST", "/api/donors", donor("D-DOUBT"), key), 503,
                        "unknown")
        must("same idempotency key" in said["text"], "it does not say what to do")
        equal(at.coordinator.ask("GET", "/api/donors?limit=1").status, 200, "reading meanwhile")
    finally:
        os.rmdir(obstacle)
    answer = at.coordinator.ask("POST", "/api/donors", donor("D-DOUBT"), key)
    equal(answer.status, 201, f"status ({answer.body[:200]!r})")
    equal(at.coordinator.ask("POST", "/api/donors", donor("D-DOUBT"), key).body, answer.body,
          "the receipt")
    is_fault(at.coordinator.ask("POST", "/api/donors", donor("D-DOUBT")), 409, "conflict")


def secrets_are_not_guessed_for_long(at):
    def attempt(account, secret):
        return at.server.ask("POST", "/api/session", {"account": account, "secret": secret})
    statuses = [attempt("SC1", f"guess number {i}").status for i in range(7)]
    equal(statuses, [401] * 5 + [429] * 2, "statuses")
    is_fault(attempt("SC1", "demo-SC1-secret"), 429, "too_often")
    equal(attempt("QR1", "demo-QR1-secret").status, 200, "another account")


def a_signature_is_asked_checked_and_counted(at):
    token = "exo_" + "ab" * 32
    body = {"code": "T-TEST", "account": "DC1", "days": 2,
            "sha256": hashlib.sha256(token.encode()).hexdigest()}
    admin = Person(at.server, "AD1")
    is_fault(admin.ask("POST", "/api/tokens", body), 401, "sign_in")
    wrong = dict(body, signature={"secret": "certainly wrong"})
    said = is_fault(admin.ask("POST", "/api/tokens", wrong), 401, "sign_in")
    equal(said["field"], "signature", "field")
    right = dict(body, signature={"secret": "demo-AD1-secret"})
    answer = admin.ask("POST", "/api/tokens", right)
    equal(answer.status, 201, f"status ({answer.body[:200]!r})")
    must("demo-AD1-secret" not in answer.body.decode(), "the secret came back")
    bearer = [("Authorization", f"Bearer {token}")]
    equal(at.server.ask("GET", "/api/donors", headers=bearer).status, 200, "reading by token")
    answer = at.server.ask("POST", "/api/donors", donor("D-TOKEN"), bearer)
    equal(answer.status, 201, "a change by token needs no proof")
    equal(at.server.ask("GET", "/api/session", headers=bearer).json()["account"], "DC1", "account")
    is_fault(at.server.ask("DELETE", "/api/session", headers=bearer), 400, "input")
    equal(admin.ask("POST", "/api/tokens/T-TEST/revoke", {"account": "DC1"}).status, 201, "revoke")
    is_fault(at.server.ask("GET", "/api/donors", headers=bearer), 401, "sign_in")
    for value in ("Basic QUQxOng=", "Bearer", "Bearer ", "Bearer nothing"):
        is_fault(at.server.ask("GET", "/api/donors", headers=[("Authorization", value)]), 401,
                 "sign_in")


def signing_out_ends_the_session(at):
    person = Person(at.server, "QA1")
    equal(person.ask("GET", "/api/session").status, 200, "before")
    answer = person.ask("DELETE", "/api/session")
    equal(answer.status, 200, "status")
    must("Max-Age=0" in answer.header("Set-Cookie"), "the cookie stays")
    is_fault(person.ask("GET", "/api/session"), 401, "sign_in")


def an_account_has_a_bounded_number_of_sessions(at):
    people = [Person(at.server, "BK1") for _ in range(18)]
    alive = [p for p in people if p.ask("GET", "/api/session").status == 200]
    equal(len(alive), 16, "sessions alive")
    equal(people[-1].ask("GET", "/api/session").status, 200, "the newest")


def reading_goes_on_while_secrets_are_checked(at):
    def sign_in(number):
        at.server.ask("POST", "/api/session", {"account": f"NOBODY{number}", "secret": "wrong one"})
    threads = [threading.Thread(target=sign_in, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        equal(at.coordinator.ask("GET", "/api/donors?limit=1").status, 200, "status")
    for thread in threads:
        thread.join()


PROMISES = [
    answers_carry_the_protecting_headers, the_page_asks_nothing_of_other_places,
    what_the_page_loads_is_there_and_lasts,
    the_description_lists_everything_and_is_whole, a_wrong_secret_is_refused_in_words,
    a_session_cookie_is_out_of_reach_of_scripts, who_am_i_answers_account_site_and_proof,
    nobody_is_asked_to_sign_in, a_forged_or_doubled_cookie_is_nobody,
    a_change_needs_the_proof_beside_the_cookie, a_change_is_recorded_and_can_be_read,
    the_same_key_is_done_once, the_same_key_at_once_is_done_once, sixty_four_writers_share_commits,
    a_refusal_leaves_no_trace_in_its_neighbours, a_change_that_nothing_offers_is_refused_and_kept,
    what_a_role_may_not_do_is_refused_and_kept, unknown_addresses_and_methods_are_told_apart,
    head_is_get_without_the_body,
] + wire.PROMISES + hostile.PROMISES + [
    an_unknown_outcome_is_settled_by_the_same_key, a_signature_is_asked_checked_and_counted,
    signing_out_ends_the_session, an_account_has_a_bounded_number_of_sessions,
    reading_goes_on_while_secrets_are_checked, secrets_are_not_guessed_for_long,
]


# ---------------------------------------------------------------- what is promised at the end


def it_stops_under_load_with_everything_answered(at):
    stopped = threading.Event()
    recorded = []

    def go(number):
        count = 0
        while not stopped.is_set():
            try:
                answer = at.coordinator.ask("POST", "/api/donors", donor(f"D-S{number}-{count}"))
            except OSError:
                return  # nobody listens any more
            if answer is None or answer.status == 503:
                return
            equal(answer.status, 201, "status")
            recorded.append(answer.json()["entry"]["seq"])
            count += 1

    def stop():
        time.sleep(1)
        at.code, at.log = at.server.stop()
        stopped.set()
    together([lambda n=n: go(n) for n in range(16)] + [stop])
    equal(at.code, 0, f"exit code (log ends {at.log[-300:]!r})")
    must(len(recorded) > 5, "nothing was recorded meanwhile")


def the_record_is_whole_afterwards(at):
    done = subprocess.run([at.program, "verify", "--record", at.record], capture_output=True,
                          timeout=300)
    equal(done.returncode, 0, f"exit code of verify ({done.stdout[-300:]!r} {done.stderr[-300:]!r})")


def the_log_names_nobody_and_no_address(at):
    must("/api/donors/{code}" in at.log and " DC1\n" in at.log, "patterns or accounts are missing")
    for word in ("D-HTTP", "Somebody", "secret", "%00", "limit=", "test.py", "Tokyo", "unknown:"):
        must(word not in at.log, f"the log says {word}")
    shape = re.compile(r"^\S+Z \d+ [A-Z]+ \S+ \d{3} [a-z_]+(:[a-z_0-9]+)? \d+ us \S+$")
    wrong = [line for line in at.log.splitlines() if not shape.match(line)]
    must(not wrong, f"lines of another shape: {wrong[:3]!r}")


ENDINGS = [it_stops_under_load_with_everything_answered, the_record_is_whole_afterwards,
           the_log_names_nobody_and_no_address]


class Place:
    code, log = None, ""


def main():
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    at = Place()
    at.program, at.record = os.path.abspath(sys.argv[1]), sys.argv[2]
    only = sys.argv[3:]
    if not os.path.exists(os.path.join(at.record, "record.json")):
        subprocess.run([at.program, "init", "--demo", "--record", at.record], check=True,
                       stdout=subprocess.DEVNULL)
    at.server = Server(at.program, at.record)
    passed = failed = 0
    try:
        at.coordinator, at.auditor = Person(at.server, "DC1"), Person(at.server, "AU1")
        for promise in [p for p in PROMISES if not only or p.__name__ in only] + ENDINGS:
            name = promise.__name__.replace("_", " ")
            try:
                promise(at)
                passed += 1
                print(f"  ok  {name}")
            except Exception as error:  # every promise is asked, whatever became of the last
                failed += 1
                print(f"  NO  {name}: {error or type(error).__name__}")
            sys.stdout.flush()
    finally:
        if at.server.process.poll() is None:
            at.server.process.kill()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
