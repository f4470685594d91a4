// instrument.tsx: is an instrument still true to counted beads, until when, and what was measured with it?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link, useParams } from "wouter";
import { OperationForm } from "../../forms/operation_form";
import { Biases, pointOf, type Bias, type BiasKind } from "../../pictures/biases";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { useRows } from "../../record/reading";
import { useMay, useNow } from "../../record/session";
import { day } from "../../words/show";
import { useWords } from "../../words/words";
import { Table } from "../../pieces/table";
import type { Assay } from "./kinds";
import classes from "./measurement.module.css";

export default function Instrument() {
    const { instrument: code = "" } = useParams();
    const { t, title } = useWords();
    const may = useMay();
    const biases = useRows<Bias>("equipment.biases", { code });
    const assays = useRows<Assay>(
        "equipment.assays",
        { code },
        { enabled: may("equipment.assays") },
    );
    return (
        <>
            <p>
                <Link href="/measurement">{t("measurement.back")}</Link>
            </p>
            <PageHead title={t("measurement.instrument", { code })} />
            <Section title={t("measurement.calibrations")}>
                <Answered asking={biases}>
                    {(rows) => <Calibrations code={code} rows={rows} />}
                </Answered>
            </Section>
            {may("equipment.assays") && (
                <Section title={t("measurement.made_with")}>
                    <Answered asking={assays}>{(rows) => <Made rows={rows} />}</Answered>
                </Section>
            )}
            {may("equipment.calibrate") && (
                <Section title={title("equipment.calibrate")}>
                    <OperationForm name="equipment.calibrate" given={{ equipment: code }} />
                </Section>
            )}
        </>
    );
}

const newest = (rows: Bias[]) =>
    [...rows].sort(
        (one, other) => one.done_on.localeCompare(other.done_on) || one.entry - other.entry,
    );

// As the record asks it: the newest alone counts, and only up to its last day.
function Standing({ rows }: { rows: Bias[] }) {
    const { t } = useWords();
    const now = useNow();
    const last = newest(rows)[rows.length - 1];
    const at = new Date(now());
    const today = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
        .toISOString()
        .slice(0, 10);
    if (!last)
        return (
            <Mark tone="bad" large>
                {t("measurement.never_calibrated")}
            </Mark>
        );
    if (!last.passed)
        return (
            <Mark tone="bad" large>
                {t("measurement.calibration_failed", { code: last.code })}
            </Mark>
        );
    return last.valid_until < today ? (
        <Mark tone="bad" large>
            {t("measurement.calibration_over", { code: last.code, until: day(last.valid_until) })}
        </Mark>
    ) : (
        <Mark tone="good" large>
            {t("measurement.calibration_good", { code: last.code, until: day(last.valid_until) })}
        </Mark>
    );
}

function Calibrations({ code, rows }: { code: string; rows: Bias[] }) {
    const { t } = useWords();
    const sorted = newest(rows);
    return (
        <>
            <p>
                <Standing rows={rows} />
            </p>
            {sorted.length > 0 &&
                (["size", "number"] as BiasKind[]).map((kind) => (
                    <Biases
                        key={kind}
                        biases={sorted}
                        kind={kind}
                        label={t(`measurement.picture_${kind}`, { code })}
                    />
                ))}
            {sorted.length > 0 && <p>{t("measurement.bias_key")}</p>}
            {sorted.length > 0 && <BiasTable rows={sorted} />}
        </>
    );
}

const signed = (value: number | undefined) =>
    value === undefined ? undefined : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

function BiasTable({ rows }: { rows: Bias[] }) {
    const { t, label } = useWords();
    const told = (row: Bias, kind: BiasKind) => {
        const { bias, uncertainty, most } = pointOf(row, kind);
        if (bias === undefined) return t("value.none");
        return `${signed(bias)} ± ${uncertainty?.toFixed(2) ?? "?"} % · ${most === undefined ? t("measurement.no_tolerance") : t("measurement.tolerance", { most })}`;
    };
    return (
        <Table
            caption={t("measurement.bias_table")}
            rows={rows}
            columns={[
                { head: label("code"), cell: (row) => row.code },
                { head: label("done_on"), cell: (row) => day(row.done_on) },
                { head: label("valid_until"), cell: (row) => day(row.valid_until) },
                {
                    head: label("passed"),
                    cell: (row) => (
                        <Mark tone={row.passed ? "good" : "bad"}>
                            {t(row.passed ? "measurement.passed" : "measurement.failed")}
                        </Mark>
                    ),
                },
                { head: t("measurement.bias_size"), cell: (row) => told(row, "size") },
                { head: t("measurement.bias_number"), cell: (row) => told(row, "number") },
            ]}
        />
    );
}

function Made({ rows }: { rows: Assay[] }) {
    const { t } = useWords();
    if (!rows.length) return <p role="status">{t("measurement.nothing_made")}</p>;
    return (
        <ul className={classes.links}>
            {rows.map((row) => (
                <li key={row.code}>
                    <Link
                        href={`/measurement/lots/${encodeURIComponent(row.lot)}/${encodeURIComponent(row.code)}`}
                    >
                        {row.code}
                    </Link>
                    <span>
                        {row.lot}
                        {row.annulled ? ` · ${t("measurement.annulled")}` : ""}
                    </span>
                    <span>
                        {row.method}
                        {row.calibration
                            ? ` · ${t("measurement.calibration", { code: row.calibration })}`
                            : ""}
                    </span>
                </li>
            ))}
        </ul>
    );
}
