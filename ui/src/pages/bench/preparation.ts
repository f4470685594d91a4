// preparation.ts: what has to be answered about this preparation before anything is given.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { checkField, toSend } from "../../forms/checks";
import type { Value, Values } from "../../record/ask";
import type { Field } from "../../record/catalogue";

export type StepName = "check" | "thaw" | "prepare" | "give";

const always = ["made_to_specification"];
const drip = [
    "diluent_ul",
    "diluent_eu_per_ml",
    "duration_minutes",
    "emergency_ready",
    "adrenaline_until",
    "emergency_doctor",
    "emergency_hospital",
];
const may_be_left = ["duration_minutes"]; // the record then takes it as within one hour

export function isAnswered(value: Value): boolean {
    return value !== undefined && value !== null && value !== "";
}

// off_day: it is not the planned day, so the reason is asked for; measured: the order names no volume.
export function preparationFields(
    give: Field[],
    route: string | undefined,
    off_day: boolean,
    measured: boolean,
): Field[] {
    const names = [
        ...always,
        ...(route === "iv" && measured ? ["volume_ul"] : []),
        ...(route === "iv" ? drip : []),
        ...(off_day ? ["deviation_why"] : []),
    ];
    return names.flatMap((name) => {
        const field = give.find((each) => each.name === name);
        return field ? [{ ...field, required: !may_be_left.includes(name) }] : [];
    });
}

// Only what is answered rightly is asked with; the rest stays unanswered and blocks.
export function rightly(fields: Field[], prepared: Values): Values {
    const right = fields.filter(
        (field) => isAnswered(prepared[field.name]) && !checkField(field, prepared[field.name]),
    );
    return toSend(right, prepared);
}

export function isPrepared(fields: Field[], prepared: Values): boolean {
    return (
        fields.length > 0 &&
        fields.every(
            (field) =>
                !checkField(field, prepared[field.name]) &&
                (field.kind !== "flag" || isAnswered(prepared[field.name])),
        )
    );
}

// Members of a dose that this route does not have.
export function leftOut(route: string): string[] {
    return route === "iv"
        ? ["device", "tip_lot", "depth_mm", "passes"]
        : ["residue_ul", "diluent", ...drip];
}
