// curve.tsx: the curves of a shipment, a way to look closer at each excursion, and the same as tables.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { curvesOf, Temperature, type Range, type Reading } from "../../pictures/temperature";
import { Answered } from "../../pieces/refused";
import { Mark } from "../../pieces/verdict";
import { useRows } from "../../record/reading";
import { instant, real, whole } from "../../words/show";
import { useWords } from "../../words/words";
import type { Excursions } from "./kinds";
import { PeriodTable, ProbeTable, ReadingTable } from "./tables";
import classes from "./cold_chain.module.css";

const POINTS = 1200; // of each probe: more than a screen has columns
const AROUND_MS = 90 * 60_000; // seen before and after an excursion

// The way from packing to arrival, with what the logger read a little before and after.
function whole_way(found: Excursions): Range {
    const from = Date.parse(found.packed_at),
        until = Date.parse(found.arrived_at);
    const margin = (until - from) * 0.02;
    return { from: from - margin, until: until + margin };
}

export function CurveSection({ excursions }: { excursions: Excursions }) {
    const [every, setEvery] = useState(false);
    const asking = useRows<Reading>("logger.readings", {
        code: excursions.shipment,
        ...(every ? {} : { points: POINTS }),
    });
    return (
        <>
            <Judged found={excursions} />
            <Answered asking={asking}>
                {(readings) => (
                    <Curves found={excursions} readings={readings} all={() => setEvery(true)} />
                )}
            </Answered>
        </>
    );
}

// Said in words before it is shown as a picture.
function Judged({ found }: { found: Excursions }) {
    const { t } = useWords();
    const unknown = found.minutes_out === undefined || found.most_c === undefined;
    return (
        <p>
            {unknown ? (
                <Mark tone="unknown">{t("cold.unjudged")}</Mark>
            ) : found.minutes_out ? (
                <Mark tone="bad">{t("cold.was_out", { minutes: found.minutes_out })}</Mark>
            ) : (
                <Mark tone="good">{t("cold.never_out")}</Mark>
            )}{" "}
            {found.most_c !== undefined &&
                t("cold.rule", { most: real(found.most_c), minutes: found.minutes_most ?? "–" })}
        </p>
    );
}

function Curves({
    found,
    readings,
    all,
}: {
    found: Excursions;
    readings: Reading[];
    all: () => void;
}) {
    const { t } = useWords();
    const full = useMemo(() => whole_way(found), [found]);
    const [range, setRange] = useState<Range>(full);
    const curves = useMemo(() => curvesOf(readings, found.periods), [readings, found.periods]);
    const left_out = readings.reduce((sum, each) => sum + each.left_out, 0);
    const listed = found.probes.reduce((sum, each) => sum + each.periods, 0);
    const is = (one: Range) => one.from === range.from && one.until === range.until;
    return (
        <>
            <div className={classes.ranges} role="group" aria-label={t("cold.look")}>
                <Button
                    size="sm"
                    variant={is(full) ? "filled" : "default"}
                    aria-pressed={is(full)}
                    onClick={() => setRange(full)}
                >
                    {t("cold.whole")}
                </Button>
                {found.periods.slice(0, 12).map((each) => {
                    const near = {
                        from: Date.parse(each.from) - AROUND_MS,
                        until: Date.parse(each.until) + AROUND_MS,
                    };
                    return (
                        <Button
                            key={each.probe + each.from}
                            size="sm"
                            variant={is(near) ? "filled" : "default"}
                            aria-pressed={is(near)}
                            onClick={() => setRange(near)}
                        >
                            {t("cold.near", { probe: each.probe, minutes: each.minutes })}
                        </Button>
                    );
                })}
            </div>
            <Temperature
                curves={curves}
                way={found}
                range={range}
                label={t("cold.picture", {
                    code: found.shipment,
                    from: instant(found.packed_at),
                    until: instant(found.arrived_at),
                })}
            />
            {left_out > 0 && (
                <p>
                    {t("cold.thinned", { count: whole(left_out) })}{" "}
                    <Button size="sm" variant="default" onClick={all}>
                        {t("cold.draw_all")}
                    </Button>
                </p>
            )}
            {listed > found.periods.length && (
                <p role="alert">
                    {t("cold.more_periods", {
                        count: whole(listed),
                        shown: whole(found.periods.length),
                    })}
                </p>
            )}
            <ProbeTable probes={found.probes} />
            <PeriodTable periods={found.periods} />
            <ReadingTable readings={readings} left_out={left_out} />
            <p>{t("cold.source", { file: found.file, interval: found.interval_minutes })}</p>
        </>
    );
}
