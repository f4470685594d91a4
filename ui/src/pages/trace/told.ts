// told.ts: what the record tells of a trace: counts first, then rows.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { rowsOf } from "../../record/ask";

export interface TraceRow {
    kind: string;
    code: string;
    depth: number;
    amount?: number;
    unit?: string;
    detail?: string;
}

export interface Sums {
    forward: TraceRow[];
    backward: TraceRow[];
}

export async function sums(name: string): Promise<Sums> {
    const [forward, backward] = await Promise.all([
        rowsOf<TraceRow>("trace.forward_counts", { name }),
        rowsOf<TraceRow>("trace.backward_counts", { name }),
    ]);
    return { forward, backward };
}

// Rows of a list; the sums at its end are shown above it.
export const things = (rows: TraceRow[]) => rows.filter((row) => row.kind !== "count");

// Vials go out in ranges, so this is more than the rows of the list will be.
export const most = (rows: TraceRow[]) => rows.reduce((all, row) => all + (row.amount ?? 0), 0);

// What a code names, as the record knows it; more than one thing is a question to the reader.
export async function resolve(code: string): Promise<string[]> {
    return (await rowsOf<{ name: string }>("trace.find", { code })).map((each) => each.name);
}
