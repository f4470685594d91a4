// told.ts: what the record tells of a trace: counts first, then rows.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Refusal, rowsOf } from "../../record/ask";
import { guess, kinds, nameOf, type Kind } from "./naming";

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

export interface Found {
    name: string;
    sums: Sums;
}

async function look(kind: Kind, code: string): Promise<Found | null> {
    const name = nameOf(kind, code);
    try {
        return { name, sums: await sums(name) };
    } catch (fault) {
        if (fault instanceof Refusal && (fault.kind === "missing" || fault.kind === "input"))
            return null;
        throw fault;
    }
}

// Some kinds accept every code that anything was recorded about, and then reach nothing but it.
const reaches = (found: Found) => most(found.sums.forward) + most(found.sums.backward) > 2;

// The kinds that a code names, the likely ones first; more than one is a question to the reader.
export async function resolve(code: string): Promise<Found[]> {
    for (const kind of guess(code)) {
        const found = await look(kind, code);
        if (found) return [found];
    }
    const all = (await Promise.all(kinds.map((kind) => look(kind, code)))).filter(
        (each): each is Found => each !== null,
    );
    const wide = all.filter(reaches);
    return wide.length ? wide : all;
}
