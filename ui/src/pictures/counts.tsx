// counts.tsx: how many particles each video showed over time; a trend or a jump is seen at once.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useWords } from "../words/words";
import { linear } from "./scale";
import { useWidth } from "./width";
import classes from "./measurement.module.css";

export interface CountPart {
    video: number;
    name: string;
    frames: number;
    spots_per_frame?: string;
    part: number; // 0: the report tells no parts
    parts: number;
    from_s?: string;
    until_s?: string;
    particles_per_frame?: string;
}

const HEIGHT = 150;
const TOP = 30;
const BOTTOM = 38;
const LEFT = 46;
const RIGHT = 10;
const WIDE = 420; // two panels stand beside each other from twice this on

export function videosOf(parts: CountPart[]): CountPart[][] {
    const videos = new Map<number, CountPart[]>();
    for (const each of parts) videos.set(each.video, [...(videos.get(each.video) ?? []), each]);
    return [...videos.values()];
}

export function meanOf(parts: CountPart[]): number | undefined {
    const known = parts.map((each) => Number(each.particles_per_frame)).filter(Number.isFinite);
    return known.length === parts.length && known.length
        ? known.reduce((sum, each) => sum + each, 0) / known.length
        : undefined;
}

// What is compared stands on one scale, and that begins at zero.
export function Counts({ parts, label }: { parts: CountPart[]; label: string }) {
    const { place, width } = useWidth<HTMLDivElement>();
    const videos = videosOf(parts);
    const high =
        Math.max(1e-9, ...parts.map((each) => Number(each.particles_per_frame ?? 0))) * 1.1;
    const columns = videos.length > 1 && width >= 2 * WIDE ? 2 : 1;
    return (
        <div ref={place} role="img" aria-label={label} className={classes.panels}>
            {videos.map((each) => (
                <Panel
                    key={each[0]!.video}
                    parts={each}
                    high={high}
                    width={Math.floor(width / columns) - (columns - 1) * 8}
                />
            ))}
        </div>
    );
}

function stairs(parts: CountPart[], x: (s: number) => number, y: (n: number) => number): string {
    return parts
        .map((each, i) => {
            const height = y(Number(each.particles_per_frame)).toFixed(1);
            return `${i ? "L" : "M"}${x(Number(each.from_s)).toFixed(1)} ${height}H${x(Number(each.until_s)).toFixed(1)}`;
        })
        .join("");
}

function Panel({ parts, high, width }: { parts: CountPart[]; high: number; width: number }) {
    const { t } = useWords();
    const mean = meanOf(parts);
    const seconds = Number(parts[parts.length - 1]?.until_s ?? 1);
    const across = linear(0, seconds, LEFT, width - RIGHT, Math.max(2, width / 90));
    const up = linear(0, high, HEIGHT - BOTTOM, TOP, 3);
    return (
        <svg width={width} height={HEIGHT} aria-hidden className={classes.panel}>
            <text x={0} y={16} className={classes.head}>
                {t("measurement.video", { number: parts[0]!.video })} ·{" "}
                {mean === undefined
                    ? t("measurement.mean_unknown")
                    : t("measurement.mean", { mean: mean.toPrecision(3) })}
            </text>
            {up.ticks.map((each) => (
                <g key={each}>
                    <line
                        x1={LEFT}
                        x2={width - RIGHT}
                        y1={up.at(each)}
                        y2={up.at(each)}
                        className={classes.grid}
                    />
                    <text x={LEFT - 6} y={up.at(each) + 5} textAnchor="end">
                        {Number(each.toPrecision(6))}
                    </text>
                </g>
            ))}
            {across.ticks.map((each) => (
                <text key={each} x={across.at(each)} y={HEIGHT - BOTTOM + 18} textAnchor="middle">
                    {Number(each.toPrecision(6))}
                </text>
            ))}
            <text x={width - RIGHT} y={HEIGHT - 3} textAnchor="end">
                {t("measurement.seconds")}
            </text>
            {mean !== undefined && (
                <>
                    <line
                        x1={LEFT}
                        x2={width - RIGHT}
                        y1={up.at(mean)}
                        y2={up.at(mean)}
                        className={classes.mean}
                    />
                    <path d={stairs(parts, across.at, up.at)} className={classes.line} />
                </>
            )}
        </svg>
    );
}
