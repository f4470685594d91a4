# speak.py: how does a test talk to the server? Over plain sockets, byte by byte where it matters.
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import re
import signal
import socket
import subprocess
import threading

TIMEOUT = int(os.environ.get("EXOLEDGER_TIMEOUT") or 20)  # seconds; under memcheck more are due


class Failed(Exception):
    pass


def must(truth, sentence):
    if not truth:
        raise Failed(sentence)


def equal(got, expected, what):
    must(got == expected, f"{what}: got {got!r}, expected {expected!r}")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def json(self):
        return json.loads(self.body)


class Line:
    """One connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (ConnectionResetError, BrokenPipeError):
            pass  # the answer may have come before everything was sent

    def more(self):
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        self.rest += data
        return bool(data)

    def answer(self, head_only=False):
        """The next answer, or None when the connection was closed instead."""
        while b"\r\n\r\n" not in self.rest:
            if not self.more():
                must(not self.rest, f"half an answer: {self.rest[:80]!r}")
                return None
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = [tuple(line.split(": ", 1)) for line in lines[1:]]
        answer = Answer(int(lines[0].split(" ")[1]), headers, b"")
        if answer.status == 100:
            return self.answer(head_only)
        length = 0 if head_only else int(answer.header("Content-Length") or 0)
        while len(self.rest) < length:
            must(self.more(), "the body of an answer was cut")
        answer.body, self.rest = self.rest[:length], self.rest[length:]
        return answer

    def is_closed(self):
        return not self.more()


def head(method, target, headers=(), version="HTTP/1.1"):
    lines = [f"{method} {target} {version}"] + [f"{n}: {v}" for n, v in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


class Server:
    def __init__(self, program, record):
        self.log = open(os.path.join(os.path.dirname(os.path.abspath(record)) or ".",
                                     os.path.basename(record) + ".log"), "w+b")
        self.process = subprocess.Popen([program, "serve", "--record", record, "--port", "0"],
                                        stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode()
        found = re.match(r"listening on http://127\.0\.0\.1:(\d+)", line)
        must(found, f"the server did not say where it listens: {line!r}")
        self.port = int(found.group(1))

    def line(self):
        return Line(self.port)

    def raw(self, data):
        with self.line() as line:
            line.send(data)
            return line.answer()

    def ask(self, method, target, body=None, headers=(), line=None):
        sent = [("Host", "test")] + list(headers)
        data = b""
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            if not any(name == "Content-Type" for name, _ in sent):
                sent.append(("Content-Type", "application/json"))
            sent.append(("Content-Length", len(data)))
        if line:
            line.send(head(method, target, sent) + data)
            return line.answer(method == "HEAD")
        with self.line() as own:
            own.send(head(method, target, sent) + data)
            return own.answer(method == "HEAD")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(3 * TIMEOUT)
        self.log.seek(0)
        return code, self.log.read().decode("utf-8", "replace")


class Person:
    """A signed-in account of the demonstration."""

    def __init__(self, server, account):
        self.server = server
        answer = server.ask("POST", "/api/session",
                            {"account": account, "secret": f"demo-{account}-secret"})
        equal(answer.status, 200, f"signing in as {account}")
        self.cookie = answer.header("Set-Cookie").split(";")[0]
        self.said = answer.json()

    def headers(self, proof=True):
        found = [("Cookie", self.cookie)]
        return found + [("X-CSRF-Token", self.said["csrf"])] if proof else found

    def ask(self, method, target, body=None, headers=(), line=None):
        return self.server.ask(method, target, body, self.headers() + list(headers), line)


def donor(code):
    return {"code": code, "tissue": "adipose", "sex": "female", "name": "Somebody Invented",
            "birth_date": "1998-03-09", "identity_checked": True, "treatment_first": True,
            "tested_person": "donor", "payment_yen": 0, "travel_yen": 0,
            "chosen_because": "planned operation"}


def is_fault(answer, status, kind):
    must(answer is not None, "the connection was closed without an answer")
    equal(answer.status, status, f"status (said {answer.body[:200]!r})")
    said = answer.json()
    equal(said["fault"], kind, "kind of fault")
    must(said["text"].endswith(".") and len(said["text"]) > 15, "no sentence")
    must(isinstance(said["rules"], list) and isinstance(said["request"], int), "members missing")
    return said


def together(functions):
    errors = []

    def run(function):
        try:
            function()
        except Exception as error:  # told by the test that waits
            errors.append(error)
    threads = [threading.Thread(target=run, args=(f,)) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    must(not errors, f"{len(errors)} of {len(threads)} failed, first: {errors[:1]!r}")
