// import.tsx: a file of an instrument, what it says of itself, and the form that records it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { OperationForm } from "../../forms/operation_form";
import { Drop, fileValue, type Dropped } from "../../pieces/drop";
import { Mark } from "../../pieces/verdict";
import { brief } from "./sizes";
import { useWords } from "../../words/words";
import { look, reportOf, type Export } from "./export_kind";
import { Severity } from "./flags";
import classes from "./measurement.module.css";

// Instruments write Windows-1252 or UTF-8; for a look at the head either will do.
function readable(file: Dropped): string {
    const text = new TextDecoder("utf-8").decode(file.bytes);
    return text.includes("\uFFFD") ? new TextDecoder("windows-1252").decode(file.bytes) : text;
}

export function Import() {
    const { t } = useWords();
    const [file, setFile] = useState<Dropped | null>(null);
    const [, go] = useLocation();
    const text = file ? readable(file) : "";
    const seen = file ? look(text) : null;
    return (
        <div className={classes.stacked}>
            <Drop
                label={t("measurement.drop")}
                help={t("measurement.drop_help")}
                accept=".csv,.txt,.json"
                given={setFile}
            >
                {file && seen && <Preview file={file} text={text} seen={seen} />}
            </Drop>
            {file && seen?.operation && (
                <OperationForm
                    key={file.number}
                    name={seen.operation}
                    about={file.name}
                    given={{ [seen.member]: fileValue(file) }}
                    start={seen.start}
                    done={(receipt) =>
                        go(
                            `/measurement/lots/${encodeURIComponent(String(receipt.body["lot"]))}/${encodeURIComponent(receipt.entry.subject)}`,
                        )
                    }
                />
            )}
            {seen?.kind === "zetaview" && (
                <p>
                    {t("measurement.zetaview_way")}{" "}
                    <Link href="/do/assay.record">{t("measurement.type_it")}</Link>
                </p>
            )}
        </div>
    );
}

function Preview({ file, text, seen }: { file: Dropped; text: string; seen: Export }) {
    const { t } = useWords();
    return (
        <>
            <p>
                <strong>{file.name}</strong>: {t(`measurement.kind_${seen.kind}`)}
            </p>
            {!seen.operation && (
                <Mark tone={seen.kind === "unknown" ? "unknown" : "held"}>
                    {t(`measurement.not_taken_${seen.kind}`)}
                </Mark>
            )}
            {seen.kind === "report" ? (
                <ReportPreview text={text} />
            ) : (
                <pre className={classes.head_lines} tabIndex={0} aria-label={t("measurement.head")}>
                    {seen.lines.join("\n")}
                </pre>
            )}
            {seen.operation && <p>{t("measurement.judged_later")}</p>}
        </>
    );
}

function ReportPreview({ text }: { text: string }) {
    const { t } = useWords();
    const report = reportOf(text);
    if (!report) return <Mark tone="bad">{t("measurement.report_cut")}</Mark>;
    const per_ml = report.concentration?.per_ml;
    const raised = (report.flags ?? []).filter(
        (each) => each.state === "warn" || each.state === "fail",
    );
    return (
        <ul>
            <li>{report.program}</li>
            <li>
                {t("measurement.seen_videos", {
                    count: report.files?.length ?? 0,
                    names: (report.files ?? []).map((each) => each.name).join(", "),
                })}
            </li>
            <li>
                {per_ml === undefined
                    ? t("measurement.seen_uncounted")
                    : t("measurement.seen_counted", {
                          per_ml: brief(String(per_ml)),
                          dilution: report.concentration?.dilution ?? "?",
                      })}
            </li>
            {report.worst_flag && (
                <li>
                    {t("flag.worst")} <Severity state={report.worst_flag} />
                    {raised.length
                        ? `: ${raised.map((each) => t(`flag.of.${each.name}`)).join(", ")}`
                        : ""}
                </li>
            )}
        </ul>
    );
}
