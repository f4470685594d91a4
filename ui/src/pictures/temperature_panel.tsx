// temperature_panel.tsx: the curve of one probe, with its limit, its excursions and its gaps.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { clock, day, real } from "../words/show";
import { useWords } from "../words/words";
import { linear } from "./scale";
import type { Curve, Period, Range, Way } from "./temperature";
import { timeTicks } from "./times";
import classes from "./temperature.module.css";

const HEIGHT = 250;
const TOP = 52; // the name of the probe, and minutes over the excursions
const BOTTOM = 44;
const LEFT = 52;
const RIGHT = 12;

export interface PanelProps {
    curve: Curve;
    way: Way;
    range: Range;
    width: number;
    heights: [number, number];
    hatch: string; // names the patterns of this panel
    cursor: number | null;
    point: (at: number) => void;
}

interface Places {
    x: (time: number) => number;
    y: (celsius: number) => number;
    right: number;
    bottom: number;
}

// A line for each stretch without a gap; nothing is drawn where nothing is known.
function linesOf(curve: Curve, places: Places): string[] {
    const lines: string[] = [];
    let line: string[] = [];
    const end = () => {
        if (line.length) lines.push(line.length === 1 ? `${line[0]}h0.01` : line.join(""));
        line = [];
    };
    curve.readings.forEach((row, i) => {
        if (row.gap || row.temperature_c === undefined) end();
        if (row.temperature_c === undefined) return;
        const place = `${places.x(curve.times[i]!).toFixed(1)} ${places.y(Number(row.temperature_c)).toFixed(1)}`;
        line.push(`${line.length ? "L" : "M"}${place}`);
    });
    end();
    return lines;
}

// Warm readings as triangles, so that they differ by shape and not by colour alone.
function Warm({ curve, places }: { curve: Curve; places: Places }) {
    const marks = curve.readings.flatMap((row, i) => {
        if (row.state !== "warm" || row.temperature_c === undefined) return [];
        const x = places.x(curve.times[i]!),
            y = places.y(Number(row.temperature_c));
        return [`M${x.toFixed(1)} ${(y - 5).toFixed(1)}l4.5 8h-9z`];
    });
    return <path d={marks.join("")} className={classes.warm} />;
}

function Excursion({
    period,
    places,
    hatch,
    row,
}: {
    period: Period;
    places: Places;
    hatch: string;
    row: number;
}) {
    const { t } = useWords();
    const from = Math.max(LEFT, places.x(Date.parse(period.from)));
    const until = Math.min(places.right, places.x(Date.parse(period.until)));
    if (until < LEFT || from > places.right) return null;
    const text = `${t("cold.minutes", { minutes: period.minutes })} · ${t(`cold.why_${period.why}`)}`;
    const middle = (from + until) / 2;
    const half = text.length * 4.2;
    const anchor = middle - half < LEFT ? "start" : middle + half > places.right ? "end" : "middle";
    const at = anchor === "start" ? LEFT : anchor === "end" ? places.right : middle;
    const kind = period.why === "gap" ? "gap" : "warm";
    return (
        <g>
            <rect
                x={from}
                y={TOP}
                width={Math.max(3, until - from)}
                height={places.bottom - TOP}
                fill={`url(#${hatch}${kind})`}
                className={classes.out}
            />
            <line
                x1={middle}
                y1={TOP - 2 - row * 17}
                x2={middle}
                y2={TOP}
                className={classes.lead}
            />
            <text x={at} y={TOP - 6 - row * 17} textAnchor={anchor} className={classes.minutes}>
                {text}
            </text>
        </g>
    );
}

function Patterns({ hatch, width }: { hatch: string; width: number }) {
    return (
        <defs>
            <pattern
                id={`${hatch}warm`}
                width="8"
                height="8"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
            >
                <rect width="8" height="8" className={classes.warm_paper} />
                <line x1="0" y1="0" x2="0" y2="8" className={classes.warm_ink} />
            </pattern>
            <pattern id={`${hatch}gap`} width="7" height="7" patternUnits="userSpaceOnUse">
                <rect width="7" height="7" className={classes.gap_paper} />
                <circle cx="3.5" cy="3.5" r="1.4" className={classes.gap_ink} />
            </pattern>
            <clipPath id={`${hatch}clip`}>
                <rect x={LEFT} y={TOP} width={Math.max(1, width - LEFT - RIGHT)} height={HEIGHT} />
            </clipPath>
        </defs>
    );
}

