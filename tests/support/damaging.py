# damaging.py: which ways does a disk have to change a file behind everybody's back?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each damage takes a place (a copy of its own) and a generator of draws, and says what it did."""
import os
import shutil

PAGE = 4096
WAL_HEAD, FRAME_HEAD = 32, 24
FRAME = FRAME_HEAD + PAGE
KINDS = {0x0D: "row", 0x05: "branch of rows", 0x0A: "index", 0x02: "branch of an index"}


def read_at(path, at, size):
    with open(path, "rb") as file:
        file.seek(at)
        return file.read(size)


def write_at(path, at, data):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(data)


def flip_at(path, at, bit):
    write_at(path, at, bytes([read_at(path, at, 1)[0] ^ 1 << bit]))


def flip(name, low=0, high=None):
    """One bit of a file, or of its bytes from low on before high."""
    def damage(place, rest):
        path = place.path(name)
        at = rest.randrange(low, high or os.path.getsize(path))
        bit = rest.randrange(8)
        flip_at(path, at, bit)
        return f"bit {bit} of byte {at} of {name}", lambda: flip_at(path, at, bit)
    return damage


def pages_of(path):
    """The pages of a database by what they hold; what is on no tree is free or an overflow."""
    with open(path, "rb") as file:
        data = file.read()
    free = set()
    trunk = int.from_bytes(data[32:36], "big")
    while trunk:
        free.add(trunk)
        base = (trunk - 1) * PAGE
        count = int.from_bytes(data[base + 4:base + 8], "big")
        for i in range(count):
            free.add(int.from_bytes(data[base + 8 + 4 * i:base + 12 + 4 * i], "big"))
        trunk = int.from_bytes(data[base:base + 4], "big")
    kinds = {}
    for number in range(1, len(data) // PAGE + 1):
        first = data[100 if number == 1 else (number - 1) * PAGE]
        kind = "free" if number in free else KINDS.get(first, "overflow")
        kinds.setdefault("schema" if number == 1 else kind, []).append(number)
    return kinds


def holds_something(data, at):
    """Whether a byte of a page is part of its head, its pointers or its cells."""
    head = 8 if data[0] in (0x0D, 0x0A) else 12
    cells = int.from_bytes(data[3:5], "big")
    return at < head + 2 * cells or at >= int.from_bytes(data[5:7], "big")


def flip_in(kind):
    """One bit of a page of a kind, where something stands."""
    def damage(place, rest):
        path = place.path("record.db")
        number = rest.choice(pages_of(path)[kind])
        data = read_at(path, (number - 1) * PAGE, PAGE)
        at = rest.randrange(PAGE)
        while kind in KINDS.values() and not holds_something(data, at):
            at = rest.randrange(PAGE)
        bit = rest.randrange(8)
        flip_at(path, (number - 1) * PAGE + at, bit)
        return f"bit {bit} of byte {at} of page {number} ({kind})", None
    return damage


def flip_in_wal(low, high, within):
    """One bit of a frame between two parts of the log, in its head or its page."""
    def damage(place, rest):
        path = place.path("record.db-wal")
        frames = (os.path.getsize(path) - WAL_HEAD) // FRAME
        frame = rest.randrange(int(frames * low), max(int(frames * high), int(frames * low) + 1))
        at = WAL_HEAD + frame * FRAME + rest.randrange(*within)
        bit = rest.randrange(8)
        flip_at(path, at, bit)
        return (f"bit {bit} of byte {at}, in frame {frame + 1} of {frames}",
                lambda: flip_at(path, at, bit))
    return damage


def misdirect(place, rest):
    """A page is written to another page's place."""
    path = place.path("record.db")
    pages = os.path.getsize(path) // PAGE
    source, target = rest.randrange(1, pages), rest.randrange(1, pages)
    write_at(path, target * PAGE, read_at(path, source * PAGE, PAGE))
    return f"page {source + 1} written over page {target + 1}", None


def stale(older):
    """One page is as it was before; older is a copy of the database from then."""
    def damage(place, rest):
        path = place.path("record.db")
        pages = os.path.getsize(older) // PAGE
        numbers = [n for n in range(pages)
                   if read_at(older, n * PAGE, PAGE) != read_at(path, n * PAGE, PAGE)]
        number = rest.choice(numbers)
        write_at(path, number * PAGE, read_at(older, number * PAGE, PAGE))
        return f"page {number + 1} as it was before", None
    return damage


def zero(name, size):
    """A block of a file is zeroes."""
    def damage(place, rest):
        path = place.path(name)
        block = rest.randrange(max(os.path.getsize(path) // size, 1))
        length = min(size, os.path.getsize(path) - block * size)
        write_at(path, block * size, bytes(length))
        return f"{length} bytes of {name} from {block * size} are zero", None
    return damage


def cut(name):
    """A file ends early."""
    def damage(place, rest):
        path = place.path(name)
        size = rest.randrange(os.path.getsize(path))
        os.truncate(path, size)
        return f"{name} ends behind {size} bytes", None
    return damage


def put_back(name, older):
    def damage(place, _):
        shutil.copy(older, place.path(name))
        return f"an older {name}", None
    return damage
