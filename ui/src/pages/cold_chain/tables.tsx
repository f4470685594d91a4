// tables.tsx: what the curves show, as tables: probes, stretches out of range, readings.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Button } from "@mantine/core";
import { useState } from "react";
import type { Period, Reading } from "../../pictures/temperature";
import { instant, real, whole } from "../../words/show";
import { useWords } from "../../words/words";
import { Table } from "../../pieces/table";
import type { Probe } from "./kinds";

const STEP = 200; // readings shown at once

const celsius = (text: string | undefined, none: string) =>
    text === undefined ? none : `${real(text)} °C`;

export function ProbeTable({ probes }: { probes: Probe[] }) {
    const { t, label } = useWords();
    const none = t("value.none");
    return (
        <Table
            caption={t("cold.by_probe")}
            rows={probes}
            columns={[
                { head: label("probe"), cell: (row) => row.probe },
                {
                    head: label("minutes_out"),
                    number: true,
                    cell: (row) =>
                        row.minutes_out === undefined
                            ? none
                            : t("cold.minutes", { minutes: whole(row.minutes_out) }),
                },
                {
                    head: label("maximum_c"),
                    number: true,
                    cell: (row) => celsius(row.maximum_c, none),
                },
                {
                    head: label("minimum_c"),
                    number: true,
                    cell: (row) => celsius(row.minimum_c, none),
                },
                { head: label("readings"), number: true, cell: (row) => whole(row.readings) },
                { head: label("above"), number: true, cell: (row) => whole(row.above) },
                { head: label("gaps"), number: true, cell: (row) => whole(row.gaps) },
            ]}
        />
    );
}

export function PeriodTable({ periods }: { periods: Period[] }) {
    const { t, label } = useWords();
    if (!periods.length) return null;
    return (
        <Table
            caption={t("cold.by_period")}
            rows={periods}
            columns={[
                { head: label("probe"), cell: (row) => row.probe },
                { head: t("cold.period_from"), cell: (row) => instant(row.from) },
                { head: t("cold.period_until"), cell: (row) => instant(row.until) },
                {
                    head: t("cold.period_minutes"),
                    number: true,
                    cell: (row) => t("cold.minutes", { minutes: whole(row.minutes) }),
                },
                { head: t("cold.period_why"), cell: (row) => t(`cold.why_${row.why}`) },
            ]}
        />
    );
}

export function ReadingTable({ readings, left_out }: { readings: Reading[]; left_out: number }) {
    const { t, label } = useWords();
    const [shown, setShown] = useState(STEP);
    const none = t("cold.missing");
    return (
        <details>
            <summary>
                {t("cold.by_reading", { count: whole(readings.length) })}
                {left_out > 0
                    ? ` ${t("cold.of_all", { all: whole(readings.length + left_out) })}`
                    : ""}
            </summary>
            <Table
                caption={t("cold.readings")}
                rows={readings.slice(0, shown)}
                columns={[
                    { head: label("at"), cell: (row) => instant(row.at, true) },
                    { head: label("probe"), cell: (row) => row.probe },
                    {
                        head: label("temperature_c"),
                        number: true,
                        cell: (row) => celsius(row.temperature_c, none),
                    },
                    { head: label("state"), cell: (row) => t(`cold.state_${row.state}`) },
                    {
                        head: label("minutes_out"),
                        number: true,
                        cell: (row) =>
                            row.minutes_out === undefined
                                ? t("value.none")
                                : t("cold.minutes", { minutes: whole(row.minutes_out) }),
                    },
                ]}
            />
            {shown < readings.length && (
                <Button variant="default" onClick={() => setShown(shown + STEP)}>
                    {t("cold.show_more", { shown: whole(shown), all: whole(readings.length) })}
                </Button>
            )}
        </details>
    );
}
