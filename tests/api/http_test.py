#!/usr/bin/python3
# http_test.py: does the door keep its promises, whatever comes in?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: http_test.py PROGRAM RECORD

Makes a demonstration record in RECORD if there is none, serves it with PROGRAM on any free port,
and speaks to it over plain sockets. Ends with the line "N passed, N failed"."""

import base64
import hashlib
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True

from shapes import bad_shapes
from speak import Failed, Person, Server, donor, equal, head, is_fault, must, together


# ---------------------------------------------------------------- what is promised


def the_server_is_ready(at):
    answer = at.server.ask("GET", "/api/health")
    equal(answer.status, 200, "status")
    equal((answer.json()["ready"], answer.json()["demo"]), (True, True), "health")


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
    equal(answer.status, 200, "status")
    equal(answer.header("Content-Type"), "text/html; charset=utf-8", "type")
    must(not re.search(r"(?:src|href)=\"(?!/)|@import|url\(|<script", page), "it asks elsewhere")
    must('<html lang="ja">' in page and 'lang="en"' in page, "languages are not marked")
    must("Demonstration record" in page and "デモ用" in page, "no mark of the demonstration")
    style = re.search(r"<style>(.*?)</style>", page, re.S).group(1).encode()
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    must(f"'sha256-{digest}'" in answer.header("Content-Security-Policy"), "the style is blocked")


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
        equal(said["rules"], ["AU-05"], "rules")
        must("GET" in answer.header("Allow"), "no Allow")
    at.coordinator.ask("DELETE", "/api/donors/D-HTTP")
    rows = at.auditor.ask("GET", "/api/refusals").json()["rows"]
    kept = [r for r in rows if r.get("subject") == "D-HTTP" and r["operation"].startswith("DELETE ")]
    equal([(r["operation"], r["kind"], r["rules"], r["actor"]) for r in kept],
          [("DELETE /donors/{code}", "forbidden", "AU-05", "DC1")], "refusals kept")


def what_a_role_may_not_do_is_refused_and_kept(at):
    answer = at.auditor.ask("POST", "/api/donors", donor("D-AUDITOR"))
    is_fault(answer, 403, "forbidden")
    answer = at.auditor.ask("POST", "/api/donors", b"{ this is not read")
    is_fault(answer, 403, "forbidden")
    rows = at.auditor.ask("GET", "/api/refusals").json()["rows"]
    must(any(r["operation"] == "donor.register" and r["actor"] == "AU1" for r in rows), "not kept")


def unknown_addresses_and_methods_are_told_apart(at):
    is_fault(at.coordinator.ask("GET", "/api/nothing"), 404, "missing")
    is_fault(at.coordinator.ask("GET", "/nothing"), 404, "missing")
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


def nothing_malformed_gets_through(at):
    wrong = []
    for name, data, kind in bad_shapes(at):
        with at.server.line() as line:
            line.send(data)
            line.socket.settimeout(5)
            try:
                if kind == "closed":
                    line.socket.shutdown(socket.SHUT_WR)
                answer = line.answer()
            except (socket.timeout, Failed) as error:
                wrong.append(f"{name}: {error!r}")
                continue
        status = answer.status if answer else None
        fine = status in (None, 400, 413, 414, 431, 501, 505)
        if kind == "input" and status is None and name != "not HTTP at all":
            fine = False
        if fine and status == 400 and answer.body.startswith(b"{"):
            fine = answer.json()["fault"] == "input" and answer.json()["text"].endswith(".")
        if not fine:
            wrong.append(f"{name}: {status} {answer.body[:120] if answer else ''!r}")
    the_server_is_ready(at)
    must(not wrong, "; ".join(wrong))
    print(f"      {len(bad_shapes(at))} shapes")


def what_follows_a_smuggled_request_is_not_answered(at):
    inner = "GET /api/health HTTP/1.1\r\nHost: t\r\n\r\n"
    data = (f"POST /api/donors HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(inner) + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}")
    with at.server.line() as line:
        line.send(data.encode())
        is_fault(line.answer(), 400, "input")
        must(line.answer() is None, "a second request was taken from the body of the first")


def large_bodies_are_refused_in_words(at):
    size = (1 << 20) + 1
    is_fault(at.coordinator.ask("POST", "/api/donors", b" " * size), 413, "too_large")
    is_fault(at.server.ask("POST", "/api/session", b" " * 20000), 413, "too_large")
    chunks = b"".join(b"8000\r\n" + b" " * 0x8000 + b"\r\n" for _ in range(40)) + b"0\r\n\r\n"
    sent = head("POST", "/api/donors", [("Host", "t"), ("Content-Type", "application/json"),
                                        ("Transfer-Encoding", "chunked")]
                + at.coordinator.headers())
    is_fault(at.server.raw(sent + chunks), 413, "too_large")
    with at.server.line() as line:
        line.send(head("POST", "/api/donors", [("Host", "t"), ("Content-Type", "application/json"),
                                               ("Content-Length", 10 ** 12)]
                       + at.coordinator.headers()))
        is_fault(line.answer(), 413, "too_large")
        must(line.is_closed(), "it would have read on")


def a_body_in_small_chunks_arrives_whole(at):
    data = json.dumps(donor("D-CHUNKS")).encode()
    chunks = b"".join(b"%x;note=1\r\n%c\r\n" % (1, byte) for byte in data) + b"0\r\n\r\n"
    sent = head("POST", "/api/donors", [("Host", "t"), ("Content-Type", "application/json"),
                                        ("Transfer-Encoding", "chunked")]
                + at.coordinator.headers())
    equal(at.server.raw(sent + chunks).status, 201, "status")
    body = dict(donor("D-LARGE"), chosen_because="x" * 300)
    padded = json.dumps(body).encode() + b" " * 500000
    equal(at.coordinator.ask("POST", "/api/donors", padded).status, 201, "through a file")


def one_byte_at_a_time_is_enough(at):
    data = head("GET", "/api/health", [("Host", "t")])
    with at.server.line() as line:
        for byte in data:
            line.send(bytes([byte]))
        equal(line.answer().status, 200, "status")


def requests_may_follow_each_other_unasked(at):
    one = head("GET", "/api/health", [("Host", "t")])
    two = head("GET", "/api/nothing", [("Host", "t")])
    body = json.dumps(donor("D-PIPE")).encode()
    three = head("POST", "/api/donors", [("Host", "t"), ("Content-Type", "application/json"),
                                         ("Content-Length", len(body))]
                 + at.coordinator.headers()) + body
    with at.server.line() as line:
        line.send(one + two + three + one)
        equal([line.answer().status for _ in range(4)], [200, 404, 201, 200], "answers in order")


def half_a_request_harms_nobody(at):
    whole = head("POST", "/api/donors", [("Host", "t"), ("Content-Type", "application/json"),
                                         ("Content-Length", 50)] + at.coordinator.headers())
    for size in (1, 10, 40, len(whole) - 1, len(whole)):
        with at.server.line() as line:
            line.send(whole[:size])
    with at.server.line() as line:
        line.send(whole + b'{"code": ')
    the_server_is_ready(at)


def reset(line):
    line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.socket.close()


def a_reset_before_the_answer_harms_nobody(at):
    body = json.dumps(donor("D-RESET")).encode()
    whole = head("POST", "/api/donors", [("Host", "t"), ("Content-Type", "application/json"),
                                         ("Content-Length", len(body))]
                 + at.coordinator.headers()) + body
    for size in range(0, len(whole) + 1, 37):
        line = at.server.line()
        line.send(whole[:size])
        reset(line)
    line = at.server.line()
    line.send(whole)
    reset(line)
    the_server_is_ready(at)


def slow_heads_do_not_keep_others_waiting(at):
    lines = [at.server.line() for _ in range(100)]
    for line in lines:
        line.send(b"GET /api/health HTT")
    begun = time.monotonic()
    for _ in range(20):
        the_server_is_ready(at)
    must(time.monotonic() - begun < 5, "the others waited")
    for line in lines:
        line.send(b"P/1.1\r\nHost: t\r\n\r\n")
    for line in lines:
        equal(line.answer().status, 200, "a slow one")
        line.socket.close()


def any_number_of_ready_sockets_is_served(at):
    request = head("GET", "/api/health", [("Host", "t")])
    rates = {}
    for count in (127, 128, 129, 200, 240):
        lines = [at.server.line() for _ in range(count)]
        begun = time.monotonic()
        for _ in range(5):
            for line in lines:
                line.send(request)
            for line in lines:
                equal(line.answer().status, 200, "status")
        rates[count] = 5 * count / (time.monotonic() - begun)
        for line in lines:
            line.socket.close()
    print("      " + ", ".join(f"{c}: {r:.0f}/s" for c, r in rates.items()))
    must(min(rates.values()) > 0.2 * sorted(rates.values())[2], f"it stalls: {rates}")


def three_hundred_connections_are_all_served(at):
    lines = [at.server.line() for _ in range(300)]
    request = head("GET", "/api/health", [("Host", "t")])
    for line in lines:
        line.send(request)
    served = 0
    for line in lines:
        answer = line.answer()
        served += answer is not None and answer.status == 200
        line.socket.close()
    equal(served, 300, "served, the last fifty once others had left")


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
    the_server_is_ready, answers_carry_the_protecting_headers,
    the_page_asks_nothing_of_other_places, the_description_lists_everything_and_is_whole,
    a_wrong_secret_is_refused_in_words, a_session_cookie_is_out_of_reach_of_scripts,
    who_am_i_answers_account_site_and_proof, nobody_is_asked_to_sign_in,
    a_forged_or_doubled_cookie_is_nobody, a_change_needs_the_proof_beside_the_cookie,
    a_change_is_recorded_and_can_be_read, the_same_key_is_done_once,
    the_same_key_at_once_is_done_once, sixty_four_writers_share_commits,
    a_refusal_leaves_no_trace_in_its_neighbours, a_change_that_nothing_offers_is_refused_and_kept,
    what_a_role_may_not_do_is_refused_and_kept, unknown_addresses_and_methods_are_told_apart,
    head_is_get_without_the_body, nothing_malformed_gets_through,
    what_follows_a_smuggled_request_is_not_answered, large_bodies_are_refused_in_words,
    a_body_in_small_chunks_arrives_whole, one_byte_at_a_time_is_enough,
    requests_may_follow_each_other_unasked, half_a_request_harms_nobody,
    a_reset_before_the_answer_harms_nobody, slow_heads_do_not_keep_others_waiting,
    any_number_of_ready_sockets_is_served, three_hundred_connections_are_all_served,
    a_signature_is_asked_checked_and_counted, signing_out_ends_the_session,
    an_account_has_a_bounded_number_of_sessions, reading_goes_on_while_secrets_are_checked,
    secrets_are_not_guessed_for_long,
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
