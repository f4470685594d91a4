#!/usr/bin/python3
# chain_test.py: does exoledger measure find the particles of a video, and say so when it cannot?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: chain_test.py PROGRAM

Simulated videos go in, as raw pixels with their sidecar and as the files that an independent
encoder makes of them; tracks, sizes, counts, flags and refusals come out and are held against the
truth of the simulation. Ends with the line "N passed, N failed[, N skipped]"."""

import csv
import json
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
INPUT = 2
WIDTH, HEIGHT = 320, 256
PIXEL_UM = 0.14
WATER_25C = 0.88999677  # mPa s


class Wrong(Exception):
    """What a test found, in a sentence."""


class Skipped(Exception):
    """Why a test was not played."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


def run(*words, timeout=600):
    return subprocess.run([PROGRAM, *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=timeout,
                          check=False, text=True)


def simulate(place, name, seed, **members):
    """A folder with video.raw, video.json and the truth."""
    scene = {"scene": "mono100", "width_px": WIDTH, "height_px": HEIGHT, "frames": 60, **members}
    with open(f"{place}/{name}.json", "w", encoding="utf-8") as file:
        json.dump(scene, file)
    done = run("simulate", "--scene", f"{place}/{name}.json", "--seed", seed, "--out",
               f"{place}/{name}")
    must(done.returncode == 0, f"simulate: {done.stderr!r}")
    return f"{place}/{name}"


def measure(*words):
    done = run("measure", *words, "--json")
    must(done.returncode == 0, f"measure {words}: {done.returncode}, {done.stderr!r}")
    return json.loads(done.stdout)


def tracks_of(*words):
    """The bytes of the table of tracks."""
    with tempfile.TemporaryDirectory() as place:
        measure(*words, "--bootstraps", 0, "--tracks", f"{place}/tracks.csv")
        with open(f"{place}/tracks.csv", "rb") as file:
            return file.read()


def refused(word, *words):
    done = run("measure", *words)
    must(done.returncode == INPUT, f"{words}: ended with {done.returncode}: {done.stderr!r}")
    must(not done.stdout, f"{words}: printed {done.stdout[:60]!r}")
    text = done.stderr.strip()
    must(text.startswith("exoledger: ") and "\n" not in text and text.endswith("."),
         f"{words}: no sentence: {text!r}")
    must(word in text, f"{words}: {word!r} is not in {text!r}")


def flag(report, name):
    return next(each for each in report["flags"] if each["name"] == name)


def true_positions(folder):
    frames = {}
    with open(f"{folder}/truth.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            frames.setdefault(int(row["frame"]), []).append(
                (float(row["x_px"]), float(row["y_px"]), float(row["z_um"]),
                 float(row["photons"]), int(row["id"])))
    return frames


def found_positions(table):
    frames = {}
    for row in csv.DictReader(table.decode().splitlines()):
        if row["particle"]:
            frames.setdefault(int(row["frame"]), []).append(
                (float(row["x_um"]) / PIXEL_UM, float(row["y_um"]) / PIXEL_UM, int(row["particle"])))
    return frames


def score(folder, table, radius_px=3):
    """Recall of what is bright and in focus, precision against all, and linking errors."""
    truth, found = true_positions(folder), found_positions(table)
    bright = hit = spots = real = 0
    errors, names = [], {}
    for frame, particles in truth.items():
        seen = found.get(frame, [])
        for x, y, z, photons, _ in particles:
            if photons > 1500 and abs(z) < 1.5 and 3 < x < WIDTH - 4 and 3 < y < HEIGHT - 4:
                bright += 1
                hit += any(math.hypot(x - a, y - b) < radius_px for a, b, _ in seen)
        for a, b, name in seen:
            near = min(particles, default=None, key=lambda p: math.hypot(p[0] - a, p[1] - b))
            away = math.hypot(near[0] - a, near[1] - b) if near else math.inf
            if 3 < a < WIDTH - 4 and 3 < b < HEIGHT - 4:  # light reaches in from outside
                spots += 1
                real += away < 2 * radius_px  # spots far from the focus are some ten pixels wide
            if away < radius_px:
                errors += [near[0] - a, near[1] - b]
                names.setdefault(name, []).append((frame, near[4]))
    links = sum(len(each) - 1 for each in names.values())
    wrong = sum(one[1] != other[1] for each in names.values()
                for one, other in zip(sorted(each), sorted(each)[1:]))
    return {"spots": spots, "recall": hit / bright, "precision": real / spots, "links": links, "wrong": wrong,
            "rms": math.sqrt(sum(e * e for e in errors) / len(errors))}


# ---- What a video shows. ----

def particles_are_found_where_they_are(place):
    # Some 300 particles have to be found: the bars of the qualification less four standard
    # deviations of so few. Noise alone may raise 0.02 spots in each of the 60 frames.
    folder = simulate(place, "beads", 1001)
    found = score(folder, tracks_of(f"{folder}/video.raw"))
    must(found["recall"] >= 0.99 - 4 * math.sqrt(0.01 / 300), f"{found}")
    must(found["precision"] >= 0.995 - (1.2 + 4 * math.sqrt(1.2)) / found["spots"], f"{found}")
    must(found["rms"] < 0.8, f"{found}")
    must(found["wrong"] <= 0.02 * found["links"], f"{found}")


def sizes_come_out_of_a_video(place):
    folder = simulate(place, "long", 1002, frames=300, concentration_per_ml=1.2e9)
    report = measure(f"{folder}/video.raw", "--bootstraps", 0)
    found = report["all_steps"]
    true = 1.380649e-23 * 298.15 / (3 * math.pi * WATER_25C * 1e-3 * 100e-9) * 1e12
    must(abs(found["diffusion_um2_per_s"] - true) < 4 * found["diffusion_sd"],
         f"D is {found['diffusion_um2_per_s']} +- {found['diffusion_sd']}, not {true}")
    must(85 < report["size"]["by_number"]["d50_nm"]["value"] < 115, "D50 is far from 100 nm")


def a_concentration_comes_out_of_a_video(place):
    folder = simulate(place, "counted", 1003, frames=120, sheet_um=0, depth_um=4,
                      concentration_per_ml=1e9, brightness_ln_sd=0)
    report = measure(f"{folder}/video.raw", "--dilution", 1, "--depth-um", 4, "--bootstraps", 0)
    with open(f"{folder}/truth.json", encoding="utf-8") as file:
        true = json.load(file)["concentration_per_ml"]
    found = report["concentration"]
    must(abs(found["per_ml"] - true) < 2 * (found["high_per_ml"] - found["low_per_ml"]),
         f"{found['per_ml']} is far from {true}")


def threads_and_containers_change_nothing(place):
    folder = simulate(place, "same", 1004, frames=40)
    raw = f"{folder}/video.raw"
    options = ["--pixel-nm", 140, "--frame-rate", 25, "--exposure-ms", 32.5, "--temperature-c", 25,
               "--gain-dn-per-e", 0.25, "--offset-dn", 0, "--read-noise-dn", 0.5]
    first = tracks_of(raw, "--threads", 1)
    for threads in (2, 5):
        must(tracks_of(raw, "--threads", threads) == first, f"{threads} threads find another table")
    if not shutil.which("ffmpeg"):
        raise Skipped("no other encoder is installed")
    for name, codec in (("raw.avi", "rawvideo"), ("ffv1.mkv", "ffv1"), ("ffv1.avi", "ffv1")):
        made = f"{place}/{name}"
        subprocess.run(["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s",
                        f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", raw, "-c:v", codec, "-pix_fmt",
                        "gray", made], check=True, stdin=subprocess.DEVNULL)
        must(tracks_of(made, *options) == first, f"{name} gives another table")


def what_loss_has_taken_must_be_told(place):
    if not shutil.which("ffmpeg"):
        raise Skipped("no other encoder is installed")
    folder = simulate(place, "loss", 1012, frames=40)
    made = f"{place}/loss.avi"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s",
                    f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", f"{folder}/video.raw", "-c:v", "mjpeg",
                    "-q:v", "2", made], check=True, stdin=subprocess.DEVNULL)
    refused("--gain-dn-per-e", made, *KNOWN)
    found = score(folder, tracks_of(made, *KNOWN, "--gain-dn-per-e", 0.25, "--offset-dn", 0,
                                    "--read-noise-dn", 0.5))
    must(found["recall"] >= 0.9, f"{found}")  # that much of the light is left at this quality


