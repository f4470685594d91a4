// told.ts: what the record tells of a recall, and what a page needs of it.
// SPDX-License-Identifier: AGPL-3.0-or-later

export interface Balance {
    lot: string;
    made: number;
    tested: number;
    retained: number;
    given: number;
    destroyed: number;
    lost: number;
    in_stock: number;
    in_transit: number;
    arrived: number;
    rejected: number;
    difference: number;
}

// Where a vial may end, and where one may not be when a recall closes.
export const ended = ["tested", "retained", "given", "destroyed", "lost"] as const;
export const open = ["in_stock", "in_transit", "arrived", "rejected"] as const;
export type Part = (typeof ended)[number] | (typeof open)[number];

export const openVials = (balance: Balance) => open.reduce((sum, part) => sum + balance[part], 0);

export interface Finding {
    rule: string;
    verdict: string;
    fact: string;
    limit: string;
}

export interface Standing {
    code: string;
    site: string;
    lot?: string;
    donor?: string;
    class: string;
    why: string;
    status: string;
    entry: number;
    closed_entry: number;
    facts: { balances: Balance[]; sites: number; patients: number; unanswered?: string };
    findings: Finding[];
}

export interface Notice {
    recall: string;
    recipient: string;
    sent_at: string;
    answer: string;
    entry: number;
}

export interface Reached {
    lot: string;
    first: number;
    last: number;
    vials: number;
    state: string;
    site?: string;
    to_site?: string;
    shipment?: string;
    patient?: string;
    dose?: string;
}

// Who has no answered notice, as the record judges it; undefined where it does not say.
export function unanswered(standing: Standing): string[] | undefined {
    const told = standing.facts.unanswered;
    return told === undefined ? undefined : told === "none" ? [] : told.split(" ");
}

export function recipientOf(name: string): { kind: string; code: string } {
    const colon = name.indexOf(":");
    return { kind: name.slice(0, colon), code: name.slice(colon + 1) };
}

export interface AtPlace {
    site: string;
    vials: number;
    states: { state: string; to_site?: string; vials: number }[];
    ranges: Reached[];
}

// Vials by the place where they are or were last, the place with most of them first.
export function byPlace(rows: Reached[]): AtPlace[] {
    const places = new Map<string, AtPlace>();
    for (const row of rows) {
        const site = row.site ?? "";
        const place = places.get(site) ?? { site, vials: 0, states: [], ranges: [] };
        places.set(site, place);
        place.vials += row.vials;
        place.ranges.push(row);
        const state = place.states.find(
            (each) => each.state === row.state && each.to_site === row.to_site,
        );
        if (state) state.vials += row.vials;
        else place.states.push({ state: row.state, to_site: row.to_site, vials: row.vials });
    }
    return [...places.values()].sort((one, other) => other.vials - one.vials);
}

export interface AtPatient {
    patient: string;
    vials: number;
    ranges: Reached[];
}

export function byPatient(rows: Reached[]): AtPatient[] {
    const patients = new Map<string, AtPatient>();
    for (const row of rows) {
        if (!row.patient) continue;
        const patient = patients.get(row.patient) ?? { patient: row.patient, vials: 0, ranges: [] };
        patients.set(row.patient, patient);
        patient.vials += row.vials;
        patient.ranges.push(row);
    }
    return [...patients.values()].sort((one, other) => one.patient.localeCompare(other.patient));
}

export interface Rehearsal {
    code: string;
    site: string;
    lot?: string;
    donor?: string;
    asked_at: string;
    minutes: number;
    vials: number;
    patients: number;
    difference: number;
    entry: number;
}

export interface Rehearsed {
    code: string;
    lot?: string;
    donor?: string;
    asked_at: string;
    searched_usec: number;
    vials: number;
    shipments: number;
    balances: Balance[];
    sites: { site: string; vials: number }[];
    patients: { patient: string; vials: number }[];
    facts: { minutes?: number; minutes_most?: number; difference?: number };
    findings: Finding[];
}
