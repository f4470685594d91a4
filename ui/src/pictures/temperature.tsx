// temperature.tsx: what each probe of a shipment read on the way, and when that was out of range.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useId, useMemo, useState } from "react";
import { instant, real } from "../words/show";
import { useWords } from "../words/words";
import { TemperaturePanel } from "./temperature_panel";
import { useWidth } from "./width";
import classes from "./temperature.module.css";

export interface Reading {
    at: string;
    probe: string;
    temperature_c?: string; // missing where the logger has none
    state: string; // good, warm, missing, outside, unjudged
    out: boolean;
    gap: boolean; // nothing is known between the one before and this
    minutes_out?: number;
    left_out: number;
}

export interface Period {
    probe: string;
    from: string;
    until: string;
    minutes: number;
    why: string; // warm, gap, warm_and_gap
}

export interface Way {
    packed_at: string;
    arrived_at: string;
    most_c?: string; // signed limit; without one nothing is judged
}

export interface Range {
    from: number;
    until: number;
}

// Readings with their times as numbers, by probe, in the order of the file.
export interface Curve {
    probe: string;
    readings: Reading[];
    times: number[];
    periods: Period[];
}

export function curvesOf(readings: Reading[], periods: Period[]): Curve[] {
    const curves = new Map<string, Curve>();
    for (const each of readings) {
        let curve = curves.get(each.probe);
        if (!curve) {
            curve = {
                probe: each.probe,
                readings: [],
                times: [],
                periods: periods.filter((one) => one.probe === each.probe),
            };
            curves.set(each.probe, curve);
        }
        curve.readings.push(each);
        curve.times.push(Date.parse(each.at));
    }
    return [...curves.values()];
}

// All panels on one scale, with the limit always in sight.
function extent(readings: Reading[], most_c: string | undefined): [number, number] {
    const values = readings.map((each) => Number(each.temperature_c)).filter(Number.isFinite);
    if (most_c !== undefined) values.push(Number(most_c));
    if (!values.length) return [-80, 0];
    const low = values.reduce((one, other) => Math.min(one, other));
    const high = values.reduce((one, other) => Math.max(one, other));
    const margin = Math.max(1, (high - low) * 0.12);
    return [low - 2.2 * margin, high + margin]; // packing and arrival are named below the curve
}

// The reading nearest to a time.
function nearest(times: number[], at: number): number {
    let low = 0;
    let high = times.length - 1;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle]! < at) low = middle + 1;
        else high = middle;
    }
    return low > 0 && at - times[low - 1]! < times[low]! - at ? low - 1 : low;
}

function useTold(curves: Curve[]) {
    const { t } = useWords();
    return (at: number): string[] =>
        curves.flatMap((curve) => {
            const row = curve.readings[nearest(curve.times, at)];
            if (!row) return [];
            const temperature =
                row.temperature_c === undefined
                    ? t("cold.missing")
                    : `${real(row.temperature_c)} °C`;
            const out =
                row.minutes_out === undefined ? "" : t("cold.so_far", { minutes: row.minutes_out });
            return [
                [
                    t("cold.probe", { probe: curve.probe }),
                    temperature,
                    t(`cold.state_${row.state}`),
                    out,
                ]
                    .filter(Boolean)
                    .join(", "),
            ];
        });
}

export function Temperature({
    curves,
    way,
    range,
    label,
}: {
    curves: Curve[];
    way: Way;
    range: Range;
    label: string;
}) {
    const { t } = useWords();
    const { place, width } = useWidth<HTMLDivElement>();
    const [at, setAt] = useState<number | null>(null);
    const told = useTold(curves);
    const hatch = useId().replace(/[^\w]/g, "");
    const heights = useMemo(
        () =>
            extent(
                curves.flatMap((each) => each.readings),
                way.most_c,
            ),
        [curves, way.most_c],
    );
    const inside = (time: number) => Math.min(range.until, Math.max(range.from, time));
    const now = at === null ? null : inside(at);

    // From reading to reading of the first probe, which all of them share with the file.
    function step(by: number) {
        const times = curves[0]?.times ?? [];
        const here = nearest(times, now ?? range.from);
        const next =
            times[Math.min(times.length - 1, Math.max(0, now === null ? here : here + by))];
        if (next !== undefined) setAt(inside(next));
    }
    const steps: Record<string, () => void> = {
        ArrowRight: () => step(1),
        ArrowLeft: () => step(-1),
        PageUp: () => step(10),
        PageDown: () => step(-10),
        Home: () => setAt(range.from),
        End: () => setAt(range.until),
    };
    const words =
        now === null
            ? [t("cold.cursor_help")]
            : [instant(new Date(now).toISOString()), ...told(now)];
    return (
        <div ref={place} className={classes.picture}>
            <div
                role="slider"
                tabIndex={0}
                className={classes.slider}
                aria-label={label}
                aria-orientation="horizontal"
                aria-valuemin={range.from}
                aria-valuemax={range.until}
                aria-valuenow={now ?? range.from}
                aria-valuetext={words.join("; ")}
                onKeyDown={(event) => {
                    const act = steps[event.key];
                    if (!act) return;
                    event.preventDefault();
                    act();
                }}
                onPointerLeave={() => setAt(null)}
            >
                {curves.map((curve, i) => (
                    <TemperaturePanel
                        key={curve.probe}
                        curve={curve}
                        way={way}
                        range={range}
                        width={width}
                        heights={heights}
                        hatch={`${hatch}${i}`}
                        cursor={now}
                        point={setAt}
                    />
                ))}
            </div>
            <div className={classes.told}>
                {words.map((each) => (
                    <p key={each}>{each}</p>
                ))}
            </div>
        </div>
    );
}
