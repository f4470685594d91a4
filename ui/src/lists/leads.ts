// leads.ts: which page does a value of a row lead to?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { leadsTo } from "../pieces/value";
import { isOperation, operation, type Field } from "../record/catalogue";

// A noun whose thing is shown by its code alone.
function showOf(noun: string, code: string): string | null {
    const name = `${noun}.show`;
    if (!isOperation(name)) return null;
    const braces = operation(name).path.match(/\{\w+\}/g) ?? [];
    return braces.length === 1 && braces[0] === "{code}"
        ? `/show/${name}?code=${encodeURIComponent(code)}`
        : null;
}

// The row's own code leads to what the list is of; other members to what their name says; and what
// is written kind:code to that.
export function leadOf(list: string, field: Field, value: string): string | null {
    if (field.kind !== "text" && field.kind !== "integer") return null;
    const noun = list.split(".")[0]!;
    const whose = field.name === "code" ? noun : field.name === "seq" ? "entry" : field.name;
    const direct = leadsTo(whose, value) ?? (field.kind === "text" ? showOf(whose, value) : null);
    if (direct || field.kind !== "text") return value === "0" ? null : direct;
    const [, kind, code] = /^([a-z_]+):([A-Za-z0-9][A-Za-z0-9._/-]*)$/.exec(value) ?? [];
    return kind && code ? (leadsTo(kind, code) ?? showOf(kind, code)) : null;
}
