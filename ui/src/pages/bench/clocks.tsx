// clocks.tsx: what runs at this site now: thawed vials, and what was begun here and not recorded.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { Refused } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { Mark, type Tone } from "../../pieces/verdict";
import { rowsOf } from "../../record/ask";
import { useRows } from "../../record/reading";
import { useMay, useNow, useSession } from "../../record/session";
import { clock, serials, span } from "../../words/show";
import { useWords } from "../../words/words";
import { useBegun, type Begun } from "./begun";
import { useSeconds } from "./judgement";
import { vialCodes, type Pair } from "./pair";
import type { Thaw } from "./person";
import classes from "./bench.module.css";

interface Waiting {
    kind: string;
    code: string;
    beside: string;
    since: string;
    due_at?: string;
    amount?: number;
}

const SOON_MS = 15 * 60_000;

// What is left of the signed minutes, as words and as a bar.
export function TimeLeft({ since, until }: { since: string; until: string | undefined }) {
    const { t } = useWords();
    const now = useNow()();
    useSeconds();
    if (!until) return <Mark tone="unknown">{t("bench.no_limit")}</Mark>;
    const left = Date.parse(until) - now;
    const share = Math.min(1, Math.max(0, left / (Date.parse(until) - Date.parse(since))));
    const tone: Tone = left < 0 ? "bad" : left < SOON_MS ? "unknown" : "wait";
    return (
        <div className={classes.left}>
            <Mark tone={tone}>
                {t(left < 0 ? "bench.over" : "bench.left", { span: span(left) })}
            </Mark>
            <div className={classes.bar} aria-hidden>
                <div className={classes[`bar_${tone}`]} style={{ width: `${share * 100}%` }} />
            </div>
            <span>{t("bench.until", { clock: clock(until) })}</span>
        </div>
    );
}

export function Elapsed({ since }: { since: string }) {
    const now = useNow()();
    useSeconds();
    return <span className={classes.elapsed}>{span(Math.max(0, now - Date.parse(since)))}</span>;
}

// The vials of each thaw stand in the list of its patient.
function useThawed() {
    const waiting = useRows<Waiting>("today.list", {}, { every_ms: 30_000 });
    const rows = (waiting.data ?? []).filter((each) => each.kind === "thawed_vials");
    const patients = [...new Set(rows.map((each) => each.beside.replace(/^patient:/, "")))];
    const thaws = useQueries({
        queries: patients.map((code) => ({
            queryKey: ["read", "thaw.list", { code }],
            queryFn: () => rowsOf<Thaw>("thaw.list", { code }),
        })),
    }).flatMap((each) => each.data ?? []);
    return {
        waiting,
        rows: rows.map((row) => ({ row, thaw: thaws.find((each) => each.code === row.code) })),
    };
}

function BegunRow({ begun, resume }: { begun: Begun; resume: (pair: Pair) => void }) {
    const { t } = useWords();
    return (
        <li>
            <strong>{vialCodes(begun.pair.vials)}</strong> <span>{begun.pair.patient}</span>
            <Mark tone="wait">
                {t(
                    begun.what === "dose"
                        ? "bench.begun_dose"
                        : begun.ended_at
                          ? "bench.ended_thaw"
                          : "bench.begun_thaw",
                    { clock: clock(begun.at) },
                )}
            </Mark>
            <Elapsed since={begun.at} />
            <Button variant="default" onClick={() => resume(begun.pair)}>
                {t("bench.resume")}
            </Button>
        </li>
    );
}

export function Clocks({ resume }: { resume: (pair: Pair) => void }) {
    const { t } = useWords();
    const { site } = useSession();
    const begun = useBegun(site);
    const may = useMay();
    const { waiting, rows } = useThawed();
    if (!may("today.list")) return null;
    if (!waiting.error && rows.length === 0 && begun.length === 0) return null;
    return (
        <Section title={t("bench.clocks")}>
            {waiting.error ? (
                <Refused fault={waiting.error} again={() => void waiting.refetch()} />
            ) : null}
            <ul className={classes.clocks}>
                {begun.map((each) => (
                    <BegunRow
                        key={`${each.what}${vialCodes(each.pair.vials)}${each.pair.patient}`}
                        begun={each}
                        resume={resume}
                    />
                ))}
                {rows.map(({ row, thaw }, i) => (
                    <li key={`${row.code}${i}`}>
                        <strong>
                            {thaw ? `${thaw.lot}-${serials(thaw.first, thaw.last)}` : row.code}
                        </strong>
                        <span>
                            {row.beside.replace(/^patient:/, "")} ·{" "}
                            {t("bench.thawed", { count: row.amount ?? 1, clock: clock(row.since) })}
                        </span>
                        <TimeLeft since={row.since} until={row.due_at} />
                    </li>
                ))}
            </ul>
        </Section>
    );
}
