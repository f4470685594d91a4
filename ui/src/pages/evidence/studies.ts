// studies.ts: by which kind of study is a claim carried, and in which order is that shown?
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Fact } from "./facts";

// From nothing to a controlled study: what carries least is read first, and nothing is left out.
export const studies = [
    "none",
    "unknown",
    "cell",
    "animal",
    "review",
    "human_uncontrolled",
    "rct",
] as const;
export type Study = (typeof studies)[number];

// A kind that is not named here is not known to carry anything.
export function studyOf(claim: Fact): Study {
    const word = claim.says["study_kind"] ?? "";
    return (studies as readonly string[]).includes(word) ? (word as Study) : "unknown";
}

export function isControlled(study: Study): boolean {
    return study === "rct";
}

export function wordsOf(cell: string | undefined): string[] {
    return (cell ?? "")
        .split(";")
        .map((each) => each.trim())
        .filter(Boolean);
}

export function matches(claim: Fact, sought: string, route: string): boolean {
    const { indication_en, claim_en, mechanism_en, substance, note } = claim.says;
    const text = [claim.code, indication_en, claim_en, mechanism_en, substance, note]
        .join(" ")
        .toLowerCase();
    const all = sought
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word));
    return all && (!route || wordsOf(claim.says["route"]).includes(route));
}
