#!/usr/bin/python3
# imports_test.py: does exoledger import find what stands in an export, or say why not?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: imports_test.py PROGRAM

Look-alikes of exports with invented values go in; every number that comes out is compared with what
a second reader, this file, finds in them. Real files and other look-alikes are read where
../shared/data (EXOLEDGER_SHARED) is there. EXOLEDGER_LONG=1 reads 100 MB and prints the time.
Ends with the line "N passed, N failed[, N skipped]"."""

import csv
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("EXOLEDGER_SHARED", os.path.join(os.path.dirname(ROOT), "shared", "data"))
BEADS = os.path.join(SHARED, "nanosight_beads_MIT")
FORMATS = os.path.join(SHARED, "synthetic", "formats")
PROGRAM = sys.argv[1]
INPUT = 2
VOLUME_CM3 = 2.33e-6
PARTICLES = ["Particle ID", "Size/nm", "Diffusion coefficient/nm^2 s^-1",
             "Ln(Adjusted intensity)/AU", "Start frame", "Tracklength",
             "Included in distribution?"]
TRACKS = ["Particle ID", "Size/nm", "Diffusion coefficient/nm^2 s^-1", "Frame", "X/pixels",
          "Y/pixels", "Ln(Adjusted intensity)/AU", "Included in distribution?"]
SIZES = "Size / nm\tNumber\tConcentration / cm-3\tVolume / nm^3\tArea / nm^2"
PLACES = ("Use\tPosition\tMean Int.\tAv. No of Particles\tConc. (p./mL)\tOrig. Conc. (p./cm^3)\t"
          "No. of Traces\tX50 (nm)\tPeak \xf8 (nm)\tSpan\tDrift (\xb5m/s)\tRemoval")


class Wrong(Exception):
    """What a test found, in a sentence."""


class Skipped(Exception):
    """Why a test was not played."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


def near(one, other, what, relative=1e-12):
    if one is None or other is None:
        must(one is None and other is None, f"{what}: {one} and {other}")
    else:
        must(abs(one - other) <= relative * max(1e-300, abs(other)), f"{what}: {one}, {other}")


