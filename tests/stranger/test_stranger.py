#!/usr/bin/python3
# test_stranger.py: does a verifier that knows only docs/record.md find every tampering?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""test_stranger.py RECORD_FOLDER [PROOF_FILE]...

The folder is copied first and never changed. It must hold at least ten entries and its
checkpoint.key. Proof files are what the program printed for this record."""
import base64
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import nacl.signing

HERE = os.path.dirname(os.path.abspath(__file__))
VERIFY = os.path.join(HERE, "verify.py")
PAGE = os.path.join(HERE, "..", "..", "docs", "record.md")
SECONDS = 600


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha(raw):
    return hashlib.sha256(raw).hexdigest()


def tree_root(hashes):
    """The definition of RFC 6962, section 2.1, word by word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashlib.sha256(b"\0" + bytes.fromhex(hashes[0])).digest()
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return hashlib.sha256(b"\1" + tree_root(hashes[:half]) + tree_root(hashes[half:])).digest()


def inclusion_path(index, hashes):
    if len(hashes) == 1:
        return []
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    if index < half:
        return inclusion_path(index, hashes[:half]) + [tree_root(hashes[half:]).hex()]
    return inclusion_path(index - half, hashes[half:]) + [tree_root(hashes[:half]).hex()]


def consistency_path(older, hashes, whole=True):
    if older == len(hashes):
        return [] if whole else [tree_root(hashes).hex()]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    if older <= half:
        return consistency_path(older, hashes[:half], whole) + [tree_root(hashes[half:]).hex()]
    return consistency_path(older - half, hashes[half:], False) + [tree_root(hashes[:half]).hex()]


