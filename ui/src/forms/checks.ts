// checks.ts: is what was typed into a field a value of it? The server asks again.
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Field } from "../record/catalogue";
import type { Value, Values } from "../record/ask";
import { words } from "../words/words";

const REAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const CODE = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

// People in Japan type full-width digits and letters; they mean the same.
export function narrow(text: string): string {
    return text.normalize("NFKC").trim();
}

function inRange(field: Field, value: number): string {
    const { t } = words;
    if (field.low !== undefined && value < field.low) return t("check.low", { low: field.low });
    if (field.high !== undefined && value > field.high)
        return t("check.high", { high: field.high });
    return "";
}

function checkText(field: Field, text: string): string {
    const { t } = words;
    if (field.kind === "integer")
        return /^-?\d+$/.test(narrow(text))
            ? inRange(field, Number(narrow(text)))
            : t("check.integer");
    if (field.kind === "real")
        return REAL.test(narrow(text)) ? inRange(field, Number(narrow(text))) : t("check.real");
    if (field.code && !CODE.test(narrow(text))) return t("check.code");
    const bytes = new TextEncoder().encode(text).length;
    return field.longest && bytes > field.longest ? t("check.long", { most: field.longest }) : "";
}

// "" where nothing is wrong.
export function checkField(field: Field, value: Value): string {
    const empty =
        value === undefined ||
        value === null ||
        value === "" ||
        (Array.isArray(value) && !value.length);
    if (empty) return field.required ? words.t("check.missing") : "";
    return typeof value === "string" ? checkText(field, value) : "";
}

// All that is wrong, by the path of the field: items[0].code.
export function checkAll(fields: Field[], values: Values, path = ""): Record<string, string> {
    const found: Record<string, string> = {};
    for (const field of fields) {
        const value = values[field.name];
        const at = path + field.name;
        const wrong = checkField(field, value);
        if (wrong) found[at] = wrong;
        if (field.kind === "list" && Array.isArray(value))
            value.forEach((row, i) =>
                Object.assign(found, checkAll(field.of ?? [], row as Values, `${at}[${i}].`)),
            );
        if (field.kind === "record" && (field.required || isFilled(value)))
            Object.assign(found, checkAll(field.of ?? [], (value ?? {}) as Values, `${at}.`));
    }
    return found;
}

function isFilled(value: Value): boolean {
    return (
        !!value &&
        typeof value === "object" &&
        Object.values(value).some((each) => each !== undefined && each !== "")
    );
}

// As the API wants it: whole numbers as numbers, reals as their text, instants with their zone.
export function toSend(fields: Field[], values: Values): Values {
    const sent: Values = {};
    for (const field of fields) {
        const value = values[field.name];
        if (value === undefined || value === null || value === "") continue;
        if (field.kind === "list")
            sent[field.name] = (value as Values[]).map((row) => toSend(field.of ?? [], row));
        else if (field.kind === "record") {
            if (isFilled(value)) sent[field.name] = toSend(field.of ?? [], value as Values);
        } else if (field.kind === "integer") sent[field.name] = Number(narrow(String(value)));
        else if (field.kind === "real") sent[field.name] = narrow(String(value));
        else if (field.kind === "instant") sent[field.name] = new Date(String(value)).toISOString();
        else sent[field.name] = field.code && typeof value === "string" ? narrow(value) : value;
    }
    return sent;
}
