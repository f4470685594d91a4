// journal.ts: entries as the ledger lists and shows them, and what their bytes say.
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Field, Kind } from "../../record/catalogue";
import type { Value, Values } from "../../record/ask";

export interface Journal {
    seq: number;
    at: string;
    occurred_at: string;
    operation: string;
    subject?: string;
    actor?: string;
    site?: string;
    cause: number;
    corrected_by: number;
    annulled_by: number;
    hash: string;
}

export interface Shown {
    seq: number;
    hash: string;
    bytes: string;
    corrected_by: number;
    annulled_by: number;
}

export interface Entry {
    seq: number;
    at: string;
    occurred_at?: string;
    zone?: string;
    operation: string;
    subject?: string;
    actor: string;
    site?: string;
    cause: number;
    reason?: string;
    rule_set?: string;
    program?: string;
    idempotency_key?: string;
    previous: string;
    signatures: { account: string; name?: string; meaning?: string; at: string }[];
    body: Values;
}

export function entryOf(bytes: string): Entry {
    return JSON.parse(bytes) as Entry;
}

// The version behind the name says how the body reads; the name says what was done.
export function plain(operation: string): string {
    return operation.split("/")[0]!;
}

export const isLate = (row: { at: string; occurred_at?: string }) =>
    !!row.occurred_at && Date.parse(row.occurred_at) < Date.parse(row.at) - 1000;

// What amended another entry names it and holds the new body as JSON in a text.
export interface Amendment {
    seq: number;
    operation: string;
    body?: string;
    why?: string;
}
export function amendmentOf(entry: Entry): Amendment | null {
    const name = plain(entry.operation);
    return name === "entry.correct" || name === "entry.annul"
        ? (entry.body as unknown as Amendment)
        : null;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const DAY = /^\d{4}-\d\d-\d\d$/;

function kindOf(value: Value): Kind {
    if (Array.isArray(value)) return "list";
    if (typeof value === "number") return "integer";
    if (typeof value === "boolean") return "flag";
    if (value && typeof value === "object")
        return "sha256" in value && "name" in value && Object.keys(value).length === 2
            ? "file"
            : "record";
    return INSTANT.test(String(value)) ? "instant" : DAY.test(String(value)) ? "date" : "text";
}

// Members that no table describes are shown all the same: nothing of an entry is left out.
export function fieldsOf(body: Values, told: Field[] = []): Field[] {
    const more = Object.keys(body).filter((name) => !told.some((each) => each.name === name));
    return [
        ...told.filter((each) => each.name in body),
        ...more.map((name) => {
            const value = body[name];
            const kind = kindOf(value);
            const rows = kind === "list" ? (value as Value[]) : kind === "record" ? [value] : [];
            const members = Object.assign(
                {},
                ...rows.filter((row) => row && typeof row === "object"),
            ) as Values;
            return { name, kind, ...(rows.length ? { of: fieldsOf(members) } : {}) } as Field;
        }),
    ];
}

const SEALED = /^sealed:1:([a-z_]+):(.+):[A-Za-z0-9_-]+$/;

// Personal texts are sealed under a key of the person; here only whose they are can be said.
export function unsealed(value: Value, say: (person: string) => string): Value {
    if (typeof value === "string") {
        const found = SEALED.exec(value);
        return found ? say(`${found[1]}:${found[2]}`) : value;
    }
    if (Array.isArray(value)) return value.map((each) => unsealed(each, say));
    if (value && typeof value === "object")
        return Object.fromEntries(
            Object.entries(value).map(([name, each]) => [name, unsealed(each, say)]),
        );
    return value;
}
