"""The story played into a record of its own, as far as somebody wants to look at it."""
# SPDX-License-Identifier: AGPL-3.0-or-later
import glob
import os
import re
import shutil
import subprocess
import sys


class Player:
    """Cases are parts between blank lines; time and account hold on from one part to the next."""

    def __init__(self, program, story, folder):
        self.program, self.folder = program, os.path.join(folder, "story")
        self.record = os.path.join(folder, "record")
        self.played, self.parts = 0, []
        shutil.copytree(story, self.folder)
        for path in sorted(glob.glob(os.path.join(self.folder, "*.txt"))):
            with open(path, encoding="utf-8") as text:
                self.parts += [part for part in re.split(r"\n\s*\n", text.read()) if part.strip()]
            os.remove(path)
        self.run("init", "--demo")

    def run(self, *words):
        done = subprocess.run([self.program, *words, "--record", self.record],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{words[0]}: {done.stdout[-400:]}{done.stderr[-400:]}")

    def place(self, beginning):
        """Number of the first part with a line that begins so."""
        for number, part in enumerate(self.parts):
            if any(line.startswith(beginning) for line in part.split("\n")):
                return number
        sys.exit(f"The story has no line that begins with: {beginning}")

    def refusal(self, attempt):
        """First and last of the parts that hold a refused attempt, and only it."""
        for number in range(self.place(f"# {attempt}"), len(self.parts)):
            if re.search(r"^4\d\d ", self.parts[number], re.M):
                return number, number + 1
        return sys.exit(f"The story refuses no {attempt}.")

    def play(self, until):
        """Plays on, until before a part."""
        if until <= self.played:
            return
        lines = "\n".join(self.parts[:self.played]).split("\n")
        held = [next((line for line in reversed(lines) if line.startswith(word)), "")
                for word in ("at ", "as ")]
        piece = os.path.join(self.folder, "piece.txt")
        with open(piece, "w", encoding="utf-8") as out:
            out.write("\n".join(filter(None, held)) + "\n")
            out.write("\n\n".join(self.parts[self.played:until]) + "\n")
        self.run("story", "--file", piece)
        self.played = until
