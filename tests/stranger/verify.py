#!/usr/bin/python3
# verify.py: does a record hold what it held when it was signed? Written from docs/record.md alone.
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks a record without the program that wrote it.

  verify.py [--key HEX] [--witness FILE]... RECORD_FOLDER
  verify.py [--key HEX] [--witness FILE]... --lines FILE --head HEAD_JSON
  verify.py [--entry FILE] --proof FILE --key HEX

--key is the public key you were given by another way than the record itself.
--witness is a head or checkpoint of this record that was kept elsewhere.
Prints one line. Exit 0: all of it holds; 1: the first fault, named; 2: nothing was checked.
"""
import argparse
import base64
import datetime
import hashlib
import json
import os
import pathlib
import re
import sqlite3
import sys
import time

import nacl.exceptions
import nacl.signing

LARGEST = 2**53 - 1
NO_HASH = "0" * 64
FORMAT = 1  # of entries
RECORD_FORMAT = 2  # of record.json
FORMS = {"identifier": re.compile(r"[0-9a-f]{32}\Z"), "hash": re.compile(r"[0-9a-f]{64}\Z"),
         "signature": re.compile(r"[0-9a-f]{128}\Z"),
         "zone": re.compile(r"[+-](0[0-9]|1[0-4]):[0-5][0-9]\Z")}
EPOCH = datetime.datetime(1970, 1, 1)
TRIES, PAUSE_S = 5, 0.2

# Name: (kind, must be there). docs/record.md, section 3.
ENTRY_MEMBERS = {
    "actor": (str, True), "at": ("instant", True), "body": (dict, True), "cause": (int, True),
    "format": (int, True), "idempotency_key": (str, False), "occurred_at": ("instant", False),
    "operation": (str, True), "previous": ("hash", True), "program": (str, False),
    "reason": (str, False), "rule_set": (str, False), "seq": (int, True),
    "signatures": (list, True), "site": (str, False), "subject": (str, False),
    "zone": ("zone", False),
}
SIGNATURE_MEMBERS = {
    "account": (str, True), "at": ("instant", True), "meaning": (str, False), "name": (str, False),
}
CHECKPOINT_MEMBERS = {
    "at": ("instant", True), "key": ("hash", True), "record": ("identifier", True),
    "root": ("hash", True), "signature": ("signature", True), "size": (int, True),
}
PROOF_MEMBERS = {
    "inclusion": {"kind": (str, True), "seq": (int, True), "hash": ("hash", True),
                  "size": (int, True), "path": (list, True), "checkpoint": (dict, True)},
    "consistency": {"kind": (str, True), "older": (dict, True), "size": (int, True),
                    "path": (list, True), "checkpoint": (dict, True)},
}

class Fault(Exception):
    """Where, and what is wrong there."""

    def __init__(self, where, what):
        super().__init__("%s: %s" % (where, what))

def must(holds, where, what, *values):
    if not holds:
        raise Fault(where, what % values)

class NotChecked(Exception):
    """Nothing can be said about the record."""

# JSON in its canonical form

def parse_json(raw, where):
    """Bytes to a value; names given twice, reals and numbers beyond 2^53 - 1 are faults."""

    def pairs(members):
        must(len(dict(members)) == len(members), where, "a name stands twice in one object")
        return dict(members)

    def no_real(text):
        must(False, where, "holds the number %s, which is no whole number", text)

    def whole(text):
        must(len(text) < 18 and abs(int(text)) <= LARGEST, where, "holds the number %s, which lies "
             "beyond 2^53 - 1", text)
        return int(text)

    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=pairs, parse_float=no_real,
                          parse_constant=no_real, parse_int=whole)
    except (ValueError, RecursionError) as error:
        raise Fault(where, "is not JSON: %s" % error)

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
           "\t": "\\t"}

def quoted(text):
    return '"' + "".join(ESCAPES.get(c) or (c if c >= " " else "\\u%04x" % ord(c))
                         for c in text) + '"'

def canonical(value, where):
    """RFC 8785 for the values that a record may hold."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return "%d" % value
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(one, where) for one in value) + "]"
    if any(ord(c) > 0xFFFF for name in value for c in name):
        raise Fault(where, "holds a name with a character above U+FFFF")
    names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(quoted(n) + ":" + canonical(value[n], where) for n in names) + "}"

