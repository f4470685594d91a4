#!/usr/bin/python3
# scenes_test.py: does exoledger simulate make what an independent simulator makes?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: scenes_test.py PROGRAM

First the command: its files, what it refuses, the same bytes at any number of threads. Then two
scenes against videos and truth of another simulator (simulate_nta.py, in another language, by other
formulas): EXOLEDGER_SYNTHETIC, or ../shared/data/synthetic beside the sources, holds them; where
they are not there that part is skipped.

Seeds are fixed. A comparison of two means allows four standard errors (a false alarm in 16,000), a
comparison of one value with a few others Student's t at 0.1 %, a Kolmogorov-Smirnov test the level
of 0.1 %. The other simulator averages over the ends of 8 parts of an exposure, which makes its blur
R (1 - 1/64) (section 8 of its description); ours averages over the exposure itself.

Ends with the line "N passed, N failed[, N skipped]"."""

import csv
import gzip
import json
import lzma
import math
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SYNTHETIC = os.environ.get("EXOLEDGER_SYNTHETIC",
                           os.path.join(os.path.dirname(ROOT), "shared", "data", "synthetic"))
PROGRAM = sys.argv[1]
FRAME_S, EXPOSURE_S, PIXEL_UM, WIDTH, HEIGHT, FRAMES = 0.04, 0.0325, 0.14, 640, 512, 120
SEEDS = range(1, 13)  # of our own scenes
T_LIMIT = 4.44        # Student, 11 degrees of freedom, 0.1 % on both sides
INPUT, MISSING, CONFLICT, STORAGE = 2, 5, 6, 10


class Wrong(Exception):
    """What a test found, in a sentence."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


def run(*words, limit=None):
    def cut():
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return subprocess.run([PROGRAM, "simulate", *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=300,
                          check=False, preexec_fn=cut, text=True)


def make(out, *words):
    done = run("--out", out, *words)
    must(done.returncode == 0, f"{words}: {done.returncode}, {done.stderr!r}")
    return done


def refused(code, word, *words, limit=None):
    done = run(*words, limit=limit)
    text = done.stderr.strip().splitlines()
    must(done.returncode == code, f"{words}: ended with {done.returncode}: {done.stderr!r}")
    must(text and text[-1].startswith("exoledger: ") and text[-1].endswith("."),
         f"{words}: no sentence: {done.stderr!r}")
    must(word in text[-1], f"{words}: {word!r} is not in {text[-1]!r}")


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)
    return path


# The command.

SMALL = {"width_px": 96, "height_px": 64, "frames": 12, "concentration_per_ml": 2e10, "bits": 12,
         "dropped": 0.3, "stuck_spots": 2, "false_spots": 1, "sheet_um": 2, "box_depth_um": 12,
         "hot_pixels": 3, "hot_photons": 100}


def folder_is_whole(place):
    scene = write(f"{place}/small.json", SMALL)
    make(f"{place}/out", "--scene", scene, "--seed", 3)
    names = sorted(os.listdir(f"{place}/out"))
    must(names == ["scene.json", "tracks.csv", "truth.csv", "truth.json", "video.json",
                   "video.raw"], f"files: {names}")
    video = json.loads(read(place, "out", "video.json"))
    truth = json.loads(read(place, "out", "truth.json"))
    must(len(read(place, "out", "video.raw")) == 96 * 64 * 2 * video["frames"], "size of the video")
    must(video["frames"] + len(video["dropped_frames"]) == 12 and video["dropped_frames"],
         f"frames: {video['frames']} and {video['dropped_frames']}")
    must(truth["frames"] == video["frames"] and truth["seed"] == video["seed"] == 3, "truth")
    must(max(read(place, "out", "video.raw")[1::2]) < 16, "more than 12 bits")
    must(json.loads(read(place, "out", "scene.json")) == video["scene"], "scene in the sidecar")
    for row in csv.DictReader(read(place, "out", "truth.csv").decode().splitlines()):
        must(int(row["frame"]) not in video["dropped_frames"], "truth of a dropped frame")
    must(sorted(os.listdir(place)) == ["out", "small.json"], f"left: {os.listdir(place)}")


