// genealogy.tsx: what came of what, from donors to sites, as a picture to walk through.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useElementSize } from "@mantine/hooks";
import { useMemo } from "react";
import { useLocation } from "wouter";
import { IconMaximize, IconMinus, IconPlus } from "../pieces/icons";
import { volume } from "../words/show";
import { useWords, type Words } from "../words/words";
import {
    LINE_PX,
    place,
    widthOf,
    type Links,
    type PlacedThing,
    type PlacedTie,
    type Tie,
} from "./genealogy_layout";
import { around, fitting, useZoom } from "./zoom";
import classes from "./genealogy.module.css";

// Where a thing is shown: by its page, or as a trace of its own.
export function placeOfThing(kind: string, code: string): string {
    const own = encodeURIComponent(code);
    if (kind === "lot") return `/lots/${own}`;
    if (kind === "shipment") return `/cold-chain/${own}`;
    return `/trace/${encodeURIComponent(`${kind}:${code}`)}`;
}

export function amountOf(tie: Tie, { t, choice }: Words): string {
    if (tie.amount === undefined) return "";
    if (tie.unit === "uL") return volume(tie.amount);
    const vials = t("genealogy.vials", { count: tie.amount });
    const state = tie.state ? `${vials} ${choice(tie.state)}` : vials;
    return tie.patients ? `${state} (${t("genealogy.patients", { count: tie.patients })})` : state;
}

// A lock to the left of its word.
function Lock({ x, y }: { x: number; y: number }) {
    return (
        <g className={classes.lock} transform={`translate(${x} ${y})`}>
            <rect x={0} y={5} width={11} height={8} rx={1.5} />
            <path d="M2.5 5V3.2a3 3 0 0 1 6 0V5" />
        </g>
    );
}

function Box({
    placed,
    start,
    open,
    reveal,
}: {
    placed: PlacedThing;
    start: boolean;
    open: (event: React.MouseEvent, to: string) => void;
    reveal: () => void;
}) {
    const { t, choice } = useWords();
    const { thing, x, y, width, height } = placed;
    const to = placeOfThing(thing.kind, thing.code);
    const more = thing.more_sources + thing.more_results;
    const lines: [string, string][] = [
        ...(thing.status ? [[classes.status!, choice(thing.status)] as [string, string]] : []),
        ...(thing.held ? [[classes.hold!, t("genealogy.held")] as [string, string]] : []),
        ...(more
            ? [[classes.more!, t("genealogy.more", { count: more })] as [string, string]]
            : []),
    ];
    return (
        <a
            href={to}
            className={classes.thing}
            onClick={(event) => open(event, to)}
            onFocus={reveal}
            data-thing={thing.name}
        >
            <rect
                x={x}
                y={y}
                width={width}
                height={height}
                rx={8}
                className={`${classes.box} ${thing.held ? classes.held : ""} ${start ? classes.start : ""}`}
            />
            <text x={x + width / 2} y={y + 21} className={classes.kind}>
                {t(`kind.${thing.kind}`)}{" "}
            </text>
            <text x={x + width / 2} y={y + 42} className={classes.code}>
                {thing.code}{" "}
            </text>
            {lines.map(([name, line], i) => (
                <text key={name} x={x + width / 2} y={y + 61 + i * LINE_PX} className={name}>
                    {line}{" "}
                </text>
            ))}
            {thing.held && (
                <Lock
                    x={x + width / 2 - widthOf(t("genealogy.held")) / 2 - 18}
                    y={y + 48 + (thing.status ? LINE_PX : 0)}
                />
            )}
        </a>
    );
}

function Line({ tie }: { tie: PlacedTie }) {
    return (
        <g>
            <path d={tie.path} className={classes.tie} markerEnd="url(#genealogy-end)" />
            {tie.lines.map((line, i) => (
                <text
                    key={line}
                    x={tie.x}
                    y={tie.y + (i - (tie.lines.length - 1) / 2) * LINE_PX + 5}
                    className={classes.amount}
                >
                    {line}
                </text>
            ))}
        </g>
    );
}

const MARKS = (
    <defs>
        <marker
            id="genealogy-end"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
        >
            <path d="M0 0L8 4L0 8z" fill="#5a6670" />
        </marker>
    </defs>
);

export function Genealogy({ links }: { links: Links }) {
    const words = useWords();
    const { t } = words;
    const [, go] = useLocation();
    const { ref, width: wide } = useElementSize<HTMLDivElement>();
    // The words change with the language, and with them how much room each needs.
    const drawn = useMemo(
        () => place(links, (tie) => amountOf(tie, words)),
        [links, words.language],
    );
    const start =
        drawn.things.find((each) => each.thing.name === links.name) ??
        drawn.things.find((each) => each.thing.depth === 0);
    const frame = useMemo(
        () => ({
            width: wide || 600,
            height: Math.min(
                Math.max(360, Math.round(window.innerHeight * 0.72)),
                drawn.height + 2,
            ),
        }),
        [wide, drawn],
    );
    const begin = useMemo(() => {
        const whole = fitting(frame, drawn);
        if (whole.scale >= 0.75 || !start) return whole;
        const scale = Math.min(1, Math.max(0.75, frame.width / drawn.width));
        const middle =
            drawn.width * scale <= frame.width ? drawn.width / 2 : start.x + start.width / 2;
        return around(frame, { x: middle, y: start.y + start.height / 2 }, scale);
    }, [frame, drawn, start]);
    const zoom = useZoom(frame, drawn, begin);

    function open(event: React.MouseEvent, to: string) {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        if (!zoom.dragged()) go(to);
    }
    return (
        <div ref={ref}>
            <div className={classes.tools}>
                <button type="button" onClick={zoom.closer}>
                    <IconPlus size={18} aria-hidden /> {t("genealogy.closer")}
                </button>
                <button type="button" onClick={zoom.farther}>
                    <IconMinus size={18} aria-hidden /> {t("genealogy.farther")}
                </button>
                <button type="button" onClick={zoom.all}>
                    <IconMaximize size={18} aria-hidden /> {t("genealogy.all")}
                </button>
                <span className={classes.help} id="genealogy-help">
                    {t("genealogy.help")}
                </span>
            </div>
            <div
                ref={zoom.element}
                className={classes.frame}
                style={{ height: frame.height }}
                role="group"
                tabIndex={0}
                aria-label={t("genealogy.picture")}
                aria-describedby="genealogy-help"
                onKeyDown={zoom.onKeyDown}
                onPointerDown={zoom.onPointerDown}
                onPointerMove={zoom.onPointerMove}
                onPointerUp={zoom.onPointerUp}
            >
                <svg width={frame.width} height={frame.height}>
                    {MARKS}
                    <g
                        transform={`translate(${zoom.view.x} ${zoom.view.y}) scale(${zoom.view.scale})`}
                    >
                        {drawn.ties.map((tie) => (
                            <Line key={tie.key} tie={tie} />
                        ))}
                        {drawn.things.map((each) => (
                            <Box
                                key={each.thing.name}
                                placed={each}
                                start={each === start}
                                open={open}
                                reveal={() => zoom.reveal(each)}
                            />
                        ))}
                    </g>
                </svg>
            </div>
        </div>
    );
}
