// lot.tsx: every measurement of one lot with what it found.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link, useParams } from "wouter";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { Mark, Verdict } from "../../pieces/verdict";
import { useRows } from "../../record/reading";
import { day, real, unit } from "../../words/show";
import { useWords } from "../../words/words";
import { brief } from "./sizes";
import { Worst } from "./flags";
import type { Result } from "./kinds";
import classes from "./measurement.module.css";

export default function LotMeasurements() {
    const { lot = "" } = useParams();
    const { t } = useWords();
    const asking = useRows<Result>("assay.list", { code: lot });
    return (
        <>
            <p>
                <Link href="/measurement">{t("measurement.back")}</Link>
            </p>
            <PageHead title={t("measurement.of_lot", { lot })}>
                <Link href={`/lots/${encodeURIComponent(lot)}`}>{t("measurement.to_lot")}</Link>
            </PageHead>
            <Answered asking={asking}>{(rows) => <Assays lot={lot} rows={rows} />}</Answered>
        </>
    );
}

// Those that an instrument counted stand first; tests without a number follow.
function Assays({ lot, rows }: { lot: string; rows: Result[] }) {
    const { t } = useWords();
    const codes = [...new Set(rows.map((row) => row.code))];
    const groups = codes.map((code) => rows.filter((row) => row.code === code));
    const isCount = (group: Result[]) =>
        group.some((row) => row.attribute === "particles_per_ml" || row.measured_by);
    if (!rows.length)
        return (
            <Section title={t("measurement.assays")}>
                <p role="status">{t("measurement.no_assays")}</p>
            </Section>
        );
    return (
        <>
            {[
                ["measurement.counts", groups.filter(isCount)] as const,
                ["measurement.others", groups.filter((each) => !isCount(each))] as const,
            ]
                .filter(([, some]) => some.length)
                .map(([word, some]) => (
                    <Section key={word} title={t(word)}>
                        <ul className={classes.assays}>
                            {some.map((group) => (
                                <li key={group[0]!.code}>
                                    <OneAssay lot={lot} group={group} />
                                </li>
                            ))}
                        </ul>
                    </Section>
                ))}
        </>
    );
}

function OneAssay({ lot, group }: { lot: string; group: Result[] }) {
    const { t } = useWords();
    const first = group[0]!;
    return (
        <>
            <p className={classes.assay}>
                <Link
                    href={`/measurement/lots/${encodeURIComponent(lot)}/${encodeURIComponent(first.code)}`}
                >
                    {first.code}
                </Link>{" "}
                {first.method}
                {first.read_on ? ` · ${day(first.read_on)}` : ""}
                {first.pull ? ` · ${t("measurement.pull", { number: first.pull })}` : ""}{" "}
                {first.annulled && <Mark tone="held">{t("measurement.annulled")}</Mark>}
                {first.worst_flag && <Worst state={first.worst_flag} />}
            </p>
            <ResultTable results={group} />
        </>
    );
}

// As it was entered; a computed number of many digits is read by four of them.
function shown(text: string): string {
    return text.replace(/[^\d]/g, "").length > 6 ? brief(text) : real(text);
}

export function valueOf(row: Result): string {
    const text = row.reported ?? shown(row.value ?? "");
    return `${text}${row.uncertainty ? ` ± ${shown(row.uncertainty)}` : ""}${row.unit ? ` ${unit(row.unit)}` : ""}`;
}

// The record words a limit as <= 400 nm, or 0.80e10 to 1.20e10 1/ml.
function limitOf(asked: string): string {
    const words = asked
        .split(" ")
        .map((each) =>
            each === "to"
                ? "–"
                : each === "<="
                  ? "≤"
                  : each === ">="
                    ? "≥"
                    : /^[\d.]+(e\d+)?$/.test(each)
                      ? real(each)
                      : unit(each),
        );
    return words.join(" ");
}

// The verdict is of the value that stands; others say what they count as.
export function ResultTable({ results }: { results: Result[] }) {
    const { t, label, choice, sentence } = useWords();
    return (
        <table className={classes.results}>
            <thead>
                <tr>
                    {["attribute", "value", "asked", "verdict", "standing"].map((each) => (
                        <th key={each} scope="col">
                            {label(each)}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {results.map((row) => (
                    <tr key={`${row.attribute} ${row.entry}`}>
                        <th scope="row">{choice(row.attribute)}</th>
                        <td data-label={label("value")}>
                            {row.outcome === undefined ? valueOf(row) : choice(row.outcome)}
                        </td>
                        <td data-label={label("asked")}>
                            {row.asked ? limitOf(row.asked) : t("measurement.no_limit")}
                        </td>
                        <td data-label={label("verdict")}>
                            {row.asked ? <Verdict verdict={row.verdict} /> : t("value.none")}
                        </td>
                        <td data-label={label("standing")}>
                            {choice(row.standing)}
                            {row.reason ? ` (${sentence(row.reason)})` : ""}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