def same_bytes_at_any_number_of_threads(place):
    scene = write(f"{place}/small.json", SMALL)
    for threads in (1, 2, 4):
        make(f"{place}/{threads}", "--scene", scene, "--seed", 3, "--threads", threads)
    make(f"{place}/again", "--scene", f"{place}/1/scene.json", "--seed", 3)
    make(f"{place}/tracks", "--scene", scene, "--seed", 3, "--tracks-only")
    make(f"{place}/other", "--scene", scene, "--seed", 4)
    for name in os.listdir(f"{place}/1"):
        for other in ("2", "4", "again"):
            must(read(place, "1", name) == read(place, other, name), f"{name} of {other}")
        if name.startswith("video"):
            must(not os.path.exists(f"{place}/tracks/{name}"), f"{name} was not asked for")
        else:
            must(read(place, "1", name) == read(place, "tracks", name), f"{name} of tracks")
        must(name == "scene.json" or read(place, "1", name) != read(place, "other", name),
             f"{name} is the same for another seed")


def nothing_is_overwritten(place):
    os.mkdir(f"{place}/empty")
    os.mkdir(f"{place}/full")
    write(f"{place}/full/kept", "kept")
    write(f"{place}/file", "kept")
    scene = write(f"{place}/small.json", SMALL)
    refused(CONFLICT, "not an empty folder", "--scene", scene, "--out", f"{place}/full")
    refused(CONFLICT, "not an empty folder", "--scene", scene, "--out", f"{place}/file")
    must(os.listdir(f"{place}/full") == ["kept"] and read(place, "file") == b'"kept"', "overwritten")
    make(f"{place}/empty/", "--scene", scene)
    must(len(os.listdir(f"{place}/empty")) == 6, "an empty folder is taken")
    refused(STORAGE, "none/out", "--scene", scene, "--out", f"{place}/none/out")
    must(sorted(os.listdir(place)) == ["empty", "file", "full", "small.json"], "something is left")


def wrong_input_is_one_sentence(place):
    out = f"{place}/out"
    for code, word, words in (
            (INPUT, "--scene", ["--out", out]),
            (INPUT, "--out", ["--scene", "mono100"]),
            (MISSING, "nothing", ["--scene", "nothing", "--out", out]),
            (INPUT, "seed", ["--scene", "mono100", "--out", out, "--seed", "-1"]),
            (INPUT, "seed", ["--scene", "mono100", "--out", out, "--seed", "1.5"]),
            (INPUT, "threads", ["--scene", "mono100", "--out", out, "--threads", "0"]),
            (INPUT, "unknown", ["--scene", "mono100", "--out", out, "--unknown", "1"]),
            (STORAGE, place, ["--scene", place, "--out", out])):
        refused(code, word, *words)
    for word, scene in (("no member frame", {"frame": 3}), ("frames", {"frames": 0}),
                        ("exposure_ms", {"exposure_ms": 50}), ("JSON object", [1]),
                        ("no member size", {"populations": [{"size": 5}]})):
        refused(INPUT, word, "--scene", write(f"{place}/scene.json", scene), "--out", out)
    must(os.listdir(place) == ["scene.json"], f"left: {os.listdir(place)}")
    listed = run().stderr
    must("mono100" in listed and "ev_drift" in listed, f"the scenes are not listed: {listed!r}")


def a_full_disk_leaves_nothing(place):
    scene = write(f"{place}/small.json", dict(SMALL, frames=40))
    for limit in (100, 2000, 30000, 200000):  # in each of the files, one after the other
        refused(STORAGE, "cannot be written", "--scene", scene, "--out", f"{place}/out",
                limit=limit)
        must(os.listdir(place) == ["small.json"], f"left: {os.listdir(place)}")


