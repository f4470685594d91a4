// pair.ts: which patient and which vials belong together now, and what a new scan does to that.
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Value, Values } from "../../record/ask";

export interface Vial {
    lot: string;
    serial: number;
    content_ul?: number;
}

// Everything that holds for one vial and one person alone; a scan of another begins a new one.
export interface Pair {
    patient: string;
    vials: Vial[];
    plan: string; // chosen where there are several
    prepared: Values; // answers of the preparation
    is_prepared: boolean; // they are said to be complete; a change takes that back
    begun_at: string; // instant at which giving began, "" before
    same_day: string; // check and thaw that it began with
    thaw: string;
}

export const nobody: Pair = {
    patient: "",
    vials: [],
    plan: "",
    prepared: {},
    is_prepared: false,
    begun_at: "",
    same_day: "",
    thaw: "",
};

export type Scanned = { kind: "vial"; vial: Vial } | { kind: "patient"; patient: string };

// What the scan did: first of its kind, one more vial of the same dose, nothing new, or a new pair.
export type Did = "taken" | "added" | "same" | "anew";

export function vialCode(vial: Vial): string {
    return `${vial.lot}-${String(vial.serial).padStart(4, "0")}`;
}

export function vialCodes(vials: Vial[]): string {
    const first = vials[0];
    const last = vials[vials.length - 1];
    if (!first || !last) return "";
    return first === last
        ? vialCode(first)
        : `${vialCode(first)}–${String(last.serial).padStart(4, "0")}`;
}

// A dose takes serials that follow one another.
function isNext(vials: Vial[], vial: Vial): boolean {
    const first = vials[0];
    const last = vials[vials.length - 1];
    return (
        !!first &&
        !!last &&
        first.lot === vial.lot &&
        (vial.serial === first.serial - 1 || vial.serial === last.serial + 1)
    );
}

function scanVial(pair: Pair, vial: Vial, wanted: number): [Pair, Did] {
    const known = pair.vials.some((each) => each.lot === vial.lot && each.serial === vial.serial);
    if (known) return [pair, "same"];
    if (pair.vials.length === 0 && !pair.begun_at) return [{ ...pair, vials: [vial] }, "taken"];
    if (!pair.begun_at && pair.vials.length < wanted && isNext(pair.vials, vial)) {
        const vials = [...pair.vials, vial].sort((one, other) => one.serial - other.serial);
        return [{ ...pair, vials }, "added"];
    }
    return [{ ...nobody, vials: [vial] }, "anew"];
}

// wanted: vials of one dose as ordered, 1 where that is not known.
export function scan(pair: Pair, what: Scanned, wanted: number): [Pair, Did] {
    if (what.kind === "vial") return scanVial(pair, what.vial, wanted);
    if (pair.patient === what.patient) return [pair, "same"];
    if (!pair.patient) return [{ ...pair, patient: what.patient }, "taken"];
    return [{ ...nobody, patient: what.patient }, "anew"];
}

export function prepare(pair: Pair, name: string, value: Value): Pair {
    return { ...pair, is_prepared: false, prepared: { ...pair.prepared, [name]: value } };
}