def run(*words):
    return subprocess.run([PROGRAM, "import", *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=600,
                          check=False)


def read(*words):
    done = run(*words, "--json")
    must(done.returncode == 0, f"{words}: {done.returncode}, {done.stderr!r}")
    return json.loads(done.stdout)


def refused(words, *expected):
    done = run(*words)
    text = done.stderr.decode().strip()
    must(done.returncode == INPUT, f"{words}: ended with {done.returncode}: {text!r}")
    must(not done.stdout, f"{words}: printed {done.stdout[:60]!r}")
    must(text.startswith("exoledger: ") and "\n" not in text and text.endswith("."),
         f"{words}: no sentence: {text!r}")
    for word in expected:
        must(word in text, f"{words}: {word!r} is not in {text!r}")


def write(place, name, text, encoding="latin-1"):
    path = os.path.join(place, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def ids(report):
    return {flag["id"] for flag in report["flags"]}


def percentile_of_bins(bins, width, share):
    """Cumulative sum at the right edge of each bin, interpolated linearly."""
    wanted = share * sum(bins)
    before = 0
    for place, number in enumerate(bins):
        if number > 0 and before + number >= wanted:
            return width * (place + (wanted - before) / number)
        before += number
    raise ValueError(share)


def figures_of_bins(bins, width):
    centres = [(place + 0.5) * width for place in range(len(bins))]
    total = sum(bins)
    mean = sum(c * n for c, n in zip(centres, bins)) / total
    sd = math.sqrt(sum(n * (c - mean) ** 2 for c, n in zip(centres, bins)) / total)
    d10, d50, d90 = (percentile_of_bins(bins, width, share) for share in (0.1, 0.5, 0.9))
    return {"mean_nm": mean, "sd_nm": sd, "mode_nm": centres[bins.index(max(bins))],
            "d10_nm": d10, "d50_nm": d50, "d90_nm": d90, "span": (d90 - d10) / d50}


def figures_agree(found, expected, what, relative=1e-9):
    for name, value in expected.items():
        near(found[name], value, f"{what} {name}", relative)


# ---- Look-alikes of a ZetaView. ----

def digits(number):
    """1.234E+3: one digit of exponent."""
    mantissa, exponent = f"{number:.3E}".split("E")
    return f"{mantissa}E{exponent[0]}{int(exponent[1:])}"


def size_row(size, number, each):
    return "\t".join(map(digits, (size, number, number * each, number * math.pi * size ** 3 / 6,
                                  number * math.pi * size ** 2 / 4)))


def zetaview(seed, **changes):
    """A size distribution: its text, and what was put into it."""
    draw = random.Random(seed)
    known = {"traces": draw.randrange(150, 900), "particles": round(draw.uniform(20, 200), 6),
             "dilution": float(draw.choice((1, 20, 500, 1000))), "temperature": 25.03,
             "viscosity": 0.899237, "kind": "sensed", "multiplied": False, **changes}
    bins = [0] * 1200
    for _ in range(known["traces"]):
        bins[min(1199, int(draw.lognormvariate(math.log(120), 0.4) / 5))] += 1
    each = known["particles"] / VOLUME_CM3 / max(1, known["traces"])
    each *= known["dilution"] if known["multiplied"] else 1
    sizes = [4.683 * 10 ** (place / 64) for place in range(200)]
    logarithmic = [0] * 200
    for place, number in enumerate(bins):
        nearest = min(range(200), key=lambda at, c=(place + 0.5) * 5: abs(math.log(sizes[at] / c)))
        logarithmic[nearest] += number
    volumes = [n * (p + 0.5) ** 3 for p, n in enumerate(bins)]
    medians = [percentile_of_bins(each, 5, 0.5) - 2.5 if known["traces"] else 0
               for each in (bins, volumes)]
    lines = ["Original File:\tX:\\20990101_0001_A_size_488.avi\tSection:\t0.09999 [0]",
             "Operator:\tNobody", "ZetaView S/N:\t00-0001",
             "Software:\tZetaView (version 8.06.01 SP1)\tAnalyze:\t8.06.01 SP1",
             "Sample:\tA 1:500", "Electrolyte:\tWATER", "pH:\t7.000000\tentered",
             "Conductivity: 60.000000\tsensed",
             f"Temperature:\t{known['temperature']:.6f}\t{known['kind']}",
             f"Viscosity:\t{known['viscosity']:.6f}", "Date:\t2099-01-01", "Remarks:\t",
             "Sample Info 3:", "Particle Drift Checked:\t1904-01-01 05:30:00",
             "Particle Drift Check Result:\tVery Good", "Type of Measurement:\tSize Distribution",
             "Positions:\t11",
             f"Number of Traces:\t{known['traces']}\t(at 0.099990)\tAverage Number of Particles:\t"
             f"{known['particles']:.6f}\tDilution::\t{known['dilution']:.6f}",
             "Concentration Correction Factor:\t1.000000", "Image Evaluation:", "Gamma:\tNaN",
             "Camera Trigger Delay \xb5s:\t0", "Micrometer per Pixel:\t0.713000",
             f"Median Number (D50):\t{medians[0]:.6f}",
             f"Median Concentration (D50):\t{medians[0]:.6f}",
             f"Median Volume (D50):\t{medians[1]:.6f}", "Size Distribution", SIZES]
    if known["traces"]:
        lines += [size_row((place + 0.5) * 5, n, each) for place, n in enumerate(bins)]
    lines.append("\t".join(["-1.000E+0"] * 4 + ["0.000E+0"]))
    if known["traces"]:
        lines += [size_row(size, n, each) for size, n in zip(sizes, logarithmic)]
    return "\n".join(lines) + "\n", known, bins


def places_of(seed, dilution):
    """Eleven positions with their means: the text, and the rows."""
    draw = random.Random(seed)
    rows = []
    for place in (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9):
        number = round(draw.uniform(40, 80), 1)
        removal = draw.choice(["", "", "", "", "GRUBBS_SIZE", "MIN_TRACES", "MAX_DRIFT"])
        cell = number / VOLUME_CM3
        rows.append(["" if removal else "X", f"{place:.2f}", f"{draw.uniform(5, 25):.1f}",
                     f"{number:.1f}", digits2(cell), digits2(cell * dilution),
                     str(draw.randrange(20, 70)), f"{draw.uniform(90, 130):.1f}",
                     f"{draw.uniform(80, 110):.1f}", f"{draw.uniform(0.8, 1.8):.1f}",
                     f"{draw.uniform(0, 9):.1f}", removal])
    used = [row for row in rows if row[0]]
    means, deviations = ["", "Mean"], ["", "St.Dev."]
    for column in range(2, 11):
        mean, sd = moments([float(row[column]) for row in used])
        shape = digits2 if column in (4, 5) else "{:.1f}".format
        means.append(shape(mean))
        deviations.append(shape(sd))
    text = "\n".join([PLACES, *("\t".join(row) for row in rows), "\t".join([*means, ""]),
                      "\t".join([*deviations, ""]),
                      "\t".join(["", "Rel.St.Dev.", *["1.0"] * 9, ""])]) + "\n"
    return text, rows, used


def digits2(number):
    mantissa, exponent = f"{number:.1E}".split("E")
    return f"{mantissa}E{exponent[0]}{int(exponent[1:])}"


def moments(values):
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))


