# measure.py: how long does a distribution of sizes take with its intervals?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Both programs read the same likelihoods of the same tracks; what they find is compared first."""

from line import Line

TRACKS, CELLS, REPLICATES, THREADS = 3000, 240, 200, 2
BAR_S = 30


class Problem:
    """Likelihoods of simulated tracks in a file."""

    def __init__(self, place):
        self.place, self.path = place, place.path("likelihoods")
        self.replicates = 20 if place.quick else REPLICATES
        place.run(place.reference("inside_measure"), "make", self.path, TRACKS)

    def ours(self):
        return self.told("inside_measure", "solve", self.path)

    def plain(self):
        return self.told("measure_plain", self.path)

    def told(self, name, *words):
        """Seconds, steps of the fit, D50, deviation of D50 over the replicates."""
        said = self.place.run(self.place.reference(name), *words, THREADS, self.replicates).split()
        return float(said[0]), int(said[1]), float(said[2]), float(said[3])

    def compare(self):
        """Fails unless both fits are the same; the replicates are drawn by other numbers."""
        _, steps, median, deviation = self.ours()
        _, plain_steps, plain_median, plain_deviation = self.plain()
        if steps != plain_steps or abs(median / plain_median - 1) > 1e-7:
            raise RuntimeError(f"D50 {median} in {steps} steps, {plain_median} in {plain_steps}")
        if not 0.4 < deviation / plain_deviation < 2.5:
            raise RuntimeError(f"D50 scatters by {deviation}, {plain_deviation} in the reference")
        self.place.say(f"D50 {median:.3f} nm in {steps} steps in both; over {self.replicates} "
                       f"replicates it scatters by {deviation:.2f} and {plain_deviation:.2f} nm")
        return self


def lines(place):
    problem = Problem(place).compare()
    name = f"Sizes of {TRACKS:,} tracks in {CELLS} cells with {problem.replicates} replicates"
    yield Line(
        number="", name=f"{name}, {THREADS} threads", unit="s", better="lower",
        ours=lambda: problem.ours()[0], reference=lambda: problem.plain()[0],
        ratio="reference/ours",
        against="The reference is the same expectation and maximisation with the same stopping rule "
                "and as many threads, over the whole matrix, as a textbook writes it.")
    if not place.quick:
        yield Line(
            number="", name=f"{name}, against {BAR_S} s", unit="s", better="lower",
            ours=lambda: problem.ours()[0], reference=lambda: float(BAR_S),
            ratio="ours/reference", floor=1, against="The reference is the bar itself.")
