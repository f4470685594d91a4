// counts.tsx: how many of each kind a trace reaches, large, before anything else.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { whole } from "../../words/show";
import { useWords } from "../../words/words";
import type { TraceRow } from "./told";
import classes from "./trace.module.css";

// What a recall asks for stands first.
const first = ["lot", "vials", "site", "patient", "event"];
const order = (row: TraceRow) => {
    const at = first.indexOf(row.code);
    return at < 0 ? first.length : at;
};

export function Counts({ rows, name }: { rows: TraceRow[]; name: string }) {
    const { t } = useWords();
    const sorted = rows
        .map((row, i) => ({ row, i }))
        .sort((one, other) => order(one.row) - order(other.row) || one.i - other.i);
    return (
        <ul className={classes.counts} aria-label={name}>
            {sorted.map(({ row }) => (
                <li key={row.code} className={first.includes(row.code) ? classes.main : ""}>
                    <span>{t(`kind.${row.code}`)}</span>{" "}
                    <strong>{row.amount === undefined ? "?" : whole(row.amount)}</strong>
                </li>
            ))}
        </ul>
    );
}
