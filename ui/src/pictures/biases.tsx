// biases.tsx: how far an instrument was off on counted beads, within the tolerance of each day.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { day } from "../words/show";
import { useWords } from "../words/words";
import { linear, type Scale } from "./scale";
import { useWidth } from "./width";
import classes from "./measurement.module.css";

export interface Bias {
    code: string;
    done_on: string;
    valid_until: string;
    passed: boolean;
    size_bias_percent?: string;
    size_uncertainty_percent?: string;
    size_most_percent?: string;
    number_bias_percent?: string;
    number_uncertainty_percent?: string;
    number_most_percent?: string;
    nominal_nm?: string;
    measured_nm?: string;
    certified_per_ml?: string;
    measured_per_ml?: string;
    entry: number;
}

export type BiasKind = "size" | "number";

export interface BiasPoint {
    of: Bias;
    bias?: number;
    uncertainty?: number;
    most?: number; // tolerance that was signed on that day
}

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

export function pointOf(of: Bias, kind: BiasKind): BiasPoint {
    return kind === "size"
        ? {
              of,
              bias: number(of.size_bias_percent),
              uncertainty: number(of.size_uncertainty_percent),
              most: number(of.size_most_percent),
          }
        : {
              of,
              bias: number(of.number_bias_percent),
              uncertainty: number(of.number_uncertainty_percent),
              most: number(of.number_most_percent),
          };
}

const HEIGHT = 220;
const TOP = 34;
const BOTTOM = 62;
const LEFT = 56;
const RIGHT = 26;

// One column for each calibration: several may be of one day, and years may lie between two.
export function Biases({ biases, kind, label }: { biases: Bias[]; kind: BiasKind; label: string }) {
    const { t } = useWords();
    const { place, width } = useWidth<HTMLDivElement>();
    const points = biases.map((each) => pointOf(each, kind));
    const reach =
        Math.max(
            1,
            ...points.map((each) =>
                Math.max(Math.abs(each.bias ?? 0) + (each.uncertainty ?? 0), each.most ?? 0),
            ),
        ) * 1.1;
    const up = linear(-reach, reach, HEIGHT - BOTTOM, TOP, 5);
    const column = (width - LEFT - RIGHT) / Math.max(1, points.length);
    return (
        <div ref={place} role="img" aria-label={label}>
            <svg width={width} height={HEIGHT} aria-hidden className={classes.panel}>
                <text x={0} y={16} className={classes.head}>
                    {t(`measurement.bias_${kind}`)} · %
                </text>
                {points.map((each, i) => (
                    <Band
                        key={each.of.code}
                        most={each.most}
                        up={up}
                        left={LEFT + i * column}
                        column={column}
                    />
                ))}
                {up.ticks.map((each) => (
                    <g key={each}>
                        <line
                            x1={LEFT}
                            x2={width - RIGHT}
                            y1={up.at(each)}
                            y2={up.at(each)}
                            className={each === 0 ? classes.zero : classes.grid}
                        />
                        <text x={LEFT - 6} y={up.at(each) + 5} textAnchor="end">
                            {String(Number(each.toPrecision(6))).replace("-", "−")}
                        </text>
                    </g>
                ))}
                {points.map((each, i) => (
                    <Point
                        key={each.of.code}
                        point={each}
                        up={up}
                        left={LEFT + i * column}
                        column={column}
                        turned={i % 2}
                    />
                ))}
            </svg>
        </div>
    );
}

// Without a signed tolerance there is no band.
function Band({
    most,
    up,
    left,
    column,
}: {
    most: number | undefined;
    up: Scale;
    left: number;
    column: number;
}) {
    if (most === undefined) return null;
    return (
        <g>
            <rect
                x={left}
                width={column}
                y={up.at(most)}
                height={up.at(-most) - up.at(most)}
                className={classes.band}
            />
            <line
                x1={left}
                x2={left + column}
                y1={up.at(most)}
                y2={up.at(most)}
                className={classes.tolerance}
            />
            <line
                x1={left}
                x2={left + column}
                y1={up.at(-most)}
                y2={up.at(-most)}
                className={classes.tolerance}
            />
        </g>
    );
}

// A circle where every rule was met, a cross where one was not.
function Point({
    point,
    up,
    left,
    column,
    turned,
}: {
    point: BiasPoint;
    up: Scale;
    left: number;
    column: number;
    turned: number;
}) {
    const x = left + column / 2;
    const { bias, uncertainty = 0 } = point;
    return (
        <g>
            {bias === undefined ? (
                <text x={x} y={up.at(0) - 6} textAnchor="middle">
                    ?
                </text>
            ) : (
                <>
                    <line
                        x1={x}
                        x2={x}
                        y1={up.at(bias + uncertainty)}
                        y2={up.at(bias - uncertainty)}
                        className={classes.interval}
                    />
                    {point.of.passed ? (
                        <circle cx={x} cy={up.at(bias)} r={6} className={classes.passed} />
                    ) : (
                        <path
                            d={`M${x - 6} ${up.at(bias) - 6}l12 12m0-12l-12 12`}
                            className={classes.failed}
                        />
                    )}
                </>
            )}
            <text
                x={x}
                y={HEIGHT - BOTTOM + 20 + turned * 18}
                textAnchor="middle"
                className={classes.code}
            >
                {point.of.code}
            </text>
            {column > 120 && (
                <text x={x} y={HEIGHT - BOTTOM + 40 + turned * 18} textAnchor="middle">
                    {day(point.of.done_on)}
                </text>
            )}
        </g>
    );
}