def must_be_canonical(raw, value, where):
    try:
        again = canonical(value, where).encode("utf-8")
    except (UnicodeEncodeError, RecursionError) as error:
        raise Fault(where, "holds half of a surrogate pair, or is nested too deeply: %s" % error)
    if again != raw:
        both = min(len(again), len(raw))
        at = next((i for i in range(both) if again[i] != raw[i]), both)
        raise Fault(where, "is not canonical JSON (RFC 8785) from byte %d on" % at)

# members and their forms

def is_instant(text):
    try:
        moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return False
    return 1900 <= moment.year <= 2200 and text == moment.isoformat(timespec="microseconds") + "Z"

def instant_text(usec):
    try:
        moment = EPOCH + datetime.timedelta(microseconds=usec)
    except (OverflowError, TypeError):
        return ""  # which is not of the form of an instant
    return moment.isoformat(timespec="microseconds") + "Z"

def has_form(kind, value):
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(kind, type):
        return isinstance(value, kind)
    if not isinstance(value, str):
        return False
    if kind == "instant":
        return is_instant(value)
    return FORMS[kind].match(value) is not None

def check_members(value, members, where):
    if not isinstance(value, dict):
        raise Fault(where, "is no JSON object")
    for name in value:
        if name not in members:
            raise Fault(where, "holds %s, which is not described" % ascii(name))
    for name, (kind, needed) in members.items():
        if name not in value:
            if needed:
                raise Fault(where, "has no %s" % name)
        elif not has_form(kind, value[name]):
            word = kind if isinstance(kind, str) else kind.__name__
            raise Fault(where, "its %s is not of the form %s" % (name, word))

def files_named(value):
    """Hashes of every object {name, sha256} inside a body."""
    if isinstance(value, list):
        for one in value:
            yield from files_named(one)
    elif isinstance(value, dict):
        if set(value) == {"name", "sha256"} and has_form("hash", value["sha256"]):
            yield value["sha256"]
        for one in value.values():
            yield from files_named(one)

# the tree (RFC 6962)

def sha256(raw):
    return hashlib.sha256(raw).digest()

def node(left, right):
    return sha256(b"\x01" + left + right)

