# calls_life.py: does the record outlive limits, storms, newer programs and its own copies?
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import resource
import shutil
import signal
import subprocess
import threading
import time

from calls_place import Fault, entries_of, must
from calls_scenes import donor_words
from calls_serve import Person, Struck
from speak import donor


def limited(which, most):
    return lambda: resource.setrlimit(which, (most, most))


def must_be_safe(place, told, memory=False):
    """Loud, and the one donor that was asked for is there if it was acknowledged, once."""
    told.must_be_loud(memory)
    before = place.stage.entries("base")
    place.must_run(["verify", "--record", place.record])
    rows = entries_of(place.record)[len(before):]
    must(len(rows) <= 1 and (rows or not told.done) and not (rows and told.refused),
         f"{len(rows)} entries: {told}")
    place.must_run(donor_words(place.record, "D-1"))
    must(len(entries_of(place.record)) == len(before) + 1, "asked again, it is there twice")


def under_limit(place, which, limits):
    for most in limits:
        place.record = place.take("base", "record")
        told = place.run(donor_words(place.record, "D-1"), limits=limited(which, most))
        began = told.code != 127  # the loader's word for no room
        if began and (which != resource.RLIMIT_STACK or told.code != -11):  # the kernel's, for a stack
            must_be_safe(place, told, memory=True)
        shutil.rmtree(place.record)


def little_memory(place, rest):
    """Somewhere in this range the program cannot even begin, and at its end it works."""
    under_limit(place, resource.RLIMIT_AS, [m << 20 for m in (24, 40, 48, 52, 56, 60, 64, 72, 96)])


def a_small_stack(place, rest):
    under_limit(place, resource.RLIMIT_STACK, [k << 10 for k in (16, 32, 64, 96, 128, 192, 256)])


def few_descriptors(place, rest):
    under_limit(place, resource.RLIMIT_NOFILE, range(3, 14))


def a_file_size_limit(place, rest):
    """As some quotas do it: told in a sentence, where the signal SIGXFSZ would say nothing."""
    under_limit(place, resource.RLIMIT_FSIZE, [k << 10 for k in (0, 1, 8, 33, 40, 400, 900, 4000)])


def outputs_that_are_full(place, rest):
    """Nobody is told that something is done whose receipt was lost, and it is not done twice."""
    for words in (donor_words("RECORD", "D-1"), ["checkpoint", "--record", "RECORD"],
                  ["verify", "--record", "RECORD"], ["init", "--record", "NEW"],
                  ["donor", "list", "--as", "DC1", "--record", "RECORD"]):
        place.record = place.take("base", "record")
        words = [{"RECORD": place.record, "NEW": place.path("new")}.get(w, w) for w in words]
        with open("/dev/full", "wb") as full:
            told = place.run(words, out=full)
        told.must_be_loud()
        must(not told.done, f"{words[0]} lost its answer and was content")
        must(words[0] != "init" or not os.path.exists(place.path("new/record.json")),
             "a record was made whose secret nobody saw")
        with open("/dev/full", "wb") as full:
            place.run(words, out=full, err=full)
        place.must_run(words)
        place.must_run(["verify", "--record", place.record])
        shutil.rmtree(place.record)


def closed_outputs(place, rest):
    """A file of the record that took the number of a closed output would be written into."""
    for kept in ((), (1,), (2,)):
        place.record = place.take("base", "record")

        def close(kept=kept):
            for number in {0, 1, 2} - set(kept):
                os.close(number)
        told = place.run(donor_words(place.record, "D-1"), limits=close)
        must(told.done == (1 in kept), f"with {kept} open: {told}")
        place.must_run(donor_words(place.record, "D-1"))
        place.must_run(["verify", "--record", place.record])
        must(len(entries_of(place.record)) == len(place.stage.entries("base")) + 1, "there twice")
        shutil.rmtree(place.record)


