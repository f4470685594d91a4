# planted.py: does each suite find the bug that is planted for it?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: planted.py BUILD [--few | NAME...] [-- MAKE-VARIABLE=VALUE...]

Copies the sources and a build of them to build/planted, plants one bug of planted.txt after the
other there, builds the suite that has to find it and plays it. A suite that passes has not found
the bug: that is what fails here. A bug whose text no longer stands in the sources fails as well.

EXOLEDGER_PLANT_POINTS fault points for each (400).
Ends with the line "N passed, N failed"."""

import os
import pathlib
import shutil
import subprocess
import sys

PLACE = pathlib.Path("build/planted")
SECONDS = 600
POINTS = int(os.environ.get("EXOLEDGER_PLANT_POINTS") or 400)
FEW_POINTS = 12


class Plant:
    def __init__(self, block):
        lines = block.split("\n")
        self.few = lines[0].startswith("* ")
        self.name, self.wrong = lines[0].removeprefix("* ").split(": ", 1)
        words = self.only(lines, "suite ").split()
        self.suite, self.test = words[0], words[1:]
        self.path = PLACE / self.only(lines, "file ")
        self.before = "\n".join(line[1:] for line in lines if line.startswith("-"))
        self.after = "\n".join(line[1:] for line in lines if line.startswith("+"))
        if not self.before or self.before == self.after:
            sys.exit(f"{self.name} changes nothing.")

    def only(self, lines, start):
        found = [line[len(start):] for line in lines if line.startswith(start)]
        if len(found) != 1:
            sys.exit(f"{self.name} has {len(found)} lines that begin with {start!r}.")
        return found[0]


def read_plants():
    text = pathlib.Path(__file__).with_name("planted.txt").read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if not line.startswith("#")]
    plants = [Plant(block) for block in "\n".join(lines).strip("\n").split("\n\n")]
    if len({plant.name for plant in plants}) != len(plants):
        sys.exit("Two bugs have one name.")
    return plants


def copy_tree(build):
    shutil.rmtree(PLACE, ignore_errors=True)
    for name in ("src", "tests"):
        shutil.copytree(name, PLACE / name, copy_function=shutil.copy2)
    shutil.copy2("Makefile", PLACE / "Makefile")
    for name in ("data", "docs", "ui"):
        (PLACE / name).symlink_to(os.path.abspath(name))
    if os.path.isdir(build):
        shutil.copytree(build, PLACE / build, copy_function=shutil.copy2)
    # The pages hold none of the bugs: they are those that were built already.
    (PLACE / "build").mkdir(exist_ok=True)
    (PLACE / "build" / "ui").symlink_to(os.path.abspath("build/ui"))


class Bed:
    """Where bugs are planted: a copy of the sources with a build of its own."""

    def __init__(self, build, variables):
        self.build = build
        self.make = ["make", "-s", f"-j{os.cpu_count()}", f"BUILD={build}", *variables]

    def run(self, words, **more):
        return subprocess.run(words, cwd=PLACE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=SECONDS, check=False, **more)

    def suite(self, plant, points):
        """Whether it could be built, whether it passed, and what it said."""
        program = f"{self.build}/tests/{plant.suite}"
        made = self.run([*self.make, program])
        if made.returncode:
            return False, False, made.stdout
        seed = os.environ.get("EXOLEDGER_SEED", "1")
        played = self.run([program, *plant.test],
                          env={**os.environ, "EXOLEDGER_POINTS": str(points), "EXOLEDGER_SEED": seed})
        return True, played.returncode == 0, played.stdout

    def is_found(self, plant):
        source = plant.path.read_text(encoding="utf-8")
        if source.count(plant.before) != 1:
            print(f"FAILED {plant.name}: its text stands {source.count(plant.before)} times in "
                  f"{plant.path.relative_to(PLACE)}; say what stands there today.")
            return False
        plant.path.write_text(source.replace(plant.before, plant.after), encoding="utf-8")
        try:
            built, passed, said = self.suite(plant, POINTS)
        finally:
            plant.path.write_text(source, encoding="utf-8")
        return self.judge(plant, built, passed, said.decode("utf-8", "replace"))

    def judge(self, plant, built, passed, said):
        if not built:
            print(f"FAILED {plant.name}: it cannot be built.\n{said[-1500:]}")
            return False
        if passed:
            print(f"FAILED {plant.name}: {plant.wrong}, and {plant.suite} passes.")
            return False
        shown = [line for line in said.split("\n")
                 if line and line[0] not in "[ " and not line.startswith("SKIPPED")]
        print(f"found {plant.name}: {shown[0][:150] if shown else said[-150:]!r}", flush=True)
        return True

    def is_sound(self, plants):
        """Without a bug every suite passes: otherwise nothing would be shown."""
        for suite, test in sorted({(plant.suite, tuple(plant.test)) for plant in plants}):
            plant = next(each for each in plants if (each.suite, tuple(each.test)) == (suite, test))
            built, passed, said = self.suite(plant, FEW_POINTS)
            if not built or not passed:
                print(f"FAILED {suite} {' '.join(test)} without a bug:\n"
                      f"{said.decode('utf-8', 'replace')[-1500:]}")
                return False
        return True


def main():
    sys.stdout.reconfigure(line_buffering=True)
    words = sys.argv[1:]
    variables = words[words.index("--") + 1:] if "--" in words else []
    words = words[:words.index("--")] if "--" in words else words
    if not words:
        sys.exit(__doc__)
    plants = read_plants()
    if words[1:] == ["--few"]:
        plants = [plant for plant in plants if plant.few]
    elif words[1:]:
        plants = [plant for plant in plants if plant.name in words[1:]]
    if not plants:
        sys.exit("There is no such bug.")
    copy_tree(words[0])
    bed = Bed(words[0], variables)
    sound = bed.is_sound(plants)
    found = sum(bed.is_found(plant) for plant in plants)
    print(f"{found + sound} passed, {len(plants) - found + (not sound)} failed")
    sys.exit(found < len(plants) or not sound)


if __name__ == "__main__":
    main()
