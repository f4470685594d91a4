// logger_file.ts: what a logger's file says before it is imported; the record reads it again and judges.
// SPDX-License-Identifier: AGPL-3.0-or-later

export interface LoggerFile {
    probes: { name: string; highest?: string; missing: number }[];
    readings: number;
    first: string;
    last: string;
    interval_minutes?: number; // the commonest step, where it is whole minutes
    zoned: boolean; // times carry their zone
}

// A time without a zone still tells steps.
function minutesOf(text: string): number {
    return Date.parse(text.includes("T") ? text : `${text.replace(" ", "T")}Z`) / 60_000;
}

function commonest(times: number[]): number | undefined {
    const counts = new Map<number, number>();
    for (let i = 1; i < times.length; i++) {
        const step = Math.round((times[i]! - times[i - 1]!) * 100) / 100;
        counts.set(step, (counts.get(step) ?? 0) + 1);
    }
    const [step] =
        [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0])[0] ?? [];
    return step && Number.isInteger(step) ? step : undefined;
}

// null: not the heading of a logger's file.
export function lookAt(text: string): LoggerFile | null {
    const lines = text
        .replace(/^\uFEFF/, "")
        .split(/\r?\n/)
        .filter((line) => line.trim());
    const head = (lines[0] ?? "").split(",");
    const begin = head[1] === "zone" ? 2 : 1;
    const names = head
        .slice(begin)
        .map((each) => /^probe_([A-Za-z0-9]{1,8})_c$/.exec(each)?.[1]?.toUpperCase());
    if (head[0] !== "time" || !names.length || names.some((each) => !each)) return null;
    const rows = lines.slice(1).map((line) => line.split(","));
    const probes = names.map((name, i) => {
        const cells = rows.map((row) => row[begin + i] ?? "");
        const known = cells.filter((each) => each !== "" && Number.isFinite(Number(each)));
        const highest = known.reduce<string | undefined>(
            (most, each) => (most === undefined || Number(each) > Number(most) ? each : most),
            undefined,
        );
        return { name: name!, highest, missing: cells.length - known.length };
    });
    return {
        probes,
        readings: rows.length,
        first: rows[0]?.[0] ?? "",
        last: rows[rows.length - 1]?.[0] ?? "",
        interval_minutes: commonest(rows.map((row) => minutesOf(row[0] ?? ""))),
        zoned: begin === 2 || /(Z|[+-]\d\d:\d\d)$/.test(rows[0]?.[0] ?? ""),
    };
}
