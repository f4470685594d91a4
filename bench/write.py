# write.py: recording, verifying, making anew and starting again, against plain loops.
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import time

import record
from line import Line


def seconds(action):
    began = time.monotonic()
    answer = action()
    return time.monotonic() - began, answer


def verified(place, folder):
    """Entries per second of the whole command, from its start to its end."""
    took, said = seconds(lambda: place.ours("verify", "--record", folder, "--json"))
    return json.loads(said)["entries"] / took


def scanned(place, folder):
    return float(place.run(place.reference("write_scan"), f"{folder}/record.db").split()[0])


def lines(place):
    place.say("a record to verify")
    folder = record.make(place, "verified", 50 if place.quick else 2000)
    yield Line(number="16", name="Verify everything: chain, tree, tables, decisions, files",
               ours=lambda: verified(place, folder), reference=lambda: scanned(place, folder),
               unit="entries/s", engine="SQLite",
               against="The reference reads the bytes of every entry in order and hashes them.")
