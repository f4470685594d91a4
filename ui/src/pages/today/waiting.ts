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

// The patient's code, of what is about a patient or concerns one.
function patientOf(row: WaitingRow): string {
    return row.subject_kind === "patient" ? row.code : (row.beside ?? "").replace("patient:", "");
}

const lot = (row: WaitingRow) => `/lots/${row.code}`;
const recall = (row: WaitingRow) => `/recalls/${row.code}`;
const shipment = (row: WaitingRow) => `/cold-chain/${row.code}`;
const bench = (row: WaitingRow) => `/bench?${new URLSearchParams({ patient: patientOf(row) })}`;

// Pages that show the whole of a thing settle more than a form does.
const places: Record<string, (row: WaitingRow) => string> = {
    lot_decision: lot,
    lot_tests: lot,
    lot_final_reading: lot,
    lot_report: lot,
    recall_notices: recall,
    recall_closing: recall,
    shipment_arrival: shipment,
    shipment_logger: shipment,
    shipment_decision: shipment,
    thawed_vials: bench,
    visit_check: bench,
    visit_dose: bench,
};

// Whether there is such a page for somebody with these permissions.
function isOpen(place: string, permissions: string[]): boolean {
    const parts = place.replace(/\?.*/, "").split("/");
    return pages.some((page) => {
        const own = page.path.split("/");
        const may =
            page.needs.length === 0 || page.needs.some((each) => permissions.includes(each));
        return own[1] === parts[1] && own.length === parts.length && may;
    });
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
