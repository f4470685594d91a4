// step_thaw.tsx: from frozen to thawed, with its begin and end by the record's clock.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { OperationForm } from "../../forms/operation_form";
import { Mark } from "../../pieces/verdict";
import { useNow, useSession } from "../../record/session";
import { clock, instant } from "../../words/show";
import { useWords } from "../../words/words";
import { asTyped, begin, finish, isOf, suggested, useBegun, type Begun } from "./begun";
import { Elapsed, TimeLeft } from "./clocks";
import type { Pair } from "./pair";
import type { Person, Thaw } from "./person";
import classes from "./bench.module.css";

export function thawEnds(thaw: Thaw, minutes: number | undefined): string | undefined {
    return minutes === undefined
        ? undefined
        : new Date(Date.parse(thaw.ended_at) + minutes * 60_000).toISOString();
}

function Recording({
    pair,
    person,
    running,
    blocked,
}: {
    pair: Pair;
    person: Person;
    running: Begun;
    blocked: string;
}) {
    const { site } = useSession();
    const now = useNow();
    const serials = pair.vials.map((each) => each.serial);
    const ended = Date.parse(running.ended_at ?? "") || now();
    return (
        <OperationForm
            name="thaw.record"
            quiet
            blocked={blocked}
            given={{
                plan: person.plan!.code,
                lot: pair.vials[0]!.lot,
                first: Math.min(...serials),
                last: Math.max(...serials),
            }}
            start={{
                code: suggested("TH", ended, site),
                started_at: asTyped(Date.parse(running.at)),
                ended_at: asTyped(ended),
            }}
            done={() => finish(site, "thaw", pair)}
        />
    );
}

export function StepThaw({
    pair,
    person,
    blocked,
}: {
    pair: Pair;
    person: Person;
    blocked: string;
}) {
    const { t } = useWords();
    const { site } = useSession();
    const now = useNow();
    const running = useBegun(site).find((each) => isOf(each, "thaw", pair));
    const at = () => new Date(now()).toISOString();
    const { thaw } = person;
    if (thaw)
        return (
            <>
                <p>
                    <strong>{thaw.code}</strong> ·{" "}
                    {t("bench.thaw_was", {
                        from: instant(thaw.started_at),
                        to: clock(thaw.ended_at),
                        by: thaw.thawed_by,
                    })}
                </p>
                <TimeLeft
                    since={thaw.ended_at}
                    until={thawEnds(thaw, person.limits.thaw_minutes)}
                />
            </>
        );
    if (!running)
        return (
            <>
                <p>{t("bench.thaw_how")}</p>
                {blocked && <Mark tone="held">{blocked}</Mark>}
                <div className={classes.buttons}>
                    <Button
                        size="lg"
                        disabled={!!blocked}
                        onClick={() => begin(site, { what: "thaw", pair, at: at() })}
                    >
                        {t("bench.thaw_begins")}
                    </Button>
                </div>
            </>
        );
    if (!running.ended_at)
        return (
            <>
                <p>
                    {t("bench.begun_thaw", { clock: clock(running.at) })} ·{" "}
                    <Elapsed since={running.at} />
                </p>
                <div className={classes.buttons}>
                    <Button size="lg" onClick={() => begin(site, { ...running, ended_at: at() })}>
                        {t("bench.thaw_ends")}
                    </Button>
                    <Button size="lg" variant="default" onClick={() => finish(site, "thaw", pair)}>
                        {t("bench.thaw_not")}
                    </Button>
                </div>
            </>
        );
    return <Recording pair={pair} person={person} running={running} blocked={blocked} />;
}
