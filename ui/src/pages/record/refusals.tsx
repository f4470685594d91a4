// refusals.tsx: what was asked for and refused, newest first, with the questions of its rules.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { LongList } from "../../pieces/long_list";
import { Answered } from "../../pieces/refused";
import { RuleAsks, ruleAsks } from "../../pieces/rule";
import { PageHead } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { useRows } from "../../record/reading";
import { instant, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { plain } from "./journal";
import { RecordTabs } from "./tabs";
import classes from "./record.module.css";

interface RefusalRow {
    entry: number;
    at: string;
    actor: string;
    site?: string;
    operation: string;
    subject?: string;
    kind: string;
    field?: string;
    rules?: string;
    repeated: number;
}

const rulesOf = (row: RefusalRow) => (row.rules ?? "").split(/[ ,]+/).filter(Boolean);

function One({ row }: { row: RefusalRow }) {
    const { t, title, label } = useWords();
    return (
        <div className={classes.refusal}>
            <div>
                <p>
                    <Link href={`/record/${row.entry}`} className={classes.seq}>
                        {row.entry}
                    </Link>
                </p>
                <p className={classes.at}>{instant(row.at, true)}</p>
                <p className={classes.actor}>
                    {row.actor}
                    {row.site ? ` · ${row.site}` : ""}
                </p>
            </div>
            <div>
                <p>
                    <strong>{title(plain(row.operation))}</strong> {row.subject ?? ""}
                </p>
                <p className={classes.marks}>
                    <Mark tone={row.kind === "conflict" ? "wait" : "bad"}>
                        {t(`fault.${row.kind}`)}
                    </Mark>
                    {row.field && <span>{t("refusals.field", { field: label(row.field) })}</span>}
                    {row.repeated > 0 && (
                        <span>{t("refusals.repeated", { count: row.repeated })}</span>
                    )}
                </p>
                {rulesOf(row).length > 0 && (
                    <ul>
                        {rulesOf(row).map((id) => (
                            <li key={id}>
                                <RuleAsks id={id} />
                            </li>
                        ))}
                    </ul>
                )}
            </div>
        </div>
    );
}

export default function Refusals() {
    const { t, title, language } = useWords();
    const [typed, setTyped] = useState("");
    const asking = useRows<RefusalRow>("refusal.list");
    const wanted = typed.normalize("NFKC").trim().toLowerCase();
    const text = (row: RefusalRow) =>
        [
            row.entry,
            row.actor,
            row.site,
            title(plain(row.operation)),
            row.operation,
            row.subject,
            row.field,
            ...rulesOf(row).flatMap((id) => [id, ruleAsks(id, language)]),
        ]
            .join(" ")
            .toLowerCase();
    return (
        <>
            <PageHead title={t("record.refusals")} />
            <RecordTabs />
            <p>{t("refusals.what")}</p>
            <Answered asking={asking}>
                {(rows) => {
                    const found = rows
                        .filter((row) => !wanted || text(row).includes(wanted))
                        .reverse();
                    return (
                        <>
                            <div className={classes.find}>
                                <TextInput
                                    label={t("refusals.find")}
                                    value={typed}
                                    onChange={(each) => setTyped(each.currentTarget.value)}
                                    autoComplete="off"
                                />
                            </div>
                            <p role="status" className={classes.count}>
                                {t("refusals.count", {
                                    shown: whole(found.length),
                                    all: whole(rows.length),
                                })}
                            </p>
                            {found.length > 0 && (
                                <LongList
                                    rows={found}
                                    name={t("record.refusals")}
                                    id={(row) => row.entry}
                                    high={130}
                                    draw={(row) => <One row={row} />}
                                />
                            )}
                        </>
                    );
                }}
            </Answered>
        </>
    );
}
