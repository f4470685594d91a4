# calls_scenes.py: what is asked of the program at a point, and what must hold behind it?
# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import shutil

from calls_place import DATA, entries_of, must, must_be_signed

DONOR = {"tissue": "adipose", "sex": "female", "name": "Somebody Invented",
         "birth_date": "1998-03-09", "identity_checked": "true", "treatment_first": "true",
         "tested_person": "donor", "payment_yen": "0", "travel_yen": "0",
         "chosen_because": "planned operation"}
RETENTION = json.dumps([{"key": "retention_years", "value": "0", "unit": "years",
                         "basis": "so that somebody can be erased", "sure": "G"}])


def donor_words(record, code):
    words = ["donor", "register", "--code", code, "--record", record, "--as", "DC1", "--json",
             "--idempotency-key", f"key-{code}"]
    for name, value in DONOR.items():
        words += [f"--{name}", value]
    return words


def exchanges():
    """A story of three exchanges, each with its own key, so that it can be played again."""
    body = json.dumps(dict(DONOR, identity_checked=True, treatment_first=True, payment_yen=0,
                           travel_yen=0))[1:]
    lines = ["at     2025-01-06T09:00:00+09:00", "as     DC1"]
    for i in range(3):
        lines += [f"# Exchange {i}.", f"key story-{i}",
                  f'POST   /donors {{"code": "D-S{i}", {body}', "201    {}"]
    return "\n".join(lines) + "\n"


def make_fixtures(stage):
    """base: a demonstration with two donors, whose data may be erased at once. Its backup and its
    keys lie beside it."""
    base = stage.fixture("base")
    stage.ask("init", "--demo", "--record", base)
    stage.ask("ruleset", "approve", "--code", "RS-1", "--settings", RETENTION, "--record", base,
              "--as", "MD1", "--witness", "QM1")
    for code in ("D-E1", "D-E2"):
        stage.ask(*donor_words(base, code))
    stage.ask("backup", "--record", base, "--to", stage.fixture("backup"), "--keys",
              stage.fixture("keys"))
    with open(stage.fixture("story.txt"), "w", encoding="utf-8") as story:
        story.write(exchanges())


class Scene:
    """prepare copies fixtures, words is the command, check decides by what was told."""

    name = "scene"
    weight = 1

    def prepare(self, place):
        place.record = place.take("base", "record")

    def words(self, place):
        raise NotImplementedError

    def act(self, place, fault):
        return place.run(self.words(place), fault)

    def check(self, place, told, rest):
        raise NotImplementedError

    def judge(self, place, told, rest, memory):
        told.must_be_loud(memory)
        self.check(place, told, rest)


class Recording(Scene):
    """One entry by its command; asked again with the same key it is there once."""

    operation = "donor.register/1"

    def check(self, place, told, rest):
        before = place.stage.entries("base")
        rows = place.whole(place.record, before, rest)[len(before):]
        own = [row for row in rows if json.loads(row[2])["operation"] == self.operation]
        if told.done:
            must([row[:2] for row in own] == [told.receipt()], f"acknowledged, and stored: {own}")
            must_be_signed(place.record, own[0][0])
        must(not own or not told.refused, f"refused, and stored as {own}: {told}")
        again = place.must_run(self.words(place)).receipt()
        now = entries_of(place.record)[len(before):]
        now = [row for row in now if json.loads(row[2])["operation"] == self.operation]
        must([row[:2] for row in now] == [again], f"asked again it stands {len(now)} times")
        must(not own or own == now, "asked again it is another entry")
        if not told.done:
            place.must_run(["verify", "--record", place.record])


class Register(Recording):
    name = "record"
    weight = 3

    def words(self, place):
        return donor_words(place.record, "D-1")


class Ruleset(Recording):
    name = "ruleset"
    operation = "ruleset.approve/1"

    def words(self, place):
        return ["ruleset", "approve", "--code", "RS-2", "--record", place.record, "--as", "MD1",
                "--witness", "QM1", "--json", "--idempotency-key", "key-rules", "--tables",
                os.path.join(DATA, "facts")]


