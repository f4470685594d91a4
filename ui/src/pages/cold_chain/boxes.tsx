// boxes.tsx: which vials each probe speaks for, how long they were out over their life, and who decided what.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { rowOf } from "../../record/ask";
import { useMay } from "../../record/session";
import { useWidth } from "../../pictures/width";
import { real, serials, whole } from "../../words/show";
import { useWords, type Words } from "../../words/words";
import type { Box } from "./kinds";
import { BoxState } from "./state";
import classes from "./cold_chain.module.css";

export function isBeyond(box: Box, most: number | undefined): boolean | undefined {
    return box.minutes_life === undefined || most === undefined
        ? undefined
        : box.minutes_life > most;
}

export function Boxes({ boxes, most }: { boxes: Box[]; most: number | undefined }) {
    const { t } = useWords();
    if (!boxes.length) return <p role="status">{t("cold.no_boxes")}</p>;
    return (
        <ul className={classes.boxes}>
            {boxes.map((box) => (
                <li key={box.code ?? "all"}>
                    <BoxShown box={box} most={most} />
                </li>
            ))}
        </ul>
    );
}

function BoxShown({ box, most }: { box: Box; most: number | undefined }) {
    const { t } = useWords();
    const beyond = isBeyond(box, most);
    const edge = beyond === undefined ? "" : beyond ? classes.beyond : classes.within;
    return (
        <div className={`${classes.box} ${edge}`}>
            <div>
                <p className={classes.name}>{box.code ?? t("cold.without_box")}</p>
                <p className={classes.serials}>
                    {serials(box.first, box.last)} ·{" "}
                    {t("cold.count", { count: whole(box.last - box.first + 1) })}
                </p>
                <p>
                    {box.probe === "none"
                        ? t("cold.worst_probe")
                        : t("cold.probe", { probe: box.probe })}
                    {box.layer ? ` · ${box.layer}` : ""}
                </p>
            </div>
            <div>
                <Life box={box} most={most} />
                <p>
                    {box.minutes_out === undefined
                        ? t("cold.unknown_minutes")
                        : t("cold.this_way", { minutes: whole(box.minutes_out) })}
                    {box.maximum_c === undefined
                        ? ""
                        : ` · ${t("cold.highest", { most: real(box.maximum_c) })}`}
                </p>
            </div>
            <div>
                <BoxState box={box} />
                <Decided box={box} />
            </div>
        </div>
    );
}

// The time over the life of a box's worst vial, in words.
export function lifeWords(box: Box, most: number | undefined, t: Words["t"]): string {
    if (box.minutes_life === undefined) return t("cold.life_unknown");
    const minutes = whole(box.minutes_life);
    if (most === undefined) return t("cold.life_unlimited", { minutes });
    const word = isBeyond(box, most) ? "cold.life_beyond" : "cold.life_within";
    return t(word, { minutes, most: whole(most) });
}

// The time over life against the signed limit: a bar with its edge, and the same in words.
function Life({ box, most }: { box: Box; most: number | undefined }) {
    const { t } = useWords();
    const { place, width } = useWidth<HTMLDivElement>(260);
    const minutes = box.minutes_life;
    const beyond = isBeyond(box, most);
    const words = lifeWords(box, most, t);
    const end = Math.max(minutes ?? 0, most ?? 0, 1) * 1.15;
    const at = (value: number) => (value / end) * width;
    return (
        <div ref={place}>
            <p>
                <strong>{words}</strong>
            </p>
            {minutes !== undefined && most !== undefined && (
                <svg width={width} height={18} aria-hidden>
                    <rect x={0} y={4} width={width} height={10} className={classes.track} />
                    <rect
                        x={0}
                        y={4}
                        width={at(minutes)}
                        height={10}
                        className={`${classes.fill} ${beyond ? classes.filled_over : ""}`}
                    />
                    <line x1={at(most)} x2={at(most)} y1={0} y2={18} className={classes.edge} />
                </svg>
            )}
        </div>
    );
}

interface Journal {
    seq: number;
    actor?: string;
    at?: string;
}

// Whoever may read entries sees by whom; for all others the entry's number leads there.
function Decided({ box }: { box: Box }) {
    const { t } = useWords();
    const may = useMay();
    const entry = box.decided_entry ?? 0;
    const asking = useQuery({
        queryKey: ["read", "entry.show", entry],
        enabled: entry > 0 && may("entry.show"),
        staleTime: Infinity,
        queryFn: async () =>
            JSON.parse(
                (await rowOf<{ bytes: string }>("entry.show", { seq: entry })).bytes,
            ) as Journal,
    });
    if (!entry) return null;
    return (
        <>
            {box.why && <p>{box.why}</p>}
            <p>
                {asking.data?.actor ? t("cold.decided_by", { actor: asking.data.actor }) : ""}{" "}
                <Link href={`/record/${entry}`}>{t("cold.entry", { entry })}</Link>
            </p>
        </>
    );
}