def lost_frames_are_no_empty_frames(place):
    folder = simulate(place, "lost", 1005, frames=100, dropped=0.1)
    report = measure(f"{folder}/video.raw", "--bootstraps", 0)
    with open(f"{folder}/video.json", encoding="utf-8") as file:
        lost = len(json.load(file)["dropped_frames"])
    must(report["videos"][0]["frames_lost"] in (lost, lost - 1),  # one may lie at the end
         f"{report['videos'][0]['frames_lost']} lost, not {lost}")
    must(flag(report, "dropped_frames")["state"] in ("warn", "fail"), "no flag for lost frames")


def each_flag_of_the_frames_is_raised_by_a_video_and_not_by_another(place):
    calm = simulate(place, "calm", 1009, frames=40, concentration_per_ml=1.2e9)
    report = measure(f"{calm}/video.raw", "--bootstraps", 0)
    for name in ("saturation", "background_step", "dropped_frames", "centres_per_particle"):
        must(flag(report, name)["state"] == "fine", f"{name} is raised: {flag(report, name)}")
    glaring = simulate(place, "glaring", 1010, frames=40, concentration_per_ml=1.2e9,
                       gain_dn_per_e=2.0, photons_100nm=20000, saturation_photons=40000)
    report = measure(f"{glaring}/video.raw", "--bootstraps", 0)
    must(flag(report, "saturation")["state"] == "warn", f"{flag(report, 'saturation')}")
    with open(f"{calm}/video.raw", "rb") as file:
        pixels = file.read()
    half = 20 * WIDTH * HEIGHT
    with open(f"{calm}/video.raw", "wb") as file:  # somebody switches on a lamp
        file.write(pixels[:half])
        file.write(pixels[half:].translate(bytes(min(255, i + 4) for i in range(256))))
    report = measure(f"{calm}/video.raw", "--bootstraps", 0)
    must(flag(report, "background_step")["state"] == "warn", f"{flag(report, 'background_step')}")
    noisy = simulate(place, "noisy", 1011, frames=40)
    report = measure(f"{noisy}/video.raw", "--false-per-frame", 20, "--bootstraps", 0)
    must(flag(report, "centres_per_particle")["state"] == "warn",
         f"{flag(report, 'centres_per_particle')}")