class Erase(Recording):
    """Acknowledged, the key is gone, whatever lies in the folder; others stay readable."""

    name = "erase"
    weight = 2
    operation = "person.erase/1"

    def words(self, place):
        return ["person", "erase", "--person", "donor:D-E1", "--why", "request", "--record",
                place.record, "--as", "PO1", "--witness", "QM1", "--json", "--idempotency-key",
                "key-erase"]

    def prepare(self, place):
        super().prepare(place)
        place.old_keys = keys_in(place.record)

    def check(self, place, told, rest):
        if told.done:
            self.must_be_gone(place)
        other = place.must_run(["donor", "show", "D-E2", "--record", place.record, "--as", "DC1",
                                "--json"])
        must(DONOR["name"] in other.out, f"another person is not readable any more: {other}")
        super().check(place, told, rest)
        self.must_be_gone(place)

    def must_be_gone(self, place):
        with open(os.path.join(place.record, "persons"), encoding="utf-8") as store:
            lines = store.read().splitlines()
        must("donor:D-E1 -" in lines, f"the key of an erased person is kept: {lines}")
        kept = keys_in(place.record)
        must(len(kept) == 1 and not set(kept.values()) & set(place.old_keys.values()),
             f"an old wrapping key stays: {sorted(kept)}")


def keys_in(record):
    """Every file that may hold a wrapping key, drafts among them."""
    found = {}
    for name in os.listdir(record):
        if name.startswith("persons-"):
            with open(os.path.join(record, name), encoding="utf-8") as key:
                found[name] = key.read()
    return found


class Repeatable(Scene):
    """Commands that add nothing to the entries, and may be asked again at any time."""

    source = "base"

    def prepare(self, place):
        place.record = place.take(self.source, "record")

    def words(self, place):
        return [self.name, "--record", place.record]

    def check(self, place, told, rest):
        before = place.stage.entries(self.source)
        must(place.whole(place.record, before, rest) == before, "entries came from nowhere")
        again = place.must_run(self.words(place))
        self.held(place, told, again)
        place.must_run(["verify", "--record", place.record])

    def held(self, place, told, again):
        must(not told.done or self.said(told) == self.said(again), f"{told} and then {again}")

    def said(self, told):
        return told.out


class Verify(Repeatable):
    name = "verify"
    source = "short"


class Rebuild(Repeatable):
    name = "rebuild"
    source = "short"

    def held(self, place, told, again):
        super().held(place, told, again)
        must("are the same as before" in again.out, f"rebuilt otherwise: {again}")


class Checkpoint(Repeatable):
    name = "checkpoint"

    def said(self, told):
        return json.loads(told.out)["root"]


class Story(Scene):
    name = "story"

    def words(self, place):
        return ["story", "--record", place.record, "--file", place.stage.fixture("story.txt")]

    def check(self, place, told, rest):
        before = place.stage.entries("base")
        rows = place.whole(place.record, before, rest)[len(before):]
        must(not told.done or len(rows) == 3, f"told to the end, and {len(rows)} entries: {told}")
        must(len(rows) <= 3, f"{len(rows)} entries of three exchanges")
        if told.done:
            must_be_signed(place.record, rows[-1][0])
        place.must_run(self.words(place))
        now = entries_of(place.record)[len(before):]
        must(len(now) == 3 and now[:len(rows)] == rows, f"played again: {len(now)} entries")
        place.must_run(["verify", "--record", place.record])