def table_agrees(table, lines, columns):
    """Each number of a table is the one that stands in its line."""
    must(len(table["rows"]) == len(lines), f"{len(table['rows'])} rows of {len(lines)}")
    for row, line in zip(table["rows"], lines):
        cells = line.split("\t")
        for at, column in enumerate(columns):
            must(row[at] == float(cells[column]), f"{row[at]} instead of {cells[column]}")


def size_agrees(report, text):
    lines = text.replace("\r", "").split("\n")
    rows = [line for line in lines[lines.index(SIZES) + 1:] if line]
    between = next(at for at, row in enumerate(rows) if row.startswith("-1.000E+0"))
    table_agrees(report["tables"]["bins"], rows[:between], (0, 1, 2))
    table_agrees(report["tables"]["logarithmic_bins"], rows[between + 1:], (0, 1, 2))
    numbers = [float(row.split("\t")[1]) for row in rows[:between]]
    if sum(numbers):
        figures_agree(report["size"]["recomputed"], figures_of_bins(numbers, 5), "recomputed")
        total = sum(float(row.split("\t")[2]) for row in rows[:between])
        near(report["concentration"]["per_ml"], total, "per ml", 1e-12)
    head = dict(cell.split(":\t", 1) for cell in lines[:lines.index(SIZES)] if ":\t" in cell)
    for name, key in [("temperature_c", "Temperature"), ("viscosity_mpa_s", "Viscosity"),
                      ("traces", "Number of Traces"), ("pixel_um", "Micrometer per Pixel")]:
        must(report["facts"][name] == float(head[key].split("\t")[0]), f"{name}: {head[key]}")


def every_number_of_a_size_distribution_is_read(place):
    for seed in range(1001, 1006):
        text, known, bins = zetaview(seed)
        report = read(write(place, "a_size_488.txt", text))
        must(report["kind"] == "zetaview_size" and report["validated"], report["kind"])
        must(report["software"] == "ZetaView (version 8.06.01 SP1)", report["software"])
        size_agrees(report, text)
        must([row[1] for row in report["tables"]["bins"]["rows"]] == bins, "bins")
        must(report["concentration"]["basis"] == "in_cell", report["concentration"])
        must(report["concentration"]["dilution"] == known["dilution"], "dilution")
        must(report["size"]["weighting"] == "number", "weighting")
        must("right edge" in report["size"]["percentile_definition"], "definition")
        near(report["size"]["printed"]["d50_nm"], report["size"]["recomputed"]["d50_nm"] - 2.5,
             "half a bin", 1e-6)
        must(ids(report) == {"viscosity_not_water", "check_never_done", "concentration_in_cell",
                             "volume_and_area_are_no_concentrations", "percentile_at_bin_centre"},
             f"flags: {ids(report)}")
        must(all(flag["effect"] and flag["effect_ja"] for flag in report["flags"]), "effects")


