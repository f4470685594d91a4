// told_apart.ts: is what was scanned a vial, a patient of this site, or something else?
// SPDX-License-Identifier: AGPL-3.0-or-later
import { narrow } from "../../forms/checks";
import { Refusal, rowOf } from "../../record/ask";
import type { Scanned } from "./pair";

export type Told =
    Scanned | { kind: "other"; code: string } | { kind: "fault"; code: string; fault: unknown };

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;
const VIAL = /^(.+-.+)-(\d{4,9})$/; // lot and serial, as the labels print them

// Some scanners say first which kind of symbol it was: ]d1 for a DataMatrix.
export function plain(code: string): string {
    return narrow(code).replace(/^\][A-Za-z]\d/, "");
}

async function found<T>(name: string, code: string): Promise<T | null> {
    try {
        return await rowOf<T>(name, { code });
    } catch (fault) {
        if (fault instanceof Refusal && ["missing", "input"].includes(fault.kind)) return null;
        throw fault;
    }
}

// The record is asked, because sites choose their own codes.
export async function tellApart(scanned: string): Promise<Told> {
    const code = plain(scanned);
    if (!PLAIN.test(code)) return { kind: "other", code };
    try {
        const parts = VIAL.exec(code);
        const lot = parts
            ? await found<{ code: string; volume_per_vial_ul?: number }>("lot.show", parts[1]!)
            : null;
        if (lot && parts)
            return {
                kind: "vial",
                vial: {
                    lot: lot.code,
                    serial: Number(parts[2]),
                    content_ul: lot.volume_per_vial_ul,
                },
            };
        const person = await found<{ code: string }>("patient.show", code);
        return person ? { kind: "patient", patient: person.code } : { kind: "other", code };
    } catch (fault) {
        return { kind: "fault", code, fault };
    }
}
