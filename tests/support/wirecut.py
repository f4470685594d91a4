# wirecut.py: a line to a PostgreSQL server that is cut, or stops, at an exact message.
# SPDX-License-Identifier: AGPL-3.0-or-later
"""It stands between the program and the server's socket, and knows where each message of the
protocol (version 3) begins. Armed, it acts once, at the message that was chosen."""
import os
import socket
import struct
import threading
import time


class Closed(Exception):
    pass


def read_whole(line, size):
    data = b""
    while len(data) < size:
        try:
            part = line.recv(size - len(data))
        except OSError:
            part = b""
        if not part:
            raise Closed
        data += part
    return data


def read_message(line, first):
    """One message of the program; its first one has no letter."""
    letter = b"" if first else read_whole(line, 1)
    size = read_whole(line, 4)
    return letter + size + read_whole(line, struct.unpack("!I", size)[0] - 4)


def close(line):
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    line.close()


class Pair:
    """One connection of the program and ours to the server."""

    def __init__(self, wire, program):
        self.wire, self.program, self.lost = wire, program, False
        self.swallowed, self.answered = None, threading.Event()
        self.server = socket.socket(socket.AF_UNIX)
        try:
            self.server.connect(wire.target)
        except OSError:
            close(program)
            return
        threading.Thread(target=self.forward, daemon=True).start()
        threading.Thread(target=self.back, daemon=True).start()

    def cut(self):
        self.lost = True
        close(self.program)
        close(self.server)

    def forward(self):
        first = True
        try:
            while True:
                message = read_message(self.program, first)
                first = False
                act = self.wire.chosen(message)
                if act:
                    act(self, message)
                else:
                    self.server.sendall(message)
        except (Closed, OSError):
            self.cut()

    def back(self):
        try:
            while True:
                data = self.server.recv(1 << 16)
                if not data:
                    raise Closed
                if self.swallowed is None:
                    self.program.sendall(data)
                    continue
                self.swallowed += data
                if self.swallowed.endswith(b"Z\0\0\0\5I"):  # the server is idle: it has answered
                    self.answered.set()
        except (Closed, OSError):
            self.answered.set()
            self.cut()


class Wire:
    """folder: where the program finds the socket; target: the server's own."""

    def __init__(self, folder, target):
        self.target, self.lock = target, threading.Lock()
        self.armed, self.count = None, 0
        self.acted, self.done = threading.Event(), threading.Event()
        os.makedirs(folder)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.path.join(folder, ".s.PGSQL.5432"))
        self.listener.listen(100)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            Pair(self, self.listener.accept()[0])

    def arm(self, number, act, commits=False):
        """act at the number-th message from here, or the number-th COMMIT."""
        with self.lock:
            self.count, self.acted, self.done = 0, threading.Event(), threading.Event()
            self.armed = (number, act, commits)

    def wait(self):
        """Until what it was armed with is over; False where it never began."""
        return self.acted.wait(30) and self.done.wait(60)

    def disarm(self):
        """Whether it acted, and how many messages passed."""
        with self.lock:
            self.armed = None
            return self.acted.is_set(), self.count

    def chosen(self, message):
        is_commit = message[:1] == b"Q" and message[5:11] == b"COMMIT"
        with self.lock:
            if not self.armed:
                return None
            number, act, commits = self.armed
            self.count += is_commit or not commits
            if self.count != number or (commits and not is_commit):
                return None
            self.armed = None
            self.acted.set()

        def whole(pair, message, done=self.done):
            try:
                act(pair, message)
            finally:
                done.set()
        return whole


def cut_before(pair, _message):
    """The server never hears it."""
    pair.cut()


def cut_behind(pair, message):
    """The server hears it and nobody waits for what it says."""
    pair.server.sendall(message)
    pair.cut()


def cut_answered(pair, message, meanwhile=None):
    """The server has done it and its answer is lost."""
    pair.swallowed = b""
    pair.server.sendall(message)
    pair.answered.wait(30)
    if meanwhile:
        meanwhile()
    pair.cut()


def cut_within(pair, message):
    """Half of the answer arrives."""
    pair.swallowed = b""
    pair.server.sendall(message)
    pair.answered.wait(30)
    try:
        pair.program.sendall(pair.swallowed[:len(pair.swallowed) // 2])
    except OSError:
        pass
    pair.cut()


def doing(function, and_then=True):
    """Something happens to the server just before it hears the message."""
    def act(pair, message):
        function()
        if and_then:
            pair.server.sendall(message)
    return act


def doing_behind(function):
    """Something happens to the server just after it heard the message."""
    def act(pair, message):
        pair.server.sendall(message)
        function()
    return act


def doing_answered(function):
    """Something happens to the server once it has answered, and the answer is lost."""
    def act(pair, message):
        cut_answered(pair, message, function)
    return act


def waiting(seconds):
    """The program falls silent for a while."""
    def act(pair, message):
        time.sleep(seconds)
        pair.server.sendall(message)
    return act
