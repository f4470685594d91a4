# large.py: does a recall that is larger than the server's memory arrive whole?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: large.py PROGRAM MAKER [LOTS]

MAKER (bench/inside_recall_make.c) fills a demonstration record with LOTS lots of 2,000 vials (600),
of which one donor has 500. The program lists what came of her without a limit; then a
server that may take 64 MiB more than it has at rest is asked for the same, by four at once, and
every answer must be the same to the byte. Ends with the line "N passed, N failed"."""

import hashlib
import http.client
import os
import resource
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))

from speak import Person, Server, equal, must, together

MORE_BYTES = 64 << 20
ASKED = (("recall reach --code RC-0001", "/api/recalls/RC-0001/reach"),
         ("trace forward --name donor:D-0001", "/api/trace/forward/donor:D-0001"))


def digest(stream):
    """Bytes and their hash; what says when it was asked is not in either answer."""
    found, size = hashlib.sha256(), 0
    while piece := stream.read(1 << 20):
        found.update(piece)
        size += len(piece)
    return size, found.hexdigest()


def listed(program, record, words):
    child = subprocess.Popen([program, *words.split(), "--json", "--as", "RL1", "--record", record],
                             stdout=subprocess.PIPE)
    found = digest(child.stdout)
    equal(child.wait(60), 0, f"exit code of {words}")
    return found


def fetched(server, person, target):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    connection.request("GET", target, headers=dict(person.headers()))
    answer = connection.getresponse()
    equal((answer.status, answer.read(300) if answer.status != 200 else b""), (200, b""), target)
    found = digest(answer)
    connection.close()
    return found


def status_kib(pid, name):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


def play(program, record):
    whole = {target: listed(program, record, words) for words, target in ASKED}
    server = Server(program, record)
    try:
        person = Person(server, "RL1")
        pid = server.process.pid
        most = (status_kib(pid, "VmSize") << 10) + MORE_BYTES
        resource.prlimit(pid, resource.RLIMIT_AS, (most, most))
        before = status_kib(pid, "VmHWM")
        for _, target in ASKED:
            size, _ = whole[target]
            must(size > MORE_BYTES, f"{target} has {size} bytes, which is not much")

            def ask(target=target):
                equal(fetched(server, person, target), whole[target], f"bytes and hash of {target}")
            together([ask] * 4)
            print(f"{target}: {size >> 20} MiB, four times at once; memory grew from {before} to "
                  f"{status_kib(pid, 'VmHWM')} KiB at most")
        equal(server.stop()[0], 0, "exit code")
    finally:
        if server.process.poll() is None:
            server.process.kill()


def main():
    if not 3 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    program, maker, lots = os.path.abspath(sys.argv[1]), sys.argv[2], (sys.argv[3:] or ["600"])[0]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="exoledger-large-") as folder:
        record = os.path.join(folder, "record")
        subprocess.run([program, "init", "--demo", "--record", record], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([maker, record, lots, "1"], check=True)
        try:
            play(program, record)
        except Exception as error:  # told as a failed test
            failed = 1
            print(f"FAILED: {error!r}")
    print(f"{1 - failed} passed, {failed} failed")
    sys.exit(failed)


if __name__ == "__main__":
    main()
