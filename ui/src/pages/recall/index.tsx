// index.tsx: the recalls, opening one, and mock recalls with their times.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { OperationForm } from "../../forms/operation_form";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { Mark, State } from "../../pieces/verdict";
import { useRows } from "../../record/reading";
import { useMay } from "../../record/session";
import { instant, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Mock } from "./mock";
import type { Rehearsal } from "./told";
import pieces from "../../pieces/pieces.module.css";
import classes from "./recall.module.css";

interface RecallRow {
    code: string;
    site: string;
    lot?: string;
    donor?: string;
    class: string;
    why: string;
    status: string;
    entry: number;
}

function Recalls() {
    const { t, choice } = useWords();
    const asking = useRows<RecallRow>("recall.list", { limit: 1000 }, { every_ms: 10_000 });
    return (
        <Answered asking={asking}>
            {(rows) =>
                rows.length === 0 ? (
                    <p>{t("recall.none")}</p>
                ) : (
                    <ul className={classes.recalls}>
                        {[...rows]
                            .sort(
                                (one, other) =>
                                    Number(one.status === "closed") -
                                        Number(other.status === "closed") ||
                                    other.entry - one.entry,
                            )
                            .map((row) => (
                                <li key={row.code}>
                                    <Link href={`/recalls/${row.code}`} className={classes.recall}>
                                        <strong>{row.code}</strong> <State word={row.status} />
                                        <span>
                                            {row.lot ?? row.donor} ·{" "}
                                            {t("recall.class", { class: row.class })} ·{" "}
                                            {choice(row.why)} · {row.site}
                                        </span>
                                    </Link>
                                </li>
                            ))}
                    </ul>
                )
            }
        </Answered>
    );
}

function Opening() {
    const { t } = useWords();
    const may = useMay();
    const [, go] = useLocation();
    const [opening, setOpening] = useState(false);
    if (!may("recall.open")) return null;
    return (
        <>
            <Button
                variant={opening ? "default" : "filled"}
                color="red.9"
                aria-expanded={opening}
                onClick={() => setOpening(!opening)}
            >
                {t("recall.open_one")}
            </Button>
            {opening && (
                <div className={classes.opening}>
                    <p>{t("recall.open_what")}</p>
                    <OperationForm
                        name="recall.open"
                        done={(receipt) => go(`/recalls/${receipt.entry.subject}`)}
                    />
                </div>
            )}
        </>
    );
}

function Rehearsals() {
    const { t, label } = useWords();
    const asking = useRows<Rehearsal>("recall.rehearsals", { limit: 1000 });
    return (
        <Answered asking={asking}>
            {(rows) =>
                rows.length === 0 ? (
                    <p>{t("mock.none")}</p>
                ) : (
                    <div
                        className={pieces.scroll}
                        role="region"
                        tabIndex={0}
                        aria-label={t("mock.table")}
                    >
                        <table className={pieces.table}>
                            <thead>
                                <tr>
                                    <th scope="col">{label("code")}</th>
                                    <th scope="col">{t("mock.of")}</th>
                                    <th scope="col">{label("asked_at")}</th>
                                    <th scope="col" className={pieces.number}>
                                        {label("minutes")}
                                    </th>
                                    <th scope="col" className={pieces.number}>
                                        {label("vials")}
                                    </th>
                                    <th scope="col" className={pieces.number}>
                                        {label("patients")}
                                    </th>
                                    <th scope="col">{label("difference")}</th>
                                    <th scope="col">{label("entry")}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {[...rows]
                                    .sort((one, other) => other.entry - one.entry)
                                    .map((row) => (
                                        <tr key={row.code}>
                                            <td>{row.code}</td>
                                            <td>{row.lot ?? row.donor}</td>
                                            <td>{instant(row.asked_at)}</td>
                                            <td className={pieces.number}>
                                                {t("mock.minutes", { minutes: row.minutes })}
                                            </td>
                                            <td className={pieces.number}>{whole(row.vials)}</td>
                                            <td className={pieces.number}>{whole(row.patients)}</td>
                                            <td>
                                                <Mark tone={row.difference === 0 ? "good" : "bad"}>
                                                    {whole(row.difference)}
                                                </Mark>
                                            </td>
                                            <td>
                                                <Link href={`/record/${row.entry}`}>
                                                    {row.entry}
                                                </Link>
                                            </td>
                                        </tr>
                                    ))}
                            </tbody>
                        </table>
                    </div>
                )
            }
        </Answered>
    );
}

export default function RecallsPage() {
    const { t } = useWords();
    const may = useMay();
    return (
        <>
            <PageHead title={t("nav.recalls")} />
            <Section title={t("recall.all")}>
                <Recalls />
                <Opening />
            </Section>
            {may("recall.rehearse") && (
                <Section id="mock" title={t("mock.title")}>
                    <Mock />
                </Section>
            )}
            <Section title={t("mock.earlier")}>
                <Rehearsals />
            </Section>
        </>
    );
}