class Tree:
    """Complete subtrees, largest first, as (entries, hash)."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def append(self, entry_hash):
        self.size += 1
        self.peaks.append((1, sha256(b"\x00" + entry_hash)))
        while len(self.peaks) > 1 and self.peaks[-1][0] == self.peaks[-2][0]:
            count, right = self.peaks.pop()
            _, left = self.peaks.pop()
            self.peaks.append((2 * count, node(left, right)))

    def root(self):
        if not self.peaks:
            return sha256(b"")
        root = self.peaks[-1][1]
        for _, left in reversed(self.peaks[:-1]):
            root = node(left, root)
        return root

def split(size):
    """The largest power of two below size."""
    return 1 << ((size - 1).bit_length() - 1)

def root_of_inclusion(leaf, index, size, path):
    """The root that the path leads to; None where the path has another length."""
    if size == 1 or not path:
        return leaf if size == 1 and not path else None
    half = split(size)
    if index < half:
        inner = root_of_inclusion(leaf, index, half, path[:-1])
        return inner and node(inner, path[-1])
    inner = root_of_inclusion(leaf, index - half, size - half, path[:-1])
    return inner and node(path[-1], inner)

def roots_of_consistency(older, size, path, whole, older_root):
    """(root of the older tree, root of the tree), or None where the path has another length."""
    if older == size:
        if whole:
            return (older_root, older_root) if not path else None
        return (path[0], path[0]) if len(path) == 1 else None
    if not path:
        return None
    half = split(size)
    if older <= half:
        both = roots_of_consistency(older, half, path[:-1], whole, older_root)
        return both and (both[0], node(both[1], path[-1]))
    both = roots_of_consistency(older - half, size - half, path[:-1], False, older_root)
    return both and (node(path[-1], both[0]), node(path[-1], both[1]))

# checkpoints

def check_checkpoint(checkpoint, where, key, record=None):
    """Form, key, record and signature; its root is compared while the entries are read."""
    check_members(checkpoint, CHECKPOINT_MEMBERS, where)
    must(0 <= checkpoint["size"] <= LARGEST, where, "its size is %d", checkpoint["size"])
    must(checkpoint["key"] == key, where, "is signed by the key %s, not by the record's key %s",
         checkpoint["key"], key)
    must(record in (None, checkpoint["record"]), where, "belongs to another record")
    signed = {name: value for name, value in checkpoint.items() if name != "signature"}
    try:
        nacl.signing.VerifyKey(bytes.fromhex(key)).verify(
            canonical(signed, where).encode("utf-8"), bytes.fromhex(checkpoint["signature"]))
    except (nacl.exceptions.CryptoError, ValueError):
        raise Fault(where, "its signature does not belong to its size, root, time, record and key")

# entries

class Reading:
    """What has been read so far, and what the next entry must agree with."""

    def __init__(self, record, statements):
        self.record, self.tree, self.previous, self.at = record, Tree(), NO_HASH, None
        self.files = {}  # hash of a file: the first entry that names it
        self.statements = {}  # size: [(where, checkpoint)]
        for where, checkpoint in statements:
            self.statements.setdefault(checkpoint["size"], []).append((where, checkpoint))
        self.compare_statements()  # those that speak of the empty tree

    def compare_statements(self):
        for where, checkpoint in self.statements.pop(self.tree.size, []):
            root = self.tree.root().hex()
            must(checkpoint["root"] == root, where, "the root of the first %d entries is %s and it "
                 "says %s", self.tree.size, root, checkpoint["root"])
            must(not self.at or checkpoint["at"] >= self.at, where, "is older than entry %d, which "
                 "it covers", self.tree.size)

    def finish(self, signed):
        for size in sorted(self.statements):
            raise Fault(self.statements[size][0][0], "knows %d entries and there are %d: entries "
                        "from %d on are lost" % (size, self.tree.size, self.tree.size + 1))
        must(self.tree.size <= signed, "entry %d" % (signed + 1), "lies behind the signed head: no "
             "signature covers it")

    def check_times(self, entry, where):
        at = entry["at"]  # instants of one form sort as texts
        must(not self.at or at >= self.at, where, "its time %s lies before that of the entry "
             "before, %s", at, self.at)
        must(entry.get("occurred_at", at) <= at, where, "it occurred after it was recorded")
        for signature in entry["signatures"]:
            check_members(signature, SIGNATURE_MEMBERS, where + ", signature")
            must(signature["at"] <= at, where, "was signed after it was recorded")

    def add(self, raw, seq=None, stored_hash=None):
        """One entry's bytes; seq and hash as the table has them, where there is a table."""
        expected = self.tree.size + 1
        where = "entry %d" % expected
        must(seq in (None, expected), where, "is missing; entry %s stands in its place", seq)
        digest = sha256(raw)
        must(stored_hash in (None, digest.hex()), where, "its bytes do not have the hash that "
             "stands beside them")
        entry = parse_json(raw, where)
        must_be_canonical(raw, entry, where)
        must(not isinstance(entry, dict) or entry.get("format", FORMAT) == FORMAT, where,
             "has a format that is not known here")
        check_members(entry, ENTRY_MEMBERS, where)
        must(entry["seq"] == expected, where, "says that it is entry %d", entry["seq"])
        must(entry["previous"] == self.previous, where, "does not follow from the entry before: "
             "its previous is %s and the hash there is %s", entry["previous"], self.previous)
        self.check_times(entry, where)
        must(0 <= entry["cause"] < expected, where, "its cause is entry %d, which does not lie "
             "before it", entry["cause"])
        must(not entry["operation"].startswith("record.open/") or
             (expected, entry["body"].get("record")) == (1, self.record), where,
             "opens another record than %s", self.record)
        bodies = [entry["body"]]
        if entry["operation"].startswith("entry.correct/") and "body" in entry["body"]:
            bodies.append(parse_json(str(entry["body"]["body"]).encode(), where + ", new body"))
        for named in files_named(bodies):
            self.files.setdefault(named, expected)
        self.tree.append(digest)
        self.previous, self.at = digest.hex(), entry["at"]
        self.compare_statements()

