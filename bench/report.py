# report.py: how are the results told, in a terminal and in docs/benchmarks.md?
# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime
import re
import string
import subprocess
import textwrap

from line import TOP, Figure, median
from machine import MOST_FOREIGN, describe, read

PROGRAM = f"{TOP}/build/release/exoledger"
TITLES = {
    "write": "Recording, verifying, starting again",
    "read": "Reading over HTTP",
    "recall": "Recall",
    "measure": "Sizes from tracks",
    "pages": "Pages in a browser",
}


def figure(value):
    """Three digits that mean something, with thousands apart."""
    if value == 0:
        return "0"
    digits = 3 - len(str(int(abs(value))))
    if abs(value) < 1:
        return f"{value:.3g}"
    return f"{value:,.{max(0, digits)}f}"


def spread(values):
    return f"{figure(min(values))} to {figure(max(values))}"


def name_of(line):
    return f"{line.name} ({line.engine})" if line.engine else line.name


def row(result):
    """One line for the terminal."""
    line = result.line
    start = f"{line.number:>3} {name_of(line)}: "
    marked = f", {result.disturbed} rounds disturbed" if result.disturbed else ""
    if result.failed:
        return f"{start}FAILED: {result.failed}"
    if isinstance(line, Figure):
        return f"{start}{figure(median(result.ours))} {line.unit} ({spread(result.ours)}){marked}"
    return (f"{start}{figure(median(result.ours))} / {figure(median(result.reference))} {line.unit},"
            f" ratio {figure(result.ratio)} ({spread(result.ratios)}), floor {line.floor},"
            f" goal {line.goal} {result.bar()}{marked}")


def table(headings, rows):
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(str(cell) for cell in cells) + " |" for cells in rows]
    return "\n".join(lines) + "\n"


def bar(line, value):
    if value is None:
        return ""
    return f"{'>=' if line.wants_high() else '<='} {value:g}"


def marked(result):
    return f" ({result.disturbed} of {len(result.ours)} rounds disturbed)" if result.disturbed else ""


def ratio_rows(results, letters):
    for result in results:
        line = result.line
        if isinstance(line, Figure) or result.failed:
            continue
        yield [line.number, name_of(line) + marked(result), line.unit,
               figure(median(result.ours)), figure(median(result.reference)), line.ratio,
               f"**{figure(result.ratio)}**", spread(result.ratios), bar(line, line.floor),
               bar(line, line.goal), result.bar(),
               " ".join(letters[text] for text in texts_of(line))]


def figure_rows(results):
    for result in results:
        if isinstance(result.line, Figure) and not result.failed:
            yield [name_of(result.line) + marked(result), figure(median(result.ours)),
                   result.line.unit, spread(result.ours), result.line.note]


def texts_of(line):
    """What a line is measured against, and why its bar is missed."""
    return [] if isinstance(line, Figure) else [text for text in (line.against, line.note) if text]


def letter(number):
    """a to z, then aa and so on."""
    return (letter(number // 26 - 1) if number >= 26 else "") + string.ascii_lowercase[number % 26]


def letters_of(results):
    """A letter for each text, which is said once for all the lines that share it."""
    texts = dict.fromkeys(text for result in results for text in texts_of(result.line))
    return {text: letter(number) for number, text in enumerate(texts)}


def notes(letters):
    for text, mark in letters.items():
        yield textwrap.fill(" ".join(f"- **{mark}** {text}".split()), 98, subsequent_indent="  ",
                            break_long_words=False, break_on_hyphens=False)


def failures(results):
    """A line that could not be measured is told, not left out."""
    for result in results:
        if result.failed:
            yield f"- **{name_of(result.line)}: not measured.** {result.failed}"


def part(name, results):
    text = f"## {TITLES.get(name, name)}\n\n"
    letters = letters_of(results)
    ratios = list(ratio_rows(results, letters))
    figures = list(figure_rows(results))
    if ratios:
        text += table(["Bar", "What", "Unit", "Ours", "Reference", "Ratio is", "Ratio", "Spread",
                       "Floor", "Goal", "", "Notes"], ratios) + "\n"
    if figures:
        text += table(["Figure", "Median", "Unit", "Spread", "Note"], figures) + "\n"
    told = "\n".join([*failures(results), *notes(letters)])
    return text + (told + "\n\n" if told else "")


def program_version():
    found = re.search(r'PROGRAM_VERSION "([^"]+)"', read(f"{TOP}/src/catalogue.c") +
                      read(f"{TOP}/src/catalogue.h"))
    commit = subprocess.run(["git", "-C", TOP, "rev-parse", "--short", "HEAD"], check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return f"{found.group(1) if found else 'exoledger'} {commit.strip()}".strip()


def write_document(path, results):
    rounds = max(len(each.ours) for every in results.values() for each in every)
    head = f"""# Benchmarks

Written by `make bench`; do not edit. Every line is a ratio between the program and a reference that
does the same work in the plainest way, taken in the same run: {rounds} rounds, the order turned round
each time, the median, and the spread of the rounds' ratios. A round in which other processes used
more than {MOST_FOREIGN:.0%} of the machine's CPU time is repeated, and marked where it stays so. Absolute
figures depend on the machine and its mood; only ratios are to be compared. The references are in
`bench/`; none is slowed on purpose.

"""
    rows = [("Date", datetime.date.today().isoformat()), ("Measured", program_version()),
            *describe(f"{TOP}/build"), ("Again", "`make bench`")]
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + table(["", ""], rows) + "\n")
        file.write("\n".join(part(name, every).rstrip("\n") + "\n"
                             for name, every in results.items()))
