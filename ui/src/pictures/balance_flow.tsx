// balance_flow.tsx: what went into each step, what came out and what went elsewhere, step below step.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useElementSize } from "@mantine/hooks";
import { useWords } from "../words/words";
import classes from "./balance_flow.module.css";

export interface Step {
    key: string;
    name: string;
    into: number;
    out: number;
    elsewhere: number;
    difference: number;
    words: { into: string; out: string; elsewhere: string; difference: string };
    closed: boolean;
}

const BAR_PX = 26;
const TOP_PX = 26;
const NARROW_PX = 560;
const rowHeight = (width: number) => (width < NARROW_PX ? 112 : 92);

function Bars({ step, scale, y }: { step: Step; scale: (value: number) => number; y: number }) {
    const out = scale(step.out),
        aside = scale(step.elsewhere),
        open = scale(Math.abs(step.difference));
    return (
        <g>
            <rect x={0} y={y} width={out} height={BAR_PX} className={classes.out} />
            {aside > 0 && (
                <rect
                    x={out}
                    y={y}
                    width={Math.max(2, aside)}
                    height={BAR_PX}
                    className={classes.aside}
                />
            )}
            {!step.closed && (
                <rect
                    x={out + aside}
                    y={y - 3}
                    width={Math.max(6, open)}
                    height={BAR_PX + 6}
                    className={classes.open}
                />
            )}
        </g>
    );
}

// The band from what came out of one step to what went into the next.
function Between({
    from,
    to,
    y,
    row,
    scale,
}: {
    from: Step;
    to: Step;
    y: number;
    row: number;
    scale: (value: number) => number;
}) {
    const left = scale(from.out),
        right = scale(to.into);
    const top = y + BAR_PX,
        bottom = y + row;
    return (
        <path
            d={`M0 ${top}L${left} ${top}L${right} ${bottom}L0 ${bottom}Z`}
            className={classes.between}
        />
    );
}

// On a narrow screen what went elsewhere gets a line of its own.
function Words({ step, y, narrow }: { step: Step; y: number; narrow: boolean }) {
    const { t } = useWords();
    const first = `${step.closed ? "✓" : "✕"} ${step.words.into} = ${step.words.out}`;
    const more = [
        step.elsewhere ? `+ ${step.words.elsewhere} ${t("lot.balance.elsewhere")}` : "",
        step.closed ? "" : `(${t("lot.balance.difference")} ${step.words.difference})`,
    ]
        .filter(Boolean)
        .join(" ");
    return (
        <>
            <text x={0} y={y} className={classes.words}>
                {narrow || !more ? first : `${first} ${more}`}
            </text>
            {narrow && more && (
                <text x={0} y={y + 19} className={classes.words}>
                    {more}
                </text>
            )}
        </>
    );
}

export function BalanceFlow({ steps, label }: { steps: Step[]; label: string }) {
    const { ref, width: wide } = useElementSize<HTMLDivElement>();
    const width = Math.max(260, Math.min(wide || 600, 900));
    const most = Math.max(
        ...steps.map((each) => Math.max(each.into, each.out + each.elsewhere)),
        1e-30,
    );
    const scale = (value: number) => (value / most) * (width - 12);
    const row = rowHeight(width);
    const at = (i: number) => TOP_PX + i * row;
    const pattern = "balance-aside";
    return (
        <div ref={ref} className={classes.place}>
            <svg
                width={width}
                height={TOP_PX + steps.length * row - 18}
                role="img"
                aria-label={label}
            >
                <title>{label}</title>
                <defs>
                    <pattern
                        id={pattern}
                        width="7"
                        height="7"
                        patternUnits="userSpaceOnUse"
                        patternTransform="rotate(45)"
                    >
                        <rect width="7" height="7" fill="#fff" />
                        <rect width="2.5" height="7" fill="#8a969f" />
                    </pattern>
                </defs>
                {steps.slice(0, -1).map((step, i) => (
                    <Between
                        key={step.key}
                        from={step}
                        to={steps[i + 1]!}
                        y={at(i)}
                        row={row}
                        scale={scale}
                    />
                ))}
                {steps.map((step, i) => (
                    <g key={step.key}>
                        <text x={0} y={at(i) - 8} className={classes.name}>
                            {step.name}
                        </text>
                        <Bars step={step} scale={scale} y={at(i)} />
                        <Words step={step} y={at(i) + BAR_PX + 19} narrow={width < NARROW_PX} />
                    </g>
                ))}
            </svg>
        </div>
    );
}
