#!/usr/bin/env python3
"""Makes the invented particle count of the example story: a file as NanoSight NTA 3.4 exports it.

Every number is computed here from a lognormal distribution; nothing was measured.
Usage: make_example_count.py > data/story/count_L-25-001_ExperimentSummary.csv
"""
import math

VIDEOS = 3
BINS = 1000
TOTALS = (9.71e9, 9.80e9, 9.74e9)  # particles per mL in each video, adjusted for the dilution
MEDIANS = (116.0, 118.0, 117.0)  # nm
SPREAD = 0.36  # of the logarithm


def bins(total, median):
    weights = []
    for i in range(BINS):
        centre = i + 0.5
        z = (math.log(centre) - math.log(median)) / SPREAD
        weights.append(math.exp(-z * z / 2) / centre)
    scale = total / sum(weights)
    return [round(w * scale) for w in weights]


def percentile(counts, share):
    wanted, passed = share * sum(counts), 0
    for i, count in enumerate(counts):
        if count and passed + count >= wanted:
            return i + (wanted - passed) / count
        passed += count
    return float(len(counts))


def summary(counts):
    total = sum(counts)
    mean = sum((i + 0.5) * c for i, c in enumerate(counts)) / total
    spread = math.sqrt(sum(c * (i + 0.5 - mean) ** 2 for i, c in enumerate(counts)) / total)
    mode = max(range(BINS), key=lambda i: counts[i]) + 0.5
    return [mean, mode, spread] + [percentile(counts, s) for s in (0.1, 0.5, 0.9)]


def average(values):
    mean = sum(values) / len(values)
    error = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
    return mean, error


def line(name, cells, tail=()):
    print(",".join([name, *[str(c) for c in cells], *tail]) + ",")


def section(name):
    print(f"[{name}]," + "," * VIDEOS)


def main():
    names = [f"L-25-001_0{i}" for i in range(VIDEOS)]
    counts = [bins(t, m) for t, m in zip(TOTALS, MEDIANS)]
    three = lambda value: [value] * VIDEOS
    print("NTA Experiment Summary File,\nCreated with NTA 3.4 Build 3.4.003,\n,")
    print("[Experiment Details],,\nSoftware Version,NTA 3.4 Build 3.4.003,")
    print("Experiment Name,L-25-001.nano,\nOperator Name,,\nTime Captured,10:12:00  10/06/2025,")
    print("Sample Description,L-25-001 vials 1-3,\nPre-treatment,,\nDiluent,PBS,\nRemarks,invented,\n,,")
    line("Filename:", names)
    line("Processed", three("Yes"))
    print()
    section("Conditions")
    for name, value in (("Temperature/C", "25.000"), ("Viscosity/cP", "0.890000"), ("Camera Type", "sCMOS"),
                        ("Laser Type", "Blue488"), ("Camera Level", 14), ("Slider Shutter", 1259),
                        ("Slider Gain", 366), ("Shutter/ms", "31.475000"),
                        ("Camera Histogram Upper Limit", 16380), ("Camera Histogram Lower Limit", 0),
                        ("Frame rate/fps", "24.982500"), ("Syringe Pump Speed/AU", 50)):
        line(name, three(value))
    print(",,,,")
    section("Settings")
    for name, value in (("Detection Threshold", 5), ("Max Jump Mode", "Auto"), ("Max Jump Distance", "14.2000"),
                        ("Blur", "Auto"), ("Min Track Length", "Auto"), ("First frame", 0),
                        ("Total frames analysed", 1498)):
        line(name, three(value))
    print(",,,,\n[Exclusion Regions]\nNo Exclusion Regions Used,,,,\n")
    print("[Results],,,,Average,Standard Error,")
    line("Dilution factor (concentrations adjusted for this factor)", three("1.00e+02"), ("", ""))
    mean, error = average([sum(c) for c in counts])
    line("Concentration (Particles / ml)", [f"{sum(c):.2e}" for c in counts], (f"{mean:.2e}", f"{error:.2e}"))
    line("Concentration Upgrade?", three("Yes"), ("", ""))
    line("Particles per frame", [52.1, 52.6, 52.3], ("52.3", "0.1"))
    line("Centres per frame", [49.0, 49.5, 49.2], ("49.2", "0.1"))
    line("Completed tracks", [4120, 4188, 4151], ("", ""))
    line("X-Drift (pix/frame)", three("-3.8"), ("", ""))
    line("Y-Drift (pix/frame)", three("0.0"), ("", ""))
    print(",,,,,,\n[Concentration Warnings]")
    for name in ("Validity of concentration measurement", "Completed Tracks", "Particles per frame"):
        line(name, three("OK"))
    line("Noise level", three("No"))
    for name in ("Brightness", "Detection Threshold", "Camera Histogram Lower Limit"):
        line(name, three("OK"))
    print("\n[Information]")
    for name in ("Completed Tracks", "Concentration", "Video length"):
        line(name, three("OK"))
    for name in ("Noise level", "Vibration detected", "Vibration correction applied", "Settings changed?"):
        line(name, three("No"))
    line("Errors (1)", three(""))
    line("Errors (2)", three(""))
    print("\n[Data Included],\nSize distribution - Number weighting - With Percentiles,\n,")
    print("[Size Data],,\nAnalysis Method,FTLA,\nWeighting,Number,")
    line("Filename", names, ("Average", "Standard Error"))
    rows = [summary(c) for c in counts]
    for i, name in enumerate(("Mean", "Mode", "SD", "D10", "D50", "D90")):
        mean, error = average([r[i] for r in rows])
        line(name, [f"{r[i]:.1f}" for r in rows], (f"{mean:.1f}", f"{error:.1f}"))
    line("Valid Tracks", ["1802.0", "1836.0", "1815.0"], ("", ""))
    print("Graph Data,")
    line("Bin centre (nm)", three("Concentration (particles / ml)"), ("Concentration average", "Standard Error"))
    for i in range(BINS):
        mean, error = average([c[i] for c in counts])
        line(f"{i}.5", [c[i] for c in counts], (f"{mean:.0f}", f"{error:.0f}"))
    print()
    line("Percentile", three("Size (nm)"), ("", ""))
    for p in range(101):
        line(str(p), [f"{percentile(c, p / 100):.1f}" for c in counts], ("", ""))


if __name__ == "__main__":
    main()
