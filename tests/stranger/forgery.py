# forgery.py: what can somebody who owns the disk do to a record?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tamperings of a copy: each changes it and returns what else verify.py is given, if anything."""
import base64
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import nacl.signing

VERIFY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "verify.py")
SECONDS = 600


def verify(*arguments):
    done = subprocess.run([sys.executable, VERIFY, *arguments], capture_output=True, text=True,
                          timeout=SECONDS, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


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


def opened_as_another_record(copy):
    """The first entry says which record this is, whatever the files beside it say."""
    entry = copy.entry(1)
    entry["operation"], entry["body"] = "record.open/1", {"record": "cd" * 16}
    copy.raws[0] = canonical(entry)
    copy.rechain(2)


def correct_with_a_file_that_is_not_there(copy):
    text = canonical({"file": {"name": "a.csv", "sha256": "ef" * 32}}).decode()
    on_members(signed=True, operation="entry.correct/1", body={"body": text, "seq": 1})(copy)
