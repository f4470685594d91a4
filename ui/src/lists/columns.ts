// columns.ts: which members of a row are shown at first, in which order and how wide?
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Field } from "../record/catalogue";
import type { Value, Values } from "../record/ask";
import { words } from "../words/words";

const USUAL = 8;
const NARROWEST = 6; // in letters
const WIDEST = 30;
const SIGN = 6;

// Proofs and entries are for who looks for them; they come last.
export function isTechnical(field: Field): boolean {
    return /(^|_)(entry|hash|sha256|root)$/.test(field.name);
}

// All that can be chosen, as declared, the technical ones behind the others.
export function ordered(fields: Field[]): Field[] {
    const open = fields.filter((field) => !field.secret);
    return [...open.filter((field) => !isTechnical(field)), ...open.filter(isTechnical)];
}

// How a thing stands is what most people look for, wherever it is declared.
const STANDING = [
    "status",
    "state",
    "standing",
    "decision",
    "verdict",
    "outcome",
    "class",
    "expires_on",
];

export function usual(fields: Field[]): Field[] {
    const flat = ordered(fields).filter(
        (field) => field.kind !== "list" && field.kind !== "record",
    );
    if (!flat.length) return ordered(fields).slice(0, USUAL);
    const later = flat
        .slice(USUAL)
        .filter((field) => STANDING.includes(field.name))
        .slice(0, 2);
    const first = flat.slice(0, USUAL - later.length);
    return flat.filter((field) => first.includes(field) || later.includes(field));
}

export function chosen(fields: Field[], names: string[] | null): Field[] {
    return names ? ordered(fields).filter((field) => names.includes(field.name)) : usual(fields);
}

export function isNumber(field: Field): boolean {
    return field.kind === "integer" || field.kind === "real";
}

// Japanese letters take twice the room.
function letters(text: string): number {
    let count = 0;
    for (const letter of text) count += (letter.codePointAt(0) ?? 0) > 0x2e80 ? 2 : 1;
    return count;
}

function written(field: Field, value: Value): number {
    if (value === undefined || value === null) return 0;
    if (field.kind === "instant") return 21;
    if (field.kind === "date") return 14;
    if (field.kind === "flag") return 6;
    if (field.kind === "list" || field.kind === "record") return 18;
    const text = String(value);
    const shown = words.isChoice(text) ? words.choice(text) : text;
    return (
        letters(shown) + (field.unit ? letters(field.unit) + 1 : 0) + (isState(field) ? SIGN : 0)
    );
}

// Shown with a sign and a frame around.
export function isState(field: Field): boolean {
    return ["status", "state", "standing", "verdict", "mean_verdict"].includes(field.name);
}

// From the rows that came first, so that columns do not move while somebody scrolls.
export function width(field: Field, label: string, rows: Values[]): number {
    const widest = Math.max(0, ...rows.slice(0, 50).map((row) => written(field, row[field.name])));
    const heading = Math.min(letters(label) + 3, 12); // longer ones take two lines
    return Math.min(WIDEST, Math.max(NARROWEST, heading, widest + 2));
}
