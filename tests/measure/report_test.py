#!/usr/bin/python3
# report_test.py: does the report reach paper, pictures and tables as it was measured?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: report_test.py PROGRAM

What exoledger measure writes beside its report: PDF, PNG, tracks and sizes. Numbers on paper are
held against those of --json, tracks are measured again, and pictures are unpacked. Needs pdftotext
and pdfinfo of poppler-utils.

Ends with the line "N passed, N failed"."""

import csv
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zlib

PROGRAM = sys.argv[1]
KNOWN = ["--frame-rate", "25", "--exposure-ms", "32.5", "--temperature-c", "25", "--pixel-nm",
         "140", "--bootstraps", "40"]
VIEW = ["--width-px", "640", "--height-px", "512", "--dilution", "1000", "--sheet-um", "3",
        "--threshold", "600", "--volume-sd-percent", "5"]
INPUT, MISSING, CONFLICT, STORAGE = 2, 5, 6, 10
PAGE = (1654, 2339)  # A4 at 200 dots to the inch
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Wrong(Exception):
    """What a test found, in a sentence."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


def run(*words, limit=None):
    def cut():
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return subprocess.run([PROGRAM, *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=600,
                          check=False, text=True, preexec_fn=cut)


def simulate(place, name, seed, scene="ev_drift", **members):
    with open(f"{place}/{name}.json", "w", encoding="utf-8") as file:
        json.dump({"scene": scene, **members}, file)
    done = run("simulate", "--scene", f"{place}/{name}.json", "--seed", seed, "--tracks-only",
               "--out", f"{place}/{name}")
    must(done.returncode == 0, f"simulate: {done.stderr!r}")
    return f"{place}/{name}/tracks.csv"


def measure(*words):
    done = run("measure", *words)
    must(done.returncode == 0, f"measure {words}: {done.returncode}, {done.stderr!r}")
    return done.stdout


def refused(code, word, *words):
    done = run("measure", *words)
    must(done.returncode == code, f"{words}: ended with {done.returncode}: {done.stderr!r}")
    must(not done.stdout, f"{words}: printed {done.stdout[:60]!r}")
    text = done.stderr.strip()
    must(text.startswith("exoledger: ") and "\n" not in text and text.endswith("."),
         f"{words}: no sentence: {text!r}")
    must(word in text, f"{words}: {word!r} is not in {text!r}")


def paper(pdf):
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], stdout=subprocess.PIPE, check=True)
    told = subprocess.run(["pdfinfo", pdf], stdout=subprocess.PIPE, check=True).stdout.decode()
    info = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    must("CreationDate" not in info and "ModDate" not in info, "the PDF tells a time")
    must("595.276 x 841.89" in info["Page size"], f"page: {info['Page size']}")
    return " ".join(done.stdout.decode().split()), int(info["Pages"])


def picture(png):
    """Width, height and the rows of a PNG of eight bits, three colours, each row with its filter."""
    with open(png, "rb") as file:
        data = file.read()
    must(data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG")
    at, packed, kinds = 8, b"", []
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        check = struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0]
        must(zlib.crc32(kind + body) == check, f"{kind} is damaged")
        kinds.append(kind)
        packed += body if kind == b"IDAT" else b""
        if kind == b"IHDR":
            width, height, bits, colours = struct.unpack(">IIBB", body[:10])
        at += 12 + size
    must(kinds[-1] == b"IEND" and b"tIME" not in kinds, f"parts: {kinds}")
    must((bits, colours) == (8, 2), f"{bits} bits, colours {colours}")
    rows = zlib.decompress(packed)
    must(len(rows) == height * (1 + 3 * width), "rows are missing")
    return width, height, rows


def powered(value):
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(RAISED)}"