class Copy:
    """A copy of a record whose guards were taken off, as whoever owns the disk can do."""

    def __init__(self, source, folder):
        shutil.copytree(source, folder)
        self.folder = folder
        self.database = sqlite3.connect(os.path.join(folder, "record.db"), isolation_level=None)
        for (name,) in self.run("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.run('DROP TRIGGER "%s"' % name)
        with open(self.path("checkpoint.key"), encoding="ascii") as file:
            self.secret = bytes.fromhex(file.read().strip())[:32]
        self.settings = self.load("record.json")
        self.raws = [raw for (raw,) in self.run("SELECT CAST(bytes AS BLOB) FROM entry "
                                                "ORDER BY seq")]
        self.size = len(self.raws)

    def path(self, name):
        return os.path.join(self.folder, name)

    def load(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return json.load(file)

    def save(self, name, value):
        with open(self.path(name), "wb") as file:
            file.write(canonical(value) + b"\n")

    def run(self, sql, *values):
        return self.database.execute(sql, values).fetchall()

    def close(self):
        self.database.close()

    def entry(self, seq):
        return json.loads(self.raws[seq - 1])

    def hashes(self):
        return [sha(raw) for raw in self.raws]

    def store(self, hashes=None):
        """Writes the entries as they are here, numbered from 1."""
        self.run("BEGIN")
        self.run("DELETE FROM entry")
        for i, raw in enumerate(self.raws):
            self.run("INSERT INTO entry (seq, hash, bytes) VALUES (?, ?, CAST(? AS TEXT))", i + 1,
                     hashes[i] if hashes else sha(raw), raw)
        self.run("COMMIT")

    def rechain(self, first):
        """Numbers and chains all entries from first on, as a forger would."""
        for i in range(first - 1, len(self.raws)):
            entry = json.loads(self.raws[i])
            entry["seq"] = i + 1
            entry["previous"] = sha(self.raws[i - 1]) if i else "0" * 64
            self.raws[i] = canonical(entry)
        self.store()

    def checkpoint(self, size=None, secret=None, **other):
        size = self.size if size is None else size
        signer = nacl.signing.SigningKey(secret or self.secret)
        checkpoint = {"at": self.load("head.json")["at"], "key": signer.verify_key.encode().hex(),
                      "record": self.settings["identifier"],
                      "root": tree_root(self.hashes()[:size]).hex(), "size": size}
        checkpoint.update(other)
        checkpoint["signature"] = signer.sign(canonical(checkpoint)).signature.hex()
        return checkpoint

    def keep(self, checkpoint):
        usec = self.run("SELECT CAST(strftime('%s', substr(?1, 1, 19)) AS INTEGER) * 1000000 + "
                        "CAST(substr(?1, 21, 6) AS INTEGER)", checkpoint["at"])[0][0]
        self.run("INSERT OR REPLACE INTO checkpoint (at, key, record, root, signature, size) "
                 "VALUES (?, ?, ?, ?, ?, ?)", usec, checkpoint["key"], checkpoint["record"],
                 checkpoint["root"], checkpoint["signature"], checkpoint["size"])

    def sign_all_anew(self, secret=None):
        self.size = len(self.raws)
        self.run("DELETE FROM checkpoint")
        self.save("head.json", self.checkpoint(secret=secret))


# Each tampering changes the copy and returns what else verify.py is given, if anything. {m} in the
# sentence is the entry in the middle, {n} the last.

def on_bytes(change, signed=False):
    """The bytes of the middle entry are changed, everything behind is chained anew."""
    def tamper(copy):
        m = copy.size // 2
        before = copy.raws[m - 1]
        copy.raws[m - 1] = change(before)
        assert copy.raws[m - 1] != before
        copy.rechain(m + 1)
        if signed:
            copy.sign_all_anew()
    return tamper


def on_members(signed=False, **members):
    """Members of the middle entry are set; a function gets the entry; None takes one away."""
    def change(raw):
        entry = json.loads(raw)
        for name, value in members.items():
            value = value(entry) if callable(value) else value
            entry[name] = value
            if value is None:
                del entry[name]
        return canonical(entry)
    return on_bytes(change, signed)


def on_head(**members):
    def tamper(copy):
        head = copy.load("head.json")
        for name, value in members.items():
            head[name] = value(head[name])
        copy.save("head.json", head)
    return tamper


def on_sql(sql):
    def tamper(copy):
        copy.run(sql.replace("{m}", str(copy.size // 2)).replace("{n}", str(copy.size)))
    return tamper


def flipped(text):
    return ("1" if text[0] == "0" else "0") + text[1:]


def next_second(text):
    return text[:18] + ("1" if text[18] == "0" else "0") + text[19:]


def reorder(raw):
    entry = json.loads(raw)
    return json.dumps(dict(reversed(list(entry.items()))), separators=(",", ":"),
                      ensure_ascii=False).encode()


def flip_a_byte(copy):
    m = copy.size // 2
    raw = bytearray(copy.raws[m - 1])
    at = raw.index(b'"operation":"') + 13
    raw[at] ^= 1
    hashes = copy.hashes()
    copy.raws[m - 1] = bytes(raw)
    copy.store(hashes)


def change_one_and_its_hash(copy):
    entry = copy.entry(copy.size // 2)
    entry["operation"] = "another.thing/1"
    copy.raws[copy.size // 2 - 1] = canonical(entry)
    copy.store()


def drop_checkpoints_too(copy):
    on_members(operation="another.thing/1")(copy)
    copy.run("DELETE FROM checkpoint")


def sign_with_another_key(copy):
    on_members(operation="another.thing/1")(copy)
    copy.sign_all_anew(b"7" * 32)


def own_key_everywhere(copy):
    """Passes by itself: only who knows the right key can tell."""
    right = copy.settings["public_key"]
    sign_with_another_key(copy)
    copy.settings["public_key"] = copy.load("head.json")["key"]
    copy.save("record.json", copy.settings)
    assert verify(copy.folder)[0] == 0
    return ["--key", right]


def sign_with_the_right_key(copy):
    """Passes by itself: only a head that was kept elsewhere can tell."""
    witness = copy.folder + "-witness.json"
    shutil.copy(copy.path("head.json"), witness)
    on_members(operation="another.thing/1", signed=True)(copy)
    assert verify(copy.folder)[0] == 0
    return ["--witness", witness]


def whole_folder_put_back(copy):
    witness = copy.folder + "-witness.json"
    shutil.copy(copy.path("head.json"), witness)
    del copy.raws[copy.size // 2:]
    copy.store()
    copy.sign_all_anew()
    assert verify(copy.folder)[0] == 0
    return ["--witness", witness]


def delete_and_renumber_column(copy):
    del copy.raws[copy.size // 2 - 1]
    copy.store()


def delete_and_rechain(copy):
    del copy.raws[copy.size // 2 - 1]
    copy.rechain(copy.size // 2)


def swap(copy):
    m = copy.size // 2
    copy.raws[m - 1], copy.raws[m] = copy.raws[m], copy.raws[m - 1]
    copy.store()


def swap_and_rechain(copy):
    """Times and causes that would betray the order are made to fit."""
    m = copy.size // 2
    one, other = copy.entry(m), copy.entry(m + 1)
    for entry in (one, other):
        entry.update(cause=0, at=one["at"], occurred_at=one["at"], signatures=[])
    copy.raws[m - 1], copy.raws[m] = canonical(other), canonical(one)
    copy.rechain(m)


def insert_and_rechain(copy):
    m = copy.size // 2
    entry = copy.entry(m)
    entry["cause"] = 0
    copy.raws.insert(m, canonical(entry))
    copy.rechain(m + 1)
    for i in range(m + 1, len(copy.raws)):  # causes move with what they point at
        assert json.loads(copy.raws[i])["cause"] <= i


def append_one(copy):
    entry = copy.entry(copy.size)
    entry["cause"] = 0
    copy.raws.append(canonical(entry))
    copy.rechain(copy.size + 1)


def older_database(copy):
    m = copy.size // 2
    del copy.raws[m:]
    copy.store()
    copy.run("DELETE FROM checkpoint WHERE size > ?", m)
    copy.run("UPDATE head SET size = ?, last = ?", m, sha(copy.raws[-1]))


def older_head(copy):
    copy.run("DELETE FROM checkpoint")
    copy.save("head.json", copy.checkpoint(copy.size - 2))


def no_head(copy):
    os.unlink(copy.path("head.json"))


def head_of_another_key(copy):
    copy.save("head.json", copy.checkpoint(secret=b"7" * 32))


def head_that_claims_the_key(copy):
    head = copy.checkpoint(secret=b"7" * 32, key=copy.settings["public_key"])
    copy.save("head.json", head)


def head_of_another_record(copy):
    copy.save("head.json", copy.checkpoint(record="ab" * 16))


def head_with_one_more_member(copy):
    copy.save("head.json", copy.checkpoint(note="hello"))


def checkpoint_of_another_history(copy):
    copy.run("DELETE FROM checkpoint")
    copy.keep(copy.checkpoint(copy.size // 2, root="ab" * 32))


def checkpoint_before_its_entries(copy):
    copy.run("DELETE FROM checkpoint")
    copy.keep(copy.checkpoint(copy.size // 2, at="1970-01-02T00:00:00.000000Z"))


def checkpoint_beyond_the_end(copy):
    copy.keep(copy.checkpoint(copy.size + 3, root="ab" * 32))


def another_identifier(copy):
    copy.settings["identifier"] = "cd" * 16
    copy.save("record.json", copy.settings)


def another_public_key(copy):
    copy.settings["public_key"] = nacl.signing.SigningKey(b"7" * 32).verify_key.encode().hex()
    copy.save("record.json", copy.settings)


def a_future_signature(copy):
    later = {"account": "x", "at": "2199-01-01T00:00:00.000000Z", "meaning": "m", "name": "n"}
    on_members(signatures=[later])(copy)


def previous_skips_one(copy):
    m = copy.size // 2
    entry = copy.entry(m)
    entry["previous"] = sha(copy.raws[m - 3])
    copy.raws[m - 1] = canonical(entry)
    copy.rechain(m + 1)


def name_a_file_that_is_not_there(copy):
    absent = {"name": "a.csv", "sha256": "ef" * 32}
    on_members(signed=True, body=lambda entry: {**entry["body"], "z": [{"deep": absent}]})(copy)


def overwrite_the_database(copy):
    copy.close()
    with open(copy.path("record.db"), "r+b") as file:
        file.write(b"no database at all")


def remove_the_database(copy):
    copy.close()
    os.unlink(copy.path("record.db"))


def change_a_file(copy):
    name, text = copy.run("SELECT sha256, base64 FROM file LIMIT 1")[0]
    content = bytearray(base64.b64decode(text))
    content[len(content) // 2] ^= 1
    copy.run("UPDATE file SET base64 = ? WHERE sha256 = ?",
             base64.b64encode(bytes(content)).decode(), name)


NOT_ITS_HASH = "its bytes do not have the hash"
ROOT = r"(head\.json|checkpoint of size \d+): the root of the first \d+ entries is"
TAMPERINGS = [
    ("a bit flipped in an entry", flip_a_byte, "entry {m}: " + NOT_ITS_HASH),
    ("an entry and its hash changed", change_one_and_its_hash, r"entry {m+1}: does not follow"),
    ("a hash changed in its column", on_sql("UPDATE entry SET hash = '" + "0" * 64 +
                                            "' WHERE seq = {m}"), "entry {m}: " + NOT_ITS_HASH),
    ("an entry changed, the chain recomputed", on_members(operation="another.thing/1"), ROOT),
    ("the same, checkpoints removed", drop_checkpoints_too, r"head\.json: the root"),
    ("the same, signed by another key", sign_with_another_key, r"head\.json: is signed by the key"),
    ("the same, with that key in record.json", own_key_everywhere, r"record\.json: names the key"),
    ("the same, signed by the record's key", sign_with_the_right_key, r"witness .*: the root"),
    ("an entry deleted in the middle", on_sql("DELETE FROM entry WHERE seq = {m}"),
     "entry {m}: is missing"),
    ("the first entry deleted", on_sql("DELETE FROM entry WHERE seq = 1"), "entry 1: is missing"),
    ("the last entry deleted", on_sql("DELETE FROM entry WHERE seq = {n}"),
     r"knows {n} entries and there are {n-1}: entries from {n} on are lost"),
    ("all entries deleted", on_sql("DELETE FROM entry"), "are 0: entries from 1 on are lost"),
    ("an entry deleted, the column renumbered", delete_and_renumber_column,
     r"entry {m}: says that it is entry {m+1}"),
    ("an entry deleted, numbered and chained anew", delete_and_rechain,
     ROOT + "|does not lie before it|knows {n} entries"),
    ("two entries swapped", swap, "entry {m}: says that it is entry {m+1}"),
    ("two entries swapped, chained anew", swap_and_rechain, ROOT),
    ("an entry inserted, chained anew", insert_and_rechain, ROOT),
    ("an entry appended without a signature", append_one,
     r"entry {n+1}: lies behind the signed head"),
    ("an older database under a newer head", older_database, r"head\.json: knows {n} entries"),
    ("an older head beside a newer database", older_head, r"entry {n-1}: lies behind the signed"),
    ("the whole folder put back to an older state", whole_folder_put_back,
     r"witness .*: knows {n} entries"),
    ("the head removed", no_head, r"head\.json: is missing"),
    ("the head's signature changed", on_head(signature=flipped), r"head\.json: its signature"),
    ("the head's size changed", on_head(size=lambda size: size - 1), r"head\.json: its signature"),
    ("the head's root changed", on_head(root=flipped), r"head\.json: its signature"),
    ("the head's time changed", on_head(at=next_second), r"head\.json: its signature"),
    ("a head of another key", head_of_another_key, r"head\.json: is signed by the key"),
    ("a head of another key that claims ours", head_that_claims_the_key,
     r"head\.json: its signature"),
    ("a head of another record", head_of_another_record, r"head\.json: belongs to the record"),
    ("a head with one more member", head_with_one_more_member, r"head\.json: holds 'note'"),
    ("a checkpoint's signature changed",
     on_sql("UPDATE checkpoint SET signature = replace(replace(signature, '0', '1'), 'a', 'b')"),
     r"checkpoint of size \d+: its signature"),
    ("a checkpoint's root changed", on_sql("UPDATE checkpoint SET root = '" + "a" * 64 + "'"),
     r"checkpoint of size \d+: its signature"),
    ("a checkpoint's time changed", on_sql("UPDATE checkpoint SET at = at + 1"),
     r"checkpoint of size \d+: its signature"),
    ("a checkpoint of another history", checkpoint_of_another_history,
     "checkpoint of size {m}: the root"),
    ("a checkpoint older than its entries", checkpoint_before_its_entries,
     "checkpoint of size {m}: is older than entry {m}"),
    ("a checkpoint beyond the end", checkpoint_beyond_the_end,
     "checkpoint of size {n+3}: knows {n+3} entries"),
    ("another identifier in record.json", another_identifier, r"head\.json: belongs to the record"),
    ("another key in record.json", another_public_key, r"head\.json: is signed by the key"),
    ("the database overwritten", overwrite_the_database, r"record\.db: the database cannot"),
    ("the database removed", remove_the_database, r"record\.db: is missing"),
    ("a blank in the JSON", on_bytes(lambda raw: raw.replace(b'":', b'": ', 1)),
     "entry {m}: is not canonical"),
    ("members in another order", on_bytes(reorder), "entry {m}: is not canonical"),
    ("an escape that is not needed", on_bytes(lambda raw: raw.replace(b'"operation":"',
                                                                     b'"operation":"\\u0061', 1)),
     "entry {m}: is not canonical"),
    ("a line feed behind the JSON", on_bytes(lambda raw: raw + b"\n"),
     "entry {m}: is not canonical"),
    ("minus zero", on_bytes(lambda raw: re.sub(rb'"cause":\d+', b'"cause":-0', raw, 1)),
     "entry {m}: is not canonical"),
    ("a leading zero", on_bytes(lambda raw: raw.replace(b'"format":1', b'"format":01')),
     "entry {m}: is not JSON"),
    ("a number with a point", on_bytes(lambda raw: raw.replace(b'"format":1', b'"format":1.0')),
     "entry {m}: holds the number 1.0"),
    ("a number with an exponent", on_bytes(lambda raw: raw.replace(b'"format":1', b'"format":1e0')),
     "entry {m}: holds the number 1e0"),
    ("a number beyond 2^53 - 1", on_members(body=lambda entry: {**entry["body"], "zz": 2**53}),
     "entry {m}: holds the number 9007199254740992"),
    ("a name given twice", on_bytes(lambda raw: raw.replace(b'{"actor":',
                                                           b'{"actor":"x","actor":', 1)),
     "entry {m}: a name stands twice"),
    ("text behind the object", on_bytes(lambda raw: raw + b"{}"), "entry {m}: is not JSON"),
    ("a byte order mark", on_bytes(lambda raw: b"\xef\xbb\xbf" + raw), "entry {m}: is not JSON"),
    ("half of a surrogate pair", on_bytes(lambda raw: raw.replace(b'"operation":"',
                                                                 b'"operation":"\\ud800', 1)),
     "entry {m}: holds half of a surrogate"),
    ("an unknown member", on_members(note="hello"), "entry {m}: holds 'note'"),
    ("a member left out", on_members(operation=None), "entry {m}: has no operation"),
    ("a body that is no object", on_members(body=[]), "entry {m}: its body is not of the form"),
    ("a format of the future", on_members(format=2), "entry {m}: has a format"),
    ("another number inside", on_members(seq=lambda entry: entry["seq"] + 1),
     "entry {m}: says that it is entry {m+1}"),
    ("a previous that skips one", previous_skips_one, "entry {m}: does not follow"),
    ("time that runs backwards", on_members(at="1999-01-01T00:00:00.000000Z",
                                            occurred_at="1999-01-01T00:00:00.000000Z"),
     "entry {m}: its time 1999-01-01T00:00:00.000000Z lies before"),
    ("a day that does not exist", on_members(at="2025-02-30T00:00:00.000000Z"),
     "entry {m}: its at is not of the form instant"),
    ("an instant without microseconds", on_members(at="2025-02-20T00:00:00Z"),
     "entry {m}: its at is not of the form instant"),
    ("something that occurred later than it was recorded",
     on_members(occurred_at="2199-01-01T00:00:00.000000Z"), "entry {m}: it occurred after"),
    ("a signature from the future", a_future_signature, "entry {m}: was signed after"),
    ("a zone that is none", on_members(zone="JST"), "entry {m}: its zone"),
    ("a cause that points forward", on_members(cause=lambda entry: entry["seq"] + 1),
     r"entry {m}: its cause is entry {m+1}"),
    ("a cause that points at itself", on_members(cause=lambda entry: entry["seq"]),
     r"entry {m}: its cause is entry {m}"),
    ("a cause below zero", on_members(cause=-1), "entry {m}: its cause is entry -1"),
    ("a file named that is not stored", name_a_file_that_is_not_there,
     "entry {m}: names the file (ef){{32}}, which is not stored"),
]
FILE = r"file [0-9a-f]{{64}} \(named by entry \d+\): "
FILE_TAMPERINGS = [
    ("a bit flipped in a file", change_a_file, FILE + "its bytes do not have its hash"),
    ("a file deleted", on_sql("DELETE FROM file WHERE sha256 = (SELECT min(sha256) FROM file)"),
     r"entry \d+: names the file [0-9a-f]{{64}}, which is not stored"),
    ("another size beside a file", on_sql("UPDATE file SET size = size + 1"),
     FILE + r"holds \d+ bytes and says"),
    ("a file that is no base64", on_sql("UPDATE file SET base64 = '*' || base64"),
     FILE + "its bytes are not base64"),
]


def verify(*arguments):
    done = subprocess.run([sys.executable, VERIFY, *arguments], capture_output=True, text=True,
                          timeout=SECONDS, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def say(self, good, what, output):
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        print("%s  %s: %s" % ("ok  " if good else "FAIL", what, output[:160]), flush=True)

    def expect(self, code, pattern, what, *arguments):
        got, output = verify(*arguments)
        lines = output.count("\n") + 1
        self.say(got == code and lines == 1 and re.search(pattern, output) is not None, what,
                 output)


def sentence(pattern, size):
    """{m}, {n+1} and the like become numbers; {{64}} becomes {64}."""
    places = {"m": size // 2, "n": size}
    pattern = re.sub(r"(?<!\{)\{([mn])([+-]\d+)?\}", lambda found: str(
        places[found[1]] + int(found[2] or 0)), pattern)
    return "^FAULT in .*(%s)" % pattern.replace("{{", "{").replace("}}", "}")


def tamper_one(tally, base, scratch, row):
    what, tamper, pattern = row
    copy = Copy(base, tempfile.mkdtemp(dir=scratch) + "/record")
    size = copy.size
    more = tamper(copy) or []
    copy.close()
    tally.expect(1, sentence(pattern, size), what, *more, copy.folder)
    shutil.rmtree(os.path.dirname(copy.folder))


def check_lines(tally, copy, scratch):
    path, head = os.path.join(scratch, "lines"), copy.path("head.json")
    m, n = copy.size // 2, copy.size

    def lines(raws, what, code, pattern):
        with open(path, "wb") as file:
            file.write(b"\n".join(raws) + b"\n")
        tally.expect(code, pattern, "export: " + what, "--lines", path, "--head", head, "--key",
                     copy.settings["public_key"])

    raws = copy.raws
    lines(raws, "as it is", 0, "^OK: %d entries" % n)
    lines(raws[:m - 1] + raws[m:], "a line left out", 1, "entry %d: says that" % m)
    lines(raws[:-1], "the last line left out", 1, "knows %d entries" % n)
    lines(raws + raws[-1:], "the last line twice", 1, "entry %d: says that" % (n + 1))
    lines(raws[:m - 1] + [raws[m], raws[m - 1]] + raws[m + 1:], "two lines swapped", 1,
          "entry %d: says that" % m)
    lines(raws[:m] + [b""] + raws[m:], "an empty line", 1, "entry %d: is not JSON" % (m + 1))
    lines(raws[:-1] + [raws[-1][:-1]], "the last line cut", 1, "entry %d: is not JSON" % n)
    lines([raw + b"\r" for raw in raws], "carriage returns", 1, "entry 1: is not canonical")


def changed_proofs(proof):
    """Each way in which a proof may be wrong, by one step."""
    for i, step in enumerate(proof["path"]):
        yield "step %d changed" % i, {**proof, "path": proof["path"][:i] + [flipped(step)] +
                                      proof["path"][i + 1:]}
    yield "one step more", {**proof, "path": proof["path"] + ["00" * 32]}
    if proof["path"]:
        yield "one step less", {**proof, "path": proof["path"][1:]}
    yield "another size", {**proof, "size": proof["size"] - 1}
    yield "another root", {**proof, "checkpoint": {**proof["checkpoint"],
                                                   "root": flipped(proof["checkpoint"]["root"])}}
    if proof["kind"] == "inclusion":
        yield "another hash", {**proof, "hash": flipped(proof["hash"])}
        yield "the next entry", {**proof, "seq": proof["seq"] + 1}
    else:
        yield "another older root", {**proof, "older": {**proof["older"],
                                                        "root": flipped(proof["older"]["root"])}}


def check_proof(tally, scratch, key, what, proof, thoroughly):
    path = os.path.join(scratch, "proof.json")

    def write(value):
        with open(path, "wb") as file:
            file.write(canonical(value))

    write(proof)
    tally.expect(0, "^OK: ", "proof of %s" % what, "--proof", path, "--key", key)
    if not thoroughly:
        return
    tally.expect(1, "is signed by the key", "proof of %s, another key trusted" % what, "--proof",
                 path, "--key", "ab" * 32)
    for change, wrong in changed_proofs(proof):
        write(wrong)
        tally.expect(1, "^FAULT", "proof of %s, %s" % (what, change), "--proof", path, "--key", key)


def check_proofs(tally, copy, scratch):
    hashes, newest, key = copy.hashes(), copy.checkpoint(), copy.settings["public_key"]
    n = copy.size
    for seq in sorted({1, 2, n // 2, n - 1, n}):
        proof = {"kind": "inclusion", "seq": seq, "hash": hashes[seq - 1], "size": n,
                 "path": inclusion_path(seq - 1, hashes), "checkpoint": newest}
        check_proof(tally, scratch, key, "entry %d" % seq, proof, seq == n // 2)
    for older in sorted({1, 2, 4, n // 2, n - 1, n}):
        proof = {"kind": "consistency", "older": copy.checkpoint(older), "size": n,
                 "path": consistency_path(older, hashes), "checkpoint": newest}
        check_proof(tally, scratch, key, "the first %d entries" % older, proof, older == n // 2)


def check_page(tally, scratch):
    """The example on the page is what the verifier makes of it."""
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    lines = re.search(r"```json-lines\n(.*?)```", page, re.S)[1]
    found = dict(re.findall(r"^(entry \d hash|leaf \d|root of \d) += ([0-9a-f]{64})$", page, re.M))
    signed = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.S)]
    raws = lines.encode().splitlines()
    hashes = [sha(raw) for raw in raws]
    good = len(raws) == 3 and len(found) == 9
    for i, digest in enumerate(hashes):
        good = good and found["entry %d hash" % (i + 1)] == digest
        good = good and found["leaf %d" % (i + 1)] == tree_root([digest]).hex()
        good = good and found["root of %d" % (i + 1)] == tree_root(hashes[:i + 1]).hex()
    tally.say(good, "hashes, leaves and roots of the example in docs/record.md", str(len(found)))
    head = next(one for one in signed if set(one) >= {"signature", "root"})
    paths = [os.path.join(scratch, name) for name in ("page.lines", "page.head", "page.proof")]
    with open(paths[0], "w", encoding="utf-8") as file:
        file.write(lines)
    with open(paths[1], "wb") as file:
        file.write(canonical(head))
    tally.expect(0, "^OK: 3 entries", "the example in docs/record.md", "--lines", paths[0],
                 "--head", paths[1], "--key", head["key"])
    for proof in (one for one in signed if "kind" in one):
        check_proof(tally, scratch, head["key"], "%s in docs/record.md" % proof["kind"], proof, False)


def prepare(source, folder):
    """A copy that holds a checkpoint from before the last entry, whatever the record had."""
    copy = Copy(source, folder)
    if copy.size < 10:
        sys.exit("The record holds %d entries; give one with at least 10." % copy.size)
    if not copy.run("SELECT 1 FROM checkpoint WHERE size < ? AND size > 0", copy.size):
        copy.keep(copy.checkpoint(copy.size // 2))
    return copy


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch:
        untouched = os.path.join(scratch, "untouched")
        shutil.copytree(sys.argv[1], untouched)
        tally.expect(0, "^OK: [0-9]+ entries", "the record as it was made", untouched)
        copy = prepare(sys.argv[1], os.path.join(scratch, "base"))
        tally.expect(0, "^OK: [0-9]+ entries", "a copy of it", copy.folder)
        has_files = bool(copy.run("SELECT 1 FROM file"))
        check_lines(tally, copy, scratch)
        check_proofs(tally, copy, scratch)
        copy.close()
        for row in TAMPERINGS + (FILE_TAMPERINGS if has_files else []):
            tamper_one(tally, copy.folder, scratch, row)
        if not has_files:
            print("skipped: %d tamperings with files, because this record holds none"
                  % len(FILE_TAMPERINGS))
        for path in sys.argv[2:]:
            with open(path, encoding="utf-8") as file:
                check_proof(tally, scratch, copy.settings["public_key"], os.path.basename(path),
                            json.load(file), True)
        check_page(tally, scratch)
    print("%d passed, %d failed" % (tally.passed, tally.failed))
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
