// waiting.ts: one thing that waits, where it is settled, and how its clock stands.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { operation } from "../../record/catalogue";
import { pages } from "../../shell/pages";

// A row of today.list.
export interface WaitingRow {
    kind: string;
    subject_kind: string;
    code: string;
    site: string;
    operation: string;
    member?: string;
    beside?: string;
    since?: string;
    due_on?: string;
    due_at?: string;
    overdue: boolean;
    waiting: string;
    amount?: number;
    unit?: string;
}

// The kinds in the order in which the most pressing thing of each comes.
export function kindsOf(rows: WaitingRow[]): string[] {
    return [...new Set(rows.map((row) => row.kind))];
}

// Pages that show the whole of a thing settle more than a form does.
const places: Record<string, (row: WaitingRow) => string> = {
    lot_decision: (row) => `/lots/${row.code}`,
    lot_tests: (row) => `/lots/${row.code}`,
    lot_final_reading: (row) => `/lots/${row.code}`,
    lot_report: (row) => `/lots/${row.code}`,
    recall_notices: (row) => `/recalls/${row.code}`,
    recall_closing: (row) => `/recalls/${row.code}`,
    shipment_arrival: (row) => `/cold-chain/${row.code}`,
    shipment_logger: (row) => `/cold-chain/${row.code}`,
    shipment_decision: (row) => `/cold-chain/${row.code}`,
    thawed_vials: () => "/bench",
    visit_dose: () => "/bench",
};

// Whether there is such a page for somebody with these permissions.
function isOpen(place: string, permissions: string[]): boolean {
    const parts = place.split("/").length;
    return pages.some(
        (page) =>
            page.path.split("/")[1] === place.split("/")[1] &&
            page.path.split("/").length === parts &&
            (page.needs.length === 0 || page.needs.some((each) => permissions.includes(each))),
    );
}

// Where the thing is settled: a page of its own, or the form of the operation with its code.
export function placeOf(row: WaitingRow, permissions: string[]): string {
    const place = places[row.kind]?.(row);
    if (place && isOpen(place, permissions)) return place;
    const query = row.member ? `?${new URLSearchParams({ [row.member]: row.code })}` : "";
    return `/${operation(row.operation).reads ? "show" : "do"}/${row.operation}${query}`;
}

const DAY_MS = 86_400_000;

// Whole days from one day to another.
export function daysBetween(from: string, to: string): number {
    return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}
