#!/usr/bin/python3
# json_test.py: does the program understand JSON as another parser does?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: json_test.py JSON_ECHO [CORPUS...]

Gives every file below CORPUS, seeded mutations of them and texts drawn from the grammar to
JSON_ECHO and to Python's json. Both must accept the same texts and find the same values in them,
but for what is refused here on purpose (RFC 8259 leaves it open, or two readers could differ):

  a value at the top that is neither object nor list; a name that comes twice in an object; NUL and
  lone halves of surrogate pairs in a text; integers beyond 64 bits; reals beyond a double;
  NaN and Infinity, which Python takes; more than 2048 levels, a number within them counted.

EXOLEDGER_LONG=1 tries 600,000 texts instead of 12,000; EXOLEDGER_SEED repeats the draws of a run.
Ends with the line "N passed, N failed"."""

import json
import math
import os
import random
import struct
import subprocess
import sys

DEEPEST = 2048
TOKENS = [b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u0000", b"\\ud800", b"\\udc00",
          b"\\ud83d\\ude00", b"\\u0061", b"\\/", b"\\x", b"null", b"true", b"false", b"NaN",
          b"Infinity", b"-", b"+1", b"01", b"-0", b"1.", b".5", b"1e5", b"1E+400", b"1e-400", b"-0.0",
          b"9223372036854775807", b"9223372036854775808", b"-9223372036854775809", b"1" * 400,
          b"\xef\xbb\xbf", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\x00",
          b"\x1f", b"\x7f", b"\xe2\x80\xa8", b"\t", b"\n", b"\r", b" ", b"\x0b", b"\x0c", b"\xc2\xa0",
          b"/*x*/", b"//x\n", b"'a'", b'"a":1', b'"\\u0061":2']


class Refused(Exception):
    pass


def refuse(word):
    raise Refused(word)


def depth_of(text):
    """Levels of brackets outside of texts, however broken the rest is."""
    deepest = level = 0
    inside = escaped = False
    for c in text:
        if inside:
            inside = escaped or c != '"'
            escaped = c == "\\" and not escaped
        elif c == '"':
            inside = True
        elif c in "[{":
            level += 1
            deepest = max(deepest, level)
        elif c in "]}":
            level -= 1
    return deepest


def pairs(found):
    if len({name for name, _ in found}) != len(found):
        refuse("a name twice")
    for name, _ in found:
        check_text(name)
    return dict(found)


def check_text(text):
    if "\0" in text or any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        refuse("a text")


def marked(value):
    """As json_echo writes it."""
    if isinstance(value, dict):
        return ["object", {name: marked(inner) for name, inner in value.items()}]
    if isinstance(value, list):
        return ["list", [marked(inner) for inner in value]]
    if isinstance(value, bool):
        return ["flag", value]
    if isinstance(value, int):
        return ["integer", value] if -1 << 63 <= value < 1 << 63 else refuse("an integer")
    if isinstance(value, float):
        return ["real"] if math.isfinite(value) else refuse("a real")
    if value is None:
        return ["null"]
    check_text(value)
    return ["text", value]


def expected(data):
    """The value, or None where the text is refused."""
    try:
        text = data.decode("utf-8")
        if depth_of(text) > DEEPEST or "\0" in text:
            return None
        value = json.loads(text, parse_constant=refuse, object_pairs_hook=pairs)
        return marked(value) if isinstance(value, (dict, list)) else None
    except (ValueError, Refused):
        return None


class Echo:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, data):
        self.process.stdin.write(struct.pack(">I", len(data)) + data)
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise SystemExit(f"The parser ended on {data[:200]!r}.\n0 passed, 1 failed")
        return line[:1] == b"+", line[1:-1].decode("utf-8")


def differs(echo, data):
    """What is wrong, in a sentence, or None."""
    wanted = expected(data)
    taken, said = echo.ask(data)
    if taken != (wanted is not None):
        return f"accepted is {taken}: {said[:200]}"
    if not taken:
        return None if said.endswith(".") and len(said) > 15 else f"no sentence: {said}"
    found = json.loads(said)
    return None if found == wanted else f"found {str(found)[:200]}, not {str(wanted)[:200]}"


def mutated(draw, data, others):
    data = bytearray(data)
    for _ in range(draw.randrange(1, 5)):
        at = draw.randrange(len(data) + 1)
        kind = draw.randrange(6)
        if kind == 0:
            data[at:at] = draw.choice(TOKENS)
        elif kind == 1 and data:
            data[min(at, len(data) - 1)] ^= 1 << draw.randrange(8)
        elif kind == 2:
            del data[at:at + draw.randrange(1, 9)]
        elif kind == 3:
            data[at:at + draw.randrange(4)] = draw.choice(TOKENS)
        elif kind == 4:
            other = draw.choice(others)
            data[at:] = other[draw.randrange(len(other) + 1):]
        else:
            data[at:at] = data[max(0, at - draw.randrange(1, 30)):at]
    return bytes(data)


def drawn(draw, room):
    """A text of the grammar, written in one of the many ways that it allows."""
    blank = draw.choice((b"", b"", b" ", b"\n\t", b"\r\n"))
    kind = draw.randrange(9) if room > 0 else draw.randrange(2, 9)
    if kind == 0:
        inner = [drawn(draw, room - 1) for _ in range(draw.randrange(5))]
        return b"[" + blank + (b"," + blank).join(inner) + blank + b"]"
    if kind == 1:
        inner = [drawn_text(draw) + blank + b":" + drawn(draw, room - 1)
                 for _ in range(draw.randrange(5))]
        return b"{" + blank + (blank + b",").join(inner) + b"}" + blank
    if kind == 2:
        return drawn_text(draw)
    if kind in (3, 4):
        return str(draw.randrange(-1 << draw.randrange(1, 66), 1 << draw.randrange(1, 66))).encode()
    if kind == 5:
        return f"{draw.uniform(-9, 9):.{draw.randrange(1, 20)}f}".encode() + draw.choice(
            (b"", b"e3", b"E-7", b"e+308", b"e-320", b"e309"))
    return draw.choice((b"null", b"true", b"false"))


def drawn_text(draw):
    out = b'"'
    for _ in range(draw.randrange(8)):
        code = draw.choice((draw.randrange(0x20, 0x7F), draw.randrange(1, 0x3000),
                            draw.randrange(0xE000, 0x110000)))
        if draw.random() < 0.4 or chr(code) in '"\\' or code < 0x20:
            pair = chr(code).encode("utf-16-be")
            out += b"".join(b"\\u" + pair[i:i + 2].hex().encode() for i in range(0, len(pair), 2))
        else:
            out += chr(code).encode()
    return out + b'"'


def corpus_of(folders):
    found = []
    for folder in folders:
        for path, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                with open(os.path.join(path, name), "rb") as file:
                    data = file.read(20000)
                found += [data, data.partition(b"\n")[2]]  # some have a line in front
    return [data for data in found if data]


def fixed():
    yield from TOKENS
    for token in TOKENS:
        yield b"[" + token + b"]"
        yield b'["' + token + b'"]'
        yield b'{"' + token + b'":1}'
        yield b'{"a":1,' + token + b"}"
        yield b'{"a":' + token + b"}"
    for depth in (DEEPEST - 1, DEEPEST, DEEPEST + 1, 100000):
        yield b"[" * depth + b"]" * depth
        yield b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)
        yield b"[" * depth


def main():
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    sys.setrecursionlimit(100000)
    is_long = os.environ.get("EXOLEDGER_LONG", "0") not in ("", "0")
    seed = int(os.environ.get("EXOLEDGER_SEED") or random.SystemRandom().randrange(1 << 32))
    draw, echo, corpus = random.Random(seed), Echo(sys.argv[1]), corpus_of(sys.argv[2:])
    print(f"seed {seed}, {len(corpus)} texts in the corpus")
    texts = list(fixed()) + corpus
    count = 600000 if is_long else 12000
    passed = failed = taken = 0
    for number in range(len(texts) + count):
        data = texts[number] if number < len(texts) else (
            mutated(draw, draw.choice(corpus), corpus) if number % 2 else drawn(draw, 5))
        wrong = differs(echo, data)
        passed += not wrong
        failed += bool(wrong)
        taken += expected(data) is not None
        if wrong and failed <= 10:
            print(f"FAILED {data[:300]!r}: {wrong}")
    echo.process.stdin.close()
    failed += echo.process.wait(60) != 0
    print(f"{taken} of {passed + failed} texts accepted by both")
    if not 0.1 < taken / (passed + failed) < 0.9:
        print("FAILED: nearly all texts have one answer; nothing is compared")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
