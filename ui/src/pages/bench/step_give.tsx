// step_give.tsx: giving begins, is signed by who gives and by a second person, and is recorded once.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { OperationForm } from "../../forms/operation_form";
import { Mark } from "../../pieces/verdict";
import type { Receipt, Values } from "../../record/ask";
import { useNow, useSession } from "../../record/session";
import { clock, volume } from "../../words/show";
import { useWords } from "../../words/words";
import { asTyped, begin, finish, suggested } from "./begun";
import { Elapsed } from "./clocks";
import { vialCodes, type Pair } from "./pair";
import type { Person } from "./person";
import { leftOut } from "./preparation";
import classes from "./bench.module.css";

// What will have been given is seen at the end, so the volume stays open to change.
function givenOf(pair: Pair, person: Person, all: Values): Values {
    const { volume_ul: _planned, ...prepared } = all;
    const serials = pair.vials.map((each) => each.serial);
    const hidden = Object.fromEntries(leftOut(person.plan!.route).map((name) => [name, undefined]));
    return {
        ...hidden,
        deviation_why: undefined,
        ...prepared,
        plan: person.plan!.code,
        lot: pair.vials[0]!.lot,
        first: Math.min(...serials),
        last: Math.max(...serials),
        same_day: pair.same_day,
        thaw: pair.thaw,
    };
}

function content(pair: Pair): number | undefined {
    return pair.vials.every((each) => each.content_ul !== undefined)
        ? pair.vials.reduce((sum, each) => sum + each.content_ul!, 0)
        : undefined;
}

export function StepGive({
    pair,
    person,
    prepared,
    blocked,
    asking,
    change,
    given,
}: {
    pair: Pair;
    person: Person;
    prepared: Values;
    blocked: string;
    asking: boolean;
    change: (pair: Pair) => void;
    given: (receipt: Receipt) => void;
}) {
    const { t } = useWords();
    const { site } = useSession();
    const now = useNow();
    function start(): void {
        if (asking) return; // the answer on the screen is the last one, not this one
        const at = new Date(now()).toISOString();
        const begun = {
            ...pair,
            plan: person.plan!.code,
            begun_at: at,
            same_day: person.check!.code,
            thaw: person.thaw!.code,
        };
        begin(site, { what: "dose", pair: begun, at });
        change(begun);
    }
    if (!pair.begun_at)
        return (
            <>
                <p>{t("bench.give_how")}</p>
                {blocked && <Mark tone="held">{blocked}</Mark>}
                <div className={classes.buttons}>
                    <Button
                        size="lg"
                        disabled={!!blocked}
                        data-disabled={asking || undefined}
                        aria-disabled={asking}
                        onClick={start}
                    >
                        {t("bench.give_begins")}
                    </Button>
                </div>
            </>
        );
    if (!person.plan) return null;
    const held = content(pair);
    return (
        <>
            <p className={classes.giving}>
                <strong>{vialCodes(pair.vials)}</strong> → <strong>{pair.patient}</strong> ·{" "}
                {t("bench.begun_dose", { clock: clock(pair.begun_at) })} ·{" "}
                <Elapsed since={pair.begun_at} />
            </p>
            {held !== undefined && <p>{t("bench.content", { volume: volume(held), ul: held })}</p>}
            <OperationForm
                name="dose.give"
                quiet
                given={givenOf(pair, person, prepared)}
                start={{
                    code: suggested("DO", Date.parse(pair.begun_at), site),
                    started_at: asTyped(Date.parse(pair.begun_at)),
                    volume_ul: person.plan.volume_per_dose_ul ?? prepared["volume_ul"],
                }}
                done={(receipt) => {
                    finish(site, "dose", pair);
                    given(receipt);
                }}
            >
                <div>
                    <Button
                        variant="subtle"
                        onClick={() => {
                            finish(site, "dose", pair);
                            change({ ...pair, begun_at: "", same_day: "", thaw: "" });
                        }}
                    >
                        {t("bench.give_not")}
                    </Button>
                </div>
            </OperationForm>
        </>
    );
}