function Axes({
    range,
    places,
    ticks,
    width,
}: {
    range: Range;
    places: Places;
    ticks: number[];
    width: number;
}) {
    const iso = (at: number) => new Date(at).toISOString();
    const local = (at: number) => {
        // the day on this machine, as YYYY-MM-DD
        const date = new Date(at);
        return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
    };
    return (
        <g>
            {ticks.map((each) => (
                <g key={each}>
                    <line
                        x1={LEFT}
                        x2={places.right}
                        y1={places.y(each)}
                        y2={places.y(each)}
                        className={classes.grid}
                    />
                    <text x={LEFT - 8} y={places.y(each) + 5} textAnchor="end">
                        {real(String(each))}
                    </text>
                </g>
            ))}
            {timeTicks(range.from, range.until, width / 90).map((each) => (
                <g key={each.at}>
                    <line
                        x1={places.x(each.at)}
                        x2={places.x(each.at)}
                        y1={TOP}
                        y2={places.bottom + 5}
                        className={classes.grid}
                    />
                    <text x={places.x(each.at)} y={places.bottom + 20} textAnchor="middle">
                        {clock(iso(each.at))}
                    </text>
                    {each.day && (
                        <text x={Math.max(LEFT, places.x(each.at) - 20)} y={places.bottom + 37}>
                            {day(local(each.at))}
                        </text>
                    )}
                </g>
            ))}
        </g>
    );
}

function Moment({
    at,
    word,
    places,
    end,
}: {
    at: string;
    word: string;
    places: Places;
    end?: boolean;
}) {
    const x = places.x(Date.parse(at));
    if (x < LEFT - 1 || x > places.right + 1) return null;
    return (
        <g>
            <line x1={x} x2={x} y1={TOP} y2={places.bottom} className={classes.moment} />
            <text
                x={end ? x - 5 : x + 5}
                y={places.bottom - 6}
                textAnchor={end ? "end" : "start"}
                className={classes.named}
            >
                {word}
            </text>
        </g>
    );
}

export function TemperaturePanel({
    curve,
    way,
    range,
    width,
    heights,
    hatch,
    cursor,
    point,
}: PanelProps) {
    const { t } = useWords();
    const right = width - RIGHT;
    const bottom = HEIGHT - BOTTOM;
    const along = linear(range.from, range.until, LEFT, right);
    const up = linear(heights[0], heights[1], bottom, TOP, 4);
    const places: Places = { x: along.at, y: up.at, right, bottom };
    const limit = way.most_c === undefined ? null : Number(way.most_c);
    const time = (x: number) =>
        range.from + ((x - LEFT) / (right - LEFT)) * (range.until - range.from);
    const seen = curve.periods.filter(
        (each) => Date.parse(each.until) >= range.from && Date.parse(each.from) <= range.until,
    );
    return (
        <svg
            width={width}
            height={HEIGHT}
            className={classes.panel}
            aria-hidden
            onPointerMove={(event) =>
                point(time(event.clientX - event.currentTarget.getBoundingClientRect().left))
            }
        >
            <Patterns hatch={hatch} width={width} />
            <text x={0} y={16} className={classes.probe}>
                {t("cold.probe", { probe: curve.probe })} · °C
            </text>
            <Axes range={range} places={places} ticks={up.ticks} width={right - LEFT} />
            {seen.map((each, i) => (
                <Excursion
                    key={each.from}
                    period={each}
                    places={places}
                    hatch={hatch}
                    row={i % 2}
                />
            ))}
            <g clipPath={`url(#${hatch}clip)`}>
                {limit !== null && (
                    <>
                        <line
                            x1={LEFT}
                            x2={right}
                            y1={up.at(limit)}
                            y2={up.at(limit)}
                            className={classes.limit}
                        />
                        <text
                            x={right - 2}
                            y={up.at(limit) < TOP + 20 ? up.at(limit) + 18 : up.at(limit) - 5}
                            textAnchor="end"
                            className={classes.named}
                        >
                            {t("cold.limit", { most: real(way.most_c) })}
                        </text>
                    </>
                )}
                {linesOf(curve, places).map((each, i) => (
                    <path key={i} d={each} className={classes.curve} />
                ))}
                <Warm curve={curve} places={places} />
                <Moment at={way.packed_at} word={t("cold.packed")} places={places} />
                <Moment at={way.arrived_at} word={t("cold.arrived")} places={places} end />
                {cursor !== null && (
                    <line
                        x1={along.at(cursor)}
                        x2={along.at(cursor)}
                        y1={TOP}
                        y2={bottom}
                        className={classes.cursor}
                    />
                )}
            </g>
        </svg>
    );
}