class Making(Scene):
    """Commands that make a record: behind them is a whole one, or none that looks like one."""

    def made(self, place):
        """The folder in which the record comes to lie."""
        return place.path("made")

    def words_to(self, place, to):
        raise NotImplementedError

    def words(self, place):
        return self.words_to(place, self.made(place))

    def is_whole(self, place, rest):
        place.recover(self.made(place), rest)
        told = place.run(["verify", "--record", self.made(place)])
        looks = os.path.exists(os.path.join(self.made(place), "record.json"))
        must(told.done == looks, f"half a record looks like one: {told}")
        must(told.done or (told.code == 5 and "There is no record" in told.err), f"{told}")
        return told.done

    def check(self, place, told, rest):
        whole = self.is_whole(place, rest)
        must(whole or not told.done, f"acknowledged, and there is none: {told}")
        if whole:
            must_be_signed(self.made(place), entries_of(self.made(place))[-1][0])
            self.must_be_right(place, told)
        again = place.run(self.words(place))
        must(again.done or (whole and again.code == 6), f"asked again: {again}")
        must(not again.done or not whole, "it was made twice")
        if not whole:
            self.must_be_right(place, again)

    def must_be_right(self, place, told):
        raise NotImplementedError


class Init(Making):
    name = "init"

    def prepare(self, place):
        pass

    def words_to(self, place, to):
        return ["init", "--record", to]

    def must_be_right(self, place, told):
        """Whoever has the record was shown the secret that opens it."""
        must("One-time secret: " in told.out, f"nobody knows the secret of the record: {told}")
        secret = place.path("secret")
        with open(secret, "w", encoding="utf-8") as file:
            file.write(told.out.split("One-time secret: ")[1].split()[0])
        place.must_run(["verify", "--record", self.made(place)])
        shown = place.must_run(["site", "list", "--record", self.made(place), "--as", "ADMIN",
                                "--secret-file", secret])
        must("Main site" in shown.out, f"the first site is missing: {shown}")


class Copy(Making):
    """What is copied is not changed, and the copy has the same entries."""

    def check(self, place, told, rest):
        before = place.stage.entries("base")
        super().check(place, told, rest)
        must(place.whole(place.record, before, rest) == before, "the source was changed")

    def must_be_right(self, place, told):
        must(entries_of(self.made(place)) == place.stage.entries("base"), "the copy is another one")
        place.must_run(["verify", "--record", self.made(place)])


class Move(Copy):
    name = "move"

    def words_to(self, place, to):
        return ["move", "--record", place.record, "--to", to]

    def must_be_right(self, place, told):
        super().must_be_right(place, told)
        place.must_run(donor_words(self.made(place), "D-AFTER"))
        shutil.rmtree(self.made(place))
        place.must_run(self.words(place))


class Backup(Copy):
    """Only with both the copy and the keys is a backup acknowledged."""

    name = "backup"

    def words_to(self, place, to):
        return ["backup", "--record", place.record, "--to", to, "--keys", place.path("keys")]

    def must_be_right(self, place, told):
        super().must_be_right(place, told)
        held = ["record.json", "record.db", "head.json"]
        for name in os.listdir(self.made(place)):
            must(name in held or name.startswith("record.db-") or ".draft" in name
                 or name.endswith(".lock"), f"a backup holds {name}")
        source = self.made(place)
        if not told.done:  # the keys may be missing: what is asked for again goes elsewhere
            source = place.path("other")
            place.must_run(self.words_to(place, source))
        place.must_run(["restore", "--record", place.path("restored"), "--from", source, "--keys",
                        place.path("keys")])
        place.must_run(donor_words(place.path("restored"), "D-AFTER"))
        shutil.rmtree(place.path("restored"))


class Restore(Copy):
    name = "restore"

    def prepare(self, place):
        place.record = place.take("backup", "record")
        place.take("keys", "keys")

    def words_to(self, place, to):
        return ["restore", "--record", to, "--from", place.record, "--keys", place.path("keys")]

    def must_be_right(self, place, told):
        super().must_be_right(place, told)
        place.must_run(donor_words(self.made(place), "D-AFTER"))
        shutil.rmtree(self.made(place))
        place.must_run(self.words(place))


SCENES = (Register, Ruleset, Erase, Verify, Rebuild, Checkpoint, Story, Init, Move, Backup, Restore)
