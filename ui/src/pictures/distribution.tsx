// distribution.tsx: how sizes are distributed, with the interval, over what the specification allows.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useElementSize } from "@mantine/hooks";
import { real } from "../words/show";
import { useWords } from "../words/words";
import { linear, logarithmic, roundStep } from "./scale";
import classes from "./distribution.module.css";

export interface Bin {
    low_nm: string;
    high_nm: string;
    per_ml: string;
    low_per_ml?: string;
    high_per_ml?: string;
}
export interface Band {
    low_nm: number;
    high_nm: number;
    word: string;
}
export interface Mark {
    name: string; // D10, D50, D90
    nm: number;
    low?: number;
    high?: number;
}

interface Row {
    from: number;
    to: number;
    height: number;
    low?: number;
    high?: number;
}

const HEIGHT = 380;
const LEFT = 78;
const RIGHT = 16;
const TOP = 108;
const BOTTOM = 54;
const NAME_PX = 36;
const NAMED = 2; // bands that have room for a name of their own; the key names all of them

// Bins of equal width are shown per nm, bins of equal ratio per decade: areas are numbers either way.
export function rowsOfBins(bins: Bin[]): { rows: Row[]; log: boolean } {
    const first = bins[0],
        last = bins[bins.length - 1];
    if (!first || !last) return { rows: [], log: false };
    const wide = (bin: Bin) => Number(bin.high_nm) - Number(bin.low_nm);
    const log = Math.abs(wide(last) / wide(first) - 1) > 0.01;
    const per = (bin: Bin) =>
        log ? Math.log10(Number(bin.high_nm) / Number(bin.low_nm)) : wide(bin);
    const over = (text: string | undefined, bin: Bin) =>
        text === undefined ? undefined : Number(text) / per(bin);
    return {
        log,
        rows: bins.map((bin) => ({
            from: Number(bin.low_nm),
            to: Number(bin.high_nm),
            height: Number(bin.per_ml) / per(bin),
            low: over(bin.low_per_ml, bin),
            high: over(bin.high_per_ml, bin),
        })),
    };
}

// All but a two-hundredth at either end, the marks and the band.
function ends(rows: Row[], log: boolean, bands: Band[], marks: Mark[]): [number, number] {
    const content = (row: Row) =>
        row.height * (log ? Math.log10(row.to / row.from) : row.to - row.from);
    const all = rows.reduce((sum, row) => sum + content(row), 0);
    let seen = 0,
        from = rows[0]?.from ?? 0,
        to = rows[rows.length - 1]?.to ?? 1;
    for (const row of rows) {
        const before = seen;
        seen += content(row);
        if (before <= all * 0.005) from = row.from;
        if (seen <= all * 0.995) to = row.to;
    }
    const more = [
        ...bands.flatMap((each) => [each.low_nm, each.high_nm]),
        ...marks.map((each) => each.nm),
    ];
    const least = Math.min(from, ...more),
        most = Math.max(to, ...more);
    if (log) return [least / 1.2, most * 1.2];
    const step = roundStep(most - Math.min(least, 0), 8);
    return [Math.max(0, Math.floor(least / step) * step), Math.ceil((most * 1.03) / step) * step];
}

export function tickWord(value: number): string {
    if (value === 0) return "0";
    if (Math.abs(value) < 1e5) return real(String(Number(value.toPrecision(3))));
    const [digits, power] = value.toExponential(2).split("e");
    return real(`${Number(digits)}e${Number(power)}`);
}

interface Drawing {
    rows: Row[];
    x: (nm: number) => number;
    y: (height: number) => number;
}

const middle = (row: Row) => (row.from + row.to) / 2;

function Curve({ rows, x, y }: Drawing) {
    const point = (row: Row, height: number) =>
        `${x(middle(row)).toFixed(1)} ${y(height).toFixed(1)}`;
    const banded = rows.filter((row) => row.low !== undefined && row.high !== undefined);
    const over = banded.map((row) => point(row, row.high!)).join("L");
    const under = [...banded]
        .reverse()
        .map((row) => point(row, row.low!))
        .join("L");
    return (
        <>
            {banded.length > 1 && <path d={`M${over}L${under}Z`} className={classes.interval} />}
            <path
                d={`M${rows.map((row) => point(row, row.height)).join("L")}`}
                className={classes.curve}
            />
        </>
    );
}

