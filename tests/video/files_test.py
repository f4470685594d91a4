#!/usr/bin/python3
# files_test.py: do the readers of videos find in a file what an independent program put in?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: files_test.py PROGRAM

ffmpeg, as Debian has it, writes a known pattern in the containers and compressions of laboratories;
tests/differential/video_echo beside PROGRAM tells what it reads. Compression without loss must give
back every pixel. A video of others is read where ../shared/data/video_bulk_water_BSD
(EXOLEDGER_VIDEOS) is there. Ends with the line "N passed, N failed[, N skipped]"."""

import math
import os
import random
import subprocess
import sys
import tempfile
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VIDEOS = os.environ.get("EXOLEDGER_VIDEOS", os.path.join(os.path.dirname(ROOT), "shared", "data",
                                                         "video_bulk_water_BSD"))
ECHO = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "tests", "differential",
                    "video_echo")
WIDTH, HEIGHT, FRAMES, RATE = 80, 48, 24, 25
PARTS = 30
INPUT = 1  # FAULT_INPUT
KIND_CONTAINER, KIND_TIFF, KIND_RAW = 1, 2, 3


class Wrong(Exception):
    """What a test found, in a sentence."""


class Skipped(Exception):
    """Why a test was not played."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


def levels(bits):
    """Spots that move over a noisy background; fixed by the seed."""
    draw = random.Random(bits)
    most = (1 << bits) - 1
    frames = []
    for frame in range(FRAMES):
        spots = [(10 + 2.5 * frame, 12, 1), (60 - frame, 30, 0.6), (40, 6 + frame, 0.3)]
        pixels = []
        for y in range(HEIGHT):
            for x in range(WIDTH):
                light = sum(height * math.exp(-((x - sx) ** 2 + (y - sy) ** 2) / 8)
                            for sx, sy, height in spots)
                pixels.append(min(most, int(most * (0.1 + 0.85 * light + 0.02 * draw.random()))))
        frames.append(pixels)
    return frames


def words(pixels):
    return b"".join(level.to_bytes(2, "little") for level in pixels)


def checksum(pixels):
    return f"{zlib.adler32(words(pixels)):08x}"


PATTERN = {bits: levels(bits) for bits in (8, 10, 12, 16)}
CHECKS = {bits: [checksum(frame) for frame in frames] for bits, frames in PATTERN.items()}
SUMS = {bits: [sum(frame) for frame in frames] for bits, frames in PATTERN.items()}
FORMATS = {8: "gray", 10: "gray10le", 12: "gray12le", 16: "gray16le"}


def encode(place, name, bits, *options, frames=None, before=()):
    """The pattern, written by ffmpeg."""
    with open(f"{place}/pattern", "wb") as file:
        for frame in frames or PATTERN[bits]:
            file.write(bytes(frame) if bits == 8 else words(frame))
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", FORMATS[bits], "-s",
         f"{WIDTH}x{HEIGHT}", "-r", str(RATE), *before, "-i", f"{place}/pattern",
         *map(str, options), f"{place}/{name}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120,
        check=False, text=True)
    must(done.returncode == 0, f"ffmpeg {options}: {done.stderr!r}")
    return f"{place}/{name}"


