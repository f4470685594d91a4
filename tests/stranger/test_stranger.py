#!/usr/bin/python3
# test_stranger.py: does a verifier that knows only docs/record.md find every tampering?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""test_stranger.py RECORD_FOLDER [PROOF_FILE]...

The folder is copied first and never changed. It must hold at least ten entries and its
checkpoint.key. Proof files are what the program printed for this record."""
import json
import os
import re
import shutil
import sys
import tempfile

from forgery import (Copy, canonical, consistency_path, flipped, inclusion_path, sha, tree_root,
                     verify)
from tamperings import FILE_TAMPERINGS, TAMPERINGS

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "record.md")


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
        check_proof(tally, scratch, head["key"], proof["kind"] + " in docs/record.md", proof, False)


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
