#!/usr/bin/python3
"""Every read at the door: its reply fits the schema that /api/openapi.json declares, and an account
of another site sees neither rows nor names of this one.

Usage: replies_test.py PROGRAM RECORD    (a copy of the story's record)
"""
# SPDX-License-Identifier: AGPL-3.0-or-later
import csv
import io
import os
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from speak import Failed, Person, Server, equal, must

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
DATA = os.path.join(TESTS, "..", "data")

# What the short chain and the exchanges after it hold, by the first word of an operation, or by an
# operation where another of its things says more.
CODES = {"agreement": "D-0001", "assay": "L-25-001", "bank": "WCB-0001", "box": "BX-01",
         "certificate": "COA-L-25-001", "consent": "P-0004", "deviation": "DEV-0001",
         "donor": "D-0001", "dose": "P-0004", "equipment": "BSC-01", "event": "AE-0001",
         "fact": "routes", "harvest": "HV-0001", "label": "LB-0001", "logger": "SH-0001",
         "lot": "L-25-001", "material": "MD-25-07", "oos": "OOS-0001", "oos.list": "L-25-001",
         "operator": "OP1", "patient": "P-0004", "plan": "P-0004", "pool": "PL-0001",
         "recall": "RC-0001", "reserve": "L-25-001", "sample": "L-25-001", "screening": "D-0001",
         "serum": "D-0001", "shipment": "SH-0002", "box.list": "SH-0001",
         "assay.show": "AS-0001", "assay.distribution": "AS-0002", "specification": "XP-AD", "specimen": "D-0001",
         "stability": "L-25-001", "stock": "L-25-001", "study": "ST-0101", "thaw": "P-0004",
         "fact.show": "iv", "trace.find": "L-25-001", "plan.appointments": "P-0101",
         "deviation.notices": "DEV-0101", "equipment.calibrations": "NTA-01",
         "equipment.biases": "NTA-01", "equipment.assays": "NTA-01", "assay.counts": "AS-0406"}
VALUES = {"seq": "101", "version": "1.0", "name": "bank:WCB-0001", "plan": "PN-0004",
          "lot": "L-25-001", "serial": "50", "same_day": "SD-0004", "thaw": "TH-0004",
          "emergency_ready": "true", "text": "%E7%B4%94%E5%BA%A699%25", "bank": "WCB-0001",
          "culture": "C-0001", "harvest": "HV-0103", "room": "BSC-02", "day": "2025-06-04",
          "subject": "donor:D-0002", "step": "entries", "table": "routes", "positives": "CD9%20TSG101",
          "sha256": "4de9c37f0370f8f21b394e8f35851bbde3aa597188d5e3e59bf8c540ae90a6d7"}

# Records beside it, for what the short chain has no example of: exchanges after its beginning.
BESIDE = [["bedside.txt", "cells.txt", "quality.txt"], ["deviations.txt", "studies.txt"],
          ["surroundings.txt"], ["measurements.txt"]]


