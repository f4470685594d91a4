// number_line.tsx: where one value lies, with its interval, against its limits.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { linear } from "./scale";
import classes from "./number_line.module.css";

export interface Measured {
    value: number;
    low?: number; // of its interval
    high?: number;
}
export interface Limits {
    low?: number;
    high?: number;
}

const WIDTH = 200;
const HEIGHT = 34;
const SIDE = 8;

// What must be seen: limits and value, with air on both sides; never below 0 where nothing is.
function ends({ value, low, high }: Measured, limits: Limits): [number, number] {
    const seen = [value, low, high, limits.low, limits.high].filter(
        (each): each is number => each !== undefined,
    );
    const least = Math.min(...seen),
        most = Math.max(...seen);
    const span = most - least || Math.abs(most) || 1;
    const from = limits.low === undefined && least >= 0 ? 0 : least - span * 0.18;
    return [least >= 0 ? Math.max(0, from) : from, most + span * 0.18];
}

export function NumberLine({
    measured,
    limits,
    label,
}: {
    measured: Measured;
    limits: Limits;
    label: string;
}) {
    const [least, most] = ends(measured, limits);
    const { at } = linear(least, most, SIDE, WIDTH - SIDE);
    const from = limits.low === undefined ? SIDE : at(limits.low);
    const to = limits.high === undefined ? WIDTH - SIDE : at(limits.high);
    const outside =
        (limits.low !== undefined && measured.value < limits.low) ||
        (limits.high !== undefined && measured.value > limits.high);
    const x = at(measured.value);
    return (
        <svg
            className={classes.line}
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            role="img"
            aria-label={label}
        >
            <title>{label}</title>
            <line x1={SIDE} x2={WIDTH - SIDE} y1={17} y2={17} className={classes.axis} />
            <rect
                x={from}
                width={Math.max(1, to - from)}
                y={10}
                height={14}
                className={classes.allowed}
            />
            {limits.low !== undefined && (
                <line x1={from} x2={from} y1={5} y2={29} className={classes.limit} />
            )}
            {limits.high !== undefined && (
                <line x1={to} x2={to} y1={5} y2={29} className={classes.limit} />
            )}
            {measured.low !== undefined && measured.high !== undefined && (
                <path
                    className={classes.interval}
                    d={`M${at(measured.low)} 12v10M${at(measured.low)} 17H${at(measured.high)}M${at(measured.high)} 12v10`}
                />
            )}
            {outside ? (
                <path d={`M${x - 6} 11l12 12m0 -12l-12 12`} className={classes.outside} />
            ) : (
                <circle cx={x} cy={17} r={5.5} className={classes.inside} />
            )}
        </svg>
    );
}