def an_interruption_leaves_nothing(place):
    """During the video, and while particles are followed; what was shown until then is progress."""
    for scene in ({"frames": 20000}, {"concentration_per_ml": 1e11, "frames": 1000}):
        file = write(f"{place}/scene.json", scene)
        process = subprocess.Popen([PROGRAM, "simulate", "--scene", file, "--out", f"{place}/out"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        shown = process.stderr.readline()  # after a second
        drafts = [name for name in os.listdir(place) if name.endswith(".draft")]
        must(process.poll() is None and len(drafts) == 1, f"at work: {drafts}, {shown!r}")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        must(process.returncode == -signal.SIGINT, f"ended with {process.returncode}")
        must(re.fullmatch(r" *\d+ %, \d+ of \d+ (particles|frames), \d+ s left\n", shown),
             f"progress: {shown!r}")
        must(os.listdir(place) == ["scene.json"], f"left: {os.listdir(place)}")


# The scenes of the other simulator.

class Scene:
    """True positions, as rows of numbers, and what was simulated."""

    def __init__(self, text, diffusion_100nm, blur, per_ml, drift_um_per_s):
        rows = csv.DictReader(text)
        self.rows = [(int(row["frame"]), int(row["id"]), float(row["x_px"]), float(row["y_px"]),
                      float(row["z_um"]), float(row["d_nm"]), float(row["photons"]))
                     for row in rows]
        self.diffusion_100nm, self.blur = diffusion_100nm, blur
        self.per_ml, self.drift_um_per_s = per_ml, drift_um_per_s

    def tracks(self):
        tracks = {}
        for row in self.rows:
            tracks.setdefault(row[1], []).append(row)
        return tracks.values()

    def in_view_over_expected(self):
        """Mean number in the view per frame over what the concentration of the box gives."""
        inside = sum(0 <= row[2] < WIDTH and 0 <= row[3] < HEIGHT for row in self.rows)
        volume_ml = WIDTH * HEIGHT * PIXEL_UM ** 2 * 12 * 1e-12
        return inside / FRAMES / (self.per_ml * volume_ml)

    def scaled_steps(self):
        """Squares of steps, and products of two that follow each other, each over the variance
        that theory gives for the size; of particles that begin 6 um from the edges, so that none
        is lost for a long step."""
        squares, products = [], []
        edge = 6 / PIXEL_UM
        for track in self.tracks():
            variance = 2 * self.diffusion_100nm * 100 / track[0][5] * FRAME_S * (1 - 2 * self.blur)
            scale = PIXEL_UM / math.sqrt(variance)
            carried = self.drift_um_per_s * FRAME_S / PIXEL_UM
            for i in range(len(track) - 1):
                one, two = track[i], track[i + 1]
                if two[0] != one[0] + 1 or not (edge < one[2] < WIDTH - edge and
                                                edge < one[3] < HEIGHT - edge):
                    continue
                step = (two[2] - one[2] - carried) * scale, (two[3] - one[3]) * scale
                squares += [step[0] ** 2, step[1] ** 2]
                if i + 2 < len(track) and track[i + 2][0] == two[0] + 1:
                    products += [step[0] * (track[i + 2][2] - two[2] - carried) * scale,
                                 step[1] * (track[i + 2][3] - two[3]) * scale]
        return squares, products

    def rho(self):
        """Covariance over variance of steps that follow each other."""
        return self.blur / (1 - 2 * self.blur)

    def photons(self):
        return [row[6] for row in self.rows if row[0] in (0, FRAMES - 1)]

    def sizes(self):
        return [track[0][5] for track in self.tracks()]


def other_scene(name):
    with open(f"{SYNTHETIC}/{name}.json", encoding="utf-8") as file:
        told = json.load(file)
    blur = EXPOSURE_S / (6 * FRAME_S) * (1 - 1 / 64)
    with gzip.open(f"{SYNTHETIC}/{name}_truth.csv.gz", "rt") as file:
        return Scene(file, told["D100_um2_s"], blur, told["conc_true_per_mL"], told["drift"][0])


def our_scenes(name, other, place):
    scenes = []
    for seed in SEEDS:
        folder = f"{place}/{name}.{seed}"
        make(folder, "--scene", name, "--seed", seed, "--tracks-only")
        truth = json.loads(read(folder, "truth.json"))
        scenes.append(Scene(read(folder, "truth.csv").decode().splitlines(),
                            other.diffusion_100nm, EXPOSURE_S / (6 * FRAME_S),
                            truth["concentration_per_ml"], other.drift_um_per_s))
    return scenes


def mean(values):
    return sum(values) / len(values)


def deviation(values):
    middle = mean(values)
    return math.sqrt(sum((value - middle) ** 2 for value in values) / (len(values) - 1))


def steps_agree(name, other, ours):
    """Both against theory; errors of a moving average: sqrt(2 (1 + 2 rho2) / n) of the squares and
    sqrt((1 + 3 rho2) / n) of the products."""
    for who, scenes in (("the other", [other]), ("ours", ours)):
        squares, products, rho = [], [], scenes[0].rho()
        for scene in scenes:
            more_squares, more_products = scene.scaled_steps()
            squares += more_squares
            products += more_products
        square_error = math.sqrt(2 * (1 + 2 * rho ** 2) / len(squares))
        product_error = math.sqrt((1 + 3 * rho ** 2) / len(products))
        square, product = mean(squares), mean(products)
        print(f"{name}, {who}: {len(squares)} steps, variance {square:.4f} +- {square_error:.4f} "
              f"of 1, covariance {product:.4f} +- {product_error:.4f} of {rho:.4f}")
        must(abs(square - 1) < 4 * square_error, f"{who}: variance of steps {square:.4f}")
        must(abs(product - rho) < 4 * product_error, f"{who}: covariance of steps {product:.4f}")


def counts_agree(name, other, ours):
    counts = [scene.in_view_over_expected() for scene in ours]
    middle, spread = mean(counts), deviation(counts)
    theirs = other.in_view_over_expected()
    print(f"{name}: in view over expected {middle:.3f} +- {spread:.3f}, the other {theirs:.3f}")
    must(abs(middle - 1) < T_LIMIT * spread / math.sqrt(len(counts)), f"ours: {middle:.3f}")
    must(abs(theirs - middle) < T_LIMIT * spread * math.sqrt(1 + 1 / len(counts)),
         f"the other: {theirs:.3f}")


def kolmogorov_smirnov(name, what, one, other):
    """The largest distance of the two distributions, against its limit at 0.1 %."""
    one, other = sorted(one), sorted(other)
    i = j = 0
    largest = 0
    while i < len(one) and j < len(other):
        value = min(one[i], other[j])
        while i < len(one) and one[i] <= value:
            i += 1
        while j < len(other) and other[j] <= value:
            j += 1
        largest = max(largest, abs(i / len(one) - j / len(other)))
    limit = 1.95 * math.sqrt((len(one) + len(other)) / (len(one) * len(other)))
    print(f"{name}: {what} of {len(one)} and {len(other)} differ by {largest:.3f} of {limit:.3f}")
    must(largest < limit, f"{what} differ by {largest:.3f}")


class Video:
    """Some frames, and the true positions in them."""

    def __init__(self, data, rows, frames):
        self.data, self.frames = data, frames
        self.rows = {frame: [] for frame in frames}
        for row in rows:
            if row[0] in self.rows:
                self.rows[row[0]].append(row)

    def background(self):
        """Count, mean and variance of pixels 25 pixels away from every particle."""
        histogram = [0] * 256
        for frame in self.frames[::4]:
            for y in range(0, HEIGHT, 2):
                start = (frame * HEIGHT + y) * WIDTH
                row = bytearray(self.data[start:start + WIDTH])
                clear = bytearray(b"\1") * WIDTH
                for spot in self.rows[frame]:
                    if abs(spot[3] - y) < 25:
                        low, high = max(int(spot[2]) - 25, 0), min(int(spot[2]) + 26, WIDTH)
                        clear[low:high] = bytes(max(high - low, 0))
                for value, use in zip(row, clear):
                    histogram[value] += use
        count = sum(histogram)
        middle = sum(value * n for value, n in enumerate(histogram)) / count
        variance = sum((value - middle) ** 2 * n for value, n in enumerate(histogram)) / count
        return count, middle, variance

    def spots(self, background):
        """Of particles near the focus and far from others: light found in 31 x 31 pixels over the
        true photons, and the share of it in the middle 7 x 7."""
        found, middle = [], []
        for frame, rows in self.rows.items():
            for row in rows:
                if not (abs(row[4]) < 1 and 1000 < row[6] < 9000 and 20 < row[2] < WIDTH - 21 and
                        20 < row[3] < HEIGHT - 21):
                    continue
                if any(other[1] != row[1] and abs(other[2] - row[2]) < 34 and
                       abs(other[3] - row[3]) < 34 and other[6] > 20 for other in rows):
                    continue
                sums = [self.box(frame, round(row[2]), round(row[3]), half, background)
                        for half in (15, 3)]
                found.append(sums[0] / row[6])
                middle.append(sums[1] / row[6])
        return found, middle

    def box(self, frame, x, y, half, background):
        light = 0
        for line in range(y - half, y + half + 1):
            start = (frame * HEIGHT + line) * WIDTH + x - half
            light += sum(self.data[start:start + 2 * half + 1])
        return (light - background * (2 * half + 1) ** 2) / 0.25


def other_video(name, other, frames):
    with lzma.open(f"{SYNTHETIC}/{name}_120x512x640_u8.raw.xz") as file:
        return Video(file.read((frames[-1] + 1) * WIDTH * HEIGHT), other.rows, frames)


def our_video(name, other, frames, place):
    scene = write(f"{place}/{name}.json", {"scene": name, "frames": frames[-1] + 1})
    make(f"{place}/{name}", "--scene", scene, "--seed", 21, "--threads", 2)
    rows = Scene(read(place, name, "truth.csv").decode().splitlines(), 1, 0, 1, 0).rows
    return Video(read(place, name, "video.raw"), rows, frames)


def images_agree(name, other, place):
    """Background: 0.25 DN of 20 photons with 2 e of noise: mean 5, variance 1.5 + 1/12. The sums of
    31 x 31 pixels lose what is left of faint particles that truth does not list."""
    frames = range(0, 40)
    told = []
    for who, video in (("the other", other_video(name, other, frames)),
                       ("ours", our_video(name, other, frames, place))):
        count, middle, variance = video.background()
        found, core = video.spots(middle)
        print(f"{name}, {who}: background {middle:.4f}, variance {variance:.4f} of {count} pixels; "
              f"{len(found)} spots with {mean(found):.4f} +- "
              f"{deviation(found) / math.sqrt(len(found)):.4f} of their light, {mean(core):.4f} in "
              f"the middle")
        must(len(found) > 50, f"{who}: only {len(found)} spots")
        must(abs(middle - 5) < 0.02, f"{who}: background {middle:.4f}")
        must(abs(variance - 1.5833) < 0.03, f"{who}: variance {variance:.4f}")
        told.append((found, core))
    for what, one, two in (("light", told[0][0], told[1][0]), ("middle", told[0][1], told[1][1])):
        error = math.sqrt(deviation(one) ** 2 / len(one) + deviation(two) ** 2 / len(two))
        must(abs(mean(one) - mean(two)) < 4 * error + 0.003,
             f"{what}: {mean(one):.4f} and {mean(two):.4f} +- {error:.4f}")


COMMAND = (folder_is_whole, same_bytes_at_any_number_of_threads, nothing_is_overwritten,
           wrong_input_is_one_sentence, a_full_disk_leaves_nothing, an_interruption_leaves_nothing)


def compared(name, place):
    other = other_scene(name)
    ours = our_scenes(name, other, place)
    yield "steps", lambda: steps_agree(name, other, ours)
    yield "counts", lambda: counts_agree(name, other, ours)
    yield "photons", lambda: kolmogorov_smirnov(
        name, "photons", other.photons(), [value for scene in ours for value in scene.photons()])
    if name == "ev_drift":
        yield "sizes", lambda: kolmogorov_smirnov(
            name, "sizes", other.sizes(), [value for scene in ours for value in scene.sizes()])
    yield "images", lambda: images_agree(name, other, place)


def main():
    passed = failed = skipped = 0

    def attempt(name, test):
        nonlocal passed, failed
        try:
            test()
            passed += 1
        except Wrong as wrong:
            print(f"FAILED {name}: {wrong}")
            failed += 1

    for test in COMMAND:
        with tempfile.TemporaryDirectory() as place:
            attempt(test.__name__, lambda test=test, place=place: test(place))
    for name in ("mono100", "ev_drift"):
        if not os.path.exists(f"{SYNTHETIC}/{name}.json"):
            print(f"skipped {name}: there are no scenes of another simulator in {SYNTHETIC}")
            skipped += 1
            continue
        with tempfile.TemporaryDirectory() as place:
            for what, test in compared(name, place):
                attempt(f"{name} {what}", test)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
