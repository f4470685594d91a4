#!/usr/bin/env python3
"""Makes the invented temperature logger files of the example story.

Nothing was measured. The readings of the warm hours are written out below; all others are made up
by arithmetic and lie at or below -70.0 C.
Usage: make_example_logger.py SH-0002 > data/story/logger_SH-0002.csv
"""
import sys
from datetime import datetime, timedelta

INTERVAL = timedelta(minutes=10)
ZONE = "+09:00"

WARM_A = (("01:30", -73.0), ("01:40", -72.0), ("01:50", -70.5), ("02:00", -66.0), ("02:10", -61.0),
          ("02:20", -57.5), ("02:30", -54.0), ("02:40", -51.5), ("02:50", -49.5), ("03:00", -48.5),
          ("03:10", -50.0), ("03:20", -53.0), ("03:30", -56.5), ("03:40", -59.0), ("03:50", -62.0),
          ("04:00", -66.5), ("04:10", -70.0), ("04:20", -72.5))
WARM_B = (("01:50", -77.5), ("02:00", -77.0), ("02:10", -76.5), ("02:20", -75.5), ("02:30", -74.5),
          ("02:40", -73.5), ("02:50", -72.5), ("03:00", -72.0), ("03:10", -71.5), ("03:20", -72.0),
          ("03:30", -73.0), ("03:40", -74.0), ("03:50", -75.0), ("04:00", -76.0))


def told(day, readings):
    return {datetime.fromisoformat(f"{day} {time}"): c for time, c in readings}


# first and last reading, readings that the logger lost, and what each probe is told to read
SHIPMENTS = {
    "SH-0001": ("2025-08-20 09:30", "2025-08-21 10:40", {"2025-08-20 20:10"}, [{}]),
    "SH-0002": ("2025-08-25 09:30", "2025-08-26 08:30", set(),
                [told("2025-08-26", WARM_A), told("2025-08-26", WARM_B)]),
    "SH-0003": ("2025-08-20 09:40", "2025-08-21 10:50", set(), [{}]),
}


def cold(step, probe):
    return -74.5 - 0.5 * ((7 * step + 5 * probe) % 9) - 0.5 * probe


def main():
    name = sys.argv[1]
    first, last, lost, probes = SHIPMENTS[name]
    own_zone = name == "SH-0003"  # one file writes its zone in a column of its own
    heads = [f"probe_{'abc'[i]}_c" for i in range(len(probes))]
    print(",".join(["time"] + (["zone"] if own_zone else []) + heads))
    at, step = datetime.fromisoformat(first), 0
    while at <= datetime.fromisoformat(last):
        if str(at)[:16] not in lost:
            time = [str(at)[:16], ZONE] if own_zone else [at.isoformat() + ZONE]
            print(",".join(time + [f"{told_c.get(at, cold(step, i)):.1f}"
                                   for i, told_c in enumerate(probes)]))
        at += INTERVAL
        step += 1


if __name__ == "__main__":
    main()
