// sought.ts: what was typed, as the record words it.
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Field } from "../record/catalogue";
import { words } from "../words/words";

function choicesOf(fields: Field[], found = new Set<string>()): Set<string> {
    for (const field of fields) {
        field.choices?.forEach((choice) => found.add(choice));
        if (field.of) choicesOf(field.of, found);
    }
    return found;
}

// The reader sees the words of their language and the record holds its own: a search that is one of
// the first is made one of the second, where it can mean one alone.
export function asRecorded(search: string, fields: Field[]): string {
    const text = search.normalize("NFKC").trim().toLowerCase();
    if (!text) return "";
    const all = words.meant(text);
    const own = choicesOf(fields);
    const declared = all.filter((word) => own.has(word));
    const meant = declared.length ? declared : all;
    return meant.length === 1 && meant[0]!.toLowerCase() !== text ? meant[0]! : search.trim();
}
