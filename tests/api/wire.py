# wire.py: what the server promises about bytes and connections, whatever they hold.
# SPDX-License-Identifier: AGPL-3.0-or-later

import json
import socket
import struct
import time

from shapes import bad_shapes
from speak import Failed, donor, equal, head, is_fault, must


def the_server_is_ready(at):
    answer = at.server.ask("GET", "/api/health")
    equal(answer.status, 200, "status")
    equal((answer.json()["ready"], answer.json()["demo"]), (True, True), "health")


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


def a_crowd_that_stays_is_served(at):
    """Nobody leaves by itself: the server ends connections behind their answers to make room."""
    lines = [at.server.line() for _ in range(300)]
    request = head("GET", "/api/health", [("Host", "t")])
    for line in lines:
        line.send(request)
    for line in reversed(lines):
        equal(line.answer().status, 200, "one of three hundred")
    for line in lines:
        line.socket.close()


def idle_connections_give_way(at):
    lines = [at.server.line() for _ in range(260)]
    begun = time.monotonic()
    the_server_is_ready(at)
    must(time.monotonic() - begun < 10, "who asks waited for those who do not")
    for line in lines:
        line.socket.close()


PROMISES = [
    the_server_is_ready, nothing_malformed_gets_through,
    what_follows_a_smuggled_request_is_not_answered, large_bodies_are_refused_in_words,
    a_body_in_small_chunks_arrives_whole, one_byte_at_a_time_is_enough,
    requests_may_follow_each_other_unasked, half_a_request_harms_nobody,
    a_reset_before_the_answer_harms_nobody, slow_heads_do_not_keep_others_waiting,
    any_number_of_ready_sockets_is_served, three_hundred_connections_are_all_served,
    a_crowd_that_stays_is_served, idle_connections_give_way,
]
