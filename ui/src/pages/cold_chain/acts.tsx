// acts.tsx: what can be done with a shipment now: read its logger, receive it, decide about its vials.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from "react";
import { OperationForm } from "../../forms/operation_form";
import { Drop, fileValue, textOf, type Dropped } from "../../pieces/drop";
import { Section } from "../../pieces/section";
import { Mark } from "../../pieces/verdict";
import { useMay } from "../../record/session";
import { real, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Deciding } from "./deciding";
import type { Box, Shipment } from "./kinds";
import { lookAt, type LoggerFile } from "./logger_file";
import classes from "./cold_chain.module.css";

// As a field for a local time takes it.
function localTime(text: string | undefined): string | undefined {
    if (!text) return undefined;
    const at = new Date(text);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function Acts({
    shipment,
    boxes,
    most,
}: {
    shipment: Shipment;
    boxes: Box[];
    most: number | undefined;
}) {
    const { title } = useWords();
    const may = useMay();
    const unread = !shipment.logger_entry && ["in_transit", "quarantine"].includes(shipment.status);
    const waits =
        shipment.status === "quarantine" || boxes.some((box) => box.decision === "waiting");
    return (
        <>
            {unread && may("logger.import") && (
                <Section title={title("logger.import")}>
                    <ImportLogger shipment={shipment} />
                </Section>
            )}
            {shipment.status === "in_transit" && may("shipment.receive") && (
                <Section title={title("shipment.receive")}>
                    <OperationForm
                        key={shipment.logger_entry}
                        name="shipment.receive"
                        given={{ shipment: shipment.code }}
                        start={{ arrived_at: localTime(shipment.arrived_at) }}
                    />
                </Section>
            )}
            {waits && may("shipment.decide") && (
                <Section title={title("shipment.decide")}>
                    <Deciding shipment={shipment} boxes={boxes} most={most} />
                </Section>
            )}
        </>
    );
}

function ImportLogger({ shipment }: { shipment: Shipment }) {
    const { t } = useWords();
    const [file, setFile] = useState<Dropped | null>(null);
    const seen = file ? lookAt(textOf(file)) : null;
    return (
        <div className={classes.stacked}>
            <Drop
                label={t("cold.drop")}
                help={t("cold.drop_help", { logger: shipment.logger ?? "–" })}
                accept=".csv,text/csv"
                given={setFile}
            >
                {file && <Preview file={file} seen={seen} />}
            </Drop>
            {file && (
                <OperationForm
                    key={file.number}
                    name="logger.import"
                    about={shipment.code}
                    given={{ shipment: shipment.code, file: fileValue(file) }}
                    start={{
                        interval_minutes: seen?.interval_minutes,
                        arrived_at: localTime(
                            shipment.received_entry ? shipment.arrived_at : undefined,
                        ),
                    }}
                />
            )}
        </div>
    );
}

function Preview({ file, seen }: { file: Dropped; seen: LoggerFile | null }) {
    const { t } = useWords();
    if (!seen)
        return (
            <div className={classes.preview}>
                <Mark tone="unknown">{t("cold.no_heading", { name: file.name })}</Mark>
            </div>
        );
    return (
        <div className={classes.preview}>
            <p>
                <strong>{file.name}</strong>
            </p>
            <p>
                {t("cold.seen", {
                    readings: whole(seen.readings),
                    first: seen.first,
                    last: seen.last,
                })}
            </p>
            <ul>
                {seen.probes.map((each) => (
                    <li key={each.name}>
                        {t("cold.probe", { probe: each.name })}
                        {each.highest === undefined
                            ? ""
                            : `: ${t("cold.highest", { most: real(each.highest) })}`}
                        {each.missing
                            ? ` · ${t("cold.seen_missing", { count: whole(each.missing) })}`
                            : ""}
                    </li>
                ))}
            </ul>
            {!seen.zoned && <Mark tone="unknown">{t("cold.seen_no_zone")}</Mark>}
        </div>
    );
}
