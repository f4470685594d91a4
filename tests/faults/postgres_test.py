#!/usr/bin/python3
# postgres_test.py: is what was acknowledged still there, whatever a PostgreSQL server does to us?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: postgres_test.py PROGRAM RECORD

Works on a private server that it makes, kills and removes itself; RECORD is not used, because no
server of somebody else is killed. Connections are cut at every message and exactly at COMMIT,
before and behind the server's knowledge; the server is killed at the same points; an older copy of
its data is put back; sessions are ended, locked out, timed out and out of disk; settings change
underneath. The model of what the clients were told decides: acknowledged is there once, refused is
not there, unknown is settled by asking again with the same key.

EXOLEDGER_LONG=1 cuts at every message instead of some; EXOLEDGER_SEED repeats the draws of a run.
Ends with the line "N passed, N failed"."""

import json
import os
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TESTS, name) for name in ("support", "api", "stranger")]

import forgery
from served import Clients, Stage, recovers
from speak import Person, donor
from stage import STORAGE, UNKNOWN, Place, Score, is_long, must, refusal_of
from wirecut import (cut_answered, cut_before, cut_behind, cut_within, doing,
                     doing_answered, doing_behind, waiting)

LOCK = 7311716506384230258  # src/chain/postgres.c
BUSY = "busy with other work; try again"


def a_plain_registration(stage):
    stage.wire.arm(0, None)
    outcome, _ = stage.register("undisturbed")
    stage.messages = stage.wire.disarm()[1]
    must(outcome == "acknowledged" and stage.messages > 50, "nothing was said over the wire")


def cuts_at_messages(stage, act, family, numbers):
    for number in numbers:
        stage.wire.arm(number, act)
        stage.register(family)
        must(stage.wire.disarm()[0], f"{family}: message {number} never came")
    stage.check()


def some_messages(stage, count):
    if is_long:
        return range(1, stage.messages)
    return sorted(stage.score.rest.sample(range(1, stage.messages), count))


def the_connection_lost_on_commit(stage):
    """Both ways: the server never heard it, or has done it. Nobody is told that it failed."""
    for family, act, stored in (("cut before COMMIT", cut_before, 0),
                                ("cut behind COMMIT", cut_behind, None),
                                ("COMMIT done, answer lost", cut_answered, 1),
                                ("COMMIT done, half an answer", cut_within, 1)):
        for _ in range(20 if is_long else 2):
            stage.wire.arm(1, act, commits=True)
            outcome, _ = stage.register(family)
            must(stage.wire.disarm()[0] and outcome == "unknown", f"{family}: told as {outcome}")
        counted = stage.score.points[family]
        right = f"unknown, {'stored' if stored else 'not stored'}"
        must(stored is None or list(counted) == [right], f"{family}: {dict(counted)}")
    stage.check()


def end_sessions(stage):
    return lambda: stage.sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE "
                             "application_name = 'exoledger'")


def sessions_ended(stage):
    for act in (doing(end_sessions(stage)), doing_behind(end_sessions(stage)),
                doing_answered(end_sessions(stage))):
        for _ in range(10 if is_long else 1):
            stage.wire.arm(1, act, commits=True)
            stage.register("session ended at COMMIT")
            must(stage.wire.disarm()[0], "there was no COMMIT")
    stage.check()


def the_server_killed_on_commit(stage):
    """Before it hears COMMIT, just after, and once it has answered."""
    ways = [(how, act) for how in (signal.SIGQUIT, signal.SIGKILL)
            for act in (doing, doing_behind, doing_answered)]
    for how, act in ways * 10 if is_long else stage.score.rest.sample(ways, 4):
        stage.wire.arm(1, act(lambda how=how: stage.cluster.kill(how)), commits=True)
        stage.register(f"server killed at COMMIT, {how.name}",
                       lambda: stage.wire.wait() and stage.cluster.start())
        must(stage.wire.disarm()[0], "there was no COMMIT")
    stage.check()


def a_server_of_ours_meets(stage, family, trouble, mend):
    """Eight clients write while the trouble happens; then everybody is settled."""
    server = stage.score.serve(stage.place)
    try:
        clients = Clients(stage, server, 8)
        for thread in clients.threads:
            thread.start()
        deadline = time.monotonic() + 30
        while len(clients.told) < 20 and time.monotonic() < deadline:
            time.sleep(0.01)
        trouble()
        while not any(status != 201 for status, _ in list(clients.told.values())) \
                and time.monotonic() < deadline and any(t.is_alive() for t in clients.threads):
            time.sleep(0.01)
        clients.over = True
        for thread in clients.threads:
            thread.join(60)
            must(not thread.is_alive(), f"{family}: a client was never answered")
        mend()
        recovers(server, family)
        recovers(server, family)
        clients.settle(family)
    finally:
        code, log = server.stop()
    must(code == 0, f"{family}: the server ended with {code}: {log[-500:]}")
    stage.check()


def servers_of_ours(stage):
    nothing = lambda: None
    a_server_of_ours_meets(stage, "our server, answer of COMMIT lost",
                           lambda: stage.wire.arm(3, cut_answered, commits=True), nothing)
    a_server_of_ours_meets(stage, "our server, sessions ended", end_sessions(stage), nothing)
    a_server_of_ours_meets(stage, "our server, their server killed",
                           lambda: stage.cluster.kill(signal.SIGKILL), stage.cluster.start)


def locked_out(stage):
    """Somebody else holds the lock for longer than we wait."""
    stage.alter("ALTER DATABASE record SET lock_timeout = '300ms'")
    for what in (f"SELECT pg_advisory_lock({LOCK});", "BEGIN; LOCK TABLE donor;"):
        session = stage.cluster.hold("record", what)
        code = stage.code()
        done = stage.place.run(*stage.place.registering(code))
        stage.cluster.release(session)
        why = refusal_of(done, "locked out")
        must(done.returncode == STORAGE and BUSY in why, f"locked out: {done.returncode} {why}")
        stage.settle("locked out", code, "refused")
    stage.alter("ALTER DATABASE record RESET lock_timeout")
    stage.check()


def deadlocked(stage):
    """Somebody holds a table that we need and waits for the lock that we hold."""
    session = stage.cluster.hold("record", "BEGIN; LOCK TABLE donor IN EXCLUSIVE MODE;")
    code, told = stage.code(), []
    writer = threading.Thread(
        target=lambda: told.append(stage.place.run(*stage.place.registering(code))))
    writer.start()
    deadline = time.monotonic() + 20
    while stage.sql("SELECT COUNT(*) FROM pg_locks WHERE NOT granted") == "0":
        must(time.monotonic() < deadline and writer.is_alive(), "nobody waits")
        time.sleep(0.02)
    session.stdin.write(f"SELECT pg_advisory_xact_lock({LOCK});\n".encode())
    session.stdin.flush()
    time.sleep(1.5)  # the server looks for deadlocks after a second
    stage.cluster.release(session)
    writer.join(60)
    must(told, "the writer never ended")
    if told[0].returncode == 0:
        stage.note(code, json.loads(told[0].stdout)["entry"])
    else:
        must(BUSY in refusal_of(told[0], "deadlocked"), f"deadlocked: {told[0].stderr!r}")
    stage.settle("deadlocked", code, "refused" if told[0].returncode else "acknowledged")
    stage.check()


SETTINGS = (  # what is set, and a word of the sentence; None where it does not harm
    ("synchronous_commit = off", "synchronous_commit"),
    ("synchronous_commit = local", None),
    ("statement_timeout = '5s'", "statement_timeout"),
    ("standard_conforming_strings = off", "standard_conforming_strings"),
    ("default_transaction_read_only = on", "reading only"),
    ("default_transaction_isolation = serializable", None),
    ("idle_in_transaction_session_timeout = '60s'", None),
    ("bytea_output = escape", None), ("extra_float_digits = -15", None),
    ("client_encoding = LATIN1", None), ("row_security = off", None),
    ("search_path = nowhere", "SQLSTATE"),
)


def settings_changed_underneath(stage):
    for setting, word in SETTINGS:
        stage.alter(f"ALTER DATABASE record SET {setting}")
        try:
            if word:
                done = stage.place.run(*stage.place.registering("D-NEVER"))
                why = refusal_of(done, setting)
                must(done.returncode == STORAGE and word in why, f"{setting}: {why}")
                stage.score.point("settings", "refused")
            else:
                must(stage.register("settings")[0] == "acknowledged", f"{setting}: not written")
        finally:
            stage.alter(f"ALTER DATABASE record RESET {setting.split(' ')[0]}")
    must(stage.stored("D-NEVER") == 0, "what was refused is stored")
    stage.check()


def durability_switched_off_under_a_server(stage):
    """Our sessions keep what they found; the server is then killed in one blow, as by a power cut,
    right behind an answer."""
    server = stage.score.serve(stage.place)
    person = Person(server, "DC1")
    first = stage.code()
    stage.note(first, person.ask("POST", "/api/donors", donor(first)).json()["entry"])
    for text in ("ALTER SYSTEM SET synchronous_commit = off",
                 "ALTER SYSTEM SET wal_writer_delay = '10s'", "SELECT pg_reload_conf()"):
        stage.sql(text)
    time.sleep(0.2)
    told = {}
    for _ in range(5):
        code = stage.code()
        told[code] = person.ask("POST", "/api/donors", donor(code)).json()["entry"]
    stage.cluster.kill_all_at_once()
    stage.cluster.start()
    for code, entry in told.items():
        must(stage.stored(code) == 1, f"{code} was acknowledged and is lost")
        stage.note(code, entry)
        stage.score.point("durability switched off", "acknowledged, stored")
    answer = server.ask("POST", "/api/session", {"account": "DC1", "secret": "demo-DC1-secret"})
    seen = [server.ask("POST", "/api/session",
                       {"account": "DC1", "secret": "demo-DC1-secret"}) for _ in range(3)][-1]
    must(answer.status == 503 and seen.status == 503, "a new session without durability")
    must("synchronous_commit" in seen.json()["text"],
         f"a new session without durability: {seen.body[:200]!r}")
    for text in ("ALTER SYSTEM RESET synchronous_commit", "ALTER SYSTEM RESET wal_writer_delay",
                 "SELECT pg_reload_conf()"):
        stage.sql(text)
    time.sleep(0.2)
    recovers(server, "durability back")
    server.stop()
    for text in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):
        stage.sql(text)
    time.sleep(0.2)
    why = stage.place.must_refuse("fsync off", *stage.place.registering("D-NEVER"))
    must("fsync" in why, why)
    for text in ("ALTER SYSTEM RESET fsync", "SELECT pg_reload_conf()"):
        stage.sql(text)
    time.sleep(0.2)
    stage.check()


def silent_in_a_transaction(stage):
    """The server ends sessions that are silent inside a transaction; ours was."""
    stage.alter("ALTER DATABASE record SET idle_in_transaction_session_timeout = '100ms'")
    for number in some_messages(stage, 4):
        stage.wire.arm(number, waiting(0.4))
        stage.register("silent in a transaction")
        stage.wire.disarm()
    stage.alter("ALTER DATABASE record RESET idle_in_transaction_session_timeout")
    stage.check()


def idle_sessions_ended(stage):
    """Each thread of our server meets its ended session at most once, and says so."""
    stage.alter("ALTER DATABASE record SET idle_session_timeout = '200ms'")
    server = stage.score.serve(stage.place)
    for _ in range(3):
        recovers(server, "idle sessions")
        time.sleep(0.5)
        stage.score.point("idle sessions ended", "works again")
    stage.alter("ALTER DATABASE record RESET idle_session_timeout")
    server.stop()
    stage.check()


def the_disk_of_the_server_full(stage):
    """No file of the server may grow: data first, then its own log, at which it restarts itself."""
    for size in [8192, 1 << 16] + [stage.score.rest.randrange(1 << 12, 1 << 22)
                                   for _ in range(20 if is_long else 2)]:
        stage.cluster.limit_files(size)
        done = [(code, stage.place.run(*stage.place.registering(code)))
                for code in (stage.code() for _ in range(2))]
        stage.cluster.kill(signal.SIGQUIT)  # limits go with their processes
        stage.cluster.start()
        for code, each in done:
            if each.returncode == 0:
                stage.note(code, json.loads(each.stdout)["entry"])
            else:
                refusal_of(each, "disk full")
            stage.settle("disk of the server full", code, {0: "acknowledged", UNKNOWN: "unknown"}
                         .get(each.returncode, "refused"))
    stage.check()


def an_older_replica_takes_over(stage):
    """Behind the same address lies an older copy. Our server and the command line refuse, for
    reading, too; with the newer data back, everything is there."""
    older, newer = stage.score.new_folder(), stage.score.new_folder()
    os.chmod(stage.score.folder, 0o755)
    stage.cluster.stop()
    stage.cluster.copy_data(older)
    stage.cluster.start()
    server = stage.score.serve(stage.place)
    person, reader = Person(server, "DC1"), Person(server, "AU1")
    for _ in range(4):
        code = stage.code()
        stage.note(code, person.ask("POST", "/api/donors", donor(code)).json()["entry"])
    must(reader.ask("GET", "/api/entries").status == 200, "a read before")
    stage.cluster.kill(signal.SIGQUIT)
    stage.cluster.copy_data(newer)
    stage.cluster.put_data(older)
    stage.cluster.start()
    for _ in range(8):
        for answer in (person.ask("POST", "/api/donors", donor("D-NEVER")),
                       reader.ask("GET", "/api/entries"), server.ask("GET", "/api/health")):
            must(answer.status == 503, f"older replica: {answer.status} {answer.body[:200]!r}")
            stage.score.point("older replica", "refused")
    must("acknowledged entries are lost" in answer.json()["text"], f"{answer.body!r}")
    stage.place.must_refuse("older replica", *stage.place.registering("D-NEVER"))
    stage.place.must_refuse("older replica", "verify")
    stage.cluster.stop()
    stage.cluster.put_data(newer)
    stage.cluster.start()
    recovers(server, "the newer data back")
    server.stop()
    must(stage.stored("D-NEVER") == 0, "what was refused is stored")
    stage.check()


def other_databases_are_refused(stage):
    """A wrong encoding, a database that holds another record, a standby's manners."""
    for encoding in ("SQL_ASCII", "LATIN1"):
        stage.cluster.sql("postgres", f"CREATE DATABASE e_{encoding.lower()} OWNER exoledger "
                          f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        new = Place(stage.place.program, stage.score.new_folder())
        why = new.must_refuse(encoding, "init", "--demo", "--server",
                              f"host={stage.cluster.folder} user=exoledger "
                              f"dbname=e_{encoding.lower()}")
        must("UTF8" in why, f"{encoding}: {why}")
        stage.score.point("other databases", "refused")
    second = Place(stage.place.program, stage.score.new_folder())
    second.must_refuse("a second record in one database", "init", "--demo", "--server",
                       f"host={stage.cluster.folder} user=exoledger dbname=record")
    stage.score.point("other databases", "refused")
    stage.check()


def rewriting(stage):
    """What a superuser without the key can do in one transaction: an entry changed, all behind it
    chained anew, the head in the database fitted."""
    raws = [bytes.fromhex(line) for line in stage.sql(
        "SELECT encode(convert_to(bytes, 'UTF8'), 'hex') FROM entry ORDER BY seq").split("\n")]
    entries = [json.loads(raw) for raw in raws]
    entries[len(entries) // 2]["program"] = "exoledger 9.9.9"
    text, previous, hashes = "BEGIN; ALTER TABLE entry DISABLE TRIGGER ALL;\n", "0" * 64, []
    for entry in entries:
        entry["previous"] = previous
        raw = forgery.canonical(entry)
        previous = forgery.sha(raw)
        hashes.append(previous)
        text += (f"UPDATE entry SET hash = '{previous}', bytes = convert_from(decode("
                 f"'{raw.hex()}', 'hex'), 'UTF8') WHERE seq = {entry['seq']};\n")
    peaks, at = "", 0
    while at < len(hashes):
        part = 1 << ((len(hashes) - at).bit_length() - 1)
        peaks += forgery.tree_root(hashes[at:at + part]).hex()
        at += part
    return text + (f"UPDATE head SET last = '{previous}', peaks = '{peaks}';\n"
                   "UPDATE journal SET hash = entry.hash FROM entry "
                   "WHERE entry.seq = journal.seq;\n"
                   "ALTER TABLE entry ENABLE ALWAYS TRIGGER refuse_change;\n"
                   "ALTER TABLE entry ENABLE ALWAYS TRIGGER refuse_truncate; COMMIT;")


def a_superuser_at_work(stage):
    for text in ("UPDATE entry SET hash = hash", "DELETE FROM entry", "TRUNCATE entry"):
        for before in ("", "SET session_replication_role = replica; "):
            why = stage.sql(before + text, fails=True)
            must("append-only" in why, f"{before}{text}: {why}")
            stage.score.point("superuser", "refused by the database")
    server = stage.score.serve(stage.place)
    person = Person(server, "DC1")
    code = stage.code()
    stage.note(code, person.ask("POST", "/api/donors", donor(code)).json()["entry"])
    head = open(stage.place.path("head.json"), "rb").read()
    stage.sql("CREATE TABLE kept_entry AS SELECT * FROM entry; CREATE TABLE kept_head AS SELECT * "
              "FROM head; CREATE TABLE kept_journal AS SELECT * FROM journal")
    stage.sql(rewriting(stage))
    for _ in range(3):
        answer = person.ask("POST", "/api/donors", donor("D-NEVER"))
        must(answer.status == 503, f"on top of a forged record: {answer.body[:200]!r}")
        stage.score.point("superuser", "refused by the program")
    server.stop()
    for words in (["verify"], ["checkpoint"], ["prove", "--seq", "3"], ["serve", "--port", "0"],
                  ["backup", "--to", stage.score.new_folder()]):
        stage.place.must_refuse(f"superuser: {words[0]}", *words)
        stage.score.point("superuser", "refused by the program")
    must(open(stage.place.path("head.json"), "rb").read() == head, "the forged head was signed")
    stage.sql("BEGIN; ALTER TABLE entry DISABLE TRIGGER ALL; DELETE FROM entry; INSERT INTO entry "
              "SELECT * FROM kept_entry; UPDATE head SET last = k.last, peaks = k.peaks FROM "
              "kept_head k; UPDATE journal SET hash = k.hash FROM kept_journal k WHERE k.seq = "
              "journal.seq; ALTER TABLE entry ENABLE ALWAYS TRIGGER refuse_change; "
              "ALTER TABLE entry ENABLE ALWAYS TRIGGER refuse_truncate; DROP TABLE kept_entry, "
              "kept_head, kept_journal; COMMIT")
    stage.check()


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    score = Score()
    stage = Stage(score, os.path.abspath(sys.argv[1]))
    try:
        score.test("a plain registration", a_plain_registration, stage)
        for family, act in (("cut before a message", cut_before),
                            ("cut behind a message", cut_behind)):
            score.test(family, cuts_at_messages, stage, act, family, some_messages(stage, 5))
        family = "session ended at a message"
        score.test(family, cuts_at_messages, stage, doing(end_sessions(stage)), family,
                   some_messages(stage, 4))
        for function in (the_connection_lost_on_commit, sessions_ended, the_server_killed_on_commit,
                         servers_of_ours, locked_out, deadlocked, settings_changed_underneath,
                         durability_switched_off_under_a_server, silent_in_a_transaction,
                         idle_sessions_ended, the_disk_of_the_server_full,
                         an_older_replica_takes_over, other_databases_are_refused,
                         a_superuser_at_work):
            score.test(function.__name__.replace("_", " "), function, stage)
    finally:
        stage.cluster.remove()
    score.finish()


if __name__ == "__main__":
    main()