function Bands({ bands, x, bottom }: { bands: Band[]; x: (nm: number) => number; bottom: number }) {
    return (
        <>
            {bands.map((band, i) => {
                const from = x(band.low_nm),
                    to = x(band.high_nm);
                return (
                    <g key={band.word}>
                        <rect
                            x={from}
                            width={Math.max(1, to - from)}
                            y={TOP}
                            height={bottom - TOP}
                            className={classes.band}
                        />
                        <path
                            d={`M${from} ${TOP}V${bottom}M${to} ${TOP}V${bottom}`}
                            className={classes.band_edge}
                        />
                        {i < NAMED && (
                            <text x={(from + to) / 2} y={34 + i * 26} className={classes.band_word}>
                                {band.word}
                            </text>
                        )}
                        {i < NAMED && (
                            <path
                                d={`M${from} ${44 + i * 26}v-5H${to}v5`}
                                className={classes.bracket}
                            />
                        )}
                    </g>
                );
            })}
        </>
    );
}

// A name that would touch the one before stands a line higher.
function heights(marks: Mark[], x: (nm: number) => number): number[] {
    let high = false;
    return marks.map((mark, i) => {
        const before = marks[i - 1];
        high = before !== undefined && x(mark.nm) - x(before.nm) < NAME_PX && !high;
        return high ? TOP - 24 : TOP - 6;
    });
}

function Marks({ marks, x, bottom }: { marks: Mark[]; x: (nm: number) => number; bottom: number }) {
    const tops = heights(marks, x);
    return (
        <>
            {marks.map((mark, i) => (
                <g key={mark.name}>
                    <line
                        x1={x(mark.nm)}
                        x2={x(mark.nm)}
                        y1={TOP}
                        y2={bottom}
                        className={classes.mark}
                    />
                    {mark.low !== undefined && mark.high !== undefined && (
                        <path
                            d={`M${x(mark.low)} ${bottom - 10}v8m0 -4H${x(mark.high)}m0 -4v8`}
                            className={classes.whisker}
                        />
                    )}
                    <text x={x(mark.nm)} y={tops[i]} className={classes.mark_word}>
                        {mark.name}
                    </text>
                </g>
            ))}
        </>
    );
}

export function Distribution({
    bins,
    bands,
    marks,
    label,
}: {
    bins: Bin[];
    bands: Band[];
    marks: Mark[];
    label: string;
}) {
    const { t } = useWords();
    const { ref, width: wide } = useElementSize<HTMLDivElement>();
    const width = Math.max(280, Math.min(wide || 700, 980));
    const bottom = HEIGHT - BOTTOM;
    const { rows, log } = rowsOfBins(bins);
    const [least, most] = ends(rows, log, bands, marks);
    const across = log
        ? logarithmic(least, most, LEFT, width - RIGHT)
        : linear(least, most, LEFT, width - RIGHT, width < 500 ? 4 : 8);
    const seen = rows.filter((row) => row.to > least && row.from < most);
    const top = Math.max(...seen.map((row) => Math.max(row.height, row.high ?? 0)));
    const up = linear(0, top * 1.05, bottom, TOP, 5);
    const drawing: Drawing = { rows: seen, x: across.at, y: up.at };
    return (
        <div ref={ref} className={classes.place}>
            <svg
                width={width}
                height={HEIGHT}
                role="img"
                aria-label={label}
                className={classes.picture}
            >
                <title>{label}</title>
                <Bands bands={bands} x={across.at} bottom={bottom} />
                {up.ticks.map((tick) => (
                    <g key={tick}>
                        <line
                            x1={LEFT}
                            x2={width - RIGHT}
                            y1={up.at(tick)}
                            y2={up.at(tick)}
                            className={classes.grid}
                        />
                        <text x={LEFT - 8} y={up.at(tick) + 5} className={classes.tick_left}>
                            {tickWord(tick)}
                        </text>
                    </g>
                ))}
                {across.ticks.map((tick) => (
                    <g key={tick}>
                        <line
                            x1={across.at(tick)}
                            x2={across.at(tick)}
                            y1={bottom}
                            y2={bottom + 6}
                            className={classes.axis}
                        />
                        <text x={across.at(tick)} y={bottom + 22} className={classes.tick}>
                            {tickWord(tick)}
                        </text>
                    </g>
                ))}
                <Curve {...drawing} />
                <Marks marks={marks} x={across.at} bottom={bottom} />
                <path d={`M${LEFT} ${TOP}V${bottom}H${width - RIGHT}`} className={classes.axis} />
                <text x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 6} className={classes.title}>
                    {t("distribution.size_axis")}
                </text>
                <text x={4} y={14} className={classes.title_left}>
                    {t(log ? "distribution.per_decade" : "distribution.per_nm")}
                </text>
            </svg>
        </div>
    );
}