# a record in a folder

def read_file(path):
    with open(path, "rb") as file:
        return file.read()

def connect(folder):
    path = pathlib.Path(folder, "record.db").resolve()
    must(path.exists(), "record.db", "is missing")
    database = sqlite3.connect(path.as_uri() + "?mode=ro", uri=True, isolation_level=None)
    database.execute("BEGIN")  # one unchanging view, though the program may be writing
    return database

def open_with_head(folder):
    """The head first, so that the database holds at least what it says; a few tries, because a
    running program commits entries a moment before it publishes their head."""
    path = os.path.join(folder, "head.json")
    for _ in range(TRIES):
        head = parse_json(read_file(path), "head.json") if os.path.exists(path) else None
        database = connect(folder)
        count = database.execute("SELECT count(*) FROM entry").fetchone()[0]
        if count == (head.get("size") if isinstance(head, dict) else 0):
            break
        time.sleep(PAUSE_S)
    return head, database

def stored_checkpoints(database, key_trusted, identifier):
    for at, size, key, record, root, signature in database.execute(
            "SELECT at, size, key, record, root, signature FROM checkpoint ORDER BY size, at"):
        checkpoint = {"at": instant_text(at), "key": key, "record": record, "root": root,
                      "signature": signature, "size": size}
        check_checkpoint(checkpoint, "checkpoint of size %s" % size, key_trusted, identifier)
        yield "checkpoint of size %s" % size, checkpoint

def check_files(database, named):
    missing = dict(named)
    for name, size, text in database.execute("SELECT sha256, size, base64 FROM file "
                                             "ORDER BY sha256"):
        where = "file %s (named by entry %s)" % (name, named.get(name))
        try:
            content = base64.b64decode(text, validate=True)
        except (ValueError, TypeError):
            raise Fault(where, "its bytes are not base64")
        must(sha256(content).hex() == name and base64.b64encode(content).decode() == text, where,
             "its bytes do not have its hash")
        must(len(content) == size, where, "holds %d bytes and says %s", len(content), size)
        missing.pop(name, None)
    for name, seq in sorted(missing.items(), key=lambda item: item[1]):
        raise Fault("entry %d" % seq, "names the file %s, which is not stored" % name)

def read_witnesses(options, key, record):
    for path in options.witness:
        where = "witness %s" % os.path.basename(path)
        checkpoint = parse_json(read_file(path), where)
        check_checkpoint(checkpoint, where, key, record)
        yield where, checkpoint

def verify_database(options, head, database, key, identifier):
    statements = list(stored_checkpoints(database, key, identifier))
    statements += list(read_witnesses(options, key, identifier))
    statements += [("head.json", head)] if head is not None else []
    reading = Reading(identifier, statements)
    for seq, stored_hash, raw in database.execute("SELECT seq, hash, CAST(bytes AS BLOB) "
                                                  "FROM entry ORDER BY seq"):
        reading.add(raw or b"", seq or 0, stored_hash or "")
    reading.finish(head["size"] if head is not None else 0)
    check_files(database, reading.files)
    return "OK: %d entries, root %s, %d files named, %d checkpoints, record %s, key %s" % (
        reading.tree.size, reading.tree.root().hex(), len(reading.files), len(statements),
        identifier, key)

def verify_folder(options):
    where = "record.json"
    settings = parse_json(read_file(os.path.join(options.record, where)), where)
    if not isinstance(settings, dict) or settings.get("format") != RECORD_FORMAT:
        raise NotChecked("record.json is not of format %d" % RECORD_FORMAT)
    if settings.get("engine") != "sqlite":
        raise NotChecked("this record is not on SQLite; export its entries and use --lines")
    identifier, key = settings.get("identifier"), settings.get("public_key")
    must(has_form("identifier", identifier) and has_form("hash", key), where,
         "has no identifier or no public_key")
    must(options.key in (None, key), where, "names the key %s, not the key %s that you trust", key,
         options.key)
    try:
        head, database = open_with_head(options.record)
        if head is not None:
            check_checkpoint(head, "head.json", key, identifier)
        must(head is not None or not database.execute("SELECT 1 FROM entry").fetchone(),
             "head.json", "is missing")
        return verify_database(options, head, database, key, identifier)
    except sqlite3.Error as error:
        raise Fault("record.db", "the database cannot be read: %s" % error)

