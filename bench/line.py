# line.py: what is a line of the benchmark, and what does every part of it stand on?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""A part is a module of this folder with a function lines(place) that gives Lines and Figures."""

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Callable, List, Optional

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass
class Line:
    """A ratio. ours and reference run once and give a figure in unit; better says which way that
    figure is better, ratio which of the two is divided, so that floor and goal read as the bar."""

    number: str
    name: str
    ours: Callable[[], float]
    reference: Callable[[], float]
    unit: str
    better: str = "higher"
    floor: Optional[float] = None
    goal: Optional[float] = None
    ratio: str = "ours/reference"
    note: str = ""
    engine: str = ""
    against: str = ""  # the reference in one sentence

    def divide(self, ours, reference):
        over, under = (ours, reference) if self.ratio == "ours/reference" else (reference, ours)
        return over / under

    def wants_high(self):
        return (self.better == "higher") == (self.ratio == "ours/reference")

    def reaches(self, ratio, bar):
        return ratio >= bar if self.wants_high() else ratio <= bar


@dataclass
class Figure:
    """An absolute figure beside the ratios: measured anew in each round, or given as values."""

    name: str
    unit: str
    measure: Optional[Callable[[], float]] = None
    values: List[float] = field(default_factory=list)
    note: str = ""
    engine: str = ""
    number: str = ""


@dataclass
class Place:
    """Where a part works. What it puts into folder is removed at the end."""

    program: str
    references: str
    folder: str
    quick: bool
    cluster: str = ""
    data: str = os.path.join(TOP, "data")
    roots: List[int] = field(default_factory=list)  # processes of ours that are no children
    deferred: List[Callable[[], object]] = field(default_factory=list)

    def say(self, text):
        print(f"   {text}", file=sys.stderr, flush=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def reference(self, name):
        return os.path.join(self.references, name)

    def server(self, name):
        """The connection string of a fresh, empty database on the private PostgreSQL."""
        script = os.path.join(TOP, "tests", "support", "cluster.sh")
        return subprocess.run([script, "database", self.cluster, name], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()

    def defer(self, action):
        """Done when the part has ended, the newest first, whatever happened."""
        self.deferred.append(action)

    def finish(self):
        while self.deferred:
            self.deferred.pop()()

    def run(self, *words, **options):
        """A program to its end; what it printed. Its errors are shown where it fails."""
        done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False, **options)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, words))[:200]} ended with {done.returncode}:\n"
                               f"{(done.stdout + done.stderr)[-2000:]}")
        return done.stdout

    def ours(self, *words, **options):
        return self.run(self.program, *words, **options)


def median(values):
    return statistics.median(values)