def an_empty_video_is_told_as_empty(place):
    folder = simulate(place, "empty", 1006, concentration_per_ml=0, frames=40)
    refused("No particle", f"{folder}/video.raw")


def it_tells_how_far_it_is(place):
    folder = simulate(place, "shown", 1007, frames=40)
    done = run("measure", f"{folder}/video.raw", "--bootstraps", 0)
    must(done.returncode == 0, done.stderr)


# ---- What is no video. ----

def avi(frames, width, height, declared=None):
    """A raw grey AVI by its bytes."""
    size = width * height
    told = min(size, 0x7fffffff)  # as much as the fields hold
    stream = b"".join(struct.pack("<4sI", b"00db", told) + frame + b"\0" * (size % 2)
                      for frame in frames)
    count = len(frames) if declared is None else declared
    main = struct.pack("<14I", 40000, 0, 0, 0x10, count, 0, 1, told, width, height, 0, 0,
                       0, 0)
    head = struct.pack("<4s4sIHHIIIIIIIIHHHH", b"vids", b"Y800", 0, 0, 0, 0, 1, 25, 0, count, told,
                       10000, 0, 0, 0, width & 0xffff, height & 0xffff)
    form = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 8, b"Y800", told, 0, 0, 0, 0)

    def chunk(name, body):
        return name + struct.pack("<I", len(body)) + body

    strl = chunk(b"LIST", b"strl" + chunk(b"strh", head) + chunk(b"strf", form))
    hdrl = chunk(b"LIST", b"hdrl" + chunk(b"avih", main) + strl)
    return chunk(b"RIFF", b"AVI " + hdrl + chunk(b"LIST", b"movi" + stream))


