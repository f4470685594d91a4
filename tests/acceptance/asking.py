"""How the acceptance test asks at the command line, and how it finds and compares a figure."""
# SPDX-License-Identifier: AGPL-3.0-or-later
import csv
import datetime
import json
import os
import re
import shlex
import subprocess
from decimal import Decimal, InvalidOperation

TOKYO = datetime.timezone(datetime.timedelta(hours=9))
STORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "story")


class Wrong(Exception):
    pass


class Asker:
    """Asks one record as accounts of the example; the same question is asked once."""

    def __init__(self, program, record, folder):
        self.program, self.record, self.folder = program, record, folder
        self.known = {}

    def secret(self, account):
        path = os.path.join(self.folder, f"secret.{account}")
        if not os.path.exists(path):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as out:
                out.write(f"demo-{account}-secret")
        return path

    def command(self, account, words):
        asked = subprocess.run(
            [self.program, *words, "--json", "--record", self.record, "--as", account,
             "--secret-file", self.secret(account)], capture_output=True, text=True, check=False)
        if asked.returncode:
            raise Wrong(f"exit {asked.returncode}: {(asked.stderr or asked.stdout).strip()[:200]}")
        return json.loads(asked.stdout)

    def answer(self, account, asked):
        """A command; or `entries OPERATION SUBJECT`, the bodies of entries as they are stored; or
        `file NAME`, the rows of a file of the story."""
        if (account, asked) not in self.known:
            words = shlex.split(asked)
            if words[0] == "entries":
                told = {"entries": self.entries(account, words[1], words[2])}
            elif words[0] == "file":
                with open(os.path.join(STORY, words[1]), encoding="utf-8") as lines:
                    told = {"rows": list(csv.DictReader(lines))}
            else:
                told = self.command(account, words)
            self.known[account, asked] = told
        return self.known[account, asked]

    def entries(self, account, operation, subject):
        found, after = [], None
        while after != 0:
            listed = self.command(account, ["entry", "list", "--subject", subject, "--limit", "100"]
                                  + ([] if after is None else ["--after", str(after)]))["rows"]
            for row in listed:
                if row["operation"].split("/")[0] == operation:
                    shown = self.command(account, ["entry", "show", "--seq", str(row["seq"])])
                    found.append(json.loads(shown["row"]["bytes"]))
            after = listed[-1]["seq"] if len(listed) == 100 else 0
        return found


def step_into(values, name):
    found = []
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and name in one:
                found.append(one[name])
    return found


def walk(values, path):
    """`rows[state=retained|tested,site=M].vials`: a name goes into every member of a list."""
    for name, conditions in re.findall(r"([^.\[\]]+)(?:\[([^\]]*)\])?", path):
        values = step_into(values, name)
        for condition in filter(None, conditions.split(",")):
            key, wanted = condition.split("=", 1)
            values = [one for value in values for one in (value if isinstance(value, list)
                                                          else [value])
                      if any(plain(each) in wanted.split("|") for each in walk([one], key))]
    return values


def plain(value):
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def converted(value, unit):
    if unit == "mL":  # from microlitres
        return str(Decimal(value) / 1000)
    when = datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(TOKYO)
    return when.strftime({"day": "%Y-%m-%d", "clock": "%H:%M"}[unit])


def find(answer, where):
    """The values at a place: `PATH`, `count(PATH)`, `sum(PATH)` or `each(PATH)`, the different ones
    in their order; ` as mL`, ` as day` and ` as clock` convert."""
    path, _, unit = where.partition(" as ")
    told = re.fullmatch(r"(count|sum|each)\((.*)\)", path)
    values = walk([answer], told[2] if told else path)
    if told and told[1] == "count":
        return [sum(len(value) if isinstance(value, list) else 1 for value in values)]
    if told and told[1] == "sum":
        values = [sum(Decimal(str(value)) for value in values)]
    if unit:
        values = [converted(value, unit) for value in values]
    if told and told[1] == "each":
        return [" ".join(dict.fromkeys(plain(value) for value in values))]
    return values


def number(text):
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def same(found, expected):
    """`~2.80` is any number that rounds to it, `*words*` any text that holds the words."""
    if expected.startswith("*"):
        return expected.strip("*") in found
    rounds = expected.startswith("~")
    wanted, given = number(expected.lstrip("~")), number(found)
    if wanted is None or given is None:
        return found == expected
    half = Decimal((0, (5,), wanted.as_tuple().exponent - 1)) if rounds else 0
    return abs(given - wanted) <= half


def compare(values, expected):
    """What is wrong, or nothing."""
    if expected == "nothing":
        return f"expected nothing, found {values}" if values else None
    if len(values) != 1:
        return f"expected {expected}, found {len(values)} values {values[:3]}"
    found = plain(values[0])
    return None if same(found, expected) else f"expected {expected}, found {found}"