def content_of(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return found


def a_newer_record(place, rest):
    """An older program refuses it and changes nothing."""
    place.record = place.take("base", "record")
    path = os.path.join(place.record, "record.json")
    with open(path, encoding="utf-8") as file:
        settings = dict(json.load(file), format=99, more="of it")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(settings, file)
    before = content_of(place.record)
    for words in (["verify"], ["rebuild"], ["checkpoint"], ["serve", "--port", "0"], ["story"],
                  ["prove", "--seq", "1"], ["init"], ["backup", "--to", place.path("b")],
                  ["move", "--to", place.path("m")], donor_words(place.record, "D-1")[:-22]):
        told = place.run([*words, "--record", place.record])
        told.must_be_loud()
        must(told.code == 6, f"{words[0]} of a newer record: {told}")
        must(content_of(place.record) == before, f"{words[0]} changed a newer record")
    told = place.run(["restore", "--from", place.record, "--keys", place.record, "--record",
                      place.path("r")])
    must(told.code == 6 and content_of(place.record) == before, f"restore of a newer record: {told}")


def a_lost_settings_file(place, rest):
    """What is left of somebody's record is not made into another one."""
    place.record = place.take("base", "record")
    os.remove(os.path.join(place.record, "record.json"))
    before = content_of(place.record)
    for words in (["init", "--record", place.record],
                  ["move", "--record", place.stage.fixture("base"), "--to", place.record]):
        told = place.run(words)
        told.must_be_loud()
        must(told.code == 6 and content_of(place.record) == before, f"{words[0]} over it: {told}")


def two_who_make_one(place, rest):
    """Two at the same time: one record, whole, of one of them."""
    words = ["init", "--record", place.path("new")]
    some = [subprocess.Popen([place.stage.program, *words], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=place.environment(None))
            for _ in range(4)]
    said = [one.communicate() for one in some]
    codes = sorted(one.returncode for one in some)
    must(codes == [0, 6, 6, 6], f"four at once ended with {codes}: {said}")
    place.must_run(["verify", "--record", place.path("new")])


def backup_while_writing(place, rest):
    """Each copy that was made beside writers verifies, and is restored with everything in it."""
    place.record = place.take("base", "record")
    server = Struck(place, place.record, None)
    acknowledged = []
    over = threading.Event()

    def write(name):
        person = Person(server, "DC1")
        while not over.is_set():
            code = f"D-{name}{len(acknowledged)}"
            answer = person.ask("POST", "/api/donors", donor(code))
            if answer.status == 201:
                acknowledged.append((code, answer.json()["entry"]["seq"]))
    writers = [threading.Thread(target=write, args=(name,)) for name in ("A", "B")]
    for writer in writers:
        writer.start()
    try:
        for i in range(3):
            known = list(acknowledged)
            to, keys, back = (place.path(f"{name}{i}") for name in ("copy", "keys", "back"))
            place.must_run(["backup", "--record", place.record, "--to", to, "--keys", keys])
            place.must_run(["verify", "--record", to])
            place.must_run(["restore", "--from", to, "--keys", keys, "--record", back])
            place.must_run(["verify", "--record", back])
            rows = {seq: json.loads(text) for seq, _, text in entries_of(back)}
            for code, seq in known:
                must(rows.get(seq, {}).get("subject") == code, f"{code} is not in the copy")
            last = max(rows)
            shown = place.must_run(["donor", "show", rows[last]["subject"], "--as", "DC1",
                                    "--record", back])
            must("Somebody Invented" in shown.out, f"the newest is not readable: {shown}")
    finally:
        over.set()
        for writer in writers:
            writer.join(60)
        told = server.end()
    must(told.done and acknowledged, f"{len(acknowledged)} acknowledged, the server: {told}")


def signal_storm(place, rest):
    """Stopped and continued all the time it goes on; asked to end often it ends once, well."""
    place.record = place.take("base", "record")
    server = Struck(place, place.record, None)
    over = threading.Event()

    def storm():
        while not over.is_set():
            for what in (signal.SIGSTOP, signal.SIGCONT, signal.SIGWINCH, signal.SIGPIPE,
                         signal.SIGCHLD, signal.SIGURG):
                server.process.send_signal(what)
            time.sleep(0.001 * rest.random())
    weather = threading.Thread(target=storm)
    weather.start()
    try:
        person = Person(server, "DC1")
        for i in range(20):
            answer = person.ask("POST", "/api/donors", donor(f"D-{i}"))
            must(answer.status == 201, f"in the storm: {answer.status} {answer.body[:200]!r}")
    finally:
        over.set()
        weather.join()
        server.process.send_signal(signal.SIGCONT)
        for _ in range(50):
            server.process.send_signal(rest.choice([signal.SIGTERM, signal.SIGINT]))
        told = server.end()
    must(told.code == 0, f"asked to end many times: {told}")
    place.must_run(["verify", "--record", place.record])
    must(len(entries_of(place.record)) == len(place.stage.entries("base")) + 20, "entries")


def a_server_out_of_descriptors(place, rest):
    """It refuses while it has none, and answers again when it has."""
    place.record = place.take("base", "record")
    server = Struck(place, place.record, None, limits=limited(resource.RLIMIT_NOFILE, 40))
    try:
        person = Person(server, "DC1")
        lines = [server.line() for _ in range(60)]
        time.sleep(0.2)
        for line in lines:
            line.socket.close()
        deadline = time.monotonic() + 40
        answer = None
        while time.monotonic() < deadline:
            try:
                answer = person.ask("POST", "/api/donors", donor("D-1"),
                                    [("Idempotency-Key", "key-D-1")])
            except OSError:
                answer = None
            if answer and answer.status == 201:
                break
            time.sleep(0.2)
        must(answer and answer.status == 201, f"it does not answer again: {answer}")
    finally:
        told = server.end()
    must(told.code == 0, f"the server: {told}")
    place.must_run(["verify", "--record", place.record])
    must(len(entries_of(place.record)) == len(place.stage.entries("base")) + 1, "entries")


def a_server_whose_log_is_full(place, rest):
    """The log is lost; answers are not."""
    place.record = place.take("base", "record")
    with open("/dev/full", "wb") as full:
        server = Struck(place, place.record, None, err=full)
        person = Person(server, "DC1")
        answer = person.ask("POST", "/api/donors", donor("D-1"))
        must(answer.status == 201, f"with a full log: {answer.status}")
        told = server.end()
    must(told.code == 0, f"the server: {told}")
    place.must_run(["verify", "--record", place.record])


def a_cut_shared_memory(place, rest):
    """SIGBUS ends the server when record.db-shm is cut beneath it; the record stays whole."""
    place.record = place.take("base", "record")
    server = Struck(place, place.record, None)
    person = Person(server, "DC1")
    answer = person.ask("POST", "/api/donors", donor("D-1"), [("Idempotency-Key", "key-D-1")])
    must(answer.status == 201, f"before: {answer.status}")
    os.truncate(os.path.join(place.record, "record.db-shm"), 0)
    answer = None
    try:
        answer = person.ask("POST", "/api/donors", donor("D-2"), [("Idempotency-Key", "key-D-2")])
    except OSError:  # it died before it answered
        pass
    code = server.process.poll() or server.end().code
    must(answer is None or answer.status in (201, 503), f"answered {answer and answer.status}")
    must(code in (0, -signal.SIGBUS), f"the server ended with {code}")
    place.must_run(["verify", "--record", place.record])
    for name in ("D-1", "D-2"):
        place.must_run(donor_words(place.record, name))
    must(len(entries_of(place.record)) == len(place.stage.entries("base")) + 2, "entries")


def every_tenth_call_fails(place, rest):
    """A disk that fails now and then, drawn: whatever was told holds."""
    for how in ("EIO", "ENOSPC", "EINTR", "short"):
        place.record = place.take("base", "record")
        fault = Fault(how=how)
        fault.more = {"EXOLEDGER_FAULT_CHANCE": "15", "EXOLEDGER_FAULT_SEED":
                      str(rest.randrange(1, 1 << 30))}
        must_be_safe(place, place.run(donor_words(place.record, "D-1"), fault))
        shutil.rmtree(place.record)


TESTS = (little_memory, a_small_stack, few_descriptors, a_file_size_limit, outputs_that_are_full,
         closed_outputs, a_newer_record, a_lost_settings_file, two_who_make_one,
         backup_while_writing, signal_storm, a_server_out_of_descriptors,
         a_server_whose_log_is_full, a_cut_shared_memory, every_tenth_call_fails)