KNOWN = ["--pixel-nm", 140, "--frame-rate", 25, "--exposure-ms", 32.5, "--temperature-c", 25]


def bad_videos_end_in_one_sentence(place):
    black, white = bytes(64 * 64), b"\xff" * (64 * 64)
    whole = avi([bytes((7 * i + j) % 11 for j in range(64 * 64)) for i in range(12)], 64, 64)
    cases = {
        "none.avi": avi([], 64, 64),
        "black.avi": avi([black] * 12, 64, 64),
        "white.avi": avi([white] * 12, 64, 64),
        "cut.avi": whole[:len(whole) // 2],
        "head.avi": whole[:100],
        "huge.avi": avi([black], 64, 64)[:40] + b"\xff" * 984,
        "wide.avi": avi([b"\0" * 4], 1 << 15, 1 << 15, 1)[:1024],
        "noise.avi": os.urandom(4096),
        "text.mp4": b"\0\0\0\x18ftypmp42" + b"\0" * 64,
        "page.tif": b"II*\0\x08\0\0\0\0\0",
        "empty.tif": b"MM\0*\0\0\0\0",
    }
    for name, content in cases.items():
        with open(f"{place}/{name}", "wb") as file:
            file.write(content)
        begun = time.monotonic()
        refused(name, f"{place}/{name}", *KNOWN)
        must(time.monotonic() - begun < 60, f"{name} took a minute")


def what_is_missing_is_refused_before_any_frame(place):
    video = f"{place}/known.avi"
    with open(video, "wb") as file:
        file.write(avi([bytes(range(64)) * 64] * 2, 64, 64))
    refused("--pixel-nm 140", video, *KNOWN[2:])
    refused("--exposure-ms 32.5", video, *KNOWN[:4], *KNOWN[6:])
    refused("--temperature-c 25", video, *KNOWN[:6])
    refused("does not fit", video, *KNOWN[:4], "--exposure-ms", 50, *KNOWN[6:])
    refused("smallest_nm", video, *KNOWN, "--smallest-nm", 1)
    refused("the video says 64", video, *KNOWN, "--width-px", 65)
    raw = f"{place}/bare.raw"
    with open(raw, "wb") as file:
        file.write(bytes(64 * 64))
    refused("bare.json", raw, *KNOWN)
    done = run("measure", f"{place}/nowhere.avi", *KNOWN)
    must(done.returncode != 0 and "nowhere.avi cannot be read" in done.stderr, done.stderr)


def a_copy_is_no_second_video(place):
    folder = simulate(place, "copied", 1013, frames=8)
    for name in ("raw", "json"):
        shutil.copy(f"{folder}/video.{name}", f"{folder}/other.{name}")
    refused("same video as video.raw", f"{folder}/video.raw", f"{folder}/other.raw")


def what_sidecar_and_user_say_must_agree(place):
    folder = simulate(place, "said", 1008, frames=8)
    refused("exposure_ms", f"{folder}/video.raw", "--exposure-ms", 20)
    refused("video.json", f"{folder}/video.raw", "--pixel-nm", 141)
    refused("temperature", f"{folder}/video.raw", "--temperature-c", 30)


TESTS = [
    particles_are_found_where_they_are,
    sizes_come_out_of_a_video,
    a_concentration_comes_out_of_a_video,
    threads_and_containers_change_nothing,
    what_loss_has_taken_must_be_told,
    lost_frames_are_no_empty_frames,
    each_flag_of_the_frames_is_raised_by_a_video_and_not_by_another,
    an_empty_video_is_told_as_empty,
    it_tells_how_far_it_is,
    bad_videos_end_in_one_sentence,
    what_is_missing_is_refused_before_any_frame,
    a_copy_is_no_second_video,
    what_sidecar_and_user_say_must_agree,
]


def main():
    passed = failed = skipped = 0
    for test in TESTS:
        with tempfile.TemporaryDirectory() as place:
            try:
                test(place)
                passed += 1
            except Skipped as why:
                skipped += 1
                print(f"skipped: {test.__name__}: {why}")
            except (Wrong, subprocess.TimeoutExpired) as wrong:
                failed += 1
                print(f"{os.path.basename(__file__)}: {test.__name__}: {wrong}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
