// index.tsx: which shipments are on their way, wait for a decision, or are done?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { OperationForm } from "../../forms/operation_form";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { useRows } from "../../record/reading";
import { useMay } from "../../record/session";
import { instant, real, serials } from "../../words/show";
import { useWords } from "../../words/words";
import type { Shipment } from "./kinds";
import { ShipmentState } from "./state";
import classes from "./cold_chain.module.css";

const MOST = 1000; // rows of one answer

// What waits for somebody stands first; what is over last.
const groups: { word: string; statuses: string[] }[] = [
    { word: "cold.group_quarantine", statuses: ["quarantine"] },
    { word: "cold.group_in_transit", statuses: ["in_transit"] },
    { word: "cold.group_done", statuses: ["accepted", "decided"] },
];

export default function ColdChain() {
    const { t } = useWords();
    const asking = useRows<Shipment>("shipment.list", { limit: MOST });
    const may = useMay();
    return (
        <>
            <PageHead title={t("cold.title")} />
            <Answered asking={asking}>
                {(rows) => (
                    <>
                        {rows.length === 0 && <p role="status">{t("cold.none")}</p>}
                        {rows.length === MOST && (
                            <p role="alert">
                                {t("cold.more", { count: MOST })}{" "}
                                <Link href="/show/shipment.list">{t("cold.all")}</Link>
                            </p>
                        )}
                        {groups.map((each) => (
                            <Group
                                key={each.word}
                                title={t(each.word)}
                                rows={rows.filter((row) => each.statuses.includes(row.status))}
                            />
                        ))}
                        <Group
                            title={t("cold.group_other")}
                            rows={rows.filter(
                                (row) => !groups.some((each) => each.statuses.includes(row.status)),
                            )}
                        />
                    </>
                )}
            </Answered>
            {may("shipment.send") && <Send />}
        </>
    );
}

function Group({ title, rows }: { title: string; rows: Shipment[] }) {
    const { t } = useWords();
    if (!rows.length) return null;
    const sorted = [...rows].sort((one, other) => other.packed_at.localeCompare(one.packed_at));
    return (
        <Section title={`${title} (${rows.length})`}>
            <ul className={classes.shipments}>
                {sorted.map((row) => (
                    <li key={row.code}>
                        <Link
                            href={`/cold-chain/${encodeURIComponent(row.code)}`}
                            className={classes.shipment}
                        >
                            {row.code}
                        </Link>
                        <ShipmentState shipment={row} />
                        <span>
                            {row.from_site} → {row.to_site}
                        </span>
                        <span>
                            {t("cold.of_lot", { lot: row.lot })}{" "}
                            <span className={classes.serials}>{serials(row.first, row.last)}</span>
                        </span>
                        <span>
                            {t("cold.packed")} {instant(row.packed_at)}
                        </span>
                        <Worst row={row} />
                    </li>
                ))}
            </ul>
        </Section>
    );
}

function Worst({ row }: { row: Shipment }) {
    const { t } = useWords();
    if (!row.logger_entry) return <span>{t("cold.unread")}</span>;
    const minutes =
        row.minutes_out === undefined
            ? t("cold.unknown_minutes")
            : t("cold.out_for", { minutes: row.minutes_out });
    return (
        <span>
            {minutes}
            {row.maximum_c === undefined
                ? ""
                : ` · ${t("cold.highest", { most: real(row.maximum_c) })}`}
        </span>
    );
}

function Send() {
    const { t, title } = useWords();
    const [open, setOpen] = useState(false);
    const [, go] = useLocation();
    return (
        <Section
            title={title("shipment.send")}
            side={
                <Button variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
                    {t(open ? "cold.close" : "cold.open")}
                </Button>
            }
        >
            {open ? (
                <OperationForm
                    name="shipment.send"
                    done={(receipt) =>
                        go(`/cold-chain/${encodeURIComponent(receipt.entry.subject)}`)
                    }
                />
            ) : (
                <p>{t("cold.send_help")}</p>
            )}
        </Section>
    );
}
