#!/usr/bin/python3
# images_test.py: are the particles of a video found, and where they are?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: images_test.py PROGRAM [--own]

Scores what tests/differential/spots_echo beside PROGRAM finds in two videos of an independent
simulator, where EXOLEDGER_SYNTHETIC or ../shared/data/synthetic beside the sources holds them, and,
where --own is given, in scenes that exoledger simulate makes of seeds that no setting was chosen
by. Of the settings it is told the camera and 0.1 false spots in a frame.

Each true place and each spot count once, nearest pairs first, up to 3 px. Bright are particles of
more than 1500 photons within 1.5 um of the focus. Spots far out of focus, near the threshold, lie
more than 3 px off in some cases, because a standard error of 1 px is all that their light allows: of
all spots 98.5 % have to lie within 5 px of a particle, of those 15 standard deviations of the noise
above their background 99.5 % within 3 px. A margin of 5 px is left out, where spots are cut off;
the figures with it are told.

Ends with the line "N passed, N failed[, N skipped]"."""

import csv
import gzip
import io
import json
import lzma
import math
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SYNTHETIC = os.environ.get("EXOLEDGER_SYNTHETIC",
                           os.path.join(os.path.dirname(ROOT), "shared", "data", "synthetic"))
PROGRAM = sys.argv[1]
ECHO = os.path.join(os.path.dirname(os.path.abspath(PROGRAM)), "tests", "differential",
                    "spots_echo")
OWN = "--own" in sys.argv[2:]
NEAR, NEARER, STRONG = 5.0, 3.0, 15.0
SEEDS = (1000, 1001)


def spots_of(path, width, height, bits, camera):
    """By frame: x, y, error, strength."""
    words = [ECHO, path, width, height, bits, *camera, 0.1]
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, check=True,
                          timeout=600, text=True)
    spots = {}
    for line in done.stdout.splitlines():
        if line.startswith("#"):
            continue
        v = line.split()
        spots.setdefault(int(v[0]), []).append((float(v[1]), float(v[2]), float(v[6]), float(v[7])))
    return spots


def truth_of(lines):
    """By frame: x, y, z, photons, number."""
    truth = {}
    for row in csv.DictReader(lines):
        truth.setdefault(int(row["frame"]), []).append(
            (float(row["x_px"]), float(row["y_px"]), float(row["z_um"]), float(row["photons"]),
             int(row["id"])))
    return truth


def pair(places, spots, reach):
    """Place of each spot, spot of each place."""
    cells = {}
    for i, place in enumerate(places):
        cells.setdefault((place[0] // 8, place[1] // 8), []).append(i)
    pairs = []
    for j, spot in enumerate(spots):
        column, row = spot[0] // 8, spot[1] // 8
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                for i in cells.get((x, y), ()):
                    away = math.hypot(places[i][0] - spot[0], places[i][1] - spot[1])
                    if away <= reach:
                        pairs.append((away, i, j))
    of_place, of_spot = {}, {}
    for _, i, j in sorted(pairs):
        if i not in of_place and j not in of_spot:
            of_place[i], of_spot[j] = j, i
    return of_place, of_spot


def root_mean_square(values):
    return math.sqrt(sum(value * value for value in values) / len(values))


class Score:
    """Counts over all frames of one or more videos."""

    def __init__(self):
        self.bright = self.found = self.spots = self.near = self.strong = self.real = 0
        self.errors, self.all_errors = [], []

    def frame(self, places, spots, size, margin):
        def inside(place):
            return all(margin - 0.5 <= place[k] <= size[k] - 0.5 - margin for k in (0, 1))
        of_place, of_spot = pair(places, spots, NEARER)
        near = pair(places, spots, NEAR)[1]
        for i, place in enumerate(places):
            if not inside(place) or place[4] < 0:
                continue
            bright = place[3] > 1500 and abs(place[2]) < 1.5
            self.bright += bright
            self.found += bright and i in of_place
            if i in of_place:
                spot = spots[of_place[i]]
                errors = [spot[0] - place[0], spot[1] - place[1]]
                self.all_errors += errors
                self.errors += errors if bright else []
        for j, spot in enumerate(spots):
            if inside(spot):
                self.spots += 1
                self.near += j in near
                self.strong += spot[3] >= STRONG
                self.real += spot[3] >= STRONG and j in of_spot

    def video(self, truth, spots, size, margin):
        for frame in sorted(truth):
            self.frame(truth[frame], spots.get(frame, []), size, margin)

    def tell(self, name):
        middle = sorted(abs(error) for error in self.errors)[len(self.errors) // 2]
        print(f"{name}: recall {self.found / self.bright:.4f} of {self.bright}, within 5 px "
              f"{self.near / self.spots:.4f} of {self.spots}, strong within 3 px "
              f"{self.real / self.strong:.4f} of {self.strong}; bright: median {middle:.3f} px, "
              f"RMS {root_mean_square(self.errors):.3f}; all RMS "
              f"{root_mean_square(self.all_errors):.3f}")
        return (self.found / self.bright, self.near / self.spots, self.real / self.strong, middle,
                root_mean_square(self.errors))


def judge(name, score, recall):
    """Sentences about what does not meet its bar."""
    found, near, real, median, rms = score.tell(name)
    bars = ((found >= recall, f"finds {found:.4f} of the bright particles, not {recall}"),
            (near >= 0.985, f"{near:.4f} of the spots lie near a particle, not 0.985"),
            (real >= 0.995, f"{real:.4f} of the strong spots are particles, not 0.995"),
            (median <= 0.14, f"median error {median:.3f} px, not 0.14"),
            (rms <= 0.30, f"RMS error {rms:.3f} px, not 0.30"))
    return [f"{name}: {sentence}" for good, sentence in bars if not good]


def independent(name, recall, folder):
    with open(os.path.join(SYNTHETIC, name + ".json"), encoding="utf-8") as file:
        about = json.load(file)
    size = (about["W"], about["H"])
    packed = f"{name}_{about['T']}x{about['H']}x{about['W']}_u8.raw.xz"
    path = os.path.join(folder, name + ".raw")
    with lzma.open(os.path.join(SYNTHETIC, packed)) as packed, open(path, "wb") as file:
        file.write(packed.read())
    with gzip.open(os.path.join(SYNTHETIC, name + "_truth.csv.gz"), "rt") as file:
        truth = truth_of(io.StringIO(file.read()))
    gain = about["gain_DN_per_e"]
    spots = spots_of(path, *size, 8, (gain, 0, about["read_noise_e"] * gain))
    score, whole = Score(), Score()
    score.video(truth, spots, size, 5)
    whole.video(truth, spots, size, 0)
    whole.tell(name + " with its borders")
    return judge(name, score, recall)


def own(name, recall, folder):
    score = Score()
    for seed in SEEDS:
        out = os.path.join(folder, f"{name}-{seed}")
        scene = os.path.join(folder, name + ".json")
        with open(scene, "w", encoding="utf-8") as file:
            json.dump({"scene": name, "frames": 100}, file)
        subprocess.run([PROGRAM, "simulate", "--scene", scene, "--seed", str(seed), "--out", out],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
                       timeout=600)
        with open(os.path.join(out, "video.json"), encoding="utf-8") as file:
            about = json.load(file)
        with open(os.path.join(out, "truth.csv"), encoding="utf-8") as file:
            truth = truth_of(file)
        size, gain = (about["width_px"], about["height_px"]), about["gain_dn_per_e"]
        camera = (gain, about["offset_dn"], about["read_noise_e"] * gain)
        spots = spots_of(os.path.join(out, "video.raw"), *size, about["bits"], camera)
        score.video(truth, spots, size, 5)
    return judge(f"own {name}, seeds {SEEDS[0]} to {SEEDS[-1]}", score, recall)


def main():
    scenes = (("mono100", 0.99), ("ev_drift", 0.975))
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory() as folder:
        tests = [(independent, os.path.isdir(SYNTHETIC), f"{SYNTHETIC} is not there"),
                 (own, OWN, "--own was not asked for")]
        for test, possible, reason in tests:
            for name, recall in scenes:
                if not possible:
                    print(f"skipped {test.__name__} {name}: {reason}")
                    skipped += 1
                    continue
                wrong = test(name, recall, folder)
                for sentence in wrong:
                    print("FAILED " + sentence)
                failed += bool(wrong)
                passed += not wrong
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
