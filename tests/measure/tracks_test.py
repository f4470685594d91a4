#!/usr/bin/python3
# tracks_test.py: does exoledger measure find what lies in a table of tracks, or say why not?
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Usage: tracks_test.py PROGRAM

Simulated tracks of known sizes and number go in; figures, intervals, flags and refusals come out.
Seeds are fixed, and limits are four standard deviations that others measured (qualify prints them).
A look-alike of an instrument's export is read where ../shared/data/synthetic (EXOLEDGER_SYNTHETIC)
is there. Ends with the line "N passed, N failed[, N skipped]"."""

import json
import math
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SYNTHETIC = os.environ.get("EXOLEDGER_SYNTHETIC",
                           os.path.join(os.path.dirname(ROOT), "shared", "data", "synthetic"))
PROGRAM = sys.argv[1]
CAMERA = ["--frame-rate", "25", "--exposure-ms", "32.5"]
KNOWN = [*CAMERA, "--temperature-c", "25", "--pixel-nm", "140"]
VIEW = ["--width-px", "320", "--height-px", "256", "--dilution", "1000", "--depth-um", "5"]
INPUT = 2


class Wrong(Exception):
    """What a test found, in a sentence."""


class Skipped(Exception):
    """Why a test was not played."""


def must(good, sentence):
    if not good:
        raise Wrong(sentence)


def run(*words):
    return subprocess.run([PROGRAM, *map(str, words)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=600,
                          check=False, text=True)


def simulate(place, name, seed, **members):
    scene = {"scene": "beads", "width_px": 320, "height_px": 256, "frames": 500, **members}
    with open(f"{place}/{name}.json", "w", encoding="utf-8") as file:
        json.dump(scene, file)
    done = run("simulate", "--scene", f"{place}/{name}.json", "--seed", seed, "--tracks-only",
               "--out", f"{place}/{name}")
    must(done.returncode == 0, f"simulate: {done.stderr!r}")
    with open(f"{place}/{name}/truth.json", encoding="utf-8") as file:
        return f"{place}/{name}/tracks.csv", json.load(file)


def measure(*words):
    done = run("measure", *words, "--json")
    must(done.returncode == 0, f"measure {words}: {done.returncode}, {done.stderr!r}")
    return json.loads(done.stdout)


def refused(word, *words):
    done = run("measure", *words)
    must(done.returncode == INPUT, f"{words}: ended with {done.returncode}: {done.stderr!r}")
    must(not done.stdout, f"{words}: printed {done.stdout[:60]!r}")
    text = done.stderr.strip()
    must(text.startswith("exoledger: ") and "\n" not in text and text.endswith("."),
         f"{words}: no sentence: {text!r}")
    must(word in text, f"{words}: {word!r} is not in {text!r}")


def flag(report, name):
    return next(each for each in report["flags"] if each["name"] == name)["state"]


def what_is_missing_is_refused_with_the_way_out(place):
    table, _ = simulate(place, "few", 1, frames=40)
    refused("--frame-rate 25", table, "--exposure-ms", 32.5, "--temperature-c", 25)
    refused("--assume-exposure frame", table, "--frame-rate", 25, "--temperature-c", 25)
    refused("--assume-temperature-c 25", table, *CAMERA)
    refused("--pixel-nm 140", table, *CAMERA, "--temperature-c", 25)
    refused("capture.avi", *KNOWN)
    refused("Say which videos or tables", *KNOWN)
    refused("does not fit into a frame", table, "--frame-rate", 25, "--exposure-ms", 41,
            "--temperature-c", 25)
    refused("either known", table, *KNOWN, "--assume-exposure", "frame")
    refused("either measured", table, *KNOWN, "--assume-temperature-c", 25)
    refused("one for each", table, *CAMERA, "--pixel-nm", 140, "--temperature-c", "25,26,27")
    refused("give that of PBS", table, *KNOWN, "--medium", "PBS")
    refused("option dilution", table, *KNOWN, "--width-px", 320, "--height-px", 256,
            "--depth-um", 5)
    refused("option depth_um", table, *KNOWN, "--width-px", 320, "--height-px", 256,
            "--dilution", 10)
    refused("either the depth or", table, *KNOWN, *VIEW, "--sheet-um", 3)
    refused("must be a number", table, *KNOWN, "--dilution", "x")
    refused("option width_px", table, *KNOWN, "--spot-noise", 5)
    refused("whole number", table, *KNOWN, "--seed", "1.5")
    refused("--colour", table, *KNOWN, "--colour", "red")
    refused("--with-shear takes no value", "--with-shear", table, table, *KNOWN)
    refused("1000 positions", table, *KNOWN, "--min-positions", 1000)


def one_position_or_identical_ones_say_so(place):
    for name, rows, word in [("one", "0,1,2,3\n", "no step"),
                             ("same", "".join(f"{i},1,2,3\n" for i in range(30)), "no step"),
                             ("negative", "-1,1,2,3\n", "-1"), ("nan", "0,1,nan,3\n", "nan"),
                             ("twice", "0,1,2,3\n0,1,2,3\n", "twice in frame 0")]:
        with open(f"{place}/{name}.csv", "w", encoding="utf-8") as file:
            file.write("frame,particle,x_um,y_um\n" + rows)
        refused(word, f"{place}/{name}.csv", *KNOWN)


def beads_have_their_size_and_number(place):
    table, truth = simulate(place, "beads", 1001)
    report = measure(table, *KNOWN, *VIEW)
    size = report["size"]["by_number"]
    # 450 tracks or so: a D50 errs by 1.5 % there.
    must(94 < size["d50_nm"]["value"] < 106, f"D50 {size['d50_nm']}")
    must(size["d50_nm"]["low"] < size["d50_nm"]["value"] < size["d50_nm"]["high"], "interval")
    must(abs(sum(report["size"]["shares"]) - 1) < 1e-9, "shares do not add up to 1")
    must(size["d10_nm"]["value"] < size["d50_nm"]["value"] < size["d90_nm"]["value"], "order")
    found = report["concentration"]
    ratio = found["per_ml"] / (1000 * truth["concentration_per_ml"])
    must(abs(ratio - 1) < 4 * found["relative_sd"], f"concentration: {ratio}")
    budget = math.sqrt(sum(row["relative_sd"] ** 2 for row in found["budget"]))
    must(abs(budget - found["relative_sd"]) < 1e-9, "the budget does not add up")
    must(flag(report, "exposure") == "fine" and flag(report, "tracks") == "warn",
         f"flags: {report['flags']}")
    text = run("measure", table, *KNOWN, *VIEW).stdout
    must(re.search(rf"^  D50 +{size['d50_nm']['value']:.1f} ", text, re.M), f"the text says {text}")


def the_same_bytes_at_any_number_of_threads(place):
    table, _ = simulate(place, "threads", 1002, frames=200)
    runs = {run("measure", table, *KNOWN, *VIEW, "--threads", threads, "--json",
                "--bootstraps", 40).stdout for threads in (1, 2, 5)}
    must(len(runs) == 1 and runs.pop().startswith("{"), "reports differ with the threads")
    other = measure(table, *KNOWN, "--bootstraps", 40, "--seed", 2)
    again = measure(table, *KNOWN, "--bootstraps", 40)
    must(other["size"]["by_number"]["d50_nm"]["value"] ==
         again["size"]["by_number"]["d50_nm"]["value"], "the seed moves the value")
    must(other["size"]["by_number"]["d50_nm"]["low"] !=
         again["size"]["by_number"]["d50_nm"]["low"], "the seed moves nothing")


def what_is_assumed_is_told(place):
    table, _ = simulate(place, "assumed", 1003, frames=200)
    known = measure(table, *KNOWN, "--bootstraps", 0)
    assumed = measure(table, "--frame-rate", 25, "--assume-exposure", "frame", "--pixel-nm", 140,
                      "--assume-temperature-c", 25, "--bootstraps", 0)
    sizes = [each["size"]["by_number"]["d50_nm"]["value"] for each in (known, assumed)]
    # The noise is found from the same steps: more blur leaves room for more noise.
    must(0.95 < sizes[1] / sizes[0] < 1.01, f"D50 {sizes}")
    noises = [each["all_steps"]["noise_um2"] for each in (known, assumed)]
    must(noises[1] > noises[0], f"noise {noises}")
    must(assumed["settings"]["exposure_assumed"] and assumed["settings"]["temperature_assumed"],
         "the settings do not say it")
    must(flag(assumed, "exposure") == "warn" and flag(assumed, "temperature_missing") != "fine",
         "the flags do not say it")
    must(known["size"]["by_number"]["d50_nm"]["low"] is None, "an interval without resampling")


def a_blank_and_two_videos_are_taken_together(place):
    one, _ = simulate(place, "one", 1004, frames=200)
    two, _ = simulate(place, "two", 1005, frames=200)
    few, _ = simulate(place, "blank", 1006, frames=200, concentration_per_ml=2e8)
    plain = measure(one, two, *KNOWN, *VIEW, "--bootstraps", 0)
    blanked = measure(one, two, *KNOWN, *VIEW, "--bootstraps", 0, "--blank", few)
    taken = plain["concentration"]["per_ml"] - blanked["concentration"]["per_ml"]
    must(taken > 0 and abs(taken - blanked["concentration"]["blank_per_ml"]) <
         1e-9 * plain["concentration"]["per_ml"], f"blank: {blanked['concentration']}")
    shallow = measure(one, two, *KNOWN, *VIEW, "--bootstraps", 0, "--cell-um", 15)
    must(shallow["concentration"]["independent_particles"] <
         plain["concentration"]["independent_particles"], "a shallow cell brings them back")
    must([each["name"] for each in plain["files"]] == ["tracks.csv"] * 2, "files")
    must(len(plain["drift"]) == 2, "drift of each video")
    must(flag(plain, "temperature_constant") == "warn", "one typed temperature for two videos")
    each = measure(one, two, *CAMERA, "--pixel-nm", 140, "--temperature-c", "25.1,24.9",
                   "--bootstraps", 0)
    must(flag(each, "temperature_constant") == "fine", "two temperatures")


def the_light_gives_the_depth_where_none_is_known(place):
    # A sheet of 3 um half width, a range of focus of 1.2 um, beads of 6000 photons.
    table, truth = simulate(place, "sheet", 1008, sheet_um=3, box_depth_um=36, photons_100nm=6000,
                            threshold_photons=600, concentration_per_ml=8e8)
    report = measure(table, *KNOWN, "--bootstraps", 0, "--width-px", 320, "--height-px", 256,
                     "--dilution", 1, "--sheet-um", 3, "--rayleigh-um", 1.2, "--threshold", 600,
                     "--cell-um", 36)
    found = report["concentration"]
    ratio = found["per_ml"] / truth["concentration_per_ml"]
    # Geometry alone is allowed 10 %, and chance four standard deviations.
    must(abs(ratio - 1) < 0.1 + 4 * found["relative_sd"], f"concentration: {ratio}, {found}")


def a_count_says_from_which_size_on_it_is_complete(place):
    # 6000 (d/100 nm)^4 photons against a threshold of 600: half are found at 56.2 nm, and with a
    # spread of 25 % 95 % at 62.3 nm.
    table, truth = simulate(place, "limit", 1009, frames=1000, brightness_ln_sd=0.25,
                            populations=[{"share": 1, "median_nm": 90, "ln_sd": 0.4}],
                            threshold_photons=600, concentration_per_ml=3e9)
    report = measure(table, *KNOWN, *VIEW, "--threshold", 600, "--bootstraps", 0)
    limit = report["detection_limit"]
    must(abs(limit["exponent"] - 4) < 1 and abs(limit["d50_nm"] / 56.2 - 1) < 0.1 and
         abs(limit["d95_nm"] / 62.3 - 1) < 0.15, f"limit: {limit}")
    # What is counted is complete from there on: by the erf of the lognormal.
    beyond = 0.5 * math.erfc(math.log(limit["d95_nm"] / 90) / 0.4 / math.sqrt(2))
    ratio = limit["at_or_above_d95_per_ml"] / (1000 * truth["concentration_per_ml"] * beyond)
    must(abs(ratio - 1) < 0.1 + 4 * report["concentration"]["relative_sd"], f"above d95: {ratio}")
    must(len(limit["efficiency"]) == 240 and limit["efficiency"][0] < 1e-6 and
         limit["efficiency"][239] > 1 - 1e-6, "the curve of the efficiency")
    must(measure(table, *KNOWN, *VIEW, "--bootstraps", 0)["detection_limit"] is None,
         "a limit without a threshold")


def a_drift_is_found_and_taken_off(place):
    table, _ = simulate(place, "drift", 1007, drift_x_um_per_s=10, drift_y_um_per_s=-4)
    report = measure(table, *KNOWN, "--bootstraps", 0)
    drift = report["drift"][0]
    must(abs(drift["x_um_per_s"] - 10) < 4 * drift["x_se_um_per_s"], f"drift: {drift}")
    must(abs(drift["y_um_per_s"] + 4) < 4 * drift["y_se_um_per_s"], f"drift: {drift}")
    must(94 < report["size"]["by_number"]["d50_nm"]["value"] < 106, "D50 with drift")
    must(flag(report, "drift") == "warn", "the drift is not flagged")


def an_export_of_an_instrument_is_measured(place):
    export = os.path.join(SYNTHETIC, "formats", "nanosight_synth_AllTracks.csv")
    if not os.path.exists(export):
        raise Skipped(f"{export} is not here")
    report = measure(export, *KNOWN, "--bootstraps", 0)
    must(report["files"][0]["kind"] == "nanosight_all_tracks", "kind")
    must("Size/nm" in report["files"][0]["unused_columns"], "what was not used is not told")
    must(report["size"]["by_number"]["d50_nm"]["value"] > 0, "no size")
    must(place, "")


def main():
    tests = [each for name, each in globals().items()
             if callable(each) and getattr(each, "__code__", None) and
             each.__code__.co_varnames[:1] == ("place",) and name != "simulate"]
    passed, failed, skipped = 0, 0, 0
    for test in tests:
        with tempfile.TemporaryDirectory(prefix="exoledger-tracks.") as place:
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