def ends_of_lines_and_encodings_change_nothing(place):
    text, _, _ = zetaview(1011)
    first = read(write(place, "a.txt", text))
    forms = [text.replace("\n", "\r\n").encode("latin-1"), text.encode("utf-8"),
             text.encode("utf-8-sig"), text.replace("\n", "\r\n").encode("utf-8-sig")]
    for form in forms:
        other = read(write(place, "b.txt", form))
        for part in ("size", "concentration", "facts", "tables", "flags"):
            must(other[part] == first[part], f"{part} differs for {form[:3]!r}")
    refused([write(place, "c.txt", text.encode("utf-16"))], "UTF-16", "Line 1, column 1")
    refused([write(place, "d.txt", b"\xef\xbb\xbf" + text.encode("latin-1"))], "UTF-8")
    refused([write(place, "e.txt", text.replace("Nobody", "No\x00body"))], "0x00", "Line 2")
    refused([write(place, "f.txt", text.encode("latin-1").replace(b"Nobody", b"No\x81body"))],
            "0x81", "Line 2")


def traps_of_the_vendor_are_named(place):
    def flags(**changes):
        return ids(read(write(place, "t.txt", zetaview(1021, **changes)[0])))
    must("temperature_entered" in flags(kind="entered"), "entered")
    must("viscosity_not_water" not in flags(temperature=25.0, viscosity=0.8900), "water")
    must("concentration_multiplied" in flags(multiplied=True, dilution=500.0), "multiplied")
    empty = read(write(place, "e.txt", zetaview(1022, traces=0, particles=0.0)[0]))
    must(empty["concentration"]["per_ml"] is None, "an empty result is a zero count")
    must(empty["concentration"]["basis"] == "none", empty["concentration"])
    must(all(empty["size"]["recomputed"][name] is None for name in ("d50_nm", "mean_nm")), "sizes")
    must(empty["size"]["printed"]["d50_nm"] is None, "a printed zero is a size")
    must("empty_result" in ids(empty), ids(empty))
    text, _, _ = zetaview(1023)
    for old, new, flag in [("Dilution::", "Delution::", "field_missing"),
                           ("Particles:\t", "Particles:\t9", "concentration_disagrees"),
                           ("Traces:\t", "Traces:\t9", "traces_disagree"),
                           ("Number (D50):\t", "Number (D50):\t3", "median_disagrees"),
                           ("(version 8", "(version 9", "version_untested")]:
        changed = read(write(place, "c.txt", text.replace(old, new, 1)))
        must(flag in ids(changed), f"{new} raises {ids(changed)}")
    must(changed["concentration"]["basis"] == "in_cell", "basis")


def positions_are_read_and_recomputed(place):
    for seed in range(1031, 1036):
        text, rows, used = places_of(seed, 500)
        report = read(write(place, "a_11pos.txt", text))
        must(report["kind"] == "zetaview_positions", report["kind"])
        for found, row in zip(report["tables"]["positions"]["rows"], rows):
            must(found[0] == row[0] and found[-1] == row[-1], f"{found} {row}")
            must([float(cell) for cell in row[1:-1]] == found[1:-1], f"{found} {row}")
        mean, sd = moments([float(row[4]) for row in used])
        near(report["facts"]["positions_mean_per_ml"], mean, "mean", 1e-12)
        near(report["facts"]["positions_sd_per_ml"], sd, "sd", 1e-9)
        near(report["concentration"]["per_ml"], mean, "per ml", 1e-12)
        must(report["concentration"]["basis"] == "in_cell", report["concentration"])
        low, high = report["facts"]["dilution_at_least"], report["facts"]["dilution_at_most"]
        must(low <= 500 <= high, f"dilution {low} to {high}")
        must("means_disagree" not in ids(report), report["flags"])
        must(("positions_removed" in ids(report)) == (len(used) < 11), report["flags"])
        cut = "\n".join(text.split("\n")[:12]) + "\n"
        must("means_missing" in ids(read(write(place, "cut.txt", cut))), "cut behind a position")


# ---- Look-alikes of NanoSight's tables. ----

