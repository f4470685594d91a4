// index.tsx: measurements by lot and by instrument, and a place to drop what an instrument wrote.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { State } from "../../pieces/verdict";
import { useRows } from "../../record/reading";
import { useMay } from "../../record/session";
import { day } from "../../words/show";
import { useWords } from "../../words/words";
import { Import } from "./import";
import classes from "./measurement.module.css";

const MOST = 1000; // rows of one answer

interface Lot {
    code: string;
    status: string;
    specification?: string;
    filled_on?: string;
}
interface Instrument {
    code: string;
    kind: string;
    room?: string;
    calibrated_until?: string;
}

export default function Measurement() {
    const { t } = useWords();
    const may = useMay();
    return (
        <>
            <PageHead title={t("measurement.title")} />
            {may("assay.measure") && (
                <Section title={t("measurement.import")}>
                    <Import />
                </Section>
            )}
            {may("equipment.list") && (
                <Section title={t("measurement.instruments")}>
                    <Instruments />
                </Section>
            )}
            {may("lot.list") && (
                <Section title={t("measurement.lots")}>
                    <Lots />
                </Section>
            )}
        </>
    );
}

function Instruments() {
    const { t } = useWords();
    const asking = useRows<Instrument>("equipment.list", { limit: MOST });
    return (
        <Answered asking={asking}>
            {(rows) => {
                const counters = rows.filter((row) => row.kind === "nta");
                return (
                    <>
                        {rows.length === MOST && (
                            <p role="alert">
                                {t("measurement.more", { count: MOST })}{" "}
                                <Link href="/show/equipment.list">{t("measurement.all")}</Link>
                            </p>
                        )}
                        {!counters.length && <p role="status">{t("measurement.no_instruments")}</p>}
                        <ul className={classes.links}>
                            {counters.map((row) => (
                                <li key={row.code}>
                                    <Link
                                        href={`/measurement/instruments/${encodeURIComponent(row.code)}`}
                                    >
                                        {row.code}
                                    </Link>
                                    <span>{row.room ?? ""}</span>
                                    <span>
                                        {row.calibrated_until
                                            ? t("measurement.serviced", {
                                                  until: day(row.calibrated_until),
                                              })
                                            : ""}
                                    </span>
                                </li>
                            ))}
                        </ul>
                    </>
                );
            }}
        </Answered>
    );
}

function Lots() {
    const { t } = useWords();
    const asking = useRows<Lot>("lot.list", { limit: MOST });
    const [sought, setSought] = useState("");
    return (
        <Answered asking={asking}>
            {(rows) => {
                const found = rows.filter((row) =>
                    `${row.code} ${row.specification ?? ""}`
                        .toLowerCase()
                        .includes(sought.trim().toLowerCase()),
                );
                return (
                    <>
                        {rows.length === MOST && (
                            <p role="alert">
                                {t("measurement.more", { count: MOST })}{" "}
                                <Link href="/show/lot.list">{t("measurement.all")}</Link>
                            </p>
                        )}
                        {rows.length > 8 && (
                            <TextInput
                                label={t("measurement.seek")}
                                value={sought}
                                onChange={(event) => setSought(event.currentTarget.value)}
                                mb="sm"
                            />
                        )}
                        {!found.length && (
                            <p role="status">
                                {t(rows.length ? "measurement.none_found" : "measurement.no_lots", {
                                    sought,
                                })}
                            </p>
                        )}
                        <ul className={classes.links}>
                            {found.map((row) => (
                                <li key={row.code}>
                                    <Link
                                        href={`/measurement/lots/${encodeURIComponent(row.code)}`}
                                    >
                                        {row.code}
                                    </Link>
                                    <State word={row.status} />
                                    <span>
                                        {row.specification ?? ""}
                                        {row.filled_on ? ` · ${day(row.filled_on)}` : ""}
                                    </span>
                                </li>
                            ))}
                        </ul>
                    </>
                );
            }}
        </Answered>
    );
}
