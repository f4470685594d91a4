// naming.ts: which thing does a code name? Read from a label, typed, or taken from a link.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { narrow } from "../../forms/checks";

// What a trace can begin with, in the order of the story.
export const kinds = [
    "donor",
    "tissue",
    "bank",
    "bank_vial",
    "culture",
    "harvest",
    "pool",
    "isolation",
    "filter",
    "bulk",
    "material",
    "lot",
    "vial",
    "box",
    "shipment",
    "dose",
    "patient",
    "event",
] as const;
export type Kind = (typeof kinds)[number];

// A label reads LOT-0361; the record names that vial LOT/361.
function vialOf(code: string): string {
    const found = /^(.+)[-/](\d+)$/.exec(code);
    return found ? `${found[1]}/${Number(found[2])}` : code;
}

export function nameOf(kind: Kind, code: string): string {
    return `${kind}:${kind === "vial" ? vialOf(code) : code}`;
}

export function isName(text: string): boolean {
    const colon = text.indexOf(":");
    return (
        colon > 0 &&
        (kinds as readonly string[]).includes(text.slice(0, colon)) &&
        text.length > colon + 1
    );
}

export const tidy = (text: string) => narrow(text).replace(/\s+/g, "");