# an export, and proofs

def verify_lines(options):
    head = parse_json(read_file(options.head), "head")
    check_members(head, CHECKPOINT_MEMBERS, "head")
    key, identifier = options.key or head["key"], head["record"]
    check_checkpoint(head, "head", key)
    statements = [("head", head)] + list(read_witnesses(options, key, identifier))
    reading = Reading(identifier, statements)
    with open(options.lines, "rb") as file:
        for line in file:
            reading.add(line[:-1] if line.endswith(b"\n") else line)
    reading.finish(head["size"])
    return "OK: %d entries, root %s, %d files named and not looked at, record %s, key %s" % (
        reading.tree.size, reading.tree.root().hex(), len(reading.files), identifier, key)

def verify_proof(options):
    proof = parse_json(read_file(options.proof), "proof")
    kind = proof.get("kind") if isinstance(proof, dict) else None
    must(kind in list(PROOF_MEMBERS), "proof", "is neither of inclusion nor of consistency")
    check_members(proof, PROOF_MEMBERS[kind], "proof")
    must(all(has_form("hash", step) for step in proof["path"]), "proof", "its path holds something "
         "else than hashes")
    path = [bytes.fromhex(step) for step in proof["path"]]
    checkpoint, size = proof["checkpoint"], proof["size"]
    check_checkpoint(checkpoint, "checkpoint", options.key)
    must(checkpoint["size"] == size, "proof", "is for %d entries and its checkpoint for %d", size,
         checkpoint["size"])
    root = bytes.fromhex(checkpoint["root"])
    if kind == "inclusion":
        return check_inclusion(options, proof, path, root)
    older = proof["older"]
    check_checkpoint(older, "older", options.key, checkpoint["record"])
    must(1 <= older["size"] <= size, "older", "has %d entries, the newer one %d", older["size"],
         size)
    older_root = bytes.fromhex(older["root"])
    roots = roots_of_consistency(older["size"], size, path, True, older_root)
    must(roots == (older_root, root), "proof", "does not lead from the older root to the newer one")
    return "OK: the record of %d entries begins with the %d entries of the older checkpoint, " \
        "record %s" % (size, older["size"], checkpoint["record"])

def check_inclusion(options, proof, path, root):
    where, seq = "entry %d" % proof["seq"], proof["seq"]
    must(1 <= seq <= proof["size"], where, "does not lie within the %d entries", proof["size"])
    if options.entry:
        raw = read_file(options.entry).rstrip(b"\n")
        must(sha256(raw).hex() == proof["hash"], where, "the bytes given do not have the hash that "
             "is proved")
        entry = parse_json(raw, where)
        check_members(entry, ENTRY_MEMBERS, where)
        must(entry["seq"] == seq, where, "the bytes given are those of entry %d", entry["seq"])
    leaf = sha256(b"\x00" + bytes.fromhex(proof["hash"]))
    must(root_of_inclusion(leaf, seq - 1, proof["size"], path) == root, where, "the path does not "
         "lead from its hash to the signed root")
    return "OK: entry %d with hash %s is in the record %s of %d entries" % (
        seq, proof["hash"], proof["checkpoint"]["record"], proof["size"])

def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("record", nargs="?")
    for name in ("--lines", "--head", "--proof", "--key", "--entry"):
        parser.add_argument(name)
    parser.add_argument("--witness", action="append", default=[])
    options = parser.parse_args()
    asked = [options.record, options.lines, options.proof]
    if (sum(one is not None for one in asked) != 1 or bool(options.lines) != bool(options.head) or
            (options.proof and not options.key) or
            (options.key and not has_form("hash", options.key))):
        parser.error("give a folder, or --lines with --head, or --proof with --key")
    check = verify_proof if options.proof else verify_lines if options.lines else verify_folder
    try:
        print(check(options))
        return 0
    except Fault as fault:
        print("FAULT in %s" % fault)
        return 1
    except (NotChecked, OSError) as why:
        print("NOT CHECKED: %s" % why)
        return 2

if __name__ == "__main__":
    sys.exit(main())