def particles_of(seed, count):
    draw = random.Random(seed)
    particles, positions = [], []
    for number in range(count):
        size = round(draw.lognormvariate(math.log(110), 0.3), 1)
        length, start = draw.randrange(3, 30), draw.randrange(1400)
        included = str(length > 8)
        common = [str(number), f"{size:.1f}", str(round(4.907e8 / size))]
        light = f"{draw.uniform(6, 9):.3f}"
        particles.append([*common, light, str(start), str(length), included])
        frame = start
        for _ in range(length):
            positions.append([*common, str(frame), f"{draw.uniform(0, 1280):.3f}",
                              f"{draw.uniform(0, 1024):.3f}", light, included])
            frame += draw.choice((1, 1, 1, 1, 2))
    return particles, positions


def table_text(names, rows):
    return "".join(",".join(row) + "\n" for row in [names, *rows])


def figures_of_sizes(sizes):
    ordered = sorted(sizes)
    mean = sum(ordered) / len(ordered)

    def at(share):
        below, rest = divmod(share * (len(ordered) - 1), 1)
        above = min(int(below) + 1, len(ordered) - 1)
        return ordered[int(below)] + rest * (ordered[above] - ordered[int(below)])
    return {"mean_nm": mean, "d10_nm": at(0.1), "d50_nm": at(0.5), "d90_nm": at(0.9),
            "sd_nm": math.sqrt(sum((s - mean) ** 2 for s in ordered) / len(ordered)),
            "span": (at(0.9) - at(0.1)) / at(0.5)}


def particles_agree(report, particles):
    sizes = [float(row[1]) for row in particles]
    included = [float(row[1]) for row in particles if row[-1] == "True"]
    figures_agree(report["size"]["recomputed"], figures_of_sizes(included), "included")
    figures_agree(report["size"]["all_particles"], figures_of_sizes(sizes), "all")
    must(report["facts"]["particles"] == len(sizes), "particles")
    must(report["facts"]["particles_included"] == len(included), "included")
    bins = report["tables"]["bins"]["rows"]
    must(sum(row[1] for row in bins) == len(included), "bins of the included")
    for centre, few, many in bins:
        must(few == sum(int(size / 5) == int(centre / 5) for size in included), f"bin {centre}")
        must(many == sum(int(size / 5) == int(centre / 5) for size in sizes), f"bin {centre}")


def particles_and_positions_say_the_same(place):
    for seed in (1041, 1042, 1043):
        particles, positions = particles_of(seed, 200)
        one = write(place, "a_ParticleData.csv", table_text(PARTICLES, particles))
        two = write(place, "a_AllTracks.csv", table_text(TRACKS, positions))
        expected = {"unvalidated", "no_concentration", "particles_excluded"}
        for files in ([one], [two], [one, two], [two, one]):
            report = read(*files)
            particles_agree(report, particles)
            must(ids(report) == expected, f"{files}: {ids(report)}")
            must(report["concentration"]["basis"] == "none" and not report["validated"], "basis")
        must(report["facts"]["positions"] == len(positions), "positions")
        by_frame = sorted(positions, key=lambda row: int(row[3]))
        must(ids(read(one, write(place, "f.csv", table_text(TRACKS, by_frame)))) == expected,
             "order of the frames")
        must("track_length_disagrees" in
             ids(read(one, write(place, "s.csv", table_text(TRACKS, positions[:-1])))), "shorter")