def columns(line):
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def pages_tell_what_json_tells_in_both_languages(place):
    tables = [simulate(place, f"ev{seed}", seed) for seed in (1001, 1002)]
    report = json.loads(measure(*tables, *KNOWN, *VIEW, "--json"))
    size, found = report["size"]["by_number"], report["concentration"]
    words = {"en": ["Size distribution by number", "Quality flags", "Detection efficiency",
                    "Uncertainty budget", "Page 1 of 1"],
             "ja": ["個数基準粒子径分布", "品質フラグ", "検出効率", "不確かさの内訳", "1 / 1 ページ"]}
    for language, expected in words.items():
        pdf, png = f"{place}/r.{language}.pdf", f"{place}/r.{language}.png"
        text = measure(*tables, *KNOWN, *VIEW, "--pdf", pdf, "--png", png, "--language", language)
        told, pages = paper(pdf)
        must(pages == 1, f"{pages} pages")
        values = [f"{size[name]['value']:.1f}" for name in ("d10_nm", "d50_nm", "d90_nm")]
        values += [f"{size['d50_nm']['low']:.1f} – {size['d50_nm']['high']:.1f}",
                   powered(found["per_ml"]), report["program"], report["files"][0]["sha256"][:12],
                   f"{100 * found['relative_sd']:.2f}",
                   f"{report['detection_limit']['d95_nm']:.1f} nm"]
        for each in expected + values:
            must(each in told, f"{language}: {each!r} is not on paper: {told}")
        for each in report["flags"]:
            if each["state"] in ("warn", "fail"):
                effect = each["effect_ja" if language == "ja" else "effect"]
                must("".join(effect.split()) in "".join(told.split()) or
                     all(part in told for part in effect.split()), f"{effect!r} is not on paper")
        width, height, rows = picture(png)
        must((width, height) == PAGE, f"{width} x {height}")
        must(len(set(rows[1 + 3 * width * 0:])) > 40, "the picture is empty")
        for line in text.splitlines():
            must(columns(line) <= 100, f"{columns(line)} columns: {line!r}")
        must(len(text.splitlines()) < 80, f"{len(text.splitlines())} lines of text")
        must(f"{size['d50_nm']['value']:.1f}" in text, "D50 is not in the text")
        must(all(ord(each) < 128 for each in text) == (language == "en"), "letters of the text")


def what_is_missing_is_told_with_what_it_needs(place):
    table = simulate(place, "plain", 1003)
    for language, words in {"en": ["not found", "--dilution", "--threshold", "--bootstraps 200"],
                            "ja": ["未算出", "--dilution", "--threshold", "--bootstraps 200"]}.items():
        pdf = f"{place}/{language}.pdf"
        text = measure(table, *KNOWN[:-2], "--bootstraps", 0, "--pdf", pdf, "--language", language)
        told, _ = paper(pdf)
        for each in words:
            must(each in told, f"{each} is not on paper")
        for each in words[1:]:
            must(each in text, f"{each} is not in the text")


def twelve_videos_with_long_names_take_two_pages(place):
    table = simulate(place, "many", 1004)
    names = []
    for i in range(12):
        name = f"{place}/とても長い名前の測定ファイル_希釈1000倍_カメラレベル14_とても長い名前_{i:02d}回目.csv"
        os.link(table, name)
        names.append(name)
    pdf, png = f"{place}/m.pdf", f"{place}/m.png"
    text = measure(*names, *KNOWN, "--pdf", pdf, "--png", png)
    told, pages = paper(pdf)
    must(pages == 2 and "Page 2 of 2" in told, f"{pages} pages")
    must("11回目.csv" in told and "…" in told, "the last name is not on page 2")
    must(picture(png)[:2] == (PAGE[0], round(2 * 297 * 200 / 25.4)), "the picture lacks a page")
    for line in text.splitlines():
        must(columns(line) <= 100, f"{columns(line)} columns: {line!r}")


def the_same_bytes_at_any_number_of_threads(place):
    table = simulate(place, "same", 1005)
    made = set()
    for i, threads in enumerate((1, 1, 3)):
        paths = [f"{place}/{i}.{end}" for end in ("pdf", "png", "tracks", "sizes")]
        measure(table, *KNOWN, *VIEW, "--threads", threads, "--pdf", paths[0], "--png", paths[1],
                "--tracks", paths[2], "--sizes", paths[3])
        parts = []
        for path in paths:
            with open(path, "rb") as file:
                parts.append(file.read())
        made.add(tuple(parts))
    must(len(made) == 1, "files differ")