def table(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as lines:
        head = lines.readline().rstrip("\n").split("\t")
        return [dict(zip(head, line.rstrip("\n").split("\t"))) for line in lines]


EVERYBODYS = {"TODAY_READ"}
ROLES = {row["code"]: EVERYBODYS | set(row["permissions"].split()) for row in table("roles.tsv")}
ACCOUNTS = [(row["account"], row["site"],
             set().union(*(ROLES[role] for role in row["roles"].split())))
            for row in table("demo_accounts.tsv")]


def whole(schema, root):
    while "$ref" in schema:
        found = root
        for part in schema["$ref"].split("/")[1:]:
            found = found[part]
        schema = found
    return schema


def fit(value, schema, root, where):
    """Stops at the first member that the schema does not allow."""
    schema = whole(schema, root)
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    kind = schema.get("type")
    must(kind in kinds, f"{where}: the schema says no type")
    must(isinstance(value, kinds[kind]) and (kind == "boolean") == isinstance(value, bool),
         f"{where}: {value!r} is no {kind}")
    if kind == "object":
        known = schema.get("properties", {})
        for name in schema.get("required", []):
            must(name in value, f"{where}: {name} is missing")
        for name, inner in value.items():
            must(name in known or schema.get("additionalProperties", True) is not False,
                 f"{where}: {name} is not declared")
            if name in known:
                fit(inner, known[name], root, f"{where}.{name}")
    elif kind == "array":
        for index, inner in enumerate(value):
            fit(inner, schema["items"], root, f"{where}[{index}]")
    elif kind == "string":
        must("enum" not in schema or value in schema["enum"], f"{where}: {value!r} is no choice")


def address(path, operation):
    name = operation["operationId"]
    values = dict(VALUES, code=CODES.get(name, CODES.get(name.split(".")[0], "")))
    query = []
    for parameter in operation.get("parameters", []):
        name = parameter.get("name")
        if parameter.get("in") == "path":
            must(values.get(name), f"no example for {name} of {operation['operationId']}")
            path = path.replace("{" + name + "}", values[name])
        elif parameter.get("in") == "query" and parameter.get("required"):
            must(values.get(name), f"no example for {name} of {operation['operationId']}")
            query.append(f"{name}={values[name]}")
    return path + ("?" + "&".join(query) if query else "")


def beside(target, **members):
    """The same address with members in its query."""
    return target + ("&" if "?" in target else "?") + urllib.parse.urlencode(members)


def check_excerpts(person, target, said, schema, root):
    """Parts of the list hold the rows of the whole, and its table has a line for each."""
    rows = said["rows"]
    if len(rows) >= 100:
        rows = person.ask("GET", beside(target, take=1000)).json()["rows"]
        must(len(rows) < 1000, f"{target} is too long to be compared")
    for members, expected in [({"take": 1000}, rows), ({"skip": 1, "take": 2}, rows[1:3]),
                              ({"take": 0}, []), ({"skip": len(rows)}, [])]:
        part = person.ask("GET", beside(target, **members)).json()
        fit(part, schema, root, target)
        equal(part["rows"], expected, f"rows of {target} with {members}")
        equal(part["count"], len(rows), f"count of {target} with {members}")
    table = person.ask("GET", beside(target, format="csv"))
    equal(table.header("content-type").split(";")[0], "text/csv", f"type of {target} as csv")
    must(".csv" in table.header("content-disposition"), f"no file name of {target} as csv")
    text = table.body.decode("utf-8")
    must(text.startswith("\ufeff") and text.endswith("\r\n"), f"no table at {target}")
    cells = list(csv.reader(io.StringIO(text[1:], newline="")))
    equal(len(cells), len(rows) + 1, f"lines of {target} as csv")
    for line in cells:
        equal(len(line), len(cells[0]), f"cells of a line of {target} as csv")


def rows_of(answer):
    return answer["rows"] if "rows" in answer else [answer["row"]]


def asked_by_all(people, operation, target, root):
    """Accounts that may, one per site: all answers fit. How many had one, with how many rows?"""
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    sites = {}
    for person in people:
        if operation["x-permission"] in person.permissions:
            sites.setdefault(person.said["site"], person)
    must(sites, f"nobody may {operation['operationId']}")
    answered, rows = 0, 0
    for site, person in sites.items():
        answer = person.ask("GET", target)
        must(answer.status in (200, 404, 403), f"{site} got {answer.status}: {answer.body[:200]!r}")
        if answer.status != 200:
            continue
        said = answer.json()
        fit(said, schema, root, operation["operationId"])
        if "rows" in said:
            check_excerpts(person, target, said, schema, root)
        else:
            equal(person.ask("GET", beside(target, take=1)).status, 400,
                  f"status where {target}, which is no list, is asked for a part")
        answered, rows = answered + 1, rows + len(rows_of(said))
        if "RECORD_WIDE" in person.permissions or operation["x-scope"] != "site":
            continue
        for row in rows_of(said):
            equal(row.get("site", site), site, f"site of a row that {site} saw")
    return answered, rows


def answered_somewhere(records, operation, target, root):
    """At least one record has somebody who is answered, and something to show."""
    found = [asked_by_all(people, operation, target, root) for people in records]
    must(any(answered for answered, _ in found), f"nobody was answered at {target}")
    must(any(rows for _, rows in found), f"no record has an example at {target}")


def search_finds_nothing(person, operation, target, name):
    if "rows" not in operation["responses"]["200"]["content"]["application/json"]["schema"][
            "properties"]:
        return
    answer = person.ask("GET", beside(target, search=name))
    if answer.status == 200:
        equal(answer.json()["count"], 0, f"rows of {operation['operationId']} that "
              f"{person.said['account']} finds by a name it may not see")


def names_stay_at_home(people, root):
    """No read by an account of another site shows a name that was registered at K2."""
    hidden = ["大槻", "藤波"]
    for path, methods in root["paths"].items():
        operation = methods.get("get", {})
        if "x-permission" not in operation:
            continue
        for person in people:
            if person.said["site"] == "K2" or operation["x-permission"] not in person.permissions:
                continue
            if "RECORD_WIDE" in person.permissions and "PERSON_READ" in person.permissions:
                continue
            body = person.ask("GET", address(path, operation)).body.decode("utf-8", "replace")
            for name in hidden:
                search_finds_nothing(person, operation, address(path, operation), name)
                must(name not in body, f"{operation['operationId']} shows {name} to "
                     f"{person.said['account']}")


def signed_in(server):
    people = []
    for account, _, permissions in ACCOUNTS:
        person = Person(server, account)
        person.permissions = permissions
        people.append(person)
    return people


def record_beside(program, folder, exchanges):
    """A record in which the beginning of the short chain is followed by other exchanges."""
    record = os.path.join(folder, exchanges[0])
    with open(os.path.join(TESTS, "story", "short.txt"), encoding="utf-8") as text:
        begun = text.read().split("\n# A fever", 1)[0] + "\n"
    first = os.path.join(folder, "begun.txt")
    with open(first, "w", encoding="utf-8") as out:
        out.write(begun)
    told = [first] + [os.path.join(TESTS, "exchanges", name) for name in exchanges]
    for words in [["init", "--demo"]] + [["story", "--file", file] for file in told]:
        done = subprocess.run([program, *words, "--record", record], capture_output=True,
                              text=True, check=False)
        equal(done.returncode, 0, f"{words}: {done.stdout[-300:]}{done.stderr[-300:]}")
    return record


def main():
    passed, failed = 0, []
    with tempfile.TemporaryDirectory(prefix="replies.") as folder:
        servers = [Server(sys.argv[1], record) for record in [sys.argv[2]] +
                   [record_beside(sys.argv[1], folder, exchanges) for exchanges in BESIDE]]
        root = servers[0].ask("GET", "/api/openapi.json").json()
        records = [signed_in(server) for server in servers]
        checks = [(methods["get"]["operationId"],
                   lambda path=path, one=methods["get"]: answered_somewhere(
                       records, one, address(path, one), root))
                  for path, methods in root["paths"].items()
                  if "x-permission" in methods.get("get", {})]
        checks.append(("names stay at home", lambda: names_stay_at_home(records[0], root)))
        for name, check in checks:
            try:
                check()
                passed += 1
            except Failed as why:
                failed.append(f"{name}: {why}")
        for server in servers:
            code, _ = server.stop()
            equal(code, 0, "exit code of the server")
    for line in failed:
        print("failed", line)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