class Echo:
    """What video_echo tells of a file."""

    def __init__(self, path, *more):
        done = subprocess.run([ECHO, path, *map(str, more)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=120,
                              check=False, text=True)
        must(done.returncode in (0, 1) and not done.stderr,
             f"{path}: ended with {done.returncode}: {done.stderr!r}")
        lines = done.stdout.splitlines()
        self.sentence = None
        self.lines = lines
        self.frames = [line.split() for line in lines if line[0] not in "+-="]
        if lines[0][0] == "+":
            (self.kind, self.width, self.height, self.bits, self.declared) = map(
                int, lines[0].split()[1:6])
            self.frame_s = float(lines[0].split()[6])
            self.timed, self.lossy = (word == "1" for word in lines[0].split()[7:9])
            self.codec = lines[0].split(None, 9)[9]
        if done.returncode:
            _, kind, field, self.sentence = lines[-1].split(None, 3)
            must(int(kind) == INPUT and field == "file" and self.sentence.endswith("."),
                 f"{path}: is refused with {lines[-1]!r}")
        else:
            must(lines[-1] == f"= {len(self.frames)}", f"{path}: {lines[-1]!r}")

    def numbers(self):
        return [int(frame[0]) for frame in self.frames]


def good(path, *more):
    found = Echo(path, *more)
    must(found.sentence is None, f"{path}: {found.sentence}")
    return found


def exact(path, bits, timed, lossy=False):
    found = good(path)
    must((found.kind, found.width, found.height, found.bits) ==
         (KIND_CONTAINER, WIDTH, HEIGHT, bits), f"{path}: {found.lines[0]}")
    must([frame[3] for frame in found.frames] == CHECKS[bits], f"{path}: other pixels")
    must([int(frame[2]) for frame in found.frames] == SUMS[bits], f"{path}: other sums")
    must(found.numbers() == list(range(FRAMES)), f"{path}: {found.numbers()}")
    must(abs(found.frame_s - 1 / RATE) < 1e-6, f"{path}: frames of {found.frame_s} s")
    must(found.timed == timed and found.lossy == lossy, f"{path}: {found.lines[0]}")
    for number, frame in enumerate(found.frames):
        time_s = float(frame[1])
        must(abs(time_s - number / RATE) < 1e-3 if timed else math.isnan(time_s),
             f"{path}: frame {number} at {time_s} s")


# Name, bits, what ffmpeg is told, whether frames carry times, whether the compression may lose.
LOSSLESS = [
    ("y800.avi", 8, ["-c:v", "rawvideo", "-vtag", "Y800"], False, False),
    ("y8.avi", 8, ["-c:v", "rawvideo", "-vtag", "Y8  "], False, False),
    ("grey.avi", 8, ["-c:v", "rawvideo", "-vtag", "GREY"], False, False),
    ("colour.avi", 8, ["-c:v", "rawvideo", "-pix_fmt", "bgr24"], False, False),
    ("ffv1.avi", 8, ["-c:v", "ffv1"], False, False),
    ("ffv1_slices.avi", 8, ["-c:v", "ffv1", "-level", "3", "-slices", "4"], False, False),
    ("ffv1_10.mkv", 10, ["-c:v", "ffv1"], True, False),
    ("ffv1_12.mkv", 12, ["-c:v", "ffv1"], True, False),
    ("ffv1_16.mkv", 16, ["-c:v", "ffv1"], True, False),
    ("ffv1_16.avi", 16, ["-c:v", "ffv1"], False, False),
    ("huffyuv.avi", 8, ["-c:v", "huffyuv", "-pix_fmt", "rgb24"], False, False),
    ("ffvhuff.avi", 8, ["-c:v", "ffvhuff", "-pix_fmt", "gray"], False, False),
    ("utvideo.avi", 8, ["-c:v", "utvideo", "-pix_fmt", "gbrp"], False, False),
    ("magicyuv.avi", 8, ["-c:v", "magicyuv", "-pix_fmt", "gray"], False, False),
    ("png.avi", 8, ["-c:v", "png", "-pix_fmt", "gray"], False, False),
    ("png.mov", 8, ["-c:v", "png", "-pix_fmt", "gray"], True, False),
    ("png_16.mkv", 16, ["-c:v", "png", "-pix_fmt", "gray16be"], True, False),
    ("raw.mkv", 8, ["-c:v", "rawvideo"], True, False),
    ("jpegls.avi", 8, ["-c:v", "jpegls"], False, True),
    ("h264.mkv", 8, ["-c:v", "libx264", "-qp", "0", "-pix_fmt", "gray", "-bf", "3"], True, True),
    ("h264.mp4", 8, ["-c:v", "libx264", "-qp", "0", "-pix_fmt", "gray", "-bf", "3"], True, True),
    ("h264.avi", 8, ["-c:v", "libx264", "-qp", "0", "-pix_fmt", "gray", "-bf", "0"], False, True),
]


def nothing_is_lost(place, name, bits, options, timed, lossy):
    exact(encode(place, name, bits, *options), bits, timed, lossy)


# Name, what ffmpeg is told, root of the mean squared difference that is allowed, in levels of 8
# bits; in the limited range (16 to 235) levels are squeezed before.
LOSSY = [
    ("mjpeg.avi", ["-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p"], False),
    ("mjpeg.mkv", ["-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj422p"], False),
    ("h264.mp4", ["-c:v", "libx264", "-crf", "10", "-pix_fmt", "yuv420p"], True),
    ("h264.mkv", ["-c:v", "libx264", "-crf", "10", "-pix_fmt", "yuv444p"], True),
    ("hevc.mp4", ["-c:v", "libx265", "-crf", "10", "-x265-params", "log-level=none", "-pix_fmt",
                  "yuv420p"], True),
    ("mpeg4.avi", ["-c:v", "mpeg4", "-q:v", "2", "-bf", "2", "-pix_fmt", "yuv420p"], True),
]


def light_is_kept(place, name, options, limited):
    """Means of frames; codecs round, and 2 % is many times what rounding moves a mean."""
    found = good(encode(place, name, 8, *options))
    must(found.lossy and found.bits == 8 and len(found.frames) == FRAMES, f"{found.lines[0]}")
    must(found.numbers() == list(range(FRAMES)), f"{name}: {found.numbers()}")
    for frame, expected in zip(found.frames, SUMS[8]):
        mean = expected / WIDTH / HEIGHT
        mean = 16 + mean * 219 / 255 if limited else mean
        must(abs(int(frame[2]) / WIDTH / HEIGHT / mean - 1) < 0.02,
             f"{name}: frame {frame[0]} has {int(frame[2]) / WIDTH / HEIGHT}, not {mean}")


def threads_change_nothing(place):
    for name, bits, options in (("a.mkv", 16, ["-c:v", "ffv1", "-level", "3", "-slices", "4"]),
                                ("b.mp4", 8, ["-c:v", "libx264", "-bf", "3"]),
                                ("c.avi", 8, ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"])):
        path = encode(place, name, bits, *options)
        one = good(path).lines
        for threads in (2, 3, 7):
            must(good(path, "", 0, threads).lines == one, f"{name}: {threads} threads")


def lost_frames_leave_holes(place):
    """Frames 5 to 8, 13 and 20 were lost; the others keep their times."""
    kept = [frame for frame in range(FRAMES) if frame not in (5, 6, 7, 8, 13, 20)]
    lost = "select='not(between(n,5,8)+eq(n,13)+eq(n,20))'"
    for name, options in (("a.mkv", ["-c:v", "ffv1"]),
                          ("b.mp4", ["-c:v", "libx264", "-bf", "2"]),
                          ("c.mov", ["-c:v", "png"])):
        path = encode(place, name, 8, "-vf", lost, "-vsync", "vfr", *options)
        found = good(path)
        must(found.numbers() == kept, f"{name}: {found.numbers()}")
        must(abs(found.frame_s - 1 / RATE) < 1e-6, f"{name}: frames of {found.frame_s} s")


CUT = [
    ("mjpeg.avi", ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"]),
    ("h264.avi", ["-c:v", "libx264", "-bf", "0"]),
    ("ffv1.mkv", ["-c:v", "ffv1"]),
    ("h264.mkv", ["-c:v", "libx264"]),
    ("end.mp4", ["-c:v", "libx264"]),
    ("front.mp4", ["-c:v", "libx264", "-movflags", "faststart"]),
    ("parts.mp4", ["-c:v", "mjpeg", "-movflags", "frag_keyframe+empty_moov"]),
]


def half_a_video_is_no_video(place, name, options):
    """Cut at many places: refused, or everything is there and only an index is lost."""
    path = encode(place, name, 8, *options)
    whole = good(path)
    with open(path, "rb") as file:
        content = file.read()
    refused = 0
    for part in range(PARTS):
        with open(f"{place}/cut", "wb") as file:
            file.write(content[:len(content) * part // PARTS])
        found = Echo(f"{place}/cut")
        refused += found.sentence is not None
        must(found.sentence is not None or found.frames == whole.frames,
             f"{name}: {len(found.frames)} frames of a file cut to {part} of {PARTS} parts")
    must(refused >= PARTS * 0.9, f"{name}: only {refused} of {PARTS} were refused")


def damage_does_no_harm(place, name, options):
    """A run of bytes is changed: refused with a sentence, or no frame is missing."""
    path = encode(place, name, 8, *options)
    with open(path, "rb") as file:
        content = file.read()
    draw = random.Random(name)
    for _ in range(PARTS):
        at = draw.randrange(len(content))
        changed = bytearray(content)
        size = min(draw.choice((1, 4, 64, 700)), len(content) - at)
        changed[at:at + size] = draw.randbytes(size)
        with open(f"{place}/damaged", "wb") as file:
            file.write(changed)
        found = Echo(f"{place}/damaged")
        must(found.sentence or len(found.frames) == FRAMES,
             f"{name}: {len(found.frames)} frames with {size} bytes changed at {at}")


def what_is_no_video_is_refused(place):
    def write(name, content):
        with open(f"{place}/{name}", "wb") as file:
            file.write(content)
        return f"{place}/{name}"

    for name, content, word in (
            ("empty.avi", b"", "is empty"),
            ("text.avi", "Größe;Anzahl\r\n".encode("utf-16"), "is no AVI"),
            ("head.avi", b"RIFF\xff\xff\xff\xffAVI ", "damaged or missing"),
            ("huge.mp4", b"\0\0\0\x10ftypisom\0\0\0\0\xff\xff\xff\xffmdat", "damaged or missing"),
            ("page.tif", b"II*\0\xff\xff\xff\xff", "begins like a TIFF")):
        sentence = Echo(write(name, content)).sentence
        must(sentence and word in sentence, f"{name}: {sentence!r}")
    sound = f"{place}/sound.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", sound],
                   stdin=subprocess.DEVNULL, timeout=60, check=True)
    must("holds no video" in (Echo(sound).sentence or ""), f"sound: {Echo(sound).lines}")
    other = encode(place, "vp9.mkv", 8, "-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p")
    must('"vp9", which is not read' in (Echo(other).sentence or ""), f"vp9: {Echo(other).lines}")


def a_frame_of_another_size_is_refused(place):
    """Two MJPEG streams of other sizes, put behind each other as one MKV cannot; in an AVI each
    frame brings its own size, and ffmpeg copies what it is told to."""
    one = encode(place, "one.avi", 8, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p")
    other = encode(place, "other.avi", 8, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-vf",
                   "scale=64:32")
    with open(f"{place}/list", "w", encoding="utf-8") as file:
        file.write(f"file '{one}'\nfile '{other}'\n")
    subprocess.run(["ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", f"{place}/list",
                    "-c", "copy", f"{place}/both.avi"], stdin=subprocess.DEVNULL, timeout=60,
                   check=True)
    sentence = Echo(f"{place}/both.avi").sentence or ""
    must(f"frame {FRAMES}, counted from 0, has another size" in sentence, f"both: {sentence!r}")


def a_tiff_of_others_is_read(_):
    """Facts of the file that were found with other programs: pages, sizes, kind of compression."""
    path = os.path.join(VIDEOS, "stuck.tif")
    if not os.path.exists(path):
        raise Skipped(f"there is no stuck.tif in {VIDEOS}")
    found = good(path)
    must((found.kind, found.width, found.height, found.bits, len(found.frames)) ==
         (KIND_TIFF, 512, 512, 16, 5), found.lines[0])
    with open(path, "rb") as file:
        content = file.read()
    pages = strips_of(content)
    must(len(pages) == 5, f"{len(pages)} pages")
    for frame, page in zip(found.frames, pages):
        must(frame[3] == f"{zlib.adler32(page):08x}", f"page {frame[0]}: other pixels")


def strips_of(content):
    """Pixels of the pages of an uncompressed TIFF, low byte first (TIFF 6.0, section 2)."""
    ends = {b"II": "little", b"MM": "big"}[content[:2]]

    def number(at, size):
        return int.from_bytes(content[at:at + size], ends)

    pages, page = [], number(4, 4)
    while page:
        fields = {}
        for entry in range(number(page, 2)):
            at = page + 2 + 12 * entry
            size = {3: 2, 4: 4}.get(number(at + 2, 2), 1)
            count = number(at + 4, 4)
            place = at + 8 if size * count <= 4 else number(at + 8, 4)
            fields[number(at, 2)] = [number(place + size * i, size) for i in range(count)]
        must(fields.get(259, [1]) == [1], "the file is compressed")
        pixels = b"".join(content[at:at + size] for at, size in zip(fields[273], fields[279]))
        if ends == "big":
            pixels = b"".join(pixels[i:i + 2][::-1] for i in range(0, len(pixels), 2))
        pages.append(pixels)
        page = number(page + 2 + 12 * number(page, 2), 4)
    return pages


def tests():
    for row in LOSSLESS:
        yield f"lossless {row[0]}", lambda place, row=row: nothing_is_lost(place, *row)
    for row in LOSSY:
        yield f"lossy {row[0]}", lambda place, row=row: light_is_kept(place, *row)
    for row in CUT:
        yield f"cut {row[0]}", lambda place, row=row: half_a_video_is_no_video(place, *row)
        yield f"damaged {row[0]}", lambda place, row=row: damage_does_no_harm(place, *row)
    for test in (threads_change_nothing, lost_frames_leave_holes, what_is_no_video_is_refused,
                 a_frame_of_another_size_is_refused, a_tiff_of_others_is_read):
        yield test.__name__, test


def main():
    passed = failed = skipped = 0
    for name, test in tests():
        with tempfile.TemporaryDirectory() as place:
            try:
                test(place)
                passed += 1
            except Wrong as wrong:
                print(f"FAILED {name}: {wrong}")
                failed += 1
            except Skipped as why:
                print(f"skipped {name}: {why}")
                skipped += 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
