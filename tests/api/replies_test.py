#!/usr/bin/python3
"""Every read at the door: its reply fits the schema that /api/openapi.json declares, and an account
of another site sees neither rows nor names of this one.

Usage: replies_test.py PROGRAM RECORD    (a copy of the story's record)
"""
# SPDX-License-Identifier: AGPL-3.0-or-later
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from speak import Failed, Person, Server, equal, must

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data")

# What the example record holds, by the first word of an operation.
CODES = {"donor": "D-0001", "screening": "D-0001", "lot": "L-25-001", "stock": "L-25-001",
         "assay": "L-25-001", "patient": "P-0004", "consent": "P-0004", "plan": "P-0004",
         "dose": "P-0004", "event": "AE-0001", "recall": "RC-0001", "shipment": "SH-0002",
         "specification": "XP-AD", "agreement": "D-0001", "specimen": "D-0001",
         "serum": "D-0001", "label": "LB-0001", "certificate": "COA-L-25-001"}
VALUES = {"seq": "101", "version": "1.0", "name": "donor:D-0001", "plan": "PN-0004",
          "lot": "L-25-001", "serial": "50", "same_day": "SD-0004", "thaw": "TH-0004",
          "emergency_ready": "true", "text": "EV"}


def table(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as lines:
        head = lines.readline().rstrip("\n").split("\t")
        return [dict(zip(head, line.rstrip("\n").split("\t"))) for line in lines]


ROLES = {row["code"]: set(row["permissions"].split()) for row in table("roles.tsv")}
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
    noun = operation["operationId"].split(".")[0]
    values = dict(VALUES, code=CODES.get(noun, ""))
    query = []
    for parameter in operation.get("parameters", []):
        name = parameter.get("name")
        if parameter.get("in") == "path":
            must(values.get(name), f"no example for {name} of {operation['operationId']}")
            path = path.replace("{" + name + "}", values[name])
        elif parameter.get("in") == "query" and parameter.get("required"):
            query.append(f"{name}={values[name]}")
    return path + ("?" + "&".join(query) if query else "")


def rows_of(answer):
    return answer["rows"] if "rows" in answer else [answer["row"]]


def asked_by_all(people, operation, target, root):
    """Accounts that may, one per site: at least one is answered; all answers fit."""
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    sites = {}
    for person in people:
        if operation["x-permission"] in person.permissions:
            sites.setdefault(person.said["site"], person)
    must(sites, f"nobody may {operation['operationId']}")
    answered = 0
    for site, person in sites.items():
        answer = person.ask("GET", target)
        must(answer.status in (200, 404, 403), f"{site} got {answer.status}: {answer.body[:200]!r}")
        if answer.status != 200:
            continue
        said = answer.json()
        fit(said, schema, root, operation["operationId"])
        answered += 1
        if "RECORD_WIDE" in person.permissions or operation["x-scope"] != "site":
            continue
        for row in rows_of(said):
            equal(row.get("site", site), site, f"site of a row that {site} saw")
    must(answered, f"nobody was answered at {target}")


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
                must(name not in body, f"{operation['operationId']} shows {name} to "
                     f"{person.said['account']}")


def main():
    server = Server(sys.argv[1], sys.argv[2])
    passed, failed = 0, []
    root = server.ask("GET", "/api/openapi.json").json()
    people = []
    for account, _, permissions in ACCOUNTS:
        person = Person(server, account)
        person.permissions = permissions
        people.append(person)
    checks = [(methods["get"]["operationId"],
               lambda path=path, one=methods["get"]: asked_by_all(people, one, address(path, one),
                                                                  root))
              for path, methods in root["paths"].items() if "x-permission" in methods.get("get", {})]
    checks.append(("names stay at home", lambda: names_stay_at_home(people, root)))
    for name, check in checks:
        try:
            check()
            passed += 1
        except Failed as why:
            failed.append(f"{name}: {why}")
    code, _ = server.stop()
    equal(code, 0, "exit code of the server")
    for line in failed:
        print("failed", line)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
