# serving.py: servers to ask, ours and nginx, and who asks them.
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Servers run on the first core and clients on the others, where there is more than one; each
listens on 127.0.0.1 and a port that is free."""

import copy
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORES = CORES[:1]
CLIENT_CORES = CORES[1:] or CORES
TICKS = os.sysconf("SC_CLK_TCK")
BENCH = os.path.dirname(os.path.abspath(__file__))


def on(cores):
    return lambda: os.sched_setaffinity(0, cores)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pids):
    """CPU time that these processes have used so far, all their threads together."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            words = file.read().rsplit(")", 1)[1].split()
        total += int(words[11]) + int(words[12])
    return total / TICKS


class Ours:
    """exoledger serve on a record; its log goes to a file beside it."""

    def __init__(self, place, record, cores=None):
        self.log = open(f"{record}.log", "ab")
        self.process = subprocess.Popen(
            [place.program, "serve", "--record", record, "--port", "0"], stdout=subprocess.PIPE,
            stderr=self.log, preexec_fn=on(cores or SERVER_CORES))
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://[^ :]+:(\d+)", line)
        if not found:
            raise RuntimeError(f"the server did not say where it listens: {line!r}")
        self.port = int(found.group(1))
        self.pids = [self.process.pid]
        self.cookie, self.proof = "", ""

    def beside(self, account):
        """The same server, with somebody else signed in."""
        other = copy.copy(self)
        return other.sign_in(account)

    def ask(self, path, method="GET", body=None):
        """(status, headers, bytes) of one request by who is signed in."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers.update({"Content-Type": "application/json", "X-CSRF-Token": self.proof})
        line.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = line.getresponse()
        said = answer.read()
        line.close()
        return answer.status, dict(answer.getheaders()), said

    def sign_in(self, account):
        status, headers, said = self.ask("/api/session", "POST", {
            "account": account, "secret": f"demo-{account}-secret"})
        if status != 200:
            raise RuntimeError(f"{account} cannot sign in: {said!r}")
        self.cookie = headers["Set-Cookie"].split(";")[0]
        self.proof = json.loads(said)["csrf"]
        return self

    def read(self, path):
        status, _, said = self.ask(path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {said[:300]!r}")
        return said

    def change(self, path, body):
        """(status, bytes) of a POST."""
        status, _, said = self.ask(path, "POST", body)
        return status, said

    def request(self, path):
        """The bytes of a request, for the clients that send them as they are."""
        return (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Cookie: {self.cookie}\r\n\r\n")

    def memory(self):
        """Resident and proportional set size in MiB."""
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as file:
            words = dict(line.split(":", 1) for line in file.read().split("\n")[1:] if ":" in line)
        return tuple(int(words[name].split()[0]) / 1024 for name in ("Rss", "Pss"))

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
        self.process.stdout.close()
        self.log.close()


class Nginx:
    """One worker that answers every address with the same text out of its configuration."""

    def __init__(self, place, answer):
        self.port = free_port()
        folder = place.path(f"nginx-{self.port}")
        os.mkdir(folder)
        text = answer.decode().replace("\\", "\\\\").replace("'", "\\'")
        if "$" in text:
            raise RuntimeError("the answer holds what nginx takes for a variable")
        rooms = "".join(f"  {name}_temp_path {folder}/{name};\n" for name in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
            file.write(f"worker_processes 1;\ndaemon off;\nmaster_process off;\n"
                       f"pid {folder}/pid;\nerror_log {folder}/log;\n"
                       f"events {{ worker_connections 1024; }}\n"
                       f"http {{\n  access_log off;\n  keepalive_requests 1000000000;\n{rooms}"
                       f"  server {{\n    listen 127.0.0.1:{self.port};\n"
                       f"    default_type application/json;\n"
                       f"    location / {{ return 200 '{text}'; }}\n  }}\n}}\n")
        self.process = subprocess.Popen(["nginx", "-e", f"{folder}/log", "-p", folder,
                                         "-c", f"{folder}/nginx.conf"],
                                        preexec_fn=on(SERVER_CORES))
        self.pids = [self.process.pid]
        self.wait(answer)

    def wait(self, answer):
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                line.request("GET", "/")
                if line.getresponse().read() != answer:
                    raise RuntimeError("nginx answers something else")
                return
            except ConnectionError:
                time.sleep(0.02)
        raise RuntimeError("nginx does not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Load:
    """What wrk saw in some seconds, and what the server needed for it."""

    def __init__(self, server, path, seconds, connections=64, cookie=""):
        words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", f"{BENCH}/read.lua"]
        if cookie:
            words += ["-H", f"Cookie: {cookie}"]
        before = cpu_seconds(server.pids)
        said = subprocess.run([*words, f"http://127.0.0.1:{server.port}{path}"], check=True,
                              stdout=subprocess.PIPE, text=True,
                              preexec_fn=on(CLIENT_CORES)).stdout
        used = cpu_seconds(server.pids) - before
        good, bad, self.rate, self.p50_us, self.p99_us = (
            float(word) for word in re.search(r"^result (.*)$", said, re.M).group(1).split())
        self.answers, self.refused = good + bad, bad
        self.cpu_us = used * 1e6 / max(1, good + bad)

    def clean(self):
        if self.refused:
            raise RuntimeError(f"{self.refused:.0f} of {self.answers:.0f} answers were refused")
        return self
