// shipment.tsx: everything about one shipment: how cold it was, which vials that touches, what is to be done.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link, useParams } from "wouter";
import { Answered } from "../../pieces/refused";
import { PageHead, Section } from "../../pieces/section";
import { useRow, useRows } from "../../record/reading";
import { day, instant, serials, unit, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Acts } from "./acts";
import { Boxes } from "./boxes";
import { CurveSection } from "./curve";
import type { Box, Excursions, Shipment } from "./kinds";
import { ShipmentState } from "./state";
import classes from "../../pieces/pieces.module.css";

export default function ShipmentPage() {
    const { shipment: code = "" } = useParams();
    const { t } = useWords();
    const asking = useRow<Shipment>("shipment.show", { code });
    return (
        <>
            <p>
                <Link href="/cold-chain">{t("cold.back")}</Link>
            </p>
            <Answered asking={asking}>
                {(shipment) => <Shown key={shipment.code} shipment={shipment} />}
            </Answered>
        </>
    );
}

function Shown({ shipment }: { shipment: Shipment }) {
    const { t } = useWords();
    const read = shipment.logger_entry > 0;
    const excursions = useRow<Excursions>(
        "logger.excursions",
        { code: shipment.code },
        { enabled: read },
    );
    const boxes = useRows<Box>("box.list", { code: shipment.code }, { enabled: !shipment.unboxed });
    const most = excursions.data?.minutes_most;
    return (
        <>
            <PageHead title={t("cold.shipment", { code: shipment.code })}>
                <ShipmentState shipment={shipment} large />
            </PageHead>
            <Section title={t("cold.way")}>
                <Way shipment={shipment} />
            </Section>
            <Section title={t("cold.curve")}>
                {read ? (
                    <Answered asking={excursions}>
                        {(found) => <CurveSection excursions={found} />}
                    </Answered>
                ) : (
                    <p>{t("cold.unread_long")}</p>
                )}
            </Section>
            <Section title={shipment.unboxed ? t("cold.vials") : t("cold.boxes")}>
                {shipment.unboxed ? (
                    <Boxes boxes={unboxed(shipment, excursions.data)} most={most} />
                ) : (
                    <Answered asking={boxes}>
                        {(rows) => <Boxes boxes={rows} most={most} />}
                    </Answered>
                )}
            </Section>
            <Acts shipment={shipment} boxes={boxes.data ?? []} most={most} />
        </>
    );
}

// Vials without boxes are judged together, by the worst of all probes.
function unboxed(shipment: Shipment, found: Excursions | undefined): Box[] {
    const decision =
        shipment.status === "quarantine"
            ? "waiting"
            : shipment.status === "decided"
              ? undefined
              : shipment.status;
    const told = found?.boxes[0];
    return [
        {
            probe: "none",
            first: shipment.first,
            last: shipment.last,
            maximum_c: told?.maximum_c,
            minutes_out: told?.minutes_out,
            minutes_life: told?.minutes_life,
            decision,
            decided_entry: shipment.decided_entry,
        },
    ];
}

function Way({ shipment }: { shipment: Shipment }) {
    const { t, label, choice } = useWords();
    const none = <span className={classes.quiet}>{t("value.none")}</span>;
    const facts: [string, React.ReactNode][] = [
        [
            label("lot"),
            <Link href={`/lots/${encodeURIComponent(shipment.lot)}`}>{shipment.lot}</Link>,
        ],
        [
            t("cold.serials"),
            <span>
                {serials(shipment.first, shipment.last)} ·{" "}
                {t("cold.count", { count: whole(shipment.last - shipment.first + 1) })}
            </span>,
        ],
        [
            t("cold.from_to"),
            <span>
                {shipment.from_site} → {shipment.to_site}
                {shipment.returned ? ` · ${t("cold.returned")}` : ""}
            </span>,
        ],
        [
            t("cold.packed"),
            <span>
                {instant(shipment.packed_at)}
                {shipment.packed_by ? ` · ${shipment.packed_by}` : ""}
            </span>,
        ],
        [t("cold.arrived"), shipment.arrived_at ? instant(shipment.arrived_at) : none],
        [label("carrier"), shipment.carrier ?? none],
        [
            label("shipper"),
            shipment.shipper
                ? `${shipment.shipper}${shipment.qualified_until ? ` · ${t("cold.until", { until: instant(shipment.qualified_until) })}` : ""}`
                : none,
        ],
        [
            label("coolant"),
            shipment.coolant
                ? `${choice(shipment.coolant)}${shipment.coolant_g === undefined ? "" : ` · ${whole(shipment.coolant_g)} ${unit("g")}`}`
                : none,
        ],
        [
            label("logger"),
            shipment.logger
                ? `${shipment.logger}${shipment.calibrated_until ? ` · ${t("cold.calibrated", { until: day(shipment.calibrated_until) })}` : ""}`
                : none,
        ],
        [
            t("cold.seal"),
            shipment.received_entry
                ? t(shipment.seal_intact ? "cold.seal_intact" : "cold.seal_broken")
                : none,
        ],
    ];
    return (
        <dl className={classes.facts}>
            {facts.map(([name, value]) => (
                <div key={name} style={{ display: "contents" }}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
        </dl>
    );
}
