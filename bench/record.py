# record.py: a demonstration record with as many plain entries as a line needs.
# SPDX-License-Identifier: AGPL-3.0-or-later
"""The event of the benchmark is specimen.draw: frequent, plain, unsigned. Its judge reads the
donor, that the code is free and the newest collection; it writes the entry, the journal with two
indexes, the specimen with two and the answered key. The heavy one beside it is donor.register,
which seals three members with a key of the person and signs nothing."""

import json

DONOR = "D-BENCH"
DAY = "2025-02-03"


def donor(code=DONOR):
    return {"code": code, "tissue": "adipose", "sex": "female", "name": "Somebody Invented",
            "birth_date": "1998-03-09", "identity_checked": True, "treatment_first": True,
            "tested_person": "donor", "payment_yen": 0, "travel_yen": 0,
            "chosen_because": "planned operation"}


def specimen(code):
    return {"code": code, "drawn_on": DAY, "tubes": 3}


def write_story(path, count, prefix="S"):
    """Exchanges that register the donor and draw count specimens."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"# The donor of the benchmark.\nat     {DAY}T09:00:00+09:00\nas     DC1\n"
                   f"POST   /donors {json.dumps(donor())}\n201\n\n")
        for number in range(count):
            file.write(f"# Specimen {number}.\nPOST   /donors/{DONOR}/specimens "
                       f"{json.dumps(specimen(f'{prefix}-{number}'))}\n201\n\n")


def bundle(prefix, count, make_item=None):
    """One body with many requests, as POST /api/bundle and the command bundle take it."""
    made = make_item or (lambda code: (f"/api/donors/{DONOR}/specimens", specimen(code)))
    requests = []
    for number in range(count):
        path, body = made(f"{prefix}-{number}")
        requests.append({"path": path, "idempotency_key": f"key-{prefix}-{number}", "body": body})
    return json.dumps({"requests": requests})


def make(place, name, count, server=""):
    """A record of its own with count specimens; its folder."""
    folder = place.path(name)
    place.ours("init", "--demo", "--record", folder, *(["--server", server] if server else []))
    file = place.path(f"{name}.txt")
    write_story(file, 0)
    place.ours("story", "--record", folder, "--file", file)
    for done in range(0, count, 1000):
        with open(file, "w", encoding="utf-8") as body:
            body.write(bundle(f"S{done}", min(1000, count - done)))
        place.ours("bundle", "--record", folder, "--file", file, "--as", "DC1")
    return folder
