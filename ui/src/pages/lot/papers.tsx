// papers.tsx: certificates and labels of a lot, as they were issued.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from "react";
import { Link } from "wouter";
import { OperationForm } from "../../forms/operation_form";
import { IconPrinter } from "../../pieces/icons";
import { Answered } from "../../pieces/refused";
import { Section } from "../../pieces/section";
import { useRows } from "../../record/reading";
import { useMay } from "../../record/session";
import { serials } from "../../words/show";
import { useWords } from "../../words/words";
import { KeptFile } from "./kept_file";
import { Sheet } from "./sheet";
import type { Lot } from "./rows";
import classes from "./lot.module.css";

interface Certificate {
    code: string;
    release: number;
    sha256: string;
    entry: number;
}
interface LabelSheet {
    code: string;
    entry: number;
    kind: string;
    first: number;
    last: number;
    language: string;
}

function Certificates({ lot }: { lot: Lot }) {
    const { t, label } = useWords();
    const asking = useRows<Certificate>("certificate.list", { lot: lot.code });
    return (
        <Answered asking={asking}>
            {(rows) =>
                rows.length === 0 ? (
                    <p className={classes.quiet}>{t("lot.papers.none")}</p>
                ) : (
                    <Sheet
                        caption={t("lot.papers.certificates")}
                        rows={rows}
                        name={(row) => row.code}
                        columns={[
                            {
                                key: "code",
                                head: label("code"),
                                cell: (row) => <strong>{row.code}</strong>,
                            },
                            {
                                key: "release",
                                head: t("lot.papers.release"),
                                cell: (row) => (
                                    <Link href={`/record/${row.release}`}>{row.release}</Link>
                                ),
                            },
                            {
                                key: "sha256",
                                head: "SHA-256",
                                cell: (row) => <span className={classes.rule}>{row.sha256}</span>,
                            },
                            {
                                key: "file",
                                head: t("lot.papers.file"),
                                cell: (row) => (
                                    <KeptFile operation="certificate.file" code={row.code} />
                                ),
                            },
                        ]}
                    />
                )
            }
        </Answered>
    );
}

function Labels({ lot }: { lot: Lot }) {
    const { t, label, choice, title } = useWords();
    const may = useMay();
    const [printing, setPrinting] = useState(false);
    const asking = useRows<LabelSheet>("label.list", { lot: lot.code });
    return (
        <>
            <Answered asking={asking}>
                {(rows) =>
                    rows.length === 0 ? (
                        <p className={classes.quiet}>{t("lot.papers.no_labels")}</p>
                    ) : (
                        <Sheet
                            caption={t("lot.papers.labels")}
                            rows={rows}
                            name={(row) => row.code}
                            columns={[
                                {
                                    key: "code",
                                    head: label("code"),
                                    cell: (row) => <strong>{row.code}</strong>,
                                },
                                {
                                    key: "kind",
                                    head: label("kind"),
                                    cell: (row) => choice(row.kind),
                                },
                                {
                                    key: "first",
                                    head: t("lot.serials"),
                                    cell: (row) => serials(row.first, row.last),
                                },
                                {
                                    key: "language",
                                    head: label("language"),
                                    cell: (row) => choice(row.language),
                                },
                                {
                                    key: "file",
                                    head: t("lot.papers.file"),
                                    cell: (row) => (
                                        <KeptFile operation="label.sheet" code={row.code} />
                                    ),
                                },
                            ]}
                        />
                    )
                }
            </Answered>
            {may("label.print") && (
                <div className={classes.acts}>
                    <button
                        type="button"
                        className={classes.act}
                        aria-expanded={printing}
                        onClick={() => setPrinting(!printing)}
                    >
                        <IconPrinter size={18} aria-hidden /> {title("label.print")}
                    </button>
                </div>
            )}
            {printing && <OperationForm name="label.print" given={{ lot: lot.code }} />}
        </>
    );
}

export function Papers({ lot }: { lot: Lot }) {
    const { t } = useWords();
    return (
        <Section id="papers" title={t("lot.section.papers")}>
            <h3 className={classes.subhead}>{t("lot.papers.certificates")}</h3>
            <Certificates lot={lot} />
            <h3 className={classes.subhead}>{t("lot.papers.labels")}</h3>
            <Labels lot={lot} />
        </Section>
    );
}
