# video.py: how long does it take from the video of a microscope to its report?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""A simulated video of 1280 x 1024 pixels with some 50 particles in a frame, as raw AVI, held
against the decoder of the same file alone, a plain program of the same stages, and the bars."""

import json
import os
import resource
import subprocess
import time

from line import Figure, Line

WIDTH, HEIGHT, THREADS = 1280, 1024, 2
FRAMES, VIDEO_FRAMES, VIDEOS, BAR_S = 300, 1498, 5, 240
FLOOR_PER_S, GOAL_PER_S = 34, 60
KNOWN = ["--pixel-nm", 140, "--frame-rate", 25, "--exposure-ms", 32.5, "--temperature-c", 25]


class Video:
    """The file, and how long programs take over it."""

    def __init__(self, place):
        self.place, self.frames = place, 60 if place.quick else FRAMES
        scene = {"scene": "mono100", "width_px": WIDTH, "height_px": HEIGHT,
                 "frames": self.frames, "concentration_per_ml": 3e8}
        with open(place.path("scene.json"), "w", encoding="utf-8") as file:
            json.dump(scene, file)
        place.ours("simulate", "--scene", place.path("scene.json"), "--out", place.path("video"),
                   "--threads", THREADS)
        self.raw, self.path = place.path("video", "video.raw"), place.path("video.avi")
        place.run("ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s",
                  f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", self.raw, "-c:v", "rawvideo", self.path)
        place.defer(lambda: os.remove(self.path))
        found = json.loads(place.ours("measure", self.path, *KNOWN, "--bootstraps", 0, "--json"))
        place.say(f"{found['videos'][0]['spots_per_frame']:.0f} spots in each of "
                  f"{found['videos'][0]['frames']} frames")

    def seconds(self, *words):
        begun = time.monotonic()
        self.place.run(*words)
        return time.monotonic() - begun

    def ours(self, threads=THREADS, bootstraps=0):
        return self.seconds(self.place.program, "measure", self.path, *KNOWN, "--threads", threads,
                            "--bootstraps", bootstraps, "--json")

    def decoder(self):
        return self.seconds("ffmpeg", "-v", "error", "-threads", "1", "-i", self.path, "-f", "null",
                            "-")

    def per_s(self, threads=THREADS):
        return self.frames / self.ours(threads)

    def memory_mb(self):
        """The largest of both processes."""
        words = [self.place.program, "measure", self.path, *map(str, KNOWN), "--bootstraps", "0",
                 "--json"]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


class Stages:
    """Frames in memory: what each stage takes of one thread, ours and as a textbook has it."""

    def __init__(self, place):
        self.place, self.path = place, place.path("frames")
        place.run(place.reference("inside_detect"), "make", self.path, "3e8")
        ours, plain = self.told("inside_detect"), self.told("detect_plain")
        if not 0.8 < ours["spots"] / plain["spots"] < 1.25:
            raise RuntimeError(f"{ours['spots']} spots in a frame, {plain['spots']} in the plain "
                               "program")

    def told(self, name):
        """What a program says of itself, in words and numbers."""
        words = self.place.run(self.place.reference(name), self.path, 1).split()
        return {name: float(number) for name, number in zip(words[::2], words[1::2])}

    def ours(self, stage):
        return lambda: self.told("inside_detect")[stage]

    def plain(self, stage):
        return lambda: self.told("detect_plain")[stage]


class Links:
    """Spots of known particles, 200 in a frame."""

    def __init__(self, place):
        self.place, self.path = place, place.path("spots")
        place.run(place.reference("inside_link"), "make", self.path, 200, 40 if place.quick else 200)

    def ours(self):
        return float(self.place.run(self.place.reference("inside_link"), "link",
                                    self.path).split()[0])

    def plain(self):
        return float(self.place.run(self.place.reference("link_plain"), "matrix",
                                    self.path).split()[0])


def stage_lines(place):
    stages, links = Stages(place), Links(place)
    for stage, name in (("filter_ns", "matched filters"), ("find_ns", "filters, maxima and fits")):
        yield Line(
            number="", name=f"Detection, {name}, of a pixel, one thread", unit="ns",
            better="lower", ours=stages.ours(stage), reference=stages.plain(stage),
            ratio="reference/ours",
            against="The reference is a plain program: separable convolution, local maxima, "
                    "Gaussian maximum likelihood, as a textbook has them.")
    yield Line(
        number="", name="Detection, matched filters, of a pixel, against copying it", unit="ns",
        better="lower", ours=stages.ours("filter_ns"), reference=stages.ours("copy_ns"),
        against="The reference is copying as many bytes as the background moves.")
    yield Line(
        number="", name="Linking of 200 spots in a frame", unit="s", better="lower",
        ours=links.ours, reference=links.plain, ratio="reference/ours",
        against="The reference is the assignment of all spots to all tracks by a dense matrix.")


def lines(place):
    yield from stage_lines(place)
    video = Video(place)
    name = f"Video of {WIDTH} x {HEIGHT}, {video.frames} frames, to tracks and sizes"
    yield Line(
        number="", name=f"{name}, {THREADS} threads, frames/s", unit="1/s",
        ours=video.per_s, reference=lambda: float(FLOOR_PER_S), floor=1,
        goal=GOAL_PER_S / FLOOR_PER_S,
        against=f"The reference is the bar itself, {FLOOR_PER_S} frames/s; the goal is "
                f"{GOAL_PER_S}.")
    yield Line(
        number="", name=f"{name}, one thread against the decoder alone", unit="s", better="lower",
        ours=lambda: video.ours(1), reference=video.decoder,
        against="The reference is ffmpeg decoding the same file into nothing.")
    yield Line(
        number="", name=f"{name}, two threads against one", unit="s", better="lower",
        ours=lambda: video.ours(2), reference=lambda: video.ours(1), ratio="reference/ours",
        against="The reference is the same program with one thread.")
    if place.quick:
        return
    yield Line(
        number="", name=f"{VIDEOS} such videos of {VIDEO_FRAMES} frames to a report, reckoned from "
        f"{video.frames} frames, against {BAR_S} s", unit="s", better="lower",
        ours=lambda: VIDEOS * VIDEO_FRAMES / video.per_s(), reference=lambda: float(BAR_S),
        floor=1, against="The reference is the bar itself.")
    yield Figure(name="largest memory of a process that measures a video", unit="MB",
                 measure=video.memory_mb)
