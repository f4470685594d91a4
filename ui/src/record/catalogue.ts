// catalogue.ts: which operations are there, and what does each ask for and answer?
// SPDX-License-Identifier: AGPL-3.0-or-later
import heads from "told:heads";

export type Kind =
    "text" | "integer" | "flag" | "real" | "instant" | "date" | "file" | "list" | "record";

export interface Field {
    name: string;
    kind: Kind;
    help?: string;
    unit?: string;
    choices?: string[];
    low?: number;
    high?: number;
    longest?: number;
    required?: boolean;
    personal?: boolean;
    secret?: boolean;
    code?: boolean;
    of?: Field[];
    in?: "path" | "query";
}

export interface Operation {
    name: string;
    method: "GET" | "POST";
    path: string;
    help: string;
    permission: string;
    reads: boolean;
    shape: "record" | "list" | "stream";
    signature?: string; // meaning of the signature that is asked for
    witness?: string; // permission of the second person
}

export interface Members {
    input: Field[];
    output: Field[];
    reason: boolean; // always asked for
}

const byName = new Map(heads.map((each) => [each.name, each]));

export const operations: readonly Operation[] = heads;

export function operation(name: string): Operation {
    const found = byName.get(name);
    if (!found) throw new Error(`There is no operation ${name}.`);
    return found;
}

export function isOperation(name: string): boolean {
    return byName.has(name);
}

// Loaded when the first form or list is opened; the browser keeps it.
export async function members(name: string): Promise<Members> {
    const bodies = (await import("told:bodies")).default;
    const found = bodies[name];
    if (!found) throw new Error(`There is no operation ${name}.`);
    return found;
}

// Ten members of the same word mean ten nouns: those before the dot.
export const nouns: readonly string[] = [...new Set(heads.map((each) => each.name.split(".")[0]!))];