def tracks_are_measured_again_to_the_last_digit(place):
    tables = [simulate(place, f"t{seed}", seed) for seed in (1006, 1007)]
    for words in (VIEW, []):
        again, sizes = f"{place}/{len(words)}.csv", f"{place}/{len(words)}.sizes.csv"
        first = json.loads(measure(*tables, *KNOWN, *words, "--json", "--tracks", again,
                                   "--sizes", sizes))
        second = json.loads(measure(again, *KNOWN, *words, "--json"))
        for report in (first, second):
            for each in report["files"]:
                for name in ("name", "sha256", "video", "unused_columns"):
                    each.pop(name, None)
        must(first == second, "another report")
        with open(sizes, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        must(len(rows) == first["tracks"]["sized"], f"{len(rows)} sizes")
        for row in rows:
            if row["size_nm"]:
                must(float(row["size_low_nm"]) <= float(row["size_nm"]) <=
                     float(row["size_high_nm"] or "inf"), f"order: {row}")
            must(int(row["last_frame"]) - int(row["first_frame"]) + 1 >= int(row["positions"]),
                 f"frames: {row}")


def a_video_in_which_nothing_is_seen_keeps_its_frames(place):
    with open(simulate(place, "seen", 1008), encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(f"{place}/three.csv", "w", encoding="utf-8") as file:
        file.write("video," + lines[0] + "\n")
        file.writelines(f"{video},{line}\n" for video in (1, 3) for line in lines[1:])
        file.write("2,149,,,,\n3,199,,,,\n")
    pdf, again = f"{place}/e.pdf", f"{place}/again.csv"
    report = json.loads(measure(f"{place}/three.csv", *KNOWN, *VIEW, "--json", "--pdf", pdf,
                                "--tracks", again))
    must([each["frames"] for each in report["files"]] == [120, 150, 200], str(report["files"]))
    must([each["positions"] == 0 for each in report["files"]] == [False, True, False], "positions")
    must(next(each for each in report["flags"] if each["name"] == "empty_video")["state"] ==
         "warn", "the empty video is not flagged")
    told, _ = paper(pdf)
    must("nothing was seen" in told and "empty video" in told, "the empty video is not on paper")
    second = json.loads(measure(again, *KNOWN, *VIEW, "--json"))
    for each in report["files"] + second["files"]:
        each.pop("sha256"), each.pop("name")
    must(report == second, "another report")


def no_file_is_replaced_and_none_is_left_half(place):
    table = simulate(place, "out", 1009)
    with open(f"{place}/there.pdf", "w", encoding="utf-8") as file:
        file.write("mine")
    os.mkdir(f"{place}/folder")
    os.symlink(f"{place}/nowhere", f"{place}/link")
    refused(CONFLICT, "is there already", table, *KNOWN, "--pdf", f"{place}/there.pdf")
    refused(CONFLICT, "is there already", table, *KNOWN, "--png", f"{place}/folder")
    refused(CONFLICT, "is there already", table, *KNOWN, "--tracks", f"{place}/link")
    refused(CONFLICT, "is there already", table, *KNOWN, "--sizes", table)
    with open(f"{place}/there.pdf", encoding="utf-8") as file:
        must(file.read() == "mine", "the file was touched")
    refused(INPUT, "same file", table, *KNOWN, "--pdf", f"{place}/x", "--png", f"{place}/x")
    refused(INPUT, "name of a file", table, *KNOWN, "--pdf")
    refused(INPUT, "name of a file", table, *KNOWN, "--pdf=")
    refused(INPUT, "en (English) or ja (Japanese)", table, *KNOWN, "--language", "fr")
    for path in (f"{place}/none/x.pdf", f"{place}/there.pdf/x.pdf", f"{place}/new/",
                 f"{place}/{'n' * 300}.pdf"):
        done = run("measure", table, *KNOWN, "--pdf", path)
        must(done.returncode in (INPUT, MISSING, STORAGE) and not done.stdout,
             f"{path}: {done.returncode}, {done.stderr!r}")
        must(len(done.stderr.strip().splitlines()) == 1, f"{path}: {done.stderr!r}")
    before = sorted(os.listdir(place))
    done = run("measure", table, *KNOWN, "--png", f"{place}/cut.png", limit=20000)
    must(done.returncode == STORAGE and not done.stdout, f"{done.returncode}, {done.stderr!r}")
    must(sorted(os.listdir(place)) == before, f"left behind: {sorted(os.listdir(place))}")


def a_wrong_table_of_several_videos_is_refused(place):
    for name, rows, word in [("zero", "0,0,1,2,3\n", "from 1 to 256"),
                             ("many", "257,0,1,2,3\n", "from 1 to 256"),
                             ("none", "1,0,,,\n", "no position"),
                             ("half", "1,0,,2,3\n", "is not a number")]:
        with open(f"{place}/{name}.csv", "w", encoding="utf-8") as file:
            file.write("video,frame,particle,x_um,y_um\n" + rows)
        refused(INPUT, word, f"{place}/{name}.csv", *KNOWN)
    with open(f"{place}/200.csv", "w", encoding="utf-8") as file:
        file.write("video,frame,particle,x_um,y_um\n")
        file.writelines(f"200,{frame},1,{2 + frame * 0.1},3\n" for frame in range(9))
    refused(INPUT, "256 videos", f"{place}/200.csv", f"{place}/200.csv", *KNOWN)


def main():
    tests = [each for name, each in globals().items()
             if callable(each) and getattr(each, "__code__", None) and
             each.__code__.co_varnames[:1] == ("place",) and name != "simulate"]
    passed, failed = 0, 0
    for test in tests:
        with tempfile.TemporaryDirectory(prefix="exoledger-report.") as place:
            try:
                test(place)
                passed += 1
            except (Wrong, KeyError, ValueError, OSError, subprocess.SubprocessError) as why:
                print(f"FAILED {test.__name__}: {why}")
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