def as_many_rows_as_there_are_are_read(place):
    """A hundred thousand rows, or two million and 100 MB where there is time."""
    long = os.environ.get("EXOLEDGER_LONG") == "1"
    count, size = (90000 if long else 7000), 0
    particles, positions = particles_of(1051, count)
    path = os.path.join(place, "big_AllTracks.csv")
    with open(path, "w", encoding="latin-1") as file:
        file.write(",".join(TRACKS) + "\n")
        for again in range(100):
            for row in positions:
                size += file.write(",".join([str(int(row[0]) + again * count), *row[1:]]) + "\n")
            if size > (100e6 if long else 5e6):
                break
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = read(path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    must(report["facts"]["positions"] == len(positions) * (again + 1), "rows")
    must(report["facts"]["particles"] == len(particles) * (again + 1), "particles")
    print(f"{size / 1e6:.0f} MB, {report['facts']['positions']:.0f} rows in {taken:.2f} s of "
          "processor time")


# ---- What is refused. ----

def what_is_cut_is_refused_or_noticed(place):
    text, _, _ = zetaview(1061)
    lines = text.split("\n")
    ends = [*range(1, 40), *range(40, len(lines) - 2, 191), len(lines) - 2]
    for end in ends:
        refused([write(place, "cut.txt", "\n".join(lines[:end]) + "\n")], "Line ", "column ")
    refused([write(place, "cut.txt", text[:-1])], "may have been cut")
    particles, positions = particles_of(1062, 5)
    for names, rows in ((PARTICLES, particles), (TRACKS, positions)):
        whole = table_text(names, rows)
        for end in range(1, len(whole) - 1, 17):
            if whole[end - 1] != "\n":
                refused([write(place, "cut.csv", whole[:end])], "Line ", "column ")


def what_is_not_an_export_is_refused(place):
    size, _, _ = zetaview(1071)
    places, _, _ = places_of(1072, 500)
    particles, positions = particles_of(1073, 20)
    one = table_text(PARTICLES, particles)
    many = table_text(TRACKS, positions)
    cases = [
        (size.replace("25.030000", "25,030000"), "is not a number", "Line 9, column 2"),
        (size.replace("25.030000", "1e400"), "is not a number", "Line 9, column 2"),
        (size.replace("25.030000", "-3"), "is not a number", "Line 9, column 2"),
        (size.replace("Operator:\tNobody", "Viscosity:\t1"), "a second time", "Line 10"),
        (size.replace("\n7.500E+0", "\n1.250E+1"), "7.5 nm", "column 1"),
        (size.replace("\n1.025E+2\t", "\n1.025E+2\t-"), "is not a number", "column 2"),
        (size.replace("Concentration / cm-3", "Conc / cm-3"), "no column", "Line 28"),
        (size.replace("\tVolume / nm^3", ""), "cells", "Line 29"),
        (places.replace("X\t", "Y\t", 1), "neither X nor blank", "Line "),
        (places.replace("No. of Traces", "Traces"), "no column", "Line 1"),
        (places.replace("\n", "\nX\t0.05\t1\t1\t1\t1\t1\t1\t1\t1\t1\t\n", 1)
         .replace("0.10", "0.01", 1), "out of order", "Line 3"),
        (one.replace(",True", ",1", 1), "True or False", "column 7"),
        (one.replace("Size/nm", "Size"), "do not include", "Line 1"),
        (one + one.split("\n", 1)[1], "a second time", "Line 22"),
        (one.replace("\n1,", "\n1,,", 1), "cells", "Line 3"),
        (many.replace(positions[1][3], positions[0][3], 1), "not", "Line "),
        ("a;b\n1;2\n", "nothing here tells", "Line 1, column 1"),
        ("", "nothing here tells", "Line 1, column 1"),
        ("NTA Single Analysis Summary File,\n", "single video", "Line 1"),
    ]
    for at, (text, *words) in enumerate(cases):
        must(text not in (size, places, one, many), f"case {at} changes nothing")
        refused([write(place, f"case{at}", text)], *words, f"case{at}: ")
    files = {name: write(place, name, text) for name, text in
             [("s", size), ("p", places), ("d", one), ("t", many)]}
    refused([files["s"], files["d"]], "does not belong together", "Line 1, column 1")
    refused([files["p"], files["t"]], "does not belong together")
    refused([files["s"], files["s"]], "one has been given already")
    refused([], "Say which files")
    refused([files["s"], "--language", "fr"], "ja or en")
    refused([files["s"], "--colour", "red"], "--colour")


def a_page_is_told_in_both_languages(place):
    path = write(place, "a.txt", zetaview(1081)[0])
    english, japanese = run(path).stdout.decode(), run(path, "--language", "ja").stdout.decode()
    must("NOT multiplied by the dilution" in english, english)
    must("希釈倍率は掛かっていない" in japanese, japanese)
    must("percentile_at_bin_centre" in english and "percentile_at_bin_centre" in japanese, "flags")
    d50 = read(path)["size"]["recomputed"]["d50_nm"]
    must(f"{d50:.6g}" in english and f"{d50:.6g}" in japanese, "D50")
    must(all(len(line) <= 100 for line in english.split("\n")), "a line is too long")


# ---- Files of others. ----

def beads_read(name):
    """The first distribution of an experiment summary: bins and printed figures by video."""
    with open(os.path.join(BEADS, name), encoding="latin-1", newline="") as file:
        rows = list(csv.reader(file))
    videos = len([cell for cell in next(r for r in rows if r and r[0] == "Filename:")[1:] if cell])
    first = next(at for at, r in enumerate(rows) if r and r[0] == "Bin centre (nm)")
    bins = [[float(row[video]) for row in rows[first + 1:first + 1001]]
            for video in range(1, videos + 1)]
    printed = {}
    for row in rows[:first]:
        if row and row[0] in ("Mean", "Mode", "D10", "D50", "D90"):
            printed[row[0]] = [float(cell) for cell in row[1:videos + 1]]
    return bins, printed


def bead_files_hold_all_relations(place):
    must(place, "")
    files = [("beads2_NS300_NTA3.4_ExperimentSummary.csv", 0),
             ("beads_NS300_NTA3.2_ExperimentSummary.csv", -1)]
    if not all(os.path.exists(os.path.join(BEADS, name)) for name, _ in files):
        raise Skipped(f"the bead exports are not in {BEADS}")
    for name, shift in files:
        report = read(os.path.join(BEADS, name))
        bins, printed = beads_read(name)
        columns = report["tables"]["videos"]["columns"]
        must(len(report["tables"]["videos"]["rows"]) == len(bins), "videos")
        for own, row, video in zip(bins, report["tables"]["videos"]["rows"], range(len(bins))):
            found = dict(zip(columns, row))
            figures = figures_of_bins(own, 1)
            near(found["per_ml"], sum(own), "per ml", 1e-12)
            for figure in ("mean_nm", "mode_nm", "d10_nm", "d50_nm", "d90_nm"):
                near(found[figure], figures[figure], figure, 1e-9)
            must(found["printed_d50_nm"] == printed["D50"][video], "printed D50")
            for figure in ("D10", "D50", "D90"):
                must(abs(printed[figure][video] - figures[figure.lower() + "_nm"] - shift) < 0.0501,
                     f"{figure} of video {video + 1}")
        pooled = [sum(each) / len(bins) for each in zip(*bins)]
        figures_agree(report["size"]["recomputed"], figures_of_bins(pooled, 1), "pooled")
        near(report["concentration"]["per_ml"], sum(map(sum, bins)) / len(bins), "mean", 1e-12)
        must(("percentile_left_edge" in ids(report)) == (shift < 0), f"{name}: {ids(report)}")
        must("printed_disagrees_with_bins" not in ids(report), f"{name}: {report['flags']}")


def look_alikes_of_others_are_read(place):
    must(place, "")
    if not os.path.isdir(FORMATS):
        raise Skipped(f"the look-alikes are not in {FORMATS}")
    path = os.path.join(FORMATS, "zetaview_synth_size_488.txt")
    with open(path, encoding="latin-1") as file:
        size_agrees(read(path), file.read())
    empty = read(os.path.join(FORMATS, "zetaview_synth_EMPTY_size_488.txt"))
    must("empty_result" in ids(empty) and empty["concentration"]["per_ml"] is None, "empty")
    places = read(os.path.join(FORMATS, "zetaview_synth_size_488_11pos.txt"))
    must("positions_removed" in ids(places), ids(places))
    names = [os.path.join(FORMATS, f"nanosight_synth_{name}.csv")
             for name in ("ParticleData", "AllTracks")]
    with open(names[0], encoding="latin-1", newline="") as file:
        particles_agree(read(*names), list(csv.reader(file))[1:])
    must(ids(read(*names)) == {"unvalidated", "no_concentration", "particles_excluded"}, "flags")


def main():
    tests = [each for name, each in globals().items()
             if callable(each) and getattr(each, "__code__", None) and
             each.__code__.co_varnames[:1] == ("place",) and name != "write"]
    passed, failed, skipped = 0, 0, 0
    for test in tests:
        with tempfile.TemporaryDirectory(prefix="exoledger-imports.") as place:
            try:
                test(place)
                passed += 1
            except Skipped as why:
                print(f"skipped {test.__name__}: {why}")
                skipped += 1
            except (Wrong, KeyError, ValueError, subprocess.TimeoutExpired) as why:
                print(f"FAILED {test.__name__}: {why}")
                failed += 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
