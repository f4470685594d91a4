// detail.tsx: what is known of one thing of a trace, in the reader's words.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import { day, serials, volume, whole } from "../../words/show";
import { useWords } from "../../words/words";
import type { TraceRow } from "./told";
import classes from "./trace.module.css";

const SHOWN = 4;

export function Name({ name }: { name: string }) {
    const { t } = useWords();
    const colon = name.indexOf(":");
    return (
        <Link href={`/trace/${encodeURIComponent(name)}`}>
            {t(`kind.${name.slice(0, colon)}`)} {name.slice(colon + 1)}
        </Link>
    );
}

function Ties({ way, names }: { way: string; names: string[] }) {
    const { t } = useWords();
    return (
        <>
            {t(`trace.${way}`)}{" "}
            {names.slice(0, SHOWN).map((name, i) => (
                <span key={name}>
                    {i > 0 ? ", " : ""}
                    <Name name={name} />
                </span>
            ))}
            {names.length > SHOWN && <> {t("trace.and_more", { count: names.length - SHOWN })}</>}
        </>
    );
}

// The record tells details as short English phrases; each kind has its own.
export function Detail({ row }: { row: TraceRow }) {
    const { t, choice, sentence } = useWords();
    const text = row.detail;
    if (!text) return null;
    const ties = /^(from|into) (.+)$/.exec(text);
    if (ties) return <Ties way={ties[1]!} names={ties[2]!.split(", ")} />;
    const vials = row.kind === "vials" && /^(\w+) at (.+)$/.exec(text);
    if (vials)
        return (
            <>
                {choice(vials[1]!)} · {vials[2] === "no site" ? t("trace.no_site") : vials[2]}
            </>
        );
    const box = /^lot (\S+), (\d+)-(\d+), (\w+)$/.exec(text);
    if (box)
        return (
            <>
                <Name name={`lot:${box[1]}`} /> {serials(Number(box[2]), Number(box[3]))} ·{" "}
                {choice(box[4]!)}
            </>
        );
    const shipment = /^lot (\S+) to (\S+), (\w+)$/.exec(text);
    if (shipment)
        return (
            <>
                <Name name={`lot:${shipment[1]}`} /> → {shipment[2]} · {choice(shipment[3]!)}
            </>
        );
    const dose = /^(\S+) on (\d{4}-\d\d-\d\d) to (\S+)$/.exec(text);
    if (dose)
        return (
            <>
                {choice(dose[1]!)} · {day(dose[2])} · <Name name={`patient:${dose[3]}`} />
            </>
        );
    const patient = /^site (\S*), language (\S*)$/.exec(text);
    if (patient)
        return <>{t("trace.patient", { site: patient[1]!, language: choice(patient[2]!) })}</>;
    const event = /^grade (\d+), (\w+), patient (\S+)$/.exec(text);
    if (event)
        return (
            <>
                {t("trace.grade", { grade: event[1]! })} · {choice(event[2]!)} ·{" "}
                <Name name={`patient:${event[3]}`} />
            </>
        );
    return <>{sentence(text)}</>;
}

export function Amount({ row }: { row: TraceRow }) {
    const { t } = useWords();
    if (row.amount === undefined) return null;
    const text =
        row.unit === "uL"
            ? volume(row.amount)
            : row.unit === "vials"
              ? t(row.amount === 1 ? "recall.vial" : "recall.vials", { count: whole(row.amount) })
              : `${whole(row.amount)} ${row.unit ?? ""}`;
    return <span className={classes.amount}>{text}</span>;
}

// Ranges of vials are named LOT/first-last; one of them begins a trace.
export function startOf(row: TraceRow): string | null {
    const vials = row.kind === "vials" && /^(.+)\/(\d+)-\d+$/.exec(row.code);
    if (vials) return `vial:${vials[1]}/${vials[2]}`;
    return row.kind === "site" ? null : `${row.kind}:${row.code}`;
}

export function codeOf(row: TraceRow): string {
    const vials = row.kind === "vials" && /^(.+)\/(\d+)-(\d+)$/.exec(row.code);
    return vials ? `${vials[1]} ${serials(Number(vials[2]), Number(vials[3]))}` : row.code;
}
