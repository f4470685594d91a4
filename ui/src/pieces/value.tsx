// value.tsx: one value of a record as its reader writes it; codes lead to what they name.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from "wouter";
import type { Field } from "../record/catalogue";
import type { Value, Values } from "../record/ask";
import { day, instant, real, serials, unit, volume, whole } from "../words/show";
import { useWords, words } from "../words/words";
import { Verdict } from "./verdict";
import { Rows } from "./rows";
import { Facts } from "./facts";
import classes from "./pieces.module.css";

// Where a code leads, by the member that holds it.
const leads: Record<string, (code: string) => string> = {
    lot: (code) => `/lots/${code}`,
    shipment: (code) => `/cold-chain/${code}`,
    recall: (code) => `/recalls/${code}`,
    donor: (code) => `/show/donor.show?code=${code}`,
    patient: (code) => `/show/patient.show?code=${code}`,
    entry: (code) => `/record/${code}`,
    opened_entry: (code) => `/record/${code}`,
    closed_entry: (code) => `/record/${code}`,
    decided_entry: (code) => `/record/${code}`,
    event: (code) => `/show/event.show?code=${code}`,
    deviation: (code) => `/show/deviation.show?code=${code}`,
};

export function leadsTo(member: string, code: string): string | null {
    const lead = leads[member] ?? (member.endsWith("_entry") ? leads["entry"] : undefined);
    return lead && code ? lead(encodeURIComponent(code)) : null;
}

function textOf(
    field: Field,
    value: Value,
    choice: (word: string) => string,
    t: (key: string) => string,
): string {
    if (field.kind === "flag") return value ? t("yes") : t("no");
    if (field.kind === "integer" && typeof value === "number") {
        if (field.unit === "uL" || field.unit === "ul") return volume(value);
        return field.unit
            ? `${whole(value)} ${unit(field.unit)}`
            : isNumbered(field.name)
              ? String(value)
              : whole(value);
    }
    const text = String(value);
    if (field.kind === "real") return field.unit ? `${real(text)} ${unit(field.unit)}` : real(text);
    if (field.kind === "instant") return instant(text);
    if (field.kind === "date") return day(text);
    return field.choices || isWord(field.name) || words.isChoice(text) ? choice(text) : text;
}

// Serials, entries and years count nothing: they are names made of digits.
function isNumbered(name: string): boolean {
    return name === "seq" || name === "entry" || name.endsWith("_entry") || name.endsWith("year");
}

function isWord(name: string): boolean {
    return ["status", "state", "verdict", "kind", "decision", "standing", "class"].includes(name);
}

export function ShownValue({ field, value }: { field: Field; value: Value }) {
    const { choice, sentence, t } = useWords();
    if (value === undefined || value === null || value === "")
        return <span className={classes.quiet}>{t("value.none")}</span>;
    if (field.kind === "list") return <Rows fields={field.of ?? []} rows={value as Values[]} />;
    if (field.kind === "record") return <Facts fields={field.of ?? []} row={value as Values} />;
    if (field.kind === "file") return <span>{String((value as Values)["name"] ?? "")}</span>;
    if (field.name === "verdict" || field.name === "mean_verdict")
        return <Verdict verdict={String(value)} />;
    if (field.name === "first" || field.name === "last")
        return <>{serials(Number(value), undefined)}</>;
    if (/sha256|hash|root|signature/.test(field.name))
        return <span className={classes.hash}>{String(value)}</span>;
    const text = textOf(field, value, choice, t);
    const lead = leadsTo(field.name, String(value));
    if (lead)
        return (
            <Link href={lead} className={classes.code}>
                {text}
            </Link>
        );
    return (
        <span className={field.code ? classes.code : ""}>
            {field.kind === "text" ? sentence(text) : text}
        </span>
    );
}
