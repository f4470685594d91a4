// meeting.ts: what would meet a criterion of a release that is not met, and by which operations?
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Lot } from "./rows";

export interface Way {
    operation: string;
    given: Record<string, string>;
}

// By the rule without its version, so that a new version of a rule keeps its way.
const ways: Record<string, (lot: Lot, holds: { subject: string; why: string }[]) => Way[]> = {
    "RL-03.report": (lot) => [{ operation: "lot.report", given: { lot: lot.code } }],
    "RL-03.tests": (lot) => [
        { operation: "assay.record", given: { lot: lot.code } },
        { operation: "assay.count", given: { lot: lot.code } },
        { operation: "assay.measure", given: { lot: lot.code } },
    ],
    "DN-06.donor": () => [{ operation: "donor.decide", given: {} }],
    "RL-03.holds": (_, holds) =>
        holds.length
            ? holds.map((each) => ({
                  operation: "hold.lift",
                  given: { subject: each.subject, why: each.why },
              }))
            : [{ operation: "hold.lift", given: {} }],
    "RL-02.maker": () => [],
    "RL-03.expiry": (lot) => [{ operation: "lot.reject", given: { lot: lot.code } }],
    "RL-03.oos": () => [{ operation: "oos.close", given: {} }],
    "RL-03.deviation": () => [{ operation: "deviation.close", given: {} }],
    "RL-03.environment": () => [{ operation: "environment.read", given: {} }],
    "RL-03.inspection": (lot) => [{ operation: "lot.inspect", given: { lot: lot.code } }],
    "RL-03.labels": (lot) => [{ operation: "lot.reconcile_labels", given: { lot: lot.code } }],
    "RS-03.reserve": (lot) => [{ operation: "stock.set_aside", given: { lot: lot.code } }],
};

// Which section of the page shows what a criterion is about.
export const shownIn: Record<string, string> = {
    "RL-03.tests": "results",
    "RL-03.oos": "investigations",
    "RL-03.deviation": "deviations",
    "RL-03.holds": "holds",
    "DN-06.donor": "genealogy",
    "RS-03.reserve": "stability",
    "RL-03.report": "balance",
    "RL-03.inspection": "balance",
    "RL-03.labels": "balance",
};

export function plainRule(rule: string): string {
    return rule.split("/")[0]!;
}

export function waysOf(rule: string, lot: Lot, holds: { subject: string; why: string }[]): Way[] {
    return ways[plainRule(rule)]?.(lot, holds) ?? [];
}

export function isTold(rule: string): boolean {
    return plainRule(rule) in ways;
}

export function addressOf(way: Way): string {
    const query = new URLSearchParams(way.given).toString();
    return `/do/${way.operation}${query ? `?${query}` : ""}`;
}
